"""An answer, or paths that were found, as a picture: a lane for each, the deciding one on top."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from itertools import chain as joined
from typing import TYPE_CHECKING, Any

from pyvis.network import Network

from seewhy.explorer.palette import KINDS, kind
from seewhy.explorer.picture.chains import Chain, Pair, chained
from seewhy.explorer.picture.layout import Plan, placed
from seewhy.explorer.picture.model import MOST, OPTIONS, Drawing, add_line, card_id, line_id, thing_of, words
from seewhy.explorer.titles import step_title
from seewhy.graph.answers.reasons import End
from seewhy.graph.explain.paths import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.answers.paths import PathsAnswer
    from seewhy.graph.answers.reasons import PathStep

LANES = 10
"""Paths that are drawn; the others are counted, and in the table."""
NEIGHBOURS = 6
"""Neighbours of a box that are drawn when it is opened; the others are counted."""
TRIED = "tried:"
MORE = KINDS["fact"]._replace(word="more", icon="more_horiz", colour="muted")
_LETTERS, _LONG = 24, 6
"""Letters on a line of a label, half of it where a path has more boxes."""
_LAST_RUNGS = frozenset({"no_position", "no_rule", "no_rights", "default_policy"})
_FACT_CARDS = {
    "IS_LIMITED": ("limit", "Limit access"),
    "IS_SENSITIVE": ("limit", "Sensitive"),
    "SETS": ("fact", "Policy"),
    "LISTED_IN": ("fact", "Listing"),
}


@dataclass(slots=True)
class Lane:
    """One path to be drawn: its chain, what its lines say, how it is drawn, and what was opened beside it."""

    chain: Chain
    strength: str
    facts: dict[frozenset[str], dict[PathStep, None]] = field(default_factory=dict)
    labels: dict[frozenset[str], str] = field(default_factory=dict)
    beside: set[frozenset[str]] = field(default_factory=set)
    """The lines to neighbours, which are no part of the path."""
    refused: bool = False
    """Whether what no row joins is not joined by the rule either."""


def drawing(
    answer: WhyAnswer, about: Callable[[End], str], beside: Mapping[str, Sequence[PathStep]] | None = None
) -> Drawing:
    """The picture of an answer; `about(end)` gives a word more for a box (kind of unit, job title), `beside` the facts
    of the neighbours that were asked for, by box."""
    made = Builder(
        (f"person:{answer.check.person}", "person", answer.person_name or answer.check.person, answer.check.person),
        (f"case:{answer.check.case}", "case", answer.check.case, answer.case_name or "case"),
        about,
    )
    granted = answer.check.value != "none"
    refused = not granted and not answer.blocked
    # The deciding ones come first already; here that is what the picture rests on.
    for reason in sorted(answer.reasons, key=lambda reason: not reason.decides)[:LANES]:
        strength = "decides" if reason.decides else "grants" if granted and reason.value != "none" else "unused"
        if not made.path(reason.path, strength, refused=refused):
            break
    drawn = len(made.lanes)
    _tried(made, answer)
    made.open(beside or {})
    return made.finished(len(answer.reasons) - drawn)


def paths_drawing(
    answer: PathsAnswer, about: Callable[[End], str], beside: Mapping[str, Sequence[PathStep]] | None = None
) -> Drawing:
    """The picture of paths that were found, the shortest thick."""
    one, two = (
        (card_id(end), end.kind, *((end.id, end.name) if end.kind == "case" else (end.name or end.id, end.id)))
        for end in (answer.start, answer.end)
    )
    made = Builder(one, two, about)
    for path in answer.paths[:LANES]:
        if not made.path(path.path, "decides" if path.hops == answer.hops else "grants"):
            break
    drawn = len(made.lanes)
    made.open(beside or {})
    return made.finished(len(answer.paths) - drawn)


def _tried(made: Builder, answer: WhyAnswer) -> None:
    """Add what was tried without result as one dashed lane, and a step that decided without a fact as its own."""
    rungs = [r for r in answer.ladder if r.step not in _LAST_RUNGS]
    if not answer.reasons:
        for rung in (r for r in rungs if r.outcome == "decided"):
            made.box_lane(f"{TRIED}{rung.step}", step_title(rung.step), "decides", rung.because)
    without = [r for r in rungs if r.outcome == "not met"]
    if without:
        named = ", ".join(step_title(rung.step) for rung in without)
        notes = "\n".join(f"{step_title(rung.step)}: {rung.because}" for rung in without)
        one = len(without) == 1
        title = named if one else f"{len(without)} steps without result"
        made.box_lane(f"{TRIED}{without[0].step}", title, "tried, not met" if one else named, notes)


class Builder:
    """Collects boxes and lanes, then places them. `start` and `end` are id, kind, name and the line below the name."""

    def __init__(
        self, start: tuple[str, str, str, str], end: tuple[str, str, str, str], about: Callable[[End], str]
    ) -> None:
        self.about = about
        self.start, self.end = start[0], end[0]
        self.cards: dict[str, dict[str, Any]] = {}
        self.lanes: list[Lane] = []
        self.notes: dict[str, str] = {}
        for id, kind_name, name, sub in (start, end):
            word = about(End(kind_name, thing_of(id)[1], "")).removeprefix(f"{kind(kind_name).word} · ")
            self._card(id, kind_name, name, " · ".join(dict.fromkeys(part for part in (sub, word) if part)))

    def _card(self, id: str, kind_name: str, name: str, sub: str) -> None:
        self.cards.setdefault(id, {"kind": kind_name, "name": name, "sub": sub})

    def _end(self, end: End) -> str:
        id = card_id(end)
        word = self.about(end) or kind(end.kind).word
        self._card(id, end.kind, end.name or end.id, word if end.id in ("", end.name) else f"{word} · {end.id}")
        return id

    def path(self, steps: Sequence[PathStep], strength: str, *, refused: bool = False) -> bool:
        """Add one complete way: its facts, and the joins that no row states; False when there is no room for it."""
        lane = Lane(Chain((), ()), strength)
        before = dict(self.cards)
        lane.chain = chained(self.start, self.end, [pair for step in steps for pair in self._step(lane, step)])
        boxes = sum(len(one.chain.cards) - 2 for one in (*self.lanes, lane)) + 3
        if boxes > MOST and self.lanes:
            self.cards = before
            return False
        lane.refused = refused
        self.lanes.append(lane)
        return True

    def box_lane(self, id: str, name: str, sub: str, note: str) -> None:
        """Add a lane of one dashed box."""
        self._card(id, "tried", name, sub)
        self.notes[id] = note
        self.lanes.append(Lane(Chain((self.start, id, self.end), ((self.start, id), (id, self.end))), "tried"))

    def open(self, beside: Mapping[str, Sequence[PathStep]]) -> None:
        """Add neighbours of boxes, each in the first lane that has the box."""
        for id, steps in beside.items():
            lane = next((lane for lane in self.lanes if id in lane.chain.cards), None)
            if lane is None:
                continue
            fresh = [step for step in steps if not {card_id(step.start), card_id(step.end)} <= set(lane.chain.cards)]
            pairs = [pair for step in fresh[:NEIGHBOURS] for pair in self._step(lane, step)]
            if len(fresh) > NEIGHBOURS:
                more = f"more:{id}"
                self._card(more, "more", f"{len(fresh) - NEIGHBOURS:,} more", "neighbours, on the page of paths")
                self.notes[more] = f"{len(fresh):,} neighbours in all; {NEIGHBOURS} of them are drawn."
                pairs.append((id, more))
            cards = dict.fromkeys((*lane.chain.cards, *(card for pair in pairs for card in pair)))
            lane.beside |= {frozenset(pair) for pair in pairs} - {frozenset(pair) for pair in lane.chain.lines}
            lane.chain = Chain(tuple(cards), (*lane.chain.pairs, *pairs), lane.chain.implied)

    def _step(self, lane: Lane, step: PathStep) -> list[Pair]:
        start = self._end(step.start)
        end = start if step.relationship in _FACT_CARDS else self._end(step.end)
        title = step.relationship.replace("_", " ").capitalize()
        if {start, end} == {self.start, self.end}:  # a link of the two gets a box, so that it says what it is
            card = f"link:{step.relationship}"
            self._card(card, "link", title, words(step))
            pairs = [(self.start, card), (card, self.end)]
        elif start == end:  # so does a fact about one thing alone
            kind_name, title = _FACT_CARDS.get(step.relationship, ("fact", title))
            card = f"{kind_name}:{step.relationship}:{start}"
            self._card(card, kind_name, title, words(step) or f"set on {shown(step.start)}")
            pairs = [(start, card)]
        else:
            pairs = [(start, end)]
            lane.labels.setdefault(frozenset(pairs[0]), words(step))
        for pair in pairs:
            lane.facts.setdefault(frozenset(pair), {})[step] = None
        return pairs

    def finished(self, left_out: int) -> Drawing:
        """Place everything and hand it to pyvis."""
        lanes = self.lanes or [Lane(Chain((self.start, self.end), ((self.start, self.end),)), "tried")]
        chains = [lane.chain for lane in lanes]
        width = _LETTERS if max(len(chain.cards) for chain in chains) <= _LONG else _LETTERS // 2
        texts = {
            (number, pair): _wrapped(lane.labels.get(frozenset(pair), ""), width)
            for number, lane in enumerate(lanes)
            for pair in lane.chain.lines
        }
        plans = [
            placed(self.start, self.end, chains, texts, down=down, wide=lambda card: card.startswith(TRIED))
            for down in (False, True)
        ]
        ids = self._ids(plans[0], lanes)
        net = Network(directed=True, cdn_resources="in_line")
        net.options = OPTIONS
        facts: dict[str, dict[PathStep, None]] = {}
        for spot, id in ids.items():
            card = self.cards[spot[1]]
            look = MORE if card["kind"] == "more" else KINDS.get(card["kind"]) or kind(card["kind"])
            dim = spot[1] not in (self.start, self.end) and lanes[spot[0]].strength not in ("decides", "grants")
            place, low = (plan.boxes[spot] for plan in plans)
            shape = {"x": round(place.x, 1), "y": round(place.y, 1), "wide": place.width, "down": (low.x, low.y)}
            net.add_node(id, **shape, colour=look.colour, icon=look.icon, word=look.word, dim=dim, **card)
        paths = []
        for number, lane in enumerate(lanes):
            on_path = [self._at(ids, number, card) for card in lane.chain.cards]
            for pair in lane.chain.lines:
                a, b = (self._at(ids, number, card) for card in pair)
                key = frozenset(pair)
                strength = lane.strength
                if key in lane.beside:
                    strength = "beside"
                elif pair in lane.chain.implied and (lane.refused or strength not in ("decides", "grants")):
                    strength = "unused"
                add_line(net, a, b, (plan.lines[number, pair] for plan in plans), strength, texts[number, pair])
                on_path.append(line_id(a, b))
                for id in (a, b, line_id(a, b)):
                    facts.setdefault(id, {}).update(lane.facts.get(key, {}))
            paths.append(tuple(on_path))
        titles = {id: self.cards[spot[1]]["name"] for spot, id in ids.items()}
        notes = {id: self.notes[spot[1]] for spot, id in ids.items() if spot[1] in self.notes}
        found = {id: tuple(steps) for id, steps in facts.items() if steps}
        ends = (self.start, self.end)
        inner = (id for spot, id in ids.items() if spot[1] not in ends and (id in found or id in notes))
        steps = max(len(chain.cards) for chain in chains) - 1
        return Drawing(net, found, notes, titles, tuple(paths), next(inner, self.start), steps, left_out)

    def _ids(self, plan: Plan, lanes: Sequence[Lane]) -> dict[tuple[int, str], str]:
        """The id of every box: that of its thing, in further lanes with the number of the lane behind it."""
        seen: set[str] = set()
        found: dict[tuple[int, str], str] = {}
        every = ((number, card) for number, lane in enumerate(lanes) for card in lane.chain.cards)
        for number, card in joined(((0, self.start),), every):
            spot = (0, card) if card in (self.start, self.end) else (number, card)
            if spot in plan.boxes and spot not in found:
                found[spot] = card if card not in seen else f"{card}\n{number + 1}"
                seen.add(card)
        return found

    def _at(self, ids: Mapping[tuple[int, str], str], number: int, card: str) -> str:
        return ids[(0, card) if card in (self.start, self.end) else (number, card)]


def _wrapped(label: str, width: int) -> str:
    """A label on at most two lines."""
    return textwrap.fill(label, width, max_lines=2, placeholder=" …") if label else ""
