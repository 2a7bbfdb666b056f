"""Zips and JSON that could be understood in two ways: each is told of, nothing is unpacked, nobody waits."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

import seewhy
from seewhy import ConfigurationError
from seewhy.graph.evidence.archive import AROUND, MANIFEST, packed, parsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(inside: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(inside):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            change(entry)
            archive.writestr(entry, inside[name])
        archive.comment = comment
    return out.getvalue()


def set_to(name: str, **values: object) -> Callable[[zipfile.ZipInfo], None]:
    def change(entry: zipfile.ZipInfo) -> None:
        if entry.filename == name:
            for key, value in values.items():
                setattr(entry, key, value)

    return change


ODD: dict[str, tuple[Callable[[zipfile.ZipInfo], None], bytes, str]] = {
    "link": (set_to("page.html", external_attr=0o120777 << 16), b"", "`page.html` is a link"),
    "comment of a member": (set_to("page.html", comment=b"hello"), b"", "`page.html` has a comment"),
    "comment": (lambda _: None, b"hello", "it has a comment"),
    "date": (set_to("page.html", date_time=(2020, 1, 1, 0, 0, 0)), b"", "other dates"),
    "rights": (set_to("page.html", external_attr=0o777 << 16), b"", "rights"),
    "extra field": (set_to("page.html", extra=b"\xfe\xca\x00\x00"), b"", "other bytes"),
}


@pytest.mark.parametrize("name", sorted(ODD))
def test_a_zip_that_seewhy_would_not_write(proof: Path, tmp_path: Path, name: str) -> None:
    change, comment, expected = ODD[name]
    path = tmp_path / "odd.zip"
    path.write_bytes(zipped(members(proof), change, comment))
    found = seewhy.verify(path)
    assert (found.exit_code, found.changed) == (1, (AROUND,))
    assert expected in found.sentences[0]
    assert [one.name for one in tmp_path.iterdir()] == ["odd.zip"]


def test_headers_that_disagree(proof: Path, tmp_path: Path) -> None:
    """The name in the member's own header, which some readers believe, is another one."""
    data = bytearray(proof.read_bytes())
    at = data.index(b"page.html<!DOCTYPE")
    data[at : at + 9] = b"evil.html"
    path = tmp_path / "two.zip"
    path.write_bytes(bytes(data))
    found = seewhy.verify(path)
    assert (found.exit_code, "`page.html` has another name in its own header" in found.sentences[0]) == (1, True)


UNREADABLE = {
    "case": ("Answer.json", b"x", 0, "it holds `Answer.json`, which no evidence file has"),
    "blank": ("answer.json ", b"x", 0, "it holds `answer.json `"),
    "backslash": ("rows\\people.csv", b"x", 0, "which no evidence file has"),
    "drive": ("C:/x", b"x", 0, "which no evidence file has"),
    "dots": ("rows/../answer.json", b"x", 0, "which no evidence file has"),
    "folder": ("rows/", b"", 0, "it holds `rows/`"),
    "escape": ("\x1b[2Jall is well", b"x", 0, "it holds `\ufffd[2Jall is well`"),
    "encrypted": ("rows/work.csv", b"x", 1, "`rows/work.csv` is compressed or encrypted"),
}


@pytest.mark.parametrize("name", sorted(UNREADABLE))
def test_members_that_no_evidence_has(proof: Path, tmp_path: Path, name: str) -> None:
    member, content, flag, expected = UNREADABLE[name]
    data = bytearray(zipped({**members(proof), member: content}, lambda _: None))
    if flag:
        entry = data.rindex(b"PK\x01\x02", 0, data.rindex(member.encode()))
        struct.pack_into("<H", data, entry + 8, flag)
    path = tmp_path / "hostile.zip"
    path.write_bytes(bytes(data))
    with pytest.raises(ConfigurationError) as caught:
        seewhy.verify(path)
    assert expected in caught.value.message


TWOFOLD = {
    "key twice": b'{"a": 1, "a": 2}',
    "key twice, deep": b'{"a": [{"b": 1, "b": 1}]}',
    "nan": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "huge": b'{"a": 1e999}',
    "long": b'{"a": ' + b"9" * 5000 + b"}",
    "half a character": b'{"a": "\\ud800"}',
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "a mark": b'\xef\xbb\xbf{"a": 1}',
    "latin-1": b'{"a": "\xe9"}',
    "deep": b'{"a":' * 50_000,
    "list": b"[]",
    "nothing": b"",
}


@pytest.mark.parametrize("name", sorted(TWOFOLD))
def test_json_that_readers_understand_in_two_ways(proof: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="is no readable evidence file: `x`"):
        parsed(TWOFOLD[name], "x", "file")
    inside = {key: value for key, value in members(proof).items() if key != MANIFEST}
    path = tmp_path / "twofold.zip"
    for member in ("record.json", "answer.json"):
        path.write_bytes(packed({**inside, member: TWOFOLD[name]}))
        with pytest.raises(ConfigurationError):
            seewhy.verify(path)


@pytest.mark.parametrize("more", [b'"version": 1,', b'"digest": NaN,', b'"members": {},', b'"x": 1e400,'])
def test_a_manifest_in_two_ways(proof: Path, tmp_path: Path, more: bytes) -> None:
    inside = members(proof)
    inside[MANIFEST] = inside[MANIFEST].replace(b"{", b"{" + more, 1)
    path = tmp_path / "manifest.zip"
    path.write_bytes(zipped(inside, lambda _: None))
    with pytest.raises(ConfigurationError, match=r"`MANIFEST\.json` has a"):
        seewhy.verify(path)


def test_only_regular_files_of_bounded_size(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    (tmp_path / "folder.zip").mkdir()
    (tmp_path / "link.zip").symlink_to("/dev/zero")
    with (tmp_path / "large.zip").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    for name in ("pipe", "folder", "link", "large", "none"):
        with pytest.raises(ConfigurationError):
            seewhy.verify(tmp_path / f"{name}.zip")


@pytest.mark.parametrize("parent", ["hq", "north"])
def test_rows_that_no_load_lets_in(proof: Path, tmp_path: Path, parent: str) -> None:
    """A unit above itself, a parent that nobody tells of: an end, and no yes."""
    inside = {key: value for key, value in members(proof).items() if key != MANIFEST}
    units = inside["rows/units.csv"].decode().splitlines(keepends=True)
    cells = [line.split(",") for line in units]
    at = cells[0].index("parent_id")
    for line in cells[1:]:
        line[at] = parent if line[0] == "hq" else line[at]
    inside["rows/units.csv"] = "".join(",".join(line) for line in cells).encode()
    path = tmp_path / "cycle.zip"
    path.write_bytes(packed(inside))
    with suppress(seewhy.SeeWhyError):
        assert seewhy.verify(path).exit_code in (0, 1)
