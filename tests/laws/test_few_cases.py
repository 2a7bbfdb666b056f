"""Law of the small graph that a what-if about rows of people is asked of: it says what the whole changed graph says."""

from __future__ import annotations

import random
from itertools import product

from seewhy.graph.change.few_cases import after_rows_of_people
from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.change.snapshot import Snapshot
from seewhy.graph.questions.diff import differences
from tests.support.examples import worlds
from tests.support.world_graphs import graph_of, loaded
from tests.worlds.histories import seeded_history, with_rows_ended


def test_few_cases_say_what_all_cases_say() -> None:
    differing = dict.fromkeys(("positions", "memberships", "portal", "privileges", "mixed"), 0)
    for scheme, seed in product(differing, range(300, 300 + worlds(3))):
        loads, draw = seeded_history(scheme, seed), random.Random(seed)
        history, day = loaded(loads), loads[-1][0]
        before = Snapshot(graph_of(history, day).session, day)
        for _ in range(3):
            after = with_rows_ended(history, day, draw)
            small = after_rows_of_people(before, history, after)
            if small is None:
                continue
            whole = Snapshot(in_memory(after, day, dangling=True), day)
            for person in (None, draw.choice(sorted(before.people))):
                told, wanted = (
                    differences(before, side, history, after, (day, day), person=person) for side in (small, whole)
                )
                assert list(told.pairs()) == list(wanted.pairs()), (scheme, seed, person)
                assert told.counts == {kind: told.table["kind"].to_list().count(kind) for kind in told.counts}
                differing[scheme] += len(wanted.table)
    assert sum(1 for pairs in differing.values() if pairs) >= 3, differing
