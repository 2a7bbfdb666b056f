"""What happens to an embedded graph when its files are lost, changed, cut, exchanged or not to be read: a sentence or
the true answer, never another one; and the way back."""

from __future__ import annotations

import json
import os
import random
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import seewhy
from seewhy.cli import main
from seewhy.graph.engines import open_engine, records
from seewhy.graph.engines.doctor import diagnose
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.engines.generations import GraphFolder
from seewhy.graph.engines.repair import repair
from seewhy.graph.errors import EngineUnavailable, SeeWhyError
from tests.support import small_graph as small
from tests.support.examples import worlds
from tests.support.later_sample import later_sample

SAMPLE = Path(__file__).parents[3] / "loaders" / "sample"
DAYS = ("2026-11-20", "2026-11-25")
FLIPS = worlds(100)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sample, and the sample of a later day without some memberships."""
    return dict(zip(DAYS, (SAMPLE, later_sample(tmp_path_factory.mktemp("later"))), strict=True))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, folders: dict[str, Path]) -> Path:
    """A graph with two loads; never changed."""
    target = tmp_path_factory.mktemp("loaded") / "graph"
    for day, folder in folders.items():
        with seewhy.connect(target, write=True) as graph:
            graph.load(folder, day)
    return target


@pytest.fixture
def graph(loaded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(loaded, tmp_path / "graph")


def pairs(graph: seewhy.api.Graph, day: str) -> list[tuple[str, list[int], list[int]]]:
    return [(sight.person, sight.cases.tolist(), sight.codes.tolist()) for sight in graph.pairs(day)]


def answers(target: Path) -> dict[str, Any]:
    """Every pair now and before, the history, and the loads."""
    with seewhy.connect(target) as graph:
        return {
            "loads": graph.session.engine.loads(),
            **{day: pairs(graph, day) for day in DAYS},
            "history": {stem: frame.rows() for stem, frame in graph.session.engine.history().items()},
        }


def content(folder: Path) -> dict[str, bytes]:
    """Every file but the lock, which a refused load may make."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(files)}


def told(target: Path, capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """What a command that must fail writes to standard error."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        main([*map(str, words), "--graph", str(target)])
    printed = capsys.readouterr()
    assert left.value.code == 2, printed
    assert printed.out == ""
    return printed.err


LOST: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "empty": lambda current: current.write_bytes(b""),
    "garbled": lambda current: current.write_bytes(b"\xff\x00generation-000002"),
    "cut": lambda current: current.write_bytes(current.read_bytes()[:30]),
    "without its digest": lambda current: current.write_text("generation-000002\n"),
    "dangling": lambda current: current.write_text(current.read_text().replace("000002", "000007")),
    "outside": lambda current: current.write_text("../generation-000002\n"),
    "another number": lambda current: current.write_text("generation-2\n"),
    "foreign": lambda current: current.write_text(f"generation-000002 sha256:{'0' * 64}\n"),
    "a folder": lambda current: (current.unlink(), current.mkdir()),
    "a link to nothing": lambda current: (current.unlink(), current.symlink_to("nowhere")),
    "a pipe": lambda current: (current.unlink(), os.mkfifo(current)),
    "of a backup": lambda current: shutil.copy(current.parent / "generation-000001" / "published", current),
}


@pytest.mark.parametrize("how", LOST)
def test_a_lost_current_is_one_sentence_everywhere_and_repair_brings_it_back(
    graph: Path, loaded: Path, folders: dict[str, Path], how: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    LOST[how](graph / "current")
    before = content(graph)
    # One way in is shared by all questions; each kind of opening is asked with one of the ways to lose the file.
    commands = [("check", "ana", "c-101"), ("load", SAMPLE)]
    if how not in ("foreign", "without its digest"):  # whose record may be damaged, and then a fresh load is a way out
        commands.append(("load", "--fresh", SAMPLE))
    if how in ("gone", "dangling"):
        output = tmp_path / "x.csv"
        commands += [
            ("why", "ana", "c-101"), ("who", "c-101"), ("what", "ana"), ("person", "ana"), ("findings",),
            ("diff", "--from", DAYS[0]), ("export", "access", "-o", output), ("load", "--dry-run", SAMPLE),
            ("evidence", "ana", "c-101", "-o", output), ("eligible", "assign", "c-101"),
        ]  # fmt: skip
    for words in commands:
        error = told(graph, capsys, *words)
        assert f"`{graph}`" in error, words
        assert "`current`" in error or "generation-000002/generation.json" in error, (words, error)
        assert f"seewhy repair --graph {graph}" in error, (words, error)
        assert error.count("\n") == 2, "one sentence and one hint"
    with pytest.raises(EngineUnavailable) as caught:
        seewhy.connect(graph)
    assert "seewhy repair" in caught.value.hint
    assert content(graph) == before
    assert not (tmp_path / "x.csv").exists()

    done = repair(graph)
    assert (done.restored, done.moved, done.lost) == ("generation-000002", (), ())
    assert done.fault
    assert answers(graph) == answers(loaded)
    assert repair(graph).fault == ""
    if how == "gone":
        with seewhy.connect(graph, write=True) as opened:
            opened.load(SAMPLE, "2026-11-26")
        assert [p.name for p in sorted(graph.glob("generation-*"))] == ["generation-000002", "generation-000003"]


def damaged(file: Path, how: str) -> None:
    data = bytearray(file.read_bytes())
    if how == "gone":
        file.unlink()
    elif how == "cut":
        file.write_bytes(data[: len(data) // 2])
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "longer":
        file.write_bytes(data + b"\0")
    elif how == "a folder":
        file.unlink()
        file.mkdir()
    else:
        data[len(data) // 2] ^= 1
        file.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("graph.kgl", "gone"), ("graph.kgl", "cut"), ("graph.kgl", "flipped"), ("graph.kgl", "longer"),
        ("generation.json", "gone"), ("generation.json", "flipped"), ("generation.json", "empty"),
        ("history/people.parquet", "gone"), ("history/people.parquet", "a folder"), ("history/work.parquet", "flipped"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_named_and_repair_goes_back_a_load(
    graph: Path, name: str, how: str, folders: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    damaged(graph / "generation-000002" / name, how)
    before = content(graph)
    for words in (("check", "ana", "c-101"), ("diff", "--from", DAYS[0]), ("load", folders[DAYS[1]])):
        error = told(graph, capsys, *words)
        assert f"the graph in `{graph}` is damaged: `generation-000002/{name}`" in error
        assert f"seewhy repair --graph {graph}" in error
    assert content(graph) == before
    assert any(name in problem for problem in diagnose(EmbeddedEngine.open(graph, write=True)).problems)

    done = repair(graph)
    assert done.restored == "generation-000001"
    assert done.moved == ("damaged-generation-000002",)
    assert done.lost == (("load-0002",) if name != "generation.json" else done.lost)
    states = {one.name: one for one in done.generations}
    assert states["generation-000001"].whole
    assert next(file.file for file in states["generation-000002"].files if file.state != "whole") == name
    kept = {file: data for file, data in before.items() if file.startswith("generation-000002")}
    now = content(graph)
    assert all(now[f"damaged-{file}"] == data for file, data in kept.items())
    assert diagnose(EmbeddedEngine.open(graph, write=True)).problems == ()


def test_after_a_repair_the_lost_load_is_loaded_again(graph: Path, loaded: Path, folders: dict[str, Path]) -> None:
    damaged(graph / "generation-000002" / "graph.kgl", "flipped")
    repair(graph)
    with seewhy.connect(graph, write=True) as opened:
        opened.load(folders[DAYS[1]], DAYS[1])
    mine, true = answers(graph), answers(loaded)
    assert [load.id for load in mine.pop("loads")] == [load.id for load in true.pop("loads")]
    assert mine == true
    assert (graph / "generation-000003").is_dir(), "the number of the damaged one is not given again"
    assert (graph / "damaged-generation-000002").is_dir()


def test_nothing_whole_is_left(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for generation in graph.glob("generation-*"):
        damaged(generation / "graph.kgl", "cut")
    before = content(graph)
    error = told(graph, capsys, "repair")
    assert "no generation of it is whole: `generation-000001` (`graph.kgl` is not as it was written" in error
    assert content(graph) == before


def test_a_load_beside_it_a_graph_that_is_none_and_a_whole_one(graph: Path, tmp_path: Path) -> None:
    with EmbeddedEngine.open(graph, write=True).loading(), pytest.raises(EngineUnavailable, match="another load"):
        repair(graph)
    with pytest.raises(EngineUnavailable, match="there is no graph in"):
        repair(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "diary.txt").write_text("x")
    with pytest.raises(EngineUnavailable, match="is not a SeeWhy graph"):
        repair(tmp_path / "notes")
    assert [path.name for path in (tmp_path / "notes").iterdir()] == ["diary.txt"]


def test_random_bits(graph: Path, loaded: Path, folders: dict[str, Path]) -> None:
    """One flipped bit anywhere is found, or does not matter: no answer, no history and no later load differs."""
    draw = random.Random()
    files = [path for path in sorted(graph.rglob("*")) if path.is_file() and path.name != "lock"]
    true, seed = answers(loaded), draw.random()
    draw.seed(seed)
    found = 0
    for _ in range(FLIPS):
        path = draw.choice(files)
        data = path.read_bytes()
        place, bit = draw.randrange(len(data)), 1 << draw.randrange(8)
        path.write_bytes(data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
        in_use = "generation-000001" not in path.parts and path.name != "published"
        try:
            assert answers(graph) == true, (seed, path, place, bit)
            assert not in_use, f"not found: {path} {place} {bit} (seed {seed})"
        except SeeWhyError:
            found += 1
        finally:
            path.write_bytes(data)
    assert answers(graph) == true
    assert found > FLIPS // 4


def test_a_load_on_a_flipped_bit_is_refused(graph: Path, folders: dict[str, Path]) -> None:
    for path in sorted((graph / "generation-000002" / "history").iterdir()):
        data = path.read_bytes()
        damaged(path, "flipped")
        with pytest.raises(EngineUnavailable, match="is not as it was written"):
            open_engine(graph, write=True).history()
        path.write_bytes(data)


def test_an_open_graph_notices(graph: Path) -> None:
    """The engine maps its file: what changes below an open graph is looked at before the next answer."""
    with seewhy.connect(graph) as opened:
        assert opened.check("ana", "c-101").value
        file = graph / "generation-000002" / "graph.kgl"
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
        with pytest.raises(EngineUnavailable, match=r"`generation-000002/graph\.kgl` is not as it was written"):
            opened.check("ana", "c-101")
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
        assert opened.check("ana", "c-101").value
        (graph / "current").unlink()
        with pytest.raises(EngineUnavailable, match="has lost its file `current`"):
            opened.check("ana", "c-101")


def test_inside_a_snapshot_the_history_is_that_of_the_graph(graph: Path, folders: dict[str, Path]) -> None:
    reader, writer = open_engine(graph), seewhy.connect(graph, write=True)
    with reader.snapshot():
        before = {stem: len(frame) for stem, frame in reader.history().items()}
        writer.load(SAMPLE, "2026-11-26")
        assert {stem: len(frame) for stem, frame in reader.history().items()} == before
        assert {stem: len(frame) for stem, frame in writer.session.engine.history().items()} != before
        writer.load(folders[DAYS[1]], "2026-11-27")
        with pytest.raises(EngineUnavailable, match="two loads were published while this was answered"):
            reader.history()
    assert len(reader.loads()) == 4


def test_a_sweep_deletes_only_what_the_records_lead_to(graph: Path) -> None:
    """Generations of a restored backup, copies and folders with names of our kind stay where they are."""
    shutil.copytree(graph / "generation-000001", graph / "generation-000009")
    (graph / "generation-2").mkdir()
    (graph / "generation-000005").mkdir()
    with seewhy.connect(graph, write=True) as opened:
        for day in ("2026-11-26", "2026-11-27"):
            (graph / "generation-2" / day).touch()
            opened.load(SAMPLE if day.endswith("6") else SAMPLE.parent / "sample", day, fresh=day.endswith("7"))
    names = sorted(path.name for path in graph.glob("generation-*"))
    assert {"generation-2", "generation-000005", "generation-000009"} <= set(names)
    assert "generation-000001" not in names
    assert "generation-000011" in names, "a number is never given twice"


def test_killed_before_current_named_it(graph: Path, loaded: Path, tmp_path: Path) -> None:
    """Between the two renames of a load: as if it had not been, in a first load as well."""
    shutil.copy(graph / "generation-000001" / "published", graph / "current")
    (graph / "generation-000002" / "published").unlink()
    assert [load.id for load in answers(graph)["loads"]] == ["load-0001"]
    diagnosis = diagnose(EmbeddedEngine.open(graph, write=True))
    assert diagnosis.problems == ()
    assert "`generation-000002` was finished by a load that was killed" in diagnosis.notes[0]
    assert repair(graph).fault == ""
    with seewhy.connect(graph, write=True) as opened:
        opened.load(SAMPLE.parent / "sample", "2026-11-26")
    assert (graph / "generation-000002").is_dir()

    first = tmp_path / "first"
    first.mkdir()
    shutil.copytree(loaded / "generation-000001", first / "generation-000001")
    (first / "generation-000001" / "published").unlink()
    with pytest.raises(EngineUnavailable, match="there is no graph in"):
        open_engine(first)
    with seewhy.connect(first, write=True) as opened:
        assert opened.load(SAMPLE, DAYS[0]).load.id == "load-0001"
    assert (first / "generation-000001").is_dir()


def test_killed_before_the_mark_was_made(graph: Path, loaded: Path) -> None:
    (graph / "generation-000002" / "published").unlink()
    assert answers(graph) == answers(loaded)
    with seewhy.connect(graph, write=True) as opened:
        opened.load(SAMPLE, "2026-11-26")
    assert GraphFolder(graph).was_shown("generation-000002")


def test_a_load_that_was_overtaken_writes_nothing(graph: Path, folders: dict[str, Path]) -> None:
    """Somebody took the lock file away, and another load was published meanwhile."""
    slow = EmbeddedEngine.open(graph, write=True)
    with slow.loading():
        (graph / "lock").unlink()
        with seewhy.connect(graph, write=True) as quick:
            quick.load(SAMPLE, "2026-11-26")
        before = content(graph)
        with pytest.raises(EngineUnavailable, match=r"another load of .* was published while this one ran"):
            slow.publish(small.load(3), small.history("x"), small.tables(), before=None, fresh=False)
    after = content(graph)
    after.pop("loading.json", None)
    before.pop("loading.json", None)
    assert after == before


def test_a_missing_right_is_no_damage(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the refusal is made here."""
    real = os.open

    def refused(path: Any, *rest: Any, **more: Any) -> int:
        if str(path).endswith(name):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *rest, **more)

    name = "nothing"
    monkeypatch.setattr(records.os, "open", refused)
    before = content(graph)
    for kept_back in ("current", "generation.json", "graph.kgl", "people.parquet"):
        name = kept_back
        with pytest.raises(EngineUnavailable) as caught:
            open_engine(graph).history()
        assert "may not be read: `" in caught.value.message
        assert "belongs to `" in caught.value.message
        assert "has mode 0600" in caught.value.message
        assert "damaged" not in caught.value.message
        assert "repair" not in caught.value.hint
        with pytest.raises(EngineUnavailable, match="may not be read"):
            repair(graph)
    name = "nothing"
    assert content(graph) == before


@pytest.fixture
def loose_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.parametrize(("group", "file", "folder"), [("", 0o600, 0o700), ("true", 0o640, 0o750)])
def test_files_are_the_owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loose_umask: None, group: str, file: int, folder: int
) -> None:
    if group:
        monkeypatch.setenv("SEEWHY_GROUP_READABLE", group)
    target = tmp_path / "a" / "graph"
    engine = EmbeddedEngine.open(target, write=True)
    for number in (1, 2):
        engine.publish(small.load(number), small.history("ana"), small.tables(), before=None, fresh=False)
    for path in [target.parent, target, *target.rglob("*")]:
        wanted = folder if path.is_dir() else file
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def made_before_digests(target: Path) -> None:
    """Turn a graph into what was written before there were digests and marks."""
    pointer = (target / "current").read_text()
    (target / "current").write_text(pointer.split()[0] + "\n")
    for generation in target.glob("generation-*"):
        record = json.loads((generation / "generation.json").read_text())
        record.pop("files")
        (generation / "generation.json").write_text(json.dumps(record, indent=1))
        (generation / "published").unlink()


def test_a_graph_made_before_digests(graph: Path, loaded: Path, folders: dict[str, Path]) -> None:
    made_before_digests(graph)
    assert answers(graph) == answers(loaded)
    diagnosis = diagnose(EmbeddedEngine.open(graph, write=True))
    assert diagnosis.problems == ()
    assert diagnosis.notes == (
        "`generation-000002` was made before files had digests: damage to it may go unseen; the next load writes them",
    )
    assert [one.digests for one in repair(graph).generations] == [False, False]
    (graph / "current").unlink()
    with pytest.raises(EngineUnavailable, match="has lost its file `current`"):
        open_engine(graph, write=True)
    assert repair(graph).restored == "generation-000002"
    with seewhy.connect(graph, write=True) as opened:
        opened.load(SAMPLE, "2026-11-26")
    assert diagnose(EmbeddedEngine.open(graph, write=True)).notes == ()
    assert GraphFolder(graph).current().files  # type: ignore[union-attr]


def test_a_history_that_no_record_lists_and_what_was_worked_out(
    graph: Path, folders: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    engine = EmbeddedEngine.open(graph)
    engine.keep_derived("matrix", b"worked out")
    (kept,) = (graph / "generation-000002" / "derived").iterdir()
    assert diagnose(EmbeddedEngine.open(graph, write=True)).notes == ()
    damaged(kept, "flipped")
    assert engine.derived("matrix") is None
    (note,) = diagnose(EmbeddedEngine.open(graph, write=True)).notes
    assert note == f"`generation-000002/derived/{kept.name}` is not as it was stored; it is worked out again"
    made_before_digests(graph)
    (graph / "generation-000002" / "history" / "people.parquet").unlink()
    before = content(graph)
    for words in (("check", "ana", "c-101"), ("diff", "--from", DAYS[0]), ("load", folders[DAYS[1]])):
        assert "`generation-000002/history/people.parquet` is missing" in told(graph, capsys, *words), words
    assert content(graph) == before
    assert repair(graph).restored == "generation-000001"
