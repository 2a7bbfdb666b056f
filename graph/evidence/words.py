"""A digest as words, to be read over the telephone: the 24 English words of BIP-39; the last one checks the others.

Two people read the same words exactly when the digests are the same. No two words of the list begin with the same four
letters.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mnemonic import Mnemonic

IN_A_LINE = 6
"""Words of one line, as they are shown."""


@cache
def _list() -> Mnemonic:
    from mnemonic import Mnemonic

    return Mnemonic("english")


def digest_words(digest: str) -> tuple[str, ...]:
    """The 24 words of a SHA-256 in hexadecimal; ValueError for what is none."""
    return tuple(_list().to_mnemonic(bytes.fromhex(digest)).split())


def word_lines(digest: str) -> tuple[str, ...]:
    """The same in four lines of six words."""
    words = digest_words(digest)
    return tuple(" ".join(words[at : at + IN_A_LINE]) for at in range(0, len(words), IN_A_LINE))
