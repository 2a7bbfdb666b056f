"""Texts that look the same and are not: one key for all that do, and words for what sets two of them apart.

Which characters look alike is Unicode's list (UTS 39), as the package confusable-homoglyphs ships it.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from difflib import SequenceMatcher
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_MARK = "\u200e"
# Stand inside a text and show nothing, beside the format characters (Cf): joiners of graphemes, fillers, variations.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
# More differences than these are told as a number.
_TOLD = 3
LETTER_CASE = "in letter case"
"""What `difference` says of texts that differ in nothing else."""


def skeleton(text: str) -> str:
    """What all texts have in common that read the same: without invisible characters, compatibility forms and letter
    case undone, and each character replaced by the one that stands for all that look like it.

    Two different texts with one skeleton look alike (`josé` in two spellings, `Ana` and `ana`, a Cyrillic letter in a
    Latin word, `0` and `O`, `rn` and `m`). A capital `I` is compared as `i`; `looks` tells it from `l`. The key is for
    comparing, not for showing: it may be no word at all.
    """
    if text.isascii():
        return _replace(_visible(text).lower(), _like_small())
    folded = unicodedata.normalize("NFKC", _visible(text)).casefold()
    alike = unicodedata.normalize("NFD", folded).translate(_like()).casefold()
    return unicodedata.normalize("NFD", alike)


def looks(text: str) -> str:
    """The same key, letter case kept: `Ian` and `lan` have one, `IAN` and `ian` have not."""
    if text.isascii():
        return _replace(_visible(text), _like_ascii())
    known = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", _visible(text)))
    return unicodedata.normalize("NFD", known.translate(_like()))


def alike(one: str, other: str) -> bool:
    """Whether two different texts may be taken for one another by the eye."""
    return one != other and (skeleton(one) == skeleton(other) or looks(one) == looks(other))


def skeletons(texts: Sequence[str]) -> list[str]:
    """The key of each text, in order: a million plain ones in a second."""
    return _keys(texts, skeleton, lambda plain: _replace(plain.lower(), _like_small()))


def all_looks(texts: Sequence[str]) -> list[str]:
    """`looks` of each text, in order, as fast."""
    return _keys(texts, looks, lambda plain: _replace(plain, _like_ascii()))


def _keys(texts: Sequence[str], of_one: Callable[[str], str], of_plain: Callable[[str], str]) -> list[str]:
    # One long text is replaced in far faster than a million short ones.
    plain = iter(of_plain("\n".join(text for text in texts if text.isascii() and text.isprintable())).split("\n"))
    return [next(plain) if text.isascii() and text.isprintable() else of_one(text) for text in texts]


def lookalikes(wanted: str, known: Sequence[str]) -> list[str]:
    """Those of the known texts that look like the wanted one and are not it."""
    key, look = skeleton(wanted), looks(wanted)
    # Only a text with a capital I has another look than its key says.
    lines = "I" in wanted or "I" in look or "l" in look
    return [
        text
        for text, one in zip(known, skeletons(known), strict=True)
        if text != wanted and (one == key or (lines and "I" in text + wanted and looks(text) == look))
    ]


def difference(near: str, wrong: str) -> str:
    """In what `near` differs from `wrong`, when the two look alike, else "": `e + U+0301, not U+00E9`.

    Characters that show what they are stand as they are, the others by code point, invisible ones and those of another
    script with their name too. Of many differences the first few are told.
    """
    if not alike(near, wrong):
        return ""
    if near.lower() == wrong.lower():
        return LETTER_CASE
    here, there = _clusters(near), _clusters(wrong)
    told = []
    for step, a, b, c, d in SequenceMatcher(None, there, here, autojunk=False).get_opcodes():
        if step == "insert":
            told.append(f"with {_named(here[c:d])}")
        elif step == "delete":
            told.append(f"without {_named(there[a:b])}")
        elif step == "replace":
            told.append(_replaced(here[c:d], there[a:b]))
    more = [f"{len(told) - _TOLD} more"] if len(told) > _TOLD else []
    return "; ".join(told[:_TOLD] + more)


def invisible(char: str) -> bool:
    """Whether a character shows nothing and takes no room (a blank takes room)."""
    code = ord(char)
    return (
        unicodedata.category(char) in ("Cf", "Cc")
        or char in _FILLERS
        or 0xFE00 <= code <= 0xFE0F
        or 0x180B <= code <= 0x180F
        or 0xE0000 <= code <= 0xE0FFF
    )


def code_point(char: str) -> str:
    """`U+200B zero width space`; without the name where it has none."""
    name = unicodedata.name(char, "").lower()
    return f"U+{ord(char):04X} {name}".strip()


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text if not invisible(char))


def _clusters(text: str) -> list[str]:
    """Each character with the marks that belong to it; what is invisible stands alone."""
    found: list[str] = []
    for char in text:
        if found and unicodedata.combining(char) and not invisible(found[-1][-1]):
            found[-1] += char
        else:
            found.append(char)
    return found


def _replaced(here: list[str], there: list[str]) -> str:
    return f"{_named(here)}, not {_named(there)}"


def _named(clusters: list[str]) -> str:
    """The characters in words, plain ones joined; of a long stretch its beginning."""
    parts: list[str] = []
    for plain, group in groupby(clusters, key=_plain):
        stretch = list(group)
        parts += ["".join(stretch)] if plain else map(_cluster, stretch)
    return " ".join(parts[:_TOLD] + ["…"] * (len(parts) > _TOLD))


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and text != " "


def _cluster(text: str) -> str:
    if _plain(text):
        return text
    if len(text) > 1:
        return " + ".join(char if char.isascii() and char.isprintable() else f"U+{ord(char):04X}" for char in text)
    # A letter with an accent is known by its sight; what poses as another one, or shows nothing, is not.
    plain = unicodedata.normalize("NFD", text)
    return f"U+{ord(text):04X}" if len(plain) > 1 and plain[0].isascii() else code_point(text)


@cache
def _like() -> Mapping[int, str]:
    """For each character that looks like others, the one (or two) that stands for all of them."""
    from confusable_homoglyphs.confusables import confusables_data  # a megabyte: few questions need it

    near: dict[str, set[str]] = defaultdict(set)
    for one, others in confusables_data.items():
        for other in others:
            # The list shows characters of scripts that run from the right between direction marks.
            near[one.strip(_MARK)].add(other["c"].strip(_MARK))
    return {
        ord(char): stands
        for char, others in near.items()
        if len(char) == 1 and (stands := _prototype(char, others, near)) != char
    }


def _prototype(char: str, others: set[str], near: Mapping[str, set[str]]) -> str:
    """The middle of the star of characters that look alike; the list has both directions of each likeness."""
    return min({char, *others}, key=lambda one: (-len(near[one]), len(one), one))


@cache
def _like_ascii() -> tuple[tuple[str, str], ...]:
    return tuple((chr(code), _like()[code]) for code in range(128) if code in _like())


@cache
def _like_small() -> tuple[tuple[str, str], ...]:
    """The same for text in small letters."""
    return tuple((char, stands.lower()) for char, stands in _like_ascii() if char == char.lower())


def _replace(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for char, stands in pairs:
        text = text.replace(char, stands)
    return text
