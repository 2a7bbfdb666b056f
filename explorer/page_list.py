"""The pages in the order of the bar, with file, title, icon and address."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import Page


class Entry(NamedTuple):
    """One page: its file as seen from `door/app.py`, title, icon, address (blank: the start page), and the variable
    without which it is not there."""

    file: str
    title: str
    icon: str
    address: str
    needs: str = ""


PAGES = (
    Entry("../pages/ask.py", "Ask", ":material/search:", ""),
    Entry("../pages/why.py", "Why", ":material/help:", "why"),
    Entry("../pages/who.py", "Who can see", ":material/group:", "who"),
    Entry("../pages/what.py", "What can they see", ":material/folder_eye:", "what"),
    Entry("../pages/compare.py", "Compare", ":material/compare_arrows:", "compare"),
    Entry("../pages/structure.py", "Structure", ":material/account_tree:", "structure"),
    Entry("../pages/findings.py", "Findings", ":material/flag:", "findings"),
    Entry("../pages/eligible.py", "Eligibility", ":material/fact_check:", "eligible"),
    Entry("../pages/timeline.py", "Time", ":material/timeline:", "time"),
    Entry("../pages/whatif.py", "What if", ":material/science:", "whatif"),
    Entry("../pages/reports.py", "Reports", ":material/download:", "reports"),
    Entry("../pages/rules.py", "Rules", ":material/rule:", "rules"),
    Entry("../pages/activity.py", "Activity", ":material/history_edu:", "activity", needs="SEEWHY_LOG"),
)


def shown() -> tuple[Entry, ...]:
    """The pages that are there with the settings of this process."""
    return tuple(entry for entry in PAGES if not entry.needs or os.environ.get(entry.needs))


def pages() -> dict[str, Page]:
    """Title to Streamlit page."""
    return {
        entry.title: st.Page(
            entry.file, title=entry.title, icon=entry.icon, url_path=entry.address or None, default=not entry.address
        )
        for entry in shown()
    }


def file_of(title: str) -> str:
    """The file of a page, as `st.page_link` and `st.switch_page` take it."""
    return next(entry.file for entry in PAGES if entry.title == title)
