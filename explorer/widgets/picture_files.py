"""A picture to take away: as SVG, and as PNG of twice the size, both made by the browser from what the page shows."""

from __future__ import annotations

from importlib.resources import files

import streamlit as st

_CSS = """
.files{display:flex;gap:8px;align-items:center;font:13px var(--st-font,sans-serif)}
.files button{height:30px;padding:0 10px;border:1px solid var(--st-border-color);border-radius:8px;cursor:pointer;
background:var(--st-background-color);color:var(--st-text-color);font:inherit}
.files button:hover{border-color:var(--st-primary-color);color:var(--st-primary-color)}
.files button:focus-visible{outline:3px solid var(--st-primary-color);outline-offset:2px}
"""
_HTML = (
    '<div class="files"><button data-kind="svg" aria-label="Download the picture as SVG">SVG</button>'
    '<button data-kind="png" aria-label="Download the picture as PNG">PNG</button><span role="status"></span></div>'
)

_component = st.components.v2.component(
    "seewhy.picture_files",
    html=_HTML,
    css=_CSS,
    js=(files("seewhy.explorer.widgets") / "picture_files.js").read_text("utf-8"),
)


def picture_files(svg: str, stem: str, *, key: str) -> None:
    """Two buttons that give the SVG document, and a PNG of it, as files named after `stem`; nothing is asked for it."""
    name = "".join(c if c.isalnum() or c in "-_" else "_" for c in stem)
    with st.container(key=f"picfiles-{key}"):
        _component(key=key, data={"svg": svg, "name": name})
