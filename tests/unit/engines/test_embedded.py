from __future__ import annotations

import hashlib
import json
import os
import threading
from pathlib import Path

import kglite
import polars as pl
import pytest

from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.engines import Engine, bulk, open_engine
from seewhy.graph.engines.doctor import diagnose
from seewhy.graph.engines.embedded import DISABLED_PASSES, EmbeddedEngine
from seewhy.graph.engines.records import Pointer
from seewhy.graph.errors import EngineUnavailable, LimitReached, QueryContractError
from seewhy.graph.settings import Settings
from tests.support import small_graph as small


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "graph"


@pytest.fixture(params=["row by row", "as frames"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways in which relationships are written: of a small graph, and of any other."""
    if request.param == "as frames":
        monkeypatch.setattr(bulk, "SMALL", -1)


def filled(folder: Path, **changes: object) -> EmbeddedEngine:
    engine = EmbeddedEngine.open(folder, write=True)
    engine.publish(small.load(1), small.history("ana"), small.tables(**changes), before=None, fresh=False)  # type: ignore[arg-type]
    return engine


def members(engine: Engine) -> int:
    return len(engine.read(small.MEMBERS))


@pytest.mark.usefixtures("either")
def test_what_goes_in_comes_out_with_its_type(folder: Path) -> None:
    filled(folder)
    engine = open_engine(str(folder))
    people = engine.read("MATCH (p:Person) RETURN p.id AS id, p.name AS name, p.email AS email")
    assert sorted(people, key=lambda row: row["id"]) == sorted(
        small.tables().nodes["Person"].to_dicts(), key=lambda row: row["id"]
    )
    units = engine.read("MATCH (u:Unit) RETURN u.id AS id, u.name AS name, u.kind AS kind, u.rank AS rank ORDER BY id")
    assert units == [
        {"id": "", "name": None, "kind": None, "rank": None},
        {"id": "7", "name": "Seven", "kind": "team", "rank": 2**40},
    ]
    ana = [row for row in engine.read(small.MEMBERS) if row["person"] == "ana"]
    assert ana == [
        {"person": "ana", "unit": "7", "since": "0000-01-01", "access": "view", "manager": True, "position": 1},
        {"person": "ana", "unit": "7", "since": "2020-01-01", "access": "edit", "manager": False, "position": None},
    ]
    assert isinstance(engine, Engine)


@pytest.mark.usefixtures("either")
@pytest.mark.parametrize("value", small.IDS)
def test_every_text_equals_itself_only(folder: Path, value: str) -> None:
    engine = filled(folder)
    by_id = engine.read("MATCH (p:Person {id: $id}) RETURN p.id AS id", {"id": value})
    by_property = engine.read("MATCH (p:Person) WHERE p.email = $v RETURN p.id AS id", {"v": value})
    by_list = engine.read("MATCH (p:Person) WHERE p.email IN $v RETURN p.id AS id", {"v": [value]})
    by_edge = engine.read(
        "MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit) WHERE m.access = $v RETURN p.id AS id", {"v": value}
    )
    assert by_id == by_property == by_list == by_edge == [{"id": value}]


def test_without_the_escape_the_engine_takes_a_list_for_its_element() -> None:
    """The reason for `escaping.py`: when this fails, the engine has changed and the escape may go."""
    graph = kglite.KnowledgeGraph()
    frame = pl.DataFrame({"id": ["a", "b"], "name": ["", ""], "email": ['["x"]', "x"]})
    graph.add_nodes(frame.to_pandas(), "Person", "id", "name")
    rows = graph.cypher("MATCH (p:Person) WHERE p.email = 'x' RETURN p.id AS id").to_list()  # type: ignore[union-attr, operator]
    assert len(rows) == 2


@pytest.mark.usefixtures("either")
def test_periods_of_one_pair_survive_in_every_arrow_of_a_type(folder: Path) -> None:
    engine = filled(folder)
    people = len(small.tables().nodes["Person"])
    counts = engine.read("MATCH (:Person)-[c:COUNTS_AS]->(b) RETURN labels(b)[0] AS kind, count(c) AS n ORDER BY kind")
    assert counts == [
        {"kind": "Everyone", "n": people},
        {"kind": "Person", "n": 2 * people},
        {"kind": "Unit", "n": 2 * people},
    ]
    sources = engine.read("MATCH (:Person {id: 'ana'})-[c:COUNTS_AS]->(:Unit) RETURN c.source AS s ORDER BY s")
    assert sources == [{"s": "m.csv:2"}, {"s": "m.csv:3"}]


@pytest.mark.usefixtures("either")
def test_a_label_a_type_and_a_property_without_rows_can_be_asked(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = filled(folder)
    assert engine.read("MATCH (c:CaseFile {id: 'c1'})-[h:HAS_PROFILE]->(f:AccessProfile) RETURN f.scheme AS s") == []
    assert engine.read("MATCH (q:Queue) WHERE q.id = 'x' RETURN q.name AS name") == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("either")
def test_an_end_that_is_no_node_is_refused_and_nothing_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As frames such an end is invented, row by row the relationship is left out; the counts tell both."""
    engine = EmbeddedEngine.open(folder, write=True)
    with pytest.raises(EngineUnavailable, match=r"(`Person` nodes|`MEMBER_OF` relationships) instead of"):
        engine.publish(small.load(1), {}, small.tables(extra=({"from": "ghost", "to": "7"},)), before=None, fresh=False)
    monkeypatch.setattr(bulk, "SMALL", -1)
    without = small.tables()
    without.nodes["Unit"] = without.nodes["Unit"].clear()
    with pytest.raises(EngineUnavailable, match="`Unit` nodes instead of 0"):
        engine.publish(small.load(1), {}, without, before=None, fresh=False)
    assert engine.loads() == ()
    assert sorted(entry.name for entry in folder.iterdir()) == ["lock"]


def test_loads_and_history_come_back(folder: Path) -> None:
    engine = filled(folder)
    engine.publish(small.load(2), small.history("ana", "bo"), small.tables(), before=small.tables(), fresh=False)
    again = open_engine(str(folder))
    assert again.loads() == (small.load(1), small.load(2))
    assert again.history()["people"].equals(small.history("ana", "bo")["people"])
    assert again.history()["work"].schema == small.history()["work"].schema
    assert again.read("MATCH (l:Load) RETURN l.id AS id, l.facts AS facts ORDER BY id")[1] == {
        "id": "load-0002",
        "facts": 3,
    }
    engine.publish(small.load(3), small.history("cy"), small.tables(), before=small.tables(), fresh=True)
    assert again.loads() == (small.load(3),)


def test_an_open_reader_sees_the_next_load_but_not_inside_a_snapshot(folder: Path) -> None:
    writer = filled(folder)
    reader = open_engine(str(folder))
    before = members(reader)
    with reader.snapshot():
        writer.publish(small.load(2), {}, small.tables(extra=({"from": "x", "to": ""},)), before=None, fresh=False)
        assert members(reader) == before
    assert members(reader) == before + 1


def test_all_of_a_generation_is_on_the_disk_before_it_is_current(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    filled(folder)
    before = synced[: synced.index((folder / "current").stat().st_ino)]
    (generation,) = folder.glob("generation-*")
    parts = {path.name: path.stat().st_ino for path in (generation, *generation.rglob("*"))}
    assert {"graph.kgl", "generation.json", "history"} <= parts.keys()
    assert {name for name, number in parts.items() if number not in before} == {"published"}
    assert parts["published"] in synced
    assert folder.stat().st_ino in synced, "and so is the name of what is current"


def test_the_newest_two_generations_stay(folder: Path) -> None:
    engine = filled(folder)
    for number in (2, 3, 4):
        engine.publish(small.load(number), {}, small.tables(), before=None, fresh=False)
    assert [p.name for p in sorted(folder.glob("generation-*"))] == ["generation-000003", "generation-000004"]


def test_a_question_cannot_write(folder: Path) -> None:
    engine = filled(folder)
    with pytest.raises(QueryContractError, match="tried to write"):
        engine.read("CREATE (p:Person {id: 'new'}) RETURN p.id AS id")
    with pytest.raises(QueryContractError, match="LOAD CSV"):
        engine.read("load csv FROM 'file:///etc/passwd' AS row RETURN row")
    with pytest.raises(EngineUnavailable, match="opened for reading only"):
        open_engine(str(folder)).publish(small.load(2), {}, small.tables(), before=None, fresh=False)


def test_every_read_disables_the_four_passes_and_hides_keys(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = filled(folder)
    seen: list[dict[str, object]] = []

    class Spy:
        def cypher(self, text: str, **options: object) -> object:
            seen.append(options)
            return opened.graph.cypher(text, **options)

    opened = engine._current()
    monkeypatch.setattr(engine, "_opened", type(opened)(Spy(), True, opened.loads, opened.stamp, opened.pid))  # type: ignore[arg-type]
    engine.read("MATCH (p:Person) WHERE p.id = $id RETURN p.id AS id", {"id": "x"}, timeout=2.5)
    assert seen == [
        {
            "params": {"id": "x"},
            "timeout_ms": 2500,
            "max_work_units": Settings().seewhy_work_limit,
            "hide_structural_keys": True,
            "disabled_passes": list(DISABLED_PASSES),
        }
    ]
    assert set(DISABLED_PASSES) <= set(kglite.cypher_pass_names())


def test_limits_stop_a_question(folder: Path) -> None:
    filled(folder)
    product = "MATCH (a:Person) MATCH (b:Person) MATCH (c:Person) MATCH (d:Person) MATCH (e:Person) MATCH (f:Person) "
    with pytest.raises(LimitReached, match=r"stopped after 0\.05 s"):
        open_engine(str(folder)).read(product + "RETURN count(*) AS n", timeout=0.05)
    tight = EmbeddedEngine.open(folder, Settings(seewhy_work_limit=10))
    with pytest.raises(LimitReached, match="too much work"):
        tight.read(product + "RETURN count(*) AS n")


def test_threads_read_side_by_side(folder: Path) -> None:
    engine = filled(folder)
    expected, wrong = engine.read(small.MEMBERS), []

    def ask() -> None:
        wrong.extend(rows for _ in range(50) if (rows := engine.read(small.MEMBERS)) != expected)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_is_refused(folder: Path) -> None:
    engine = filled(folder)
    engine.read(small.MEMBERS)
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            engine.read(small.MEMBERS)
            message = "answered"
        except BaseException as error:
            message = str(error)
        os.write(send, message.encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(receive, 500).decode() == f"the graph `{folder}` was opened by another process (pid {os.getpid()})"
    os.close(receive)
    os.close(send)


def test_two_loads_at_once(folder: Path) -> None:
    engine = filled(folder)
    with engine.loading():
        other = EmbeddedEngine.open(folder, write=True)
        with pytest.raises(EngineUnavailable) as caught, other.loading():
            pytest.fail("two loads held the same graph")
        assert members(other) > 0, "a question is answered while a load is checking"
    assert caught.value.message.startswith(f"another load of this graph is running (pid {os.getpid()} since 20")
    with EmbeddedEngine.open(folder, write=True).loading():
        pass


def test_what_a_killed_load_left_is_deleted_by_the_next(folder: Path) -> None:
    engine = filled(folder)
    (folder / "building-99-x").mkdir()
    (folder / "building-99-x" / "graph.kgl").write_bytes(b"half")
    (folder / "building-99-current").write_text("generation-000009")
    (folder / "generation-000009").mkdir()
    assert any("building-99" in problem for problem in diagnose(engine).problems)
    engine.publish(small.load(2), {}, small.tables(), before=None, fresh=False)
    assert sorted(p.name for p in folder.glob("building-*")) == []
    assert len(open_engine(str(folder)).loads()) == 2
    diagnosis = diagnose(engine)
    assert not diagnosis.problems
    assert "`generation-000009` (`generation.json` is missing) is not whole" in diagnosis.notes[0]


@pytest.mark.parametrize("name", ["graph.kgl", "generation.json"])
@pytest.mark.parametrize("damage", ["gone", "cut", "flipped", "other"])
def test_a_damaged_file_is_one_sentence_and_a_fresh_load_mends_it(folder: Path, name: str, damage: str) -> None:
    engine = filled(folder)
    file = folder / "generation-000001" / name
    content = bytearray(file.read_bytes())
    if damage == "gone":
        file.unlink()
    elif damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        content[len(content) // 2] ^= 0xFF
        file.write_bytes(content)
    else:
        file.write_bytes(b"PK\x03\x04 something else")
    with pytest.raises(EngineUnavailable) as caught:
        open_engine(str(folder)).read(small.MEMBERS)
    how = "is missing" if damage == "gone" else "is not as it was written (its sha256 differs)"
    assert caught.value.message == f"the graph in `{folder}` is damaged: `generation-000001/{name}` {how}"
    assert caught.value.hint == (
        f"run `seewhy repair --graph {folder}`: it goes back to the newest whole generation"
    )
    engine.publish(small.load(1), {}, small.tables(), before=None, fresh=True)
    assert members(open_engine(str(folder))) > 0


def test_damaged_history_is_one_sentence(folder: Path) -> None:
    engine = filled(folder)
    (folder / "generation-000001" / "history" / "people.parquet").write_bytes(b"x")
    with pytest.raises(EngineUnavailable, match=r"`generation-000001/history/people\.parquet` is not as it was"):
        engine.history()


def test_a_graph_of_another_model(folder: Path) -> None:
    filled(folder)
    record = folder / "generation-000001" / "generation.json"
    upgrade = f"run `seewhy upgrade --graph {folder}`: it is derived anew, and keeps its history"
    for model, hint in ((99, "use the newer SeeWhy that wrote it"), (0, upgrade)):
        text = json.dumps({**json.loads(record.read_text()), "model": model})
        record.write_text(text)
        (folder / "current").write_text(Pointer("generation-000001", hashlib.sha256(text.encode()).hexdigest()).line())
        with pytest.raises(EngineUnavailable, match=f"has graph model {model}, this SeeWhy reads model") as caught:
            open_engine(str(folder))
        assert caught.value.hint == hint
        assert "graph model" in diagnose(EmbeddedEngine.open(folder, write=True)).problems[0]


def test_a_target_that_is_no_graph(tmp_path: Path) -> None:
    (tmp_path / "file.kgl").write_text("x")
    with pytest.raises(EngineUnavailable, match="is a file; an embedded graph is a folder"):
        open_engine(str(tmp_path / "file.kgl"))
    for write in (False, True):
        with pytest.raises(EngineUnavailable, match=r"is not a SeeWhy graph: it holds `file\.kgl`"):
            open_engine(str(tmp_path), write=write)
    (tmp_path / "empty").mkdir()
    for name in ("empty", "missing"):
        with pytest.raises(EngineUnavailable, match="there is no graph in") as caught:
            open_engine(str(tmp_path / name))
        assert "seewhy load" in caught.value.hint
        engine = open_engine(str(tmp_path / name), write=True)
        assert engine.loads() == ()
        assert engine.history() == {}
        assert diagnose(engine).problems
    assert not (tmp_path / "missing").exists()


FULL = """
import resource, signal, sys
from seewhy.graph.engines import open_engine
from seewhy.graph.errors import EngineUnavailable
from tests.support import small_graph as small
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
engine = open_engine(sys.argv[1], write=True)
engine.read(small.MEMBERS)
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
try:
    engine.publish(small.load(2), small.history(*map(str, range(9999))), small.tables(), before=None, fresh=False)
except EngineUnavailable as error:
    sys.exit(f"{error.message}|{error.hint}")
"""


def test_a_disk_that_takes_no_more_leaves_the_graph_as_it_was(folder: Path) -> None:
    filled(folder)
    writer = small.python(FULL, str(folder))
    _, message = writer.communicate(timeout=60)
    reason = f"the graph could not be written to `{folder}`: file too large"
    assert message.strip() == f"{reason}|nothing was changed; the graph answers as before"
    assert open_engine(str(folder)).loads() == (small.load(1),)
    assert list(folder.glob("building-*")) == []


def test_graphs_in_memory_share_declarations_and_no_node() -> None:
    full, empty = EmbeddedEngine.scratch(small.tables()), EmbeddedEngine.scratch(GraphTables())
    for text in ("MATCH (p:Person) RETURN count(p) AS n", "MATCH ()-[m:MEMBER_OF]->() RETURN count(m) AS n"):
        assert full.read(text)[0]["n"] > 0
        assert empty.read(text) == [{"n": 0}]
    # A label or a property without any row is known, as in a graph that was loaded.
    assert empty.read("MATCH (c:CaseFile) WHERE c.caption = 'x' RETURN c.system AS system") == []


def test_scratch_is_in_memory_and_cannot_be_loaded() -> None:
    engine = EmbeddedEngine.scratch(small.tables(), loads=(small.load(1),))
    assert len(engine.read(small.MEMBERS)) == len(small.IDS) + 2
    assert (engine.target, engine.loads(), engine.history()) == ("scratch", (small.load(1),), {})
    assert engine.health().relationships["MEMBER_OF"] == len(small.IDS) + 2
    with pytest.raises(EngineUnavailable, match="reading only"), engine.loading():
        pass
    empty = EmbeddedEngine.scratch(GraphTables())
    assert empty.read("MATCH (p:Person) RETURN p.id AS id") == []


def test_doctor_counts(folder: Path) -> None:
    diagnosis = diagnose(filled(folder))
    assert (diagnosis.engine, diagnosis.version) == ("embedded", f"kglite {kglite.__version__}")
    assert diagnosis.nodes == {"Everyone": 1, "Person": len(small.IDS) + 1, "Unit": 2}
    assert diagnosis.last_load == small.load(1)
    assert diagnosis.problems == ()
    assert diagnosis.as_dict()["loads"][0]["id"] == "load-0001"
