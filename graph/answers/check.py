"""Answers of `check` and `why`: frozen, and the same for the command line, Python, HTTP and the explorer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from seewhy.cypher.ladders import file_of
from seewhy.graph.answers.as_json import OPTIONAL, Answer, Provenance, plain
from seewhy.graph.answers.counterfactual import WouldChange
from seewhy.graph.answers.reasons import Action, Reason, Tried


@dataclass(frozen=True, slots=True)
class CheckAnswer(Answer):
    """May this person see this case? `value` and `value_now` are none, view or edit, or an action that rungs grant by
    name; `found` only when searching was asked."""

    person: str
    case: str
    as_of: str
    system: str
    scheme: str
    value: str
    value_now: str
    step: str
    rules: tuple[str, ...]
    provenance: Provenance
    found: bool | None = field(default=None, metadata=OPTIONAL)
    action: str | None = field(default=None, metadata=OPTIONAL)
    """The action that was asked about, where it is neither view nor search."""
    allowed: bool | None = field(default=None, metadata=OPTIONAL)
    """Whether that action is allowed."""

    @property
    def yes(self) -> bool:
        """Whether what was asked about is allowed."""
        return self.can_see if self.allowed is None else self.allowed

    @property
    def can_see(self) -> bool:
        """True when the value is view or edit."""
        return self.value != "none"

    @property
    def file(self) -> str:
        """The query file that decided, by its path in the repository: `cypher/schemes/portal/1_firm.cypher`."""
        return file_of(self.scheme, self.step)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `check`: its fields, and after the rules the file that decided."""
        found: dict[str, Any] = {}
        for name, value in Answer.as_dict(self).items():
            found[name] = value
            if name == "rules":
                found["file"] = self.file
        return found


@dataclass(frozen=True, slots=True)
class WhyAnswer:
    """The same with everything that leads to it: all reasons (deciding first), every rung, what would change it."""

    check: CheckAnswer
    person_name: str
    case_name: str
    verdict: str
    blocked: bool
    """For a none: True when a denial or limit decided it, False when nothing ever granted it."""
    reasons: tuple[Reason, ...]
    ladder: tuple[Tried, ...]
    would_change: tuple[WouldChange, ...] = ()
    actions: tuple[Action, ...] | None = None
    now_because: str = ""
    """Where the access of the moment is less: which position is in use, since when, and the row that says so."""

    @property
    def file(self) -> str:
        """The query file that decided, as in the check."""
        return self.check.file

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `why`; its sentence is the verdict, and why the access of the moment is less."""
        return {
            **self.check.as_dict(),
            "sentence": f"{self.verdict} {self.now_because}".rstrip(),
            "blocked": self.blocked,
            "reasons": plain(self.reasons),
            "ladder": plain(self.ladder),
            "would_change": [change.as_dict() for change in self.would_change],
            **({} if self.actions is None else {"actions": plain(self.actions)}),
        }
