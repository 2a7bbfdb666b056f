"""Mutants: the files of a scheme, or a question, with one place changed.

What is changed of a rung: its conditions (see `edits.py`), the words of `says`, `value`, `now` and `otherwise`, a
`match`, an `unless` or a guard that is left out, and its place beside its neighbours. A case half that is written in a
second order (`from_join`) is changed in both.

Nothing here knows whether a mutant can be read: whoever compiles it does, and leaves out those that cannot.
Not changed: `candidates`, `suggests` and `evidence`, which decide nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from seewhy.cypher.rungs import VALUES
from seewhy.schemes.edits import Edit, edits_of, edits_of_expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SECTION = re.compile(r"^// (person|case|from_join|unless|variant):.*$", re.M)
_HEADER = re.compile(r"^//\s*(says|value|now|otherwise|match):[ \t]+(.*)$", re.M)
_PLACED = re.compile(r"(\d+)_(\w+)\.cypher")
_OTHERWISE = re.compile(r"^// otherwise:", re.M)
_COMPARISON = re.compile(r" (<>|=) ")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: where (`line` from 1), in words, and `files`: name to new text, null for a file that is gone."""

    file: str
    line: int
    change: str
    files: Mapping[str, str | None]

    @property
    def place(self) -> str:
        """File and line, as in a message."""
        return f"{self.file}:{self.line}"


def mutants_of_question(file: str, text: str) -> list[Mutant]:
    """Every change of one place of a plain question: a finding, a question of eligibility."""
    return _made(file, text, [(one,) for one in edits_of(text, widen=1)])


def mutants_of_rungs(files: Mapping[str, str]) -> list[Mutant]:
    """Every change of one place of a scheme: file names of its folder with their texts."""
    found: list[Mutant] = []
    for name in sorted(files):
        text = files[name]
        changes = [*_of_sections(text), *((one,) for one in _of_header(text))]
        found += _made(name, text, changes)
        if gone := _without_guard(text):
            found += _made(name, text, [(one,) for one in gone])
        elif re.search(r"^// guard:", text, re.M) and not _OTHERWISE.search(text):
            found.append(Mutant(name, 1, "dropped the guard", {name: None}))
    return [*found, *_swapped(files)]


def _made(name: str, text: str, changes: list[tuple[Edit, ...]]) -> list[Mutant]:
    """Mutants of one file, each text once."""
    out: dict[str, Mutant] = {}
    for edits in changes:
        changed = text
        for one in sorted(edits, key=lambda edit: -edit.start):
            changed = one.applied(changed)
        line = text.count("\n", 0, _visible(text, edits[0].start)) + 1
        if changed != text:
            out.setdefault(changed, Mutant(name, line, edits[0].change, {name: changed}))
    return list(out.values())


def _visible(text: str, place: int) -> int:
    while place < len(text) - 1 and text[place].isspace():
        place += 1
    return place


def _sections(text: str) -> list[tuple[str, int, int]]:
    """(name, start, end) of the parts of a rung file; blank is what stands before the first."""
    marks = list(_SECTION.finditer(text))
    ends = [*(mark.start() for mark in marks), len(text)]
    return [("", 0, ends[0]), *((mark[1], mark.end(), end) for mark, end in zip(marks, ends[1:], strict=True))]


def _of_sections(text: str) -> Iterator[tuple[Edit, ...]]:
    """Changes of the bodies; those of a case half also in the order that begins at the join."""
    parts = _sections(text)
    define = text.startswith("// define:")
    for n, (name, start, end) in enumerate(parts):
        if name == "from_join":
            continue
        edits = edits_of_expression(text, _body(text), end) if define else edits_of(text, start=start, end=end)
        following = parts[n + 1] if n + 1 < len(parts) else ("", 0, 0)
        if name == "case" and following[0] == "from_join":
            again: dict[str, list[Edit]] = {}
            for one in edits_of(text, start=following[1], end=following[2]):
                again.setdefault(one.change, []).append(one)
            yield from ((one, *([again[one.change].pop(0)] if again.get(one.change) else [])) for one in edits)
        else:
            yield from ((one,) for one in edits)
        if name == "unless":
            close = next((p[1] for p in parts[n + 1 :] if p[0] == "variant"), len(text))
            close = text.rfind("// variant:", 0, close) if close < len(text) else close
            begin = text.rfind("// unless:", 0, start)
            yield (Edit(begin, close, "", "dropped NOT EXISTS: the whole `unless`"),)


def _body(text: str) -> int:
    """Where the comments at the top of a file end."""
    place = 0
    for line in text.splitlines(keepends=True):
        if line.strip() and not line.startswith("//"):
            break
        place += len(line)
    return place


def _of_header(text: str) -> Iterator[Edit]:
    """Changes of the words that a rung says, and of what its halves have to share."""
    for head in _HEADER.finditer(text):
        key, value, start = head[1], head[2], head.start(2)
        if key == "match":
            if "=" in value:
                yield Edit(head.start(), head.end(), "//", f"dropped `match: {value}`")
            continue
        for found in re.finditer(r"\w+" if key in ("says", "otherwise") else r"'(none|view|edit)'", value):
            word = found[found.re.groups]
            said = [one.strip() for one in value.split(",")]
            for other in VALUES:
                if word in VALUES and other != word and not (key == "says" and other in said):
                    new = found[0].replace(word, other)
                    yield Edit(start + found.start(), start + found.end(), new, f"`{other}` for `{word}` in `{key}`")
        if key == "says":
            said = [one.strip() for one in value.split(",")]
            for n in range(len(said) - 1):
                turned = [*said[:n], said[n + 1], said[n], *said[n + 2 :]]
                yield Edit(start, head.end(2), ", ".join(turned), f"`{said[n + 1]}` above `{said[n]}` in `says`")
        for sign in _COMPARISON.finditer(value):
            other = "=" if sign[1] == "<>" else "<>"
            yield Edit(start + sign.start(1), start + sign.end(1), other, f"`{other}` for `{sign[1]}` in `{key}`")


def _without_guard(text: str) -> list[Edit]:
    """Each guard of a file that holds several, left out."""
    if not re.search(r"^// guard:", text, re.M):
        return []
    starts = [m.start() for m in _SECTION.finditer(text) if m[1] == "variant"]
    if len(starts) < 2:
        return []
    ends = [*starts[1:], len(text)]
    return [Edit(one, two, "", "dropped the guard") for one, two in zip(starts, ends, strict=True)]


def _swapped(files: Mapping[str, str]) -> Iterator[Mutant]:
    """Each rung above its upper neighbour; what stands last because it says `otherwise` stays there."""
    placed = sorted((int(m[1]), m[2]) for name in files if (m := _PLACED.fullmatch(name)))
    for (one, upper), (two, lower) in pairwise(placed):
        high, low = f"{one}_{upper}.cypher", f"{two}_{lower}.cypher"
        if _OTHERWISE.search(files[low]) or files[high].startswith("// upgrade") or files[low].startswith("// upgrade"):
            continue
        new = {f"{one}_{lower}.cypher": files[low], f"{two}_{upper}.cypher": files[high]}
        yield Mutant(low, 1, f"`{lower}` stands above `{upper}`", {high: None, low: None, **new})
