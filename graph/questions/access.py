"""`check`, `who` and `what`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cypher.catalogue import book
from cypher.ladders import INACTIVE, ladders
from graph.answers import CheckAnswer, SeenCase, Seer, WhatAnswer, WhoAnswer
from graph.errors import ConfigurationError
from graph.questions.decision import Claim, Decision, decide
from graph.questions.standing import LARGE, standing
from graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt

    from cypher.ladders import Ladder
    from graph.answers import Provenance
    from graph.questions.standing import Standing

ACTIONS = ("view", "search")
_HALVES = ("profiles", "cases")
_NOTHING = Claim(None, None, None, None, False)


def action_of(action: str) -> str:
    """Check an action name."""
    if action not in ACTIONS:
        raise ConfigurationError(f"`{action}` is no action", "use `view` or `search`")
    return action


def rules_of(ladder: Ladder, decision: Decision) -> tuple[str, ...]:
    """Rule ids of the deciding step, then of the rung and the privilege that lifted a view."""
    ids = [*ladder.rules.get(decision.step, ())]
    if decision.risen is not None:
        ids += ladder.rules[ladder.step_of(decision.risen)]
    if decision.by_privilege:
        ids += ladder.lifts["view to edit"].block.names("rules")
    return tuple(dict.fromkeys(ids))


def check(
    session: Session, person: str, case: str, as_of: str | dt.date | None = None, *, action: str = "view"
) -> CheckAnswer:
    """May `person` see `case` on the day? Unknown ids raise UnknownEntity."""
    provenance, date = session.provenance(), day(as_of)
    about = session.pair(person, case)
    return checked(session, about, date, provenance, action_of(action))


def checked(session: Session, about: dict[str, Any], date: str, provenance: Any, action: str = "view") -> CheckAnswer:
    """The check itself, for a pair that is known to exist."""
    ladder = ladders()[about["scheme"]]
    person, case = about["person"], about["case_id"]
    (row,) = session.run(f"check/{ladder.scheme}", person=person, case=case, as_of=date, action="view")
    decision = decide(ladder, Claim.from_row(row))
    found = None
    if action == "search":
        found = (
            ladder.scheme == "privileges"
            and decision.step != "no_case"
            and _found(session, person, case, date, decision)
        )
    return CheckAnswer(
        person,
        case,
        date,
        about["system"],
        ladder.scheme,
        decision.value,
        decision.value_now,
        decision.step,
        rules_of(ladder, decision),
        provenance,
        found,
    )


def _found(session: Session, person: str, case: str, date: str, seen: Decision) -> bool:
    (row,) = session.run("find/check", person=person, case=case, as_of=date, action="search")
    claim = Claim.from_row(row)
    return claim.lifted and claim.rank != INACTIVE and (seen.value != "none" or claim.says_view)


def who(session: Session, case: str, as_of: str | dt.date | None = None, *, action: str = "view") -> WhoAnswer:
    """Everybody who can see `case`, complete, ordered by person id; with action search also who can find it."""
    provenance, date = session.provenance(), day(as_of)
    (about,) = session.run("organisation/pair", person="", case=case)
    if about["case_id"] is None:
        raise session.unknown("case", case)
    ladder = ladders()[about["scheme"]]
    decisions: dict[str, tuple[str, Decision]] = {}
    for row in session.run(f"who/{ladder.scheme}", case=case, as_of=date, action="view"):
        decision = decide(ladder, Claim.from_row(row))
        decisions.update({person: (name, decision) for person, name in row["people"]})
    found: dict[str, str] = {}
    if (
        action_of(action) == "search"
        and ladder.scheme == "privileges"
        and session.run("organisation/case_on_day", case=case, as_of=date)
    ):
        searchers = {row["person"]: row["name"] for row in session.run("find/searchers", as_of=date)}
        said: dict[str, Claim] = {}
        for row in session.run("find/who", case=case, as_of=date, action="search"):
            said.update(dict.fromkeys((person for person, _ in row["people"]), Claim.from_row(row)))
        found = {
            person: name
            for person, name in searchers.items()
            if (person in decisions and decisions[person][1].value != "none")
            or (person in said and said[person].says_view)
        }
        decisions |= {
            person: (name, decide(ladder, _NOTHING)) for person, name in found.items() if person not in decisions
        }
    seers = [
        Seer(person, name, d.value, d.value_now, d.step, (person in found) if action == "search" else None)
        for person, (name, d) in sorted(decisions.items())
    ]
    people = tuple(s for s in seers if s.value != "none" or s.found)
    return WhoAnswer(
        case,
        about["case_name"],
        date,
        about["system"],
        ladder.scheme,
        people,
        tuple(s for s in seers if s.value == "none"),
        provenance,
    )


def decided_cases(
    session: Session, people: list[str], scheme: str, date: str, *, search: bool = False
) -> dict[str, Any]:
    """The two halves of every pair of some people in one scheme, joined where they meet.

    Returns per person (profiles: id to Claim, cases: id to (profile id, Claim of both halves)).
    """
    names = ("find/profiles", "find/cases") if search else (f"what/{scheme}/profiles", f"what/{scheme}/cases")
    action = "search" if search else "view"
    out: dict[str, Any] = {}
    for row in session.run(names[0], people=people, as_of=date, action=action):
        claim = Claim.from_row(row)
        out.setdefault(row["person"], ({}, {}))[0].update(dict.fromkeys(row["members"], claim))
    for row in session.run(names[1], people=people, as_of=date, action=action):
        profiles, cases = out.setdefault(row["person"], ({}, {}))
        claim = Claim.from_row(row)
        cases.update({case: (profile, claim.merged(profiles.get(profile))) for case, profile in row["members"]})
    return out


def what(session: Session, person: str, as_of: str | dt.date | None = None, *, action: str = "view") -> WhatAnswer:
    """Every case that `person` can see, complete, ordered by case id; with action search also what they can find."""
    provenance, date = session.provenance(), day(as_of)
    rows = session.run("organisation/person", person=person)
    if not rows:
        raise session.unknown("person", person)
    systems = session.remembered("systems", lambda: session.run("organisation/systems"))
    about = tuple((row["id"], row["scheme"]) for row in systems)
    if action_of(action) == "view" and (whole := standing(session, date, make=False)):
        return WhatAnswer(person, rows[0]["name"], date, *_taken(whole, person, provenance, about))
    schemes = sorted({row["scheme"] for row in systems})
    decided = {scheme: decided_cases(session, [person], scheme, date).get(person, ({}, {})) for scheme in schemes}
    if action == "view" and _many(session, decided):
        whole = standing(session, date, make=True)
        assert whole
        return WhatAnswer(person, rows[0]["name"], date, *_taken(whole, person, provenance, about))
    seen: dict[str, tuple[Decision, str, str]] = {}
    for scheme in schemes:
        for case, (title, system, decision) in _listed(session, scheme, date, decided[scheme]).items():
            seen[case] = (decision, title, system)
    found: set[str] = set()
    if action == "search" and any(row["person"] == person for row in session.run("find/searchers", as_of=date)):
        scheme_of = {row["id"]: row["scheme"] for row in systems}
        found = {
            case for case, (d, _, system) in seen.items() if d.value != "none" and scheme_of[system] == "privileges"
        }
        sought = decided_cases(session, [person], "privileges", date, search=True).get(person, ({}, {}))
        for case, (title, system, decision) in _listed(session, "privileges", date, sought).items():
            if decision.value != "none":
                found.add(case)
                seen.setdefault(case, (decide(ladders()["privileges"], _NOTHING), title, system))
    cases = [
        SeenCase(case, title, system, d.value, d.value_now, d.step, (case in found) if action == "search" else None)
        for case, (d, title, system) in sorted(seen.items())
    ]
    return WhatAnswer(
        person,
        rows[0]["name"],
        date,
        tuple(c for c in cases if c.value != "none" or c.found),
        provenance,
        about,
        True,
        tuple(c for c in cases if c.value == "none"),
    )


def what_texts(answer: WhatAnswer) -> dict[str, str]:
    """The composed texts that say what a `what` asks, by name; an answer made from halves is compared with them."""
    names = [f"what/{scheme}/{half}" for scheme in sorted({s for _, s in answer.systems}) for half in _HALVES]
    return {name: book()[name].text for name in names}


def _taken(
    whole: Standing, person: str, provenance: Provenance, systems: tuple[tuple[str, str], ...]
) -> tuple[Any, ...]:
    """The rest of a WhatAnswer."""
    seen, blocked = whole.cases(person)
    return seen, provenance, systems, True, blocked


def _profiles(session: Session) -> dict[str, Any]:
    rows: dict[str, Any] = session.remembered(
        "profiles", lambda: {row["id"]: row for row in session.run("organisation/profiles")}
    )
    return rows


def _many(session: Session, decided: dict[str, Any]) -> bool:
    """Whether a person has claims on very many cases, by the counts kept on the groups (right about the newest day)."""
    groups = [group for profiles, _ in decided.values() for group in profiles]
    if not groups:
        return False
    about = _profiles(session)
    return sum(int(about[group]["cases"]) for group in groups) > LARGE


def _listed(
    session: Session, scheme: str, date: str, decided: tuple[dict[str, Claim], dict[str, tuple[str, Claim]]]
) -> dict[str, tuple[str, str, Decision]]:
    """case id to (title, system, decision) for every case with a claim in one scheme."""
    ladder = ladders()[scheme]
    profiles, cases = decided
    by_profile = {profile: decide(ladder, claim) for profile, claim in profiles.items()}
    system_of = _profiles(session)
    out: dict[str, tuple[str, str, Decision]] = {}
    for row in (
        session.run("organisation/cases_of_profiles", profiles=sorted(by_profile), as_of=date) if by_profile else ()
    ):
        decision, system = by_profile[row["profile_id"]], system_of[row["profile_id"]]["system"]
        out.update({case: (title or "", system, decision) for case, title in row["cases"]})
    if cases:
        titles = {row["id"]: row for row in session.run("organisation/cases_named", cases=sorted(cases))}
        out.update(
            {
                case: (titles[case]["caption"] or "", titles[case]["system"], decide(ladder, claim))
                for case, (_, claim) in cases.items()
            }
        )
    return out
