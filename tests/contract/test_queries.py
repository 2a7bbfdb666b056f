"""The query book keeps to the vocabulary of the graph, to its own headers, and to what Neo4j can plan well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import neo4j
import pytest

from seewhy import connect
from seewhy.cypher.catalogue import Query, book
from seewhy.cypher.compose import DETAILS, cells
from seewhy.cypher.header import parameters_in
from seewhy.cypher.ladders import ladders
from seewhy.graph.rules.catalogue import rules
from seewhy.graph.vocabulary import DATED, LABELS, RELATIONSHIPS
from tests.contract.repository import ROOT

if TYPE_CHECKING:
    from tests.servers.neo4j import Neo4jServer

PARAMETERS = {
    *("as_of", "person", "case", "people", "keys", "action", "cases", "profiles", "reaches", "positions", "position"),
    *("unit", "units", "types", "roles", "system", "systems", "privilege", "privileges", "segment", "work", "thing"),
    *("tick", "place", "other", "in_hopper", "most", "above", "functionally_unique", "codes", "clearance_above"),
    *("max_positions", "horizon", "duties", "organisation_wide", "private_office", "team_level", "pairs"),
}
"""Every parameter of every text; a new one is a decision."""
LISTS = PARAMETERS & {
    *("people", "keys", "cases", "profiles", "reaches", "positions", "units", "types", "roles", "systems"),
    *("privileges", "codes", "duties", "organisation_wide", "private_office", "team_level"),
}
VALUES = {
    **dict.fromkeys(PARAMETERS, "x"),
    **{key: ["x"] for key in LISTS},
    **dict.fromkeys(("in_hopper", "functionally_unique"), True),
    "pairs": [["x", "x"]],
    **dict.fromkeys(("most", "above", "clearance_above", "max_positions"), 2),
}
"""A value of the right kind for every parameter: the planner looks at kinds."""
LOAD = {"started", "finished", "as_of", "model", "digest", "facts", "product"}
_STARTS = re.compile(r"startNode\((\w+)\)")
_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|//[^\n]*")
_NODE = re.compile(r"\(\s*(\w*)\s*((?::\s*[\w|&!:]+)?)")
_ARROW = re.compile(r"\[\s*(\w*)\s*:\s*([\w|]+)")
_PROPERTY = re.compile(r"(?<![\w$.])([a-z]\w*)\.(\w+)")
QUERIES = [pytest.param(query, id=name) for name, query in book().items()]


def bare(query: Query) -> str:
    """The text without strings, comments, and the cells of evidence, which are asked of every relationship alike."""
    text = query.text
    for name in set(_STARTS.findall(text)):
        text = text.replace(cells(name), "[]")
    return _TEXT.sub("''", text)


def types_of(text: str) -> dict[str, set[str]]:
    """Relationship variable -> the types it may have anywhere in the text."""
    found: dict[str, set[str]] = {}
    for name, kinds in _ARROW.findall(text):
        found.setdefault(name, set()).update(kinds.split("|"))
    return found


@pytest.mark.parametrize("query", QUERIES)
def test_relationship_types_are_of_the_vocabulary(query: Query) -> None:
    used = {kind for kinds in types_of(bare(query)).values() for kind in kinds}
    assert used <= set(RELATIONSHIPS)


@pytest.mark.parametrize("query", QUERIES)
def test_labels_are_of_the_vocabulary(query: Query) -> None:
    without_arrows = re.sub(r"\[[^\]]*\]", "[]", bare(query))
    used = {
        label
        for _, labels in _NODE.findall(without_arrows)
        for label in re.split(r"[|&!:]", labels.replace(" ", ""))
        if label
    }
    assert used <= {*LABELS, "Load"}


@pytest.mark.parametrize("query", QUERIES)
def test_properties_of_relationships_are_of_their_types(query: Query) -> None:
    text = bare(query)
    kinds = types_of(text)
    for name, key in _PROPERTY.findall(text):
        if name in kinds:
            known = {
                *(key for kind in kinds[name] for key, _ in RELATIONSHIPS[kind].properties),
                *(DATED if any(RELATIONSHIPS[kind].dated for kind in kinds[name]) else ()),
            }
            assert key in known, f"{name}.{key}"


def test_cells_of_evidence_are_properties_of_some_relationship() -> None:
    assert set(DETAILS) <= {key for one in RELATIONSHIPS.values() for key, _ in one.properties}


@pytest.mark.parametrize("query", QUERIES)
def test_properties_of_nodes_are_of_their_labels(query: Query) -> None:
    text = bare(query)
    labels: dict[str, set[str]] = {}
    for name, written in _NODE.findall(re.sub(r"\[[^\]]*\]", "[]", text)):
        if name and written:
            labels.setdefault(name, set()).update(re.findall(r"\w+", written))
    relationships = types_of(text)
    for name, key in _PROPERTY.findall(text):
        if name in labels and name not in relationships:
            known = {"id", "name", *(key for label in labels[name] for key in LABELS.get(label, LOAD))}
            assert key in known, f"{name}.{key}"


@pytest.mark.parametrize("query", QUERIES)
def test_the_header_says_what_the_text_takes_and_gives(query: Query) -> None:
    assert query.parameters == parameters_in(query.text)
    assert query.parameters <= PARAMETERS
    assert query.returns
    assert len(set(query.returns)) == len(query.returns)
    last = query.text[query.text.rindex("RETURN") :]
    for column in query.returns:
        assert re.search(rf"\b{column}\b", last), column
    assert query.doc.strip()


def test_no_parameter_is_only_in_this_list() -> None:
    assert {name for query in book().values() for name in query.parameters} == PARAMETERS


def test_names_are_known_once() -> None:
    assert all(name == query.name for name, query in book().items())
    texts: dict[str, str] = {}
    for name, query in book().items():
        if query.text in texts:
            # The halves of two rungs may be the same; a written question may not be there twice.
            assert query.composed, (name, texts[query.text])
        texts.setdefault(query.text, name)


@cache
def rule_ids() -> frozenset[str]:
    return frozenset(rule.id for rule in rules())


def test_rule_ids_of_headers_are_known() -> None:
    named = {
        **{query.name: re.findall(r"[A-Z]+-\d+", query.head.get("rules", "")) for query in book().values()},
        **{
            f"{rung.file} {rung.number}": list(rung.block.names("rules"))
            for ladder in ladders().values()
            for rung in ladder.rungs
        },
    }
    assert {name: [one for one in ids if one not in rule_ids()] for name, ids in named.items()} == {
        name: [] for name in named
    }
    assert sum(map(len, named.values())) > 100


CROSSED, UNKNOWN, DEPRECATED = ("03N90",), ("01N50", "01N51", "01N52"), ("01N00", "01N01", "01N02")
"""GQL status codes: a cartesian product; an unknown label, type or property; something deprecated."""


@pytest.fixture(scope="module")
def planned(neo4j_server: Neo4jServer) -> Iterator[dict[str, list[tuple[str, str]]]]:
    """What a set-up Neo4j that holds the sample says to EXPLAIN of every text: (GQL status, description).

    What the sample happens not to have (a contributor) is made known first, so that all that is unknown is misspelt.
    """
    neo4j_server.empty()
    with pytest.MonkeyPatch.context() as environment:
        for name, value in neo4j_server.environment().items():
            environment.setenv(name, value)
        with connect(neo4j_server.uri, write=True) as graph:
            graph.load(ROOT / "loaders" / "sample", "2026-11-20")
    kinds = ", ".join(f"(a)-[:{kind}]->(a)" for kind in RELATIONSHIPS)
    keys = {*DATED, *(key for keys in LABELS.values() for key in keys)}
    keys |= {key for one in RELATIONSHIPS.values() for key, _ in one.properties}
    words = ", ".join(f"{key}: 1" for key in sorted(keys))
    neo4j_server.rows(f"CREATE (a:{':'.join(LABELS)} {{{words}}}), {kinds} DETACH DELETE a")
    told: dict[str, list[tuple[str, str]]] = {}
    with neo4j_server.driver() as driver, driver.session(database=neo4j_server.database) as session:
        for name, query in book().items():
            given = {key: VALUES[key] for key in query.parameters}
            summary = session.run(neo4j.Query(f"EXPLAIN {query.text}"), given).consume()
            told[name] = [(one.gql_status, one.status_description) for one in summary.gql_status_objects]
    yield told
    neo4j_server.empty()


def told_of(planned: dict[str, list[tuple[str, str]]], codes: tuple[str, ...]) -> dict[str, list[str]]:
    found = {name: [text for code, text in notes if code in codes] for name, notes in planned.items()}
    return {name: texts for name, texts in found.items() if texts}


def test_neo4j_knows_every_label_type_and_property(planned: dict[str, list[tuple[str, str]]]) -> None:
    assert told_of(planned, UNKNOWN) == {}


def test_nothing_is_deprecated(planned: dict[str, list[tuple[str, str]]]) -> None:
    assert told_of(planned, DEPRECATED) == {}


def test_no_text_multiplies_unrelated_rows(planned: dict[str, list[tuple[str, str]]]) -> None:
    assert set(told_of(planned, CROSSED)) == set()
