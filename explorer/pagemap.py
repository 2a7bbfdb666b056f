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
    Entry("content/who.py", "Who can see", ":material/group:", "who"),
    Entry("content/what.py", "What can they see", ":material/folder_eye:", "what"),
    Entry("content/compare.py", "Compare", ":material/compare_arrows:", "compare"),
    Entry("content/structure.py", "Structure", ":material/account_tree:", "structure"),
    Entry("content/findings.py", "Findings", ":material/flag:", "findings"),
    Entry("content/eligible.py", "Eligibility", ":material/fact_check:", "eligible"),
    Entry("content/timeline.py", "Time", ":material/timeline:", "time"),
    Entry("content/whatif.py", "What if", ":material/science:", "whatif"),
    Entry("content/reports.py", "Reports", ":material/download:", "reports"),
    Entry("content/rules.py", "Rules", ":material/rule:", "rules"),
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
