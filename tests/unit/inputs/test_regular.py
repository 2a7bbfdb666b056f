"""Only regular files of bounded size are read, nothing is waited for, and each refusal says what the file is."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from seewhy.graph.inputs import regular
from seewhy.graph.inputs.regular import UnreadableFile, read_regular


def _refusal(path: Path, most: int = 100, inside: Path | None = None) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_regular(path, most, inside=inside)
    assert caught.value.message.endswith(caught.value.reason)
    return caught.value.reason


def test_a_regular_file_is_read_whole_up_to_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    for size in (0, 1, 99, 100):
        file.write_bytes(b"x" * size)
        assert read_regular(file, 100, inside=tmp_path) == b"x" * size
    file.write_bytes(b"x" * 101)
    assert _refusal(file) == "has 101 bytes; at most 100 bytes are read"


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    with file.open("wb") as sparse:
        sparse.truncate(3 * 1024**4)
    assert _refusal(file, regular.MOST_TABLE_BYTES) == "has 3072 GB; at most 1 GB are read"


def test_what_is_no_file_is_refused_by_its_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    (tmp_path / "nowhere.csv").symlink_to("none.csv")
    # The name of a socket has some hundred bytes at most.
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.csv")
        assert _refusal(tmp_path / "socket.csv") == "is a socket, not a file"
    assert _refusal(tmp_path / "folder.csv") == "is a folder, not a file"
    assert _refusal(tmp_path / "pipe.csv") == "is a named pipe, not a file"
    assert _refusal(tmp_path / "zero.csv") == "is a device, not a file"
    assert _refusal(tmp_path / "zero.csv", inside=tmp_path) == "is a link that leads out of the folder"
    assert _refusal(tmp_path / "loop.csv") == "cannot be read: too many levels of symbolic links"
    assert _refusal(tmp_path / "nowhere.csv") == "is a link that leads nowhere"
    assert _refusal(tmp_path / "people.csv" / "x") == "does not exist"
    assert _refusal(tmp_path / ("x" * 300)) == "cannot be read: file name too long"
    assert _refusal(tmp_path / "a\0b") == "cannot be read: its name holds a NUL character"


def test_a_link_is_followed_inside_the_folder_only(tmp_path: Path) -> None:
    inside, outside = tmp_path / "organisation", tmp_path / "secret.csv"
    (inside / "data").mkdir(parents=True)
    (inside / "data" / "people.csv").write_text("inside")
    outside.write_text("outside")
    (inside / "people.csv").symlink_to("data/people.csv")
    (inside / "units.csv").symlink_to(outside)
    (inside / "out").symlink_to(tmp_path)
    assert read_regular(inside / "people.csv", inside=inside) == b"inside"
    assert _refusal(inside / "units.csv", inside=inside) == "is a link that leads out of the folder"
    assert _refusal(inside / "out" / "secret.csv", inside=inside) == "is a link that leads out of the folder"
    # The folder itself may be a link, and a file that was named is read wherever it lies.
    (tmp_path / "current").symlink_to(inside)
    assert read_regular(tmp_path / "current" / "people.csv", inside=tmp_path / "current") == b"inside"
    assert read_regular(inside / "units.csv") == b"outside"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "people.csv").write_text("x")
    monkeypatch.setattr(regular.os, "open", forbidden)
    assert _refusal(tmp_path / "people.csv") == "may not be read: permission denied"


@pytest.mark.parametrize("change", [b"", b"a longer text", b"other"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: bytes) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(b"first")
    os.utime(file, (1, 1))
    read = regular._all

    def changed(reading: object, size: int) -> bytes:
        file.write_bytes(change)
        return read(reading, size)  # type: ignore[arg-type]

    monkeypatch.setattr(regular, "_all", changed)
    assert _refusal(file) == "changed while it was read"


def test_a_name_that_is_no_text_is_escaped(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"`.*people\\xff.csv` does not exist"):
        read_regular(tmp_path / os.fsdecode(b"people\xff.csv"))
