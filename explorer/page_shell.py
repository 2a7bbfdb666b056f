"""What stands on every page: the bar, what the answers rest on, the footer; and an error as a friendly page."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import navigation, palette, urls
from seewhy.explorer.components.blocks import day_text, icon, show
from seewhy.explorer.page_list import PAGES
from seewhy.graph.days import zone
from seewhy.graph.rules.catalogue import rule_version

if TYPE_CHECKING:
    from seewhy.explorer.data.connection import Revision
    from seewhy.graph.errors import SeeWhyError

OPEN_TO_ALL = "Shows everything to whoever can reach this page."


def style() -> None:
    """The style sheet with the colours of the palette."""
    st.html(f"<style>{palette.css()}{(files('seewhy.explorer') / 'style.css').read_text('utf-8')}</style>")


def bar() -> None:
    """The bar of pages. Going to another page keeps the question."""
    navigation.follow()
    with st.container(key="bar", horizontal=True, gap="small", vertical_alignment="center"):
        with st.container(key="brand", width="content"):
            show('<div class="brand"><span class="mark" aria-hidden="true"></span>SeeWhy</div>')
        kept = urls.current()
        for entry in PAGES:
            st.page_link(entry.file, label=entry.title, icon=entry.icon, query_params=kept or None)


def standing(now: Revision, date: str, scheme: str = "") -> None:
    """What every answer on this page rests on: day, load, engine, scheme."""
    today = urls.is_today(date)
    parts = [
        f"{icon('event')}As of <b>{escape(day_text(date))}</b>{f' (today in {escape(zone())})' if today else ''}",
        f"{icon('database')}Load <b>{escape(now.load)}</b>, true for {escape(day_text(now.as_of))}",
        f"{icon('memory')}{escape(now.engine)}",
        f"{icon('rule')}{escape(scheme)}" if scheme else "",
        f"{icon('lock_open')}{OPEN_TO_ALL}",
    ]
    show(f'<div class="standing">{"".join(f"<span>{part}</span>" for part in parts if part)}</div>', key="standing")


def not_today(date: str) -> None:
    """Say aloud that the day is not today, with the way back."""
    if not urls.is_today(date):
        with st.container(key="notoday", horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(width="content"):
                said = f"<b>Not today:</b> this page shows {escape(day_text(date))}."
                show(f'<div class="loud">{icon("history")}{said}</div>')
            if st.button("Back to today", icon=":material/today:", width="content"):
                urls.write(asof="")
                st.rerun()


def footer(now: Revision, *said: tuple[str, str]) -> None:
    """The completeness line: (what, value) of this answer, then engine, load and rules."""
    parts = [
        *said,
        ("Load", f"{now.load}, finished {now.loaded.replace('T', ' ').replace('+00:00', '').rstrip('Z')} UTC"),
        ("Engine", now.engine),
        ("Rules", rule_version()),
        ("Limits hit", "none"),
        ("Hidden from you", "nothing"),
    ]
    line = "".join(f"<span>{escape(what)} <b>{escape(value)}</b></span>" for what, value in parts)
    show(f'<div class="cert">{icon("verified")}{line}</div>', key="footer")


def trouble(error: SeeWhyError, *, retry: bool = False) -> None:
    """An error as a sentence, with what to try; never a trace."""
    hint = f'<p class="sub">{_marked(_sentence(error.hint))}</p>' if error.hint else ""
    show(
        f'<section class="v no" role="alert"><div class="big">{icon("cloud_off" if retry else "help")}</div>'
        f"<div><h1>{_marked(_sentence(error.message))}</h1>{hint}</div></section>"
    )
    if retry:
        show(
            '<p class="lead">Nothing is lost: the question stays in the address, '
            "and is asked again when the graph answers.</p>"
        )
        if st.button("Try again", icon=":material/refresh:", type="primary"):
            st.rerun()


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".?!" else ".")


def _marked(text: str) -> str:
    """Escaped, with what stands in backticks as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
