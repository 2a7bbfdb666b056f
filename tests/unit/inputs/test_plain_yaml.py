"""YAML is the characters that stand there, or it is refused with a sentence and a line."""

from __future__ import annotations

import string
import tracemalloc
from contextlib import suppress

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from seewhy.graph.inputs.characters import trimmed
from seewhy.graph.inputs.given import tables_from_given
from seewhy.graph.inputs.plain_yaml import MOST_BYTES, MOST_DEPTH, NotPlain, read_plain

AS_WRITTEN = [
    "012345", "0o17", "0x1F", "0b101", "2026.10", "1.0", "1e3", ".5", "+1", "-0", "1_000", "12:30", "190:20:30",
    ".inf", "-.INF", ".nan", "yes", "Yes", "NO", "no", "on", "Off", "y", "n", "true", "TRUE", "False", "Null",
    "NULL", "nil", "none", "2026-11-25", "2026-02-30", "2026-11-25T00:00", "20261125", "=", "<<", "\uff21\uff22",
    "\uff11\uff12", "1,000", "50%", "#x",
]  # fmt: skip


def test_a_scalar_is_the_characters_that_stand_there() -> None:
    for word in AS_WRITTEN:
        if not word.startswith("#"):
            assert read_plain(f"a: {word}\nb: [{word if ',' not in word else 'x'}]") == {
                "a": word,
                "b": [word if "," not in word else "x"],
            }
        assert read_plain(f"a: '{word}'") == {"a": word}
    assert read_plain("12: 1\n1.0: 2\nno: 3\n2026-01-01: 4") == {"12": "1", "1.0": "2", "no": "3", "2026-01-01": "4"}
    assert read_plain("- |\n  012\n  NO\n- >\n  a\n  b\n") == ["012\nNO\n", "a b\n"]


def test_only_what_is_written_as_blank_is_blank() -> None:
    assert read_plain("a:\nb: null\nc: ~\nd: ''\ne: 'null'\nf: \"~\"\ng: NULL\nh: |\n  ~\n") == {
        "a": None, "b": None, "c": None, "d": "", "e": "null", "f": "~", "g": "NULL", "h": "~\n",
    }  # fmt: skip
    assert read_plain("") is read_plain("# nothing\n") is read_plain("---\n...\n") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\nb: 2\na: 3", "the key `a` stands twice (line 1), the second time in line 3"),
        ("rows:\n- {x: 1, y: 2, x: 1}", "the key `x` stands twice (line 2)"),
        ("1: a\n'1': b", "the key `1` stands twice (line 1), the second time in line 2"),
        ("a: &b 1", "the anchor `&b` is not read here (line 1)"),
        ("a: 1\nb: *a", "the alias `*a` is not read here (line 2)"),
        ("*a : 1", "the alias `*a` is not read here (line 1)"),
        ("a:\n  <<: {b: 1}", "the merge key `<<` is not read here (line 2)"),
        ("a: !!str 1", "the tag `!!str` is not read here (line 1)"),
        ("a: !!python/object/apply:os.system ['true']", "the tag `!!python/object/apply:os.system`"),
        ("a: !x {b: 1}", "the tag `!x`"),
        ("a: ! b", "the tag `!` "),
        ("a: 1\n---\nb: 2", "a second document begins (line 2)"),
        ("? [a]\n: 1", "a list or mapping stands where a key should (line 1)"),
        ("? {a: b}\n: 1", "a list or mapping stands where a key should (line 1)"),
        ("~: 1", "a key is blank (line 1)"),
        ("a: 1\nnull: 1", "a key is blank (line 2)"),
        ("a:\tb", "a tab stands where only blanks may (line 1)"),
        ("a:\n\t- b", "a tab stands where only blanks may (line 2)"),
        ("a: \x1b[31m", "(U+001B) stands in the text (line 1)"),
        ("a: 1\nb: '\x00'", "(U+0000) stands in the text (line 2)"),
        ('a: "\\0"', "(U+0000) stands in a value (line 1)"),
        ('a: "\\N"', "(U+0085) stands in a value (line 1)"),
        ("a: x\u2028b: y", "line separator (U+2028) stands in the text (line 1)"),
        ("a: 1\n\ufeffa: 2", "a byte-order mark (U+FEFF) stands in the text (line 2)"),
        ('a: "\\ud800"', "half a character stands in a value (line 1)"),
        ('a: "\\UFFFFFFFF"', "an escape in double quotes stands for no character (line 1)"),
        (f"%YAML 1.{'9' * 5000}\n---\na: 1", "(line 1)"),
        ("a: [1, 2", "`,` or `]` is missing before the end of the text"),
        ("a: 'b", "a quote opens and never closes (line 1)"),
        ("a: b: c", "`: ` stands where no key can; a value that holds it stands in quotes (line 1)"),
        ("a: @b", "no value may begin with `@`; put it in quotes (line 1)"),
        ("a: *", "a value that begins with `&` or `*` stands in quotes (line 1)"),
        ("- a\nb: c", "the line does not fit the lines above it"),
        (b"a: 1\nb: \xe9", "it is not UTF-8: the byte 0xE9 is none (line 2)"),
        ("a: é".encode("utf-16"), "it is not UTF-8"),
        ("[" * (MOST_DEPTH + 1), f"it is nested too deeply: at most {MOST_DEPTH} levels are read (line 1)"),
        ("- " * 5000, "it is nested too deeply"),
        ("".join(f"{' ' * n}a:\n" for n in range(2000)), "it is nested too deeply"),
        ("? " * 5000, "it is nested too deeply"),
    ],
)
def test_what_is_not_plain_is_refused(text: str | bytes, says: str) -> None:
    with pytest.raises(NotPlain) as caught:
        read_plain(text)
    assert says in caught.value.message
    assert "\n" not in caught.value.message


def test_what_is_too_long_is_refused_before_it_is_read() -> None:
    for text in ("#" * (MOST_BYTES + 1), "é" * (MOST_BYTES // 2 + 1), b"#" * (MOST_BYTES + 1)):
        with pytest.raises(NotPlain, match=r"it is too long: 8,000,00[12] bytes, and at most 8,000,000 are read"):
            read_plain(text)


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(NotPlain) as caught:
        read_plain("a: &x 1\na: 2\nb: !t 3\n<<: 4\nc: *x\n")
    assert caught.value.message == (
        "the anchor `&x` is not read here (line 1); the key `a` stands twice (line 1), the second time in line 2; "
        "the tag `!t` is not read here (line 3); the merge key `<<` is not read here (line 4); "
        "the alias `*x` is not read here (line 5)"
    )
    with pytest.raises(NotPlain, match=r"and 20 more$"):
        read_plain("a: 1\n" * 31)


def test_a_bomb_costs_nothing() -> None:
    """321 bytes whose meaning would be a billion words."""
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
    )
    tracemalloc.start()
    with pytest.raises(NotPlain):
        read_plain(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000


TEXTS = st.one_of(
    st.text(max_size=20),
    st.text(string.printable, max_size=20),
    st.text("0123456789.:_-+exXonNyYtTfFaAiI~= <>#&*!|'\"%@`{}[],?\ufeff\u2028\u200b\u0301é😀\t\n\r\x85", max_size=12),
    st.sampled_from(AS_WRITTEN),
)


@example(rows=[("", "\ufeff")], ascii_only=False)
@given(rows=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4), ascii_only=st.booleans())
def test_any_text_survives_or_is_refused(rows: list[tuple[str, str]], ascii_only: bool) -> None:
    """What a YAML writer writes of any texts is read as those texts; as rows of a file they are trimmed, no more."""
    told = [{"person_id": one, "name": two} for one, two in rows]
    for flow in (False, None, True):
        text = yaml.safe_dump({"people": told}, allow_unicode=not ascii_only, default_flow_style=flow, sort_keys=False)
        try:
            read = read_plain(text)
        except NotPlain:
            assert any(_refused(cell) for row in rows for cell in row)
            continue
        assert read == {"people": told}
        table = tables_from_given(read)["people"].frame
        assert table.rows() == [tuple(map(trimmed, row)) for row in rows]


def _refused(cell: str) -> bool:
    """Whether a text holds what no row may hold: control characters, other line ends, marks, halves."""
    return any(
        (one < " " and one not in "\t\n\r") or "\x7f" <= one <= "\x9f" or one in "\u2028\u2029\ufeff\ufffe\uffff"
        or "\ud800" <= one <= "\udfff"
        for one in cell
    )  # fmt: skip


SIGNS = st.text("a:-[]{}&*!?|>'\"%#<~,\n\t 01\\xu", max_size=40)


@given(st.one_of(st.text(max_size=60), SIGNS, st.binary(max_size=40)))
def test_any_text_at_all_is_read_or_refused_with_a_sentence(text: str | bytes) -> None:
    with suppress(NotPlain):
        read_plain(text)
