"""What checking an evidence file found, and the verdict over all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.graph.evidence.differences import ANSWER
from seewhy.graph.evidence.parts import DIFFERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.evidence.parts import Part

VERDICTS = {
    0: "the evidence holds",
    1: "the evidence does not hold",
    3: "the evidence holds as far as it could be checked: another version made it",
}
"""Exit code of `verify` to its verdict; 2 is an error."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking found.

    `answer` is what this version decided from the rows inside (empty when it could not). `changed` names members that
    are not as the manifest says, `against` says what contradicts the file, `graph` is same, differs or not asked,
    `same_version` whether this version made the file, `signed_by` the fingerprint that the manifest names.
    """

    file: str
    digest: str
    answer: Mapping[str, Any]
    changed: tuple[str, ...]
    against: tuple[str, ...]
    graph: str
    same_version: bool
    signed_by: str
    parts: tuple[Part, ...]
    sentences: tuple[str, ...]
    page: str = ""
    """Where the page of what was decided again was written, blank when none was."""

    @property
    def exit_code(self) -> int:
        """0 it holds, 1 it does not, 3 it holds as far as it could be checked: another version made it."""
        if self.changed or self.against or self.graph == "differs" or any(p.outcome == DIFFERS for p in self.parts):
            return 1
        return 0 if self.same_version else 3

    @property
    def holds(self) -> bool:
        """Whether the file proves its answer, in every part."""
        return self.exit_code == 0

    @property
    def verdict(self) -> str:
        """The verdict in words."""
        return VERDICTS[self.exit_code]

    def as_dict(self) -> dict[str, Any]:
        """Keys file, verdict, exit_code, holds, unchanged, follows, same_version, graph, changed, against, parts,
        sentences, digest, signed_by, and the keys of the answer as it was decided again."""
        return {
            "file": self.file,
            "verdict": self.verdict,
            "exit_code": self.exit_code,
            "holds": self.holds,
            "unchanged": not self.changed,
            "follows": not self.against,
            "same_version": self.same_version,
            "graph": self.graph,
            "changed": list(self.changed),
            "against": list(self.against),
            "parts": {part.name: part.as_dict() for part in self.parts},
            "sentences": list(self.sentences),
            "digest": self.digest,
            "signed_by": self.signed_by or None,
            **{key: self.answer.get(key) for key in ANSWER},
        }
