"""The shared dialect: what both engines answer alike, checked over every shipped and every composed text.

Each pattern was met as a trap; the reason stands beside it. The lint reads text, not a parse tree: it errs on the side
of refusing, and strings are taken out first.
"""

from __future__ import annotations

import re
from functools import lru_cache

from seewhy.cypher.header import Block, QueryFileError

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, flags), reason)
    for pattern, flags, reason in (
        (
            r"\*\s*(?:\]|\d+\s*\.\.\s*\])",
            0,
            "a variable-length pattern needs an upper bound, or the closure relationship",
        ),
        (r"\bCOLLECT\s*\{", re.I, "`COLLECT {}` differs between the engines"),
        (r"/\*", 0, "block comments are not part of the shared dialect"),
        (r"\)\s*\{\d+,\d*\}|\)\+\s*\(", 0, "quantified paths are not part of the shared dialect"),
        (r"<=?\s*[\w.$']+\s*<=?\s*[\w.$']+\s*(?:AND|OR|$|\n|\))", 0, "chained comparison; write both with AND"),
        (r":\s*!", 0, "a label with `!` is not part of the shared dialect"),
        (r"\([^()]*:\w+[^()]*\bWHERE\b[^()]*\)\s*[-<]", 0, "an inline WHERE in a pattern; use its own WHERE"),
        (r"\bcount\(\*\)\s+AS\s+c\b", re.I, "`count(*) AS c` shadows the case"),
        (
            r"\b(?:AS|UNWIND\s+\S+\s+AS)\s+(?:case|profile|order|end|all|set|on|in|over|exists|desc)\b",
            re.I,
            "a variable has the name of a reserved word",
        ),
        (
            r"[(\[](?:case|profile|order|end|all|set|on|in|over|exists|desc)\s*[:)\]]",
            0,
            "a variable has the name of a reserved word",
        ),
        (
            r"\.(?:title|type|label)\b",
            0,
            "properties `title`, `type`, `label` mean something else on the embedded engine",
        ),
        (r"\{\s*(?!id\s*:|\.|\}|\s*MATCH)(?:\w+)\s*:\s*[^}]*\}", 0, "an inline property other than `id`; use WHERE"),
        (r"\b(?:properties|keys)\s*\(|\{\s*\.\*", 0, "explicit projections only"),
        (r"\bON_DAY\b", 0, "`ON_DAY(r)` takes the name of one relationship"),
        (r"\b(?:LOAD\s+CSV|CALL\s+[\w`][\w`\s.]*)", re.I, "no procedures and no file reading"),
    )
)
_WRITES = re.compile(r"(?<![\w.$:|])(?:CREATE|MERGE|DELETE|SET|REMOVE|DROP)\b", re.I)
_STRINGS = re.compile(r"'(?:[^'\\]|\\.)*'")
_EXISTS = re.compile(r"\b(EXISTS|COUNT)\s*\{")


def _inside(text: str, start: int) -> str:
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 1 : place]
    return text[start + 1 :]


@lru_cache(maxsize=4_096)
def faults(text: str, *, writes: bool = False) -> tuple[str, ...]:
    """What in `text` is outside the shared dialect, as reasons; empty when it may ship.

    Most texts of a set of schemes are those of any other set, and looking takes a fifth of making its book.
    """
    plain = _STRINGS.sub("''", re.sub(r"//.*", "", text))
    found = [f"{reason}: `{match[0].strip()[:60]}`" for pattern, reason in _RULES if (match := pattern.search(plain))]
    if not writes and (match := _WRITES.search(plain)):
        found.append(f"a question that writes: `{match[0]}`")
    for match in _EXISTS.finditer(plain):
        inner = _inside(plain, match.end() - 1)
        if re.search(r"\b(?:RETURN|UNION|WITH)\b", inner):
            found.append(f"RETURN, UNION or WITH inside {match[1]} {{}}")
    return tuple(found)


def check_block(file: str, block: Block, *, writes: bool = False) -> None:
    """Raise QueryFileError for the first fault of a body."""
    for fault in faults(block.body, writes=writes):
        raise QueryFileError(file, block.line, fault)
    for name in block.names("evidence"):
        if not re.search(rf"\[\s*{name}\s*:", block.body):
            raise QueryFileError(
                file, block.line, f"header names `{name}`, but no relationship of the body is called so"
            )
