"""A picture as data: boxes and lines at their places in a pyvis network, and what each of them means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seewhy.graph.explain.paths import shown

if TYPE_CHECKING:
    from pyvis.network import Network

    from seewhy.explorer.picture.layout import Line
    from seewhy.graph.answers.reasons import End, PathStep

MOST = 40
"""Boxes that are drawn; above that a picture is unreadable, and the page shows counts and the table instead."""
OPTIONS = {
    "physics": {"enabled": False},
    "interaction": {"hover": True, "dragNodes": False, "zoomView": False},
}
_WEAKEST_FIRST = ("tried", "beside", "unused", "implied", "grants", "decides")


@dataclass(slots=True)
class Drawing:
    """The picture of one answer. `facts` and `notes` say what boxes and lines mean, `paths` which go together."""

    network: Network
    facts: dict[str, tuple[PathStep, ...]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    paths: tuple[tuple[str, ...], ...] = ()
    first: str = ""
    """What is selected before anybody selects something."""
    steps: int = 1
    """Most steps from start to end."""
    left_out: int = 0
    """Paths that are not drawn because there are too many."""

    @property
    def size(self) -> int:
        """Number of boxes."""
        return len(self.network.nodes)

    def lines(self) -> list[dict[str, Any]]:
        """The lines, the weakest first: what is drawn last lies on top."""
        return sorted(self.network.edges, key=lambda edge: _WEAKEST_FIRST.index(edge["strength"]))


def line_id(a: str, b: str) -> str:
    """The id of the line between two boxes."""
    return f"{a} → {b}"


def card_id(end: End) -> str:
    """The id of the box of a thing: kinds may share ids."""
    # A privilege is identified by its name, whether a role gives it or a rule speaks of its holders.
    return f"{end.kind}:{(end.name or end.id) if end.kind == 'privilege' else end.id}"


def thing_of(id: str) -> tuple[str, str]:
    """Kind and id of what a box shows: the same thing has a box in every lane that leads over it."""
    kind_name, _, thing = id.partition("\n")[0].partition(":")
    return kind_name, thing


_BEGINS = re.compile(
    r"(?:(?:is|was|has|holds|belongs to|names|says that)\s+)?(?:(?:in|of)\s+(?=the\b|a\b))?(?:(?:an?|the)\s+)?"
)
_COLUMN = re.compile(r" in (\w+)_id\.?$")


def words(step: PathStep) -> str:
    """What a step says besides its two ends, short: `member, edit`."""
    between = rest = ""
    for first, second in ((step.start, step.end), (step.end, step.start)):
        begin = step.sentence.find(shown(first))
        after = begin + len(shown(first))
        middle = step.sentence.find(shown(second), after)
        if begin >= 0 and middle >= 0:
            between, rest = step.sentence[after:middle], step.sentence[middle + len(shown(second)) :]
            break
        if begin >= 0 and not between:
            between = step.sentence[after:]
    between = between.replace("“", "").replace("”", "").strip(" ,:")
    between = _BEGINS.sub("", between, count=1).strip() or between
    if named := _COLUMN.search(step.sentence):  # what a cell of a column names: the column says what it is
        return named[1].replace("_", " ")
    rest = rest.replace("“", "").replace("”", "").strip(" ,:").removeprefix("with the setting ")
    if rest.startswith("(") and rest.endswith(")"):
        rest = rest[1:-1]
    if rest == "no":  # a setting that says nothing
        rest = ""
    if rest.startswith("as "):
        between, rest = rest, ""
    if rest:
        between = between.removesuffix(" of")
    return ", ".join(part for part in (between.removesuffix(" at"), rest) if part)


def add_line(net: Network, a: str, b: str, lines: Any, strength: str, label: str) -> None:
    """Add a line that is planned to the right and downwards."""
    wide, down = lines
    net.add_edge(
        a, b, id=line_id(a, b), strength=strength, label=label,
        points=_rounded(wide), at=wide.label, room=round(wide.room, 1),
        low=_rounded(down), low_at=down.label, low_room=round(down.room, 1),
    )  # fmt: skip


def _rounded(line: Line) -> list[float]:
    return [round(number, 1) for point in line.points for number in point]
