"""The question lives in the URL, as ids only: read, checked, written. Links, Back and reload restore it exactly."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

import streamlit as st

from seewhy.graph.days import day, today
from seewhy.graph.errors import ConfigurationError

QUESTION = ("person", "case", "asof")
"""Parameters that every page keeps when one goes to another page."""


def parameter(name: str) -> str:
    """One parameter of the URL, blank when it is not given."""
    return str(st.query_params.get(name, "") or "")


def current() -> dict[str, str]:
    """The question as it is in the URL, without blanks."""
    return {name: value for name in QUESTION if (value := parameter(name))}


def write(**parameters: str) -> None:
    """Set parameters (a blank one is taken away), in one step of the history; none when all stay the same."""
    changed = {name: value for name, value in parameters.items() if value != parameter(name)}
    if changed:
        kept: dict[str, str | list[str]] = {name: st.query_params.get_all(name) for name in st.query_params}
        st.query_params.from_dict({name: value for name, value in {**kept, **changed}.items() if value})


def as_of() -> str:
    """The day that is asked about: the URL's, else today. Something that is no date raises ConfigurationError."""
    return day(parameter("asof") or None)


def is_today(date: str) -> bool:
    """Whether a day is today, in the time zone of the settings."""
    return date == today()


def date_field(label: str = "As of") -> None:
    """The field for the day; the URL wins over what the field held before (a link, Back)."""
    try:
        date = dt.date.fromisoformat(as_of())
    except ConfigurationError:
        date = dt.date.fromisoformat(today())
    if st.session_state.get("day") != date:
        st.session_state["day"] = date

    def changed() -> None:
        chosen = st.session_state["day"]
        write(asof="" if is_today(chosen.isoformat()) else chosen.isoformat())

    st.date_input(
        label,
        key="day",
        format="YYYY-MM-DD",
        min_value=dt.date(1, 1, 1),
        max_value=dt.date(9999, 12, 31),
        on_change=changed,
    )


def address(page: str, date: str, **parameters: str | list[str]) -> str:
    """The full link to an answer, always with its day: what is today now is another day tomorrow."""
    base = str(st.context.url or "").split("?")[0]
    root = base.rsplit("/", 1)[0] if base.rstrip("/").count("/") > 2 else base.rstrip("/")
    return f"{root}/{page}?{urlencode({**parameters, 'asof': date}, doseq=True)}"
