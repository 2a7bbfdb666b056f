"""The answer of Why under a change that nobody made, which the address names; a loud banner says so."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks
from seewhy.explorer.data import answers
from seewhy.explorer.widgets import change_fields
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.plain_yaml import NotPlain, read_plain

if TYPE_CHECKING:
    from seewhy.explorer.data.connection import Revision, Statements
    from seewhy.graph.answers.check import WhyAnswer


_TOLD = 6
"""Rows of each kind that the banner names."""


def asked() -> bool:
    """Whether the address names a change."""
    return bool(change_fields.given() or urls.parameter("changes"))


def _named(revision: Revision, date: str) -> dict[str, Any]:
    if found := change_fields.named(revision, date):
        return found
    try:
        data = read_plain(urls.parameter("changes"))
    except NotPlain as error:
        raise ConfigurationError(f"the changes in the address cannot be read: {error.message}") from None
    return data if isinstance(data, dict) else {}


def draw(revision: Revision, person: str, case: str, date: str, missing: str) -> None:
    """Draw the whole page below the fields."""
    given: dict[str, str | list[str]] = {**change_fields.given()}
    if changes := urls.parameter("changes"):
        given["changes"] = changes
    _banner(revision, person, case, given, date)

    def ask() -> tuple[WhyAnswer, WhyAnswer, Statements] | None:
        if not (person and case):
            return None
        wanted = json.dumps(_named(revision, date), sort_keys=True)
        now, _ = answers.why(revision, person, case, date)
        return now, *answers.why_after(revision, person, case, date, wanted)

    found = page_shell.answer(revision, date, ask, missing)
    if found is None:
        return
    now, then, statements = found
    check = then.check
    with (
        answer_bar.head(revision, date, f"{check.system}: {blocks.scheme_text(check.scheme)}"),
        answer_bar.buttons("why", date, {"person": person, "case": case, **given}, statements, whole=True),
    ):
        pass
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
    asked = change_fields.given()
    lines = [change_fields.line_text(revision, name, line, date) for name in asked for line in asked[name][:_TOLD]]
    if (more := sum(map(len, asked.values())) - len(lines)) > 0:
        lines.append(f"and {more:,} more")
    if "changes" in given:
        lines.append(f"<code>{escape(str(given['changes'])[:400])}</code>")
    whole = navigation.to("All that it would do", "whatif", **given)
    without = navigation.to("Why as it is", "why", person=person, case=case)
    blocks.show(
        f'<div class="trial loudly" role="note"><span>{blocks.icon("science")}<b>Under a change that nobody made:</b> '
        f"{'; '.join(lines)}. Nothing here is applied.</span><span>{whole} · {without}</span></div>",
        key="trial",
    )
