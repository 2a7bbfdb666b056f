"""Who may be given something: choose a kind, fill it in, and see every condition, the deciding one marked."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

import streamlit as st

from seewhy.auth.asker import may
from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks, eligibility_cards, links
from seewhy.explorer.components.hand_on import print_page
from seewhy.explorer.components.marks import chips
from seewhy.explorer.data import answers, connection, requests, search_index, tables
from seewhy.explorer.print_page import document
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets import filters, request_form
from seewhy.explorer.widgets.fields import field, question
from seewhy.explorer.widgets.search_box import search_box, title
from seewhy.graph.answers.eligibility import REFUSED, EligiblePeople, Verdict
from seewhy.graph.questions.eligibility.ask import KINDS
from seewhy.graph.questions.eligibility.capability import CAPABILITIES
from seewhy.graph.questions.eligibility.memberships import ROLES
from seewhy.graph.rules.privileges import privileges

if TYPE_CHECKING:
    import pyarrow as pa

    from seewhy.explorer.data.connection import Revision, Statements

_QUESTIONS = {
    "secondary-access": "Secondary access: may this request be made?",
    "removal": "Secondary access: may this holding be removed now?",
    "reassign": "Work: may this piece of work go to that person?",
    "assign": "Case Manager: who is on the Assign To list of a case?",
    "task": "Case Manager: who sees a task given to a role?",
    "draft": "eCase: who is offered as drafter?",
    "contribute": "eCase: who may be asked for a contribution?",
    "cc": "eCase: who stands under CC Recipients?",
    "advise": "eCase: who may be picked as Case Adviser?",
    "qa": "eCase: who is offered as recipient of a QA request?",
    "capability": "eCase: can this person do something, and what is missing?",
}


class Choice(NamedTuple):
    """An argument that is one of fixed words: its label and the words with what they are called."""

    label: str
    words: dict[str, str]


_CHOICES = {
    "access": Choice("Kind of access", {"absence": "absence related", "hierarchical": "hierarchical"}),
    "role": Choice("Role of the task", {role: role.replace("_", " ") for role in ROLES}),
    "type": Choice("Type of QA", {known.qa_type: known.qa_type for known in privileges() if known.qa_type}),
    "name": Choice("What", {name: what for name, (what, _) in CAPABILITIES.items()}),
}
_FORM = "form"
"""Parameter of the URL: `true` shows the form."""
_INSTEAD = 10
"""People who are named of each group after a refusal."""
_TRUTHS = {
    "functionally_unique": "The request helps a functionally unique segment",
    "reopened_after_transfer": "The case was reopened after a transfer",
}
_LABELS = {"person": "Person", "case": "Case", "unit": "In this team only (may stay empty)", "work": "Piece of work"}


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    (kind,) = question(lambda: filters.choice("kind", "Question", _QUESTIONS))
    arguments = {name: value for name, value in _arguments(revision, kind).items() if value}
    date = urls.as_of()
    missing = [_LABELS.get(name, name).lower() for name in KINDS[kind].needs if name not in arguments]
    found = page_shell.answer(
        revision,
        date,
        lambda: None if missing else answers.eligible(revision, kind, date, arguments),
        f"Choose {_listed(missing)}.",
    )
    if found is not None:
        _answered(revision, *found, arguments)


def _listed(words: list[str]) -> str:
    parts = [f"{'an' if word[0] in 'aeiou' else 'a'} {word}" for word in words]
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def _arguments(revision: Revision, kind: str) -> dict[str, Any]:
    """The fields of the kind; what is chosen is in the URL."""
    found: dict[str, Any] = {}
    names = (*KINDS[kind].needs, *KINDS[kind].takes)
    # Switches come below: in one row with fields they would share no baseline with them.
    fields = [name for name in names if name not in _TRUTHS]
    with st.container(key="arguments"):
        columns = st.columns(max(2, len(fields)) if len(fields) < 4 else 2, vertical_alignment="top")
        for n, name in enumerate(fields):
            with columns[n % len(columns)]:
                found[name] = _argument(revision, kind, name)
        for name in (name for name in names if name in _TRUTHS):
            found[name] = _argument(revision, kind, name)
    return found


def _argument(revision: Revision, kind: str, name: str) -> Any:
    if name in _CHOICES:
        return filters.choice(name, _CHOICES[name].label, _CHOICES[name].words)
    if name in _TRUTHS:
        return filters.toggle(name, _TRUTHS[name])
    if name == "position" and kind == "secondary-access":
        return _positions(revision)
    if name == "position":
        return field(revision, "position", "A position that the person holds")
    return field(revision, name, _LABELS[name])


def _positions(revision: Revision) -> tuple[str, ...]:
    """Positions asked for on one form, in the order of choosing."""
    chosen = tuple(dict.fromkeys(position for position in st.query_params.get_all("position") if position))

    def add(_: str, id: str) -> None:
        st.query_params["position"] = list(dict.fromkeys((*chosen, id)))

    known = search_index.named(revision, "position", chosen[0]) if len(chosen) == 1 else None
    search_box(
        revision,
        "pick-positions",
        "Positions asked for on one form" if len(chosen) < 2 else "One more position",
        add,
        kinds=("position",),
        shown=title(known) if known else chosen[0] if len(chosen) == 1 else "",
        placeholder="type a name or an id; several may be chosen",
    )
    if chosen:
        here: dict[str, Any] = {
            name: urls.parameter(name) for name in st.query_params if name not in ("position", "asof")
        }
        tags = []
        for id in chosen:
            rest = [position for position in chosen if position != id]
            away = navigation.to("remove", "eligible", **here, position=rest)
            tags.append(f"{blocks.chip('event_seat', id)} {away}")
        blocks.show(f'<p class="picked">{" ".join(tags)}</p>')
    return chosen


def _answered(
    revision: Revision, answer: Verdict | EligiblePeople, statements: Statements, arguments: dict[str, Any]
) -> None:
    parameters = {
        name: list(value) if isinstance(value, tuple) else "true" if value is True else str(value)
        for name, value in arguments.items()
    }
    answer_bar.draw(
        revision,
        "eligible",
        answer.as_of,
        {"kind": answer.kind, **parameters},
        statements,
        f"{answer.kind}: {answer.sentence}",
        lambda: _table(answer),
    )
    case = str(arguments.get("case", ""))
    mark = chips("case", case) if case else ""
    if isinstance(answer, EligiblePeople):
        blocks.show(eligibility_cards.offered(answer, mark))
        left, right = st.container(key="main").columns([8, 4], gap="medium")
        with left:
            body = eligibility_cards.people(answer.people) if answer.people else "<p>Nobody is offered.</p>"
            blocks.show(blocks.section("People", body, f"{len(answer.people):,}"))
        with right:
            blocks.show(eligibility_cards.notes(answer.notes, "What the list goes by"))
        page_shell.footer(revision, ("People", f"{len(answer.people):,}, all counted"))
        return
    blocks.show(eligibility_cards.verdict(answer, mark))
    if answer.kind in request_form.TITLES and _request(revision, answer, arguments):
        page_shell.footer(revision, ("Conditions", f"{len(answer.conditions)}, all in the form"))
        return
    concerned = eligibility_cards.turn_to(answer)
    procedure = "" if len(answer.routes) > 1 else eligibility_cards.notes(answer.notes)
    left, right = st.container(key="main").columns([7, 5], gap="medium")
    with left:
        if len(answer.routes) > 1:
            for n, route in enumerate(answer.routes):
                note = "all of these together" if n == 0 else "or all of these together"
                blocks.show(
                    blocks.section(
                        route.title[:1].upper() + route.title[1:],
                        eligibility_cards.checklist(answer, route.conditions),
                        note,
                    )
                )
        else:
            blocks.show(
                blocks.section(
                    "Conditions", eligibility_cards.checklist(answer, answer.conditions), "every one has to be met"
                )
                + (procedure if concerned else "")
            )
    with right:
        blocks.show(concerned or procedure)
    page_shell.footer(revision, ("Conditions", f"{len(answer.conditions)}, all shown"))


def _request(revision: Revision, answer: Verdict, arguments: dict[str, Any]) -> bool:
    """The form when it is asked for, else the way to it; after a refusal whom to ask instead. Whether it is drawn."""
    position = arguments["position"]
    positions = (position,) if isinstance(position, str) else tuple(position)
    person, case = str(arguments["person"]), urls.parameter("case")
    facts = requests.request_facts(revision, person, positions, answer.as_of)
    if answer.verdict == REFUSED:
        if answer.kind == requests.KIND:
            _instead(revision, answer, facts, case)
        return False
    opened = urls.parameter(_FORM) == "true"
    held = {place.id: place.kind for place in facts.held}
    access = str(arguments.get("access") or held.get(positions[0], ""))
    thing = search_index.named(revision, "person", person)
    name = f"{thing.name} ({person})" if thing and thing.name and thing.name != person else person
    typed = _typed() if opened else request_form.NOTHING_TYPED
    body = request_form.form(answer, facts, name, access, revision, case, typed)
    title = f"CSUA P30: {name}"
    with st.container(key="formbar", horizontal=True, gap="small"):
        label = "Back to the conditions" if opened else "Fill in the form CSUA P30"
        if st.button(label, icon=f":material/{'arrow_back' if opened else 'edit_document'}:", key="form"):
            urls.write(**{_FORM: "" if opened else "true"})
            st.rerun()
        if opened:
            print_page()
        answer_bar.download(
            "Download form",
            lambda: document(title, body, request_form.STYLE),
            f"csua-p30-{''.join(c if c.isalnum() else '_' for c in person)}-{answer.as_of}.html",
            "download",
        )
    if opened:
        with st.container(key="paperform"):
            st.html(f"<style>{request_form.STYLE}</style>")
            blocks.show(f'<section class="card">{body}</section>')
    return opened


def _typed() -> request_form.Typed:
    """What only people know, typed instead of written by hand; it stays out of the address, as names may be in it."""
    with st.container(key="typed"):
        from_place, until_place, reason_place = st.columns([1.3, 1.3, 5])
        days = []
        for place, label in ((from_place, "From"), (until_place, "Until")):
            with place:
                chosen = st.date_input(label, value=None, key=f"typed-{label}", format="YYYY-MM-DD")
                days.append(chosen.isoformat() if isinstance(chosen, dt.date) else "")
        with reason_place:
            reason = st.text_input("Business reason", key="typed-reason", placeholder="or leave it, to write by hand")
    return request_form.Typed(days[0], days[1], (reason or "").strip())


def _instead(revision: Revision, answer: Verdict, facts: requests.RequestFacts, case: str) -> None:
    """A refusal: who holds what was asked for, and who can change the case already."""
    parts = []
    if facts.holders:
        held = ((links.person(o.person, o.name), escape(o.because), links.source(o.source)) for o in facts.holders)
        table = links.table(("Person", "How", "Row"), held, noun="people", most=_INSTEAD)
        parts.append(f"<h3>Who holds it now</h3>{table}")
    if case and may("who"):
        people = [row for row in tables.who(revision, case, answer.as_of).answer.people if row.value == "edit"]
        rows = ((links.person(row.person, row.name), escape(step_title(row.step))) for row in people)
        if people:
            table = links.table(("Person", "Because"), rows, noun="people", most=_INSTEAD)
            parts.append(f"<h3>Who can change case {escape(case)} already</h3>{table}")
    agree = answer.people.agree or answer.people.ask
    if agree:
        names = ", ".join(one.name or one.person for one in agree[:_INSTEAD])
        parts.append(f"<p>Who leads there and may know another way: {escape(names)}.</p>")
    body = "".join(parts) or "<p>Nobody holds it now; would meet it, below, says what has to change first.</p>"
    blocks.show(blocks.section("Who could be asked instead", body, "this request would be refused"))


def _table(answer: Verdict | EligiblePeople) -> pa.Table:
    if isinstance(answer, EligiblePeople):
        names = ["person", "name", "because", "source"]
        rows = [row.as_dict() for row in answer.people]
    else:
        names = ["rule", "met", "because", "source", "would_meet"]
        rows = [{**row.as_dict(), "met": "yes" if row.met else "no"} for row in answer.conditions]
    return tables.text_table(rows, names)


page()
