"""The record of one load: what was read, when, and by which version."""

from __future__ import annotations

from dataclasses import asdict, dataclass

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

    def as_dict(self) -> dict[str, str | int]:
        """Plain data, keys as the fields."""
        return asdict(self)
