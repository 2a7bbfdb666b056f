"""A question in somebody's own words: what may be run of it, and with which limit on its rows.

The dialect's lint reads the texts that ship; this reads what anybody may have typed, so it allows words instead of
forbidding them. Whatever is sent is what was read here: comments are taken out, strings are known, and nothing outside
of strings is beyond ASCII, so that no engine can see a clause where none was seen here. The engines read in sessions
that cannot write besides.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from seewhy.cypher.lint import faults as dialect_faults

MOST_LETTERS = 20_000
_TOKENS = re.compile(
    r"(?P<comment>//[^\n]*)|(?P<string>'[^']*'|\"[^\"]*\")|(?P<word>\$?[A-Za-z_]\w*)|(?P<number>\d[\w.]*)"
    r"|(?P<space>[ \t\n]+)|(?P<sign>.)",
    re.DOTALL | re.ASCII,
)


def _of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CLAUSES = _of(
    """MATCH OPTIONAL WHERE WITH UNWIND RETURN UNION ALL ORDER BY SKIP LIMIT ASC ASCENDING DESC DESCENDING DISTINCT AS
    AND OR XOR NOT IN IS NULL TRUE FALSE CASE WHEN THEN ELSE END STARTS ENDS CONTAINS EXISTS COUNT COLLECT CALL ANY NONE
    SINGLE"""
)
_BEGINS = _of("MATCH OPTIONAL WITH UNWIND RETURN CALL")
FUNCTIONS = _of(
    """abs all any avg ceil coalesce collect count date duration endnode exists floor head id isempty labels last left
    length ltrim max min nodes none nullif range reduce relationships replace reverse right round rtrim sign single
    size split startnode substring sum tail tofloat tointeger tolower tostring toupper trim type"""
)
"""Functions that a copy may use; none of them reads files, waits, or looks at settings."""
_WRITES = _of(
    """CREATE MERGE DELETE DETACH SET REMOVE DROP FOREACH INSERT ALTER GRANT DENY REVOKE START STOP TERMINATE USE USING
    SHOW EXPLAIN PROFILE CYPHER TRANSACTIONS RENAME ENABLE DRYRUN PERIODIC COMMIT CSV FINISH YIELD"""
)


class Token(NamedTuple):
    """A piece of a text: comment, string, word, number, space or sign."""

    kind: str
    text: str

    @property
    def upper(self) -> str:
        """Its letters in upper case."""
        return self.text.upper()


def tokens(text: str) -> list[Token]:
    """The pieces of a text, from first to last."""
    return [Token(match.lastgroup or "sign", match[0]) for match in _TOKENS.finditer(text)]


def plain(text: str) -> str:
    """A text with one kind of line end and without comments: what is sent."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(token.text for token in tokens(lines) if token.kind != "comment").strip()


def faults(text: str, most_rows: int) -> list[str]:
    """Why a copy is not run, as sentences; empty when it may be. `text` is what `plain` gave."""
    if len(text) > MOST_LETTERS:
        return [f"the text has {len(text):,} letters; at most {MOST_LETTERS:,} are read"]
    pieces = tokens(text)
    said = [token for token in pieces if token.kind != "space"]
    found = [*_signs(said), *_words(said)]
    if not said or said[0].upper not in _BEGINS:
        found.append("a question begins with MATCH, OPTIONAL MATCH, WITH, UNWIND, CALL (…) {…} or RETURN")
    if "RETURN" not in {token.upper for token in said}:
        found.append("a question returns something: RETURN is missing")
    if not found:
        found += dialect_faults("".join("''" if token.kind == "string" else token.text for token in pieces))
    if not found:
        found += _limits(said, most_rows)
    return list(dict.fromkeys(found))


def _signs(said: list[Token]) -> list[str]:
    found = []
    for token in said:
        if token.kind == "string" and "\\" in token.text:
            found.append(f"a backslash in {token.text[:40]}: give the text as a parameter instead")
        elif token.kind == "sign":
            sign = token.text
            if sign == ";":
                found.append("`;` would begin a second statement; one is run")
            elif sign in "'\"":
                found.append(f"a quote ({sign}) opens and never closes")
            elif sign in "`\\":
                found.append(f"`{sign}` is not read: names are written without it")
            elif not 32 < ord(sign) < 127:
                found.append(f"the character U+{ord(sign):04X} stands outside of quotes")
    return found


def _words(said: list[Token]) -> list[str]:
    """Every word is a clause, a name, or a function that is known to read only."""
    found = []
    for place, token in enumerate(said):
        if token.kind != "word" or token.text.startswith("$"):
            continue
        before = said[place - 1].text if place else ""
        after = said[place + 1].text if place + 1 < len(said) else ""
        name = before in (".", ":") or before.upper() == "AS"
        reads_files = token.upper == "LOAD" and after[:1].isalpha()
        if (token.upper in _WRITES or reads_files) and not name:
            found.append(f"`{token.text}` is no part of a question: a copy only reads")
        elif token.upper == "CALL" and after not in ("(", "{"):
            found.append(f"`CALL {after}`: a copy calls no procedure")
        elif after == "(" and token.upper not in _CLAUSES and before not in (":", "|"):
            if before == ".":
                found.append(f"`.{token.text}(`: a copy uses no function of a library")
            elif token.text.lower() not in FUNCTIONS:
                found.append(f"`{token.text}(` is none of the functions that a copy may use")
    return found


def parts(said: list[Token]) -> list[list[Token]]:
    """The parts of a text that UNION joins, in their order; spaces may be among them."""
    found: list[list[Token]] = [[]]
    depth = 0
    for token in said:
        depth += {"{": 1, "}": -1, "(": 1, ")": -1, "[": 1, "]": -1}.get(token.text, 0)
        if token.kind == "word" and token.upper == "UNION" and depth == 0:
            found.append([])
        found[-1].append(token)
    return found


def _limit(part: list[Token]) -> list[str] | None:
    """The words behind the last LIMIT of a part's last RETURN; None where it has none."""
    depth, before = 0, ""
    behind: list[str] | None = None
    for token in (one for one in part if one.kind != "space"):
        depth += {"{": 1, "}": -1, "(": 1, ")": -1, "[": 1, "]": -1}.get(token.text, 0)
        if token.kind == "word" and depth == 0 and token.upper in ("RETURN", "WITH"):
            behind = None
        elif token.kind == "word" and depth == 0 and token.upper == "LIMIT" and before != "AS":
            behind = []
        elif behind is not None:
            behind.append(token.text)
        before = token.upper
    return behind


def _limits(said: list[Token], most: int) -> list[str]:
    wrong = [limit for part in parts(said) if (limit := _limit(part)) is not None]
    wrong = [limit for limit in wrong if len(limit) != 1 or not limit[0].isdecimal() or int(limit[0]) > most]
    return [f"LIMIT is followed by a number of at most {most:,}, not by `{' '.join(limit)}`" for limit in wrong]


def limited(text: str, most: int) -> str:
    """The text with a limit of `most + 1` rows on every part that has none, so that what was cut is noticed."""
    out = []
    for part in parts(tokens(text)):
        body = "".join(token.text for token in part).rstrip()
        out.append(body if _limit(part) is not None else f"{body}\nLIMIT {most + 1}")
    return "\n".join(out)


def lists(text: str) -> frozenset[str]:
    """The parameters that are lists, by what is done with them."""
    return frozenset(re.findall(r"\b(?:IN|UNWIND)\s+\$(\w+)", text, re.IGNORECASE))
