"""Filters whose words change while they are on the page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from seewhy.explorer.widgets import filters

    found = st.session_state.get("found", 0)
    st.write(filters.choice("rule", "Rule", {"": f"all · {found}", "MEM-23": "MEM-23 · 2"}) or "all")


def test_a_choice_that_is_worded_anew_is_a_new_field() -> None:
    """The browser keeps the words of what is chosen by the field's key: "all · 0" would stay beside 700 findings."""
    page = AppTest.from_function(_page).run()
    first = page.selectbox[0]
    assert (first.options, page.markdown[0].value) == (["all · 0", "MEM-23 · 2"], "all")
    assert page.run().selectbox[0].id == first.id
    page.session_state["found"] = 700
    grown = page.run().selectbox[0]
    assert (grown.options[0], grown.id == first.id, page.markdown[0].value) == ("all · 700", False, "all")
    # What is chosen in the new field counts, and does not make another one: the keyboard stays where it is.
    chosen = grown.select("MEM-23").run()
    assert (chosen.selectbox[0].id, chosen.selectbox[0].value) == (grown.id, "MEM-23")
    assert chosen.markdown[0].value == "MEM-23"
