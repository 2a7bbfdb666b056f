from __future__ import annotations

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from seewhy.graph.engines.escaping import MARK, escape, escape_frame, unescape

TEXTS = st.text(st.sampled_from(["[", "]", '"', "x", " ", "\n", MARK, "é"]), max_size=6) | st.text(max_size=6)


@given(
    st.recursive(
        TEXTS | st.none() | st.integers() | st.booleans(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
@example('["x"]')
@example(f"[{MARK}x")
def test_out_is_the_inverse_of_in(value: object) -> None:
    assert unescape(escape(value)) == value


@given(st.lists(TEXTS, min_size=1))
def test_a_column_is_escaped_like_a_parameter(texts: list[str]) -> None:
    frame, found = escape_frame(pl.DataFrame({"text": texts, "list": [texts] * len(texts), "n": range(len(texts))}))
    assert frame["text"].to_list() == escape(texts)
    assert frame["list"].to_list() == [escape(texts)] * len(texts)
    assert found == (escape(texts) != texts)


@given(st.lists(TEXTS))
def test_order_and_difference_stay(texts: list[str]) -> None:
    assert len({escape(text) for text in texts}) == len(set(texts))
    first = [text for text in texts if text and text[0] != " "]
    assert sorted(first, key=lambda t: t[:1]) == [unescape(t) for t in sorted(map(escape, first), key=lambda t: t[:1])]
