"""Reads one query file: a header of `// key: value` lines, prose, and one body or several after `// or:` lines.

Grammar (docs/queries.md has it with an example):

    file  = head prose? body ("// or: LABEL" head body)*        a later head overrides the first one
    head  = "// key: value" lines, keys from the kind of the folder
    body  = Cypher; in rungs every MATCH stands on one line and continues from what is bound

`ON_DAY(r)` in a body or a header value stands for "r holds on $as_of" and is written out here, once, as half-open
dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RUNG_KEYS = frozenset(
    {
        "step",
        "on",
        "says",
        "word",
        "valid",
        "evidence",
        "rules",
        "now",
        "guard",
        "otherwise",
        "lift",
        "search",
        "near",
        "wants",
        "joint",
        "from",
        "or",
    }
)
PLAIN_KEYS = frozenset(
    {
        "query",
        "parameters",
        "returns",
        "valid",
        "rules",
        "finding",
        "severity",
        "kind",
        "or",
        "writes",
    }
)
_HEAD = re.compile(r"//\s*([a-z_]+):(?:\s+(.*))?$")
_ON_DAY = re.compile(r"ON_DAY\((\w+)\)")
_PARAMETER = re.compile(r"\$(\w+)")


class QueryFileError(Exception):
    """A query file that cannot be used: the message names file, line, and what was expected."""

    def __init__(self, file: str, line: int, expected: str) -> None:
        super().__init__(f"{file}:{line}: {expected}")
        self.file, self.line, self.expected = file, line, expected


@dataclass(frozen=True, slots=True)
class Block:
    """One body with its effective head; `line` is where the body starts (1-based)."""

    head: Mapping[str, str]
    body: str
    line: int

    def names(self, key: str) -> tuple[str, ...]:
        """The comma-separated names under `key`, none when the key is absent."""
        return tuple(part.strip() for part in self.head.get(key, "").split(",") if part.strip())


@dataclass(frozen=True, slots=True)
class QueryFile:
    """One `.cypher` file: `name` is the path without ending, `doc` its prose, `blocks` its bodies."""

    name: str
    file: str
    head: Mapping[str, str]
    doc: str
    blocks: tuple[Block, ...]


def on_day(variable: str) -> str:
    """The condition that relationship `variable` holds on `$as_of`: since inclusive, until exclusive."""
    return f"{variable}.since <= $as_of AND $as_of < {variable}.until"


def parameters_in(text: str) -> frozenset[str]:
    """Names of all `$parameters` used in a text."""
    return frozenset(_PARAMETER.findall(text))


def read(file: str, text: str, keys: frozenset[str]) -> QueryFile:
    """Parse one file; a wrong header raises QueryFileError with the line and the nearest rule of the grammar."""
    shared: dict[str, str] = {}
    own: dict[str, str] | None = None
    blocks: list[Block] = []
    doc: list[str] = []
    body: list[str] = []
    started = 0

    def close() -> None:
        if body:
            merged = {**shared, **(own or {})}
            written = _ON_DAY.sub(lambda m: on_day(m[1]), "\n".join(body))
            blocks.append(Block(merged, written, started))

    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        head = _HEAD.match(bare)
        if head and head[1] in keys:
            key, value = head[1], _ON_DAY.sub(lambda m: on_day(m[1]), (head[2] or "").strip())
            if not value:
                raise QueryFileError(file, number, f"`{key}` needs a value")
            if key == "or":
                close()
                own, body = {"or": value}, []
                continue
            target = shared if own is None else own
            if body:
                raise QueryFileError(file, number, f"header line `{key}` stands after the body began")
            if key in target:
                raise QueryFileError(file, number, f"header key `{key}` stands twice")
            target[key] = value
        elif (
            head and bare.startswith("// ") and not blocks and not body and not doc and re.match(r"// [a-z_]+:\s", bare)
        ):
            raise QueryFileError(
                file, number, f"`{head[1]}` is no header key; expected one of {', '.join(sorted(keys))}"
            )
        elif bare.startswith("//"):
            if not body:
                doc.append(bare.removeprefix("//").strip())
        elif bare:
            started = started if body else number
            body.append(line.rstrip())
    close()
    name = file.rsplit(".", 1)[0]
    return QueryFile(name, file, shared, " ".join(part for part in doc if part), tuple(blocks))
