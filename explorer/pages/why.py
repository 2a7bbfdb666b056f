"""Why can this person see this case, or why not: verdict, picture, reasons, ladder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import page_shell, print_page, urls
from seewhy.explorer.components import blocks
from seewhy.explorer.data import background, connection, lists, lookup, organisation
from seewhy.explorer.picture import component, svg
from seewhy.explorer.picture.model import MOST, Drawing
from seewhy.explorer.picture.model import drawing as drawing_of
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets.search_box import search_box, title
from seewhy.graph.errors import LimitReached, UnknownEntity

if TYPE_CHECKING:
    from seewhy.explorer.data.background import Later
    from seewhy.explorer.data.connection import Revision, Statement
    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.answers.counterfactual import WouldChange
    from seewhy.graph.answers.reasons import End

# Steps from person to case up to which the panel stands beside the picture; longer paths take the whole width.
_BESIDE = 3
_PATIENCE = 120.0
"""Seconds that a file waits for what would change the answer."""


def page() -> None:
    """Draw the page."""
    now = connection.revision()
    with st.container(key="ask"):
        who, what, day = st.columns([3, 3, 1.3], vertical_alignment="bottom")
        with who:
            person = _field(now, "person", "Why can this person")
        with what:
            case = _field(now, "case", "see this case?")
        with day:
            urls.date_field()
    date = urls.as_of()
    lists.prepare(now, date)
    if not person or not case:
        page_shell.standing(now, date)
        page_shell.not_today(date)
        missing = "a person and a case" if not person and not case else "a person" if not person else "a case"
        blocks.show(f'<p class="lead">Choose {missing}: type a name or an id above.</p>')
        page_shell.footer(now)
        return
    try:
        answer, statements = connection.why(now, person, case, date)
    except UnknownEntity as error:
        page_shell.standing(now, date)
        page_shell.not_today(date)
        page_shell.trouble(error)
        page_shell.footer(now)
        return
    _answered(now, answer, statements)


def _field(now: Revision, name: str, label: str) -> str:
    """A field for one id of the question; the URL says what is chosen."""
    id = urls.asked(name)
    known = lookup.named(now, name, id) if id else None
    search_box(
        now,
        f"pick-{name}",
        label,
        lambda kind, chosen: urls.write(**{kind: chosen}),
        kinds=(name,),
        shown=title(known) if known else id,
        placeholder="type a name or an id",
    )
    return id


def _answered(now: Revision, answer: WhyAnswer, statements: tuple[Statement, ...]) -> None:
    check = answer.check
    later = organisation.would_change(now, check.person, check.case, check.as_of)
    drawn = drawing_of(answer, lambda end: _about(now, end))
    with st.container(key="top", horizontal=True, vertical_alignment="center"):
        page_shell.standing(now, check.as_of, f"{check.system}: {blocks.scheme_text(check.scheme)}")
        _buttons(now, answer, drawn, statements, later)
    page_shell.not_today(check.as_of)
    blocks.show(blocks.verdict(answer, _chips(answer)))
    _path(answer, drawn)
    left, right = st.container(key="main").columns([7, 5], gap="medium")
    with left:
        count = len(answer.reasons)
        note = f"{count} reasons, the deciding first" if count > 1 else ""
        blocks.show(blocks.section("Because", blocks.reasons(answer), note))
        changes = st.container(key="changes")
    with right:
        blocks.show(
            blocks.section(
                "Decision ladder", blocks.ladder(answer), "asked in this order, the first that is met decides"
            )
        )
    if answer.actions:
        blocks.show(
            blocks.section(
                "Privileges that could be used on this case",
                blocks.actions(answer.actions),
                f"{len(answer.actions)}, whether or not they let anybody in",
            )
        )
    page_shell.footer(
        now,
        ("Reasons", f"{len(answer.reasons)}, all listed"),
        ("Steps tried", f"{sum(t.outcome != 'not reached' for t in answer.ladder)} of {len(answer.ladder)}"),
    )
    # Last, and beside the page: the answer stands while it is looked for.
    with changes:
        _changes(answer, later)


def _changes(answer: WhyAnswer, later: Later) -> None:
    """What would change the answer, a moment after it."""
    heading = "What would change this" if answer.check.can_see else "What would give access"

    def draw(found: tuple[WouldChange, ...]) -> None:
        body = blocks.changes(found) if found else "<p>No small change of rows was found that would.</p>"
        blocks.show(blocks.section(heading, body, "nothing here is applied"))

    background.shown(later, draw, blocks.section(heading, '<p class="src">Being looked for …</p>'))


def _whole(answer: WhyAnswer, later: Later) -> WhyAnswer:
    """The answer with what would change it, as files have it."""
    if not later.look(_PATIENCE):
        raise LimitReached(f"what would change the answer was not found within {_PATIENCE:g} s")
    return replace(answer, would_change=later.answer())


def _chips(answer: WhyAnswer) -> list[str]:
    check = answer.check
    count = len(answer.reasons)
    chips = [blocks.chip("event", f"as of {blocks.day_text(check.as_of)}")]
    if count:
        chips.insert(0, blocks.chip("done_all", f"{count} reason{'s' if count != 1 else ''}"))
    if answer.blocked:
        chips.insert(0, blocks.chip("block", "blocked, not merely ungranted"))
    deciding = [reason for reason in answer.reasons if reason.decides]
    if check.can_see and deciding:
        since = min(max((step.since for step in reason.path if step.since), default="") for reason in deciding)
        if blocks.period(since, ""):
            chips.append(blocks.chip("history", f"holds {blocks.period(since, '')}"))
    if check.value != check.value_now:
        chips.append(blocks.chip("swap_horiz", "depends on the position in use"))
    return chips


def _about(now: Revision, end: End) -> str:
    """A word more for a card: the kind of unit, the job title."""
    if end.kind not in ("unit", "person"):
        return ""
    thing = lookup.named(now, end.kind, end.id)
    return thing.about.replace("_", " ") if thing and end.kind == "unit" else thing.about if thing else ""


def _path(answer: WhyAnswer, drawn: Drawing) -> None:
    check, kind = answer.check, blocks.tone(answer)
    with st.container(border=True, key="pathcard", gap="small"):
        blocks.show(
            '<div class="sect"><h2>Path</h2><span class="beside">thick = deciding, thin = also grants, '
            "dashed = tried without result or not used. Select a box or a line for its source.</span></div>"
        )
        if drawn.size > MOST:
            blocks.show(f"<p>{drawn.size} boxes are too many to draw; the reasons below say the same in words.</p>")
            return
        if drawn.left_out:
            blocks.show(f'<p class="src">{drawn.left_out} more reasons are not drawn; all of them stand below.</p>')
        graph, panel = (
            (st.container(), st.container())
            if drawn.steps > _BESIDE
            else st.container(key="pathrow").columns([17, 6], gap="medium", vertical_alignment="center")
        )
        key = "path-" + hashlib.sha256(f"{check.person}\n{check.case}\n{check.as_of}".encode()).hexdigest()[:10]
        alt = _alt(answer)
        with graph:
            with st.container(key="canvas"):
                chosen = component.show(drawn, key, alt, verdict=kind)
            blocks.show(svg.image(drawn, "Access path", alt, verdict=kind), key="paper")
        with panel:
            blocks.show(_selected(drawn, chosen.selected), key="selected")


def _alt(answer: WhyAnswer) -> str:
    said = " ".join(reason.sentence for reason in answer.reasons[:4])
    return f"{answer.verdict} {said}".strip()


def _selected(drawn: Drawing, selected: str | None) -> str:
    """What the selected box or line stands for: every fact with its row."""
    id = selected if selected in drawn.facts or selected in drawn.notes or selected in drawn.titles else drawn.first
    if id in drawn.notes:
        return _panel(drawn.titles[id], f"<p>{escape(blocks.sentence(drawn.notes[id]))}</p>")
    facts = drawn.facts.get(id, ())
    heading = drawn.titles.get(id) or (step_title(facts[0].relationship.lower()) if facts else "Selected")
    if not facts:
        return _panel(heading, '<p class="src">No row joins these two: the rule itself does.</p>')
    items = "".join(
        f"<li>{escape(blocks.sentence(fact.sentence))}{blocks.source_line(fact)}</li>" for fact in facts[:6]
    )
    more = f'<p class="src">and {len(facts) - 6} more, all of them below</p>' if len(facts) > 6 else ""
    return _panel(heading, f"<ul>{items}</ul>{more}")


def _panel(heading: str, body: str) -> str:
    return f'<div class="panel"><h3>{escape(heading)}</h3>{body}</div>'


def _buttons(now: Revision, answer: WhyAnswer, drawn: Drawing, statements: tuple[Statement, ...], later: Later) -> None:
    name = "why-" + "-".join(
        "".join(c if c.isalnum() else "_" for c in id) for id in (answer.check.person, answer.check.case)
    )
    with st.container(key="actions", horizontal=True, gap="small", width="content"):
        if st.button("Copy link", icon=":material/link:"):
            _link(answer)
        if st.button("Show query", icon=":material/code:"):
            _query(statements)
        st.download_button(
            "JSON",
            data=lambda: json.dumps(_whole(answer, later).as_dict(), ensure_ascii=False, indent=2),
            file_name=f"{name}.json",
            mime="application/json",
            icon=":material/data_object:",
            on_click="ignore",
        )
        st.download_button(
            "Print page",
            data=lambda: print_page.page(_whole(answer, later), drawn if drawn.size <= MOST else None, now),
            file_name=f"{name}.html",
            mime="text/html",
            icon=":material/print:",
            on_click="ignore",
            type="primary",
        )


@st.dialog("Link to this answer", icon=":material/link:")
def _link(answer: WhyAnswer) -> None:
    st.text(
        "Person, case and day, as ids. Whoever can reach the explorer sees the same answer, as long as the load stays."
    )
    check = answer.check
    st.code(urls.address("why", check.as_of, person=check.person, case=check.case), language=None, wrap_lines=True)


@st.dialog("The queries behind this answer", width="large", icon=":material/code:")
def _query(statements: tuple[Statement, ...]) -> None:
    st.text(f"{len(statements)} reading queries, exactly as they were sent, in this order.")
    for n, statement in enumerate(statements):
        with st.expander(statement.name, expanded=statement.name.startswith(("check/", "why/")) and n < 4):
            st.code(statement.text, language="cypher")
            st.code(json.dumps(statement.parameters, ensure_ascii=False, indent=2), language="json")


page()
