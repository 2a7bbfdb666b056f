"""The question lives in the URL, as ids only: read, checked, written. Links, Back and reload restore it exactly."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st

from seewhy.graph.days import day, today
from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

QUESTION = ("person", "case", "asof")
"""Parameters that every page keeps when one goes to another page."""


def parameter(name: str) -> str:
    """One parameter of the URL, blank when it is not given."""
    return str(st.query_params.get(name, "") or "")


def parameters(name: str) -> list[str]:
    """All values of one parameter of the URL, without blanks."""
    return [str(value) for value in st.query_params.get_all(name) if value]


def write_all(name: str, values: list[str]) -> None:
    """Set all values of one parameter; none takes it away."""
    kept: dict[str, str | list[str]] = {one: st.query_params.get_all(one) for one in st.query_params if one != name}
    st.query_params.from_dict({**kept, name: values} if values else kept)


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
    day_input(label, "day", date, lambda chosen: write(asof="" if is_today(chosen) else chosen))


def day_input(label: str, key: str, date: dt.date | None, choose: Callable[[str], None], **options: Any) -> None:
    """A field for a day, which `choose` gets when it changes, blank for none."""
    if st.session_state.get(key) != date:
        st.session_state[key] = date

    def changed() -> None:
        chosen = st.session_state[key]
        choose(chosen.isoformat() if chosen else "")

    st.date_input(
        label,
        key=key,
        format="YYYY-MM-DD",
        min_value=dt.date(1, 1, 1),
        max_value=dt.date(9999, 12, 31),
        on_change=changed,
        **options,
    )


def page_number(name: str, last: int) -> int:
    """The number of a page of rows in the URL, from 1 to the last; the first one for what is no number."""
    asked = parameter(name)
    return max(1, min(int(asked) if asked.isdecimal() and len(asked) < 7 else 1, last))


def address(page: str, date: str, **parameters: str | list[str]) -> str:
    """The full link to an answer, always with its day: what is today now is another day tomorrow."""
    return f"{root()}/{page}?{urlencode({**parameters, 'asof': date}, doseq=True)}"


def root() -> str:
    """The address of the explorer as the browser knows it, without a slash at its end."""
    base = str(st.context.url or "").split("?")[0]
    return base.rsplit("/", 1)[0] if base.rstrip("/").count("/") > 2 else base.rstrip("/")
