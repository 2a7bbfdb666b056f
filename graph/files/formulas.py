"""Texts that a spreadsheet would run as a formula, and how they are made harmless.

Risky is a text that begins with a sign that opens a formula (= + - @, also as full-width, small, raised or lowered
signs, and the minus sign U+2212), or with a tab or a line break; blanks, invisible characters and apostrophes before
the sign do not count. One apostrophe before such a text makes it text for every spreadsheet. Since a text of
apostrophes and a sign gets one, too, two texts never become the same: taking one apostrophe away gives the text back.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

# Blanks, control and format characters, and what else shows as nothing: joiners, fillers, selectors, the blank braille.
_UNSEEN = (
    r"'\s\p{Z}\p{C}\x{034F}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{2800}\x{3164}\x{FE00}-\x{FE0F}\x{FFA0}"
)
_SIGNS = (
    r"=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}\x{FE66}\x{FE62}\x{FE63}\x{FE6B}\x{2212}"
    r"\x{207A}-\x{207C}\x{208A}-\x{208C}"
)
RISKY = rf"^(?:'*[\t\r\n]|[{_UNSEEN}]*[{_SIGNS}])"
"""RE2: what a risky text begins with."""


def risky(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """True for each text that a spreadsheet would run; blanks stay blank."""
    return pc.match_substring_regex(texts, RISKY)


def defused(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """The texts, the risky ones with an apostrophe before them; `string` or `large_string` in, the same out."""
    found = risky(texts)
    if not pc.any(found).as_py():
        return texts
    quote, nothing = (pa.scalar(text, texts.type) for text in ("'", ""))
    return pc.if_else(found, pc.binary_join_element_wise(quote, texts, nothing), texts)


def safe(value: Any) -> Any:
    """One text, made harmless; what is no text stays as it is."""
    risk = isinstance(value, str) and pc.match_substring_regex(pa.scalar(value), RISKY).as_py()
    return f"'{value}" if risk else value
