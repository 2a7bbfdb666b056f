"""What is on every page: the bar, what the answers rest on, the footer; and an error as a friendly page."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode, urlsplit

import streamlit as st

from seewhy.auth.asker import asker
from seewhy.explorer import entry_notice, navigation, palette, suggestions, urls
from seewhy.explorer.components import links
from seewhy.explorer.components.blocks import day_text, icon, section, sentence, show, time_text
from seewhy.explorer.components.source_rows import row_text
from seewhy.explorer.data import connection
from seewhy.explorer.page_list import IN_NO_BAR, allowed
from seewhy.graph.days import zone
from seewhy.graph.errors import EngineUnavailable, LoadRejected, SeeWhyError, UnknownEntity
from seewhy.graph.rules.catalogue import rule_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.explorer.data.connection import Revision

T = TypeVar("T")

OPEN_TO_ALL = "Shows everything to whoever can reach this page."


def style() -> None:
    """The style sheet with the colours of the palette."""
    st.html(f"<style>{palette.css()}{(files('seewhy.explorer') / 'style.css').read_text('utf-8')}</style>")


def signed_out(error: SeeWhyError) -> None:
    """A whole page for somebody whose session has ended: the same address leads over the sign-in back to it."""
    trouble(error)
    again("Sign in, and ask again")


def again(text: str) -> None:
    """A link to this address, which opens it anew."""
    here = "/" + urlsplit(str(st.context.url or "")).path.strip("/")
    asked = urlencode({name: st.query_params.get_all(name) for name in st.query_params}, doseq=True)
    show(f'<p><a href="{escape(f"{here}?{asked}")}" target="_self">{text}</a></p>')


def denied(error: SeeWhyError) -> None:
    """A whole page for somebody who may not ask: that it is so, who could help, and what they may ask."""
    trouble(error)
    if (who := asker()) is None:
        return
    roles = ", ".join(sorted(who.permissions.roles)) or "none"
    helps = escape(who.contact) or "Whoever looks after access to SeeWhy in your organisation"
    show(
        f'<p class="lead">{helps} can change that. Say that you signed in as <b>{escape(who.actor.shown)}</b> '
        f"(<code>{escape(who.actor.id)}</code>), with the role: <b>{escape(roles)}</b>.</p>"
    )
    for entry in allowed():
        if entry.address not in IN_NO_BAR:
            st.page_link(entry.file, label=entry.title, icon=entry.icon)


def answer(revision: Revision, date: str, question: Callable[[], T | None], missing: str) -> T | None:
    """What the question answers. None: the page was drawn to its end without an answer, with what is `missing` where
    the question gave None, with the error where it raised one; only an engine that is down is left to the caller."""
    try:
        if (found := question()) is not None:
            return found
    except EngineUnavailable:
        raise
    except SeeWhyError as error:
        refuse(revision, date, error)
        return None
    basis(revision, date)
    not_today(date)
    show(f'<p class="lead">{escape(missing, quote=False)}</p>')
    suggestions.draw(revision, date)
    footer(revision)
    return None


def refuse(revision: Revision, date: str, error: SeeWhyError) -> None:
    """A whole page with an error in the place of the answer."""
    basis(revision, date)
    not_today(date)
    entry_notice.draw(revision, date)
    trouble(error)
    footer(revision)


def basis(revision: Revision, date: str, scheme: str = "") -> None:
    """What every answer on this page rests on: day, load, engine, scheme."""
    today = f", <span title='today in {escape(zone())}'>today</span>" if urls.is_today(date) else ""
    parts = [
        f"{icon('event')}As of <b>{escape(day_text(date))}</b>{today}",
        f"{icon('database')}Load <b title='finished {escape(time_text(revision.loaded))}'>{escape(revision.load)}</b>, "
        f"true for {escape(day_text(revision.as_of))}",
        f"{icon('memory')}{escape(revision.engine)}",
        f"{icon('rule')}{escape(scheme)}" if scheme else "",
        f"{icon('lock_open')}{OPEN_TO_ALL}" if asker() is None else "",
    ]
    show(f'<div class="standing">{"".join(f"<span>{part}</span>" for part in parts if part)}</div>', key="standing")


def not_today(date: str) -> None:
    """A notice when the day is not today, with the way back."""
    if not urls.is_today(date):
        with st.container(key="notoday", horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(width="content"):
                text = f"<b>Not today:</b> this page shows {escape(day_text(date))}."
                show(f'<div class="loud">{icon("history")}{text}</div>')
            if st.button("Back to today", icon=":material/today:", width="content"):
                urls.write(asof="")
                st.rerun()


def footer(revision: Revision, *facts: tuple[str, str]) -> None:
    """The completeness line: (label, value) of this answer, then what holds for all; load and engine stand above."""
    parts = [
        *facts,
        ("Rules", rule_version()),
        ("Limits hit", "none"),
        ("Hidden from you", connection.hidden()),
    ]
    line = "".join(f"<span>{escape(label)} <b>{escape(value)}</b></span>" for label, value in parts)
    show(f'<div class="cert">{icon("verified")}{line}</div>', key="footer")


def trouble(error: SeeWhyError, *, retry: bool = False) -> None:
    """An error as a sentence, with what to try; never a trace."""
    hint = f'<p class="sub">{links.marked(sentence(error.hint))}</p>' if error.hint else ""
    show(
        f'<section class="v no" role="alert"><div class="big">{icon("cloud_off" if retry else "help")}</div>'
        f"<div><h1>{links.marked(sentence(error.message))}</h1>{hint}</div></section>"
    )
    if isinstance(error, LoadRejected):
        show(_problems(error))
    if not retry and (ways := _ways_on(error)):
        show(f'<ul class="plain">{"".join(f"<li>{way}</li>" for way in ways)}</ul>', key="ways-on")
    if retry:
        show(
            '<p class="lead">Nothing is lost: the question stays in the address, '
            "and is asked again when the graph answers.</p>"
        )
        if st.button("Try again", icon=":material/refresh:", type="primary"):
            st.rerun()


def _ways_on(error: SeeWhyError) -> list[str]:
    """Links from a refusal: the same question with what its hint names in the place of what is wrong in the address, or
    about today where that is a day; and the page without a question."""
    wrong, hinted = _quoted(error.message), _quoted(error.hint)
    asked = {name: st.query_params.get_all(name) for name in st.query_params}
    name = next((name for name, values in asked.items() if any(value in wrong for value in values)), "")
    if not name:
        return []
    page = urlsplit(str(st.context.url or "")).path.strip("/")

    def instead(text: str, value: str) -> str:
        values = [value if one in wrong else one for one in asked[name]]
        return navigation.to(text, page, **{"asof": "", **asked, name: [one for one in values if one]})

    if isinstance(error, UnknownEntity):
        near = [instead(f"Ask about {id} instead", id) for id in dict.fromkeys(hinted) if id not in wrong]
        return [*near, instead("Choose another one", "")]
    return [instead("Ask about today instead", "")] if name in ("asof", "t1", "t2", "from", "to") else []


def _quoted(text: str) -> list[str]:
    return text.split("`")[1::2]


def _problems(error: LoadRejected) -> str:
    """What is wrong, each with its place in what was given: that is no row of a load, so it leads to none."""
    columns = any(problem.column for problem in error.problems)
    rows = (
        (
            f'<span class="src">{escape(row_text(f"{problem.file}:{problem.row}"))}</span>',
            *((escape(problem.column),) if columns else ()),
            links.marked(problem.message),
            links.marked(problem.hint),
        )
        for problem in error.problems
    )
    head = ("Where", *(("Column",) if columns else ()), "What is wrong", "Hint")
    return section("Problems", links.table(head, rows, noun="problems"), f"{len(error.problems):,}")
