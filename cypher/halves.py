"""Rungs cut at their joint: the person's half and the profile's half, to be joined outside, column by column.

A rung says how a person and a group of look-alike cases meet. Asked pair by pair, that is millions of rows; but both
sides meet in one node (a unit, a reach, a rule), which the header names: `joint: k`. So two small questions are made,
`(person side)-…-(k)` and `(k)-…-(profile side)`, each with the conditions that its own variables are in. A condition
over both sides must be an equality of two properties, and becomes one more column to join by. `joint: everything`
stands for a rung whose two sides meet nowhere: every person of one with every profile of the other.

`NOT EXISTS { … }` over both sides is cut the same way, at the second name of the header (`joint: everything, g2`): the
pairs that it finds are taken out again. The text of the rung stays the only source; the whole composition
(`what/<scheme>/profiles`) must give the same claims, and the tests compare them pair by pair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from seewhy.cypher.compose import JOIN, body, clauses, conditions, holds, inactive, terms, variables
from seewhy.cypher.header import QueryFileError, on_day
from seewhy.cypher.ladders import ladders

if TYPE_CHECKING:
    from seewhy.cypher.ladders import Ladder, Rung

EVERYTHING = "everything"
_NODE = re.compile(r"\((\w*)(?::([\w|]+))?\)")
_RELATION = re.compile(r"\[(\w*):([\w|]+)\]")
_EQUAL = re.compile(r"(\w+)\.(\w+) = (\w+)\.(\w+)$")
_UNLESS = re.compile(r"NOT EXISTS \{(.*)\}$", re.S)


@dataclass(frozen=True, slots=True)
class Half:
    """One cut pattern. Both texts return `joint`, `with1` … (`width` columns to join by in all), `rank`, `now` and
    `members` (person ids; profile ids); the side that does not say `rank` or `now` leaves it out."""

    people: str
    profiles: str
    width: int


@dataclass(frozen=True, slots=True)
class CutRung:
    """A profile rung of a ladder, cut: `guard` for one that says none to all that it finds; `unless` finds pairs that
    are taken out."""

    rung: Rung
    half: Half
    unless: Half | None
    guard: bool


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Paths and conditions of a body or of what stands inside an EXISTS."""

    paths: tuple[str, ...]
    terms: tuple[str, ...]


def _read(text: str) -> _Pattern:
    paths, held = [], []
    for head, *rest in clauses(text):
        paths.append(head.removeprefix("MATCH").strip())
        if rest:
            held += conditions(rest)
    return _Pattern(tuple(paths), tuple(held))


def _inside(text: str) -> _Pattern:
    path, _, where = " ".join(text.split()).removeprefix("MATCH").strip().partition(" WHERE ")
    return _Pattern((path,), tuple(terms(where)) if where else ())


def _pieces(path: str, joint: str) -> list[str]:
    """A path divided at the joint, which both pieces keep."""
    for match in _NODE.finditer(path) if joint else ():
        if match[1] == joint and match.start() > 0 and match.end() < len(path):
            return [path[: match.end()], *_pieces(path[match.start() :], joint)]
    return [path]


class _Cut:
    """One pattern being cut: which names belong to the person's side, and what each side asks."""

    def __init__(self, rung: Rung, pattern: _Pattern, joint: str) -> None:
        self.rung, self.joint = rung, "" if joint == EVERYTHING else joint
        pieces = [piece for path in pattern.paths for piece in _pieces(path, self.joint)]
        names = [variables(piece) - {self.joint} for piece in pieces]
        sides: dict[str, set[str]] = {side: {side} for side in "pf"}
        for _ in pieces:
            for side in sides.values():
                for named in names:
                    if named & side:
                        side |= named
        if sides["p"] & sides["f"]:
            raise self._wrong("the joint does not divide the rung into a person's and a profile's side")
        self.sides, self.spanning = sides, list[str]()
        self.keys: list[tuple[str, str]] = []
        labels = (m[2] for path in pattern.paths for m in _NODE.finditer(path) if m[1] == self.joint and m[2])
        self.label = next(labels, "")
        if self.joint and (not self.label or "|" in self.label):
            raise self._wrong("the joint needs one label")
        if not all(named & (sides["p"] | sides["f"]) for named in names):
            raise self._wrong("a part of the rung is connected with neither side; give a relationship a name")
        self.paths = {
            side: [piece for piece, named in zip(pieces, names, strict=True) if named & known]
            for side, known in sides.items()
        }
        kinds = [{m[2] for piece in self.paths[side] for m in _RELATION.finditer(piece)} for side in ("p", "f")]
        if kinds[0] & kinds[1] and len(pattern.paths) == 1:
            raise self._wrong("one relationship could serve on both sides of the joint; use two MATCH clauses")
        self.terms: dict[str, list[str]] = {"p": [], "f": []}
        for term in pattern.terms:
            self._place(term)

    def _wrong(self, expected: str) -> QueryFileError:
        return QueryFileError(self.rung.file, self.rung.block.line, expected)

    def _place(self, term: str) -> None:
        named = variables(term)
        on = [side for side in ("p", "f") if named & self.sides[side]]
        if len(on) < 2:
            for side in on or ("p", "f"):
                self.terms[side].append(term)
        elif match := _EQUAL.match(term):
            one, two = (f"{match[1]}.{match[2]}", f"{match[3]}.{match[4]}")
            self.keys.append((one, two) if match[1] in self.sides["p"] else (two, one))
        elif _UNLESS.match(term):
            self.spanning.append(term)
        else:
            raise self._wrong(f"`{term}` is about both sides of the joint and no equality of two properties")

    def text(self, side: str, rank: str, now: str, *, timed: tuple[str, ...]) -> str:
        """One side as a question."""
        one, key = ("p", 0) if side == "p" else ("f" if self.rung.about == "profile" else "c", 1)
        left = list(self.terms[side])
        lines: list[str] = []
        paths = self.paths[side] or ["(p:Person)" if side == "p" else "(f:AccessProfile)"]
        seen: set[str] = set()
        for path in paths:
            bound = {m[1] for m in _NODE.finditer(path)} | {m[1] for m in _RELATION.finditer(path)}
            fresh, seen = bound - seen, seen | bound
            where = [on_day(name) for name in timed if name in fresh]
            if "f" in fresh:
                where.append(f"f.scheme = '{self.rung.scheme}'")
            ready = [term for term in left if variables(term) & (self.sides[side] | {self.joint}) <= seen]
            left = [term for term in left if term not in ready]
            asked = " AND ".join([*where, *ready])
            lines.append(f"MATCH {self._labelled(path, fresh)}" + (f"\nWHERE {asked}" if asked else ""))
        if left:
            raise self._wrong(f"`{left[0]}` speaks of something that its side does not bind")
        told = {"joint": f"{self.joint}.id" if self.joint else "''"}
        told |= {f"with{n}": pair[key] for n, pair in enumerate(self.keys, 1)}
        told |= {name: value for name, value in (("rank", rank), ("now", now)) if value != "null"}
        columns = ", ".join(f"{value} AS {name}" for name, value in told.items())
        return "\n".join(lines) + f"\nRETURN {columns}, collect({one}.id) AS members"

    def _labelled(self, path: str, fresh: set[str]) -> str:
        """The labels of the joint, of p and of f are written where each is bound first on this side."""
        for name, label in ((self.joint, self.label), ("p", "Person"), ("f", "AccessProfile")):
            if name and name in fresh:
                path = path.replace(f"({name})", f"({name}:{label})", 1)
        return path


def _halves(cut: _Cut, rank: str, now: str, timed: tuple[str, ...]) -> Half:
    def side_of(text: str) -> str:
        named = variables(text)
        return "f" if named & cut.sides["f"] else "p"

    on = side_of(rank)
    if now != "null" and side_of(now) == "f":
        raise cut._wrong("`now` is about the person's side only")
    people = cut.text("p", rank if on == "p" else "null", now, timed=timed)
    profiles = cut.text("f", rank if on == "f" else "null", "null", timed=timed)
    return Half(people, profiles, 1 + len(cut.keys))


def cut(rung: Rung) -> CutRung:
    """Cut one rung; of a rung `on: case` the profile's side returns case ids. A wrong `joint` raises QueryFileError."""
    names = rung.block.names("joint")
    if not names:
        raise QueryFileError(
            rung.file, rung.block.line, "a rung `on: profile` names its `joint` (a node, or everything)"
        )
    pattern, timed = _read(rung.block.body), rung.block.names("valid")
    if rung.about == "case":
        pattern, timed = _Pattern((*pattern.paths, JOIN.removeprefix("MATCH ")), pattern.terms), (*timed, "hp")
    outer = _Cut(rung, pattern, names[0])
    half = _halves(outer, rung.rank_text(), rung.now_text(), timed)
    unless = None
    if outer.spanning:
        if len(outer.spanning) > 1 or len(names) < 2:
            raise QueryFileError(
                rung.file, rung.block.line, "a NOT EXISTS over both sides needs a `joint` of its own, one per rung"
            )
        match = _UNLESS.match(outer.spanning[0])
        assert match
        inner = _Cut(rung, _inside(match[1]), names[1])
        inner.terms["f"] += [term for term in outer.terms["f"] if variables(term) == {"f"}]
        unless = _halves(inner, "null", "null", ())
    return CutRung(rung, half, unless, rung.guard == "yes")


@cache
def cut_rungs(scheme: str) -> tuple[CutRung, ...]:
    """Every profile rung of a ladder that lists need, in the ladder's order."""
    rungs = ladders()[scheme].rungs
    return tuple(cut(rung) for rung in rungs if rung.about == "profile" and rung.guard != "implied")


@cache
def cut_case_rungs(scheme: str) -> tuple[CutRung, ...]:
    """The rungs about single cases that name a joint: rules, of which one may concern many people."""
    return tuple(cut(rung) for rung in ladders()[scheme].rungs if rung.about == "case" and rung.block.names("joint"))


def case_rungs(scheme: str) -> tuple[Rung, ...]:
    """The other rungs about single cases: personal links, asked person by person."""
    return tuple(rung for rung in ladders()[scheme].rungs if rung.about == "case" and not rung.block.names("joint"))


def texts(scheme: str) -> dict[str, str]:
    """All halves by name: `halves/<scheme>/<n>/people`, `…/profiles`, `…/unless/people`, `…/unless/profiles`; of case
    rungs `halves/<scheme>/case/<n>/people`, `…/cases`, or whole as `halves/<scheme>/own/<n>`; and who is active."""
    out = {}
    for n, one in enumerate(cut_rungs(scheme)):
        for name, half in (("", one.half), ("unless/", one.unless)):
            if half is not None:
                out[f"halves/{scheme}/{n}/{name}people"] = half.people
                out[f"halves/{scheme}/{n}/{name}profiles"] = half.profiles
    for n, one in enumerate(cut_case_rungs(scheme)):
        name = f"halves/{scheme}/case/{n}"
        out |= {f"{name}/people": one.half.people, f"{name}/cases": one.half.profiles}
    for n, rung in enumerate(case_rungs(scheme)):
        out[f"halves/{scheme}/own/{n}"] = own_cases(rung)
    out[f"halves/{scheme}/active"] = active(ladders()[scheme])
    return out


def own_cases(rung: Rung) -> str:
    """The claims of one case rung for some people: rows person, rank, now, members (case ids)."""
    return (
        f"UNWIND $people AS one\nMATCH (p:Person {{id: one}})\nCALL (p) {{\n  {body(rung, ('p',))}\n"
        f"  RETURN {rung.rank_text()} AS rank, {rung.now_text()} AS now, collect(c.id) AS members\n}}\n"
        "RETURN p.id AS person, rank, now, members"
    )


def active(ladder: Ladder) -> str:
    """Everybody who is active on the day, and whether a view of theirs is lifted to edit."""
    return (
        f"MATCH (p:Person)\nWHERE NOT ({inactive()})\n"
        f"RETURN p.id AS person, {holds(ladder.lifts.get('view to edit'))} AS lifted"
    )
