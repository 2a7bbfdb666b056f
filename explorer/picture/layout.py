"""Where boxes and lines are: a lane for each path, one below the other, the first on top. Same answer, same picture.

    start ─┬─► box ──► box ─────────┬─► end      first lane
           ├─► box ─┬─► box ────────┤            second lane, with a branch
           │        └─► box         │
           └─► box ─────────────────┘            third lane

Boxes stand in columns, which all lanes share. A line leaves a box at its side, turns between two columns only, and runs
along a row only where no box of that row is in its way; where one is, it runs along a track below the rows of its lane.
So no line ever passes behind a box, which `tests/laws/test_picture_layout.py` holds against.

Everything is reckoned along (from start to end) and across (from lane to lane), then turned: to the right on a wide
page, downwards on a phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from seewhy.explorer.picture.chains import Chain, Pair, distances

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

WIDTH, HEIGHT = 178, 64
"""Size of a box in picture units."""
BETWEEN_LANES = 12
_TRACK = 26
_TURN = 16
"""How far from a column a line turns."""
_SIGN, _LEAST, _MOST = 6.4, 54, 176
"""Width of a letter of a label, and how far apart two columns are at least and at most."""
_DOWN_GAP = 62
Point = tuple[float, float]


class Box(NamedTuple):
    """A box: its middle and its size."""

    x: float
    y: float
    width: float = WIDTH
    height: float = HEIGHT

    def holds(self, other: Box) -> bool:
        """Whether the two share any ground."""
        return (
            abs(self.x - other.x) * 2 < self.width + other.width
            and abs(self.y - other.y) * 2 < self.height + other.height
        )


class Line(NamedTuple):
    """A line: its corners from first to last, and where its label begins, with the room to the right of that point."""

    points: tuple[Point, ...]
    label: Point
    room: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Boxes by (lane, card) and lines by (lane, pair as the chain says it); start and end stand under lane 0 alone."""

    boxes: dict[tuple[int, str], Box]
    lines: dict[tuple[int, Pair], Line]
    down: bool = False


class _Lane:
    """Column and row of every box of one chain, and how many rows it needs."""

    def __init__(self, start: str, end: str, chain: Chain) -> None:
        self.start, self.end, self.lines = start, end, chain.lines
        self.forth = distances(start, self.lines, without=end)
        self.back = {card: n for card, n in distances(end, self.lines).items() if card not in self.forth}
        self.depth = max(max(self.forth.values()), max(self.back.values(), default=0)) + 1
        self.column: dict[str, int] = {}
        self.row: dict[str, int] = {start: 0, end: 0}
        self.rows = 1
        self.cards = [card for card in chain.cards if card in self.forth or card in self.back]

    def arranged(self, columns: int) -> None:
        """Give every card a column, of which `columns` is that of the end, and a row."""
        self.column = {card: n for card, n in self.forth.items()} | {card: columns - n for card, n in self.back.items()}
        self.column[self.end] = columns
        for card in self._spine():
            self.row[card] = 0
        inner = [card for card in self.cards if card not in self.row]
        tails: dict[str, int] = {}  # the last card of a row of its own: what follows from it stands beside it
        for card in sorted(inner, key=lambda one: (self.forth.get(one) or self.back[one], self.cards.index(one))):
            before = next((one for one in tails if self._joined(one, card) and self._next(one, card)), None)
            if before is None:
                self.row[card] = self.rows
                self.rows += 1
            else:
                self.row[card] = tails.pop(before)
            tails[card] = self.row[card]

    def _next(self, one: str, card: str) -> bool:
        ahead = 1 if card in self.forth else -1
        return self.column[card] - self.column[one] == ahead

    def _joined(self, one: str, other: str) -> bool:
        return (one, other) in self.lines or (other, one) in self.lines

    def _spine(self) -> list[str]:
        """The cards of the shortest way from start to end, without the two."""
        ends = [card for card in self.cards if card != self.end and card in self.forth and self._joined(card, self.end)]
        if not ends:
            return []
        card = min(ends, key=lambda one: (self.forth[one], self.cards.index(one)))
        found = []
        while card != self.start:
            found.append(card)
            nearer = self.forth[card] - 1
            card = next(one for one in self.cards if self.forth.get(one) == nearer and self._joined(one, card))
        return found

    def free(self, row: int, after: int) -> bool:
        """Whether nothing of the lane stands in a row behind a column."""
        return not any(self.row[card] == row and self.column[card] > after for card in self.row if card != self.end)


def placed(
    start: str,
    end: str,
    chains: Sequence[Chain],
    labels: Mapping[tuple[int, Pair], str] | None = None,
    *,
    down: bool = False,
    wide: Callable[[str], bool] = lambda card: False,
) -> Plan:
    """The plan of some paths. `labels` say how far apart the columns have to be; a `wide` card is alone in its lane,
    and as wide as the lane where lanes go to the right."""
    lanes = [_Lane(start, end, chain) for chain in chains]
    columns = max((lane.depth for lane in lanes), default=1)
    for lane in lanes:
        lane.arranged(columns)
    gaps = _gaps(lanes, columns, labels or {}, down)
    size = HEIGHT if down else WIDTH
    along = [0.0]
    for gap in gaps:
        along.append(along[-1] + size + gap)
    pitch = (WIDTH if down else HEIGHT) + 24
    boxes: dict[tuple[int, str], Box] = {(0, start): Box(0, 0), (0, end): _turned(along[columns], 0, down)}
    lines: dict[tuple[int, Pair], Line] = {}
    top = 0.0
    for number, lane in enumerate(lanes):
        for card in lane.cards:
            if card not in (start, end):
                boxes[number, card] = _turned(along[lane.column[card]], top + lane.row[card] * pitch, down)
                if wide(card) and not down:
                    inner = along[columns - 1] - along[1]
                    boxes[number, card] = Box(along[1] + inner / 2, top, WIDTH + inner)
        tracks = _routed(lane, number, lines, along, top, pitch, down, wide)
        top += lane.rows * pitch + tracks * _TRACK + BETWEEN_LANES
    return Plan(boxes, lines, down)


def _turned(along: float, across: float, down: bool) -> Box:
    return Box(across, along) if down else Box(along, across)


def _gaps(lanes: Sequence[_Lane], columns: int, labels: Mapping[tuple[int, Pair], str], down: bool) -> list[float]:
    if down:
        return [float(_DOWN_GAP)] * columns
    gaps = [float(_LEAST)] * columns
    for (number, (a, b)), text in labels.items():
        lane = lanes[number]
        first = min(lane.column[a], lane.column[b])
        longest = max((len(part) for part in text.split("\n")), default=0)
        gaps[first] = max(gaps[first], min(_MOST, longest * _SIGN + 2 * _TURN + 24))
    return gaps


def _routed(
    lane: _Lane,
    number: int,
    lines: dict[tuple[int, Pair], Line],
    along: Sequence[float],
    top: float,
    pitch: float,
    down: bool,
    wide: Callable[[str], bool],
) -> int:
    """Route the lines of a lane; returns how many tracks below its rows they take."""
    half = (HEIGHT if down else WIDTH) / 2
    columns = len(along) - 1
    tracks = 0
    turning: dict[int, list[str]] = {}

    def across(card: str) -> float:
        return 0.0 if card in (lane.start, lane.end) else top + lane.row[card] * pitch

    def turn_of(card: str, column: int) -> float:
        """Where the lines of a card turn: those of different cards beside one another, never on one another."""
        if card == lane.start:
            return along[column] + half + _TURN
        others = turning.setdefault(column, [])
        if card not in others:
            others.append(card)
        return along[column] + half + _TURN + 8 * others.index(card)

    for pair in lane.lines:
        a, b = sorted(pair, key=lambda card: (lane.column[card], lane.row[card]))
        first, last = lane.column[a], lane.column[b]
        begin, finish = along[first] + half, along[last] - half
        if wide(a) and not down:
            first, begin = columns - 1, along[columns - 1] + half
        y, to = across(a), across(b)
        if first == last:  # one below the other: out at the side, along the gap, and back in at the same side
            turn = turn_of(a, first)
            corners = [(begin, y), (turn, y), (turn, to), (begin, to)]
        elif b != lane.end:
            turn = begin if y == to and a != lane.start else turn_of(a, first)
            corners = [(begin, y), (turn, y), (turn, to), (finish, to)]
        else:  # lanes meet just before the end, and each comes there in a row, or on a track, that is its own
            row = 0 if a == lane.start else lane.row[a]
            if lane.free(row, first):
                track, turn = top + row * pitch, begin + _TURN
            else:
                track, turn = top + (lane.rows - 0.5) * pitch + _TRACK * (tracks + 0.5), turn_of(a, first)
                tracks += 1
            back = finish - _TURN - 4
            corners = [(begin, y), (turn, y), (turn, track), (back, track), (back, to), (finish, to)]
        lines[number, pair] = _line(corners, down)
    return tracks


def _line(corners: Sequence[Point], down: bool) -> Line:
    """A line by its corners, along and across; its label is beside the piece behind its first turn."""
    (x, y), (x2, _) = corners[2], corners[3]
    if down:
        label, room = (y + 7, (x + x2) / 2), WIDTH / 2 + 8
    else:
        label, room = (min(x, x2) + 7, y - 8), abs(x2 - x) - 14
    points: list[Point] = []
    for along, across in corners:
        point = (across, along) if down else (along, across)
        if not points or point != points[-1]:
            points.append(point)
    # Corners on one straight line are none.
    kept = [points[0]]
    for one, two in pairwise(points[1:]):
        if not (kept[-1][0] == one[0] == two[0] or kept[-1][1] == one[1] == two[1]):
            kept.append(one)
    return Line((*kept, points[-1]), label, room)
