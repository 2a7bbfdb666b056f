"""Law of scope: a scoped answer is the answer without a scope, cut, and says how much is outside.

Whoever and whatever is outside is named nowhere, and is as unknown as an id that nobody ever loaded.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import asdict
from functools import cache
from itertools import takewhile

import pytest

from seewhy.api import Graph
from seewhy.graph.errors import SeeWhyError, UnknownEntity
from seewhy.graph.matrix import profile_cases
from seewhy.graph.matrix.inside import LONG
from seewhy.graph.matrix.precomputed import precomputed
from seewhy.graph.matrix.profile_cases import SMALL
from seewhy.graph.nearest import nearest
from seewhy.graph.questions.compare import compare
from seewhy.graph.questions.seen_over_time import seen_over_time
from seewhy.graph.questions.structure import structure, unit
from seewhy.graph.questions.timeline import timeline
from seewhy.graph.questions.unit_access import unit_access
from tests.support.scoped import Cut, within
from tests.support.world_graphs import graph_of, loaded, on_neo4j
from tests.worlds.organisation import organisation as whole_organisation
from tests.worlds.tables import DATED

SCOPES = int(os.environ.get("SEEWHY_SCOPES", "10"))
QUESTIONS = 500 if SCOPES >= 100 else 60
"""Questions for each scope."""
DAYS = ("2026-03-01", "2026-06-14", "2026-06-15", "2027-04-01")
CHANGING = ("memberships", "case_people", "portal_roles", "holdings", "role_assignments", "work", "group_members")
"""Files of which some rows end with the second load."""
ELIGIBLE = (
    *("assign", "task", "draft", "contribute", "cc", "advise", "qa"),
    *("capability", "secondary-access", "removal", "reassign"),
)
WEIGHTS = {
    "check": 20, "why": 20, "who": 15, "what": 15, "person": 6, "compare": 4, "structure": 2, "unit": 6, "eligible": 6,
    "findings": 1, "timeline": 2, "diff": 1, "whatif": 2, "would_change": 5, "row": 6, "unit_access": 3, "over_time": 4,
}  # fmt: skip
HEAVY = {
    "findings": 2, "timeline": 2, "diff": 2, "whatif": 2, "would_change": 2, "structure": 2, "row": 6, "unit_access": 2,
    "over_time": 2,
}  # fmt: skip
"""How often a scope asks a heavy question at the most."""


@cache
def organisation():
    """The history of two loads. Everybody and every case has a name that nothing else has, rows name who granted them,
    and have notes that name the person."""
    rows, random_ = whole_organisation(7, 40, 90), random.Random(7)
    for row in rows["people"]:
        row |= {"name": f"Name-of-{row['person_id']}", "email": f"mail-of-{row['person_id']}"}
    for row in rows["cases"]:
        row["title"] = f"Title-of-{row['case_id']}"
    for stem in DATED & rows.keys():
        for row in rows[stem]:
            row["granted_by"] = random_.choice(rows["people"])["person_id"]
            row["note"] = f"Name-of-{row.get('person_id') or row['granted_by']}"
    later = {
        stem: [row for row in table if stem not in CHANGING or random_.random() < 0.85] for stem, table in rows.items()
    }
    return loaded([("2026-03-01", rows), ("2026-06-15", later)]), "2026-06-15"


@cache
def opened() -> Graph:
    history, day = organisation()
    graph = graph_of(history, day)
    graph.session.engine.history = lambda: history
    precomputed(graph.session, DAYS[1], make=True)  # on one of the days lists come from an access matrix
    return graph


@cache
def names() -> tuple[dict[str, str], dict[str, str]]:
    session = opened().session
    people = {row["id"]: row["name"] for row in session.run("organisation/people")}
    return people, {row["id"]: row["caption"] for row in session.run("organisation/cases")}


def drawn_scope(random_: random.Random) -> list[tuple[set[str], set[str]]]:
    people, cases = names()
    return [
        tuple(set(random_.sample(sorted(ids), round(len(ids) * random_.choice((0, 0.2, 0.6, 0.8, 0.9, 1)))))
              for ids in (people, cases))
        for _ in range(random_.choice((1, 2)))
    ]  # fmt: skip


@cache
def peopled(day: str) -> list[str]:
    """Units that somebody or some case belongs to."""
    lines = structure(opened().session, day).units.values()
    return sorted(one.id for one in lines if one.people_at and one.cases_at)


def drawn_question(random_: random.Random, kind: str) -> tuple:
    """Kind and arguments; ids are drawn from everything, so many are outside."""
    people, cases = (sorted(one) for one in names())
    person, case, day = random_.choice(people), random_.choice(cases), random_.choice(DAYS)
    units = peopled(day)
    given = {
        "who": (case, day), "what": (person, day), "person": (person, day), "structure": (day,), "findings": (day,),
        "compare": (person, random_.choice(people), day), "unit": (random_.choice(units), day),
        "unit_access": (random_.choice(units), day), "over_time": (random_.choice((person, case)), day),
        "timeline": (person, case), "diff": tuple(sorted(random_.sample(DAYS, 2))),
        "eligible": (random_.choice(ELIGIBLE), person, case, day), "whatif": (random_.choice(units), day),
        "row": (random_.choice((*CHANGING, "units", "people", "cases")), random_.randrange(2, 20), day),
    }  # fmt: skip
    return kind, *given.get(kind, (person, case, day))


def answer(graph: Graph, question: tuple):
    """The JSON of an answer; an error as its kind, message and hint."""
    kind, *given = question
    try:
        return ASK[kind](graph, *given)
    except SeeWhyError as error:
        return type(error).__name__, error.message, error.hint


def _eligible(graph: Graph, kind: str, person: str, case: str, day: str):
    positions = [row["id"] for row in graph.session.run("eligibility/positions")]
    work = sorted({row["work_id"] for row in organisation()[0]["work"].iter_rows(named=True)})
    chosen = {
        "task": {"case": case, "role": "team_member"}, "qa": {"case": case, "type": "Press Office"},
        "capability": {"person": person, "name": "assign-role"},
        "secondary-access": {"person": person, "position": positions[:1], "access": "hierarchical"},
        "removal": {"person": person, "position": positions[hash(case) % len(positions)]},
        "reassign": {"person": person, "work": work[len(case + person) % len(work)]},
    }.get(kind, {"case": case})  # fmt: skip
    return graph.eligible(kind, day, **chosen).as_dict()


def _what(graph: Graph, person: str, day: str):
    """The list, of which the first cases were looked at before the rest was read."""
    found = graph.what(person, day)
    first, count = [one.case for one in found.cases[:3]], len(found.cases)
    told = found.as_dict()
    assert (first, count) == ([one["case"] for one in told["cases"][:3]], len(told["cases"]))
    return told


def _structure(graph: Graph, day: str):
    found = structure(graph.session, day)
    lines = {id: (one.people_at, one.people_below, one.cases_at, one.cases_below) for id, one in found.units.items()}
    return {"day": day, "lines": lines, **found.provenance.as_dict()}


def _over_time(graph: Graph, id: str, day: str):
    about = {"person" if id in names()[0] else "case": id}
    return asdict(seen_over_time(graph.session, **about, as_of=day))


def _end_of_memberships(graph: Graph, unit_: str, day: str):
    rows = organisation()[0]["memberships"].filter(unit_id=unit_).iter_rows(named=True)
    keys = {(row["person_id"], row["unit_id"]): row for row in rows if row["since"] <= day < row["until"]}
    inside = [key for key in keys if graph.session.tells(key[0], "", day)]
    if not inside or day < organisation()[1]:
        return {}
    ends = [{"person_id": person, "unit_id": of} for person, of in inside]
    return graph.whatif({"end": {"memberships": ends}}, day).as_dict()


ASK = {
    "check": lambda g, *given: g.check(*given).as_dict(),
    "why": lambda g, *given: g.why(*given).as_dict(),
    "who": lambda g, *given: g.who(*given).as_dict(),
    "what": _what,
    "person": lambda g, *given: g.person(*given).as_dict(),
    "findings": lambda g, day: g.findings(day).as_dict(),
    "diff": lambda g, *given: g.diff(*given).as_dict(),
    "compare": lambda g, *given: asdict(compare(g.session, *given)),
    "unit": lambda g, *given: asdict(unit(g.session, *given)),
    "structure": _structure,
    "unit_access": lambda g, *given: asdict(unit_access(g.session, *given)),
    "over_time": _over_time,
    "timeline": lambda g, *given: asdict(timeline(g.session, *given)),
    "eligible": _eligible,
    "whatif": _end_of_memberships,
    "row": lambda g, *given: g.row(*given).as_dict(),
    "paths": lambda g, person, case, day: g.paths(f"person:{person}", f"case:{case}", day).as_dict(),
    "would_change": lambda g, *given: g.why(*given, changes=True).as_dict(),
}


@cache
def full(question: tuple):
    return answer(opened(), question)


COUNTED = Counter[str]()


def faults(cut: Cut, graph: Graph, question: tuple) -> list[str]:
    """What is wrong with the scoped answer to one question."""
    kind, *given = question
    told, whole = answer(graph, question), full(question)
    found = [f"leaks {one}" for one in cut.leaks(told) if one not in given]
    people, cases = names()
    named = [[one for one in given if one in known] for known in (people, cases)]
    if kind in ("structure", "unit", "unit_access", "findings", "diff", "whatif", "row"):
        named = [[], []]
    needs = named if kind != "compare" else [named[0], []]
    inside = all(cut.together([one]) for one in needs[0]) and cut.together(needs[0] if needs[1] else (), needs[1])
    if not inside and kind not in ("timeline", "eligible"):
        if not isinstance(told, tuple) or told[0] != UnknownEntity.__name__:
            return [*found, f"answers about somebody outside: {told}"]
        noun, one = next(("person", one) for one in needs[0] if not cut.together([one])) if not all(
            cut.together([one]) for one in needs[0]
        ) else ("case", needs[1][0])  # fmt: skip
        known = {id: name for id, name in (people if noun == "person" else cases).items()
                 if id in (cut.people if noun == "person" else cut.cases)}  # fmt: skip
        wanted = "UnknownEntity", f"unknown {noun} `{one}`", nearest(one, known, always=True)
        return found if told == wanted else [*found, f"says {told}, not {wanted}"]
    if isinstance(told, tuple) or isinstance(whole, tuple):
        unknown = kind == "row" and _row_is_outside(cut, whole)
        alike = unknown or kind in ("timeline", "eligible") or (isinstance(whole, tuple) and told[:2] == whole[:2])
        return found if alike else [*found, f"{told} instead of {whole}"]
    COUNTED[kind] += 1
    hidden = told.get("hidden") or (told.get("provenance") or {}).get("hidden")
    if told and hidden != cut.hidden:
        found.append(f"says that {hidden} are outside, not {cut.hidden}")
    if kind in COMPARED:
        read, wanted = COMPARED[kind]
        one, other = read(cut, told), wanted(cut, whole)
        if one != other:
            found.append(f"differs: {one} instead of {other}")
    return found


def _row_is_outside(cut: Cut, whole) -> bool:
    """Whether a row names somebody or a case outside, or both not together: then it is as unknown as no row."""
    if isinstance(whole, tuple):
        return True
    cells = [cell for column, cell in whole["cells"].items() if column != "granted_by"]
    known = names()
    return not cut.together(*({one for one in cells if one in side} for side in known))


def _row(cut: Cut | None, answer_: dict):
    """What rests on it, and its cells but for what was granted by somebody outside, and notes."""
    pairs = [
        [one for one in answer_[side] if cut is None or cut.together([one["person"]], [one["case"]])]
        for side in ("gives", "keeps_out")
    ]
    cells = {key: cell for key, cell in answer_["cells"].items() if key not in ("note", "granted_by", "title")}
    return answer_["source"], cells, pairs


def _plain(_: Cut, answer_: dict) -> dict:
    return {key: value for key, value in answer_.items() if key != "hidden"}


def _by(name: str):
    """As it is told, and the whole answer cut."""
    return _plain, lambda cut, answer_: getattr(cut, name)(answer_)


def _cut_by(name: str):
    """The same where `Cut` also says how an answer is read."""
    return (
        lambda cut, answer_: getattr(cut, name)(_plain(cut, answer_), cut=False),
        lambda cut, answer_: getattr(cut, name)(answer_),
    )


def _compared(cut: Cut, answer_: dict):
    """Two lists of what, cut, and compared once more."""
    first, second = answer_["first"], answer_["second"]
    left, right = (
        {one["case"]: (one["value"], one["value_now"], one["step"]) for one in
         cut.what(full(("what", side["person"], side["as_of"])))["cases"]}
        for side in (first, second)
    )  # fmt: skip
    none = ("none", "none", "")
    differ = sorted(case for case in left.keys() | right.keys() if left.get(case) != right.get(case))
    same = len(left.keys() | right) - len(differ)
    return [(case, left.get(case, none), right.get(case, none)) for case in differ], same


def _told_comparison(cut: Cut, answer_: dict):
    rows = [
        (one["case"], (one["first"], one["first_now"], one["first_step"]),
         (one["second"], one["second_now"], one["second_step"]))
        for one in answer_["differences"]
    ]  # fmt: skip
    return rows, answer_["same"]


def _told_lines(cut: Cut, answer_: dict):
    return {id: (line[0], line[2]) for id, line in answer_["lines"].items()}


def _lines(cut: Cut, answer_: dict):
    """People and cases at each unit, counted from the unit itself."""
    found = {}
    for id in answer_["lines"]:
        of = full(("unit", id, answer_["day"]))
        people, cases = {one["person"] for one in of["people"]}, {case for case, _ in of["cases"]}
        found[id] = len(people & cut.people), len(cases & cut.cases)
    return found


def _seers(answer_: dict):
    return sorted((one["person"], one["cases"], one["belongs"]) for one in answer_["seers"])


def _seeing(cut: Cut, answer_: dict):
    """Who sees which of the cases of a unit and below, from the lists of everybody inside."""
    day, found = answer_["as_of"], []
    answers = [full(("unit", one.id, day)) for _, one in structure(opened().session, day).below(answer_["unit"])]
    cases = {case for of in answers for case, _ in of["cases"]}
    belongs = {one["person"] for of in answers for one in of["people"]}
    for person in sorted(cut.people):
        seen = {one["case"] for one in cut.what(full(("what", person, day)))["cases"]} & cases
        if seen:
            found.append((person, len(seen), person in belongs))
    return found


def _moments(answer_: dict):
    return [(m["date"], m["day_before"], m["before"], m["after"]) for m in answer_["moments"]]


def _counted_moments(cut: Cut, answer_: dict):
    """The same days, counted in the lists of those days; a day whose rows are all outside need not be told."""
    kind, id = ("what", answer_["person"]) if answer_["person"] else ("who", answer_["case"])

    def seen(day: str):
        listed = getattr(cut, kind)(full((kind, id, day)))["cases" if kind == "what" else "people"]
        return {value: sum(one["value"] == value for one in listed) for value in ("edit", "view")}

    return [(m["date"], m["day_before"], seen(m["day_before"]), seen(m["date"])) for m in answer_["moments"]]


def _unit(cut: Cut | None, answer_: dict):
    seats = [
        (seat["position"], [one for one in seat["holders"] if cut is None or one[0] in cut.people])
        for seat in answer_["seats"]
    ]
    people = [(one["person"], one["how"]) for one in answer_["people"] if cut is None or one["person"] in cut.people]
    return people, seats, [one for one in answer_["cases"] if cut is None or one[0] in cut.cases]


BLANK = ("note", "granted_by", "covers", "requested_by", "authorised_by", "lending_by", "borrowing_by")


def _managers(cut: Cut | None, chain: list[str]):
    inside = list(takewhile(lambda one: one and (cut is None or one in cut.people), chain))
    return inside, len(inside) < len(chain)


def _person(cut: Cut | None, answer_: dict):
    """Everything; people who are named and outside are blank, managers are those before the first one outside."""
    found = {}
    for key, value in _plain(cut, answer_).items():
        if key == "managers":
            found[key] = _managers(cut, [one["manager"] for one in value])
        elif isinstance(value, list):
            found[key] = [
                {k: v for k, v in row.items() if k not in BLANK or (v and (cut is None or v in cut.people))}
                for row in value
            ]
        else:
            found[key] = value
    return found


def _periods(cut: Cut, answer_: dict, *, whole: bool = True):
    """Fixed reaches are the same on every day, so every period is told."""

    def reasons(period: dict):
        def step(one: dict):
            kept = {key: value for key, value in one.items() if value or key not in ("granted_by", "note")}
            return {**kept, "from": one["start"], "to": one["end"]}

        named = [{**one, "path": [*map(step, one["path"])]} for one in period["reasons"]]
        return cut.reasons(named, cut=whole)

    return [(one["since"], one["until"], one["value"], one["verdict"], reasons(one)) for one in answer_["periods"]]


def _offered(cut: Cut | None, answer_: dict):
    if "conditions" in answer_:
        people = {
            does: [one for one in some if cut is None or one in cut.people] for does, some in answer_["people"].items()
        }
        return answer_["verdict"], answer_["rules"], people
    listed = [one["person"] for one in answer_["people"]]
    return [one for one in listed if cut is None or cut.together([one], [answer_["case"]])]


def _both(read):
    """A reader that cuts, and does not when it is given no cut."""
    return lambda cut, answer_: read(None, answer_), read


COMPARED = {
    **{name: _by(name) for name in ("check", "who", "what")},
    **{name: _cut_by(name) for name in ("why", "diff")},
    "findings": (
        lambda cut, answer_: [one["id"] for one in answer_["findings"]],
        lambda cut, answer_: cut.findings(answer_)["findings"],
    ),
    "unit": _both(_unit),
    "row": _both(_row),
    "person": _both(_person),
    "compare": (_told_comparison, _compared),
    "structure": (_told_lines, _lines),
    "unit_access": (lambda cut, answer_: _seers(answer_), _seeing),
    "over_time": (
        lambda cut, answer_: _moments(answer_) == _counted_moments(cut, answer_),
        lambda cut, answer_: True,
    ),
    "timeline": (lambda cut, answer_: _periods(cut, answer_, whole=False), _periods),
    "eligible": _both(_offered),
}


def test_a_scoped_answer_is_the_answer_without_a_scope_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = []
    questions = [
        drawn_question(random.Random(n), kind)
        for n, kind in enumerate(random.Random(0).choices([*WEIGHTS], [*WEIGHTS.values()], k=500))
    ]
    asked = 0
    for number in range(SCOPES):
        random_ = random.Random(number)
        parts = drawn_scope(random_)
        # Long lists are counted, and begun, without being read: here every one is long in half of the scopes.
        monkeypatch.setattr(profile_cases, "LONG", 0 if number % 2 else LONG)
        monkeypatch.setattr(profile_cases, "SMALL", 0 if number % 2 else SMALL)
        graph, cut, heavy = within(opened(), *parts), Cut(parts, *names()), dict(HEAVY)
        for question in random_.sample(questions, QUESTIONS):
            if question[0] in heavy:
                heavy[question[0]] -= 1
                if heavy[question[0]] < 0:
                    continue
            asked += 1
            wrong += [f"scope {number}, {question}: {one}" for one in faults(cut, graph, question)]
    assert SCOPES < 5 or min(COUNTED[kind] for kind in WEIGHTS) > 1, COUNTED
    assert asked > SCOPES * QUESTIONS / 2
    kept = [opened().session.remembered(name, dict) for name in ("groups inside", "places inside")]
    assert all(kept), "no list was counted without being read"
    assert not wrong, f"{len(wrong)} faults\n" + "\n".join(one[:600] for one in wrong[:20])


def test_a_path_is_led_over_nothing_that_is_outside_and_over_everything_else() -> None:
    """Where a shortest path of the whole lies inside, the same ones are told; else longer ones, or none."""
    wrong, compared = [], 0
    people, cases = (sorted(one) for one in names())
    for number in range(min(SCOPES, 6)):
        random_ = random.Random(100 + number)
        parts = drawn_scope(random_)
        graph, cut = within(opened(), *parts), Cut(parts, *names())
        for _ in range(12):
            question = "paths", random_.choice(people), random_.choice(cases), DAYS[1]
            wrong += [f"scope {number}, {question}: {one}" for one in faults(cut, graph, question)]
            whole, told = full(question), answer(graph, question)
            if isinstance(told, tuple) or whole["shortest"] > len(whole["paths"]):
                continue
            inside = [path for path in whole["paths"] if all(_inside(cut, fact) for fact in path["path"])]
            compared += bool(inside)
            one, other = ([[end["id"] for end in path["things"]] for path in some] for some in (inside, told["paths"]))
            if (one != other) if inside else (told["paths"] and told["hops"] <= whole["hops"]):
                wrong.append(f"{number} {question}: {other} instead of {one}")
    assert compared > 5
    assert not wrong, "\n".join(wrong[:5])


def _inside(cut: Cut, fact: dict) -> bool:
    ends = fact["from"], fact["to"]
    work = {row["work_id"]: row["case_id"] for row in organisation()[0]["work"].iter_rows(named=True)}
    cases = [end["id"] for end in ends if end["kind"] == "case"]
    cases += [work[end["id"]] for end in ends if end["kind"] == "work"]
    return cut.together([end["id"] for end in ends if end["kind"] == "person"], cases)


def test_on_neo4j_a_scope_leaves_the_same(neo4j_server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few of the questions, as the embedded engine answers them; every list counts as long."""
    monkeypatch.setattr(profile_cases, "LONG", 0)
    monkeypatch.setattr(profile_cases, "SMALL", 0)
    history, day = organisation()
    random_ = random.Random(1)
    parts = drawn_scope(random_)
    light = [kind for kind in WEIGHTS if kind not in HEAVY or kind == "structure"]
    questions = [drawn_question(random.Random(n), kind) for n, kind in enumerate(light * 3)]
    with on_neo4j(neo4j_server, history, day) as graph:
        differ = []
        for question in questions:
            one, other = (answer(within(whole, *parts), question) for whole in (opened(), graph))
            plain = [told if isinstance(told, tuple) else _without_engine(told) for told in (one, other)]
            if plain[0] != plain[1]:
                differ.append(f"{question}: {plain}"[:800])
    assert not differ, "\n".join(differ)


def _without_engine(told):
    """Without the name of the engine; reasons and conditions of one rank come in any order."""
    if isinstance(told, dict):
        return {key: _without_engine(value) for key, value in told.items() if key != "engine"}
    if isinstance(told, list | tuple):
        parts = [_without_engine(one) for one in told]
        return sorted(parts, key=repr) if all(isinstance(one, dict) for one in parts) else parts
    return told
