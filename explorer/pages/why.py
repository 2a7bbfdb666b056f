"""Why can this person see this case, or why not: verdict, picture, reasons, ladder."""

from __future__ import annotations

import json
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import answer_bar, page_shell, print_page, urls
from seewhy.explorer.components import blocks
from seewhy.explorer.components.marks import words
from seewhy.explorer.data import answers, background, connection, marks, search_index, tables
from seewhy.explorer.palette import kind
from seewhy.explorer.picture.lanes import drawing as drawing_of
from seewhy.explorer.picture.model import MOST, Drawing
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets import opened_boxes
from seewhy.explorer.widgets.fields import pair
from seewhy.explorer.widgets.picture_card import Caption, picture_card
from seewhy.graph.errors import LimitReached

if TYPE_CHECKING:
    from seewhy.explorer.data.background import PendingAnswer
    from seewhy.explorer.data.connection import Revision, Statements
    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.answers.counterfactual import WouldChange
    from seewhy.graph.answers.reasons import End

# Steps from person to case up to which the panel is beside the picture; longer paths take the whole width.
_BESIDE = 3
_WAIT_SECONDS = 120.0
"""How long a file waits for what would change the answer."""


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    person, case, missing = pair(revision, "Why can this person", "see this case?")
    date = urls.as_of()
    tables.prepare(revision, date)
    found = page_shell.answer(
        revision, date, lambda: answers.why(revision, person, case, date) if person and case else None, missing
    )
    if found is not None:
        _answered(revision, *found)


def _answered(revision: Revision, answer: WhyAnswer, statements: Statements) -> None:
    check = answer.check
    pending = answers.would_change(revision, check.person, check.case, check.as_of)
    picture = f"{check.person}\n{check.case}\n{check.as_of}"
    plain = drawing_of(answer, lambda end: _about(revision, end))
    beside = opened_boxes.beside(revision, picture, check.as_of)
    drawn = drawing_of(answer, lambda end: _about(revision, end), beside) if beside else plain
    with answer_bar.head(revision, check.as_of, f"{check.system}: {blocks.scheme_text(check.scheme)}"):
        _buttons(revision, answer, plain, statements, pending)
    blocks.show(blocks.verdict(answer, _chips(answer)))
    _path(answer, drawn, picture)
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
        revision,
        ("Reasons", f"{len(answer.reasons)}, all listed"),
        ("Steps tried", f"{sum(t.outcome != 'not reached' for t in answer.ladder)} of {len(answer.ladder)}"),
    )
    # Last, and in the background: the answer is there while this is looked for.
    with changes:
        _changes(answer, pending)


def _changes(answer: WhyAnswer, pending: PendingAnswer) -> None:
    """What would change the answer, a moment after it."""
    heading = "What would change this" if answer.check.can_see else "What would give access"

    def draw(found: tuple[WouldChange, ...]) -> None:
        body = blocks.changes(found) if found else "<p>No small change of rows was found that would.</p>"
        blocks.show(blocks.section(heading, body, "nothing here is applied"))

    background.draw_when_ready(pending, draw, blocks.section(heading, '<p class="src">Being looked for …</p>'))


def _whole(answer: WhyAnswer, pending: PendingAnswer) -> WhyAnswer:
    """The answer with what would change it, as files have it."""
    if not pending.ready(_WAIT_SECONDS):
        raise LimitReached(f"what would change the answer was not found within {_WAIT_SECONDS:g} s")
    return replace(answer, would_change=pending.answer())


def _chips(answer: WhyAnswer) -> list[str]:
    check = answer.check
    count = len(answer.reasons)
    chips = [blocks.chip("event", f"as of {blocks.day_text(check.as_of)}")]
    chips += [blocks.chip("label", f"{word}: {'this person' if one == 'person' else 'this case'}")
              for one, id in (("person", check.person), ("case", check.case)) for word in marks.marks_of(one, id)]
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


def _about(revision: Revision, end: End) -> str:
    """A word more for a card: the kind of unit, the job title."""
    thing = search_index.named(revision, end.kind, end.id) if end.kind in ("unit", "person") else None
    about = thing.about.replace("_", " ") if thing and end.kind == "unit" else thing.about if thing else ""
    marked = words(end.kind, end.id)
    return " · ".join(part for part in (about or (kind(end.kind).word if marked else ""), marked) if part)


def _path(answer: WhyAnswer, drawn: Drawing, picture: str) -> None:
    check = answer.check
    picture_card(
        drawn,
        Caption(
            "Path",
            "a lane for each reason, the deciding one on top and thick; dashed = not used, or tried without result. "
            "Select a box or a line for its source; a double click adds its neighbours.",
            "Access path",
            _alt(answer),
        ),
        lambda selected: _selected(drawn, selected),
        key=picture,
        most=MOST + MOST // 2,
        instead="the reasons below say the same in words.",
        remark=f"The first {len(answer.reasons) - drawn.left_out} of {len(answer.reasons):,} reasons are drawn; "
        "all of them are in the list below." if drawn.left_out else "",
        verdict=blocks.tone(answer),
        beside=drawn.steps <= _BESIDE,
        open_=lambda box: opened_boxes.toggle(picture, box),
        name=f"why-{check.person}-{check.case}-{check.as_of}",
    )


def _alt(answer: WhyAnswer) -> str:
    reasons = " ".join(reason.sentence for reason in answer.reasons[:4])
    return f"{answer.verdict} {reasons}".strip()


def _selected(drawn: Drawing, selected: str | None) -> str:
    """What the selected box or line means: every fact with its source row."""
    id = selected if selected in drawn.facts or selected in drawn.notes or selected in drawn.titles else drawn.first
    if id in drawn.notes:
        said = "".join(f"<p>{escape(blocks.sentence(line))}</p>" for line in drawn.notes[id].split("\n"))
        return _panel(drawn.titles[id], said)
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


def _buttons(
    revision: Revision, answer: WhyAnswer, drawn: Drawing, statements: Statements, pending: PendingAnswer
) -> None:
    name = "why-" + "-".join(
        "".join(c if c.isalnum() else "_" for c in id) for id in (answer.check.person, answer.check.case)
    )
    check = answer.check
    parameters = {"person": check.person, "case": check.case}

    def as_json() -> str:
        return json.dumps(_whole(answer, pending).as_dict(), ensure_ascii=False, indent=2)

    def as_page() -> bytes:
        return print_page.page(_whole(answer, pending), drawn if drawn.size <= MOST else None, revision)

    with answer_bar.buttons("why", check.as_of, parameters, statements, whole=True):
        answer_bar.download("JSON", as_json, f"{name}.json", "data_object")
        answer_bar.download("Print page", as_page, f"{name}.html", "print", primary=True)


page()
