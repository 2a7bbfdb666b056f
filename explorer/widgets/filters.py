"""Filters of a list. Fixed words are in the URL, so that links, Back and reload restore them; typed text does not."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from seewhy.explorer import urls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def key(*parts: str) -> str:
    """A short name for a question and its filters: widgets of another question begin anew."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def pills(name: str, label: str, options: Mapping[str, str]) -> str:
    """One of the options (word in the URL to label); the first one means no filter and is not in the URL."""
    return _one_of(st.pills, f"pills-{name}", name, label, options, required=True)


def choice(name: str, label: str, options: Mapping[str, str]) -> str:
    """The same as a list to choose from: its options are text, not markup, so they may hold ids."""
    return _one_of(st.selectbox, f"choice-{name}", name, label, options)


def toggle(name: str, label: str) -> bool:
    """A switch, `true` in the URL when it is on."""
    widget = f"toggle-{name}"
    _follow(widget, urls.parameter(name) == "true")

    def changed() -> None:
        urls.write(**{name: "true" if st.session_state[widget] else ""})

    return st.toggle(label, key=widget, on_change=changed)


def _one_of(draw: Any, widget: str, name: str, label: str, options: Mapping[str, str], **more: Any) -> str:
    words = list(options)
    wanted = chosen if (chosen := urls.parameter(name)) in options else words[0]
    # The browser keeps the words of what is chosen: where only they changed, such as their number, it gets a new field.
    before, fields = st.session_state.get(f"{widget}-shown", ((wanted, options[wanted]), 0))
    fields += before[0] == wanted and before[1] != options[wanted]
    st.session_state[f"{widget}-shown"] = (wanted, options[wanted]), fields
    field = f"{widget}-{fields}" if fields else widget
    _follow(field, wanted)

    def changed() -> None:
        chosen = st.session_state[field]
        urls.write(**{name: str(chosen) if chosen in words[1:] else "", "part": ""})

    draw(label, words, format_func=options.__getitem__, key=field, on_change=changed, **more)
    return wanted


def several(name: str, label: str, options: Mapping[str, str]) -> list[str]:
    """Any number of the options; in the URL with commas between them."""
    widget = f"several-{name}"
    wanted = urls.parameter(name).split(",")
    _follow(widget, [word for word in options if word in wanted])

    def changed() -> None:
        chosen = st.session_state[widget] or []
        urls.write(**{name: ",".join(word for word in options if word in chosen), "part": ""})

    st.pills(
        label,
        list(options),
        format_func=lambda word: options[word],
        selection_mode="multi",
        key=widget,
        on_change=changed,
    )
    return [str(word) for word in st.session_state[widget] or []]


def left_out(name: str, label: str, options: Mapping[str, str], nothing: str) -> None:
    """A field for any number of many options, in the URL with commas between them; `nothing` is said while none is."""
    widget = f"out-{name}"
    wanted = urls.parameter(name).split(",")
    _follow(widget, [word for word in options if word in wanted])

    def changed() -> None:
        urls.write(**{name: ",".join(st.session_state[widget])})

    st.multiselect(
        label, list(options), format_func=options.__getitem__, key=widget, on_change=changed, placeholder=nothing
    )


def _follow(widget: str, chosen: str | bool | list[str]) -> None:
    """The URL wins over what the widget held before."""
    if st.session_state.get(widget) != chosen:
        st.session_state[widget] = chosen


def text(label: str, question: str, placeholder: str) -> str:
    """Words to look for. They may be a name, so they stay out of the URL and are gone with another question."""

    def changed() -> None:
        urls.write(part="")

    return st.text_input(label, key=f"text-{question}", placeholder=placeholder, on_change=changed) or ""


def holding(rows: pl.DataFrame, words: str, columns: Sequence[str]) -> pl.DataFrame:
    """The rows in which every word is in one of the columns; accents and case do not count."""
    for word in words.split():
        wanted = pl.lit(word)
        rows = rows.filter(
            pl.any_horizontal(folded(pl.col(c)).str.contains(folded(wanted), literal=True) for c in columns)
        )
    return rows


def folded(column: pl.Expr) -> pl.Expr:
    """A text as it is compared: without accents and case."""
    return column.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
