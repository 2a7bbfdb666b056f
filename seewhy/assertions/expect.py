"""What a test expects against what was got: lists are everything, of a mapping only the keys given are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.assertions.reasons import pair_reasons, reasons_of_pairs
from seewhy.assertions.values import agrees, matched
from seewhy.graph.answers.eligibility import Verdict
from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seewhy.api import Graph
    from seewhy.graph.problems import Problem

_LINES = 20
"""How many lines tell why, of findings and of people who are offered."""


def compare_problems(expect: Any, problems: Sequence[Problem]) -> str:
    """Blank when the problems are exactly those expected."""
    wanted: Any = expect.get("problems", []) if isinstance(expect, dict) else expect
    got = [problem.as_dict() for problem in problems]
    lacking_hints = [{key: value for key, value in row.items() if key != "hint"} for row in got]
    return "" if matched(wanted, got) else f"expected problems {shown(wanted)}, got {shown(lacking_hints)}"


def by_value(rows: Iterable[Any], key: str) -> dict[str, list[str]]:
    """Ids by value: `edit`, `view`, an action that rungs grant, and where asked `found`, `none`; also `now` groups."""
    out: dict[str, list[str]] = {
        "edit": [],
        "view": [],
        "none": [],
        "found": [],
        "edit_now": [],
        "view_now": [],
        "none_now": [],
    }
    for row in rows:
        out.setdefault(row.value, []).append(getattr(row, key))
        out.setdefault(f"{row.value_now}_now", []).append(getattr(row, key))
        if row.found:
            out["found"].append(getattr(row, key))
    return out


def answer(graph: Graph, kind: str, asked: Mapping[str, Any], expect: Any, as_of: str) -> str:
    """Ask one question of a story; blank when the answer is as expected, else `expected …, got …`."""
    asked = {key: value for key, value in asked.items() if value is not None}
    day = asked.pop("as_of", as_of)
    if kind in ("check", "why"):
        got: Any = (
            graph.why(
                asked["person"],
                asked["case"],
                day,
                action=asked.get("action", "view"),
                changes="would_change" in expect,
            ).as_dict()
            if kind == "why"
            else graph.check(asked["person"], asked["case"], day, action=asked.get("action", "view")).as_dict()
        )
    elif kind == "who":
        got = by_value(graph.who(asked["case"], day, action=asked.get("action", "view")).people, "person")
    elif kind == "what":
        got = by_value(graph.what(asked["person"], day, action=asked.get("action", "view")).cases, "case")
    elif kind == "findings":
        found = graph.findings(day, rule=asked.get("rule"), system=asked.get("system")).as_dict()["findings"]
        without_facts = [{key: value for key, value in one.items() if key != "facts"} for one in found]
        return "" if matched(expect, found) else f"expected {shown(expect)}, got {shown(without_facts)}"
    elif kind == "eligible":
        answered = graph.eligible(as_of=day, **asked)
        got = answered.as_dict() if isinstance(expect, dict) else answered.as_dict()["people"]
        short = {key: got.get(key) for key in expect} if isinstance(expect, dict) else [one["person"] for one in got]
        return "" if agrees(expect, got) else f"expected {shown(expect)}, got {shown(short)}"
    else:
        raise ConfigurationError(f"`{kind}` cannot be asked in a story yet")
    if isinstance(expect, dict):
        return (
            f"expected {shown(expect)}, got {shown({key: got.get(key) for key in expect})}"
            if not agrees(expect, got)
            else ""
        )
    seen = sorted({*got["edit"], *got["view"]})
    return "" if agrees(expect, seen) else f"expected {shown(expect)}, got {shown(seen)}"


def reasons(graph: Graph, kind: str, asked: Mapping[str, Any], expect: Any, as_of: str) -> str:
    """Lines that say why an answer that is not as expected is what it is; of many pairs the first few."""
    day = asked.get("as_of") or as_of
    if kind in ("check", "why"):
        return pair_reasons(graph.session, asked["person"], asked["case"], day)
    if kind in ("who", "what"):
        action = asked.get("action") or "view"
        if kind == "who":
            got = by_value(graph.who(asked["case"], day, action=action).people, "person")
        else:
            got = by_value(graph.what(asked["person"], day, action=action).cases, "case")
        if isinstance(expect, dict):
            odd = {one for key, ids in expect.items() for one in {*ids} ^ {*got[key]}}
        else:
            odd = {*expect} ^ {*got["edit"], *got["view"]}
        pairs = [(one, asked["case"]) if kind == "who" else (asked["person"], one) for one in odd]
        return reasons_of_pairs(graph.session, pairs, day)
    if kind == "findings":
        found = graph.findings(day, rule=asked.get("rule"), system=asked.get("system")).findings
        lines = [f"{one.rule}: {one.message} ({', '.join(fact.source for fact in one.facts)})" for one in found]
    else:
        given = {key: value for key, value in asked.items() if value is not None and key != "as_of"}
        eligible = graph.eligible(as_of=day, **given)
        if isinstance(eligible, Verdict):
            lines = [f"{one.rule} {'met' if one.met else 'not met'}: {one.because}" for one in eligible.conditions]
        else:
            lines = [f"{one.person}: {one.because}" for one in eligible.people]
    return "\n".join([*lines[:_LINES], *([f"and {len(lines) - _LINES:,} more"] if len(lines) > _LINES else [])])


def shown(value: Any) -> str:
    """An expectation or an answer in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {shown(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return f"[{', '.join(f'{{{shown(one)}}}' if isinstance(one, dict) else shown(one) for one in value)}]"
    return str(value)
