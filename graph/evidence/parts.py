"""The parts of an evidence file as checking reports them, and texts that may be shown."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

HOLDS, DIFFERS, UNCHECKED = "holds", "differs", "not checked"
_LONGEST = 400
_FORM = re.compile(r"[\w.@+-]{1,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `outcome` is holds, differs or not checked, `how` says how it was checked, or what is wrong."""

    name: str
    outcome: str
    how: str

    def as_dict(self) -> dict[str, str | bool]:
        """Keys checked, outcome, how."""
        return {"checked": self.outcome != UNCHECKED, "outcome": self.outcome, "how": self.how}


def clean(text: str) -> str:
    """A text with names from a file in it, on one line, without characters that change what is shown around it."""
    shown = "".join("\ufffd" if unicodedata.category(one)[0] == "C" or one in "\u2028\u2029" else one for one in text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def quoted(value: Any) -> str:
    """A value of a file in backticks when it has the form of an id or a word; a whole text of a file is never shown."""
    if isinstance(value, str):
        return f"`{value}`" if _FORM.fullmatch(value) else "another text"
    return json.dumps(value) if isinstance(value, bool | None) else "something else"


@dataclass(slots=True)
class Found:
    """What is found while a file is checked, part by part; `against` is what contradicts the answer."""

    against: list[str] = field(default_factory=list)
    parts: dict[str, Part] = field(default_factory=dict)

    def tell(self, name: str, wrong: list[str], how: str, *, checked: bool = True) -> None:
        """One part: what is wrong with it, else how it was checked, or why it was not."""
        outcome = DIFFERS if wrong else HOLDS if checked else UNCHECKED
        self.parts[name] = Part(name, outcome, "; ".join(wrong[:5]) if wrong else how)
        if name not in ("manifest", "signature"):
            self.against += wrong

    @property
    def refused(self) -> bool:
        """Whether something is wrong already."""
        return any(part.outcome == DIFFERS for part in self.parts.values())
