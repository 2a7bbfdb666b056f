"""Texts that look the same have one key, and what sets two of them apart can be said."""

from __future__ import annotations

import pytest

from graph.lookalike import alike, difference, skeleton

# near, wrong, what is told
ALIKE = [
    ("jose\u0301", "jos\u00e9", "e + U+0301, not U+00E9"),
    ("jos\u00e9", "jose\u0301", "U+00E9, not e + U+0301"),
    ("ana", "Ana", "in other letter case"),
    ("\u0430na", "ana", "U+0430 cyrillic small letter a, not a"),
    ("an\u00ada", "ana", "with U+00AD soft hyphen"),
    ("ana", "an\u200ba", "without U+200B zero width space"),
    ("ana", "a\u2066na", "without U+2066 left-to-right isolate"),
    ("an\ufe0fa", "ana", "with U+FE0F variation selector-16"),
    ("c-101", "c-1O1", "0, not O"),
    ("Ian", "lan", "I, not l"),
    ("mark", "rnark", "m, not rn"),
    ("\ufb01n", "fin", "U+FB01 latin small ligature fi, not fi"),
    ("ana b", "ana\u00a0b", "U+0020 space, not U+00A0 no-break space"),
    ("o'neil", "o\u2019neil", "', not U+2019 right single quotation mark"),
    ("\u0391\u039d\u0391", "ANA", "U+0391 greek capital letter alpha U+039D greek capital letter nu"),
]


@pytest.mark.parametrize(("near", "wrong", "told"), ALIKE)
def test_what_looks_alike_has_one_key_and_the_difference_is_told(near: str, wrong: str, told: str) -> None:
    assert alike(near, wrong)
    assert difference(near, wrong).startswith(told)


def test_one_key_for_all_of_several_spellings() -> None:
    names = ["ana", "Ana", "an\u200ba", "\u0430na", "\uff41na", "an\u00ada", "\u202eana"]
    assert {skeleton(name) for name in names} == {"ana"}


def test_what_can_be_told_apart_by_sight_is_not_alike() -> None:
    for one, other in [("ana", "anna"), ("ali", "all"), ("m\u00fcller", "muller"), ("a1", "a2"), ("ana", "ana")]:
        assert not alike(one, other)
        assert not difference(one, other)


def test_many_differences_are_counted() -> None:
    assert difference("a-a-a-a-a", "\u0430-\u0430-\u0430-\u0430-\u0430").endswith("; 2 more")
