"""The title of the tab: the page and what it is asked about, `Why: Rosa Quinn, c-101 – SeeWhy`."""

from __future__ import annotations

import streamlit as st

from seewhy.explorer import navigation, urls
from seewhy.explorer.data import asked_before, connection
from seewhy.explorer.data.search_index import named

ASKS: dict[str, dict[str, str]] = {
    "why": {"person": "person", "case": ""},
    "who": {"case": ""},
    "what": {"person": "person"},
    "compare": {"a": "person", "b": "person"},
    "structure": {"unit": "unit", "person": "person"},
    "eligible": {"person": "person", "case": ""},
    "time": {"person": "person", "case": ""},
    "changes": {"person": "person", "case": "", "unit": "unit"},
    "paths": {"from": "any", "to": "any"},
    "row": {"file": "", "row": ""},
    "rules": {"id": ""},
}
"""By address of a page the parameters that say what it is about, each with the kind of thing whose name is told; blank:
its id is; `any`: the kind is written before the id, as in `unit:north`."""


def draw(address: str, title: str) -> None:
    """Name the tab, and remember the question as one that was asked. Raises SeeWhyError where the graph is away."""
    asked = {name: given for name in ASKS.get(address, {}) if (given := urls.parameter(name))}
    if asked:
        about = ", ".join(_name(ASKS[address][name], id) for name, id in asked.items())
        title = f"{title}: {about}"
        day = {"asof": day} if (day := urls.parameter("asof")) else {}
        asked_before.remember(navigation.address(address, **asked, **day), title)
    st.set_page_config(page_title=f"{title} – SeeWhy")


def _name(kind: str, id: str) -> str:
    if kind == "any":
        kind, _, id = id.partition(":")
        kind = {"type": "case_type", "rule": "access_rule", "case": ""}.get(kind, kind)
    known = named(connection.newest_revision(), kind, id) if kind else None
    return known.name or id if known else id
