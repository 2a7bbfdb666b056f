"""A delta turns one table into another: applied to plain data, before becomes after, and nothing else is touched."""

from __future__ import annotations

from collections import Counter

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.engines.deltas import node_deltas, pair_deltas

ARROW = ("MEMBER_OF", "Person", "Unit")
NODES = st.dictionaries(
    st.sampled_from("abcd"), st.tuples(st.none() | st.sampled_from("xy"), st.lists(st.sampled_from("pq")))
)
EDGES = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("cd"), st.none() | st.sampled_from("xy")), max_size=8)


def _tables(nodes: dict[str, tuple[str | None, list[str]]], edges: list[tuple[str, str, str | None]]) -> GraphTables:
    rows = [(one, one, email, tags) for one, (email, tags) in nodes.items()]
    schema = {"id": pl.String, "name": pl.String, "email": pl.String, "tags": pl.List(pl.String)}
    pairs = {"from": pl.String, "to": pl.String, "access": pl.String}
    return GraphTables(
        {"Person": pl.DataFrame(rows, schema=schema, orient="row")},
        {ARROW: pl.DataFrame(edges, schema=pairs, orient="row")},
    )


@given(NODES, NODES, EDGES, EDGES)
def test_before_becomes_after(
    before_nodes: dict[str, tuple[str | None, list[str]]],
    after_nodes: dict[str, tuple[str | None, list[str]]],
    before_edges: list[tuple[str, str, str | None]],
    after_edges: list[tuple[str, str, str | None]],
) -> None:
    before, after = _tables(before_nodes, before_edges), _tables(after_nodes, after_edges)
    nodes = {one: (email, list(tags)) for one, (email, tags) in before_nodes.items()}
    for delta in node_deltas(before, after):
        assert delta.label == "Person"
        for one in delta.deleted["id"]:
            del nodes[one]
        assert set(delta.updated["id"]) <= nodes.keys()
        assert not set(delta.created["id"]) & nodes.keys()
        for row in (*delta.created.to_dicts(), *delta.updated.to_dicts()):
            assert nodes.get(row["id"]) != (row["email"], row["tags"]), "an equal row was written"
            nodes[row["id"]] = (row["email"], row["tags"])
    assert nodes == after_nodes
    edges = Counter(before_edges)
    for pair in pair_deltas(before, after):
        gone = set(pair.deleted.iter_rows())
        edges = Counter({edge: n for edge, n in edges.items() if edge[:2] not in gone})
        edges.update(pair.created.iter_rows())
    assert edges == Counter(after_edges)


def test_nothing_changed_is_no_delta() -> None:
    tables = _tables({"a": ("x", ["p"])}, [("a", "c", None), ("a", "c", None)])
    assert node_deltas(tables, tables) == pair_deltas(tables, tables) == ()


def test_a_new_label_and_a_new_column_and_an_end() -> None:
    old = GraphTables(
        {"Person": pl.DataFrame({"id": ["a"], "name": ["A"]})}, {ARROW: pl.DataFrame({"from": ["a"], "to": ["u"]})}
    )
    new = GraphTables({"Unit": pl.DataFrame({"id": ["u"], "name": ["U"], "kind": ["team"]})})
    person, unit = node_deltas(old, new)
    assert (person.deleted["id"].to_list(), unit.created["id"].to_list()) == (["a"], ["u"])
    (pair,) = pair_deltas(old, new)
    assert (pair.deleted.rows(), pair.created.rows()) == ([("a", "u")], [])
    column = GraphTables({"Person": pl.DataFrame({"id": ["a"], "name": ["A"], "email": ["e"]})}, old.relationships)
    (changed,) = node_deltas(old, column)
    assert changed.updated["email"].to_list() == ["e"]
