"""A changed copy of a question reads, whatever somebody types; on both engines nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seewhy.cypher import copies
from seewhy.cypher.catalogue import book
from seewhy.graph.errors import ConfigurationError, LimitReached, NotAllowed
from seewhy.graph.questions import query as module
from seewhy.graph.questions.query import query
from tests.support.scoped import EVERY_KIND, within
from tests.support.world_graphs import graph_of, history_of, on_neo4j
from tests.worlds.builder import DAY
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    from seewhy.api import Graph
    from tests.servers.neo4j import Neo4jServer

ATTACKS = (
    "CREATE (n:Person) RETURN n",
    "create (n:Person) RETURN n",
    "MATCH (n:Person) SET n.name = 'x' RETURN n",
    "MATCH (n:Person) REMOVE n.name RETURN n",
    "MATCH (n:Person) DETACH DELETE n RETURN 1",
    "MATCH (n:Person) DELETE n RETURN 1 AS one",
    "MERGE (n:Person {id: 'x'}) RETURN n",
    "MATCH (n) FOREACH (x IN [1] | CREATE (:Person)) RETURN n",
    "MATCH (n:Person) RETURN n.id; CREATE (m:Person)",
    "MATCH (n:Person) RETURN n.id\n;\nMATCH (n) DETACH DELETE n",
    "RETURN '//' AS a CREATE (n:Person)",
    "MATCH (n) RETURN n // nothing\r CREATE (m:Person)",
    "MATCH (n) RETURN n //\u2028 CREATE (m:Person)\nCREATE (m:Person)",
    "MATCH (n) /* a */ CREATE (m:Person) RETURN n",
    "MATCH (n) RETURN n /* ' */ CREATE (m:Person) /* ' */",
    "MATCH (n) WHERE n.id = 'it\\'s' CREATE (m:Person) RETURN '' AS x",
    "MATCH (n) WHERE n.id = 'a\\' OR true CREATE (m:Person {id: '",
    'MATCH (n) WHERE n.id = "\'" CREATE (m:Person {id: "\'"}) RETURN n',
    "MATCH (n) \\u0043REATE (m:Person) RETURN n",
    "MATCH (n) RETURN '\\u0027 CREATE (m:Person) //' AS x",
    "MATCH (n) \u017fET n.name = 'x' RETURN n",
    "MATCH\u00a0(n) RETURN n",
    "MATCH (n) `CREATE` (m) RETURN n",
    "MATCH (n:Person)CREATE(m:Person)RETURN n",
    "MATCH (n:Person)\tCREATE\t(m:Person) RETURN n",
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "load  csv with headers from 'file:///etc/passwd' AS line RETURN line",
    "LOAD// x\nCSV FROM 'file:///etc/passwd' AS line RETURN line",
    "CALL db.labels() YIELD label RETURN label",
    "CALL apoc.cypher.doIt('CREATE (n)', {}) YIELD value RETURN value",
    "MATCH (n) CALL dbms.listConfig() RETURN n",
    "CALL { CREATE (n:Person) RETURN n } RETURN n",
    "CALL { MATCH (n) DETACH DELETE n } IN TRANSACTIONS RETURN 1 AS one",
    "MATCH (n) RETURN apoc.load.json('http://127.0.0.1/') AS x",
    "MATCH (n) RETURN apoc . load . json('http://127.0.0.1/') AS x",
    "MATCH (n) RETURN randomUUID() AS x",
    "USE system MATCH (n) RETURN n",
    "SHOW USERS YIELD user RETURN user",
    "EXPLAIN MATCH (n) RETURN n",
    "CYPHER runtime=slotted MATCH (n) RETURN n",
    "DROP INDEX x",
    "CREATE USER x SET PASSWORD 'y'",
    "GRANT ROLE admin TO x",
    "MATCH (a)-[*]-(b) RETURN a",
    "MATCH (n) RETURN n LIMIT 100000000",
    "MATCH (n) RETURN n LIMIT $many",
    "MATCH (n) RETURN n.id AS id UNION ALL MATCH (n) RETURN n.id AS id LIMIT 99999",
    "",
    "   ",
    "nonsense",
    "MATCH (n) WHERE n.id = 'open RETURN n",
)
HARMLESS = (
    "MATCH (n:Person) WHERE n.name CONTAINS 'CREATE' OR n.name = 'DELETE; //' RETURN n.id AS id ORDER BY id",
    "MATCH (n:Person)-[r:MEMBER_OF]->(u:Unit) RETURN u.id AS unit, count(n) AS people, collect(n.id) AS ids",
    "MATCH (n:Person) RETURN n.id AS id LIMIT 3",
    "MATCH (p:Person {id: $person}) CALL (p) {\n  MATCH (p)-[:MEMBER_OF]->(u:Unit) RETURN u.id AS unit\n}\nRETURN unit",
    "MATCH (n:Person) RETURN n.id AS id // the ids\nUNION ALL\nMATCH (n:Unit) RETURN n.id AS id",
)


def counts(graph: Graph) -> object:
    health = graph.session.engine.health()
    return health.nodes, health.relationships, health.problems


def attacked(graph: Graph) -> None:
    """Every attack is refused with a sentence, and what is harmless runs; the graph is as before."""
    before = counts(graph)
    let_through = []
    for text in ATTACKS:
        try:
            query(graph.session, text, {"many": 1})
        except ConfigurationError:
            continue
        let_through.append(text)
    assert not let_through
    for text in HARMLESS:
        assert query(graph.session, text, {"person": "nobody"}).columns is not None
    assert counts(graph) == before


def test_nothing_can_be_written_embedded() -> None:
    attacked(graph_of(history_of(seeded_world("mixed", 1), DAY), DAY))


def test_nothing_can_be_written_on_neo4j(neo4j_server: Neo4jServer) -> None:
    with on_neo4j(neo4j_server, history_of(seeded_world("mixed", 1), DAY), DAY) as graph:
        attacked(graph)
        # What the reader of texts stops is stopped behind it as well: the session cannot write.
        with pytest.raises(Exception, match=r"(?i)writ"):
            graph.session.engine.read("CREATE (n:Person {id: 'x'}) RETURN n.id AS id")


def test_the_questions_of_the_book_are_within_what_a_copy_may_be() -> None:
    refused = {name: found for name, one in book().items() if (found := copies.faults(copies.plain(one.text), 10_000))}
    assert not refused


def test_limits_are_kept_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graph_of(history_of(seeded_world("mixed", 1), DAY), DAY)
    monkeypatch.setattr(module, "MOST_ROWS", 5)
    answer = query(graph.session, "UNWIND range(1, 1000) AS n RETURN n // all", {})
    assert len(answer.rows) == 5
    assert answer.cut == "Cut: only the first 5 rows are shown."
    assert answer.text.endswith("LIMIT 6")
    whole = query(graph.session, "UNWIND range(1, 5) AS n RETURN n", {})
    assert whole.cut == ""
    both = query(graph.session, "UNWIND [1, 2] AS n RETURN n UNION ALL UNWIND [3] AS n RETURN n", {})
    assert [row[0] for row in both.rows] == [1, 2, 3]
    monkeypatch.setattr(module, "MOST_SECONDS", 0.05)
    with pytest.raises(LimitReached):
        query(graph.session, "UNWIND range(1, 3000) AS a UNWIND range(1, 3000) AS b UNWIND range(1, 300) AS c "
              "RETURN count(a + b + c) AS n", {})  # fmt: skip
    with pytest.raises(ConfigurationError, match="no value for"):
        query(graph.session, "MATCH (n:Person {id: $who}) RETURN n.id AS id", {})


def test_within_a_scope_nothing_is_run() -> None:
    graph = graph_of(history_of(seeded_world("mixed", 1), DAY), DAY)
    scoped = within(graph, ({"p"}, {"c"}), kinds=EVERY_KIND | {"query"})
    for text in ("MATCH (n:Person) RETURN n.id AS id", book()["organisation/people"].text):
        with pytest.raises(NotAllowed):
            query(scoped.session, text, {})
