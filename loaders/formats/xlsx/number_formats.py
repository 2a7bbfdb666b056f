"""How the number of a cell is shown, as far as it says what the cell means: a day, a length of time, leading zeros."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Of the formats that are not written down in the file, those that show days and times, in any language of Excel.
_DAYS = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_TIMES = {18, 19, 20, 21, 32, 33, 34, 35, 45, 47}
_LONG_TIMES = {46}

_QUOTED = re.compile(r'"([^"]*)"')
_ESCAPED = re.compile(r"\\(.)")
_PADDING = re.compile(r"[_*].")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_CONDITION = re.compile(r"\[[<>=]")
_POWER = re.compile(r"e[+-]", re.IGNORECASE)
_SPLIT_DIGITS = re.compile(r"[0#?](?:-|\\[^ ])[0#?]")


class Look(NamedTuple):
    """What a number format makes of a number; `zeros` is the least number of digits, `code` the format as written."""

    kind: Literal["number", "day", "time", "elapsed", "zeros", "words"]
    zeros: int = 0
    code: str = ""


PLAIN = Look("number")


def look(number: int, code: str | None) -> Look:
    """The look of a format by its number and, where the file writes it down, its code."""
    if code is not None:
        return _of_code(code)
    if number in _TIMES:
        return Look("time")
    if number in _LONG_TIMES:
        return Look("elapsed")
    return Look("day") if number in _DAYS else PLAIN


def _of_code(code: str) -> Look:
    bare = _QUOTED.sub("", code)
    # A format has sections for positive, negative and zero; with conditions, any of them may be the one.
    section = bare if _CONDITION.search(bare) else bare.split(";")[0]
    signs = _PADDING.sub("", _ESCAPED.sub("", section))
    if _ELAPSED.search(signs):
        return Look("elapsed")
    letters = set(_POWER.sub("", _BRACKETS.sub("", signs)).lower().replace("general", "").replace("am/pm", "h"))
    if letters & set("dy") or ("m" in letters and not letters & set("hs")):
        return Look("day")
    if letters & set("hs"):
        return Look("time")
    first = code.split(";")[0]
    if re.fullmatch("0{2,}", first):
        return Look("zeros", zeros=len(first))
    literal = "".join(_QUOTED.findall(first)) + "".join(_ESCAPED.findall(_QUOTED.sub("", first)))
    if any(map(str.isalnum, literal)) or _SPLIT_DIGITS.search(_QUOTED.sub("", first)):
        return Look("words", code=code)
    return PLAIN


def looks(styles: Iterable[tuple[tuple[str, ...], Mapping[str, str]]]) -> dict[str, Look]:
    """The look of every cell style by its number as cells name it, from the elements of the part of styles."""
    codes: dict[str, str] = {}
    numbers: list[str] = []
    for path, attributes in styles:
        if path[-2:] == ("numFmts", "numFmt"):
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif path[-2:] == ("cellXfs", "xf"):
            numbers.append(attributes.get("numFmtId", "0"))
    return {
        str(place): look(int(number) if number.isdecimal() else 0, codes.get(number))
        for place, number in enumerate(numbers)
    }
