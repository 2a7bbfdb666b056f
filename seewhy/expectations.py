"""What a test expects against what was got: lists are everything, of a mapping only the keys given are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graph.errors import ConfigurationError
from seewhy.expected_eligibility import eligible_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graph.inputs.problems import Problem
    from seewhy.api import Graph


def plain(value: Any) -> Any:
    """YAML values as the answers have them: dates and numbers where text is meant become text, booleans stay."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    return str(value)


def differs(expected: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    """Whether one of the keys given has another value; lists are compared as sets of everything."""
    for key, value in expected.items():
        if key not in got:
            return True
        mine = got[key]
        if isinstance(value, list):
            if _sorted(plain(value)) != _sorted(plain(mine)):
                return True
        elif plain(value) != plain(mine):
            return True
    return False


def _sorted(rows: Iterable[Any]) -> list[str]:
    return sorted(str(row) for row in rows)


def matched(expected: Any, got: Sequence[Mapping[str, Any]]) -> bool:
    """Each expected mapping matches exactly one row by the keys it has, and every row is matched."""
    if len(expected) != len(got):
        return False
    left = list(got)
    for want in sorted(expected, key=len, reverse=True):
        hit = next((row for row in left if not differs(want, row)), None)
        if hit is None:
            return False
        left.remove(hit)
    return True


def compare_problems(expect: Mapping[str, Any], problems: Sequence[Problem]) -> str:
    """Blank when the problems are exactly those expected."""
    wanted = expect.get("problems", []) if isinstance(expect, dict) else expect
    got = [problem.as_dict() for problem in problems]
    told = [{key: value for key, value in row.items() if key != "hint"} for row in got]
    return "" if matched(wanted, got) else f"expected problems {shown(wanted)}, got {shown(told)}"


def by_value(rows: Iterable[Any], key: str) -> dict[str, list[str]]:
    """Ids by value: `edit`, `view`, and where asked `found`, `none`; also by `step:` and `now` groups."""
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
        out[row.value].append(getattr(row, key))
        out[f"{row.value_now}_now"].append(getattr(row, key))
        if row.found:
            out["found"].append(getattr(row, key))
    return out


def answer(graph: Graph, kind: str, asked: Mapping[str, Any], expect: Any, as_of: str) -> str:
    """Ask one question of a story; blank when the answer is as expected, else `expected …, got …`."""
    asked = {key: value if isinstance(value, bool | list | dict) else str(value) for key, value in asked.items()}
    day = asked.pop("as_of", as_of)
    if kind in ("check", "why"):
        got: Any = (
            graph.why(asked["person"], asked["case"], day).as_dict()
            if kind == "why"
            else graph.check(asked["person"], asked["case"], day, action=asked.get("action", "view")).as_dict()
        )
    elif kind == "who":
        got = by_value(graph.who(asked["case"], day, action=asked.get("action", "view")).people, "person")
    elif kind == "what":
        got = by_value(graph.what(asked["person"], day, action=asked.get("action", "view")).cases, "case")
    elif kind == "findings":
        found = graph.findings(day, rule=asked.get("rule"), system=asked.get("system")).as_dict()["findings"]
        told = [{key: value for key, value in one.items() if key != "facts"} for one in found]
        return "" if matched(expect, found) else f"expected {shown(expect)}, got {shown(told)}"
    elif kind == "eligible":
        right, told = eligible_answer(graph, asked, expect, day)
        return "" if right else f"expected {shown(expect)}, got {shown(told)}"
    else:
        raise ConfigurationError(f"`{kind}` cannot be asked in a story yet")
    if isinstance(expect, dict):
        return (
            f"expected {shown(expect)}, got {shown({key: got.get(key) for key in expect})}"
            if differs(expect, got)
            else ""
        )
    if kind in ("who", "what"):
        seen = sorted(set(got["edit"]) | set(got["view"]))
        return "" if seen == sorted(plain(expect)) else f"expected {shown(expect)}, got {shown(seen)}"
    return "" if matched(expect, got) else f"expected {shown(expect)}, got {shown(got)}"


def shown(value: Any) -> str:
    """An expectation or an answer in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {shown(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return f"[{', '.join(f'{{{shown(one)}}}' if isinstance(one, dict) else shown(one) for one in value)}]"
    return str(value)
