"""What this person can see: how many by system and deciding reason, then every case with the reason, then why."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.auth.asker import may
from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks, tiles
from seewhy.explorer.components.marks import chips
from seewhy.explorer.components.tiles import Bar, Tile
from seewhy.explorer.data import connection, headings, search_index, tables
from seewhy.explorer.widgets import data_table
from seewhy.explorer.widgets.access_list import Wording, access_list, depends
from seewhy.explorer.widgets.data_table import Column
from seewhy.explorer.widgets.fields import field, question
from seewhy.explorer.widgets.preview import preview
from seewhy.graph.questions.case_list import CATEGORY, OFFICE, RESPONSIBLE, TEAM
from seewhy.graph.schemes.in_use import has_value_now

if TYPE_CHECKING:
    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.data.tables import AccessTable
    from seewhy.graph.answers.lists import WhatAnswer

_WORDING = Wording(
    every="All that can be seen",
    related="Only cases",
    relations={
        RESPONSIBLE: "Responsible for: Assigned to or Other staff",
        OFFICE: "In an office of theirs",
        TEAM: "In a team of theirs",
        CATEGORY: "In a category of theirs",
    },
    search="title or id",
    row="case",
    rows="cases",
)


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    (person,) = question(lambda: field(revision, "person", "What can this person see?"), day=1.2)
    date = urls.as_of()
    tables.prepare(revision, date)
    found = page_shell.answer(
        revision,
        date,
        lambda: tables.what(revision, person, date) if person else None,
        "Choose a person: type a name or an id above.",
    )
    if found is not None:
        _answered(revision, found)


def _answered(revision: Revision, found: AccessTable[WhatAnswer]) -> None:
    answer = found.answer
    count = len(answer.cases)
    exported = answer_bar.draw(
        revision,
        "what",
        answer.as_of,
        {"person": answer.person},
        found.statements,
        f"what can {answer.person} see",
        found.export,
        count=count,
    )
    thing = search_index.named(revision, "person", answer.person)
    blocks.show(
        tiles.heading(
            "person",
            f"{answer.name or answer.person} can see {tiles.cases(count) if count else 'no case'}",
            (answer.person, thing.about if thing and thing.about != thing.name else ""),
            chips("person", answer.person),
        )
    )
    if answer.note:
        blocks.show(f'<p class="lead">{escape(blocks.sentence(answer.note))}</p>')
    if _positions(found) and (words := headings.in_use_words(headings.in_use(revision, answer.person, answer.as_of))):
        now = " <i>Now</i> is what it gives." if depends(found) else " Access is the same in every position."
        blocks.show(f'<p class="lead">{blocks.icon("event_seat")} {escape(words)}.{now}</p>')
    _tiles(found)
    if may("timeline"):
        blocks.show(f'<p class="src">{navigation.to("How many through time", "time", person=answer.person)}</p>')

    def selected(row: dict[str, Any]) -> None:
        preview(revision, answer.person, row["case"], answer.as_of, row["case"], row["title"] or "")

    access_list(
        found,
        [
            Column("case", "Case", "id"),
            *data_table.said(found.rows, Column("title", "Title", "name")),
            Column("system", "System", "short"),
        ],
        _WORDING,
        ("what", answer.person, answer.as_of),
        f"cases that {answer.name or answer.person} can see",
        switching=_positions(found),
        reasons=lambda: _reasons(revision, found),
        opens=lambda row: navigation.address("why", person=answer.person, case=row["case"], asof=answer.as_of),
        selected=selected,
        exported=exported,
    )
    page_shell.footer(
        revision,
        ("Cases that can be seen", f"{count:,}, all counted"),
        (tiles.KEPT_OUT_OF.capitalize(), f"{len(answer.blocked):,}"),
    )


def _positions(found: AccessTable[WhatAnswer]) -> bool:
    """Whether a system in the answer asks for the position in use."""
    scheme = dict(found.answer.systems)
    return any(has_value_now(scheme.get(system, "")) for system in found.rows["system"].unique())


def _listed(answer: WhatAnswer, **chosen: str) -> str:
    """The list on this page with these filters."""
    return navigation.address("what", person=answer.person, asof=urls.parameter("asof"), **chosen)


def _tiles(found: AccessTable[WhatAnswer]) -> None:
    answer, seen = found.answer, found.rows.filter(~pl.col("blocked"))
    values = Counter(seen["value"].to_list())
    responsible = len(seen.filter(pl.col("case").is_in(sorted(found.related[RESPONSIBLE]))))
    items = [
        Tile(values["edit"], "edit", "can change", href=_listed(answer, show="edit")),
        Tile(values["view"], "visibility", "view only", href=_listed(answer, show="view")),
        Tile(responsible, "assignment_ind", "responsible for"),
    ]
    if _positions(found) and depends(found):
        switching = len(seen.filter(pl.col("value") != pl.col("value_now")))
        items.append(Tile(switching, "swap_horiz", "more after switching position", "depends" if switching else ""))
    items.append(tiles.blocked(len(answer.blocked), tiles.KEPT_OUT_OF, _listed(answer, show="blocked")))
    blocks.show(tiles.tiles(items))


def _reasons(revision: Revision, found: AccessTable[WhatAnswer]) -> None:
    scheme, parts = dict(found.answer.systems), []
    by_system: Counter[str] = Counter()
    for (system, _, _), count in found.answer.counts.items():
        by_system[system] += count
    blocked = Counter(found.rows.filter("blocked")["system"].to_list())
    most = max(*found.answer.counts.values(), *blocked.values(), 0, 0)
    for system in sorted({*by_system, *blocked}, key=lambda system: (-by_system[system], system)):
        bars = [
            Bar(tiles.reason(step, value), count, href=_listed(found.answer, show=value, by=step, system=of))
            for (of, step, value), count in found.answer.counts.items()
            if of == system
        ]
        if blocked[system]:
            href = _listed(found.answer, show="blocked", system=system)
            bars.append(Bar(tiles.KEPT_OUT_OF.capitalize(), blocked[system], "blocked", href))
        thing = search_index.named(revision, "system", system)
        name = thing.name if thing and thing.name else system
        word = scheme.get(system, "")
        parts.append(tiles.bars(bars, f"{name} ({word})" if word else name, most=most, total=by_system[system]))
    blocks.show(blocks.section("By system and reason", "".join(parts) or "<p>There is no case to show.</p>", "cases"))


page()
