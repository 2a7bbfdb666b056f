"""`structure`: the units of a day as trees, with who and what lies at each and below, and one unit in full.

Who belongs to a unit: members, holders of its positions, people with a portal role there, and people with a role
placed there. Which cases: those that name it (office, team, category, firm, referrer, agent, client), or have open work
in it. Below means the unit and all units under it; everybody and every case counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.person import Origin
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.nearest import nearest
from seewhy.graph.record import question
from seewhy.graph.scope.question import from_rows
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from seewhy.graph.answers.as_json import Provenance

LEADING = {"team_leader": "leads", "segment_manager": "manages"}
"""Levels of positions that stand above others in words."""
_FIRST = ("organisation", "segment", "firm", "referrer", "estate_agent", "office", "team", "category", "private_office")


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of the day; `rank` None and `parent` blank where there is none. Counts at it, and with all below."""

    id: str
    name: str
    kind: str
    code: str
    rank: int | None
    parent: str
    source: str
    """The row that puts it below its parent, blank for a root."""
    people_at: int
    people_below: int
    cases_at: int
    cases_below: int
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StructureAnswer:
    """All units of the day by id, and the roots in the order of reading."""

    as_of: str
    units: Mapping[str, UnitLine]
    roots: tuple[str, ...]
    provenance: Provenance

    def above(self, unit: str) -> tuple[str, ...]:
        """The units above, from the root down, without the unit itself."""
        way: list[str] = []
        at = self.units[unit].parent
        while at and at in self.units and at not in way:
            way.append(at)
            at = self.units[at].parent
        return tuple(reversed(way))

    def below(self, unit: str) -> Iterator[tuple[int, UnitLine]]:
        """The unit and everything under it in the order of reading, each with its depth below the unit."""
        pile = [(0, unit)]
        while pile:
            depth, one = pile.pop()
            yield depth, self.units[one]
            pile += [(depth + 1, child) for child in reversed(self.units[one].children)]


@dataclass(frozen=True, slots=True)
class Belonging:
    """One place of a person in a unit: `how` in words (`member, access edit`); `leads` when it stands above others."""

    person: str
    name: str
    how: str
    leads: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class Seat:
    """One position of a unit with its level; `holders` as (person, name, kind)."""

    position: str
    name: str
    system: str
    level: str
    source: str
    holders: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """One unit on a day: who belongs to it, its positions, and its cases as (id, title), all complete."""

    id: str
    as_of: str
    people: tuple[Belonging, ...]
    seats: tuple[Seat, ...]
    cases: tuple[tuple[str, str], ...]
    provenance: Provenance


@question("structure")
@from_rows("structure")
def structure(session: Session, as_of: str | dt.date | None = None) -> StructureAnswer:
    """The units that exist on the day, as trees with counts."""
    provenance, date = session.provenance(), day(as_of)
    units = {row["id"]: row for row in session.run("organisation/structure_units", as_of=date)}
    above = {
        row["unit"]: (row["parent"], row["source"])
        for row in session.run("organisation/structure_parents", as_of=date)
        if row["unit"] in units and row["parent"] in units
    }
    children: dict[str, list[str]] = {}
    for unit, (parent, _) in above.items():
        children.setdefault(parent, []).append(unit)
    people = {row["unit"]: set(row["people"]) for row in session.run("organisation/structure_people", as_of=date)}
    groups = {row["unit"]: set(row["profiles"]) for row in session.run("organisation/structure_cases")}
    sizes = {row["id"]: row["cases"] for row in session.run("organisation/profile_counts", as_of=date)}

    def placed(ids: Iterable[str]) -> list[str]:
        return sorted(ids, key=lambda id: _place(units[id]))

    roots = placed(id for id in units if id not in above)
    people_below, groups_below = dict(people), dict(groups)
    for one in reversed(list(_downwards(roots, children))):
        people_below[one] = people.get(one, set()).union(*(people_below[c] for c in children.get(one, ())))
        groups_below[one] = groups.get(one, set()).union(*(groups_below[c] for c in children.get(one, ())))
    found = {
        id: UnitLine(
            id,
            row["name"],
            row["kind"],
            row["code"] or "",
            row["rank"],
            *above.get(id, ("", "")),
            len(people.get(id, ())),
            len(people_below.get(id, ())),
            sum(sizes.get(group, 0) for group in groups.get(id, ())),
            sum(sizes.get(group, 0) for group in groups_below.get(id, ())),
            tuple(placed(children.get(id, ()))),
        )
        for id, row in units.items()
    }
    return StructureAnswer(date, found, tuple(roots), provenance)


def _place(row: Mapping[str, Any]) -> tuple[int, int, str, str]:
    """Kinds in the order of reading; segments by rank, the highest first; then by name."""
    kind = _FIRST.index(row["kind"]) if row["kind"] in _FIRST else len(_FIRST)
    return kind, -(row["rank"] or 0), row["name"], row["id"]


def _downwards(roots: Iterable[str], children: Mapping[str, list[str]]) -> Iterator[str]:
    pile = list(roots)
    while pile:
        one = pile.pop()
        yield one
        pile += children.get(one, ())


@question("unit")
@from_rows("structure")
def unit(session: Session, unit: str, as_of: str | dt.date | None = None) -> UnitAnswer:
    """One unit in full; an unknown id raises UnknownEntity."""
    provenance, date = session.provenance(), day(as_of)
    known = {row["id"]: row["name"] for row in session.run("organisation/units") if row["id"]}
    if unit not in known:
        raise UnknownEntity(f"unknown unit `{unit}`", nearest(unit, known, always=True))

    def rows(what: str) -> list[dict[str, Any]]:
        return session.run(f"organisation/structure_{what}", unit=unit, as_of=date)

    seats, held = rows("positions"), rows("holders")
    level = {row["position_id"]: row["level"] for row in seats}
    roles = {row["id"]: row["name"] for row in session.run("organisation/roles")}
    people = [
        Belonging(row["person"], row["name"], _member(row), bool(row["manager"]), _origin(row))
        for row in rows("members")
    ]
    people += [
        Belonging(row["person"], row["name"], _seated(row, level), level[row["position_id"]] in LEADING, _origin(row))
        for row in held
    ]
    people += [
        Belonging(row["person"], row["name"], f"portal role {row['role'].replace('_', ' ')}", False, _origin(row))
        for row in rows("portal_roles")
    ]
    people += [
        Belonging(row["person"], row["name"], f"role {roles.get(row['role'], row['role'])}", False, _origin(row))
        for row in rows("roles")
    ]
    return UnitAnswer(
        unit,
        date,
        tuple(sorted(people, key=lambda b: (not b.leads, b.name, b.person, b.how))),
        tuple(
            Seat(
                row["position_id"],
                row["position_name"],
                row["system"],
                row["level"],
                row["source"],
                tuple((h["person"], h["name"], h["kind"]) for h in held if h["position_id"] == row["position_id"]),
            )
            for row in seats
        ),
        _cases(session, unit, date),
        provenance,
    )


def _cases(session: Session, unit: str, date: str) -> tuple[tuple[str, str], ...]:
    rows = session.run("organisation/structure_cases")
    groups = sorted(group for row in rows if row["unit"] == unit for group in row["profiles"])
    found: dict[str, str] = {}
    if groups:
        for row in session.run("organisation/cases_of_profiles", profiles=groups, as_of=date):
            found |= zip(row["cases"], row["titles"], strict=True)
    return tuple(sorted(found.items()))


def _origin(row: Mapping[str, Any]) -> Origin:
    return Origin(row["source"], row["load"], row["since"], row["until"])


def _member(row: Mapping[str, Any]) -> str:
    ticks = [word for name, word in (("manager", "manager"), ("admin_support", "admin support")) if row[name]]
    return ", ".join(["member", *ticks, f"access {row['access']}"])


def _seated(row: Mapping[str, Any], level: Mapping[str, str]) -> str:
    does = LEADING.get(level[row["position_id"]])
    what = f"{does} it" if does else level[row["position_id"]].replace("_", " ")
    return f"{what}, {row['kind']} position {row['position_id']}"
