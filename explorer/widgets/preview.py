"""The selected row of a list: the answer as one sentence, why, and the way to the whole explanation."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import page_list, urls
from seewhy.explorer.components import blocks
from seewhy.explorer.data import answers
from seewhy.explorer.palette import VALUES
from seewhy.explorer.titles import step_title

if TYPE_CHECKING:
    from seewhy.explorer.data.connection import Revision


def preview(revision: Revision, person: str, case: str, date: str, title: str, id: str, *, key: str = "one") -> None:
    """Draw the card of one pair; `key` tells several on one page apart."""
    answer, _ = answers.why(revision, person, case, date)
    check = answer.check
    kind = blocks.tone(answer)
    decided = next((reason for reason in answer.reasons if reason.decides), None)
    rung = next((tried for tried in answer.ladder if tried.outcome == "decided"), None)
    because = decided.sentence if decided else rung.because if rung else ""
    more = len(answer.reasons) - 1
    others = f" {more} more reason{'s' if more > 1 else ''}." if more > 0 else ""
    facts = blocks.fact_list(decided.path) if decided else ""
    level = (
        VALUES[check.value]
        if check.value == check.value_now
        else f"{VALUES[check.value_now]} now, {VALUES[check.value]} after switching"
    )
    with st.container(key=f"preview-{key}"):
        blocks.show(
            f'<section class="card preview" aria-live="polite"><div class="sect"><h2>{escape(title)}</h2>'
            f'<span class="beside">{escape(id)}</span></div>'
            f'<p><span class="tag {"" if kind == "yes" else kind}">{blocks.icon("check" if check.can_see else "block")}'
            f"{level}</span> {escape(blocks.sentence(because))}{others}</p>"
            f'<p class="src">Decided at the step {escape(step_title(check.step))} {blocks.rule_chips(check.rules)}</p>'
            f"{facts}</section>"
        )
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.page_link(
                page_list.file_of("Why"),
                label="Open full explanation",
                icon=":material/arrow_forward:",
                query_params={"person": person, "case": case, "asof": date},
                width="content",
            )
            close(key)


def close(key: str = "one") -> None:
    """The button that lets go of the selected row, as Esc does."""

    def closed() -> None:
        urls.write(row="")

    st.button("Close", key=f"close-{key}", icon=":material/close:", width="content", on_click=closed)
