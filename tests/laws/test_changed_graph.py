"""A graph that is made of the one before is the graph that would be made anew, load after load."""

from __future__ import annotations

from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING

import kglite
import polars as pl
import pytest

import seewhy
from seewhy.graph.derivation.derive import derive
from seewhy.graph.engines import changed_graph as changing
from seewhy.graph.engines import embedded
from seewhy.graph.engines.stored_tables import stored_tables
from seewhy.graph.errors import EngineUnavailable
from tests.support import small_graph as small
from tests.support.examples import worlds
from tests.support.world_graphs import by_lists, graph_of
from tests.worlds.histories import seeded_history
from tests.worlds.tables import write_folder

if TYPE_CHECKING:
    from seewhy.graph.derivation.tables import GraphTables
    from seewhy.graph.engines.embedded import EmbeddedEngine


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How this thread makes graphs from now on, however small they are: `changed` or `anew`. A question of an earlier
    test that goes on in the background makes some as well."""
    monkeypatch.setattr(changing, "LARGE", 0)
    monkeypatch.setattr(changing, "FEW", 0)
    ways: list[str] = []
    own = get_ident()
    change, fill = changing.changed_graph, embedded.filled

    def changed(*given: object) -> object:
        if (found := change(*given)) is not None:  # type: ignore[arg-type]
            ways.append("changed")
        return found

    def filled(*given: object) -> object:
        if get_ident() == own:
            ways.append("anew")
        return fill(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(changing, "changed_graph", changed)
    monkeypatch.setattr(embedded, "filled", filled)
    return ways


def rows(tables: GraphTables) -> dict[str, pl.DataFrame]:
    """Every table that has a row, its rows in a fixed order; what no row says is left out."""
    every = {**tables.nodes, **{" ".join(arrow): frame for arrow, frame in tables.relationships.items()}}
    said = {
        name: frame.select(sorted(one for one in frame.columns if frame[one].null_count() < len(frame)))
        for name, frame in every.items()
        if len(frame) and name != "Load"
    }
    return {name: frame.sort(frame.columns) for name, frame in said.items()}


@pytest.mark.parametrize("scheme", ["positions", "memberships", "portal", "privileges", "mixed"])
def test_it_is_the_graph_that_would_be_made_anew(scheme: str, tmp_path: Path, made: list[str]) -> None:
    wanted_changes = 0
    for seed in range(700, 700 + worlds(3)):
        target, loads = tmp_path / f"graph-{seed}", seeded_history(scheme, seed)
        with seewhy.connect(target, write=True) as graph:
            engine = graph.session.engine
            for number, (day, given) in enumerate(loads):
                if number and seed % 2:  # texts that the engine would take for a list, in later loads only
                    given = {**given, "people": [{**one, "name": f'["{one["name"]}"]'} for one in given["people"]]}
                graph.load(write_folder(given, tmp_path / f"in-{seed}-{number}"), day)
                history = engine.history()
                wanted, found = rows(derive(history, day)), rows(stored_tables(engine.read))
                assert found.keys() == wanted.keys()
                wrong = [name for name, frame in found.items() if not frame.equals(wanted[name])]
                assert not wrong, (seed, number, wrong)
            known = engine.read("MATCH (l:Load) RETURN l.id AS id ORDER BY id")
            assert [one["id"] for one in known] == [load.id for load in engine.loads()]
            wanted_changes += len(known) - 1
        with seewhy.connect(target) as reader:
            assert by_lists(reader, day) == by_lists(graph_of(history, day), day)
            assert not reader.session.engine.health().problems
    assert made.count("changed") == wanted_changes > 0


def published(folder: Path) -> EmbeddedEngine:
    engine = embedded.EmbeddedEngine.open(folder, write=True)
    engine.publish(small.load(1), small.history("ana"), small.tables(), before=None, fresh=False)
    return engine


def test_the_file_before_stays(tmp_path: Path, made: list[str]) -> None:
    engine = published(tmp_path / "graph")
    file = tmp_path / "graph" / "generation-000001" / "graph.kgl"
    before, after = file.read_bytes(), small.tables(kind="office", without=("007", "true"))
    engine.publish(small.load(2), small.history("ana", "bo"), after, before=small.tables(), fresh=False)
    assert made == ["anew", "changed"]
    assert file.read_bytes() == before
    assert engine.loads() == (small.load(1), small.load(2))


@pytest.mark.parametrize("otherwise", ["fresh", "not given", "another product", "another engine", "too much"])
def test_else_it_is_made_anew(
    otherwise: str, tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = published(tmp_path / "graph")
    load = small.load(2, **({"product": "0.2.0"} if otherwise == "another product" else {}))
    before = None if otherwise == "not given" else small.tables()
    if otherwise == "another engine":
        monkeypatch.setattr(embedded.EmbeddedEngine, "version", "kglite 99")
    if otherwise == "too much":
        monkeypatch.setattr(changing, "FEW", 1000)
    after = small.tables(kind="office")
    engine.publish(load, small.history("ana"), after, before=before, fresh=otherwise == "fresh")
    assert made == ["anew", "anew"]
    assert engine.read("MATCH (u:Unit {id: '7'}) RETURN u.kind AS kind") == [{"kind": "office"}]


def test_a_graph_that_held_something_else_is_made_anew(tmp_path: Path, made: list[str]) -> None:
    """What is said to be there is not there: the counts tell."""
    engine = published(tmp_path / "graph")
    claimed, after = small.tables(without=("007", "true")), small.tables(kind="office")
    engine.publish(small.load(2), small.history("ana"), after, before=claimed, fresh=False)
    assert made == ["anew", "anew"]
    found, wanted = rows(stored_tables(engine.read)), rows(after)
    assert all(found[name].equals(frame.select(found[name].columns)) for name, frame in wanted.items())


def test_a_damaged_file_before_is_said(tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    engine = published(tmp_path / "graph")

    def damaged(*_: object, **__: object) -> None:
        raise kglite.FileFormatError("no graph")

    monkeypatch.setattr("seewhy.graph.engines.graph_file.kglite.load", damaged)
    with pytest.raises(EngineUnavailable, match="damaged"):
        engine.publish(small.load(2), small.history("ana"), small.tables(), before=small.tables(), fresh=False)
    assert made == ["anew"]
