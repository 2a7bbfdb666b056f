"""Reads one query file: a header of `// key: value` lines, prose, and bodies.

Grammar (docs/queries.md has it with an example):

    question = head prose? Cypher
    rung     = head prose? halves ("// variant: LABEL" head halves)*      a later head overrides the first one
    halves   = "// person:" Cypher "// case:" Cypher ("// from_join:" Cypher)? ("// unless:" head halves)?
    head     = "// key: value" lines, keys from the kind of the folder

In rungs every MATCH begins a line. `ON_DAY(r)` in a body or a header value stands for "r holds on $as_of": half-open
dates, written out by `dated` and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RUNG_KEYS = frozenset(
    {
        "step",
        "on",
        "says",
        "grants",
        "value",
        "match",
        "evidence",
        "rules",
        "now",
        "guard",
        "otherwise",
        "upgrade",
        "define",
        "search",
        "candidates",
        "suggests",
        "variant",
        "person",
        "case",
        "unless",
        "from_join",
    }
)
PLAIN_KEYS = frozenset(
    {
        "query",
        "parameters",
        "returns",
        "rules",
        "finding",
        "severity",
        "statement",
        "message",
        "shipped",
        "kind",
        "writes",
    }
)
SECTIONS = frozenset({"person", "case", "from_join", "unless"})
"""Keys that begin the lines of a part."""
_HEAD = re.compile(r"//\s*([a-z_]+):(?:\s+(.*))?$")
_ON_DAY = re.compile(r"ON_DAY\((\w+)\)")
_PARAMETER = re.compile(r"\$(\w+)")


class QueryFileError(Exception):
    """A query file that cannot be used: the message names file, line, and what was expected."""

    def __init__(self, file: str, line: int, expected: str, hint: str = "") -> None:
        super().__init__(f"{file}:{line}: {expected}" + (f"; {hint}" if hint else ""))
        self.file, self.line, self.expected, self.hint = file, line, expected, hint


class QueryFileErrors(QueryFileError):
    """Several of them, told at once, each on a line of its own; file, line and expected are the first one's."""

    def __init__(self, faults: Iterable[QueryFileError]) -> None:
        self.faults = sorted(faults, key=lambda one: (one.file, one.line))
        first = self.faults[0]
        super().__init__(first.file, first.line, first.expected, first.hint)
        self.args = ("\n".join(str(one) for one in self.faults),)


@dataclass(frozen=True, slots=True)
class Block:
    """One body with its effective head; `line` is where it begins (1-based).

    `body` is all of it, with dates. Of a rung, `person` and `case` are its halves as written, `unless` the two halves
    of what must not be there, and `from_join` the case half in the order that is quick from the shared node.
    """

    head: Mapping[str, str]
    body: str
    line: int
    person: str = ""
    case: str = ""
    unless: Block | None = None
    from_join: str = ""

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


def dated(text: str, untimed: Iterable[str] = ()) -> str:
    """`text` with its dates written out; of the relationships in `untimed` nothing is asked."""
    free = frozenset(untimed)
    return _ON_DAY.sub(lambda match: "true" if match[1] in free else on_day(match[1]), text)


def parameters_in(text: str) -> frozenset[str]:
    """Names of all `$parameters` used in a text."""
    return frozenset(_PARAMETER.findall(text))


@dataclass(slots=True)
class _Draft:
    """A block being read: its own head, all its lines, and the lines of each half."""

    own: dict[str, str]
    line: int = 0
    lines: list[str] = field(default_factory=list)
    halves: dict[str, list[str]] = field(default_factory=dict)
    unless: _Draft | None = None

    def closed(self, shared: Mapping[str, str]) -> Block:
        halves = {side: "\n".join(lines) for side, lines in self.halves.items()}
        inner = self.unless.closed({}) if self.unless else None
        body = dated("\n".join(self.lines))
        person, case, from_join = (halves.get(side, "") for side in ("person", "case", "from_join"))
        return Block({**shared, **self.own}, body, self.line, person, case, inner, from_join)


def read(file: str, text: str, keys: frozenset[str]) -> QueryFile:
    """Parse one file; a wrong header raises QueryFileError with the line and the nearest rule of the grammar."""
    reader = _Reader(file, keys)
    for number, line in enumerate(text.splitlines(), 1):
        reader.take(number, line)
    drafts = [draft for draft in reader.drafts if draft.lines]
    doc = " ".join(part for part in reader.doc if part)
    blocks = tuple(draft.closed(reader.shared) for draft in drafts)
    return QueryFile(file.rsplit(".", 1)[0], file, reader.shared, doc, blocks)


class _Reader:
    """Takes a file line by line: shared head, prose, then drafts of blocks."""

    def __init__(self, file: str, keys: frozenset[str]) -> None:
        self.file, self.keys = file, keys
        self.shared: dict[str, str] = {}
        self.doc: list[str] = []
        self.drafts: list[_Draft] = [_Draft({})]
        self._head, self._side = self.shared, ""

    def take(self, number: int, line: str) -> None:
        bare, draft = line.strip(), self.drafts[-1]
        head = _HEAD.match(bare)
        if head and head[1] in self.keys:
            self._key(number, head[1], (head[2] or "").strip())
        elif head and not draft.lines and not self.doc and re.match(r"// [a-z_]+:\s", bare):
            near = get_close_matches(head[1], self.keys, 1)
            raise self._wrong(
                number,
                f"`{head[1]}` is no header key; expected one of {', '.join(sorted(self.keys - SECTIONS))}",
                f"did you mean `{near[0]}`?" if near else "",
            )
        elif bare.startswith("//"):
            if not draft.lines:
                self.doc.append(bare.removeprefix("//").strip())
        elif bare:
            self._body(number, line.rstrip())

    def _key(self, number: int, key: str, value: str) -> None:
        draft = self.drafts[-1]
        if key in SECTIONS:
            if value:
                raise self._wrong(number, f"`{key}` has no value; its lines follow")
            self._section(number, key)
            return
        if not value:
            raise self._wrong(number, f"`{key}` needs a value")
        if key == "variant":
            self.drafts.append(_Draft({key: value}))
            self._head, self._side = self.drafts[-1].own, ""
            return
        inner = draft.unless or draft
        if inner.lines:
            raise self._wrong(number, f"header line `{key}` stands after the body began")
        if key in self._head:
            raise self._wrong(number, f"header key `{key}` stands twice")
        self._head[key] = dated(value)

    def _section(self, number: int, key: str) -> None:
        draft = self.drafts[-1]
        inner = draft.unless or draft
        if key == "unless":
            if draft.unless or not {"person", "case"} <= set(draft.halves):
                raise self._wrong(number, "`unless` stands once, behind a person half and a case half")
            draft.unless = _Draft({}, number)
            self._head, self._side = draft.unless.own, ""
        elif key == "from_join" and (draft.unless or "case" not in draft.halves):
            raise self._wrong(number, "`from_join` stands behind the case half that it says in another order")
        elif key in inner.halves:
            raise self._wrong(number, f"the {key} half stands twice")
        else:
            inner.halves[key], self._side = [], key
        draft.line = draft.line or number
        draft.lines.append(f"// {key}:")

    def _body(self, number: int, line: str) -> None:
        draft = self.drafts[-1]
        inner = draft.unless or draft
        draft.line = draft.line or number
        draft.lines.append(line)
        if inner is not draft:
            inner.lines.append(line)
        if self._side:
            inner.halves[self._side].append(line)
        elif inner.halves or draft.unless:
            raise self._wrong(number, "a line of a rung stands in a half; begin it with `// person:` or `// case:`")

    def _wrong(self, number: int, expected: str, hint: str = "") -> QueryFileError:
        return QueryFileError(self.file, number, expected, hint)
