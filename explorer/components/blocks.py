"""The pieces that pages are made of, as HTML in which every name is escaped; `show` puts one on the page."""

from __future__ import annotations

import datetime as dt
import re
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import navigation
from seewhy.explorer.components.source_rows import row_link, row_text, rows_linked
from seewhy.explorer.palette import VALUES
from seewhy.explorer.titles import step_title
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.explain.fact_words import said_words
from seewhy.graph.rules.catalogue import rule as rule_of
from seewhy.graph.schemes.in_use import title
from seewhy.graph.vocabulary import ALWAYS, is_open

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.answers.reasons import Action, PathStep, Reason, Tried

OPEN_REASONS = 10
"""Reasons that are open; the others are folded, and open on paper."""
GIVES = {**VALUES, "none": "no access"}
"""What a reason gives, in words."""
_METER = {"none": 0, "view": 1, "edit": 2}
_OUTCOMES = {
    "not met": ("close", "no"),
    "decided": ("check_circle", "decides"),
    "met, not needed": ("done", "met, not needed"),
    "not reached": ("", "not reached"),
}


def show(body: str, *, key: str | None = None) -> None:
    """Put HTML on the page, in the style of the product."""
    if key is None:
        st.html(f'<div class="sw">{unbroken(body)}</div>')
        return
    with st.container(key=key):
        st.html(f'<div class="sw">{unbroken(body)}</div>')


_TAG = re.compile(r"(<[^>]*>)")
_HYPHENED = re.compile(r"(?<![\w-])(?=[\w.-]{3,28}(?![\w.-]))\w[\w.]*(?:-[\w.]+)+")


def unbroken(body: str) -> str:
    """The same HTML, in which ids and words with a hyphen are not broken there; long ones still are."""
    if "-" not in body or "<svg" in body:
        return body
    parts = _TAG.split(body)
    parts[::2] = [_HYPHENED.sub(r'<span class="nb">\g<0></span>', text) if "-" in text else text for text in parts[::2]]
    return "".join(parts)


def icon(name: str) -> str:
    """A bundled Material Symbol; words beside it say the same."""
    return f'<span class="ic" aria-hidden="true">{name}</span>' if name else ""


def chip(icon_name: str, text: str, tone: str = "") -> str:
    """A small fact about an answer."""
    return f'<span class="chip {tone}">{icon(icon_name)}{escape(text)}</span>'


def rule_chip(id: str) -> str:
    """A rule id, a link to its page, with its statement as a tooltip."""
    try:
        statement = rule_of(id).statement
    except UnknownEntity:
        statement = ""
    return navigation.link(f'<abbr class="rule" title="{escape(statement)}">{escape(id)}</abbr>', "rules", id=id)


def rule_chips(ids: Iterable[str]) -> str:
    """Several rule ids."""
    return " ".join(rule_chip(id) for id in ids)


def section(title: str, body: str, note: str = "") -> str:
    """A card with a heading; the note is beside the heading, not in it."""
    return f'<section class="card">{heading(title, note)}{body}</section>'


def heading(title: str, note: str = "") -> str:
    """A heading with a note beside it."""
    beside = f'<span class="beside">{escape(note)}</span>' if note else ""
    return f'<div class="sect"><h2>{escape(title)}</h2>{beside}</div>'


def day_text(date: str) -> str:
    """`3 Feb 2025`, and words for the two ends of time."""
    if date in ("", ALWAYS):
        return "always"
    if is_open(date):
        return "until further notice"
    try:
        return f"{(d := dt.date.fromisoformat(date)).day} {d:%b} {d.year}"
    except ValueError:
        return date


def time_text(moment: str) -> str:
    """`3 Feb 2025, 09:12 UTC` for a moment in UTC."""
    date, _, time = moment.partition("T")
    return f"{day_text(date)}, {time[:5]} UTC" if time else day_text(date)


def period(since: str, until: str) -> str:
    """`since 3 Feb 2025, until 1 Mar 2026`; blank ends are left out."""
    parts = []
    if since not in ("", ALWAYS):
        parts.append(f"since {day_text(since)}")
    if not is_open(until):
        parts.append(f"until {day_text(until)}")
    return ", ".join(parts)


def sentence(text: str) -> str:
    """A clause as a sentence: capital letter, full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if not text or text[-1] in ".?!…" else ".")


def source_line(step: PathStep, *, linked: bool = True) -> str:
    """The source row of a fact, its period, who granted it with what note, and the load; not `linked` on paper."""
    granted = said_words(step.granted_by, step.note)
    row = row_link(step.source, step.load) if linked else escape(row_text(step.source))
    parts = [row, *map(escape, (period(step.since, step.until), granted, step.load))]
    return f'<div class="src">{" · ".join(part for part in parts if part)}</div>'


def tone(answer: WhyAnswer) -> str:
    """The colour of a verdict: yes, depends (only after switching), blocked, or no."""
    if answer.check.can_see:
        return "depends" if answer.check.value_now == "none" else "yes"
    return "blocked" if answer.blocked else "no"


def verdict(answer: WhyAnswer, chips: Sequence[str], mark: str = "", ways: str = "") -> str:
    """The answer as a sentence, how it was decided, and the level in words and as a meter; `mark` is HTML behind it,
    `ways` below it."""
    look = {"yes": "visibility", "depends": "swap_horiz", "blocked": "block", "no": "visibility_off"}
    kind, check = tone(answer), answer.check
    first, _, rest = answer.verdict.partition(" ")
    decided = next((reason for reason in answer.reasons if reason.decides), None)
    rung = next((tried for tried in answer.ladder if tried.outcome == "decided"), None)
    because = decided.sentence if decided else sentence(rung.because) if rung else ""
    if answer.now_because:
        because = f"{because} {answer.now_because}"
    next_ = f'<p class="ways">{ways}</p>' if ways else ""
    levels = _level("access level" if check.value == check.value_now else "after switching", check.value)
    if check.value != check.value_now:
        levels = _level("now", check.value_now) + levels
    return (
        f'<section class="v {kind}" role="status"><div class="big">{icon(look[kind])}</div>'
        f"<div><h1><b>{escape(first)}</b> {escape(rest)}{mark}</h1>"
        f'<p class="sub">{rows_linked(because)} Decided at the step <b>{escape(step_title(check.step))}</b>. '
        f'{rule_chips(check.rules)}</p><div class="facts">{"".join(chips)}</div>'
        f"{next_}</div>"
        f'<div class="levels">{levels}</div></section>'
    )


def _level(label: str, value: str) -> str:
    bars = "".join(f'<i class="{"on" if n < _METER[value] else ""}"></i>' for n in range(2))
    return (
        f'<div class="lvl"><div class="w">{VALUES[value]}</div><div class="meter" aria-hidden="true">{bars}</div>'
        f'<div class="s">{escape(label)}</div></div>'
    )


def fact_list(steps: Sequence[PathStep]) -> str:
    """Facts in the order of the path, each with its source row."""
    items = "".join(f"<li>{escape(sentence(step.sentence))}{source_line(step)}</li>" for step in steps)
    return f'<ol class="why">{items}</ol>'


def reasons(answer: WhyAnswer) -> str:
    """All reasons, the deciding first; a reason that was beaten says so."""
    granted, parts = answer.check.can_see, []
    for reason in answer.reasons:
        mark, word, css = _mark(reason, granted, answer.blocked)
        parts.append(
            f'<div class="reason"><div class="rhead">'
            f'<span class="tag {css}">{icon(mark)}{word}: {GIVES[reason.value]}</span>'
            f"<span>{escape(step_title(reason.step))}</span>{rule_chips(reason.rules)}</div>{fact_list(reason.path)}</div>"
        )
    if len(parts) > OPEN_REASONS:
        more = f"<summary>and {len(parts) - OPEN_REASONS:,} more reasons</summary>{''.join(parts[OPEN_REASONS:])}"
        return f"{''.join(parts[:OPEN_REASONS])}<details class='rest'>{more}</details>"
    if parts:
        return "".join(parts)
    rung = next((tried for tried in answer.ladder if tried.outcome == "decided"), None)
    lacking = [t for t in answer.ladder if t.outcome == "not met" and t.because]
    body = f"<p>{escape(sentence(rung.because))} {rule_chips(rung.rules)}</p>" if rung and rung.because else ""
    if lacking:
        items = "".join(f"<li>{escape(sentence(t.because))} {rule_chips(t.rules)}</li>" for t in lacking)
        body += f'<p class="lead">Each step was tried, and none is met:</p><ul class="lack">{items}</ul>'
    return body


def _mark(reason: Reason, granted: bool, blocked: bool) -> tuple[str, str, str]:
    if reason.decides:
        return ("check", "Decides", "") if granted else ("block", "Decides", "blocked" if blocked else "mut")
    if granted and reason.value != "none":
        return "add", "Also grants", "mut"
    if granted:
        return "block", "Matched but not used", "mut"
    return "block", "Matched but not used" if reason.value != "none" else "Also denies", "mut"


def ladder(answer: WhyAnswer) -> str:
    """Every rung in its order: question, outcome in words, what was found or lacked."""
    bad = {"yes": "", "depends": " depends", "blocked": " blocked", "no": " no"}[tone(answer)]
    rungs = "".join(_rung(n, tried, bool(bad) and not answer.check.can_see) for n, tried in enumerate(answer.ladder, 1))
    return f'<ol class="lad{bad}">{rungs}</ol>'


def _rung(number: int, tried: Tried, refused: bool) -> str:
    mark, word = _OUTCOMES[tried.outcome]
    if tried.outcome == "decided" and refused:
        mark = "block"
    css = {"decided": "dec", "not reached": "skip", "met, not needed": "skip"}.get(tried.outcome, "")
    current = ' aria-current="step"' if tried.outcome == "decided" else ""
    otherwise = tried.question.startswith("Otherwise")
    question = "Otherwise: nothing above was met" if tried.question == "Otherwise" else tried.question
    because = "an earlier step decided" if otherwise and tried.outcome == "not reached" else tried.because
    return (
        f'<li class="{css}"{current}><span class="st" aria-hidden="true">{number}</span>'
        f'<span class="q">{escape(question)}</span><span class="out">{icon(mark)}{word}</span>'
        f'<span class="f">{escape(sentence(because))} {rule_chips(tried.rules)}</span></li>'
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str = "") -> str:
    """A table of escaped text."""
    return table_of_cells(head, ([escape(cell) for cell in row] for row in rows), caption=caption)


def table_of_cells(head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str = "") -> str:
    """A table of cells that are HTML already. On a phone a row is a card, whose cells say what they are by `data-head`;
    the roles are said because what is drawn as a card counts as a table no more."""
    names = [escape(cell) for cell in head]
    unseen = '<span class="unseen">where it leads</span>'
    top = "".join(f'<th scope="col" role="columnheader">{name or unseen}</th>' for name in names)
    body = "".join(
        '<tr role="row">'
        + "".join(f'<td role="cell" data-head="{name}">{cell}</td>' for name, cell in zip(names, row, strict=False))
        + "</tr>"
        for row in rows
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table role="table">{title}<thead role="rowgroup"><tr role="row">{top}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table></div>'
    )


def actions(items: Sequence[Action]) -> str:
    """Privileges that could be used on the case, and what each comes through."""
    return table(
        ("Privilege", "Rule", "Through", "At unit", "For type"),
        ((a.privilege, a.rule, a.through, a.unit or "everywhere", a.case_type or "all types") for a in items),
    )


def scheme_text(scheme: str) -> str:
    """`Case Manager (memberships)`."""
    named = title(scheme)
    return f"{named} ({scheme})" if named != scheme else scheme
