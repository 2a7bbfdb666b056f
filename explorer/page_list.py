"""The pages in the order of the bar, with file, title, icon and address."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from seewhy.auth.asker import may, require, sign_in_is_off

if TYPE_CHECKING:
    from streamlit.navigation.page import Page


class Entry(NamedTuple):
    """One page: its file as seen from `door/app.py`, title, icon, address (blank: the start page), the kind of question
    that one has to be allowed to ask for it (blank: none), and the variable without which it is not there."""

    file: str
    title: str
    icon: str
    address: str
    kind: str = ""
    needs: str = ""


PAGES = (
    Entry("../pages/ask.py", "Ask", ":material/search:", ""),
    Entry("../pages/why.py", "Why", ":material/help:", "why", "why"),
    Entry("../pages/who.py", "Who can see", ":material/group:", "who", "who"),
    Entry("../pages/what.py", "What can they see", ":material/folder_eye:", "what", "what"),
    Entry("../pages/compare.py", "Compare", ":material/compare_arrows:", "compare", "compare"),
    Entry("../pages/batch.py", "Batch", ":material/grid_on:", "batch", "who"),
    Entry("../pages/structure.py", "Structure", ":material/account_tree:", "structure", "structure"),
    Entry("../pages/paths.py", "Paths", ":material/route:", "paths", "paths"),
    Entry("../pages/findings.py", "Findings", ":material/flag:", "findings", "findings"),
    Entry("../pages/eligible.py", "Eligibility", ":material/fact_check:", "eligible", "eligible"),
    Entry("../pages/timeline.py", "Time", ":material/timeline:", "time", "timeline"),
    Entry("../pages/changes.py", "Changes", ":material/difference:", "changes", "diff"),
    Entry("../pages/whatif.py", "What if", ":material/science:", "whatif", "whatif"),
    Entry("../pages/row.py", "Row", ":material/table_rows:", "row", "row"),
    Entry("../pages/reports.py", "Reports", ":material/download:", "reports", "export"),
    Entry("../pages/verify.py", "Verify", ":material/verified:", "verify", "evidence"),
    Entry("../pages/rules.py", "Rules", ":material/rule:", "rules", "findings"),
    Entry("../pages/query.py", "Query", ":material/terminal:", "query", "query"),
    Entry("../pages/activity.py", "Activity", ":material/history_edu:", "activity", "log", needs="SEEWHY_LOG"),
)

DENIED = Entry("../pages/denied.py", "Not for your role", ":material/lock:", "denied")
"""In no bar: with sign-in, what somebody sees who may not ask."""


FIRST = ("", "why", "who", "what", "compare", "changes")
"""Addresses of the pages that stand in the bar itself; the others are in its menu."""
GROUPS: dict[str, tuple[str, ...]] = {
    "Access": ("", "why", "who", "what", "compare", "eligible", "paths", "batch"),
    "Days and changes": ("changes", "time", "whatif"),
    "Organisation": ("structure", "findings", "rules"),
    "Reports and evidence": ("reports", "verify", "query", "activity"),
}
"""The groups of pages in their order, with the addresses in each; a page that is in none comes last in the last."""
IN_NO_BAR = frozenset({"row"})
"""Addresses of pages that only links lead to: without their question they say nothing."""
MOST_MEGABYTES = 8
"""Of one file that is dropped on a page."""


def grouped(entries: tuple[Entry, ...]) -> dict[str, tuple[Entry, ...]]:
    """These pages by group, both in their order; groups without a page are left out."""
    known = [address for addresses in GROUPS.values() for address in addresses]
    others = tuple(e.address for e in entries if e.address not in known and e.address not in IN_NO_BAR)
    last = [*GROUPS][-1]
    found = {entry.address: entry for entry in entries}
    listed = {name: (*addresses, *(others if name == last else ())) for name, addresses in GROUPS.items()}
    return {
        name: pages
        for name, addresses in listed.items()
        if (pages := tuple(found[address] for address in addresses if address in found))
    }


def shown() -> tuple[Entry, ...]:
    """The pages that are there with the settings of this process."""
    return tuple(entry for entry in PAGES if not entry.needs or os.environ.get(entry.needs))


def pages() -> dict[str, Page]:
    """Title to Streamlit page; with sign-in one more."""
    entries = shown() if sign_in_is_off() else (*shown(), DENIED)
    return {
        entry.title: st.Page(
            entry.file, title=entry.title, icon=entry.icon, url_path=entry.address or None, default=not entry.address
        )
        for entry in entries
    }


def allowed() -> tuple[Entry, ...]:
    """The pages of the one who asks, in the order of the bar. Raises SessionEnded."""
    return tuple(entry for entry in shown() if may(entry.kind))


def check(title: str) -> None:
    """Raises Denied when the one who asks may not open the page of that title: being in no bar keeps nobody out."""
    require(next((entry.kind for entry in PAGES if entry.title == title), ""))


def file_of(title: str) -> str:
    """The file of a page, as `st.page_link` and `st.switch_page` take it."""
    return next(entry.file for entry in PAGES if entry.title == title)
