"""What is wrong with the writing of a test in an assertion file, before anything is asked."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from seewhy.assertions.invariants import INVARIANTS
from seewhy.assertions.invariants import faults as invariant_faults
from seewhy.graph.answers.check import CheckAnswer
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.nearest import nearest
from seewhy.graph.questions.check import known_actions
from seewhy.graph.questions.eligibility.ask import KINDS
from seewhy.graph.session import day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

QUESTIONS = ("check", "who", "what", "eligible", "findings", "load", "why", "never", "only")

_NEEDS: dict[str, tuple[str, ...]] = {
    "check": ("person", "case"),
    "why": ("person", "case"),
    "who": ("case",),
    "what": ("person",),
    "eligible": ("kind",),
}
_TAKES: dict[str, tuple[str, ...]] = {
    "check": ("action",),
    "why": ("action",),
    "who": ("action",),
    "what": ("action",),
    "findings": ("rule", "system"),
}
_CHECK = (*(field.name for field in fields(CheckAnswer) if field.name != "provenance"), "file", "engine", "load")
_GROUPS = ("edit", "view", "none", "found", "edit_now", "view_now", "none_now")
_EXPECTS: dict[str, tuple[str, ...]] = {
    "check": _CHECK,
    "why": (*_CHECK, "sentence", "blocked", "reasons", "ladder", "would_change", "actions"),
    "who": _GROUPS,
    "what": _GROUPS,
    "load": ("problems",),
}
"""Keys that an expectation may have; those of `eligible` and of findings depend on what is found."""
_VERDICTS = ("secondary-access", "removal", "reassign", "capability")
_OF_VERDICT = ("kind", "as_of", "verdict", "rules", "conditions", "work", "missing", "people", "engine", "load")
_OF_LIST = ("kind", "case", "as_of", "people", "count", "engine", "load")
_OF_PEOPLE = ("ask", "agree", "authorise")
_OF_FINDING = (
    *("rule", "severity", "person", "position", "case", "unit", "message", "facts"),
    *("id", "name", "system", "about", "also", "why"),
)
_SHAPES = {
    **dict.fromkeys(("rules", "work", "missing"), "ids"),
    **dict.fromkeys(("reasons", "ladder", "would_change", "actions", "conditions"), "rows"),
    "people": "people",
}
"""The form of what is expected by key, one value where it is not named here."""
_FORMS = {
    "one": "one value",
    "ids": "a list of ids",
    "rows": "a list of mappings",
    "people": "a list of person ids, or of mappings such as `{person: …, because: …}`",
    "mapping": f"a mapping with {', '.join(_OF_PEOPLE)}",
}
_OF_PROBLEM = ("code", "file", "row", "column", "message", "hint")


def _groups() -> tuple[str, ...]:
    """The groups of a list of people or cases: values, and actions that rungs grant by name."""
    return tuple(dict.fromkeys((*_GROUPS, *known_actions())))


def test_faults(test: Any) -> list[str]:
    """Everything wrong with one test, none when it can be asked."""
    if not isinstance(test, dict):
        return [f"it is no mapping that asks one of {', '.join(QUESTIONS)}"]
    asked = [key for key in test if key in QUESTIONS]
    strange = [key for key in test if key not in (*QUESTIONS, "expect", "name")]
    if len(asked) != 1:
        unknown = [_unknown("key", key, (*QUESTIONS, "expect")) for key in strange]
        return [*unknown, f"it must ask exactly one of {', '.join(QUESTIONS)}"]
    kind, arguments = asked[0], test[asked[0]]
    found = [_unknown("key", key, (*QUESTIONS, "expect")) for key in strange]
    if isinstance(test.get("name"), dict | list):
        found.append("`name` is one sentence")
    if kind in INVARIANTS:
        return [*found, *invariant_faults(kind, arguments)]
    if "expect" not in test:
        found.append("it has no `expect`")
    if arguments is not None and not isinstance(arguments, dict):
        return [*found, f"`{kind}` takes a mapping, such as `{{{_example(kind)}}}`"]
    found += _argument_faults(kind, arguments or {})
    return found if "expect" not in test else [*found, *_expect_faults(kind, arguments or {}, test["expect"])]


test_faults.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's


def _argument_faults(kind: str, arguments: Mapping[Any, Any]) -> list[str]:
    allowed = (*_NEEDS.get(kind, ()), *_TAKES.get(kind, ()), "as_of") if kind != "load" else ()
    if kind == "eligible":
        if (chosen := KINDS.get(str(arguments.get("kind")))) is None and "kind" in arguments:
            return [_unknown("kind", arguments["kind"], tuple(KINDS))]
        allowed = (*allowed, *(chosen.needs if chosen else ()), *(chosen.takes if chosen else ()))
        needed: tuple[str, ...] = ("kind", *(chosen.needs if chosen else ()))
    else:
        needed = _NEEDS.get(kind, ())
    found = [f"{_unknown('key', key, allowed)} of `{kind}`" for key in arguments if key not in allowed]
    found += [f"`{kind}` needs `{key}`" for key in needed if arguments.get(key) is None]
    if (arguments.get("action") or "view") not in known_actions():
        found.append(f"`{arguments['action']}` is no action; an action is {', '.join(known_actions())}")
    found += [
        f"`{key}` of `{kind}` is one value"
        for key, value in arguments.items()
        if isinstance(value, dict) or (isinstance(value, list) and (key != "position" or not all(map(_is_one, value))))
    ]
    if arguments.get("as_of") is not None:
        try:
            day(arguments["as_of"])
        except ConfigurationError as error:
            found.append(error.message)
    return found


def _expect_faults(kind: str, arguments: Mapping[Any, Any], expect: Any) -> list[str]:
    if kind == "findings":
        return _row_faults(expect, _OF_FINDING, "finding")
    if kind == "load":
        if not isinstance(expect, dict):
            return _row_faults(expect, _OF_PROBLEM, "problem")
        return [
            *_key_faults(expect, _EXPECTS["load"]),
            *_row_faults(expect.get("problems", []), _OF_PROBLEM, "problem"),
        ]
    if kind == "eligible":
        verdict = str(arguments.get("kind")) in _VERDICTS
        if isinstance(expect, list) and not verdict:
            return _shape_faults("people", expect, "the list")
        if isinstance(expect, dict):
            keys = _OF_VERDICT if verdict else _OF_LIST
            found = [*_key_faults(expect, keys), *_shapes_faults("verdict" if verdict else "list", expect)]
            if verdict and isinstance(whom := expect.get("people"), dict):
                found += _key_faults(whom, _OF_PEOPLE)
                found += [fault for key, value in whom.items() for fault in _shape_faults("people", value, f"`{key}`")]
            return found
        keys_told = "keys such as `verdict` and `rules`" if verdict else "the list of person ids"
        return [f"`{arguments.get('kind')}` expects {keys_told}"]
    if kind in ("who", "what"):
        ids = "person ids" if kind == "who" else "case ids"
        if isinstance(expect, list):
            message = f"`{kind}` expects the list of {ids}, or a mapping with {', '.join(_EXPECTS[kind][:3])} …"
            return [] if all(map(_is_one, expect)) else [f"{message}; a value for one of them is asked with `check`"]
        if not isinstance(expect, dict):
            return [f"`{kind}` expects a mapping with {', '.join(_EXPECTS[kind][:4])} …, or the list of {ids}"]
        return [*_key_faults(expect, (*_groups(), *_EXPECTS[kind])), *_shapes_faults(kind, expect)]
    if not isinstance(expect, dict):
        return [f"`{kind}` expects a mapping with {', '.join(_EXPECTS[kind][:4])} …"]
    return [*_key_faults(expect, _EXPECTS[kind]), *_shapes_faults(kind, expect)]


def _is_one(value: Any) -> bool:
    """Whether a value is one id or word."""
    return value is not None and not isinstance(value, dict | list | tuple)


def _shapes_faults(kind: str, expect: Mapping[Any, Any]) -> list[str]:
    """What is wrong with the form of the values, key by key."""
    shapes = dict.fromkeys(("who", "what"), dict.fromkeys(_groups(), "ids")).get(kind, _SHAPES)
    if kind == "verdict":
        shapes = {**shapes, "people": "mapping"}
    return [
        fault for key, value in expect.items() for fault in _shape_faults(shapes.get(key, "one"), value, f"`{key}`")
    ]


def _shape_faults(shape: str, value: Any, name: str) -> list[str]:
    fits = {
        "one": lambda: not isinstance(value, dict | list | tuple),
        "ids": lambda: isinstance(value, list) and all(map(_is_one, value)),
        "rows": lambda: isinstance(value, list) and all(isinstance(row, dict) for row in value),
        "people": lambda: isinstance(value, list) and all(_is_one(row) or isinstance(row, dict) for row in value),
        "mapping": lambda: isinstance(value, dict),
    }
    return [] if fits[shape]() else [f"{name} is {_FORMS[shape]}"]


def _row_faults(rows: Any, keys: tuple[str, ...], what: str) -> list[str]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return [f"expected is a list with one mapping for each {what}"]
    return [fault for row in rows for fault in _key_faults(row, keys)]


def _key_faults(expect: Iterable[Any], known: tuple[str, ...]) -> list[str]:
    return [f"nothing has the key `{key}`{_hint(key, known)}" for key in expect if key not in known]


def _unknown(what: str, name: Any, known: tuple[str, ...]) -> str:
    return f"unknown {what} `{name}`{_hint(name, known)}"


def _hint(name: Any, known: tuple[str, ...]) -> str:
    return f" ({hint})" if (hint := nearest(str(name), known)) else ""


def _example(kind: str) -> str:
    return ", ".join(f"{key}: …" for key in _NEEDS.get(kind, ())) or "…"
