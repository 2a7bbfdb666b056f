"""Every change of one place of a Cypher text, as edits of the text itself: no pattern is taken apart.

Strings and comments are blanked first, at the same length, so that places found there are places of the text. A place
is a term of a WHERE (inside an EXISTS, a list or brackets too), a comparison, an arrow, the types of a relationship.

Blind spots: RETURN and WITH are changed at their comparisons only; a term is taken as it is written, so a condition
that is said twice in other words gives a change that nobody can notice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from seewhy.graph.vocabulary import RELATIONSHIPS

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'")
_COMMENT = re.compile(r"^[ \t]*//.*$", re.M)
_WORDS_WITH = re.compile(r"\b(STARTS|ENDS) WITH\b")
_WHERE = re.compile(r"\bWHERE\b")
_END = re.compile(r"\b(?:OPTIONAL MATCH|MATCH|WITH|RETURN|UNWIND|CALL|UNION|ORDER BY|WHERE)\b|\0|\|(?!\|)")
_TOKEN = re.compile(r"\b(?:AND|OR|CASE|END)\b|[()\[\]{}]")
_COMPARISON = re.compile(r" (<=|>=|<>|<|>|=) ")
_SAME = re.compile(r"[^\s()]+ (?:=|<>) [^\s()]+")
_HOP = re.compile(r"(<?)-\[(\w*)(?::([A-Z_|]+))?\]-(>?)")
_LIST = re.compile(r"\bIN \[([^\[\]]*)\]")
_OTHER = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "="}
_DEPTH = {"(": 1, "[": 1, "{": 1, "CASE": 1, ")": -1, "]": -1, "}": -1, "END": -1}


@dataclass(frozen=True, slots=True)
class Edit:
    """`new` in place of the characters from `start` to `end`; `change` says it in words, without the line."""

    start: int
    end: int
    new: str
    change: str

    def applied(self, text: str) -> str:
        """The changed text."""
        return text[: self.start] + self.new + text[self.end :]


def blanked(text: str) -> str:
    """The text with strings and comments blanked; a comment is of NUL, since a clause ends before it."""
    plain = _COMMENT.sub(lambda m: "\0" * len(m[0]), text)
    plain = _STRING.sub(lambda m: "'" + "_" * (len(m[0]) - 2) + "'", plain)
    return _WORDS_WITH.sub(lambda m: m[0].replace(" WITH", " ____"), plain)


def edits_of(text: str, *, start: int = 0, end: int | None = None, widen: int = 3) -> list[Edit]:
    """Every change of one place between two places of a text; a relationship is widened by at most `widen` others."""
    plain = blanked(text)
    end = len(text) if end is None else end
    found: list[Edit] = []
    for match in _WHERE.finditer(plain, start, end):
        stop = _clause_end(plain, match.end(), end)
        found += _terms(text, plain, match.end(), stop, match.start())
    found += _comparisons(text, plain, start, end)
    found += _relationships(text, plain, start, end, widen)
    found += _lists(text, plain, start, end)
    return found


def edits_of_expression(text: str, start: int, end: int) -> list[Edit]:
    """The same for an expression that stands outside of any clause: a definition."""
    inside = [one for one in edits_of(text, start=start, end=end) if start <= one.start]
    return [*_terms(text, blanked(text), start, end, -1), *inside]


def _clause_end(plain: str, start: int, end: int) -> int:
    """Where the conditions behind a WHERE end: at the next clause, a comment, or the bracket around them."""
    depth, place = 0, start
    while place < end:
        sign = plain[place]
        depth += _DEPTH.get(sign, 0)
        if depth < 0:
            return place
        inside_word = sign.isalpha() and (plain[place - 1].isalnum() or plain[place - 1] == "_")
        if (depth == 0 or sign == "\0") and not inside_word and _END.match(plain, place):
            return place
        place += 1
    return end


def _split(plain: str, start: int, end: int, word: str) -> list[tuple[int, int]]:
    """The parts between `word` outside of brackets and of CASE … END, without the blanks around them."""
    depth, begin, parts = 0, start, []
    for token in _TOKEN.finditer(plain, start, end):
        depth += _DEPTH.get(token[0], 0)
        if depth == 0 and token[0] == word:
            parts.append((begin, token.start()))
            begin = token.end()
    parts.append((begin, end))
    return [
        (one + len(plain[one:two]) - len(plain[one:two].lstrip()), one + len(plain[one:two].rstrip()))
        for one, two in parts
    ]


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return f"`{flat}`" if len(flat) <= 90 else f"`{flat[:87]}…`"


def _terms(text: str, plain: str, start: int, end: int, where: int) -> Iterator[Edit]:
    """Drop and negate each term of some conditions; `where` is where their WHERE stands, -1 for brackets."""
    for word in ("OR", "AND"):
        parts = _split(plain, start, end, word)
        if len(parts) > 1:
            for n, (one, two) in enumerate(parts):
                first, last = (one, parts[1][0]) if n == 0 else (parts[n - 1][1], two)
                yield Edit(first, last, "", f"{_kind(plain[one:two], word)} {_short(text[one:two])}")
                yield from _term(text, plain, one, two) if word == "AND" else _terms(text, plain, one, two, -1)
            return
    ((one, two),) = parts
    if one >= two:
        return
    if where >= 0:
        yield Edit(where, two, "", f"{_kind(plain[one:two], 'AND')} {_short(text[one:two])}")
    yield from _term(text, plain, one, two)


def _kind(term: str, word: str) -> str:
    if term.startswith("ON_DAY"):
        return "dropped the day:"
    if term.startswith("NOT EXISTS"):
        return "dropped NOT EXISTS:"
    return "dropped the condition" if word == "AND" else "dropped the alternative"


def _term(text: str, plain: str, one: int, two: int) -> Iterator[Edit]:
    term = text[one:two]
    if term.startswith("NOT "):
        yield Edit(one, two, term[4:], f"negated {_short(term)}")
        one += 4
    elif not _SAME.fullmatch(plain, one, two):  # `<>` for `=` is the same
        yield Edit(one, two, f"NOT ({term})", f"negated {_short(term)}")
    if plain[one] == "(" and _clause_end(plain, one + 1, two) == two - 1:
        yield from _terms(text, plain, one + 1, two - 1, -2)


def _comparisons(text: str, plain: str, start: int, end: int) -> Iterator[Edit]:
    for match in _COMPARISON.finditer(plain, start, end):
        sign = match[1]
        around = re.split(r"[\n]", text[max(0, match.start() - 30) : match.start()])[-1].split(" ")[-1]
        behind = text[match.end() :].split()[:1] or [""]
        said = f"{around.lstrip('(')} {sign} {behind[0].rstrip(')},')}"
        yield Edit(match.start(1), match.end(1), _OTHER[sign], f"`{_OTHER[sign]}` for `{sign}` in {_short(said)}")


@cache
def siblings(kind: str) -> tuple[str, ...]:
    """Types of relationships that are drawn between the same labels as `kind`, those that stand near it first."""
    if kind not in RELATIONSHIPS:
        return ()
    arrows, order = {*RELATIONSHIPS[kind].arrows}, list(RELATIONSHIPS)
    found = [other for other, one in RELATIONSHIPS.items() if other != kind and {*one.arrows} & arrows]
    return tuple(sorted(found, key=lambda other: abs(order.index(other) - order.index(kind))))


def _relationships(text: str, plain: str, start: int, end: int, widen: int) -> Iterator[Edit]:
    for hop in _HOP.finditer(plain, start, end):
        before, name, kinds, behind = hop.groups()
        shown = f"[{name}{':' + kinds if kinds else ''}]"
        if bool(before) != bool(behind):
            turned = f"{'' if before else '<'}-{shown}-{'' if behind else '>'}"
            yield Edit(hop.start(), hop.end(), turned, f"turned `{shown}` round")
        if not kinds:
            continue
        listed = kinds.split("|")
        near = [one for one in dict.fromkeys(o for kind in listed for o in siblings(kind)) if one not in listed]
        narrower = [[one for one in listed if one != gone] for gone in listed] if len(listed) > 1 else []
        for some in [*narrower, *([*listed, more] for more in near[:widen])]:
            said = f"`{shown}` is {'narrowed' if len(some) < len(listed) else 'widened'} to `{'|'.join(some)}`"
            yield Edit(hop.start(3), hop.end(3), "|".join(some), said)


def _lists(text: str, plain: str, start: int, end: int) -> Iterator[Edit]:
    """A list of words without one of them."""
    for found in _LIST.finditer(plain, start, end):
        words = [one.strip() for one in text[found.start(1) : found.end(1)].split(",")]
        if len(words) < 2 or not all(one.startswith("'") for one in words):
            continue
        for gone in words:
            left = ", ".join(one for one in words if one != gone)
            yield Edit(found.start(1), found.end(1), left, f"the list `[{', '.join(words)[:60]}]` lacks {gone}")
