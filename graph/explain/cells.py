"""Facts of a finding: the cells that its query returns, as steps with sentence and source. Derived relationships become
the rows they come from; a case's profile becomes the case's own row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.reasons import End, PathStep
from seewhy.graph.explain.paths import Cells, step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seewhy.graph.session import Session


def names_of(session: Session) -> Mapping[tuple[str, str], str]:
    """Names of units, roles and systems by (kind, id)."""
    kinds = {"unit": "units", "role": "roles", "system": "systems"}

    def read() -> dict[tuple[str, str], str]:
        return {
            (kind, row["id"]): row["name"] or row["id"]
            for kind, query in kinds.items()
            for row in session.run(f"organisation/{query}")
        }

    named: Mapping[tuple[str, str], str] = session.remembered("names of things", read)
    return named


def facts(
    session: Session, cells: Iterable[Sequence[Any] | None], *, system: str = "", uncleared: bool = False
) -> tuple[PathStep, ...]:
    """The steps that some cells stand for, each once, in their order. `system` is the case's; `uncleared`: what a
    roster row is cited for."""
    names = names_of(session)
    found: dict[tuple[str, str, str, str], PathStep] = {}
    for one in cells:
        if one is not None:
            read = Cells.read(one)
            of = system
            if read.relationship == "HAS_PROFILE" and not of:  # a finding about no system in particular
                of = session.run("organisation/pair", person="", case=read.start.id)[0]["system"]
            for fact in _told(read, names, of, uncleared):
                found.setdefault((fact.start.id, fact.relationship, fact.end.id, fact.source), fact)
    return tuple(found.values())


def _told(cells: Cells, names: Mapping[tuple[str, str], str], system: str, uncleared: bool) -> list[PathStep]:
    kind, person = cells.relationship, cells.start
    row = cells.row

    def end(what: str, id: str) -> End:
        return End(what, id, names.get((what, id), id))

    if kind == "HAS_PROFILE":
        return [step(person, "IN_SYSTEM", end("system", system), **row)]
    if kind == "LISTED_IN" and uncleared:
        return [replace(step(person, kind, cells.end, **row), sentence=f"{person.name} has no security clearance")]
    if kind == "HAS_ASSIGNMENT":
        return [step(person, "HAS_ROLE", end("role", cells.details.get("role", "")), **row)]
    if kind == "COUNTS_AS" and cells.end.kind in ("person", "everyone"):
        return []
    if kind == "COUNTS_AS" and cells.end.kind == "unit":
        return [step(person, "MEMBER_OF", end("unit", cells.details.get("unit", cells.end.id)), **row)]
    if kind == "COUNTS_AS" and cells.end.kind == "role":
        return [step(person, "HAS_ROLE", cells.end, **row)]
    if kind in ("HOLDS", "COUNTS_AS"):
        privilege, role = End("privilege", cells.end.name, cells.end.name), cells.details.get("role", "")
        if not role:
            return [step(person, "GRANTED", privilege, **row)]
        through = end("role", role)
        given = (cells.details.get("via", ""), cells.details.get("via_load", ""))
        return [step(person, "HAS_ROLE", through, **row), step(through, "GIVES", privilege, *given)]
    if kind == "FOR_SUBJECT" and cells.end.kind == "privilege":
        cells = replace(cells, end=End("privilege", cells.end.id, f"holders of {cells.end.name}"))
    return [step(cells.start, kind, cells.end, **row, **cells.details)]
