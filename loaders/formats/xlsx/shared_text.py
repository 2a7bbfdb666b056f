"""The text that cells share: runs of rich text joined, the reading aids of Asian text left out."""

from __future__ import annotations

from typing import IO

from seewhy.loaders.formats.xlsx.cells import Trouble, unescaped
from seewhy.loaders.formats.xlsx.limits import TEXT_BYTES, Unreadable, size
from seewhy.loaders.formats.xlsx.markup import MAIN, parse


def shared_texts(stream: IO[bytes], name: str) -> list[str | Trouble]:
    """Every shared text of the workbook, in the order by which cells name them."""
    texts: list[str | Trouble] = []
    parts: list[str] = []
    path: list[str] = []
    total = 0

    def start(full: str, _: dict[str, str]) -> None:
        path.append(full)

    def end(full: str) -> None:
        nonlocal total
        path.pop()
        if len(path) == 1 and full in _ITEM:
            text = "".join(parts)
            parts.clear()
            total += len(text)
            if total > TEXT_BYTES:
                raise Unreadable(f"holds more than {size(TEXT_BYTES)} of text")
            texts.append(unescaped(text))

    def text(data: str) -> None:
        if path[-1] in _TEXT and (len(path) == 3 or (len(path) == 4 and path[2] in _RUN)):
            parts.append(data)

    parse(stream, name, start, end, text)
    return texts


_ITEM = frozenset(f"{space} si" for space in MAIN)
_TEXT = frozenset(f"{space} t" for space in MAIN)
_RUN = frozenset(f"{space} r" for space in MAIN)
