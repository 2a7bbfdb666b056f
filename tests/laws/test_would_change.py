"""Laws of `would_change`: every entry is true when the change is really made, none could be smaller, and what it opens
or closes besides is counted exactly."""

from __future__ import annotations

import random
from functools import cache

import pytest

from seewhy.graph.change.changeset import apply, changes_from
from seewhy.graph.counterfactual import would_change as module
from seewhy.graph.counterfactual.candidates import end_of
from seewhy.graph.counterfactual.would_change import would_change
from seewhy.graph.errors import LoadRejected
from seewhy.graph.inputs.files import FILES
from seewhy.graph.rules.privileges import privileges
from seewhy.graph.schemes.contract_files import PORTAL_ROLES
from seewhy.graph.vocabulary import LINKS
from tests.definition.decide import decide
from tests.definition.world import World
from tests.support.examples import worlds
from tests.support.world_graphs import (
    graph_of,
    histories_side_by_side,
    history_of,
    ids,
    load_record,
    one_by_one,
    prefix_of,
)
from tests.worlds.builder import DAY
from tests.worlds.strategies import seeded_world

ENDABLE = {stem for stem, spec in FILES.items() if spec.endable}

SCHEMES = ("positions", "memberships", "portal", "privileges", "mixed")
SEEDS = range(500, 502)
KIND = {
    ("none", "view"): "opened",
    ("none", "edit"): "opened",
    ("view", "none"): "closed",
    ("edit", "none"): "closed",
    ("view", "edit"): "raised",
    ("edit", "view"): "lowered",
}


@cache
def opened(scheme, seed):
    """A world, its history, and a graph that remembers it; nobody changes them."""
    rows = seeded_world(scheme, seed)
    return rows, *remembering(rows)


def remembering(rows):
    """The history of a world, and a graph that remembers it."""
    history = history_of(rows, DAY)
    graph = graph_of(history, DAY)
    graph.session.newest()
    graph.session.remembered("history", lambda: history)
    return history, graph


def changed(history, changes):
    """The history after changes, made as `whatif` makes them; None where a load would refuse them."""
    data: dict = {}
    for change in changes:
        data.setdefault(change.do, {}).setdefault(change.file, []).append(dict(change.row))
    try:
        return apply(history, [load_record(DAY)], changes_from(data), DAY)
    except LoadRejected:
        return None


def made(history, changes):
    """The graph after changes that a load would take."""
    after = changed(history, changes)
    assert after is not None, changes
    return graph_of(after, DAY)


@cache
def answers_of(scheme, seed):
    rows, _, graph = opened(scheme, seed)
    return one_by_one(graph, *ids(rows), DAY)


@cache
def entries_of(scheme, seed, pair):
    _, _, graph = opened(scheme, seed)
    return would_change(graph.session, graph.why(*pair, DAY))


def chosen(scheme, seed, wanted, count=2):
    answers = answers_of(scheme, seed)
    pairs = [pair for pair, answer in answers.items() if (answer[0] == "none") == wanted]
    return answers, random.Random(seed).sample(pairs, min(count, len(pairs)))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("no", [True, False], ids=["no", "yes"])
def test_every_entry_is_true_and_none_could_be_smaller(scheme: str, no: bool) -> None:
    """Every change is made for itself; what remains of each stands beside the others in one graph."""
    histories: list = []
    proofs: list = []
    for seed in SEEDS:
        rows, history, _ = opened(scheme, seed)
        people, cases = ids(rows)
        answers, pairs = chosen(scheme, seed, no, worlds(2))

        def true(after, prefix, pair, entry, people=people, cases=cases, answers=answers) -> None:
            told = (pair, entry)
            check = after.check(prefix + pair[0], prefix + pair[1], DAY)
            assert (check.value, check.step) == (entry.value, entry.step), told
            assert (check.value == "none") != no, told
            own = [[prefix + one for one in group] for group in (people, cases)]
            others = {
                (p, c, answers[p, c][0], value[0])
                for (p, c), value in zip(answers, one_by_one(after, *own, DAY).values(), strict=True)
                if value[0] != answers[p, c][0] and (p, c) != pair
            }
            assert len(others) == entry.others, (told, others)
            for kind in ("opened", "closed", "raised", "lowered"):
                assert getattr(entry, kind) == sum(KIND[before, value] == kind for _, _, before, value in others), told
            assert list(entry.also_affects) == sorted(others)[:3], told

        def not_enough(after, prefix, pair, entry) -> None:
            check = after.check(prefix + pair[0], prefix + pair[1], DAY)
            assert (check.value == "none") == no, (pair, entry)

        for pair in pairs:
            for entry in entries_of(scheme, seed, pair):
                whole = changed(history, entry.change)
                assert whole is not None, (pair, entry)
                histories.append(whole)
                proofs.append((true, pair, entry))
                for left_out in range(len(entry.change)):
                    smaller = entry.change[:left_out] + entry.change[left_out + 1 :]
                    part = changed(history, smaller) if smaller else None
                    if part is not None:
                        histories.append(part)
                        proofs.append((not_enough, pair, entry))
    after = graph_of(histories_side_by_side(histories), DAY)
    for number, (proof, pair, entry) in enumerate(proofs):
        proof(after, prefix_of(number), pair, entry)
    assert len(proofs) > 5


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scheme", SCHEMES[:4])
def test_every_single_row_whose_end_takes_the_access_is_found(
    scheme: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exhaustive: each row of the world that can end alone is taken away, and the independent definition asked."""
    monkeypatch.setattr(module, "PER_RUNG", 1000)
    rows, history, graph = opened(scheme, seed)
    _, pairs = chosen(scheme, seed, False)
    found = {
        pair: {entry.change for entry in would_change(graph.session, graph.why(*pair, DAY)) if len(entry.change) == 1}
        for pair in pairs
    }
    needed = 0
    for stem in sorted(ENDABLE):
        for row in history[stem].to_dicts():
            if not row["since"] <= DAY < row["until"]:
                continue
            number = int(row["source"].rsplit(":", 1)[1]) - 2
            less = World({**rows, stem: rows[stem][:number] + rows[stem][number + 1 :]})
            taken = [pair for pair in pairs if decide(less, *pair, DAY).value == "none"]
            if taken and changed(history, (end_of(stem, row),)) is not None:
                needed += len(taken)
                assert not [pair for pair in taken if (end_of(stem, row),) not in found[pair]], (stem, row)
    assert needed


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_yes_can_always_be_taken_away(scheme: str, seed: int) -> None:
    _, _, graph = opened(scheme, seed)
    _, pairs = chosen(scheme, seed, False, count=worlds(3))
    for person, case in pairs:
        answer = graph.why(person, case, DAY)
        own = {step.source.split(".")[0] for reason in answer.reasons if reason.value != "none" for step in reason.path}
        if own & ENDABLE:
            assert entries_of(scheme, seed, (person, case)), (person, case)


def test_an_added_row_keeps_clear_of_other_periods_of_its_key() -> None:
    """One period ended, one is to come: the row between them begins on the day and ends with the begin of the other."""
    rows = {
        "systems": [{"system_id": "cm", "scheme": "memberships"}],
        "people": [{"person_id": "ana", "name": "Ana"}],
        "units": [{"unit_id": "blue", "kind": "team", "name": "Blue"}],
        "cases": [{"case_id": "c1", "system_id": "cm", "team_id": "blue"}],
        "memberships": [
            {"person_id": "ana", "unit_id": "blue", "access": "edit", "until": "2020-01-01"},
            {"person_id": "ana", "unit_id": "blue", "access": "view", "since": "2090-01-01"},
        ],
    }
    history, graph = remembering(rows)
    entries = would_change(graph.session, graph.why("ana", "c1", DAY))
    added = [dict(change.row) for entry in entries for change in entry.change if change.file == "memberships"]
    assert [(row["access"], row["since"], row["until"]) for row in added] == [("view", DAY, "2090-01-01")]
    for entry in entries:
        after = made(history, entry.change)
        assert after.check("ana", "c1", DAY).value == entry.value


def single_rows(rows, person: str, case: str, system: str, scheme: str):
    """Rows of the person or the case that one could add in the scheme."""

    def every(stem: str, column: str) -> list[str]:
        return sorted({row[column].strip() for row in rows.get(stem, ())})

    units = every("units", "unit_id")
    who = {"person_id": person}
    if scheme == "positions":
        held = {row["position_id"].strip() for row in rows.get("holdings", ()) if row["person_id"].strip() == person}
        yield from (("work", {"work_id": "new", "case_id": case, "position_id": one}) for one in sorted(held))
        yield from (("work", {"work_id": "new", "case_id": case, "hopper_unit_id": unit}) for unit in units)
        return
    for link in LINKS:
        yield "case_people", {**who, "case_id": case, "link": link.lower(), "slot": "1" if link == "CLIENT" else ""}
    if scheme == "memberships":
        yield from (("memberships", {**who, "unit_id": unit, "access": "view"}) for unit in units)
        yield from (("group_members", {**who, "group_id": one}) for one in every("group_permissions", "group_id"))
    if scheme == "portal":
        for role in PORTAL_ROLES.split():
            for unit in ("", *units):
                yield "portal_roles", {**who, "system_id": system, "role": role, "unit_id": unit}
    if scheme == "privileges":
        yield from (("privilege_grants", {**who, "privilege": one.name}) for one in privileges())
        yield from (
            ("role_assignments", {**who, "role_id": role, "unit_id": unit})
            for role in every("roles", "role_id")
            for unit in ("", *units)
        )
        yield from (("memberships", {**who, "unit_id": unit, "access": "no"}) for unit in units)


@pytest.mark.parametrize("scheme", SCHEMES[:4])
def test_where_one_row_opens_a_case_there_is_an_offer_of_one_row(scheme: str) -> None:
    """Every row of the person or the case that could be added is added, and the independent definition asked."""
    rows, _, graph = opened(scheme, 503)
    system = rows["systems"][0]["system_id"].strip()
    _, pairs = chosen(scheme, 503, True, count=5)
    tried = 0
    for person, case in pairs:
        opening = [
            (stem, row)
            for stem, row in single_rows(rows, person, case, system, scheme)
            if decide(World({**rows, stem: [*rows.get(stem, ()), row]}), person, case, DAY).value != "none"
        ]
        if opening and graph.check(person, case, DAY).step != "no_case":
            tried += 1
            offers = would_change(graph.session, graph.why(person, case, DAY))
            assert [offer for offer in offers if len(offer.change) == 1], (person, case, opening[0])
    assert tried


def positions_world(**tables):
    return {
        "systems": [{"system_id": "ps", "scheme": "positions"}],
        "people": [{"person_id": "ana", "name": "Ana"}],
        "units": [
            {"unit_id": "red", "kind": "team", "name": "Red"},
            {"unit_id": "seg", "kind": "segment", "name": "Seg"},
        ],
        "positions": [
            {"position_id": "q1", "system_id": "ps", "unit_id": "red", "level": "caseworker", "name": "Caseworker 1"},
            {"position_id": "l1", "system_id": "ps", "unit_id": "red", "level": "team_leader"},
            {"position_id": "m1", "system_id": "ps", "unit_id": "seg", "level": "segment_manager"},
        ],
        "cases": [{"case_id": "c1", "system_id": "ps"}],
        **tables,
    }


@pytest.mark.parametrize(
    ("position", "work", "wanted"),
    [
        ("q1", [], "Add open work of case c1 on the position Caseworker 1 (work): Ana could see and change case c1"),
        ("l1", [], "Add open work of case c1 in the hopper of Red (work): Ana could see and change case c1"),
        ("m1", [], "Add open work of case c1 in the hopper of Seg (work): Ana could see and change case c1"),
        (
            "q1",
            [{"work_id": "w1", "case_id": "c1", "position_id": "q1", "status": "closed"}],
            "Open work w1 of case c1 again (work): Ana could see and change case c1",
        ),
    ],
)
def test_work_where_the_person_is_opens_a_case(position: str, work, wanted: str) -> None:
    holdings = [{"person_id": "ana", "position_id": position, "kind": "primary"}]
    rows = positions_world(holdings=holdings, work=work)
    history, graph = remembering(rows)
    entries = would_change(graph.session, graph.why("ana", "c1", DAY))
    assert [entry for entry in entries if entry.sentence.startswith(wanted)], [entry.sentence for entry in entries]
    for entry in entries:
        after = made(history, entry.change)
        assert after.check("ana", "c1", DAY).value == entry.value
