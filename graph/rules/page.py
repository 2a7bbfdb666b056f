"""Renders the rule base as one Markdown page (`make docs` writes it to docs/rules.md)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from seewhy import cypher
from seewhy.cypher.catalogue import book
from seewhy.cypher.ladders import file_of
from seewhy.graph.rules.catalogue import Rule, rules, sections
from seewhy.graph.rules.findings import duties, findings

if TYPE_CHECKING:
    from collections.abc import Iterable

_UP = "../"
"""From the page, which stands in a folder of the repository, to the repository."""
_HEAD = """# The rules

What the products state, in our words, and what in SeeWhy carries it. Generated from `rules.toml` of each scheme folder
and `graph/rules/own.toml`; do not edit here. Product labels are exact. *Reading* is the interpretation chosen where the
text leaves room. Carried by: `rung` a step of the scheme's ladder, `gate` a step before every ladder, `check` a check
while loading, `finding` a finding, `eligibility` a kind of `seewhy eligible`, `answer` a command or a field of an
answer, `text` another Cypher text that names the rule. Links lead to the files."""


def rules_markdown() -> str:
    """The page: a table of id, statement and carrier per system, then the findings and the duties to keep apart."""
    parts = [_HEAD]
    for heading, scheme in sections():
        rows = [(rule.id, _statement(rule), _carried(rule)) for rule in rules() if rule.scheme == scheme]
        parts += [f"## {heading}", _table(("id", "statement", "carried by"), rows)]
    parts += ["## Findings", _table(("finding", "rule", "severity", "what is wrong"), (
        (_linked(one.name, _finding_file(one.name)), _listed(one.rules), one.severity, one.statement)
        for one in findings()))]
    parts += ["## Duties to keep apart", _table(("id", "one", "the other", "severity", "because"), (
        (one.id, one.first, one.second, one.severity, one.reason) for one in duties()))]
    return "\n\n".join(parts) + "\n"


def _statement(rule: Rule) -> str:
    return f"{rule.statement} *Reading: {rule.reading}*" if rule.reading else rule.statement


def _carried(rule: Rule) -> str:
    carriers = [_carrier(*one.split(":", 1)) for one in rule.carried_by] or [f"not about access: {rule.reason}"]
    files = [file for file in _files().get(rule.id, ()) if not any(f"({_UP}{file})" in one for one in carriers)]
    if files:
        carriers = [one.removesuffix(".") for one in carriers]
    return "; ".join([*carriers, *(f"text {_linked(_name(file), file)}" for file in files)])


def _carrier(kind: str, what: str) -> str:
    if kind in ("rung", "gate"):
        scheme, _, step = what.rpartition("/")
        return f"{kind} {_linked(what, file_of(scheme, step))}"
    if kind == "finding":
        return f"{kind} {_linked(what, _finding_file(what))}"
    return f"{kind} {what if kind == 'check' else f'`{what}`'}"


@cache
def _files() -> dict[str, list[str]]:
    """Rule id to the query files whose header names it, by their paths in the repository."""
    root = Path(cypher.__file__).parent
    found: dict[str, list[str]] = {}
    for path in sorted(root.rglob("*.cypher")):
        head = re.search(r"^// rules: *(.*)$", path.read_text("utf-8"), re.MULTILINE)
        for rule in head[1].split(", ") if head else ():
            found.setdefault(rule, []).append(f"cypher/{path.relative_to(root).as_posix()}")
    return found


def _name(file: str) -> str:
    return file.removeprefix("cypher/").removesuffix(".cypher")


def _finding_file(name: str) -> str:
    return book()[f"findings/{name}"].file


def _linked(text: str, file: str) -> str:
    return f"[`{text}`]({_UP}{file})"


def _listed(ids: tuple[str, ...]) -> str:
    return ", ".join(ids) if len(ids) < 4 else f"{ids[0]} to {ids[-1]} ({len(ids)})"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
