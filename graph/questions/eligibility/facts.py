"""What all kinds look up: people, positions and cases by id, and how they are named in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.cypher.ladders import gate
from seewhy.graph.answers.eligibility import Condition, EligiblePerson
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.nearest import nearest
from seewhy.graph.schemes.in_use import schemes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seewhy.graph.session import Session

LEVELS = {
    "caseworker": "a caseworker",
    "team_leader": "a team leader",
    "segment_manager": "a segment manager",
}
PLURALS = {"unit": "organisation/units", "position": "eligibility/positions", "work": "eligibility/work_items"}


def shown(name: str | None, id: str) -> str:
    """`Ana Ferreira (ana)`, or the id alone where it has no name of its own."""
    return f"{name} ({id})" if name and name != id else id


def listing(parts: Iterable[str], word: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`: all of them."""
    every = list(dict.fromkeys(parts))
    return f"{', '.join(every[:-1])} {word} {every[-1]}" if len(every) > 1 else "".join(every)


def cited(*sources: str | None) -> str:
    """The rows that a condition rests on, each once; blank ones left out."""
    return ", ".join(dict.fromkeys(one for one in sources if one))


def default(kind: str, policy: str) -> int:
    """What a whole-number policy is when the system sets none, in the schemes that have a kind of eligibility."""
    return int(next(one.policies[policy].default for one in schemes().values() if kind in one.eligibility))


def unknown(session: Session, kind: str, id: str) -> UnknownEntity:
    """The error for an unknown unit, position or work item, naming the nearest known ones."""
    rows = session.remembered(f"known {kind}", lambda: session.run(PLURALS[kind]))
    word = "work item" if kind == "work" else kind
    return UnknownEntity(
        f"unknown {word} `{id}`", nearest(id, {row["id"]: row["name"] for row in rows if row["id"]}, always=True)
    )


def person_on_day(session: Session, person: str, date: str) -> dict[str, Any]:
    """Keys id, name, active, cleared, source; UnknownEntity for an id that no load ever brought."""
    rows = session.run("eligibility/person", person=person, as_of=date)
    if not rows:
        raise session.unknown("person", person)
    return rows[0]


def inactive(session: Session, person: dict[str, Any], date: str) -> tuple[Condition, ...]:
    """The condition that is not met when somebody has no active account on the day; nothing for active people.

    No product text speaks of it for eligibility: it is the gate before every ladder.
    """
    if person["active"]:
        return ()
    rows = session.run("organisation/roster", person=person["id"])
    later = min((row["since"] for row in rows if row["active"] and row["since"] > date), default="")
    return (
        Condition(
            gate()["inactive"].block.names("rules")[0],
            False,
            f"{shown(person['name'], person['id'])} is not active on {date}",
            cited(person["source"], *(row["source"] for row in rows if row["since"] == later)),
            f"the account is active from {later}: ask as of that day" if later else "an active account",
        ),
    )


def positions_on_day(session: Session, ids: Sequence[str], date: str, doing: str) -> list[dict[str, Any]]:
    """Positions in the order asked for, each once; all of one system that goes by positions.

    `doing` is what the question is about, for the sentence of a ConfigurationError.
    """
    wanted = list(dict.fromkeys(ids))
    rows = {row["id"]: row for row in session.run("eligibility/position", positions=wanted, as_of=date)}
    for id in wanted:
        if id not in rows:
            raise unknown(session, "position", id)
        if rows[id]["system"] is None:
            raise ConfigurationError(f"the position `{id}` has no row for {date}", "ask as of another day")
    systems = sorted({row["system"] for row in rows.values()})
    if len(systems) > 1:
        raise ConfigurationError(
            f"the positions belong to several systems: {listing(f'`{one}`' for one in systems)}",
            "ask for those of one system at a time",
        )
    require_kind(session, f"the position `{wanted[0]}`", systems[0], "secondary-access", doing)
    return [rows[id] for id in wanted]


def require_kind(session: Session, what: str, system: str, kind: str, doing: str) -> None:
    """ConfigurationError when a system goes by a scheme that knows no such kind of eligibility."""
    systems = session.remembered("systems", lambda: session.run("organisation/systems"))
    own = next((row["scheme"] for row in systems if row["id"] == system), "")
    having = [scheme.name for scheme in schemes().values() if kind in scheme.eligibility]
    if own not in having:
        named = listing(having, "or")
        fitting = listing(f"`{row['id']}`" for row in systems if row["scheme"] in having)
        raise ConfigurationError(
            f"{what} belongs to the system `{system}`, which goes by {own}; {doing} is a matter of {named}",
            f"systems that go by {named}: {fitting}" if fitting else f"no system of this graph goes by {named}",
        )


def case_for(session: Session, case: str, kind: str, doing: str) -> dict[str, Any]:
    """The case's row of `organisation/pair`; an unknown case, and one whose scheme has no such kind, are errors."""
    (about,) = session.run("organisation/pair", person="", case=case)
    if about["case_id"] is None:
        raise session.unknown("case", case)
    require_kind(session, f"the case `{case}`", about["system"], kind, doing)
    return about


def has_row(session: Session, case: str, date: str) -> bool:
    """Whether the case has a row for the day; without one nobody is offered for it."""
    return bool(session.run("organisation/case_on_day", case=case, as_of=date))


def per_person(rows: Iterable[tuple[str, str, str, tuple[str | None, ...]]]) -> tuple[EligiblePerson, ...]:
    """Rows of person, name, reason, sources as one entry each, by person id; several reasons are joined."""
    found: dict[str, tuple[str, list[str], list[str | None]]] = {}
    for person, name, because, cites in rows:
        _, reasons, sources = found.setdefault(person, (name, [], []))
        reasons.append(because)
        sources += cites
    return tuple(
        EligiblePerson(person, name, "; ".join(dict.fromkeys(reasons)), cited(*sources))
        for person, (name, reasons, sources) in sorted(found.items())
    )
