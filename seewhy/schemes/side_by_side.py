"""Several generated organisations in one: each with a prefix before its ids, and without what a load would refuse.

A graph costs a third of a second however small it is, and its rows next to nothing: many organisations share one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.given import tables_from_given

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl

    from seewhy.graph.inputs.checks import Checked
    from seewhy.graph.schemes.columns import FileSpec
    from seewhy.schemes.definition import Pair
    from seewhy.schemes.organisations import Rows

_TRIES = 50
"""How often rows are taken out: what is refused for what was refused before it, goes in the next round."""


def checked_rows(rows: Rows) -> Checked:
    """The rows as a load checks them."""
    return check(tables_from_given(rows))


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Organisations that a load takes: `own` are their rows as they were drawn, `frames` all of them, checked."""

    own: Sequence[Rows]
    frames: Mapping[str, pl.DataFrame]

    def pairs(self, scheme: str) -> list[Pair]:
        """Every pair of a person and a case of one organisation, in systems of the scheme; ids with their prefix."""
        out: list[Pair] = []
        for number, rows in enumerate(self.own):
            of_scheme = {row["system_id"] for row in rows.get("systems", ()) if row["scheme"] == scheme}
            people = dict.fromkeys(row["person_id"] for row in rows.get("people", ()))
            cases = dict.fromkeys(row["case_id"] for row in rows.get("cases", ()) if row["system_id"] in of_scheme)
            out += [(prefix(number) + person, prefix(number) + case) for person in people for case in cases]
        return out

    def of(self, pair: Pair) -> tuple[int, Pair]:
        """The number of the organisation of a pair, and its ids without the prefix."""
        number, _, person = pair[0].partition(":")
        return int(number), (person, pair[1].partition(":")[2])


def prefix(number: int) -> str:
    """What stands before the ids of an organisation."""
    return f"{number}:"


def accepted(
    organisations: Sequence[Rows],
    specs: Mapping[str, FileSpec],
    *,
    whole: bool = False,
    judge: Callable[[Rows], Checked] = checked_rows,
) -> SideBySide:
    """The organisations without the rows that a load refuses, row by row or (`whole`) organisation by organisation.

    With `whole`, an organisation with a refused row keeps its number and has no rows at all.
    """
    own = [{stem: list(rows) for stem, rows in one.items()} for one in organisations]
    for _ in range(_TRIES):
        at = [(stem, number, row) for number, one in enumerate(own) for stem in one for row in one[stem]]
        by_stem: dict[str, list[tuple[int, dict[str, str]]]] = {}
        for stem, number, row in at:
            by_stem.setdefault(stem, []).append((number, row))
        rows = {
            stem: [_prefixed(specs[stem], row, prefix(number)) for number, row in placed]
            for stem, placed in by_stem.items()
        }
        checked = judge(rows)
        if not checked.problems:
            return SideBySide(own, checked.frames)
        refused = {(problem.file.partition(".")[0], problem.row) for problem in checked.problems}
        for stem, row_number in refused:
            if row_number < 2:
                raise ValueError(f"generated rows of `{stem}` that no load takes: {checked.problems[0].message}")
            number, row = by_stem[stem][row_number - 2]
            if whole:
                own[number] = {}
            elif stem in own[number]:
                own[number][stem] = [one for one in own[number][stem] if one is not row]
    raise ValueError(f"generated rows that no load takes: {checked.problems[0].message}")


def _prefixed(spec: FileSpec, row: Mapping[str, str], before: str) -> dict[str, str]:
    ids = {column.name for column in spec.columns if column.kind == "id"}
    return {name: before + cell if name in ids and cell else cell for name, cell in row.items()}
