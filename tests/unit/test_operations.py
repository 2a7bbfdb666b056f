"""Backup and restore, upgrade, forget: embedded. What a graph answers afterwards is compared with what it answered."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import seewhy
from seewhy.auth.log import recorder
from seewhy.graph import record
from seewhy.graph.engines import open_engine
from seewhy.graph.engines.doctor import diagnose
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.engines.generations import GraphFolder
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.files.part_archive import ArchiveWriter
from seewhy.graph.loads import MODEL
from seewhy.loaders.backup import ROOT, back_up
from tests.support.later_sample import SAMPLE, later_sample
from tests.support.leaver import DAYS, ID, TRACES, answers, leaver_folders, load_both
from tests.unit.cli.conftest import Ran, Run, run

__all__ = ["run"]
FIRST_VERSION = Path(__file__).parents[1] / "data" / "first_version.tar.gz"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return leaver_folders(tmp_path_factory.mktemp("folders"))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, folders: tuple[Path, Path]) -> Path:
    """Two loads; never changed."""
    target = tmp_path_factory.mktemp("loaded") / "graph"
    load_both(target, folders)
    return target


@pytest.fixture(scope="module")
def true(loaded: Path) -> dict[str, str]:
    return answers(loaded)


@pytest.fixture
def logged(run: Run) -> Iterator[Run]:
    """A command with the log `L`, unless another one is named; what one process does is done when it ends."""

    def command(*words: object) -> Ran:
        try:
            return run(*words, *(() if "--log" in words else ("--log", "L")))
        finally:
            recorder.close_log()
            os.environ.pop(record.VARIABLE, None)

    yield command
    recorder.close_log()


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "lock")
    return {str(path): path.read_bytes() for path in files}


def test_a_backup_restores_every_answer_and_the_log(
    logged: Run, run: Run, loaded: Path, true: dict[str, str], tmp_path: Path
) -> None:
    assert logged("check", "ana", "c-101", "--as-of", DAYS[0], "--graph", loaded).code == 0
    saved = logged("backup", "b.tar", "--graph", loaded, "--json").json()
    assert (saved["load"], saved["loads"], saved["log"]) == ("load-0002", 2, True)
    assert Path("b.tar").stat().st_mode & 0o077 == 0
    used = run("backup", "b.tar", "--graph", loaded)
    assert (used.code, used.err.splitlines()[0]) == (2, "seewhy: `b.tar` exists already")
    assert run("backup", "b.tar", "--graph", loaded, "--overwrite").code == 0  # without the log
    assert logged("backup", "c.tar", "--graph", loaded).code == 0

    checked = run("verify", "--backup", "c.tar")
    assert (checked.code, checked.out.splitlines()[-1]) == (0, "the backup holds")
    assert {"loads.json", "history/people.parquet", "log", "graph"} <= set(checked.out.split())
    assert run("verify", "b.tar", "--json").json()["holds"]

    done = logged("restore", "c.tar", "--graph", "new", "--log", "M")
    assert done.code == 0, done
    assert answers("new") == true
    assert logged("log", "verify", "--log", "M").code == 0
    assert "check ana c-101" in logged("log", "show", "--log", "M").out
    again = run("restore", "b.tar", "--graph", "new")
    assert again.err.startswith("seewhy: the graph `new` holds load-0002 as of 2026-11-25 already\n")
    before = content(tmp_path)
    assert "it is not empty" in logged("restore", "c.tar", "--graph", "other", "--log", "M").err
    assert content(tmp_path) == before
    assert run("restore", "b.tar", "--graph", "new", "--fresh").code == 0
    assert answers("new") == true
    assert [load.id for load in open_engine("new").loads()] == ["load-0001", "load-0002"]


def test_a_backup_beside_loads_is_of_one_load(loaded: Path, folders: tuple[Path, Path], tmp_path: Path) -> None:
    graph, days = shutil.copytree(loaded, tmp_path / "graph"), ["2026-11-26", "2026-11-27"]

    class Overtaken(EmbeddedEngine):
        """Two loads are published between the loads and the history of the first reading."""

        def history(self, stem="", columns=()):
            while days:
                with seewhy.connect(graph, write=True) as beside:
                    beside.load(folders[len(days) % 2], days.pop(0))
            return super().history(stem, columns)

    with EmbeddedEngine.open(graph, write=True).loading():  # a load that has begun
        saved = back_up(EmbeddedEngine.open(graph), io.BytesIO())
        assert saved.load.id == "load-0002"
    saved = back_up(Overtaken.open(graph), file := io.BytesIO())
    assert saved.load.id == "load-0004"
    (tmp_path / "b.tar").write_bytes(file.getvalue())
    with pytest.raises(SystemExit):
        seewhy.cli.main(["restore", str(tmp_path / "b.tar"), "--graph", str(tmp_path / "new")])
    assert answers(tmp_path / "new") == answers(graph)


def test_a_damaged_backup_is_one_sentence_and_nothing_is_written(
    logged: Run, run: Run, loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged("check", "ana", "c-101", "--graph", loaded)
    assert logged("backup", "good.tar", "--graph", loaded).code == 0
    good = Path("good.tar").read_bytes()
    with tarfile.open("good.tar") as tar:
        places = {one.name.removeprefix(f"{ROOT}/"): (one.offset_data, one.size) for one in tar}
        tar.extractall("out", filter="data")

    def flipped(part: str, at: float = 0.5) -> bytes:
        begin, size = places[part]
        place = begin + int(size * at)
        return good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]

    def swapped(one: str, other: str) -> bytes:
        """The parts of two files exchanged, each whole under the name of the other."""
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w", format=tarfile.GNU_FORMAT) as tar:
            for name in places:
                said = {one: other, other: one}.get(name, name)
                info = tarfile.TarInfo(f"{ROOT}/{name}")
                data = Path("out", ROOT, said).read_bytes()
                info.size, info.mode = len(data), 0o600
                tar.addfile(info, io.BytesIO(data))
        return made.getvalue()

    people, begin = "history/people.parquet", places["history/people.parquet"][0]
    faults = {
        "a changed byte of the history": (flipped(people), 1, "`history/people.parquet` is not as it was written"),
        "of the loads": (flipped("loads.json"), 1, "`loads.json` is not as it was written"),
        "of the log": (flipped("log/checkpoint"), 1, "`log/checkpoint` is not as it was written"),
        "of the manifest": (flipped("manifest.json", 0.03), 1, "`manifest.json` does not agree with `SHA256SUMS`"),
        "of its form": (flipped("manifest.json", 0), 2, "it has no readable `manifest.json`"),
        "of the sums": (flipped("SHA256SUMS"), 1, "`manifest.json` does not agree with `SHA256SUMS`"),
        "of a header": (good[: begin - 400] + b"7" + good[begin - 399 :], 2, "cut off or damaged"),
        "of the padding": (good[: begin - 13] + b"x" + good[begin - 12 :], 2, ""),
        "cut in a part": (good[: begin + 50], 2, "it is cut off"),
        "cut before the manifest": (good[: places["manifest.json"][0] - 512], 2, "it is cut off"),
        "cut at the end": (good[:-1], 1, "it is cut off at the end"),
        "longer": (good + b"\0", 1, "there is something behind the last part"),
        "a tar behind it": (good + good, 1, "there is something behind the last part"),
        "something at the end": (good[:-1] + b"x", 1, "there is something behind the last part"),
        "swapped parts": (swapped("history/people.parquet", "history/units.parquet"), 1, "is not as it was written"),
        "empty": (b"", 2, "it is no such file"),
        "a zip": (b"PK\x03\x04" + bytes(2000), 2, "it is no such file"),
    }
    assert swapped("x", "y") == good, "whoever writes tars gets these bytes"
    before = content(tmp_path)
    wrong = []
    for name, (data, code, words) in faults.items():
        Path("bad.tar").write_bytes(data)
        told = logged("restore", "bad.tar", "--graph", "new", "--log", "M")
        if (told.code, told.out) != (2, "") or words not in told.err or told.err.count("seewhy: ") != 1:
            wrong.append(f"{name}: restore: {told}")
        told = run("verify", "--backup", "bad.tar")
        if told.code != code or "Traceback" in told.err:
            wrong.append(f"{name}: verify: {told}")
        Path("bad.tar").unlink()
        if content(tmp_path) != before:
            wrong.append(f"{name}: something was written")
            break
    assert not wrong, "\n".join(wrong)
    with Path("newer.tar").open("wb") as file:
        writer = ArchiveWriter(file, ROOT)
        writer.add("loads.json", b"{}", 1)
        writer.finish({"format": "seewhy-backup", "version": 2, "product": "9.9", "model": MODEL})
    told = run("verify", "--backup", "newer.tar")
    assert (told.code, "its bytes hold; a newer SeeWhy made it (9.9)" in told.out) == (3, True)
    told = run("restore", "newer.tar", "--graph", "new")
    assert (told.code, told.err.splitlines()[-1]) == (2, "hint: use that version")
    Path("newer.tar").unlink()
    for words in (("restore", "none.tar"), ("verify", "--backup", "none.tar"), ("restore", "out")):
        assert run(*words).err.startswith("seewhy: "), words

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("seewhy.graph.files.part_archive.ArchiveWriter.finish", full)
    told = run("backup", "full.tar", "--graph", loaded)
    assert (told.code, told.err) == (2, "seewhy: `full.tar` cannot be written: no space left on device\n")
    assert content(tmp_path) == before
    assert not list(tmp_path.glob(".seewhy-*"))


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    """A graph that the first version of SeeWhy made of the sample and the later sample."""
    with tarfile.open(FIRST_VERSION) as tar:
        tar.extractall(tmp_path, filter="data")
    return tmp_path / "graph"


def test_a_graph_of_the_first_version_is_upgraded(
    run: Run, first_version: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(first_version)
    for words in (("check", "ana", "c-101"), ("load", SAMPLE), ("backup", "b.tar")):
        told = run(*words, "--graph", "graph")
        assert (told.code, "run `seewhy upgrade --graph graph`" in told.err) == (2, True), words
    dry = run("upgrade", "--graph", "graph", "--dry-run")
    assert (dry.code, "would derive it anew: 2 loads and 462 rows stay" in dry.out) == (0, True), dry
    with monkeypatch.context() as broken:
        broken.setattr(GraphFolder, "publish", _fails)
        assert run("upgrade", "--graph", "graph").err == "seewhy: no space left\n"
    assert content(first_version) == before

    assert run("upgrade", "--graph", "graph").code == 0
    now = tmp_path / "now"
    load_both(now, (SAMPLE, later_sample(tmp_path)))
    mine, fresh = answers("graph", leaver=False), answers(now, leaver=False)
    mine.pop("loads"), fresh.pop("loads")
    assert mine == fresh
    loads = open_engine("graph").loads()
    assert [(load.as_of, load.model) for load in loads] == [(day, MODEL) for day in DAYS]
    kept = {file: data for file, data in before.items() if "generation-000002" in file}
    assert kept.items() <= content(first_version).items(), "the state before stays until the next load"
    assert diagnose(open_engine("graph", write=True)).problems == ()
    assert run("upgrade", "--graph", "graph").out.startswith("nothing to upgrade: `graph`")
    with seewhy.connect("graph", write=True) as graph:
        assert not graph.load(tmp_path / "later", DAYS[1]).changed


def _fails(*_: object, **__: object) -> None:
    raise EngineUnavailable("no space left")


def test_an_old_graph_that_lost_something_is_not_upgraded(run: Run, first_version: Path) -> None:
    history = first_version / "generation-000002" / "history"
    people = (history / "people.parquet").read_bytes()
    earlier = first_version / "generation-000001" / "history"
    for damage, words in (
        (lambda: (history / "people.parquet").unlink(), "history/people.parquet` is missing"),
        (lambda: (history / "people.parquet").write_bytes(people[:-9]), "history/people.parquet` cannot be read"),
        (lambda: shutil.copy(earlier / "memberships.parquet", history), "which had 459"),
        (lambda: (first_version / "generation-000002" / "generation.json").unlink(), "is missing"),
    ):
        damage()
        before = content(first_version)
        told = run("upgrade", "--graph", "graph")
        assert (told.code, told.out, words in told.err) == (2, "", True), told
        assert content(first_version) == before
        (history / "people.parquet").write_bytes(people)


def test_who_left_is_forgotten_and_nothing_else(
    logged: Run, run: Run, loaded: Path, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    shutil.copytree(loaded, "graph")
    ask = ("--graph", "graph")
    with seewhy.connect("graph") as graph:
        before_pairs = dict((one.person, one.cases.tolist()) for one in graph.pairs(DAYS[0]))
        assert ID in before_pairs
        graph.who("c-101", DAYS[0])  # what a running explorer remembers
        others = answers("graph", leaver=False)
        logged("check", ID, "c-101", "--as-of", DAYS[0], *ask)
        logged("evidence", ID, "c-101", "--as-of", DAYS[0], "-o", "zoe.zip", *ask)
        logged("export", "people", "-o", "people.csv", *ask)
        logged("check", "ana", "c-101", *ask)
        before = content(tmp_path / "graph")

        refused = logged("forget", "ana", *ask, "--yes")
        assert refused.code == 2
        assert "`ana` is in the current snapshot: `case_people.csv:3`" in refused.err
        assert "end these rows in the source" in refused.err
        assert "did you mean" in logged("forget", "zoe-q18", *ask, "--yes").err
        assert "run it again with --yes" in logged("forget", ID, *ask).err
        dry = logged("forget", ID, *ask, "--dry-run")
        assert "would go: 6 rows of zoe-q17" in dry.out
        assert content(tmp_path / "graph") == before

        done = logged("forget", ID, *ask, "--yes", "--json").json()
        assert done["rows"] == dict.fromkeys(
            ("people", "memberships", "case_people", "holdings", "access_rules", "case_rules"), 1
        )
        assert done["cells"] == {"holdings": 1, "memberships": 1}
        assert done["erased"] > 0
        files = [(one["kind"], one["file"]) for one in done["files"]]
        assert files == [("evidence", "zoe.zip"), ("export", "people.csv")]
        assert any("backups" in one for one in done["stays"])
        assert ID not in str(graph.who("c-101", DAYS[0]).as_dict()), "an open graph notices"
        after_pairs = dict((one.person, one.cases.tolist()) for one in graph.pairs(DAYS[0]))
        assert after_pairs == {person: cases for person, cases in before_pairs.items() if person != ID}
    Path("zoe.zip").unlink(), Path("people.csv").unlink()  # as the operator is told
    traces = [name for name, data in content(tmp_path).items() for trace in TRACES if trace in data]
    assert not traces
    assert list((tmp_path / "graph").glob("generation-*")) == [tmp_path / "graph" / "generation-000003"]
    assert diagnose(open_engine("graph", write=True)).problems == ()
    assert logged("log", "verify").code == 0
    assert "check ana c-101" in logged("log", "show").out
    assert "unknown person" in logged("what", ID, *ask).err
    mine = answers("graph", leaver=False)
    unlike = {name for name, answer in others.items() if mine[name] != answer}
    assert not unlike & {f"{name} {day}" for name in ("why ana", "what") for day in DAYS}
    assert not unlike & {f"{name} {DAYS[1]}" for name in ("pairs", "who", "person", "findings", "eligible")}
    pairs = [[one[:2] for one in json.loads(some[f"pairs {DAYS[0]}"]) if one[0] != ID] for some in (others, mine)]
    assert pairs[0] == pairs[1]
    assert logged("forget", ID, *ask, "--yes").code == 0, "the question after it named the id again"
    assert "unknown person" in logged("forget", ID, *ask, "--yes").err
    with seewhy.connect("graph", write=True) as graph:
        assert not graph.load(folders[1], DAYS[1]).changed


def test_a_kill_between_the_new_state_and_the_old_ones_is_made_good(
    run: Run, loaded: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    graph = shutil.copytree(loaded, tmp_path / "graph")
    with monkeypatch.context() as killed:
        killed.setattr("seewhy.graph.engines.generations.GraphFolder.delete_others", lambda *_: None)
        assert run("forget", ID, "--graph", "graph", "--yes").code == 0
    assert any(TRACES[0] in data for data in content(graph).values()), "the state before is there"
    assert run("forget", ID, "--graph", "graph", "--yes").code == 0
    assert not [name for name, data in content(graph).items() if any(trace in data for trace in TRACES)]


def test_only_an_admin_looks_after_a_graph(
    run: Run, loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "access.toml"
    file.write_text('[roles.auditor]\ngroups = ["*"]\n', "utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("SEEWHY_ACCESS", str(file))
    for words in (("backup", "b.tar"), ("restore", "b.tar"), ("upgrade",), ("forget", ID, "--yes"), ("repair",)):
        told = run(*words, "--graph", loaded)
        assert (told.code, "is for the role `admin`" in told.err) == (2, True), (words, told)
