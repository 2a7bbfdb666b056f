"""The start page: one search field, the questions to fill, what the newest load changed, and what is in the graph."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.auth.asker import may
from seewhy.explorer import navigation, page_list, page_shell, suggestions, urls
from seewhy.explorer.components import blocks, links
from seewhy.explorer.data import answers, background, connection, findings, search_index, start, tables
from seewhy.explorer.palette import kind
from seewhy.explorer.widgets.fields import question
from seewhy.explorer.widgets.search_box import search_box, title
from seewhy.graph.rules.catalogue import rule, rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.explorer.data.answers import Contents
    from seewhy.explorer.data.background import PendingAnswer
    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.data.findings import Found
    from seewhy.explorer.data.search_index import Thing
    from seewhy.graph.answers.findings import Occurrence
    from seewhy.graph.loads import Load

_WAIT_SECONDS = (0.3, 60.0)
"""How long the page waits for a graph to be opened, a large one and a small one."""
_COUNTED = {
    "person": ("people", "person"),
    "case": ("cases", "case"),
    "unit": ("units", "unit"),
    "position": ("positions", "position"),
    "role": ("roles in use", "role in use"),
    "rule": ("access rules", "access rule"),
}
_LISTED = frozenset({"person", "case", "unit", "position", "role"})
"""Kinds of which everything can be listed."""


def page() -> None:
    """Draw the page."""
    revision, date = connection.newest_revision(), urls.as_of()
    with st.container(key="hello"):
        blocks.show(
            '<h1 class="title">Who can see a case, and why?</h1>'
            '<p class="lead">Look for a person or a case, and pick a question. '
            "Every answer names the rows it rests on.</p>"
        )
    question(
        lambda: search_box(
            revision,
            "find",
            "Search people, cases, units, roles, types, systems and rules",
            _choose,
            placeholder="a name or an id, or two of them: who, and which case",
            questions=True,
        ),
        day=1.2,
    )
    tables.prepare(revision, date)
    page_shell.basis(revision, date)
    page_shell.not_today(date)
    person = search_index.named(revision, "person", urls.parameter("person"))
    case = search_index.named(revision, "case", urls.parameter("case"))
    _shown(revision)
    # Filled questions take the whole width; blank ones have what could be asked beside them.
    place = st.container(key="main")
    left, right = (place, place) if person or case else place.columns([7, 5], gap="medium")
    with left:
        _questions(person, case)
    with right:
        if before := suggestions.asked():
            blocks.show(before)
        examples = st.container(key="examples")
    pending = answers.contents(revision, date)
    counted = pending.answer() if pending.ready(_WAIT_SECONDS[connection.is_small()]) else None
    loads = connection.loads()
    _counts(counted)
    place = st.container(key="top-findings")
    news = st.container(key="news")
    changed, most = news.columns([1, 1], gap="medium") if len(loads) > 1 and may("diff") else (news, news)
    _loaded(counted, loads)
    page_shell.footer(revision, ("Rules in the catalogue", f"{len(rules()):,}"))
    # Last, so that everything else is there while they are looked for.
    with changed:
        _changes(start.load_changes(revision), loads)
    with place:
        if counted is None:
            background.draw_again_when(pending.ready, "<p>The graph is being opened …</p>")
        else:
            _findings(revision, date, counted.counts.get("case", 0))
    if counted is not None and (ranked := start.most_of_day(revision, date)) is not None:
        with examples:
            suggestions.draw_examples(ranked, revision)
        with most:
            suggestions.draw_most(ranked, revision)


def _changes(pending: PendingAnswer | None, loads: tuple[Load, ...]) -> None:
    if pending is not None:
        title = f"What {loads[0].id} changed"
        background.draw_when_ready(
            pending,
            lambda found: blocks.show(suggestions.changes(found, *loads[:2])),
            blocks.section(title, '<p class="src">Being counted …</p>'),
        )


def _choose(kind_name: str, id: str) -> None:
    """What was found goes into the question, or is shown."""
    if kind_name in ("person", "case"):
        urls.write(**{kind_name: id, "show": ""})
    else:
        urls.write(show=f"{kind_name}:{id}")


def _questions(person: Thing | None, case: Thing | None) -> None:
    who = _slot(person, "a person")
    file = _slot(case, "a case")
    chosen = {k: v.id for k, v in (("person", person), ("case", case)) if v is not None}
    with st.container(key="questions"):
        blocks.show(blocks.heading("Questions", "choose the blanks with the search above"))
        whole = person is not None and case is not None
        _question(f"Why can {who} see {file}, or why not?", "Why", "Open the answer", chosen, ready=whole)
        _question(f"Who can see {file}?", "Who can see", "List the people", chosen, ready=case is not None)
        _question(f"What can {who} see?", "What can they see", "List the cases", chosen, ready=person is not None)
        if person is not None:
            _question(f"Where does {who} belong?", "Structure", "Show the units", chosen, ready=True)
        if whole:
            _question(f"When could {who} see {file}?", "Time", "Show the times", chosen, ready=True)


def _slot(thing: Thing | None, blank: str) -> str:
    if thing is None:
        return f'<span class="blank">{blank}</span>'
    return f'<span class="filled">{blocks.icon(kind(thing.kind).icon)}{escape(title(thing))}</span>'


def _question(sentence: str, page_title: str, label: str, chosen: dict[str, str], *, ready: bool) -> None:
    with st.container(
        key=f"q-{page_title.split()[0].lower()}", horizontal=True, vertical_alignment="center", gap="small"
    ):
        blocks.show(f'<p class="question">{sentence}</p>')
        parameters = {**urls.current(), **chosen}
        if ready:
            st.page_link(
                page_list.file_of(page_title), label=label, icon=":material/arrow_forward:", query_params=parameters
            )


def _shown(revision: Revision) -> None:
    """A unit, a system or a rule that was looked up."""
    kind_name, _, id = urls.parameter("show").partition(":")
    if kind_name == "all" and id in _LISTED:
        _everything(revision, id)
    elif kind_name == "rule":
        found = rule(id)
        carried = ", ".join(what.replace(":", " ") for what in found.carried_by) or f"not about access: {found.reason}"
        reading = f'<p class="src">Our reading: {links.marked(found.reading)}</p>' if found.reading else ""
        way = navigation.to("Open the rule", "rules", id=found.id)
        body = f"<p>{links.marked(found.statement)}</p>{reading}<p class='src'>Carried by {escape(carried)}</p>"
        blocks.show(blocks.section(found.id, f"{body}<p>{way}</p>", "rule"))
    elif kind_name in ("unit", "role", "position", "case_type", "system") and (
        thing := search_index.named(revision, kind_name, id)
    ):
        way = navigation.to("Open it in Structure", "structure", unit=id) if kind_name == "unit" else ""
        blocks.show(
            blocks.section(
                thing.name or thing.id,
                f"<p>Id <code>{escape(thing.id)}</code> {escape(thing.about.replace('_', ' '))}</p><p>{way}</p>",
                kind(kind_name).word,
            )
        )


def _everything(revision: Revision, listed: str) -> None:
    """Everything of one kind that was ever loaded, page by page."""
    rows = search_index.table(revision, listed)
    word, _ = _COUNTED[listed]
    part, line = links.pages("", len(rows), word)
    lead = {"person": links.person, "unit": links.unit, "case": links.case}.get(listed)
    cells = (
        (lead(id, name) if lead else escape(name or id), escape(about.replace("_", " ")))
        for id, name, about in rows[part].select("id", "name", "about").iter_rows()
    )
    table = links.table((kind(listed).word.capitalize(), ""), cells)
    title = f"All {word.removesuffix(' in use')}, on whatever day"
    blocks.show(blocks.section(title, table + line, f"{len(rows):,}"))


def _counts(counted: Contents | None) -> None:
    """How much the graph holds of each kind on the day, when it is open; each leads to a list."""
    found = counted.counts if counted else {}
    if counted is not None and not any(found.values()):
        blocks.show(blocks.section("This organisation is empty", "<p>Nobody and nothing is there on this day.</p>"))
    tiles = "".join(_tile(name, found[name]) for name in _COUNTED if found.get(name))
    blocks.show(f'<div class="tiles">{tiles}</div>')


def _tile(name: str, count: int) -> str:
    many, one = _COUNTED[name]
    body = f"<b>{count:,}</b><span>{blocks.icon(kind(name).icon)}{one if count == 1 else many}</span>"
    return f'<div class="tile">{navigation.link(body, "", show=f"all:{name}") if name in _LISTED else body}</div>'


def _loaded(counted: Contents | None, finished: tuple[Load, ...]) -> None:
    """What was loaded, and the systems when the graph is open."""
    systems = [(one.id, one.name, blocks.scheme_text(one.about)) for one in (counted.systems if counted else ())]
    loads = [
        (load.id, blocks.day_text(load.as_of), blocks.time_text(load.finished), f"{load.facts:,}")
        for load in finished[:5]
    ]
    left, right = st.container(key="loaded").columns([1, 1], gap="medium")
    with left:
        blocks.show(
            blocks.section(
                "What was loaded", blocks.table(("Load", "True for", "Finished", "Rows"), loads), "newest first"
            )
        )
    with right:
        blocks.show(
            blocks.section(
                "Systems", blocks.table(("Id", "Name", "Governed by"), systems), "the scheme decides who sees a case"
            )
        )


def _findings(revision: Revision, date: str, cases: int) -> None:
    """How many findings of each severity, and the first of them."""
    found = findings.of_start(revision, date, cases)
    if found is None:
        way = navigation.to("Look for findings", "findings")
        blocks.show(blocks.section("Top findings", f"<p>Not looked for yet with this load and day. {way}</p>"))
        return
    if found.looked < found.kinds:
        count = len(found.answer.findings)
        background.draw_again_when(
            lambda: findings.grown(revision, date, count), lambda: findings.progress(revision, date)
        )
    if found.whole or found.answer.findings:
        _top(found, revision.load if len(connection.loads()) > 1 else "")


def _top(looked: Found, load: str) -> None:
    """The first findings; those with a row of the newest load, when it is not the only one, come first as new."""
    found = looked.answer
    new = [one for one in found.findings if any(fact.load == load for fact in one.facts)]
    known = {id(one) for one in new}
    listed = _one_of_each([*new, *(one for one in found.findings if id(one) not in known)])
    rows = (
        (
            f'<span class="nb"><span class="tag {TONES[finding.severity]}">{finding.severity}</span>'
            + (' <span class="tag mut">new</span>' if id(finding) in known else "")
            + "</span>",
            blocks.rule_chip(finding.rule),
            escape(finding.message) + _others(finding, found.findings),
            links.why(finding.person, finding.case) if finding.person and finding.case else "",
        )
        for finding in listed
    )
    counted = ", ".join(f"{n:,} {severity}" for severity, n in found.counts.items()) or "none"
    if load:
        counted += f"; {len(new):,} with rows of {load}"
    counted += "" if looked.whole else "; so far"
    table = links.table(("Severity", "Rule", "What", ""), rows) if found.findings else "<p>Nothing is odd.</p>"
    count = len(found.findings)
    words = f"All {count:,} findings" if count > 1 else "Open it in Findings"
    way = f'<p class="more">{navigation.to(words, "findings")}</p>' if count else ""
    blocks.show(blocks.section("Top findings", table + way, counted))


def _one_of_each(findings: Sequence[Occurrence]) -> list[Occurrence]:
    """The first ones, a kind each, the most severe before the others; then more of the same kinds."""
    kinds: Counter[str] = Counter()
    turns = []
    for one in findings:
        turns.append((kinds[one.name], [*TONES].index(one.severity)))
        kinds[one.name] += 1
    order = sorted(range(len(turns)), key=lambda n: (*turns[n], n))
    return [findings[n] for n in order[:_TOP]]


def _others(one: Occurrence, findings: Sequence[Occurrence]) -> str:
    """How many more findings of the same rule there are, leading to them; blank for none."""
    more = sum(other.rule == one.rule for other in findings) - 1
    way = navigation.to(f"{more:,} more by {one.rule}", "findings", rule=one.rule)
    return f' <span class="src nb">{way}</span>' if more > 0 else ""


_TOP = 5
TONES = {"high": "blocked", "medium": "depends", "low": "no"}
page()
