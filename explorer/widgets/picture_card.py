"""A picture as a card of the page: drawn and for print, with a panel about the box or line that is selected."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from seewhy.explorer.components import blocks
from seewhy.explorer.components.marks import words
from seewhy.explorer.data import search_index
from seewhy.explorer.palette import kind
from seewhy.explorer.picture import component, svg
from seewhy.explorer.widgets.picture_files import picture_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.picture.model import Drawing
    from seewhy.graph.answers.reasons import End


class Caption(NamedTuple):
    """The texts of a picture: heading, note beside it, title and text in words for who does not see it."""

    heading: str
    note: str
    title: str
    alt: str


def about_end(revision: Revision, end: End) -> str:
    """A word more for a box: the kind of unit or the job title, and what the thing is marked with."""
    thing = search_index.named(revision, end.kind, end.id) if end.kind in ("unit", "person") else None
    about = thing.about_words if thing else ""
    marked = words(end.kind, end.id)
    return " · ".join(part for part in (about or (kind(end.kind).word if marked else ""), marked) if part)


def picture_card(
    drawing: Drawing,
    caption: Caption,
    panel: Callable[[str | None], str],
    *,
    key: str,
    most: int,
    instead: str,
    remark: str = "",
    verdict: str = "yes",
    beside: bool = True,
    tall: int = 620,
    open_: Callable[[str], None] | None = None,
    name: str = "",
) -> None:
    """Draw it. With more than `most` boxes it is not drawn, and the page says `instead` where the same can be read.

    `key` is what the picture shows; `panel` gives the HTML about what is selected, and is `beside` the picture or below
    it; `verdict`, `tall` and `open_` are those of `component.show`. `name` is that of the files it is taken away in.
    """
    with st.container(border=True, key="pathcard", gap="small"):
        blocks.show(blocks.heading(caption.heading, caption.note))
        if drawing.size > most:
            blocks.show(f"<p>{drawing.size} boxes are too many to draw; {instead}</p>")
            return
        if remark:
            blocks.show(f'<p class="src">{remark}</p>')
        left, right = (
            st.container(key="pathrow").columns([17, 6], gap="medium", vertical_alignment="center")
            if beside
            else (st.container(), st.container())
        )
        with left:
            with st.container(key="canvas"):
                picture = f"picture-{hashlib.sha256(key.encode()).hexdigest()[:10]}"
                chosen = component.show(drawing, picture, caption.alt, verdict=verdict, tall=tall, open_=open_)
            text = svg.svg(drawing, caption.title, caption.alt, verdict=verdict)
            blocks.show(svg.image(text, f"{caption.title}. {caption.alt}"), key="paper")
            picture_files(text, name or caption.title, key=f"{picture}-files")
        with right:
            blocks.show(panel(chosen.selected), key="selected")
