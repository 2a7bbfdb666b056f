"""Who may be given something: choose a kind, fill it in, and see every condition, the deciding one marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import streamlit as st

from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks, eligibility_cards
from seewhy.explorer.data import answers, connection, search_index
from seewhy.explorer.widgets import filters
from seewhy.explorer.widgets.fields import field
from seewhy.explorer.widgets.search_box import search_box, title
from seewhy.graph.answers.eligibility import EligiblePeople, Verdict
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.questions.eligibility.ask import KINDS
from seewhy.graph.questions.eligibility.capability import CAPABILITIES
from seewhy.graph.questions.eligibility.memberships import ROLES
from seewhy.graph.rules.privileges import privileges

if TYPE_CHECKING:
    from seewhy.explorer.data.answers import Statements
    from seewhy.explorer.data.connection import Revision

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
    "type": Choice("Type of QA", {one.qa_type: one.qa_type for one in privileges() if one.qa_type}),
    "name": Choice("What", {name: what for name, (what, _) in CAPABILITIES.items()}),
}
_TRUTHS = {
    "functionally_unique": "The request helps a functionally unique segment",
    "reopened_after_transfer": "The case was reopened after a transfer",
}
_LABELS = {"person": "Person", "case": "Case", "unit": "In this team only (may stay empty)", "work": "Piece of work"}


def page() -> None:
    """Draw the page."""
    now = connection.revision()
    with st.container(key="ask"):
        what, day = st.columns([5, 1.3], vertical_alignment="bottom")
        with what:
            kind = filters.choice("kind", "Question", _QUESTIONS)
        with day:
            urls.date_field()
    arguments = _arguments(now, kind)
    date = urls.as_of()
    missing = [name for name in KINDS[kind].needs if not arguments.get(name)]
    if missing:
        page_shell.standing(now, date)
        page_shell.not_today(date)
        blocks.show(f'<p class="lead">Choose {_listed([_LABELS.get(name, name).lower() for name in missing])}.</p>')
        page_shell.footer(now)
        return
    try:
        answer, statements = answers.eligible(now, kind, date, {k: v for k, v in arguments.items() if v})
    except (UnknownEntity, ConfigurationError) as error:
        page_shell.standing(now, date)
        page_shell.not_today(date)
        page_shell.trouble(error)
        page_shell.footer(now)
        return
    _answered(now, answer, statements, arguments)


def _listed(words: list[str]) -> str:
    said = [f"{'an' if word[0] in 'aeiou' else 'a'} {word}" for word in words]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _arguments(now: Revision, kind: str) -> dict[str, Any]:
    """The fields of the kind; what is chosen stands in the URL."""
    found: dict[str, Any] = {}
    names = (*KINDS[kind].needs, *KINDS[kind].takes)
    with st.container(key="arguments"):
        columns = st.columns(max(2, len(names)) if len(names) < 4 else 2, vertical_alignment="bottom")
        for n, name in enumerate(names):
            with columns[n % len(columns)]:
                found[name] = _argument(now, kind, name)
    return found


def _argument(now: Revision, kind: str, name: str) -> Any:
    if name in _CHOICES:
        return filters.choice(name, _CHOICES[name].label, _CHOICES[name].words)
    if name in _TRUTHS:
        return _toggle(name, _TRUTHS[name])
    if name == "position" and kind == "secondary-access":
        return _positions(now)
    if name == "position":
        return field(now, "position", "A position that the person holds")
    return field(now, name, _LABELS[name])


def _toggle(name: str, label: str) -> bool:
    widget, wanted = f"toggle-{name}", urls.asked(name) == "true"
    if st.session_state.get(widget) != wanted:
        st.session_state[widget] = wanted

    def changed() -> None:
        urls.write(**{name: "true" if st.session_state[widget] else ""})

    return st.toggle(label, key=widget, on_change=changed)


def _positions(now: Revision) -> tuple[str, ...]:
    """Positions asked for on one form, in the order of choosing."""
    chosen = tuple(dict.fromkeys(one for one in st.query_params.get_all("position") if one))

    def add(_: str, id: str) -> None:
        st.query_params["position"] = list(dict.fromkeys((*chosen, id)))

    known = search_index.named(now, "position", chosen[0]) if len(chosen) == 1 else None
    search_box(
        now,
        "pick-positions",
        "Positions asked for on one form" if len(chosen) < 2 else "One more position",
        add,
        kinds=("position",),
        shown=title(known) if known else chosen[0] if len(chosen) == 1 else "",
        placeholder="type a name or an id; several may be chosen",
    )
    if chosen:
        here: dict[str, Any] = {name: urls.asked(name) for name in st.query_params if name not in ("position", "asof")}
        tags = []
        for id in chosen:
            rest = [one for one in chosen if one != id]
            away = navigation.to("remove", "eligible", **here, position=rest)
            tags.append(f"{blocks.chip('event_seat', id)} {away}")
        blocks.show(f'<p class="picked">{" ".join(tags)}</p>')
    return chosen


def _answered(
    now: Revision, answer: Verdict | EligiblePeople, statements: Statements, arguments: dict[str, Any]
) -> None:
    told = {k: list(v) if isinstance(v, tuple) else "true" if v is True else str(v) for k, v in arguments.items() if v}
    with st.container(key="top", horizontal=True, vertical_alignment="center"):
        page_shell.standing(now, answer.as_of)
        answer_bar.draw(
            now,
            "eligible",
            answer.as_of,
            {"kind": answer.kind, **told},
            statements,
            f"{answer.kind}: {answer.sentence}",
            lambda: _table(answer),
        )
    page_shell.not_today(answer.as_of)
    if isinstance(answer, EligiblePeople):
        blocks.show(eligibility_cards.offered(answer))
        left, right = st.container(key="main").columns([8, 4], gap="medium")
        with left:
            body = eligibility_cards.people(answer.people) if answer.people else "<p>Nobody is offered.</p>"
            blocks.show(blocks.section("People", body, f"{len(answer.people):,}"))
        with right:
            blocks.show(eligibility_cards.notes(answer.notes, "What the list goes by"))
        page_shell.footer(now, ("People", f"{len(answer.people):,}, all counted"))
        return
    blocks.show(eligibility_cards.verdict(answer))
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
            )
    with right:
        blocks.show(
            eligibility_cards.turn_to(answer)
            + ("" if len(answer.routes) > 1 else eligibility_cards.notes(answer.notes))
        )
    page_shell.footer(now, ("Conditions", f"{len(answer.conditions)}, all shown"))


def _table(answer: Verdict | EligiblePeople) -> pa.Table:
    if isinstance(answer, EligiblePeople):
        names = ["person", "name", "because", "source"]
        rows = [one.as_dict() for one in answer.people]
    else:
        names = ["rule", "met", "because", "source", "would_meet"]
        rows = [{**one.as_dict(), "met": "yes" if one.met else "no"} for one in answer.conditions]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in names]))


page()
