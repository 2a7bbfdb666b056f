"""What to ask next: what the newest load changed, who sees most, what was asked before in this window, examples."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st

from seewhy.auth.asker import may
from seewhy.explorer import navigation
from seewhy.explorer.components import blocks, links
from seewhy.explorer.data import asked_before, background, search_index, start
from seewhy.explorer.page_list import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seewhy.explorer.data.background import PendingAnswer
    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.data.start import FileChange
    from seewhy.graph.loads import Load
    from seewhy.graph.matrix.most import Most


def changes(found: Sequence[FileChange], load: Load, before: Load) -> str:
    """What the newest load changed, file by file, with the way to who gained and who lost."""
    title, note = f"What {load.id} changed", f"since {before.id}, true for {blocks.day_text(before.as_of)}"
    if not found:
        return blocks.section(title, "<p>Nothing: its rows are those of the load before.</p>", note)
    rows = [
        (escape(one.stem.replace("_", " ")), *(f"{number:,}" if number else "" for number in one[1:])) for one in found
    ]
    way = ""
    if "changes" in {entry.address for entry in shown()} and before.as_of < load.as_of:
        asked = {"from": before.as_of, "to": load.as_of}
        way = f'<p class="more">{navigation.to("Who gained and who lost by it", "changes", **asked)}</p>'
    return blocks.section(title, links.table(("Rows of", "New", "Ended", "Changed"), rows) + way, note)


def sees_most(found: Most | None, revision: Revision) -> str:
    """The people who see most, and the cases that most people see."""
    if found is None:
        return ""
    if not found.pairs:
        return blocks.section(_MOST, "<p>Nobody can see any case on this day.</p>")
    people = _ranked(
        (navigation.to(_name(revision, "person", id), "what", person=id), _about(revision, id), number)
        for id, number in found.people
    )
    cases = _ranked(
        (navigation.to(id, "who", case=id), _name(revision, "case", id), number) for id, number in found.cases
    )
    note = f"{found.pairs:,} pairs of person and case can see"
    left, right = f"<div><h3>People, by cases</h3>{people}</div>", f"<div><h3>Cases, by people</h3>{cases}</div>"
    return blocks.section(_MOST, f'<div class="two">{left}{right}</div>', note)


def _ranked(rows: Iterable[tuple[str, str, int]]) -> str:
    items = (
        f'<li><span>{link} <span class="src">{escape(about)}</span></span><b>{number:,}</b></li>'
        for link, about, number in rows
    )
    return f'<ul class="ranked">{"".join(items)}</ul>'


def _name(revision: Revision, kind: str, id: str) -> str:
    known = search_index.named(revision, kind, id)
    return known.name or id if known else id


def _about(revision: Revision, person: str) -> str:
    known = search_index.named(revision, "person", person)
    return known.about if known else ""


def asked(most: int = 6) -> str:
    """What was asked before in this window; blank when nothing was."""
    items = "".join(
        f'<li><a class="go" href="{escape(one.address)}" target="_self">{escape(one.title)}</a></li>'
        for one in asked_before.newest(most)
    )
    return blocks.section("Asked before in this window", f'<ul class="plain">{items}</ul>') if items else ""


def examples(found: Most | None, revision: Revision) -> str:
    """Questions about somebody and something of this organisation; blank where there is nobody or nothing."""
    if not found or not found.people:
        return ""
    person, case = found.people[-1][0], found.cases[0][0]
    name = _name(revision, "person", person)
    items = [
        navigation.to(f"Why can {name} see {case}, or why not?", "why", person=person, case=case),
        navigation.to(f"Who can see {case}?", "who", case=case),
        navigation.to(f"What can {name} see?", "what", person=person),
    ][0 if may("why") else 1 :]
    items = [*_own(name, person, case, [(id, _name(revision, "person", id)) for id, _ in found.people]), *items]
    body = f'<ul class="plain">{"".join(f"<li>{one}</li>" for one in items)}</ul>'
    return blocks.section("For example", body, "of this organisation")


def _own(name: str, person: str, case: str, people: Sequence[tuple[str, str]]) -> list[str]:
    """The question of the page that is shown, where it has one of its own, about the same person and case."""
    page = urlsplit(str(st.context.url or "")).path.rpartition("/")[2]
    other, second = people[0]
    asked: dict[str, list[tuple[str, dict[str, str]]]] = {
        "time": [(f"Since when can {name} see {case}?", {"person": person, "case": case})],
        "compare": [
            (f"What do {name} and {second} see differently?", {"a": person, "b": other}),
            (f"What does {name} see differently since the load before?", {"a": person, "differ": "days"}),
        ][other == person :],
        "paths": [(f"Which paths lead from {name} to {case}?", {"from": f"person:{person}", "to": f"case:{case}"})],
    }
    return [navigation.to(words, page, **given) for words, given in asked.get(page, [])]


def draw(revision: Revision, date: str) -> None:
    """What was asked before and what could be asked, where a page has no question yet."""
    if before := asked():
        blocks.show(before)
    if (pending := start.most_of_day(revision, date)) is not None:
        background.draw_when_ready(pending, lambda found: _shown(examples(found, revision) or _nothing(found)), "")


def _nothing(found: Most | None) -> str:
    said = "<p>Nobody can see any case of this organisation on this day.</p>"
    return blocks.section("For example", said) if found else ""


def draw_examples(pending: PendingAnswer, revision: Revision) -> None:
    """The examples, as soon as it is known who sees most."""
    background.draw_when_ready(pending, lambda found: _shown(examples(found, revision)), "")


def draw_most(pending: PendingAnswer, revision: Revision) -> None:
    """Who sees most, as soon as it is known."""
    waiting = blocks.section(_MOST, '<p class="src">Being counted …</p>')
    background.draw_when_ready(pending, lambda found: _shown(sees_most(found, revision)), waiting)


def _shown(body: str) -> None:
    if body:
        blocks.show(body)


_MOST = "Who sees most, and what most people see"
