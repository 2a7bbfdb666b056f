from __future__ import annotations

import pytest

from seewhy.graph.engines import open_engine
from seewhy.graph.engines.texts import text
from seewhy.graph.errors import ConfigurationError, QueryContractError
from seewhy.graph.settings import checked_target, read_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SEEWHY_GRAPH", "NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"):
        monkeypatch.delenv(name, raising=False)


def test_the_order_of_names(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().target() == "seewhy-graph"
    monkeypatch.setenv("NEO4J_URI", "neo4j://server")
    assert read_settings().target() == "neo4j://server"
    monkeypatch.setenv("SEEWHY_GRAPH", "folder")
    assert read_settings().target() == "folder"
    assert read_settings().target("other") == "other"
    monkeypatch.setenv("SEEWHY_GRAPH", "")
    assert read_settings().target() == "neo4j://server"


@pytest.mark.parametrize("address", ["bolt://neo4j:geheim@host:7687", "neo4j+s://geheim@host", "bolt://a:geheim/@host"])
def test_credentials_in_an_address_are_refused_and_not_shown(address: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_engine(address)
    assert "carries a user or a password" in caught.value.message
    assert "geheim" not in caught.value.message + caught.value.hint
    assert "NEO4J_PASSWORD" in caught.value.hint


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("http://host:7474", "the graph address `http://host:7474` is of an unknown kind"),
        ("file:///x", "the graph address `file://` is of an unknown kind"),
        ("bolt://", "the graph address `bolt://` names no server"),
        ("neo4j://host/movies", "the graph address `neo4j://host/movies` names more than a server: `movies`"),
        ("  ", "the graph has no name"),
    ],
)
def test_targets_that_are_none(target: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        checked_target(target)
    assert caught.value.message == message


@pytest.mark.parametrize(
    "target",
    [
        "bolt://h",
        "bolt+s://h:1",
        "NEO4J+SSC://h",
        "neo4j://h/",
        "neo4j://h?region=eu",
        "folder",
        "C:\\graphs\\one",
        "a@b/c",
        "./x:y",
    ],
)
def test_targets_that_are_fine(target: str) -> None:
    assert checked_target(target).lower() == target.lower()


def test_the_password_is_not_in_the_settings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "geheim")
    assert "geheim" not in repr(read_settings()) + str(read_settings().model_dump())
    assert read_settings().neo4j_password.get_secret_value() == "geheim"


def test_a_setting_that_is_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEWHY_QUERY_TIMEOUT", "soon")
    with pytest.raises(ConfigurationError, match="the setting `SEEWHY_QUERY_TIMEOUT` cannot be `soon`"):
        read_settings()


def test_a_graph_that_is_neither() -> None:
    with pytest.raises(ConfigurationError, match="a graph cannot be opened from a `int`"):
        open_engine(7)


def test_texts_take_names_of_the_vocabulary_only() -> None:
    assert text("load/count_nodes", LABEL="Person").startswith("MATCH (n:`Person`)")
    with pytest.raises(QueryContractError, match="is no label or relationship type of the vocabulary"):
        text("load/count_nodes", LABEL="Person`) DETACH DELETE n //")
    with pytest.raises(QueryContractError, match="needs a name for `LABEL`"):
        text("load/count_nodes")
    with pytest.raises(QueryContractError, match=r"no query file `cypher/load/nothing\.cypher`"):
        text("load/nothing")
