"""Why can this person see this case, or why not: verdict, picture, reasons, ladder."""

from __future__ import annotations

import json
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.auth.asker import may
from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer import print_page as page_file
from seewhy.explorer.components import blocks
from seewhy.explorer.components.hand_on import print_page
from seewhy.explorer.components.marks import SENSITIVE, chips
from seewhy.explorer.data import answers, connection, headings, marks, requests, tables
from seewhy.explorer.palette import VALUES
from seewhy.explorer.picture.lanes import drawing as drawing_of
from seewhy.explorer.picture.model import MOST, Drawing
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets import opened_boxes, why_after
from seewhy.explorer.widgets.changes_card import changes_card
from seewhy.explorer.widgets.fields import pair
from seewhy.explorer.widgets.keep_evidence import keep_evidence
from seewhy.explorer.widgets.picture_card import Caption, about_end, picture_card
from seewhy.graph.answers.eligibility import ALLOWED, REFUSED, WARNING
from seewhy.graph.counterfactual.would_change import FIRST_PAIRS
from seewhy.graph.schemes.in_use import has_value_now

if TYPE_CHECKING:
    from seewhy.explorer.data.background import PendingAnswer
    from seewhy.explorer.data.connection import Revision, Statements
    from seewhy.graph.answers.check import WhyAnswer

# Steps from person to case up to which the panel is beside the picture; longer paths take the whole width.
_BESIDE = 3
_OFFERED = {ALLOWED: "could be asked for", WARNING: "could be asked for, with a warning", REFUSED: "would be refused"}


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    person, case, missing = pair(revision, "Why can this person", "see this case?")
    date = urls.as_of()
    if why_after.asked():
        why_after.draw(revision, person, case, date, missing)
        return
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
    plain = drawing_of(answer, lambda end: about_end(revision, end))
    beside = opened_boxes.beside(revision, picture, check.as_of)
    drawn = drawing_of(answer, lambda end: about_end(revision, end), beside) if beside else plain
    with answer_bar.head(revision, check.as_of, f"{check.system}: {blocks.scheme_text(check.scheme)}"):
        _buttons(revision, answer, plain, statements, pending)
    blocks.show(blocks.verdict(answer, _chips(revision, answer), chips("case", check.case), _ways(answer)))
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
        ("Decided at step", _decided_at(answer)),
        ("by", check.file),
    )
    if not check.can_see and may("eligible"):
        with left:
            _request(revision, answer)
    # Last, and in the background: the answer is there while this is looked for.
    with changes:
        changes_card(revision, answer, pending)


def _request(revision: Revision, answer: WhyAnswer) -> None:
    """From a no to a request: the positions that would reach the case, each with the verdict on a request for it."""
    check = answer.check
    ways = [
        navigation.to(
            f"{one.access} access to {one.name}",
            "eligible",
            kind=requests.KIND,
            person=check.person,
            case=check.case,
            position=one.position,
            access=one.access,
            form="true",
            asof=check.as_of,
        )
        + f'<span class="src">: {_OFFERED[one.verdict]}{escape(f": {one.because}" if one.because else "")}</span>'
        for one in requests.offers(revision, check.person, check.case, check.scheme, check.as_of)
    ]
    if ways:
        items = "".join(f"<li>{way}</li>" for way in ways)
        body = f'<ul class="lack">{items}</ul>'
        blocks.show(blocks.section("Ask for secondary access", body, "each with its conditions and the form CSUA P30"))


def _ways(answer: WhyAnswer) -> str:
    """What is asked next: further down on this page, and on others."""
    check = answer.check
    below, who, what = (
        ("What would take it away", "Who else can see it", "What else they see")
        if check.can_see
        else ("What would give it", "Who can see it", "What they see")
    )
    ways = [f'<a class="jump" href="#changes">{below}</a>']
    if may("who"):
        ways.append(navigation.to(who, "who", case=check.case))
    if may("what"):
        ways.append(navigation.to(what, "what", person=check.person))
    if may("timeline"):
        ways.append(navigation.to("Over time", "time", person=check.person, case=check.case))
    return "".join(f"<span>{way}</span>" for way in ways)


def _whole(answer: WhyAnswer, pending: PendingAnswer) -> WhyAnswer:
    """The answer with what would change it, as files have it."""
    changes = pending.for_file("what would change the answer")
    found = (replace(one, also_affects=one.also_affects[:FIRST_PAIRS]) for one in changes)
    return replace(answer, would_change=tuple(found))


def _decided_at(answer: WhyAnswer) -> str:
    """`2 of 6`: the steps above were not met, and none below was asked for the verdict."""
    decided = next((n for n, tried in enumerate(answer.ladder, 1) if tried.outcome == "decided"), len(answer.ladder))
    return f"{decided} of {len(answer.ladder)}"


def _chips(revision: Revision, answer: WhyAnswer) -> list[str]:
    check = answer.check
    count = len(answer.reasons)
    chips = [blocks.chip("event", f"as of {blocks.day_text(check.as_of)}")]
    chips += [blocks.chip("label", f"{word}: this person") for word in marks.marks_of("person", check.person)]
    if count:
        chips.insert(0, blocks.chip("done_all", f"{count} reason{'s' if count != 1 else ''}"))
    if answer.blocked:
        chips.insert(0, blocks.chip("block", "kept out by a rule, not merely given nothing"))
    deciding = [reason for reason in answer.reasons if reason.decides]
    if check.can_see and deciding:
        since = min(max((step.since for step in reason.path if step.since), default="") for reason in deciding)
        if blocks.period(since, ""):
            what = "holds" if check.value == check.value_now else f"{VALUES[check.value]} after switching"
            chips.append(blocks.chip("history", f"{what} {blocks.period(since, '')}"))
    if has_value_now(check.scheme):
        now = "" if check.value == check.value_now else f"{VALUES[check.value_now]} now: "
        for position in headings.in_use(revision, check.person, check.as_of):
            if position.system == check.system:
                chips.append(blocks.chip("event_seat", f"{now}{position.words}"))
    return chips


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
    sensitive = SENSITIVE in marks.marks_of("case", check.case)

    def as_json() -> str:
        return json.dumps(_whole(answer, pending).as_dict(), ensure_ascii=False, indent=2)

    def as_page() -> bytes:
        picture = drawn if drawn.size <= MOST else None
        return page_file.page(_whole(answer, pending), picture, revision, sensitive=sensitive)

    with answer_bar.buttons("why", check.as_of, parameters):
        keep_evidence(check.person, check.case, check.as_of)
        print_page()
        with st.popover("Export", icon=":material/download:"), st.container(horizontal=True, gap="small"):
            answer_bar.download("Download page", as_page, f"{name}.html", "download")
            answer_bar.download("JSON", as_json, f"{name}.json", "data_object")
            answer_bar.show_query(statements, whole=True)


page()
