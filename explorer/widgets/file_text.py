"""A button that reads a text file in the browser: nothing is uploaded, its text comes as what somebody typed would."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BYTES = 1_000_000
"""Of a file that is read; the websocket takes five times as much."""
_HTML = (
    '<div class="sw"><div class="filetext">'
    '<label><span></span><input type="file" accept=".csv,.txt,text/csv,text/plain"></label>'
    '<span class="src" role="status"></span></div></div>'
)
_reader = st.components.v2.component(
    "seewhy.filetext",
    html=_HTML,
    js=(files("seewhy.explorer.widgets") / "file_text.js").read_text("utf-8"),
    isolate_styles=False,
)


def file_text(key: str, label: str, read: Callable[[str], None]) -> None:
    """Draw the button; `read` gets the text of the file that was chosen, before the rerun that follows."""

    def chosen() -> None:
        told = (st.session_state.get(key) or {}).get("text") or {}
        if told.get("text"):
            read(str(told["text"]))

    _reader(key=key, data={"label": label, "most": MOST_BYTES}, on_text_change=chosen)
