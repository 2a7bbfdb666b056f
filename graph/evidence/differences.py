"""Differences between two answers to one question, in sentences.

Engines may list equal claims in another order, so reasons are compared as a set. The words of a rung join its first
three reasons: they are compared where a rung has at most one. Words of a file are compared and never repeated: whoever
wrote them into it would speak through the comparison. Values, steps and ids are, when they have the form of one.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from seewhy.graph.evidence.parts import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

ANSWER = ("person", "case", "as_of", "system", "scheme", "value", "value_now", "step")
FACT = ("from", "relationship", "to", "source", "load", "since", "until")
WORDED = ("rules", "sentence")


def differences(given: Mapping[str, Any], again: Mapping[str, Any], *, words: bool = True) -> list[str]:
    """Where `given` differs from `again`; empty when they agree. `words=False` leaves rules and sentences out, for
    answers of two versions. `engine` and `load` are never compared."""
    found = [
        f"`{key}` is {quoted(given.get(key))} in the file, and {quoted(again.get(key))} when decided again"
        for key in (*ANSWER, "blocked")
        if not _same(given.get(key), again.get(key))
    ]
    if words:
        differing = [key for key in WORDED if not _same(given.get(key), again.get(key))]
        found += [f"`{key}` has other words in the file than when decided again" for key in differing]
    mine, theirs = (
        Counter(_compared(reason, words) for reason in answer.get("reasons", ())) for answer in (given, again)
    )
    for reason in mine - theirs:
        found.append(f"a reason of the file is not found when decided again{_at(reason)}")
    for reason in theirs - mine:
        found.append(f"a reason is missing in the file{_at(reason)}")
    many = {step for step, count in Counter(r.get("step") for r in again.get("reasons", ())).items() if count > 1}
    rungs = [_rungs(answer, words, many) for answer in (given, again)]
    if rungs[0] != rungs[1]:
        found.append("the ladder of the file is another one")
    if sorted(map(_key, given.get("actions") or ())) != sorted(map(_key, again.get("actions") or ())):
        found.append("the actions of the file are other ones")
    return found


def _same(one: Any, other: Any) -> bool:
    """Equal, and of one type: to JSON a truth is no number."""
    return _key(one) == _key(other)


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _compared(reason: Mapping[str, Any], words: bool) -> tuple[str, str]:
    """The step of a reason, and everything that is compared. Without words: value, and the facts of its path."""
    if words:
        return reason["step"], _key(reason)
    facts = [{name: step.get(name) for name in FACT} for step in reason["path"]]
    return reason["step"], _key([reason["value"], facts])


def _at(reason: tuple[str, str]) -> str:
    return f" (step {quoted(reason[0])})"


def _rungs(answer: Mapping[str, Any], words: bool, many: set[Any]) -> list[tuple[Any, ...]]:
    return [
        (rung["step"], rung["outcome"], rung["because"] if words and rung["step"] not in many else "")
        for rung in answer.get("ladder", ())
    ]
