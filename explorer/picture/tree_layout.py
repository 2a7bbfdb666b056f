"""Where the boxes and lines of a tree are: root left, or, on a phone, one unit below the other, indented.

    root ─┬─► unit ───► unit            root
          └─► unit ─┬─► unit ─┐         ├─ unit
                    └─► unit ─┴─► person  └─ unit

A unit from which a line leads to `end` has a row of its own for that line, so that it passes behind no box.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seewhy.explorer.picture.chains import Pair
from seewhy.explorer.picture.layout import HEIGHT, WIDTH, Box, Line

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_ROW, _GAP, _TURN, _INDENT = HEIGHT + 14, 62, 16, 26


@dataclass(frozen=True, slots=True)
class Tree:
    """Boxes by unit, lines by (parent, child) and (unit, end)."""

    boxes: dict[str, Box] = field(default_factory=dict)
    lines: dict[Pair, Line] = field(default_factory=dict)


def tree(
    children: Mapping[str, Sequence[str]],
    roots: Sequence[str],
    end: str = "",
    joined: Collection[str] = (),
    room: int = 0,
) -> Tree:
    """To the right. `joined` are the units that a line leads from to `end`, whose label takes `room`."""
    found = Tree()
    own: dict[str, float] = {}
    row = 0.0
    deepest = 0

    def place(unit: str, depth: int) -> float:
        nonlocal row, deepest
        deepest = max(deepest, depth)
        below: list[float] = []
        if unit in joined or not children[unit]:
            own[unit] = row
            below.append(row)
            row += _ROW
        below += [place(child, depth + 1) for child in children[unit]]
        found.boxes[unit] = Box(depth * (WIDTH + _GAP), (below[0] + below[-1]) / 2)
        return found.boxes[unit].y

    for root in roots:
        place(root, 0)
    for unit, below in children.items():
        x, y = found.boxes[unit].x + WIDTH / 2, found.boxes[unit].y
        for child in below:
            to = found.boxes[child]
            found.lines[unit, child] = _corners(
                [(x, y), (x + _TURN, y), (x + _TURN, to.y), (to.x - WIDTH / 2, to.y)], (x + _TURN + 6, to.y - 6), 40
            )
    if end:
        rows = [own[unit] for unit in joined]
        middle = sum(rows) / len(rows) if rows else 0.0
        last = Box(deepest * (WIDTH + _GAP) + WIDTH + _GAP + room, middle)
        found.boxes[end] = last
        into = last.x - WIDTH / 2
        for unit in joined:
            x, y = found.boxes[unit].x + WIDTH / 2, found.boxes[unit].y
            turn, back = x + _TURN + 8, into - _TURN - 4
            found.lines[unit, end] = _corners(
                [(x, y), (turn, y), (turn, own[unit]), (back, own[unit]), (back, middle), (into, middle)],
                (turn + 6, own[unit] - 8), back - turn - 12,
            )  # fmt: skip
    return found


def indented(
    children: Mapping[str, Sequence[str]], roots: Sequence[str], end: str = "", joined: Collection[str] = ()
) -> Tree:
    """Downwards: one row for each unit, below it what is below it."""
    found = Tree()

    def place(unit: str, depth: int) -> None:
        found.boxes[unit] = Box(depth * _INDENT, len(found.boxes) * _ROW)
        for child in children[unit]:
            place(child, depth + 1)

    for root in roots:
        place(root, 0)
    for unit, below in children.items():
        x, y = found.boxes[unit].x - WIDTH / 2 + 12, found.boxes[unit].y + HEIGHT / 2
        for child in below:
            to = found.boxes[child]
            found.lines[unit, child] = _corners([(x, y), (x, to.y), (to.x - WIDTH / 2, to.y)], (x, to.y), 0)
    if end:
        right = max((box.x for box in found.boxes.values()), default=0.0) + WIDTH / 2 + _TURN
        last = Box(0, len(found.boxes) * _ROW)
        found.boxes[end] = last
        for unit in joined:
            box = found.boxes[unit]
            found.lines[unit, end] = _corners(
                [(box.x + WIDTH / 2, box.y), (right, box.y), (right, last.y), (last.x + WIDTH / 2, last.y)],
                (box.x + WIDTH / 2, box.y), 0,
            )  # fmt: skip
    return found


def _corners(points: Sequence[tuple[float, float]], label: tuple[float, float], room: float) -> Line:
    kept = [point for n, point in enumerate(points) if n == 0 or point != points[n - 1]]
    straight = [kept[0]]
    for before, at, after in zip(kept, kept[1:], kept[2:], strict=False):
        if not (before[0] == at[0] == after[0] or before[1] == at[1] == after[1]):
            straight.append(at)
    return Line((*straight, kept[-1]), label, room)
