"""One search for every page: Ctrl K, Cmd K or `/` opens it, two names or ids are a question, nothing typed shows the
questions that were asked before in this window.

It is a fragment: what somebody types draws the list anew and not the page.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import streamlit as st

from seewhy.explorer import urls
from seewhy.explorer.callbacks import ignored
from seewhy.explorer.data import asked_before, connection
from seewhy.explorer.data.offers import Offer, offers
from seewhy.explorer.palette import kind
from seewhy.explorer.widgets.search_box import note_of
from seewhy.graph.errors import SeeWhyError

_HTML = """<button class="open" type="button" aria-label="Search" aria-haspopup="dialog"
 aria-keyshortcuts="Control+K Meta+K /">
<span class="icon" aria-hidden="true">search</span><span class="word">Search</span>
<kbd aria-hidden="true">Ctrl K</kbd></button>
<dialog aria-label="Search"><div class="field"><span class="icon" aria-hidden="true">search</span>
<input type="text" role="combobox" aria-label="Search people, cases and everything else" aria-autocomplete="list"
 aria-expanded="false" aria-controls="hits" autocomplete="off" spellcheck="false"
 placeholder="a name or an id, or two of them: who and which case">
<button class="close" type="button" aria-label="Close"><span class="icon" aria-hidden="true">close</span></button></div>
<p class="head" hidden></p><ul id="hits" role="listbox" aria-label="Found"></ul><p class="note" role="status"></p>
<p class="keys">↑ ↓ to choose, Enter to open, Esc to close</p></dialog>"""
_everywhere = st.components.v2.component(
    "seewhy.everywhere",
    html=_HTML,
    css=(files("seewhy.explorer.widgets") / "everywhere.css").read_text("utf-8"),
    js=(files("seewhy.explorer.widgets") / "everywhere.js").read_text("utf-8"),
)
_ICONS = {"question": "help", "page": "web_asset", "before": "history"}
_KEY = "everywhere"


@st.fragment
def draw() -> None:
    """The button of the bar, and behind it the search."""
    text = str((st.session_state.get(_KEY) or {}).get("text") or "")
    listed: list[Offer] = []
    said = ""
    try:
        if text.strip():
            listed, found = offers(connection.newest_revision(), text, urls.current())
            said = note_of(found) if found.total or not listed else ""
    except SeeWhyError as error:
        said = error.message
    before = [_shown(Offer(one.address, "before", one.title, "")) for one in asked_before.newest()]
    data = {"text": text, "hits": [_shown(one) for one in listed], "note": said, "before": before}
    _everywhere(key=_KEY, data=data, on_text_change=ignored)


def _shown(offer: Offer) -> dict[str, Any]:
    icon = _ICONS.get(offer.kind) or kind(offer.kind).icon
    told = offer.note if offer.kind in ("question", "page", "before") else f"{kind(offer.kind).word} {offer.note}"
    return {"href": offer.address, "icon": icon, "title": offer.title, "note": told}
