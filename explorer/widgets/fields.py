"""The fields of a question: what is chosen is in the URL as an id."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from seewhy.explorer import urls
from seewhy.explorer.data.search_index import named
from seewhy.explorer.widgets.search_box import search_box, title

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.explorer.data.connection import Revision

T = TypeVar("T")


def question(*fields: Callable[[], T], day: float = 1.3) -> list[T]:
    """Draw the row of a question, its fields and then the day, and return what the fields give.

    `day` is the width of the last one, where a single field has 5 and one of several 3.
    """
    widths = [5.0 if len(fields) == 1 else 3.0] * len(fields)
    with st.container(key="ask"):
        *places, last = st.columns([*widths, day], vertical_alignment="bottom")
        chosen = []
        for place, field_ in zip(places, fields, strict=True):
            with place:
                chosen.append(field_())
        with last:
            urls.date_field()
    return chosen


def pair(revision: Revision, person_label: str, case_label: str) -> tuple[str, str, str]:
    """The question about a person and a case: their ids or blanks, and a sentence that says which to choose."""
    person, case = question(
        lambda: field(revision, "person", person_label), lambda: field(revision, "case", case_label)
    )
    missing = " and ".join(what for what, id in (("a person", person), ("a case", case)) if not id)
    return person, case, f"Choose {missing}: type a name or an id above."


def field(revision: Revision, name: str, label: str, *, kind: str = "", also: tuple[str, ...] = ()) -> str:
    """A field for one id of the question (URL parameter `name`, blank kind: the same word); returns the id or blank.

    `also` are parameters that get the same id, and give it when `name` is missing. Another choice begins with the first
    page and without a filter.
    """
    kind = kind or name
    names = (name, *also)
    id = next((given for parameter in names if (given := urls.parameter(parameter))), "")
    known = named(revision, kind, id) if id else None

    def choose(_: str, chosen: str) -> None:
        urls.write(**dict.fromkeys(names, chosen), **dict.fromkeys(FILTERS, ""))

    search_box(
        revision,
        f"pick-{name}",
        label,
        choose,
        kinds=(kind,),
        shown=title(known) if known else id,
        placeholder="type a name or an id",
    )
    return id


FILTERS = ("show", "by", "system", "list", "mark", "part", "sort", "row", "differ")
"""Parameters that filter a list, order it, or select a row."""
