"""Laws of a row: it gives the pairs whose why names it, and what hangs on it alone is lost when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from seewhy.graph.answers.row import CitingPair
from seewhy.graph.counterfactual.row_alone import row_alone
from seewhy.graph.errors import LoadRejected
from seewhy.graph.inputs.files import FILES
from seewhy.graph.questions.row import row
from seewhy.graph.questions.why import why
from tests.support.examples import worlds
from tests.support.world_graphs import by_lists, graph_of, history_of, ids, on_neo4j
from tests.worlds.builder import DAY
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    import polars as pl

    from seewhy.api import Graph
    from seewhy.graph.session import Session
    from tests.servers.neo4j import Neo4jServer
    from tests.worlds.tables import Rows

SCHEMES = ("positions", "memberships", "portal", "privileges", "mixed")
Named = dict[str, set[CitingPair]]
"""By source the pairs whose why names it."""


def opened(rows: Rows) -> tuple[Graph, dict[str, pl.DataFrame]]:
    history = history_of(rows, DAY)
    graph = graph_of(history, DAY)
    graph.session.engine.history = lambda: history  # type: ignore[method-assign]
    return graph, history


def named_by_why(session: Session, rows: Rows) -> tuple[Named, Named]:
    """What every why names: of pairs that see the rows of reasons that grant, of others those that decide against a
    claim."""
    gives: Named = {}
    keeps_out: Named = {}
    people, cases = ids(rows)
    for person in people:
        for case in cases:
            answer = why(session, person, case, DAY)
            if answer.check.step in ("inactive", "no_case"):
                continue
            sees = answer.check.can_see
            decides: dict[str, bool] = {}
            for reason in answer.reasons:
                if (reason.value != "none") if sees else reason.decides:
                    for step in reason.path:
                        decides[step.source] = decides.get(step.source, False) or reason.decides
            for source, decided in decides.items():
                found = (gives if sees else keeps_out).setdefault(source, set())
                found.add(CitingPair(person, case, answer.check.value, decided))
    return gives, keeps_out


def faults(session: Session, history: dict[str, pl.DataFrame], rows: Rows) -> list[Any]:
    gives, keeps_out = named_by_why(session, rows)
    wrong: list[Any] = []
    for stem in FILES:
        for cells in history[stem].iter_rows(named=True):
            if not cells["since"] <= DAY < cells["until"]:
                continue
            answer, source = row(session, stem, cells["row"], DAY), cells["source"]
            assert answer.complete
            if set(answer.gives) != gives.get(source, set()):
                wrong.append((source, "gives", set(answer.gives) ^ gives.get(source, set())))
            # A guard that closes what nothing opens keeps nobody out of anything: lists leave it out.
            if not set(answer.keeps_out) <= keeps_out.get(source, set()):
                wrong.append((source, "keeps out", set(answer.keeps_out) - keeps_out.get(source, set())))
    return wrong


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_row_gives_the_pairs_whose_why_names_it(scheme: str) -> None:
    for seed in range(400, 400 + worlds(1)):
        rows = seeded_world(scheme, seed)
        graph, history = opened(rows)
        assert not faults(graph.session, history, rows), seed


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_hangs_on_a_row_alone_is_what_is_lost_without_it(scheme: str) -> None:
    """The rest is loaded as if the row had never been there, and every pair is asked."""
    rows = seeded_world(scheme, 405)
    graph, history = opened(rows)
    before, tried = by_lists(graph, DAY), 0
    for stem in ("memberships", "holdings", "group_members", "portal_roles", "role_assignments", "case_people"):
        for cells in history[stem].head(2).iter_rows(named=True):
            if not cells["since"] <= DAY < cells["until"]:
                continue
            try:
                answer = row_alone(graph.session, stem, cells["row"], DAY)
            except LoadRejected:
                continue
            without = {**history, stem: history[stem].filter(history[stem]["source"] != cells["source"])}
            after = by_lists(graph_of(without, DAY), DAY)
            lost = {(pair.person, pair.case) for pair in answer.pairs() if pair.after == "none"}
            assert lost == before.keys() - after.keys(), cells["source"]
            # What is lost rests on the row: why names it.
            given = {(pair.person, pair.case) for pair in row(graph.session, stem, cells["row"], DAY).gives}
            assert lost <= given, cells["source"]
            tried += 1
    assert tried


def test_a_row_is_answered_alike_on_neo4j(neo4j_server: Neo4jServer) -> None:
    """A few rows of different files, as the embedded engine answers them."""
    graph, history = opened(seeded_world("mixed", 400))
    held = [
        (stem, next(row for row in history[stem].iter_rows(named=True) if row["since"] <= DAY < row["until"])["row"])
        for stem in ("memberships", "case_people", "role_assignments", "cases", "units")
        if any(since <= DAY < until for since, until in history[stem].select("since", "until").iter_rows())
    ]
    assert len(held) > 3
    with on_neo4j(neo4j_server, history, DAY) as other:
        other.session.engine.history = lambda: history  # type: ignore[method-assign]
        for stem, number in held:
            one, two = (row(session, stem, number, DAY) for session in (graph.session, other.session))
            assert (one.gives, one.keeps_out, one.complete) == (two.gives, two.keeps_out, two.complete), stem
