"""The bytes of a csv file to text: UTF-8, or UTF-16 with a mark; what else it may be is said in one problem."""

from __future__ import annotations

from typing import NamedTuple

from seewhy.graph.inputs.characters import BYTE_ORDER_MARK
from seewhy.graph.problems import Problem

_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_UTF_32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_OTHER_FORMATS = (
    (b"PK\x03\x04", "a workbook or a zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"PAR1", "a parquet file"),
    (b"%PDF", "a PDF"),
    (b"<html", "a web page"),
    (b"<!doctype", "a web page"),
    (b"<?xml", "an XML file"),
)
_SAVE = "save it as CSV UTF-8"
# Bytes at the beginning that show UTF-16 without a mark: every other one is zero.
_LOOKED_AT = 4096


class Decoded(NamedTuple):
    """The text of a file as UTF-8 bytes without a mark at the front. With `problem` and no `data` it cannot be read;
    with both it was read as Windows-1252, so that other problems can be reported."""

    data: bytes | None
    problem: Problem | None = None
    bad_byte: int = -1


def decoded(file: str, data: bytes) -> Decoded:
    """The bytes of a csv file as UTF-8."""
    if data.startswith(_UTF_32):
        return Decoded(None, Problem("not_utf8", file, 1, "", f"`{file}` is UTF-32", _SAVE))
    encoding = _UTF_16.get(data[:2])
    if encoding:
        try:
            return Decoded(data[2:].decode(encoding).encode())
        except UnicodeDecodeError as error:
            message = f"`{file}` is UTF-16 with a mistake at byte {error.start + 3}"
            return Decoded(None, Problem("not_utf8", file, 1, "", message, _SAVE))
    beginning = data[:_LOOKED_AT]
    kind = next((name for sign, name in _OTHER_FORMATS if beginning.lstrip().lower().startswith(sign.lower())), "")
    if kind:
        message = f"`{file}` is no CSV file, but {kind}"
        return Decoded(None, Problem("unreadable_file", file, 1, "", message, _SAVE))
    if _without_mark(beginning):
        message = f"`{file}` looks like UTF-16 without a byte-order mark"
        return Decoded(None, Problem("not_utf8", file, 1, "", message, _SAVE))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Decoded(windows(data).encode(), None, error.start)
    return Decoded(data if not text.startswith(BYTE_ORDER_MARK) else text.lstrip(BYTE_ORDER_MARK).encode())


def windows(data: bytes) -> str:
    """Bytes that are no UTF-8 as Windows-1252; the five that it lacks become U+FFFD."""
    return data.removeprefix(_UTF_8_MARK).decode("cp1252", errors="replace")


def _without_mark(beginning: bytes) -> bool:
    even, odd = beginning[0::2], beginning[1::2]
    low, high = sorted((even.count(0), odd.count(0)))
    return len(beginning) >= 4 and low == 0 and high * 10 >= 9 * len(odd)
