"""Laws of findings under a change: what appears and vanishes is what a full search on both sides says."""

from __future__ import annotations

import pytest

from seewhy.graph.findings.context import FindingContext
from seewhy.graph.findings.differing import differing
from seewhy.graph.findings.search import drafts
from seewhy.graph.questions.findings import findings
from seewhy.graph.rules.findings import duties
from seewhy.graph.rules.findings import findings as kinds
from tests.support.examples import worlds
from tests.support.world_graphs import graph_of, loaded
from tests.worlds.histories import seeded_history


@pytest.mark.parametrize("scheme", ["positions", "memberships", "portal", "privileges", "mixed"])
def test_findings_that_differ_are_those_of_one_side_only(scheme: str) -> None:
    differ = 0
    for seed in range(700, 700 + worlds(3)):
        loads = seeded_history(scheme, seed)
        day = loads[-1][0]
        one, two = (graph_of(loaded(some), day).session for some in (loads[:1], loads[-1:]))
        # Of a graph that nobody has asked, of one whose ids are remembered in part, and of one that was searched.
        told = [list(differing(one, two, day)), list(differing(one, two, day))]
        before, after = ({f.id: f for f in findings(side, day).findings} for side in (one, two))
        told.append(list(differing(one, two, day)))
        appeared = {after[id] for id in after.keys() - before.keys()}
        vanished = {before[id] for id in before.keys() - after.keys()}
        for parts in told:
            assert len(parts) == len(kinds())
            assert {f for new, _ in parts for f in new} == appeared
            assert {f for _, gone in parts for f in gone} == vanished
        differ += len(appeared) + len(vanished)
        context = FindingContext(two, day, list(duties()), "")
        for kind in kinds():
            for id, same in drafts(context, kind).items():
                assert {draft.told().id for draft in same} == {id}
    assert differ
