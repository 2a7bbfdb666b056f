"""The bar of every page: the first pages, all others in groups, the search, and who is signed in.

Going to another page keeps the question. The menu is a `details`: it opens without a script; that Escape and a click
beside it close it, and that the skip link of Streamlit leads past the bar, is said in `navigation`.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.auth.asker import asker
from seewhy.explorer import navigation, urls
from seewhy.explorer.components.blocks import icon, show
from seewhy.explorer.page_list import FIRST, Entry, allowed, grouped

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def draw(address: str) -> DeltaGenerator:
    """Draw the bar of the page with this address (blank: the start page); returns where its search belongs, which is
    drawn when the question of the page is among those that were asked. Raises SessionEnded."""
    navigation.follow()
    with st.container(key="bar", horizontal=True, gap="small", vertical_alignment="center"):
        show(_pages(address, allowed()), key="pages")
        search = st.container(key="search", width="content")
    if (who := asker()) is not None:
        roles = ", ".join(sorted(who.permissions.roles)) or "no role"
        scope = f" · {who.permissions.scope_text}" if who.permissions.scope_text else ""
        show(
            f'<div class="asker">{icon("account_circle")}<span>Signed in as <b>{escape(who.actor.shown)}</b> · '
            f'{escape(roles + scope)}</span> <a href="{escape(who.sign_out)}" target="_self">Sign out</a></div>',
            key="asker",
        )
    return search


def _pages(address: str, entries: tuple[Entry, ...]) -> str:
    here = next((entry.title for entry in entries if entry.address == address), "")
    first = "".join(_item(entry, address) for entry in entries if entry.address in FIRST)
    rest = tuple(entry for entry in entries if entry.address not in FIRST)
    groups = "".join(_group(name, pages, address) for name, pages in grouped(rest).items())
    inside = address not in FIRST and bool(here)
    more = f'<span class="here">{escape(here)}</span>' if inside else "More"
    brand = navigation.link('<span class="mark" aria-hidden="true"></span>SeeWhy', "", **urls.current())
    return (
        f'<div class="top"><div class="brand">{brand}</div>'
        f'<nav aria-label="Pages"><ul class="first">{first}</ul>'
        f'<details class="menu"><summary><span class="wide">{more}</span>'
        f'<span class="narrow">{icon("menu")}{escape(here or "Pages")}</span>{icon("expand_more")}</summary>'
        f'<div class="sheet">{groups}</div></details></nav></div>'
    )


def _group(name: str, pages: tuple[Entry, ...], address: str) -> str:
    items = "".join(_item(entry, address) for entry in pages)
    return f'<div class="group"><p>{escape(name)}</p><ul aria-label="{escape(name)}">{items}</ul></div>'


def _item(entry: Entry, address: str) -> str:
    sign = icon(entry.icon.strip(":").rpartition("/")[2])
    link = navigation.link(f"{sign}<span>{escape(entry.title)}</span>", entry.address, **urls.current())
    if entry.address == address:
        link = link.replace("<a ", '<a aria-current="page" ', 1)
    return f"<li>{link}</li>"
