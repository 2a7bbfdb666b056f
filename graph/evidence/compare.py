"""Whether two answers to one question are the same, and where they differ, in sentences.

Engines may list equal claims in another order, so reasons are compared as a set. The words of a rung join its first
three reasons: they are compared where a rung has at most one.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ANSWER = ("person", "case", "as_of", "system", "scheme", "value", "value_now", "step")
WORDED = ("rules", "sentence", "blocked")


def differences(told: Mapping[str, Any], again: Mapping[str, Any], *, words: bool = True) -> list[str]:
    """What `told` says otherwise than `again`; empty when they agree. `words=False` leaves rules and sentences out, for
    answers of two versions. `engine` and `load` are never compared."""
    found = [
        f"`{key}` is {_short(told.get(key))} in the file, and {_short(again.get(key))} when decided again"
        for key in (*ANSWER, *(WORDED if words else ()))
        if told.get(key) != again.get(key)
    ]
    mine, theirs = (Counter(_told(reason, words) for reason in answer.get("reasons", ())) for answer in (told, again))
    for reason in mine - theirs:
        found.append(f"a reason of the file is not found when decided again: {_said(reason)}")
    for reason in theirs - mine:
        found.append(f"a reason is missing in the file: {_said(reason)}")
    many = {step for step, count in Counter(r.get("step") for r in again.get("reasons", ())).items() if count > 1}
    rungs = [_rungs(answer, words, many) for answer in (told, again)]
    if rungs[0] != rungs[1]:
        found.append("the ladder of the file is another one")
    if sorted(map(_key, told.get("actions") or ())) != sorted(map(_key, again.get("actions") or ())):
        found.append("the actions of the file are other ones")
    return found


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _told(reason: Any, words: bool) -> str:
    if words:
        return _key(reason)
    return _key([reason["step"], reason["value"], [step["source"] for step in reason["path"]]])


def _said(reason: str) -> str:
    plain = json.loads(reason)
    return plain["sentence"] if isinstance(plain, dict) else f"{plain[0]}, {plain[1]}"


def _rungs(answer: Mapping[str, Any], words: bool, many: set[Any]) -> list[tuple[Any, ...]]:
    return [
        (rung["step"], rung["outcome"], rung["because"] if words and rung["step"] not in many else "")
        for rung in answer.get("ladder", ())
    ]


def _short(value: Any) -> str:
    return f"`{value}`" if isinstance(value, str) else _key(value)
