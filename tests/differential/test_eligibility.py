"""Eligibility: the definition says the same as the embedded engine and as Neo4j, over generated worlds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from seewhy.api import Graph
from seewhy.graph.answers.eligibility import EligiblePeople, Verdict
from seewhy.graph.engines import open_engine
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.given import tables_from_given
from seewhy.loaders.load import load_checked
from tests.definition import World, eligibility, offers
from tests.support.examples import worlds
from tests.support.world_graphs import embedded
from tests.worlds.builder import DAY
from tests.worlds.stories import story
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    from tests.definition.world import Day
    from tests.servers.neo4j import Neo4jServer
    from tests.worlds.tables import Rows

Case = tuple[dict[str, Any], Any]
"""The arguments of one question, and what the definition answers."""

OFFERED = (
    *("Draft responses", "ECASE-116", "Work on reopened cases", "Receive Contributions", "Receive Contribution CCs"),
    *("Receive Contribution CCs by default", "Advise on cases", "Manage cases at Private Office", "ECASE-185"),
    *(f"Receive {kind} QAs" for kind in offers.QA_TYPES if kind != "Assistant Private Secretary"),
)
ROLES = tuple(f"{unit}_{tick}" for unit in ("team", "office") for tick in ("member", "manager", "admin_support"))


def enriched(scheme: str, seed: int) -> Rows:
    """A generated world with more of what eligibility asks about: codes, limits, options, ticks, privileges."""
    rows, chance = seeded_world(scheme, seed), random.Random(seed)
    key = "system_id"
    for system in [row for row in rows["systems"] if row["scheme"].lower() == scheme]:
        numbers = {"positions": ("max_positions", "clearance_above"), "memberships": ()}.get(scheme, ())
        kinds = ("office", "team", "category") if scheme == "memberships" else ()
        wanted = {name: str(chance.randrange(4)) for name in numbers if chance.random() < 0.6}
        wanted |= {
            f"assign_to_{kind}": chance.choice(("true", "Yes", "1", "false")) for kind in kinds if chance.random() < 0.6
        }
        rows["policies"] = [
            row for row in rows["policies"] if (row[key], row["policy"]) not in {(system[key], n) for n in wanted}
        ]
        rows["policies"] += [{key: system[key], "policy": name, "value": value} for name, value in wanted.items()]
    for unit in rows["units"]:
        if unit.get("code"):
            unit["code"] = chance.choice([*sorted(eligibility.FOUR), "FS_GB_CENOP_000_NEW CASE"])
    for row in rows["memberships"]:
        row["admin_support"] = chance.choice(("", "yes", "no"))
    privileges = (*OFFERED, *offers.RULE)
    for role in rows["roles"]:
        have = {row["privilege"] for row in rows["role_privileges"] if row["role_id"] == role["role_id"]}
        names = {offers.NAMES.get(name, name) for name in have}
        for privilege in chance.sample(privileges, 14):
            if offers.NAMES.get(privilege, privilege) not in names:
                names.add(offers.NAMES.get(privilege, privilege))
                rows["role_privileges"].append({"role_id": role["role_id"], "privilege": privilege})
    if scheme == "privileges":
        for person in {row["person_id"] for row in rows["people"]}:
            held = {
                offers.NAMES.get(r["privilege"], r["privilege"])
                for r in rows["privilege_grants"]
                if r["person_id"] == person
            }
            for privilege in chance.sample(sorted({offers.NAMES.get(name, name) for name in privileges} - held), 2):
                rows["privilege_grants"].append({"person_id": person, "privilege": privilege})
    return rows


def of_positions(world: World, day: Day, chance: random.Random) -> Iterator[Case]:
    own = {row["position_id"]: row["system_id"] for row in day.table("positions")}
    governed = [position for position, system in own.items() if day.scheme[system] == "positions"]
    for person in world.people:
        for position in governed:
            asked = [position]
            same = [other for other in governed if own[other] == own[position] and other != position]
            if same and chance.random() < 0.4:
                asked += chance.sample(same, min(len(same), chance.randrange(1, 3)))
            for access in ("absence", "hierarchical"):
                unique = chance.random() < 0.2
                arguments = {"person": person, "position": asked, "access": access, "functionally_unique": unique}
                answer = eligibility.secondary_access(day, person, asked, access, functionally_unique=unique)
                whom = None if len(asked) > 1 else eligibility.people(day, person, position, access)
                yield {"kind": "secondary-access", **arguments}, (answer, whom)
            gone = eligibility.removal(day, person, position)
            if gone is not None:
                kind = next(
                    r["kind"] for r in day.table("holdings") if (r["person_id"], r["position_id"]) == (person, position)
                )
                whom = None if kind == "primary" else eligibility.people(day, person, position, kind, removal=True)
                yield {"kind": "removal", "person": person, "position": position}, (gone, whom)
        for work in sorted({row["work_id"] for row in world.rows["work"]}):
            said = eligibility.reassign(day, work, person)
            if said is not None:
                yield {"kind": "reassign", "work": work, "person": person}, (said, None)


def of_memberships(world: World, day: Day, chance: random.Random) -> Iterator[Case]:
    for case in world.cases:
        if day.scheme[next(r["system_id"] for r in world.rows["cases"] if r["case_id"] == case)] != "memberships":
            continue
        yield {"kind": "assign", "case": case}, eligibility.assign(day, case)
        for role in ROLES:
            yield {"kind": "task", "case": case, "role": role}, eligibility.task(day, case, role)


def of_privileges(world: World, day: Day, chance: random.Random) -> Iterator[Case]:
    made = offers.Offers(day)
    for case in world.cases:
        for kind in ("draft", "contribute", "advise", "cc"):
            yield {"kind": kind, "case": case}, getattr(made, kind)(case)
        yield {"kind": "draft", "case": case, "reopened_after_transfer": True}, made.draft(case, reopened=True)
        for kind in offers.QA_TYPES:
            yield {"kind": "qa", "case": case, "type": kind}, made.qa(case, kind)
    units = sorted({row["unit_id"] for row in world.rows["units"]})
    for person in world.people:
        for name in offers.CAPABILITIES:
            unit = chance.choice(units) if name in offers.IN_ONE_TEAM and chance.random() < 0.5 else ""
            if name == "manage-team-on-organogram":
                unit = chance.choice(units)
            arguments = {"kind": "capability", "person": person, "name": name, **({"unit": unit} if unit else {})}
            verdict, rules, missing = made.capability(person, name, unit)
            yield arguments, ((verdict, rules, set(missing)), None)


QUESTIONS: dict[str, Callable[[World, Day, random.Random], Iterator[Case]]] = {
    "positions": of_positions,
    "memberships": of_memberships,
    "privileges": of_privileges,
}


def got(graph: Graph, arguments: dict[str, Any]) -> Any:
    """The product's answer in the shape of the definition's."""
    found = graph.eligible(as_of=DAY, **arguments)
    if isinstance(found, EligiblePeople):
        people = [one.person for one in found.people]
        assert people == sorted(set(people))
        assert all(one.because and one.source for one in found.people)
        return set(people)
    assert isinstance(found, Verdict)
    assert all(one.because and bool(one.would_meet) != one.met for one in found.conditions)
    plain = found.as_dict()
    more = {"removal": (set(plain["work"]),), "capability": (set(plain["missing"]),)}.get(found.kind, ())
    whom = tuple(set(plain["people"][part]) for part in ("ask", "agree", "authorise"))
    return (found.verdict, list(found.rules), *more), whom


def differences(graph: Graph, rows: Rows, scheme: str, seed: int, seen: Counter[str]) -> list[str]:
    world = World(rows)
    wrong = []
    for arguments, expected in QUESTIONS[scheme](world, world.on(DAY), random.Random(seed)):
        answer = got(graph, arguments)
        if isinstance(expected, tuple) and expected[1] is None:
            expected, answer = expected[0], answer[0]
        if isinstance(expected, tuple):
            word = expected[0][0] if isinstance(expected[0], tuple) else expected[0]
        else:
            word = "some" if expected else "none"
        seen[f"{arguments['kind']} {word}"] += 1
        if answer != expected:
            wrong.append(f"{arguments}: expected {expected}, got {answer}")
    return wrong


@pytest.mark.parametrize("scheme", sorted(QUESTIONS))
def test_embedded_answers_as_the_definition(scheme: str) -> None:
    seen: Counter[str] = Counter()
    for seed in range(worlds(20)):
        rows = enriched(scheme, seed)
        wrong = differences(embedded(rows, DAY), rows, scheme, seed, seen)
        assert not wrong, f"seed {seed}: {wrong[:5]}\n{story(rows)}"
    # A world that only ever refuses, or offers nobody, tests nothing.
    kinds = {word.split(" ")[0] for word in seen}
    words = {"positions": ("allowed", "refused"), "memberships": ("some", "none"), "privileges": ("some", "none")}[
        scheme
    ]
    expected = {f"{kind} {word}" for kind in kinds - {"capability"} for word in words}
    expected |= {f"capability {word}" for word in ("allowed", "refused") if "capability" in kinds}
    assert expected <= set(seen), seen


@pytest.mark.parametrize("scheme", sorted(QUESTIONS))
def test_neo4j_answers_as_the_definition(
    scheme: str, clean_neo4j: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in clean_neo4j.environment().items():
        monkeypatch.setenv(name, value)
    for seed in range(worlds(2)):
        clean_neo4j.empty(plans=False)
        rows = enriched(scheme, 100 + seed)
        engine = open_engine(clean_neo4j.uri, write=True)
        try:
            load_checked(engine, check(tables_from_given(rows)).frames, given=frozenset(), as_of=DAY)
            wrong = differences(Graph(engine), rows, scheme, seed, Counter())
        finally:
            engine.close()
        assert not wrong, f"seed {100 + seed}: {wrong[:5]}\n{story(rows)}"


def test_cases_of_other_schemes_are_refused_in_a_sentence() -> None:
    rows = seeded_world("mixed", 3, hostile=False)
    graph = embedded(rows, DAY)
    scheme = {row["system_id"]: row["scheme"].lower() for row in rows["systems"]}
    asked = {
        "assign": "memberships",
        "draft": "privileges",
        "contribute": "privileges",
        "cc": "privileges",
        "advise": "privileges",
    }
    for case, system in {row["case_id"]: row["system_id"] for row in rows["cases"]}.items():
        for kind, own in asked.items():
            if scheme[system] == own:
                graph.eligible(kind, DAY, case=case)
            else:
                with pytest.raises(ConfigurationError, match=f"which goes by {scheme[system]}"):
                    graph.eligible(kind, DAY, case=case)
