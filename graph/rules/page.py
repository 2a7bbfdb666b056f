"""Renders the rule base as one Markdown page (`make docs` writes it to docs/rules.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.rules.catalogue import SYSTEMS, Rule, rules
from seewhy.graph.rules.findings import duties, findings

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEAD = """# The rules

What the four products state, in our words, and what in SeeWhy carries it. Generated from `graph/rules/`; do not edit
here. Product labels are exact. *Reading* is the interpretation chosen where the text leaves room. Carried by: `rung` a
step of the scheme's ladder, `gate` a step before every ladder, `check` a check while loading, `finding` a finding,
`eligibility` a kind of `seewhy eligible`, `answer` a command or a field of an answer."""


def rules_markdown() -> str:
    """The page: a table of id, statement and carrier per system, then the findings and the duties to keep apart."""
    parts = [_HEAD]
    for _, heading, scheme in SYSTEMS.values():
        rows = [(rule.id, _statement(rule), _carried(rule)) for rule in rules() if rule.scheme == scheme]
        parts += [f"## {heading}", _table(("id", "statement", "carried by"), rows)]
    parts += ["## Findings", _table(("finding", "rule", "severity", "what is wrong"), (
        (f"`{one.name}`", _listed(one.rules), one.severity, one.statement) for one in findings()))]
    parts += ["## Duties to keep apart", _table(("id", "one", "the other", "severity", "because"), (
        (one.id, one.first, one.second, one.severity, one.reason) for one in duties()))]
    return "\n\n".join(parts) + "\n"


def _statement(rule: Rule) -> str:
    return f"{rule.statement} *Reading: {rule.reading}*" if rule.reading else rule.statement


def _carried(rule: Rule) -> str:
    if not rule.carried_by:
        return f"not about access: {rule.reason}"
    return "; ".join(f"{kind} {_mark(kind, what)}" for kind, _, what in (c.partition(":") for c in rule.carried_by))


def _mark(kind: str, what: str) -> str:
    return what if kind == "check" else f"`{what}`"


def _listed(ids: tuple[str, ...]) -> str:
    return ", ".join(ids) if len(ids) < 4 else f"{ids[0]} to {ids[-1]} ({len(ids)})"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
