"""Laws that hold for whatever a scheme says: drawn schemes on drawn organisations, on the embedded engine.

`SEEWHY_DRAWN_SCHEMES=1000:1300` asks the seeds from 1000 to 1299 instead of the few that every run asks.
"""

from __future__ import annotations

import os
import random
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from seewhy.api import Graph, verify
from seewhy.cypher.folders import shipped, using
from seewhy.cypher.ladders import ladders
from seewhy.graph.change import pair_diff
from seewhy.graph.change.changed_rows import changed_rows
from seewhy.graph.change.changeset import apply, changes_from
from seewhy.graph.change.fact_index import FactIndex
from seewhy.graph.change.impact import impacts
from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.change.neighbourhood import rows_around
from seewhy.graph.change.pair_diff import PairDiff
from seewhy.graph.change.snapshot import Snapshot
from seewhy.graph.counterfactual.would_change import would_change
from seewhy.graph.errors import LoadRejected
from seewhy.graph.evidence.differences import differences as differing
from seewhy.graph.evidence.make import answer_json
from seewhy.graph.questions.diff import differences
from seewhy.graph.questions.why import why
from tests.support.world_graphs import (
    by_lists,
    by_who,
    embedded,
    graph_of,
    histories_side_by_side,
    history_of,
    ids,
    load_record,
    loaded,
    one_by_one,
    prefix_of,
)
from tests.worlds.builder import DAY
from tests.worlds.drawn import drawn_history, drawn_organisation
from tests.worlds.histories import DAYS
from tests.worlds.schemes import ACTION, NAME, drawn_scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

FEW = {"access": (103, 106, 107), "diff": (101, 107), "change": (205,), "evidence": (205, 301)}
"""Seeds of schemes that open something in their organisation; many do not."""
LOADS = (load_record(DAY),)


def seeds(law: str) -> Sequence[int]:
    """The seeds of a law: few, or those that the environment names."""
    first, _, last = os.environ.get("SEEWHY_DRAWN_SCHEMES", "").partition(":")
    return range(int(first), int(last)) if first and last else FEW[law]


@contextmanager
def drawn(seed: int, place: Path) -> Iterator[None]:
    """The built-in schemes and the drawn one in use."""
    with using([*shipped().values(), drawn_scheme(seed, place)]):
        yield


def disagreements(seed: int) -> tuple[list[str], int]:
    """Where lists and single answers differ, by value and by action; and how many pairs are open."""
    rows = drawn_organisation(seed)
    people, cases = ids(rows)
    graph, found = embedded(rows, DAY), []
    single = one_by_one(graph, people, cases, DAY)
    opened = {pair: answer for pair, answer in single.items() if answer[0] != "none"}
    what = {
        (person, row.case): (row.value, row.value_now, row.step)
        for person in people
        for row in graph.what(person, DAY).cases
    }
    for name, listed in (("pairs", by_lists(graph, DAY)), ("who", by_who(graph, cases, DAY)), ("what", what)):
        for pair in listed.keys() | opened.keys():
            if listed.get(pair) != opened.get(pair):
                found.append(f"{seed} {name} {pair}: {listed.get(pair)}, check {single[pair]}")
    if ACTION in ladders()[NAME].actions:
        checks = {(p, c): graph.check(p, c, DAY, action=ACTION) for p in people for c in cases}
        may = {pair: (one.value, one.step) for pair, one in checks.items() if one.yes}
        who = {(row.person, c): (row.value, row.step) for c in cases for row in graph.who(c, DAY, action=ACTION).people}
        listed = {p: graph.what(p, DAY, action=ACTION).cases for p in people}
        what_may = {(p, row.case): (row.value, row.step) for p, cases_of in listed.items() for row in cases_of}
        found += [f"{seed} {ACTION} who {pair}" for pair in may.items() ^ who.items()]
        found += [f"{seed} {ACTION} what {pair}" for pair in may.items() ^ what_may.items()]
    return found, len(opened)


def looked_at(kind: str, faults_of: Callable[[int], tuple[list[str], int]], place: Path) -> int:
    """How much was compared for the seeds of a law; every fault is told at once."""
    found, compared = [], 0
    for seed in seeds(kind):
        with drawn(seed, place):
            faults, count = faults_of(seed)
        found += faults
        compared += count
    assert not found, "\n".join(found[:20])
    return compared


def test_lists_say_what_check_says(tmp_path: Path) -> None:
    """Who, what and every pair agree with check, by value, value now and step; who and what of an action likewise."""
    assert looked_at("access", disagreements, tmp_path) > 20


def told_apart(was: dict, now: dict) -> dict:
    """The pairs that differ by value or step, refused on both sides left out."""
    found = {}
    for pair in was.keys() | now.keys():
        sides = [(a[0], a[2]) for a in (was.get(pair, ("none", "", "")), now.get(pair, ("none", "", "")))]
        if sides[0] != sides[1] and not sides[0][0] == sides[1][0] == "none":
            found[pair] = tuple(sides)
    return found


def uncovered(one: Snapshot, two: Snapshot, histories: list, differing: dict) -> list:
    """Differing pairs that no impact of a changed row covers, and whose case has not moved."""
    compared = PairDiff(one, two)
    changed = changed_rows(histories[0], one.day, histories[-1], two.day)
    found = impacts(changed, FactIndex(histories, compared.joint.frame()))
    own = [impact for impact in found if impact.scheme == NAME]
    return [
        (person, case)
        for person, case in differing
        if compared.joint.stays[at := compared.joint.at(case)]
        and not any(i.covers(person, case, compared.joint.group_names(at)) for i in own)
    ]


def everybody_in(graph: Graph) -> list[list[str]]:
    """Ids of the people and of the cases of a graph."""
    return [[row["id"] for row in graph.session.run(f"organisation/{what}")] for what in ("people", "cases")]


def missed(seed: int) -> tuple[list[str], int]:
    """Where a diff of two days or two snapshots is not what every pair says, or no impact covers a pair; and how many
    pairs differ."""
    loads, draw, found = drawn_history(seed), random.Random(seed), []
    history, first, last = loaded(loads), loaded(loads[:1]), loaded(loads[-1:])
    day = loads[-1][0]
    graph, before, after = (graph_of(one, day) for one in (history, first, last))
    everybody = everybody_in(graph)
    asked = {}

    def answers(one: str) -> dict:
        if one not in asked:
            asked[one] = one_by_one(graph, *everybody, one)
        return asked[one]

    compared = []
    for _ in range(2):
        one, two = sorted(draw.sample(("2020-01-01", *DAYS), 2))
        sides = Snapshot(graph.session, one), Snapshot(graph.session, two)
        compared.append((sides, [history], told_apart(answers(one), answers(two)), (one, two)))
    whole = [one_by_one(one, *everybody_in(one), day) for one in (before, after)]
    sides = Snapshot(before.session, day), Snapshot(after.session, day)
    compared.append((sides, [first, last], told_apart(*whole), ("first", "last")))
    for sides, histories, wanted, shown in compared:
        got = differences(*sides, histories[0], histories[-1], shown)
        pairs = {(p.person, p.case): ((p.before, p.before_step), (p.after, p.after_step)) for p in got.pairs()}
        if shown == ("first", "last"):  # of what is in one snapshot only the other says no step of its own
            pairs, wanted = (
                {pair: tuple(side if side[0] != "none" else "none" for side in both) for pair, both in told.items()}
                for told in (pairs, wanted)
            )
        found += [f"{seed} {shown} {pair}: diff {pairs.get(pair)}, check {wanted.get(pair)}"
                  for pair in pairs.keys() | wanted.keys() if pairs.get(pair) != wanted.get(pair)]  # fmt: skip
        found += [f"{seed} {shown} {p.person} {p.case}: no cause" for p in got.pairs() if not p.because]
        found += [f"{seed} {shown} no impact covers {pair}" for pair in uncovered(*sides, histories, wanted)]
    return found, sum(len(wanted) for _, _, wanted, _ in compared)


@pytest.mark.parametrize("way", ["parts", "everybody"])
def test_a_diff_finds_exactly_the_pairs_that_change(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two days and between two snapshots; each pair has its rows, and an impact of a changed row covers it."""
    if way == "parts":
        for name in ("PER_GROUP", "PER_CASE", "PER_CHECK"):
            monkeypatch.setattr(pair_diff, name, 0.0)
    assert looked_at("diff", missed, tmp_path) > 20


def changed(history: dict, changes: tuple) -> dict | None:
    """The history after changes, made as `whatif` makes them; None where a load would refuse them."""
    data: dict = {}
    for change in changes:
        data.setdefault(change.do, {}).setdefault(change.file, []).append(dict(change.row))
    try:
        return apply(history, [load_record(DAY)], changes_from(data), DAY)
    except LoadRejected:
        return None


def untrue(seed: int, pairs_of_each: int = 2) -> tuple[list[str], int]:
    """Entries of `would_change` that are not true when made, or of which a part is enough; and how many were made."""
    rows, draw, found = drawn_organisation(seed), random.Random(seed), []
    history, (people, cases) = history_of(rows, DAY), ids(rows)
    graph = graph_of(history, DAY)
    graph.session.newest()
    graph.session.remembered("history", lambda: history)
    answers = one_by_one(graph, people, cases, DAY)
    histories, asked = [], []
    for no in (True, False):
        of_kind = [pair for pair, answer in answers.items() if (answer[0] == "none") == no]
        for pair in draw.sample(of_kind, min(pairs_of_each, len(of_kind))):
            for entry in would_change(graph.session, graph.why(*pair, DAY)):
                parts = [entry.change[:n] + entry.change[n + 1 :] for n in range(len(entry.change))]
                for part in [entry.change, *filter(None, parts)]:
                    after = changed(history, part)
                    if after is not None:
                        histories.append(after)
                        asked.append((pair, entry, part is entry.change, no))
                    elif part is entry.change:
                        found.append(f"{seed} {pair}: a load refuses {entry.change}")
    if not histories:
        return found, 0
    after_all = graph_of(histories_side_by_side(histories), DAY)
    for number, (pair, entry, whole, no) in enumerate(asked):
        prefix = prefix_of(number)
        got = after_all.check(prefix + pair[0], prefix + pair[1], DAY)
        if whole and ((got.value, got.step) != (entry.value, entry.step) or (got.value == "none") == no):
            told = f"told {entry.value} {entry.step}"
            found.append(f"{seed} {pair}: {entry.change} makes {got.value} by {got.step}, {told}")
        if not whole and (got.value == "none") != no:
            found.append(f"{seed} {pair}: a part of {entry.change} is enough")
        if whole and number < 3:
            now = one_by_one(after_all, [prefix + p for p in people], [prefix + c for c in cases], DAY)
            others = sum(
                value[0] != answers[one][0] and one != pair for one, value in zip(answers, now.values(), strict=True)
            )
            if others != entry.others:
                found.append(f"{seed} {pair}: {entry.change} affects {others} others, told {entry.others}")
    return found, len(asked)


def test_what_would_change_an_answer_does_and_no_part_of_it(tmp_path: Path) -> None:
    """Each entry is made: the answer is what it says, as many other pairs change as it says, and no part is enough."""
    assert looked_at("change", untrue, tmp_path) > 5


def undecided(seed: int, place: Path) -> list[str]:
    """Pairs whose rows alone give another answer, and evidence files that do not verify."""
    rows, draw, found = drawn_organisation(seed), random.Random(seed), []
    history, (people, cases) = history_of(rows, DAY), ids(rows)
    session = in_memory(history, DAY, LOADS, dangling=True)
    pairs = [(person, case) for person in people for case in cases]
    for person, case in draw.sample(pairs, min(4, len(pairs))):
        alone = why(in_memory(rows_around(history, person, case), DAY, LOADS, dangling=True), person, case, DAY)
        whole = why(session, person, case, DAY)
        if alone != whole:
            told = differing(answer_json(whole), answer_json(alone))
            found.append(f"{seed} {person} {case}: {'; '.join(map(str, told))}")
    graph = graph_of(history, DAY)
    graph.session.newest()
    graph.session.remembered("history", lambda: history)
    file = place / f"{seed}.zip"
    graph.evidence(*pairs[0], file, DAY)
    with using(shipped().values()):  # the folder inside counts, wherever it is verified
        told = verify(file)
    return found + ([] if told.holds else [f"{seed} {pairs[0]}: evidence says {told}"])


def test_evidence_decides_again_the_same(tmp_path: Path) -> None:
    """The rows around a pair are enough for its answer in every word; a file with them verifies without the folder."""
    found = []
    for seed in seeds("evidence"):
        with drawn(seed, tmp_path):
            found += undecided(seed, tmp_path)
    assert not found, "\n".join(found[:20])
