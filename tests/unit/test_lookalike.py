"""Texts that look the same have one key, and what sets two of them apart can be said."""

from __future__ import annotations

import pytest

from seewhy.graph.lookalike import alike, difference, lookalikes, looks, skeleton, skeletons
from seewhy.graph.nearest import nearest
from tests.unit.inputs.organisation import problems

# near, wrong, what is told
ALIKE = [
    ("jose\u0301", "jos\u00e9", "e + U+0301, not U+00E9"),
    ("jos\u00e9", "jose\u0301", "U+00E9, not e + U+0301"),
    ("ana", "Ana", "in letter case"),
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


def test_many_at_once_are_as_one_by_one() -> None:
    texts = ["Ana", "IAN", "ian", "lan", "m%1|", "an\u200ba", "\u0430na", "", "a\nb", "Ian"]
    assert skeletons(texts) == [skeleton(text) for text in texts]
    for wanted in [*texts, "rnark", "1an"]:
        slow = [t for t in texts if t != wanted and (skeleton(t) == skeleton(wanted) or looks(t) == looks(wanted))]
        assert lookalikes(wanted, texts) == slow


def test_what_can_be_told_apart_by_sight_is_not_alike() -> None:
    for one, other in [("ana", "anna"), ("ali", "all"), ("m\u00fcller", "muller"), ("a1", "a2"), ("ana", "ana")]:
        assert not alike(one, other)
        assert not difference(one, other)


def test_many_differences_are_counted() -> None:
    assert difference("a-a-a-a-a", "\u0430-\u0430-\u0430-\u0430-\u0430").endswith("; 2 more")


def test_did_you_mean_says_in_what_two_ids_differ() -> None:
    known = {"jose\u0301": "Jos\u00e9", "bo": "Bo", "an\u00ada": "Ana", "PETER": ""}
    assert nearest("jos\u00e9", known) == "did you mean `jose\u0301` (e + U+0301, not U+00E9)?"
    assert nearest("ana", known) == "did you mean `an\u00ada` (with U+00AD soft hyphen)?"
    assert nearest("\u0431\u043e", known, always=True).startswith("the nearest known one is")
    assert nearest("b\u043e", known) == "did you mean `bo` (o, not U+043E cyrillic small letter o)?"
    assert nearest("peter", known) == "did you mean `PETER`? only letter case differs"


def test_an_unknown_reference_says_in_what_it_differs() -> None:
    found = problems(memberships="+jos\u00e9,north,edit\n", people="+jose\u0301,Jos\u00e9,,,,,\n")
    assert [p.hint for p in found] == ["did you mean `jose\u0301` (e + U+0301, not U+00E9)?"]
