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
    '<label><span></span><input type="file"></label>'
    '<span class="src" role="status"></span></div></div>'
)
_reader = st.components.v2.component(
    "seewhy.filetext",
    html=_HTML,
    js=(files("seewhy.explorer.widgets") / "file_text.js").read_text("utf-8"),
    isolate_styles=False,
)


LISTS, YAML = ".csv,.txt,text/csv,text/plain", ".yaml,.yml,.txt"
"""Which files a browser offers to choose; another one that is dropped is read as well."""


def file_text(key: str, label: str, read: Callable[[str], None], accept: str = LISTS, most: int = MOST_BYTES) -> None:
    """Draw the button; `read` gets the text of the file that was chosen or dropped, before the rerun that follows.

    A file of more than `most` bytes is refused in the browser.
    """

    def chosen() -> None:
        told = (st.session_state.get(key) or {}).get("text") or {}
        if told.get("text"):
            read(str(told["text"]))

    _reader(key=key, data={"label": label, "most": most, "accept": accept}, on_text_change=chosen)
