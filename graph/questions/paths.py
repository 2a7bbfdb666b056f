"""`paths`: how two things hang together, whatever it means for access: every shortest chain of facts, and some longer.

Looked for level by level from both ends, with one text per kind of thing and level (`neighbours/…`), because the two
engines have no search of their own in common. What is met is kept in a small graph here, and the paths are read off it.

Not stepped over are the things that join nearly everybody: everyone, a whole system, the roster; and relationships that
say what others say already (a closure, a reach).
"""

from __future__ import annotations

from itertools import islice, pairwise, product
from typing import TYPE_CHECKING, Any

from seewhy.cypher.neighbours import labels
from seewhy.graph.answers.paths import FoundPath, PathsAnswer
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.explain.path_search import Key, Leg, Search, label_of
from seewhy.graph.explain.paths import kind
from seewhy.graph.inputs.characters import trimmed
from seewhy.graph.nearest import nearest
from seewhy.graph.record import question
from seewhy.graph.schemes.in_use import relationships
from seewhy.graph.scope.question import from_rows
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from seewhy.graph.answers.reasons import PathStep

KINDS = ("person", "unit", "role", "privilege", "rule", "type", "case", "position", "group")
"""What a path may begin at, end at, and be led over."""
STOPS = 3
"""Things that a path may be led over."""
LISTED = 50
"""Paths that are listed unless somebody asks for another number."""
_NEVER = frozenset(
    {
        *("IN_SYSTEM", "SETS", "ACTIVE_IN", "LISTED_IN", "COUNTS_AS", "HOLDS", "HAS_ASSIGNMENT", "IS_SENSITIVE"),
        *("WORK_IN", "CARRIES", "REFERRED_BY", "SOLD_BY", "FOR_CLIENT"),
    }
)
def relationship_kinds() -> tuple[str, ...]:
    """The relationships that paths go along, by type."""
    return tuple(sorted(name for name, one in relationships().items() if one.sentence and name not in _NEVER))


def thing(text: str) -> Key:
    """Kind and id of `role:hub`; raises ConfigurationError for what is none."""
    named, colon, id = text.partition(":")
    if not colon or named.strip() not in (*KINDS, *map(kind, labels())) or not trimmed(id):
        raise ConfigurationError(
            f"`{text}` names no thing: it is written as kind and id, `person:ana`",
            f"the kinds are {', '.join(KINDS)}",
        )
    return ("case_type" if named.strip() == "type" else named.strip()), trimmed(id)


def _allowed(without: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds of relationships to go along, and those that were named to be left out."""
    every = relationship_kinds()
    named = (one.strip().upper().replace(" ", "_").replace("-", "_") for one in without)
    left = tuple(dict.fromkeys(one for one in named if one))
    if wrong := [one for one in left if one not in every]:
        raise ConfigurationError(
            f"unknown kind of relationship `{wrong[0].lower()}`",
            nearest(wrong[0].lower(), [one.lower() for one in every]) or f"such as {every[0].lower()}",
        )
    return tuple(one for one in every if one not in left), left


def _named(given: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The people and the cases that a question names."""
    keys = [thing(text) for name in ("start", "end", "of") if (text := given.get(name))]
    keys += [thing(text) for text in given.get("via", ())]
    return [id for one, id in keys if one == "person"], [id for one, id in keys if one == "case"]


@question("paths")
@from_rows("paths", named=_named)
def paths(
    session: Session,
    start: str,
    end: str,
    as_of: str | dt.date | None = None,
    *,
    via: Sequence[str] = (),
    without: Sequence[str] = (),
    most: int = LISTED,
    longer: int = 0,
) -> PathsAnswer:
    """Paths from `start` to `end` (`role:hub`, `case:e-210`), led over up to three stops, the shortest first.

    `without` leaves out kinds of relationships, `most` is how many are listed, `longer` how many of these may be longer
    than the shortest. Raises ConfigurationError for what is no thing, UnknownEntity for an id that does not exist.
    """
    if len(via) > STOPS:
        raise ConfigurationError(f"{len(via)} stops are too many", f"a path is led over at most {STOPS}")
    provenance, date = session.provenance(), day(as_of)
    kinds, left = _allowed(without)
    route = [_known(session, thing(text)) for text in (start, *via, end)]
    search = Search(session, date, kinds)
    legs = [search.leg(a, b, most, longer if not via else 0) for a, b in pairwise(route)]
    found, shortest = _joined(legs, most + longer)
    least = min((path.hops for path in found), default=0)
    kept = [path for path in found if path.hops == least][:most]
    kept += [path for path in found if path.hops > least][:longer]
    if not via and found:
        shortest = legs[0].shortest
    cut = search.cut
    listed = sum(path.hops == least for path in kept)
    if listed < shortest:
        cut = " ".join(part for part in (f"{listed:,} of {shortest:,} shortest paths are listed.", cut) if part)
    one, *stops, two = (search.end(key) for key in route)
    return PathsAnswer(one, two, tuple(stops), left, date, least, shortest, tuple(kept), cut, provenance)


@question("neighbours")
@from_rows("paths", named=_named)
def neighbours(session: Session, of: str, as_of: str | dt.date | None = None) -> tuple[PathStep, ...]:
    """The facts that join one thing (`unit:north`) to others on a day, by what they say; empty for an unknown one."""
    key = thing(of)
    search = Search(session, day(as_of), relationship_kinds())
    search.expand([key])
    facts = dict.fromkeys(fact for other in search.near.get(key, {}) for fact in search.facts(key, other))
    return tuple(sorted(facts, key=lambda fact: (fact.relationship, fact.sentence)))


def _known(session: Session, key: Key) -> Key:
    """The key of a thing that exists. Raises UnknownEntity with the nearest known one."""
    named, id = key
    label = label_of(named)
    if session.run(f"thing/{label}", id=id):
        return key
    if named in ("person", "case"):
        raise session.unknown(named, id)
    known = {row["id"]: row["name"] for row in session.run(f"things/{label}")}
    word = named.replace("_", " ")
    raise UnknownEntity(f"unknown {word} `{id}`", nearest(id, known, always=True))


def _joined(legs: Sequence[Leg], most: int) -> tuple[list[FoundPath], int]:
    """Legs one behind the other, the shortest first, and how many shortest there are."""
    shortest = 1
    for leg in legs:
        shortest *= leg.shortest
    if len(legs) == 1:
        return list(legs[0].paths), shortest
    found = []
    for choice in islice(product(*(leg.paths for leg in legs)), most):
        things = [*choice[0].things, *(one for leg in choice[1:] for one in leg.things[1:])]
        facts = dict.fromkeys(fact for leg in choice for fact in leg.path)
        found.append(FoundPath(sum(leg.hops for leg in choice), tuple(things), tuple(facts)))
    return sorted(found, key=lambda path: path.hops), shortest
