"""What the checks share: the tables under check, the problems so far, and the nearest known id."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from seewhy.graph.lookalike import skeleton, skeletons
from seewhy.graph.nearest import did_you_mean
from seewhy.graph.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seewhy.graph.inputs.tables import RawTable

_NEAR_ENOUGH = 0.5
# Comparisons spent on hints in one check, some three seconds; later unknown ids go without. A file in which every id is
# wrong needs no hint at each of a million rows.
_COMPARISONS = 50_000_000


@dataclass(slots=True)
class Nearest:
    """The known word that a wrong one was most likely meant to be: by swapped, wrong, missing and extra letters."""

    left: int = _COMPARISONS
    _lists: dict[str, tuple[Sequence[str], list[str]]] = field(default_factory=dict)
    _keys: dict[str, dict[str, str]] = field(default_factory=dict)
    _found: dict[tuple[str, str], str] = field(default_factory=dict)

    def __call__(self, kind: str, word: str, known: Callable[[], Sequence[str]], *, always: bool = False) -> str:
        """`did you mean …?`, or "" when nothing is near; `always` names the nearest one then (for ids).

        `known` is asked once for each `kind` of word.
        """
        if (kind, word) not in self._found:
            self._found[kind, word] = self._search(kind, word, known, 0.0 if always else _NEAR_ENOUGH)
        return self._found[kind, word]

    def _search(self, kind: str, word: str, known: Callable[[], Sequence[str]], cutoff: float) -> str:
        if kind not in self._lists:
            words = known()
            self._lists[kind] = words, [w.lower() for w in words]
            self._keys[kind] = dict(zip(reversed(skeletons(words)), reversed(words), strict=True))
        words, lower = self._lists[kind]
        same = self._keys[kind].get(skeleton(word))
        if same is not None and same != word:
            return did_you_mean(word, same)
        if self.left < len(words):
            return ""
        self.left -= len(words)
        best = process.extractOne(word.lower(), lower, scorer=OSA.normalized_similarity, score_cutoff=cutoff)
        if not best:
            return ""
        near = words[best[2]]
        return did_you_mean(word, near) if best[1] >= _NEAR_ENOUGH else f"the nearest known one is `{near}`"


@dataclass(slots=True)
class Findings:
    """One run of the checks. `frames` holds the rows in normal form, by stem; `problems` grows.

    `unread` has the rows, by stem, of which a cell of key or period could not be read: what they repeat is not known.
    """

    tables: Mapping[str, RawTable]
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: dict[str, set[int]] = field(default_factory=dict)
    nearest: Nearest = field(default_factory=Nearest)

    def file(self, stem: str) -> str:
        """The file as messages name it."""
        return self.tables[stem].file if stem in self.tables else f"{stem}.csv"

    def say(
        self,
        code: str,
        stem: str,
        column: str,
        rows: pl.DataFrame,
        message: Callable[..., str],
        hint: Callable[..., str] = lambda *_: "",
    ) -> None:
        """One problem per row of `rows`: its `row`, and a message and hint made from its other cells in their order."""
        if rows.is_empty():
            return
        file = self.file(stem)
        numbers, cells = rows["row"].to_list(), rows.drop("row").iter_rows()
        self.problems += [
            Problem(code, file, row, column, message(*cell), hint(*cell))
            for row, cell in zip(numbers, cells, strict=True)
        ]

    def column(self, code: str, stem: str, name: str, message: str, hint: str = "") -> None:
        """One problem about a whole column."""
        self.problems.append(Problem(code, self.file(stem), 1, name, message, hint))

    def comparable(self, stem: str) -> pl.DataFrame:
        """The rows of a file whose key and period could be read."""
        rows, without = self.frames[stem], self.unread.get(stem)
        return rows.filter(~pl.col("row").is_in(sorted(without))) if without else rows

    def doubtful(self, stem: str) -> bool:
        """Was the file in another encoding than it must be? Then nobody knows which characters its cells hold."""
        return stem in self.tables and self.tables[stem].doubtful

    def judged(self, stem: str, column: str) -> bool:
        """Can an id be missed in this file? Not when its id column or part of its rows could not be read."""
        table = self.tables.get(stem)
        return table is None or (table.complete and (not table.frame.width or column in table.frame.columns))
