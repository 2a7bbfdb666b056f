"""A word on every page when a newer load has arrived, and the button that shows it."""

from __future__ import annotations

from html import escape

import streamlit as st

from seewhy.explorer.components.blocks import day_text, icon, show
from seewhy.explorer.data import connection, shown_load
from seewhy.graph.errors import SeeWhyError


def draw() -> None:
    """Say what took the place of the load before, and from now on what arrives. Raises EngineUnavailable."""
    shown = connection.look()
    if shown.before is not None:
        text = f"<b>{escape(shown.load.id)} has arrived</b> and is shown from here on; before it was "
        said = f'<div class="arrived" role="status">{icon("update")}{text}{escape(shown.before.id)}.</div>'
        show(said, key="switched")
    _look()


@st.fragment(run_every=shown_load.LOOK_SECONDS)
def _look() -> None:
    try:
        newer = connection.newer()
    except SeeWhyError:
        return  # the next question says what is wrong
    shown = shown_load.of_window()
    if newer is None or shown is None:
        return
    with st.container(key="arrived", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="content"):
            text = f"<b>{escape(newer.id)} has arrived</b>, true for {escape(day_text(newer.as_of))}. "
            here = f"This page shows {escape(shown.load.id)}."
            show(f'<div class="arrived" role="status">{icon("update")}{text}{here}</div>')
        if st.button("Show it", icon=":material/refresh:", key="take-load"):
            shown_load.take()
            st.rerun()
