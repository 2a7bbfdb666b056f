"""The form CSUA P30, filled in as far as the data go: what is asked for, for whom, every check, who signs.

The original form is not public: this is its content, in an order of our own, with lines for what only people know.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from seewhy.explorer.components.blocks import day_text, sentence
from seewhy.explorer.components.source_rows import row_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.data.requests import RequestFacts
    from seewhy.graph.answers.eligibility import EligiblePerson, Verdict

STYLE = (files("seewhy.explorer.widgets") / "request_form.css").read_text("utf-8")
TITLES = {"secondary-access": "Request for secondary access", "removal": "Request to remove secondary access"}
"""Kind of question that the form is for to its title."""
_LINE = '<span class="line"></span>'
_SIGNS = (("asks for it and fills in the form", "ask"), ("agrees", "agree"), ("authorises", "authorise"))


class Typed(NamedTuple):
    """What only people know: first and last day (YYYY-MM-DD), and why; blank: a line to write on."""

    start: str = ""
    end: str = ""
    reason: str = ""


NOTHING_TYPED = Typed()


def form(
    answer: Verdict,
    facts: RequestFacts,
    person: str,
    access: str,
    revision: Revision,
    case: str,
    typed: Typed = NOTHING_TYPED,
) -> str:
    """The form as HTML; `access` is absence or hierarchical, `case` the one that it is about, blank for none."""
    remove = answer.kind == "removal"
    emergency = [] if access != "absence" or remove else [("Emergency", f"{_box(False)} telephoned to FLLS on {_LINE}")]
    primary = [place.words for place in facts.held if place.kind == "primary"] or ["none"]
    held = [f"{place.words} ({place.kind})" for place in facts.held if place.kind != "primary"] or ["none"]
    fields: list[tuple[str, str]] = [
        ("Request", f"{_box(not remove)} set up &emsp; {_box(remove)} remove"),
        ("Kind", f"{_box(access == 'hierarchical')} hierarchical &emsp; {_box(access == 'absence')} absence related"),
        ("For", f"<b>{escape(person)}</b>"),
        ("Primary position", _each(primary)),
        ("Secondary positions", _each(held)),
        ("To be removed" if remove else "Asked for", f"<b>{_each(place.words for place in facts.asked)}</b>"),
        *([("Work", f"case {escape(case)}")] if case else []),
        *emergency,
        ("From", f"{_day(typed.start)} until {_day(typed.end)}"),
        *([("Next review", f"{_LINE} (within six months, CMS-12)")] if access == "absence" and not remove else []),
        ("Business reason", escape(typed.reason) or f"{_LINE}{_LINE}{_LINE}"),
    ]
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{value}</td></tr>" for name, value in fields)
    return (
        f'<article class="p30"><p class="m">Form CSUA P30 · filled in by SeeWhy as of {day_text(answer.as_of)} · '
        f"not sent</p><h1>{TITLES[answer.kind]}</h1>"
        f'<p class="stamp">{escape(_stamp(answer))}</p>'
        f'<table class="fields"><tbody>{rows}</tbody></table>'
        f"<h2>Checks</h2>{_checks(answer)}<h2>Who</h2>{_signatures(answer)}"
        f'<h2>Procedure</h2><ul>{"".join(f"<li>{escape(sentence(note))}</li>" for note in answer.notes)}</ul>'
        f'<p class="m">Load {escape(revision.load)}, true for {day_text(revision.as_of)}. {escape(revision.engine)}.'
        "</p></article>"
    )


def _stamp(answer: Verdict) -> str:
    """What the conditions come to; a request that would be refused has no form."""
    if (warns := answer.deciding) is None:
        return "It may be made: all conditions are met."
    return f"It may be made, with a warning that has to be confirmed: {sentence(warns.because)} ({warns.rule})"


def _day(date: str) -> str:
    return f"<b>{day_text(date)}</b>" if date else _LINE


def _box(on: bool) -> str:
    word = "ticked" if on else "not ticked"
    return f'<span class="box" role="img" aria-label="{word}">{"☒" if on else "☐"}</span>'


def _each(words: Iterable[str]) -> str:
    return "<br>".join(escape(word) for word in words)


def _checks(answer: Verdict) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(one.rule)}</code></td><td>{escape(sentence(one.because))}</td>"
        f"<td>{'met' if one.met else 'warns'}</td><td class='m'>{_rows(one.source)}</td></tr>"
        for one in answer.conditions
    )
    head = "<thead><tr><th>Rule</th><th>Condition</th><th>Outcome</th><th>Rows</th></tr></thead>"
    return f"<table>{head}<tbody>{rows}</tbody></table>"


def _rows(source: str) -> str:
    return escape(", ".join(row_text(part.strip()) for part in source.split(",") if part.strip()))


def _signatures(answer: Verdict) -> str:
    parts = [(word, getattr(answer.people, name)) for word, name in _SIGNS]
    rows = "".join(_signs(word, people) for word, people in parts if people)
    head = "<thead><tr><th>One of</th><th>As</th><th>Signature</th><th>Date</th></tr></thead>"
    return f"<table class='signs'>{head}<tbody>{rows}</tbody></table>" if rows else "<p>The data name nobody.</p>"


def _signs(word: str, people: Sequence[EligiblePerson]) -> str:
    first = f'<tr class="role"><th colspan="4">Who {word}</th></tr>'
    return first + "".join(
        f"<tr><td>{_box(False)} {escape(one.name or one.person)}</td><td>{escape(one.because)}</td>"
        f"<td>{_LINE}</td><td>{_LINE}</td></tr>"
        for one in people
    )
