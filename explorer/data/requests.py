"""What a request for secondary access is filled in with beside its verdict: what the person holds, what is asked for,
who holds that already; and which positions would reach a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from seewhy.explorer.data.connection import Revision, per_load, session
from seewhy.graph.answers.eligibility import REFUSED, Verdict
from seewhy.graph.errors import NotAllowed, UnknownEntity
from seewhy.graph.questions.eligibility.ask import eligible
from seewhy.graph.questions.eligibility.facts import LEVELS, shown
from seewhy.graph.schemes.in_use import schemes

if TYPE_CHECKING:
    from typing import Any

    from seewhy.graph.session import Session

KIND = "secondary-access"
_CASEWORKER = "caseworker"
_MOST = 6
"""Positions that are offered for one case."""


class Place(NamedTuple):
    """A position: id, name, level in words, its unit, how it is held (blank: it is not), and the row that says so."""

    id: str
    name: str
    level: str
    unit: str
    kind: str
    source: str

    @property
    def words(self) -> str:
        """`Judicial review caseworker 1 (jr-a1), a caseworker in Judicial review team`."""
        return f"{shown(self.name, self.id)}, {self.level} in {self.unit}"


class Holder(NamedTuple):
    """Somebody who holds a position: id and name, how they hold which one, and the row that says so."""

    person: str
    name: str
    because: str
    source: str


class RequestFacts(NamedTuple):
    """What the person holds in the system, what is asked for, and who holds that now."""

    held: tuple[Place, ...]
    asked: tuple[Place, ...]
    holders: tuple[Holder, ...]


@per_load(100, needs="eligible", question=None)
def request_facts(revision: Revision, person: str, positions: tuple[str, ...], as_of: str) -> RequestFacts:
    """For a request whose verdict was asked already: unknown positions are left out."""
    with session() as opened, opened.engine.snapshot():
        rows = opened.run("eligibility/position", positions=list(positions), as_of=as_of)
        by_id = {row["id"]: row for row in rows if row["system"] is not None}
        asked = [by_id[id] for id in positions if id in by_id]
        system = asked[0]["system"] if asked else ""
        held = opened.run("eligibility/positions_held", person=person, system=system, as_of=as_of)
        holders = [
            Holder(
                row["person"],
                row["name"],
                f"{row['kind']} holding of {by_id[row['position_id']]['name']}",
                row["source"],
            )
            for unit in dict.fromkeys(row["unit"] for row in asked)
            for row in opened.run("organisation/structure_holders", unit=unit, as_of=as_of)
            if row["position_id"] in by_id and row["person"] != person
        ]
    return RequestFacts(
        tuple(_place(row["position_id"], row["position_name"], row["kind"], row) for row in held),
        tuple(_place(row["id"], row["name"], "", row) for row in asked),
        tuple(holders),
    )


def _place(id: str, name: str, kind: str, row: dict[str, Any]) -> Place:
    return Place(id, name, LEVELS[row["level"]], row["unit_name"] or row["unit"], kind, row["source"])


class Offer(NamedTuple):
    """A position that would reach a case, the kind of secondary access that it could be asked for as, the verdict on
    that request, and the condition that decides it (blank where all are met)."""

    position: str
    name: str
    access: str
    verdict: str
    because: str


@per_load(200, needs="eligible", question=None)
def offers(revision: Revision, person: str, case: str, scheme: str, as_of: str) -> tuple[Offer, ...]:
    """The positions that a request could ask for so that the person reaches the case, those that are not refused first;
    none where the scheme knows no requests, or where nothing of the case may be told.

    Absence related is between leaders alone, on both sides (CMS-08, CMS-09); all else is hierarchical.
    """
    if KIND not in schemes()[scheme].eligibility:
        return ()
    with session() as opened, opened.engine.snapshot():
        try:
            near: list[dict[str, Any]] = opened.run(f"candidates/{scheme}", case=case, as_of=as_of, action="view")
            ids = [row["id"] for row in near if row["kind"] == "Position"][:_MOST]
            rows = opened.run("eligibility/position", positions=list(dict.fromkeys(ids)), as_of=as_of)
            there = [row for row in rows if row["system"] is not None]
            system = there[0]["system"] if there else ""
            held = opened.run("eligibility/positions_held", person=person, system=system, as_of=as_of)
            leads = any(row["kind"] == "primary" and row["level"] != _CASEWORKER for row in held)
            found = [_offer(opened, person, row, leads, as_of) for row in there]
        except (NotAllowed, UnknownEntity):
            return ()
    return tuple(sorted(found, key=lambda one: one.verdict == REFUSED))


def _offer(opened: Session, person: str, row: dict[str, Any], leads: bool, as_of: str) -> Offer:
    access = "absence" if leads and row["level"] != _CASEWORKER else "hierarchical"
    told = eligible(opened, KIND, as_of, person=person, position=row["id"], access=access)
    assert isinstance(told, Verdict)
    because = told.deciding.because if told.deciding else ""
    return Offer(row["id"], row["name"] or row["id"], access, told.verdict, because)
