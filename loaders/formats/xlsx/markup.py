"""XML by a real parser: names with their namespace, no document type, no entities of the file's own."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from seewhy.loaders.formats.xlsx.limits import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK = 512 * 1024

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The two namespaces of workbooks: the usual one, and the one of Strict Open XML."""


def parse(
    stream: IO[bytes],
    name: str,
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object],
    text: Callable[[str], object],
) -> None:
    """Call back for every element (`namespace name`, a blank between) and text of a part; raises Unreadable.

    Entities can only be declared in a document type, and that is refused: none can grow or reach another file.
    """
    parser = expat.ParserCreate(None, " ")
    parser.buffer_text = True
    parser.buffer_size = 64 * 1024
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except _DocumentType:
        raise Unreadable(f"holds a document type (DOCTYPE) in `{name}`, which no spreadsheet writes") from None
    except (expat.ExpatError, LookupError, UnicodeError) as error:
        if isinstance(error, expat.ExpatError) and error.code == 1:
            raise MemoryError from None
        raise Unreadable(f"is damaged: `{name}` is no well-formed XML") from None


class _DocumentType(Exception):
    pass


def _refuse(*_: object) -> None:
    raise _DocumentType


def elements(stream: IO[bytes], name: str) -> list[tuple[tuple[str, ...], dict[str, str]]]:
    """Every element of a small part in order: the local names from the root down to it, and its attributes.

    Elements of namespaces other than the root's are left out, with what is in them.
    """
    found: list[tuple[tuple[str, ...], dict[str, str]]] = []
    path: list[str] = []
    space: list[str] = []
    foreign = 0

    def start(full: str, attributes: dict[str, str]) -> None:
        nonlocal foreign
        where, _, local = full.rpartition(" ")
        if not path:
            space.append(where)
        if foreign or where != space[0]:
            foreign += 1
            return
        path.append(local)
        found.append((tuple(path), attributes))

    def end(_: str) -> None:
        nonlocal foreign
        if foreign:
            foreign -= 1
        else:
            path.pop()

    parse(stream, name, start, end, lambda _: None)
    return found
