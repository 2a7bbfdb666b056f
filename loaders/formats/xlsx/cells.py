"""What one cell says: its text as a CSV file would hold it, blank, or a trouble. What stands in a cell is never blank.

Blank are: no value at all in a cell without a type and a formula (only its looks were set), and an empty text that was
saved as such. A formula without a saved value is not: what it would say is not known here.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from seewhy.loaders.formats.xlsx.number_formats import PLAIN, Look

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:$|T)")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
# Behind an escaped underscore: why it was escaped.
_REST = re.compile("x[0-9A-Fa-f]{4}_")
# Beyond it a number of a workbook has no units left: its last digits are not those that somebody wrote.
_EXACT = 2.0**53
_DAY = 86_400_000  # milliseconds
_LAST_DAY = date.max
_KINDS = {"b": "a truth value", "d": "a date", "s": "shared text"}
AS_TEXT = "format the cell as text and write what it is meant to say"


class Trouble(NamedTuple):
    """Why a cell cannot be read: one of the two codes of cells, a message, and a hint."""

    code: str
    message: str
    hint: str = ""


NO_VALUE = Trouble("formula_without_value", "the formula has no saved value", "open and save the workbook in Excel")


def _bad(message: str, hint: str = "") -> Trouble:
    return Trouble("error_cell", message, hint)


def error(shown: str) -> Trouble:
    """A cell with an error value, whatever its name."""
    name = shown.strip()
    return _bad(f"the cell holds the error `{name}`" if name else "the cell holds an error")


class Cell(NamedTuple):
    """A cell as the file has it: type, style, and its parts, None where there is none; `odd` is what else is in it."""

    kind: str
    style: str
    value: str | None
    formula: bool
    inline: str | None
    odd: str = ""


def text_of(cell: Cell, shared: list[str | Trouble], looks: Mapping[str, Look], since_1904: bool) -> str | Trouble:
    """The text of a cell, "" for a blank one, or what is wrong with it."""
    kind, value = cell.kind, cell.value
    if kind == "e":
        return error(value or cell.inline or "")
    if cell.odd:
        return _bad(f"the cell holds something that is no value: `{cell.odd}`")
    if kind == "inlineStr":
        if value and value.strip() and value != cell.inline:
            return _bad(f"the cell holds `{value}` where its text should stand")
        if cell.inline is None:
            return NO_VALUE if cell.formula else ""
        return unescaped(cell.inline)
    if cell.inline and cell.inline.strip():
        return _bad(f"the cell holds the text `{cell.inline}` and is of another type")
    if kind == "str":
        if value is None:
            return NO_VALUE if cell.formula else ""
        return unescaped(value)
    text = (value or "").strip()
    if not text:
        if cell.formula:
            return NO_VALUE
        # Writers name the type of a number for cells of which only the looks are set.
        return "" if kind == "n" else _bad(f"the cell should hold {_KINDS.get(kind, f'`{kind}`')} and holds nothing")
    if kind == "n":
        return number(text, looks.get(cell.style, PLAIN), since_1904)
    if kind == "s":
        return _shared(text, shared)
    if kind == "b":
        word = {"1": "true", "true": "true", "0": "false", "false": "false"}.get(text.lower())
        return word or _bad(f"the cell should hold a truth value and holds `{text}`")
    if kind == "d":
        return _moment(text)
    return _bad(f"the cell is of the unknown type `{kind}` and holds `{text}`")


def _shared(text: str, shared: list[str | Trouble]) -> str | Trouble:
    place = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else -1
    if 0 <= place < len(shared):
        return shared[place]
    return _bad(f"the cell names the shared text `{text}`, and the workbook has {len(shared):,} of them")


def unescaped(text: str) -> str | Trouble:
    """Text with `_x000D_` and the like as the characters that they stand for, as Excel shows it.

    A spreadsheet escapes only what XML cannot hold, and the underscore of what looks like an escape. Where something
    else stands escaped, readers differ: that is a trouble.
    """
    if "_x" not in text:
        return text
    wrong: list[str] = []

    def character(match: re.Match[str]) -> str:
        one = chr(int(match[1], 16))
        needed = (one < " " and one not in "\t\n") or "\ud800" <= one <= "\udfff" or one in "\ufffe\uffff"
        if not needed and not (one == "_" and _REST.match(text, match.end())):
            wrong.append(match[0])
        return one

    plain = _ESCAPE.sub(character, text)
    if wrong:
        code = wrong[0][2:6].upper()
        shown = chr(int(code, 16))
        message = (
            f"the text holds `{wrong[0]}`, which Excel shows as {f'`{shown}`' if shown.isprintable() else f'U+{code}'}"
        )
        return _bad(message, f"write the character itself, or `_x005F{wrong[0]}` for these seven characters")
    try:
        return plain.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return _bad("the text holds half a character (a lone surrogate)", "write the text again")


def blank(text: str) -> bool:
    """Whether a text is nothing but blanks. The separators of old files (U+001C to U+001F) are none here."""
    return not text.strip() and not any(one in text for one in "\x1c\x1d\x1e\x1f")


def number(text: str, look: Look, since_1904: bool) -> str | Trouble:
    """A number as text: whole ones without `.0`, days as dates, and the leading zeros that are shown."""
    if not _NUMBER.fullmatch(text):
        if text.startswith("#"):
            return error(text)
        return _bad(f"the cell should hold a number and holds `{text}`")
    value = float(text)
    if not math.isfinite(value):
        return _bad(f"the number `{text}` is larger than a workbook can hold")
    if look.kind in ("day", "time", "elapsed"):
        return _day(value, look, since_1904)
    if not value.is_integer():
        if look.kind == "words":
            return _bad(f"the cell holds the number `{value!r}` and shows it as `{look.code}`", AS_TEXT)
        return repr(value)
    if abs(value) >= _EXACT:
        return _bad(f"the number `{text}` has more digits than a workbook keeps", AS_TEXT)
    if look.kind == "words":
        return _bad(f"the cell holds the number `{int(value)}` and shows it as `{look.code}`", AS_TEXT)
    return f"{int(value):0{look.zeros}d}" if look.zeros and value >= 0 else str(int(value))


def _day(value: float, look: Look, since_1904: bool) -> str | Trouble:
    """The day, moment or time that a number stands for; spreadsheets count days, to the millisecond."""
    days, rest = divmod(round(value * _DAY), _DAY)
    time = f"{rest // 3_600_000:02d}:{rest // 60_000 % 60:02d}:{rest // 1000 % 60:02d}"
    if look.kind == "elapsed" and value >= 0:
        return f"{days * 24 + rest // 3_600_000:02d}{time[2:]}"
    if days == 0 and (rest or look.kind == "time"):
        return time
    if since_1904:
        first, days = date(1904, 1, 1), days
    elif days == 0 or days == 60:
        why = "0, which a formula gives for a blank cell" if days == 0 else "60, the 29 February 1900 that never was"
        return _bad(f"the cell is shown as a date and holds the number {why}")
    else:
        first = date(1899, 12, 30) if days > 60 else date(1899, 12, 31)
    if days < 0 or days > (_LAST_DAY - first).days:
        return _bad(f"the cell is shown as a date and holds `{value!r}`, which is no day")
    day = (first + timedelta(days=days)).isoformat()
    return f"{day} {time}" if rest else day


def _moment(text: str) -> str | Trouble:
    """A date that is written as one: `2026-11-25`, or with a time, which is left out at midnight."""
    try:
        if not _DATE.match(text):
            raise ValueError
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _bad(f"the cell should hold a date and holds `{text}`")
    if moment.tzinfo not in (None, UTC):
        return _bad(f"the cell holds a date of another time zone: `{text}`", AS_TEXT)
    midnight = moment.timetz().replace(tzinfo=None) == datetime.min.time()
    return moment.date().isoformat() if midnight else moment.replace(tzinfo=None).isoformat(" ")
