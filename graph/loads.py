"""The record of one load: what was read, when, and by which version."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MODEL = 2
"""Version of the graph model that this code writes and reads. A graph of another version is refused."""


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

    def as_dict(self) -> dict[str, str | int]:
        """Plain data, keys as the fields."""
        return {name: value for name, value in asdict(self).items() if name != "schemes" or value}

    @property
    def scheme_digests(self) -> dict[str, str]:
        """Digest by scheme."""
        return dict(one.split("@", 1) for one in self.schemes.split())


def loaded(record: Mapping[str, Any]) -> Load:
    """A load from its record; KeyError where a field is missing that every load has."""
    always = {name: record[name] for name in Load.__dataclass_fields__ if name != "schemes"}
    return Load(**always, schemes=record.get("schemes") or "")
