"""The query book: every text that is ever sent to an engine, by name; read and checked once, when first asked for.

Names of files are their paths (`organisation/person`); names of composed questions are `check/<scheme>`,
`check/<scheme>/pairs`, `who/<scheme>`, `what/<scheme>/profiles`, `what/<scheme>/cases`, `why/<scheme>`,
`why/<scheme>/untimed`, `candidates/<scheme>`, `halves/<scheme>/…`, `seers/<scheme>/profiles`, `seers/<scheme>/cases`,
and for the action search `find/check`, `find/who`, `find/profiles`, `find/cases`, `find/searchers`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from seewhy.cypher import compose
from seewhy.cypher.header import PLAIN_KEYS, QueryFileError, parameters_in, read
from seewhy.cypher.ladders import ladders
from seewhy.cypher.lint import check_block, faults

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FOLDERS = ("organisation", "eligibility", "findings")
"""Folders of plain questions; `load` and `schema` belong to the engines and write."""
_FACT = re.compile(r"FACT\((\w+)\)")
"""In a body, `FACT(r)` stands for the cells of relationship r (`compose.EVIDENCE`): one step of a path."""
_COLUMNS = re.compile(r"(?:AS\s+(\w+)|\b(\w+))\s*$")


@dataclass(frozen=True, slots=True)
class Query:
    """One entry of the book. `parameters` are those of the text; `returns` the columns in order; `composed` tells its
    origin."""

    name: str
    text: str
    parameters: frozenset[str]
    returns: tuple[str, ...]
    doc: str
    file: str
    head: dict[str, str]
    composed: bool = False


def _split(text: str) -> list[str]:
    """Split a projection at its outer commas."""
    parts, depth, begin = [], 0, 0
    for place, sign in enumerate(text):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            parts.append(text[begin:place])
            begin = place + 1
    return [*parts, text[begin:]]


def columns_of(text: str) -> tuple[str, ...]:
    """Column names of the last RETURN of a text."""
    last = re.split(r"\bRETURN\s+(?:DISTINCT\s+)?", text)[-1]
    projection = re.split(r"\n?\s*\b(?:ORDER BY|LIMIT|SKIP)\b", last)[0]
    found = []
    for part in _split(projection):
        match = _COLUMNS.search(part.strip())
        found.append((match[1] or match[2]) if match else part.strip())
    return tuple(found)


def written_out(body: str) -> str:
    """A body with the cells of its facts written out: what is sent to an engine."""
    return _FACT.sub(lambda match: compose.cells(match[1]), body)


def _plain(folder: Traversable, prefix: str) -> list[Query]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda f: f.name):
        if entry.is_dir():
            found += _plain(entry, f"{prefix}/{entry.name}")
        elif entry.name.endswith(".cypher"):
            file = read(f"{prefix}/{entry.name}", entry.read_text("utf-8"), PLAIN_KEYS)
            if len(file.blocks) != 1:
                raise QueryFileError(file.file, 1, f"a question has exactly one body; found {len(file.blocks)}")
            block = file.blocks[0]
            check_block(file.file, block)
            text = written_out(block.body)
            declared, used = frozenset(block.names("parameters")), parameters_in(text)
            if declared != used:
                raise QueryFileError(
                    file.file, 1, f"`parameters` says {sorted(declared)}, the body uses {sorted(used)}"
                )
            returns, columns = block.names("returns"), columns_of(text)
            if returns != columns:
                raise QueryFileError(file.file, 1, f"`returns` says {list(returns)}, the body returns {list(columns)}")
            if not file.doc:
                raise QueryFileError(file.file, 1, "a question needs a sentence that says what it answers")
            found.append(Query(file.name, text, used, returns, file.doc, file.file, dict(file.head)))
    return found


def _composed() -> list[Query]:
    texts: dict[str, tuple[str, str]] = {}
    for scheme, ladder in ladders().items():
        texts |= {
            f"check/{scheme}": (compose.check(ladder), "may this person see this case?"),
            f"check/{scheme}/pairs": (compose.check(ladder, many=True), "the same for many pairs at once"),
            f"who/{scheme}": (compose.who(ladder), "everybody with a claim on this case"),
            f"what/{scheme}/profiles": (
                compose.people(ladder, "profile"),
                "groups of equivalent cases that people have a claim on",
            ),
            f"what/{scheme}/cases": (compose.people(ladder, "case"), "single cases that people have a claim on"),
            f"why/{scheme}": (compose.why(ladder), "every claim of every rung with its evidence"),
            f"why/{scheme}/untimed": (
                compose.why(ladder, timed=False),
                "the same without the dates of the facts: what was, or will be",
            ),
            f"candidates/{scheme}": (compose.candidates(ladder), "who or what would meet each rung, from the case"),
            f"seers/{scheme}/profiles": (
                compose.seers(ladder, "profile"),
                "everybody with a claim on some groups of equivalent cases",
            ),
            f"seers/{scheme}/cases": (compose.seers(ladder, "case"), "everybody with a claim on some single cases"),
        }
        texts |= {
            f"halves/{scheme}/{name}": (text, "one half of a rung, to be hash-joined with the other outside")
            for name, text in compose.alone(ladder).items()
        }
    searching = ladders()["privileges"]
    texts |= {
        "find/check": (compose.check(searching, search=True), "may this person find this case by search?"),
        "find/who": (compose.who(searching, search=True), "everybody with a claim to find this case"),
        "find/profiles": (
            compose.people(searching, "profile", search=True),
            "groups of equivalent cases that people may find",
        ),
        "find/cases": (compose.people(searching, "case", search=True), "single cases that people may find"),
        "find/searchers": (compose.searchers(searching), "everybody who may search at all"),
    }
    out = []
    for name, (text, doc) in texts.items():
        for fault in faults(text):
            raise QueryFileError(f"composed {name}", 1, fault)
        out.append(Query(name, text, parameters_in(text), columns_of(text), doc, "schemes", {}, True))
    return out


@cache
def book() -> dict[str, Query]:
    """All questions by name; a wrong file raises QueryFileError here, before anything is asked."""
    root = files("seewhy.cypher")
    plain = [query for folder in FOLDERS if (root / folder).is_dir() for query in _plain(root / folder, folder)]
    return {query.name: query for query in [*_composed(), *plain]}
