"""The pages in the order of the bar: one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import Page


class Entry(NamedTuple):
    """One page: its file below explorer/, title, icon, address (blank: the start page)."""

    file: str
    title: str
    icon: str
    address: str


PAGES = (
    Entry("content/ask.py", "Ask", ":material/search:", ""),
    Entry("content/why.py", "Why", ":material/help:", "why"),
)


def pages() -> dict[str, Page]:
    """Title to Streamlit page."""
    return {
        entry.title: st.Page(
            entry.file, title=entry.title, icon=entry.icon, url_path=entry.address or None, default=not entry.address
        )
        for entry in PAGES
    }


def file_of(title: str) -> str:
    """The file of a page, as `st.page_link` and `st.switch_page` take it."""
    return next(entry.file for entry in PAGES if entry.title == title)
