"""The picture as a component of the page: a click, a double click or an arrow key comes back as a selection.

Two components: one brings vis-network (the file that pyvis ships, nothing is fetched) and never changes; the small one
draws, so that another answer costs a few kilobytes. Component code is trusted page code: names reach it as data only.
"""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import streamlit as st

from seewhy.explorer.callbacks import ignored
from seewhy.explorer.palette import COLOURS
from seewhy.explorer.picture.layout import WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.explorer.picture.model import Drawing

_VIS = files("pyvis") / "templates/lib/vis-9.1.2/vis-network.min.js"
_HERE = files("seewhy.explorer.picture")

STRENGTHS: dict[str, dict[str, Any]] = {
    "decides": {"width": 3.2, "colour": "yes", "dashed": False},
    "grants": {"width": 1.6, "colour": "muted", "dashed": False},
    "implied": {"width": 1.6, "colour": "muted", "dashed": False},
    "unused": {"width": 1.6, "colour": "faint", "dashed": True},
    "beside": {"width": 1.2, "colour": "muted", "dashed": False},
    "tried": {"width": 1.3, "colour": "faint", "dashed": True},
}
"""How a line of each strength looks, here and in the printed picture."""

_CARD = ("id", "x", "y", "down", "wide", "name", "sub", "colour", "icon", "dim")
_LINE = ("id", "strength", "label", "points", "at", "room", "low", "low_at", "low_room")
_HTML = (
    '<div class="picture" tabindex="0" role="application" aria-roledescription="diagram of the access paths"></div>'
    '<div class="tools"><span hidden>goes on, drag it</span>'
    '<button data-zoom="1.25" aria-label="Zoom in" title="Zoom in: +, or Ctrl and the wheel">+</button>'
    '<button data-zoom="0.8" aria-label="Zoom out" title="Zoom out: -, or Ctrl and the wheel">&minus;</button>'
    '<button data-zoom="fit" aria-label="Fit the picture" title="Fit: 0">fit</button></div>'
    '<div class="spoken" aria-live="polite"></div>'
)
_CSS = """
.picture{border-radius:8px;outline-offset:2px}
.picture:focus-visible{outline:3px solid var(--st-primary-color)}
.tools{position:absolute;right:0;bottom:-38px;z-index:2;display:flex;gap:4px;opacity:.7}
:host(:hover) .tools,.tools:hover,.tools:focus-within{opacity:1}
.tools span{align-self:center;padding-right:4px;color:var(--st-text-color);font:13px var(--st-font,sans-serif)}
.tools span[hidden]{display:none}
.tools button{min-width:26px;height:26px;padding:0 6px;border:1px solid var(--st-border-color);border-radius:6px;
background:var(--st-background-color);color:var(--st-text-color);font:13px var(--st-font,sans-serif);cursor:pointer}
.tools button:focus-visible{outline:2px solid var(--st-primary-color)}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
"""

_loader = st.components.v2.component("seewhy.vis", js=_VIS.read_text("utf-8") + "\nexport default function(){}\n")
_picture = st.components.v2.component(
    "seewhy.picture", html=_HTML, css=_CSS, js=(_HERE / "component.js").read_text("utf-8")
)


class Chosen(NamedTuple):
    """What was selected in the picture (card or line id, or None), and what was opened by double click or Enter."""

    selected: str | None
    opened: str | None


def show(
    drawing: Drawing, key: str, alt: str, *, verdict: str, tall: int = 620, open_: Callable[[str], None] | None = None
) -> Chosen:
    """Draw, and return what is selected; `verdict` (yes, no, blocked) colours the deciding path.

    The picture is at most `tall` pixels high; `open_` is called before the rerun that follows an opening.
    """
    nodes = drawing.network.nodes
    data: dict[str, Any] = {
        "cards": [{k: n[k] for k in _CARD} for n in nodes],
        "lines": [{k: e[k] for k in _LINE} for e in drawing.lines()],
        "width": WIDTH,
        "paths": drawing.paths,
        "order": [{"id": n["id"], "say": f"{n['word']} {n['name']}, {n['sub']}"} for n in nodes],
        "options": drawing.network.options,
        "strengths": {**STRENGTHS, "decides": {**STRENGTHS["decides"], "colour": verdict}},
        "colours": COLOURS,
        "alt": alt,
        "tall": tall,
    }
    data["signature"] = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    before = st.session_state.get(key)
    data["selected"] = before.get("selected") if before else None
    with st.container(key="loader"):
        _loader(key="vis", height=1)

    def opened() -> None:
        id = (st.session_state.get(key) or {}).get("open")
        if id and open_:
            open_(str(id))

    result = _picture(key=key, data=data, on_selected_change=ignored, on_open_change=opened)
    return Chosen(result.get("selected"), result.get("open"))
