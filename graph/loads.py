"""The record of one load: what was read, when, and by which version."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MODEL = 2
"""Version of the graph model that this code writes and reads. A graph of another version is refused."""
_MAY_BE_BLANK = ("schemes", "forgotten")
NEWER = "use the newer SeeWhy that wrote it"
"""What to do about a graph of a newer model."""


def way_up(target: str) -> str:
    """What to do about a graph of an older model."""
    return f"run `seewhy upgrade --graph {shlex.quote(target)}`: it is derived anew, and keeps its history"


@dataclass(frozen=True, slots=True)
class Load:
    """One load: `as_of` is the day the snapshot is true for; `digest` is sha256 over the checked rows of all files."""

    id: str
    as_of: str
    started: str
    finished: str
    digest: str
    facts: int
    model: int
    product: str
    schemes: str = ""
    """The schemes of its systems with their digests, `positions@1a2b… portal@…`; blank in older loads."""
    forgotten: str = ""
    """When rows of somebody who left were last removed from the history (UTC), while this load was the newest; blank
    where none were."""

    def as_dict(self) -> dict[str, str | int]:
        """Plain data, keys as the fields."""
        return {name: value for name, value in asdict(self).items() if name not in _MAY_BE_BLANK or value}

    @property
    def key(self) -> str:
        """Names the content of the graph: whatever is kept of answers goes by it.

        Two fresh loads of one second have the same id, and after an upgrade or when somebody was forgotten the digest
        is the same."""
        return " ".join((self.id, self.started, self.digest, *self.schemes.split(), self.forgotten)).rstrip()

    @property
    def scheme_digests(self) -> dict[str, str]:
        """Digest by scheme."""
        return dict(_digests(self.schemes))


@lru_cache(64)
def _digests(schemes: str) -> tuple[tuple[str, str], ...]:
    """Each question asks for them, and they stay the same for as long as a load is the newest."""
    pairs = (one.split("@", 1) for one in schemes.split())
    return tuple((name, digest) for name, digest in pairs)


def loaded(record: Mapping[str, Any]) -> Load:
    """A load from its record; KeyError where a field is missing that every load has."""
    always = {name: record[name] for name in Load.__dataclass_fields__ if name not in _MAY_BE_BLANK}
    return Load(**always, schemes=record.get("schemes") or "", forgotten=record.get("forgotten") or "")
