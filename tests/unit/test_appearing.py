"""Files for a user appear whole, together, under names that were free, and nothing else is touched."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import seewhy
import seewhy.graph.files.atomic as appearing_module
from seewhy import ConfigurationError
from seewhy.graph.files.atomic import appearing, folder_appearing, refuse_used
from seewhy.graph.reports.export import manifest_file
from seewhy.reports import export_report
from tests.unit.evidence.conftest import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def listing(folder: Path) -> dict[str, bytes | str]:
    """Everything in a folder: bytes of files, where links lead."""
    return {
        one.name: f"-> {os.readlink(one)}" if one.is_symlink() else one.read_bytes() if one.is_file() else "other"
        for one in folder.iterdir()
    }


def write(
    targets: list[Path], content: bytes, *, overwrite: bool = False, then: Callable[[], None] = lambda: None
) -> None:
    with appearing(*targets, overwrite=overwrite) as files:
        for file in files:
            file.write(content)
        then()


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[seewhy.Graph]:
    from tests.unit.evidence.conftest import ROWS
    from tests.worlds.tables import write_folder

    place = tmp_path_factory.mktemp("exports")
    with seewhy.connect(place / "graph", write=True) as opened:
        opened.load(write_folder(ROWS, place / "organisation"), as_of=DAY)
        yield opened


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet", ".json"])
def test_a_report_touches_nothing_but_its_two_names(graph: seewhy.Graph, tmp_path: Path, ending: str) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"theirs")
    folder = tmp_path / "folder"
    folder.mkdir()
    report = folder / f"X{ending}"
    (folder / f"X{ending}.part").write_bytes(b"mine")
    (folder / f"X{ending}.manifest.json.part").symlink_to(outside)
    before = listing(folder)
    manifest = export_report(graph, "people", report, DAY)
    after = listing(folder)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {report.name, manifest_file(report).name}
    assert json.loads(manifest_file(report).read_text("utf-8")) == manifest
    assert {stat.S_IMODE(one.stat().st_mode) for one in (report, manifest_file(report))} == {0o600}
    assert outside.read_bytes() == b"theirs"


@pytest.mark.parametrize("used", [("X.csv",), ("X.csv.manifest.json",), ("X.csv", "X.csv.manifest.json")])
def test_what_is_there_is_named_and_left_alone(graph: seewhy.Graph, tmp_path: Path, used: tuple[str, ...]) -> None:
    for name in used:
        (tmp_path / name).write_bytes(b"mine")
    before = listing(tmp_path)
    with pytest.raises(ConfigurationError) as caught:
        export_report(graph, "people", tmp_path / "X.csv", DAY)
    assert all(f"`{tmp_path / name}`" in caught.value.message for name in used)
    assert caught.value.message.endswith("already")
    assert "--overwrite" in caught.value.hint
    assert listing(tmp_path) == before
    export_report(graph, "people", tmp_path / "X.csv", DAY, overwrite=True)
    assert set(listing(tmp_path)) == {"X.csv", "X.csv.manifest.json"}
    assert b"mine" not in listing(tmp_path).values()


def test_a_link_is_refused_or_replaced_itself(graph: seewhy.Graph, tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(b"theirs")
    for lead in ("theirs", "nothing"):
        report = tmp_path / f"{lead}.csv"
        report.symlink_to(tmp_path / lead)
        manifest_file(report).symlink_to(tmp_path / lead)
        with pytest.raises(ConfigurationError, match="exist already"):
            export_report(graph, "people", report, DAY)
        export_report(graph, "people", report, DAY, overwrite=True)
        assert not report.is_symlink()
        assert not manifest_file(report).is_symlink()
    assert (tmp_path / "theirs").read_bytes() == b"theirs"
    assert not (tmp_path / "nothing").exists()


def test_folders_pipes_and_devices_are_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ConfigurationError, match=r"`.*folder\.csv` is a folder, and `.*pipe\.csv` is a pipe"):
        refuse_used([tmp_path / "folder.csv", tmp_path / "pipe.csv"], overwrite=True)
    with pytest.raises(ConfigurationError, match="`/dev/null` is a device"):
        refuse_used([Path("/dev/null")], overwrite=True)
    with pytest.raises(ConfigurationError, match="there is no folder"):
        refuse_used([tmp_path / "nowhere" / "x"])
    for odd in ("a\0b", "x" * 300):
        with pytest.raises(ConfigurationError, match="cannot be written"):
            refuse_used([tmp_path / odd])


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("failing", [1, 2])
def test_a_name_that_cannot_be_given_takes_all_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int, overwrite: bool
) -> None:
    """The first or the second name fails: the folder is as before."""
    names = [tmp_path / "m", tmp_path / "r"]
    if overwrite:
        for one in names:
            one.write_bytes(b"old")
    before, failed = listing(tmp_path), set()
    real = {name: getattr(os, name) for name in ("link", "rename", "replace")}

    def failing_once(name: str) -> Callable[..., None]:
        def called(source: Path, target: Path, **more: bool) -> None:
            if target == names[failing - 1] and name not in failed:
                failed.add(name)
                raise OSError(28, "No space left on device")
            real[name](source, target, **more)

        return called

    for name in real:
        monkeypatch.setattr(os, name, failing_once(name))
    with pytest.raises(ConfigurationError, match="cannot be written: no space left"):
        write(names, b"new", overwrite=overwrite)
    assert failed == ({"replace"} if overwrite else {"link", "rename"})
    assert listing(tmp_path) == before


def test_a_manifest_that_cannot_be_written_takes_the_report_with_it(graph: seewhy.Graph, tmp_path: Path) -> None:
    """The report's name fits, the manifest's is too long."""
    name = "x" * 245 + ".csv"
    with pytest.raises(ConfigurationError, match="cannot be written: file name too long"):
        export_report(graph, "people", tmp_path / name, DAY)
    assert listing(tmp_path) == {}


def test_a_name_taken_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "x"
    with pytest.raises(ConfigurationError, match=r"`.*x` exists already"):
        write([target], b"new", then=lambda: target.write_bytes(b"somebody else's") and None)
    assert listing(tmp_path) == {"x": b"somebody else's"}


def test_an_interrupt_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> None:
        for part in tmp_path.iterdir():
            assert part.name.startswith(".seewhy-")
            assert stat.S_IMODE(part.stat().st_mode) == 0o600
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write([tmp_path / "x", tmp_path / "y"], b"half", then=interrupted)
    assert listing(tmp_path) == {}


def test_the_report_gets_its_name_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at any moment there is no report without its manifest."""
    given = []
    real = appearing_module._name

    def watched(part: Path, target: Path) -> None:
        real(part, target)
        given.append(target.name)

    monkeypatch.setattr(appearing_module, "_name", watched)
    with appearing(manifest_file(tmp_path / "r.csv"), tmp_path / "r.csv"):
        pass
    assert given == ["r.csv.manifest.json", "r.csv"]


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    def broken() -> None:
        with folder_appearing(tmp_path / "new") as part:
            (part / "one").write_bytes(b"1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert listing(tmp_path) == {}
    (tmp_path / "empty").mkdir(mode=0o755)
    for name, mode in (("new", 0o700), ("empty", 0o755)):
        with folder_appearing(tmp_path / name) as part:
            (part / "one").write_bytes(b"1")
            assert not (tmp_path / name / "one").exists()
        assert listing(tmp_path / name) == {"one": b"1"}
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    with pytest.raises(ConfigurationError, match="is a link"), folder_appearing(tmp_path / "link"):
        pass
    assert {one.name for one in tmp_path.iterdir()} == {"new", "empty", "link"}
