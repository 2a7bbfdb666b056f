"""The answer of Why under a change that nobody made, which the address names; a loud banner says so."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks
from seewhy.explorer.data import answers
from seewhy.explorer.widgets import change_fields

if TYPE_CHECKING:
    from seewhy.explorer.data.connection import Revision, Statements
    from seewhy.graph.answers.check import WhyAnswer


_TOLD = 6
"""Rows that the banner names."""


def asked() -> bool:
    """Whether the address names a change."""
    return bool(change_fields.given() or urls.parameter("changes"))


def draw(revision: Revision, person: str, case: str, date: str, missing: str) -> None:
    """Draw the whole page below the fields."""
    given: dict[str, str | list[str]] = {**change_fields.given()}
    if changes := urls.parameter("changes"):
        given["changes"] = changes
    _banner(revision, person, case, given, date)

    def ask() -> tuple[WhyAnswer, WhyAnswer, Statements] | None:
        if not (person and case):
            return None
        wanted = json.dumps(change_fields.whole(revision, date), sort_keys=True)
        now, _ = answers.why(revision, person, case, date)
        return now, *answers.why_after(revision, person, case, date, wanted)

    found = page_shell.answer(revision, date, ask, missing)
    if found is None:
        return
    now, then, statements = found
    check = then.check
    with (
        answer_bar.head(revision, date, f"{check.system}: {blocks.scheme_text(check.scheme)}"),
        answer_bar.buttons("why", date, {"person": person, "case": case, **given}),
    ):
        answer_bar.show_query(statements, whole=True)
    blocks.show(blocks.verdict(then, [blocks.chip("science", "under the change")]))
    same = (now.check.value, now.check.step) == (check.value, check.step)
    word = "The same without the change" if same else "Without the change"
    blocks.show(blocks.section(word, f"<p>{escape(now.verdict)}</p>", "as it is loaded"), key="without")
    left, right = st.container(key="main").columns([7, 5], gap="medium")
    with left:
        blocks.show(blocks.section("Because", blocks.reasons(then), "under the change"))
    with right:
        blocks.show(blocks.section("Decision ladder", blocks.ladder(then), "the first that is met decides"))
    page_shell.footer(revision, ("Written", "nothing"))


def _banner(revision: Revision, person: str, case: str, given: dict[str, str | list[str]], date: str) -> None:
    told = change_fields.told(revision, date)
    lines = [*told[:_TOLD], *([f"and {len(told) - _TOLD:,} more"] if len(told) > _TOLD else [])]
    whole = navigation.to("All that it would do", "whatif", **given)
    without = navigation.to("Why as it is", "why", person=person, case=case)
    blocks.show(
        f'<div class="trial loudly" role="note"><span>{blocks.icon("science")}<b>Under a change that nobody made:</b> '
        f"{'; '.join(lines)}. Nothing here is applied.</span><span>{whole} · {without}</span></div>",
        key="trial",
    )
