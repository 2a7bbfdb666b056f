"""What the converter mended, as data: nothing in a published file is changed without a report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Repair:
    """One mended place: `row` counts records, the header being 1 (a repair of a whole file is row 1).

    `post` is the reference of the post concerned (may be blank), `message` one sentence.
    """

    code: str
    file: str
    row: int
    post: str
    message: str

    def as_dict(self) -> dict[str, str | int]:
        """Plain data, keys as the fields."""
        return {"code": self.code, "file": self.file, "row": self.row, "post": self.post, "message": self.message}


@dataclass(frozen=True, slots=True)
class Report:
    """All repairs, in the order of files and rows, and how many rows each written file has: (stem, rows)."""

    repairs: tuple[Repair, ...]
    counts: tuple[tuple[str, int], ...]

    def by_code(self) -> tuple[tuple[str, int], ...]:
        """How many repairs of each kind, most frequent first."""
        return tuple(Counter(repair.code for repair in self.repairs).most_common())


@dataclass(slots=True)
class Repairs:
    """Collects repairs while the files are read and mended."""

    found: list[Repair] = field(default_factory=list)

    def add(self, code: str, file: str, row: int, post: str, message: str) -> None:
        """Note one repair."""
        self.found.append(Repair(code, file, row, post, message))
