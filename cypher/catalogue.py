"""The query book: every text that is ever sent to an engine, by name; read and checked once, when first asked for.

Names of files are their paths (`organisation/person`); names of composed questions are `check/<scheme>`,
`check/<scheme>/pairs`, `who/<scheme>`, `what/<scheme>/profiles`, `what/<scheme>/cases`, `why/<scheme>`,
`why/<scheme>/untimed`, `candidates/<scheme>`, `halves/<scheme>/…`, `seers/<scheme>/profiles`, `seers/<scheme>/cases`,
`guarded/<scheme>`, `neighbours/<Label>`, `thing/<Label>`, `things/<Label>`.
Where a scheme says who finds a case by search: `find/<scheme>/check`, `…/who`, `…/profiles`, `…/cases`, `…/searchers`.
For an action that rungs grant by name, `<scheme>` is `<scheme>:<action>`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from seewhy.cypher import compose, explained, neighbours
from seewhy.cypher.folders import in_use, per_set
from seewhy.cypher.header import PLAIN_KEYS, QueryFileError, QueryFileErrors, parameters_in, read
from seewhy.cypher.ladder_files import text_of
from seewhy.cypher.ladders import every_ladder
from seewhy.cypher.lint import check_block, faults

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from seewhy.cypher.ladder import Ladder

FOLDERS = ("organisation", "eligibility", "findings")
"""Folders of plain questions; `load` and `schema` belong to the engines and write."""
_FACT = re.compile(r"FACT\((\w+)\)")
"""In a body, `FACT(r)` stands for the cells of relationship r (`explained.EVIDENCE`): one step of a path."""
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


@lru_cache(maxsize=4_096)
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
    return _FACT.sub(lambda match: explained.cells(match[1]), body)


def plain_questions(folder: Traversable, prefix: str, label: str) -> list[Query]:
    """The questions of a folder and its folders, each checked against its header; wrong ones raise QueryFileErrors.

    `prefix` begins their names, `label` the paths of their files.
    """
    found: list[Query] = []
    wrong: list[QueryFileError] = []
    for entry in sorted(folder.iterdir(), key=lambda f: f.name):
        try:
            if entry.is_dir():
                found += plain_questions(entry, f"{prefix}/{entry.name}", f"{label}/{entry.name}")
            elif entry.name.endswith(".cypher"):
                found.append(_question(entry, prefix, label))
        except QueryFileErrors as errors:
            wrong += errors.faults
        except QueryFileError as error:
            wrong.append(error)
    if wrong:
        raise QueryFileErrors(wrong)
    return found


def _question(entry: Traversable, prefix: str, label: str) -> Query:
    file = read(f"{label}/{entry.name}", text_of(entry, label), PLAIN_KEYS)
    if len(file.blocks) != 1:
        raise QueryFileError(file.file, 1, f"a question has exactly one body; found {len(file.blocks)}")
    block = file.blocks[0]
    check_block(file.file, block)
    text = written_out(block.body)
    declared, used = frozenset(block.names("parameters")), parameters_in(text)
    if declared != used:
        raise QueryFileError(file.file, 1, f"`parameters` says {sorted(declared)}, the body uses {sorted(used)}")
    returns, columns = block.names("returns"), columns_of(text)
    if returns != columns:
        raise QueryFileError(file.file, 1, f"`returns` says {list(returns)}, the body returns {list(columns)}")
    if not file.doc:
        raise QueryFileError(file.file, 1, "a question needs a sentence that says what it answers")
    name = f"{prefix}/{entry.name.removesuffix('.cypher')}"
    return Query(name, text, used, returns, file.doc, file.file, dict(file.head))


def _composed() -> list[Query]:
    texts: dict[str, tuple[str, str]] = neighbours.texts()
    for ladder in every_ladder():
        texts |= _of_ladder(ladder)
        if ladder.has_search:
            texts |= _of_search(ladder)
    out = []
    for name, (written, doc) in texts.items():
        text = compose.with_stored(written)
        for fault in faults(text):
            raise QueryFileError(f"composed {name}", 1, fault)
        out.append(Query(name, text, parameters_in(text), columns_of(text), doc, "schemes", {}, True))
    return out


def _of_ladder(ladder: Ladder) -> dict[str, tuple[str, str]]:
    name = ladder.name
    return {
        f"check/{name}": (compose.check(ladder), "may this person see this case?"),
        f"check/{name}/pairs": (compose.check(ladder, many=True), "the same for many pairs at once"),
        f"who/{name}": (compose.who(ladder), "everybody with a claim on this case"),
        f"what/{name}/profiles": (
            compose.people(ladder, "profile"),
            "groups of equivalent cases that people have a claim on",
        ),
        f"what/{name}/cases": (compose.people(ladder, "case"), "single cases that people have a claim on"),
        f"why/{name}": (explained.why(ladder), "every claim of every rung with its evidence"),
        f"why/{name}/pairs": (explained.why(ladder, many=True), "the same for many pairs at once"),
        f"why/{name}/untimed": (
            explained.why(ladder, timed=False),
            "the same without the dates of the facts: what was, or will be",
        ),
        f"candidates/{name}": (explained.candidates(ladder), "who or what would meet each rung, from the case"),
        f"seers/{name}/profiles": (
            compose.seers(ladder, "profile"),
            "everybody with a claim on some groups of equivalent cases",
        ),
        f"seers/{name}/cases": (compose.seers(ladder, "case"), "everybody with a claim on some single cases"),
        f"guarded/{name}": (compose.guarded(ladder), "groups of equivalent cases that a guard may close"),
    } | {
        f"halves/{name}/{half}": (text, "one half of a rung, to be hash-joined with the other outside")
        for half, text in compose.alone(ladder).items()
    }


def _of_search(ladder: Ladder) -> dict[str, tuple[str, str]]:
    name = ladder.name
    return {
        f"find/{name}/check": (compose.check(ladder, search=True), "may this person find this case by search?"),
        f"find/{name}/who": (compose.who(ladder, search=True), "everybody with a claim to find this case"),
        f"find/{name}/profiles": (
            compose.people(ladder, "profile", search=True),
            "groups of equivalent cases that people may find",
        ),
        f"find/{name}/cases": (compose.people(ladder, "case", search=True), "single cases that people may find"),
        f"find/{name}/searchers": (compose.searchers(ladder), "everybody who may search at all"),
    }


@per_set
def book() -> dict[str, Query]:
    """All questions by name; a wrong file raises QueryFileError here, before anything is asked."""
    root = files("seewhy.cypher")
    plain = [query for folder in FOLDERS for query in plain_questions(root / folder, folder, f"cypher/{folder}")]
    for folder in in_use().folders.values():
        own = folder.path / "findings"
        plain += plain_questions(own, "findings", f"{folder.label}/findings") if own.is_dir() else []
    return {query.name: query for query in [*_composed(), *plain]}
