"""The two halves of a rung, as somebody wrote them: what they bind, where they meet, and what is wrong with them.

A half is text and stays text: nothing here takes a pattern apart. Names are found by how they are written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seewhy.cypher.header import Block, QueryFileError

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERYTHING = "everything"
"""The `match` of halves that share nothing: every person of one with every case of the other."""
_NODE = re.compile(r"\((\w+)(:\w+)?\)")
RELATION = re.compile(r"\[(\w+):")
_NAMED = re.compile(r"[(\[](\w+)[:)\]]|\b([A-Za-z_]\w*)\.\w")
_EQUAL = re.compile(r"(\w+)\.\w+ = (\w+)\.\w+")
_STRING = re.compile(r"'[^']*'")
# Overlapping: the last node of a hop is the first of the next.
_HOP = re.compile(r"\(([^()]*)\)(?=(<?-\[[^\]]*\]->?)\(([^()]*)\))")
_BRACKETS = re.compile(r"\([^(){}]*\)|\{[^(){}]*\}")


def variables(text: str) -> set[str]:
    """Names of nodes and relationships that a pattern or a condition speaks of."""
    return {one or other for one, other in _NAMED.findall(_STRING.sub("''", text))}


def matches(text: str) -> str:
    """The MATCH lines of a text: its own, not those inside an EXISTS."""
    return "\n".join(line for line in text.splitlines() if line.startswith("MATCH"))


def bound(text: str) -> set[str]:
    """Names of nodes and relationships that a pattern binds."""
    return {m[1] for m in _NODE.finditer(text)} | set(RELATION.findall(text))


def also(text: str, conditions: Iterable[str]) -> str:
    """`text` with more conditions in the WHERE of its last clause."""
    more = " AND ".join(conditions)
    if not more:
        return text
    last = re.split(r"\n(?=MATCH|WITH)", text)[-1]
    return text + ("\n  AND " if "\nWHERE " in last else "\nWHERE ") + more


def condition(text: str) -> str:
    """The WHERE of a body of one MATCH."""
    return text.partition("\nWHERE ")[2]


@dataclass(frozen=True, slots=True)
class Halves:
    """A person half and a case half as written. They meet in `node` (as Cypher: its key), blank: everything meets.

    `match` pairs a property of the person half with one of the case half that it equals.
    """

    person: str
    case: str
    node: str
    match: tuple[tuple[str, str], ...]
    from_join: str
    """The case half in the order for a given person or for itself alone: that of `case`, unless one is written."""

    @property
    def width(self) -> int:
        """Columns to join by."""
        return bool(self.node) + len(self.match)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns to join by."""
        return (*(["join_key"] if self.node else []), *(f"match{n + 1}" for n in range(len(self.match))))

    def key_columns(self, side: int) -> list[str]:
        """Cypher for the columns to join by, of the person half (0) or the case half (1)."""
        values = (*([self.node] if self.node else []), *(pair[side] for pair in self.match))
        return [f"{value} AS {name}" for value, name in zip(values, self.keys, strict=True)]

    def equalities(self) -> list[str]:
        """What `match` asks of both halves together."""
        return [f"{one} = {other}" for one, other in self.match]


def _content(text: str) -> list[str]:
    """What a half asks, whatever the order: its hops, each from left to right, and its conditions."""
    hops = []
    for one, arrow, other in _HOP.findall(matches(text)):
        first, last = (node.partition(":")[0] or node for node in (one, other))
        hops.append(f"{last}{arrow[1:]}>{first}" if arrow.startswith("<") else f"{first}{arrow}{last}")
    clauses = re.findall(r"^WHERE (.*?)(?=^MATCH|^WITH|\Z)", text, re.M | re.S)
    return sorted([*hops, *(term for clause in clauses for term in " ".join(clause.split()).split(" AND "))])


class _Checking:
    """Reads the halves of a block, or says what is wrong with them."""

    def __init__(self, file: str, block: Block, about: str) -> None:
        self._file, self._block, self._about = file, block, about
        self._bound: dict[str, set[str]] = {}

    def halves(self) -> Halves:
        person, case = self._block.person, self._block.case
        for side, text, needs in (("person", person, "p"), ("case", case, "c" if self._about == "case" else "f")):
            self._one(side, text, needs)
        for side, other in (("person", "case"), ("case", "person")):
            used = variables(self._block.person if side == "person" else self._block.case)
            foreign = sorted(used - self._bound[side])
            if foreign:
                raise self._wrong(
                    f"the {side} half uses `{foreign[0]}`, which it does not bind"
                    + (f"; an equality with the {other} half is a `match`" if foreign[0] in self._bound[other] else "")
                )
        other_order = self._block.from_join
        if other_order and _content(other_order) != _content(case):
            raise self._wrong("`from_join` says what the case half says in another order: the same hops and conditions")
        return Halves(person, case, self._node(), self._match(), other_order or case)

    def _one(self, side: str, text: str, needs: str) -> None:
        if not text:
            raise self._wrong(f"a rung has a person half and a case half; the {side} half is missing")
        if not text.startswith("MATCH"):
            raise self._wrong(f"the {side} half begins with MATCH")
        self._bound[side] = bound(text)
        missing = [name for name in needs if name not in self._bound[side]]
        if missing:
            raise self._wrong(f"the {side} half binds `{missing[0]}`")
        flat = _STRING.sub("''", text)
        while (fewer := _BRACKETS.sub("", flat)) != flat:
            flat = fewer
        if other := re.search(r"\b(?:RETURN|UNION)\b", flat, re.I):
            raise self._wrong(f"the {side} half says what is met, and has no `{other[0].upper()}`")
        if re.search(r"\bOR\b", flat):
            raise self._wrong(f"an OR of the {side} half stands in brackets, since conditions are added behind it")

    def _node(self) -> str:
        """Cypher for the id of the node that both halves bind, blank for none."""
        person, case = matches(self._block.person), matches(self._block.case)
        twice = sorted(set(RELATION.findall(person)) & set(RELATION.findall(case)))
        if twice:
            raise self._wrong(f"the relationship `{twice[0]}` stands in both halves; they share a node")
        nodes = {m[1] for m in _NODE.finditer(person)} & {m[1] for m in _NODE.finditer(case)}
        everything = self._block.head.get("match") == EVERYTHING
        if everything and nodes:
            raise self._wrong(f"`match: {EVERYTHING}` is for halves that share no node; these share `{min(nodes)}`")
        if everything or "p" in nodes:
            return ""
        if not nodes and not self._block.head.get("match"):
            raise self._wrong(f"the halves share no node; if everything meets, say `match: {EVERYTHING}`")
        if len(nodes) > 1:
            raise self._wrong(f"the halves share one node; these share {', '.join(f'`{n}`' for n in sorted(nodes))}")
        if not nodes:
            return ""
        (node,) = nodes
        labels = {m[2] for text in (person, case) for m in _NODE.finditer(text) if m[1] == node}
        if not any(labels):
            raise self._wrong(f"the node `{node}` that the halves share needs a label: they are joined by its id")
        return f"{node}.id"

    def _match(self) -> tuple[tuple[str, str], ...]:
        found = []
        for text in self._block.names("match"):
            if text == EVERYTHING:
                continue
            equal = _EQUAL.fullmatch(text)
            if not equal:
                raise self._wrong(f"`match` is an equality of two properties, `r.system = f.system`; got `{text}`")
            one, other = text.split(" = ")
            if equal[1] in self._bound["case"] | {"f"}:
                one, other = other, one
            names = [one.split(".")[0], other.split(".")[0]]
            # The profile of a case is there whether or not the half speaks of it.
            if names[0] not in self._bound["person"] or names[1] not in self._bound["case"] | {"f"}:
                raise self._wrong(f"`match` is about one property of each half; `{text}` is not")
            found.append((one, other))
        return tuple(found)

    def _wrong(self, expected: str) -> QueryFileError:
        return QueryFileError(self._file, self._block.line, expected)


def halves_of(file: str, block: Block, about: str) -> Halves:
    """The halves of a block, about `profile` or `case`; wrong ones raise QueryFileError."""
    return _Checking(file, block, about).halves()
