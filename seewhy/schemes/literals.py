"""Which words a scheme's texts compare a column with, so that generated rows hold words that matter.

Read from the texts, not from a parse tree, in Cypher and in SQL alike: `x.role = 'client'`, `role IN ('a', 'b')`,
`CASE role WHEN 'a'`, `lower(queue) = 'a'`, and tables of values, `queues (queue, privilege) AS (VALUES ('a', 'b'))`. A
word that stands anywhere else is not found: generated rows then hold it as seldom as any other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = r"'((?:[^'\\]|'')*)'"
_COLUMN = r"(?:\w+\()*(?:\w+\.)?(\w+)\)*"
_EQUAL = re.compile(rf"{_COLUMN}\s*(?:=|<>|!=)\s*{_WORD}")
_AMONG = re.compile(rf"{_COLUMN}\s+(?:NOT\s+)?IN\s*[(\[]\s*({_WORD}(?:\s*,\s*{_WORD})*)", re.IGNORECASE)
_CASE = re.compile(
    rf"\bCASE\s+{_COLUMN}((?:\s+WHEN\s+{_WORD}\s+THEN\s+.+?)+)\s*\bE(?:ND|LSE)\b", re.IGNORECASE | re.DOTALL
)
_WHEN = re.compile(rf"\bWHEN\s+{_WORD}", re.IGNORECASE)
_TABLE = re.compile(
    rf"\(([\w\s,]+)\)\s*AS\s*\(\s*VALUES\s*((?:\(\s*{_WORD}(?:\s*,\s*[^()]+?)*\s*\)\s*,?\s*)+)", re.IGNORECASE
)
_ROW = re.compile(r"\(([^()]*)\)")
_ANY = re.compile(_WORD)
_NUMBER = re.compile(r"(?:[<>=]|\bBETWEEN|\bAND)\s*(\d{1,3})(?![\w.'])", re.IGNORECASE)
_COMMENT = re.compile(r"^\s*(?:--|//).*$", re.MULTILINE)


def words_by_column(texts: Iterable[str]) -> dict[str, frozenset[str]]:
    """Column to the words that some text compares it with."""
    found: dict[str, set[str]] = {}
    for text in (_COMMENT.sub("", one) for one in texts):
        for column, word in _EQUAL.findall(text):
            found.setdefault(column.lower(), set()).add(word)
        for match in _AMONG.finditer(text):
            found.setdefault(match[1].lower(), set()).update(_ANY.findall(match[2]))
        for match in _CASE.finditer(text):
            found.setdefault(match[1].lower(), set()).update(_WHEN.findall(match[2]))
        for match in _TABLE.finditer(text):
            columns = [name.strip().lower() for name in match[1].split(",")]
            for row in _ROW.findall(match[2]):
                for column, word in zip(columns, _ANY.findall(row), strict=False):
                    found.setdefault(column, set()).add(word)
    return {column: frozenset(word.replace("''", "'") for word in words) for column, words in found.items()}


def numbers_in(texts: Iterable[str]) -> list[int]:
    """Small whole numbers that something is compared with, and their neighbours: both sides of a bound are tried."""
    said = {int(number) for text in texts for number in _NUMBER.findall(_COMMENT.sub("", _ANY.sub("", text)))}
    return sorted({near for number in said for near in (number - 1, number, number + 1)})


def mentioned(name: str, texts: Iterable[str]) -> bool:
    """Whether a name of a file or a column stands in some text, comments left out."""
    return any(re.search(rf"\b{re.escape(name)}\b", _COMMENT.sub("", text)) for text in texts)
