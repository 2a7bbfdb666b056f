"""An answer as a picture: cards for the things, lines for the facts, held in a pyvis network with fixed positions."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyvis.network import Network

from seewhy.explorer.palette import KINDS, kind
from seewhy.explorer.picture.layout import WIDTH, Chain, chained, curve, longest, placed
from seewhy.explorer.titles import step_title
from seewhy.graph.answers.reasons import End
from seewhy.graph.explain.paths import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.answers.reasons import PathStep, Reason

MOST = 40
"""Cards that are drawn; above that a picture is unreadable, and the page shows counts and the table instead."""
_TRIED_BESIDE_A_YES = 3
_LAST_RUNGS = frozenset({"no_position", "no_rule", "no_rights", "default_policy"})
_FACT_CARDS = {
    "IS_LIMITED": ("limit", "Limit access"),
    "IS_SENSITIVE": ("limit", "Sensitive"),
    "SETS": ("fact", "Policy"),
    "LISTED_IN": ("fact", "Listing"),
}
_OPTIONS = {
    "physics": {"enabled": False},
    "interaction": {"hover": True, "dragNodes": False, "zoomView": False},
}
_STRENGTH = ("tried", "unused", "implied", "grants", "decides")
"""How a line is drawn, weakest first; a fact that several reasons use is drawn as its strongest."""


@dataclass(slots=True)
class Drawing:
    """The picture of one answer. `facts` and `notes` say what cards and lines mean, `paths` which go together."""

    network: Network
    facts: dict[str, tuple[PathStep, ...]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    paths: tuple[tuple[str, ...], ...] = ()
    first: str = ""
    """What is selected before anybody selects something."""
    steps: int = 1
    """Most steps from person to case."""
    left_out: int = 0
    """Reasons that are not drawn because there are too many cards."""

    @property
    def size(self) -> int:
        """Number of cards."""
        return len(self.network.nodes)


@dataclass(slots=True)
class _Line:
    strength: str
    facts: dict[PathStep, None]
    label: str = ""


def line_id(a: str, b: str) -> str:
    """The id of the line between two cards."""
    return f"{a} → {b}"


def card_id(end: End) -> str:
    """The id of the card of a thing: kinds may share ids."""
    # A privilege is identified by its name, whether a role gives it or a rule speaks of its holders.
    return f"{end.kind}:{(end.name or end.id) if end.kind == 'privilege' else end.id}"


def words(step: PathStep) -> str:
    """What a step says besides its two ends: `member of · access edit`."""
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
    between = re.sub(r"^(is an? |is the |is |was |has the |names$|says that$)", "", between.strip())
    rest = rest.strip(" ,")
    return f"{between} {rest}" if rest.startswith("(") else " · ".join(part for part in (between, rest) if part)


def drawing(answer: WhyAnswer, about: Callable[[End], str]) -> Drawing:
    """The picture of an answer; `about(end)` gives a word more for a card (kind of unit, job title)."""
    person, case = f"person:{answer.check.person}", f"case:{answer.check.case}"
    reasons = list(answer.reasons)
    while True:
        made = _Builder(answer, about, person, case)
        for reason in reasons:
            made.reason(reason)
        made.tried()
        if len(made.cards) <= MOST or not reasons:
            break
        reasons.pop()
    return made.finished(len(answer.reasons) - len(reasons))


class _Builder:
    """Collects cards and lines, reason by reason, then places them."""

    def __init__(self, answer: WhyAnswer, about: Callable[[End], str], person: str, case: str) -> None:
        self.answer, self.about, self.person, self.case = answer, about, person, case
        self.chains: list[Chain] = []
        self.cards: dict[str, dict[str, Any]] = {}
        self.lines: dict[tuple[str, str], _Line] = {}
        self.facts: dict[str, dict[PathStep, None]] = {}
        self.notes: dict[str, str] = {}
        self.strengths: list[str] = []
        check = answer.check
        self._card(person, "person", answer.person_name or check.person, about_text(check.person, self._word(person)))
        self._card(case, "case", check.case, answer.case_name or "case")

    def _word(self, id: str) -> str:
        kind_name, _, thing_id = id.partition(":")
        return self.about(End(kind_name, thing_id, thing_id))

    def _card(self, id: str, kind_name: str, name: str, sub: str) -> None:
        self.cards.setdefault(id, {"kind": kind_name, "name": name, "sub": sub})

    def _end(self, end: End) -> str:
        id = card_id(end)
        word = self.about(end) or kind(end.kind).word
        self._card(id, end.kind, end.name or end.id, word if end.id in ("", end.name) else f"{word} · {end.id}")
        return id

    def reason(self, reason: Reason) -> None:
        """Add one complete way: its facts, and the joins that no row states."""
        granted = self.answer.check.value != "none"
        strength = "decides" if reason.decides else "grants" if granted and reason.value != "none" else "unused"
        pairs = [pair for step in reason.path for pair in self._step(step, strength)]
        self._chain(chained(self.person, self.case, pairs), strength)

    def _step(self, step: PathStep, strength: str) -> list[tuple[str, str]]:
        start = self._end(step.start)
        end = start if step.relationship in _FACT_CARDS else self._end(step.end)
        if {start, end} == {
            self.person,
            self.case,
        }:  # a link of the two gets a card, so that other paths fit beside it
            card = f"link:{step.relationship}"
            self._card(card, "link", step.relationship.replace("_", " ").capitalize(), words(step))
            pairs = [(self.person, card), (card, self.case)]
        elif start == end:  # so does a fact about one thing alone
            kind_name, title = _FACT_CARDS.get(
                step.relationship, ("fact", step.relationship.replace("_", " ").capitalize())
            )
            card = f"{kind_name}:{step.relationship}:{start}"
            self._card(card, kind_name, title, words(step) or f"set on {shown(step.start)}")
            pairs = [(start, card)]
        else:
            pairs = [(start, end)]
        for pair in pairs:
            self._line(pair, strength, step, "" if len(pairs) > 1 or start == end else words(step))
        return pairs

    def _line(self, pair: tuple[str, str], strength: str, step: PathStep | None = None, label: str = "") -> None:
        key = pair if pair in self.lines or pair[::-1] not in self.lines else pair[::-1]
        line = self.lines.setdefault(key, _Line(strength, {}))
        line.strength = max(line.strength, strength, key=_STRENGTH.index)
        if step is not None:
            line.facts[step] = None
            line.label = line.label or label
            for card in key:
                self.facts.setdefault(card, {})[step] = None

    def _chain(self, chain: Chain, strength: str) -> None:
        for pair in chain.implied:
            refused = self.answer.check.value == "none" and not self.answer.blocked
            self._line(pair, strength if strength in ("decides", "grants") and not refused else "unused")
        self.chains.append(chain)
        self.strengths.append(strength)

    def tried(self) -> None:
        """Add the rungs that were tried without result, each as a dashed card; the last rung asks nothing."""
        rungs = [r for r in self.answer.ladder if r.outcome == "not met" and r.step not in _LAST_RUNGS]
        if self.answer.check.value != "none":
            rungs = rungs[:_TRIED_BESIDE_A_YES]
        if not self.answer.reasons:
            rungs += [r for r in self.answer.ladder if r.outcome == "decided" and r.step not in _LAST_RUNGS]
        for rung in rungs:
            id = f"tried:{rung.step}"
            self._card(id, "tried", step_title(rung.step), "tried, not met" if rung.outcome == "not met" else "decides")
            self.notes[id] = rung.because
            pairs = ((self.person, id), (id, self.case))
            for pair in pairs:
                self._line(pair, "tried")
            self._chain(Chain((self.person, id, self.case), pairs, ()), "tried")

    def finished(self, left_out: int) -> Drawing:
        """Place everything and hand it to pyvis."""
        chains = self.chains or [Chain((self.person, self.case), ((self.person, self.case),), ())]
        at = placed(self.person, self.case, chains)
        net = Network(directed=True, cdn_resources="in_line")
        net.options = _OPTIONS
        used = {
            card
            for chain, s in zip(self.chains, self.strengths, strict=True)
            if s in ("decides", "grants")
            for card in chain.cards
        }
        for id, card in self.cards.items():
            x, y = at[id]
            look = KINDS.get(card["kind"]) or kind(card["kind"])
            dim = id not in used and id not in (self.person, self.case)
            net.add_node(id, x=x, y=y, colour=look.colour, icon=look.icon, word=look.word, dim=dim, **card)
        pairs = {pair: (pair if at[pair[0]][0] <= at[pair[1]][0] else pair[::-1]) for pair in self.lines}
        leaving, entering = Counter(a for a, _ in pairs.values()), Counter(b for _, b in pairs.values())
        for pair, line in self.lines.items():
            left, right = pairs[pair]
            # Where lines fan out, a label is near the end that is its own.
            lean = 0.5 + 0.16 * ((leaving[left] > 1) - (entering[right] > 1))
            bent = curve(at[left], at[right], lean)
            gap = at[right][0] - at[left][0] - WIDTH
            label = textwrap.fill(line.label, max(9, int(gap / 8)), max_lines=3, placeholder=" …") if gap >= 66 else ""
            net.add_edge(
                left,
                right,
                id=line_id(left, right),
                strength=line.strength,
                label=label,
                curve=bent.points,
                at=bent.label,
            )
        ids = {frozenset((e["from"], e["to"])): e["id"] for e in net.edges}
        facts = {card: tuple(found) for card, found in self.facts.items()}
        facts |= {ids[frozenset(pair)]: tuple(line.facts) for pair, line in self.lines.items()}
        paths = tuple((*c.cards, *(ids[frozenset(pair)] for pair in (*c.pairs, *c.implied))) for c in self.chains)
        titles = {id: card["name"] for id, card in self.cards.items()}
        ends = (self.person, self.case)
        inner = (card for chain in chains for card in chain.cards if card not in ends)
        first = next((card for card in inner if card in facts or card in self.notes), self.person)
        return Drawing(net, facts, self.notes, titles, paths, first, longest(self.person, self.case, chains), left_out)


def about_text(id: str, word: str) -> str:
    """`E-1042 · Case handler`, or the id alone."""
    return f"{id} · {word}" if word else id
