"""An organisation made small: rows and cells are taken away for as long as something still holds of what is left.

Many candidates are asked about at once, because one graph answers for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seewhy.graph.schemes.columns import FileSpec
    from seewhy.schemes.organisations import Rows

    Still = Callable[[Sequence[Rows]], Sequence[bool]]

Piece = tuple[str, int, str]
"""A row (stem, place, "") or one of its cells (stem, place, column)."""


def smallest(rows: Rows, specs: Mapping[str, FileSpec], still: Still) -> Rows:
    """What is left when no row and no cell that may be blank can go; `still` says of each candidate whether it holds.

    It must hold of `rows`. Not the smallest of all: only none of the pieces can be taken away alone.
    """
    for pieces in (_rows, _cells, _rows):
        rows = _less(rows, pieces(rows, specs), still)
    return rows


def _rows(rows: Rows, _: Mapping[str, FileSpec]) -> list[Piece]:
    return [(stem, place, "") for stem, table in rows.items() for place in range(len(table))]


def _cells(rows: Rows, specs: Mapping[str, FileSpec]) -> list[Piece]:
    required = {stem: {column.name for column in spec.columns if column.required} for stem, spec in specs.items()}
    return [
        (stem, place, name)
        for stem, table in rows.items()
        for place, row in enumerate(table)
        for name in row
        if name not in required[stem]
    ]


def _less(rows: Rows, pieces: list[Piece], still: Still) -> Rows:
    """Larger groups of pieces first; of the groups that can go alone as many as can go together."""
    gone: list[Piece] = []
    size = max(1, len(pieces) // 8)
    while pieces:
        groups = [pieces[begin : begin + size] for begin in range(0, len(pieces), size)]
        alone = still([_without(rows, [*gone, *group]) for group in groups])
        free = [group for group, holds in zip(groups, alone, strict=True) if holds]
        if free:
            sums = [[piece for group in free[:number] for piece in group] for number in range(1, len(free) + 1)]
            together = still([_without(rows, [*gone, *some]) for some in sums])
            most = max((some for some, holds in zip(sums, together, strict=True) if holds), key=len)
            gone += most
            taken = set(most)
            pieces = [piece for piece in pieces if piece not in taken]
        elif size == 1:
            break
        size = max(1, min(size // 2, len(pieces) // 4))
    return _without(rows, gone)


def _without(rows: Rows, pieces: Sequence[Piece]) -> Rows:
    gone = set(pieces)
    left = {
        stem: [
            {name: cell for name, cell in row.items() if (stem, place, name) not in gone}
            for place, row in enumerate(table)
            if (stem, place, "") not in gone
        ]
        for stem, table in rows.items()
    }
    return {stem: table for stem, table in left.items() if table}
