"""Boxes of a picture that were opened: a double click adds the neighbours of a thing, another one takes them away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from seewhy.auth.asker import may
from seewhy.explorer.data import answers
from seewhy.explorer.page_list import file_of
from seewhy.explorer.palette import KINDS
from seewhy.explorer.picture.model import thing_of
from seewhy.graph.errors import SeeWhyError

if TYPE_CHECKING:
    from seewhy.explorer.data.connection import Revision
    from seewhy.graph.answers.reasons import PathStep

_NO_THINGS = frozenset({"link", "fact", "limit", "tried", "everyone", "roster", "system"})
MORE = "more"
_MOST = 6
"""Boxes that are open at once: the first one is closed when there are more."""


def _name(picture: str) -> str:
    return f"opened {picture}"


def toggle(picture: str, box: str) -> None:
    """Open a box of a picture, or close it; a box that counts further neighbours leads to the page of paths."""
    kind, id = thing_of(box)
    if kind == MORE:
        st.switch_page(file_of("Paths"), query_params={"from": id})
    opened: list[str] = st.session_state.setdefault(_name(picture), [])
    wanted = f"{kind}:{id}"
    if wanted in opened:
        opened.remove(wanted)
    elif kind in KINDS and kind not in _NO_THINGS and may("paths"):
        st.session_state[_name(picture)] = [*opened, wanted][-_MOST:]


def beside(revision: Revision, picture: str, date: str) -> dict[str, tuple[PathStep, ...]]:
    """The facts around the boxes that are open, by box."""
    found = {}
    for box in st.session_state.get(_name(picture), []):
        try:
            found[box] = answers.neighbours(revision, box, date)
        except SeeWhyError:  # of another load, or not any more to be asked about
            continue
    return found
