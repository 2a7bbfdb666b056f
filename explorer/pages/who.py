"""Who can see this case: how many by deciding reason, then everybody with the reason, then why."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Any

from seewhy.auth.asker import may
from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks, tiles
from seewhy.explorer.components.marks import chips
from seewhy.explorer.components.tiles import Bar, Tile
from seewhy.explorer.data import connection, search_index, tables
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets.access_list import Wording, access_list
from seewhy.explorer.widgets.data_table import Column
from seewhy.explorer.widgets.fields import field, question
from seewhy.explorer.widgets.preview import preview
from seewhy.graph.questions.case_list import CATEGORY, OFFICE, RESPONSIBLE, TEAM
from seewhy.graph.schemes.in_use import has_value_now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.data.tables import AccessTable
    from seewhy.graph.answers.lists import WhoAnswer

_WORDING = Wording(
    every="All who can see it",
    related="Only people who are",
    relations={
        RESPONSIBLE: "Responsible: Assigned to or Other staff",
        OFFICE: "Members of its office",
        TEAM: "Members of its team",
        CATEGORY: "Members of its category",
    },
    search="name or id",
    row="person",
    rows="people",
)
_FEW = 10
"""Of so many rows one has to have a job title beside the name, for a column of them."""


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    (case,) = question(lambda: field(revision, "case", "Who can see this case?"), day=1.2)
    date = urls.as_of()
    tables.prepare(revision, date)
    found = page_shell.answer(
        revision,
        date,
        lambda: tables.who(revision, case, date) if case else None,
        "Choose a case: type its title or its id above.",
    )
    if found is not None:
        _answered(revision, found)


def _answered(revision: Revision, found: AccessTable[WhoAnswer]) -> None:
    answer = found.answer
    count = len(answer.people)
    exported = answer_bar.draw(
        revision,
        "who",
        answer.as_of,
        {"case": answer.case},
        found.statements,
        f"who can see case {answer.case}",
        found.export,
        count=count,
        scheme=f"{answer.system}: {blocks.scheme_text(answer.scheme)}",
    )
    thing = search_index.named(revision, "case", answer.case)
    system = search_index.named(revision, "system", answer.system)
    blocks.show(
        tiles.heading(
            "case",
            f"{tiles.people(count) if count else 'Nobody'} can see case {answer.case}",
            (thing.name if thing else "", system.name if system and system.name else answer.system),
            chips("case", answer.case),
        )
    )
    if answer.note:
        blocks.show(f'<p class="lead">{escape(blocks.sentence(answer.note))}</p>')
    _tiles(found)
    if may("timeline"):
        blocks.show(f'<p class="src">{navigation.to("How many through time", "time", case=answer.case)}</p>')

    def selected(row: dict[str, Any]) -> None:
        preview(revision, row["person"], answer.case, answer.as_of, row["name"] or row["person"], row["person"])

    columns = [
        Column("name", "Person", "name"),
        Column("person", "Id", "id", link=_place),
    ]
    titled = int((found.rows["about"] != "").sum())
    if titled * _FEW > len(found.rows):
        columns.append(Column("about", "Job title"))
    access_list(
        found,
        columns,
        _WORDING,
        ("who", answer.case, answer.as_of),
        f"people who can see case {answer.case}",
        switching=has_value_now(answer.scheme),
        reasons=lambda: _reasons(found),
        opens=lambda row: navigation.address("why", person=row["person"], case=answer.case, asof=answer.as_of),
        selected=selected,
        exported=exported,
    )
    page_shell.footer(
        revision,
        ("People who can see it", f"{count:,}, all counted"),
        (tiles.KEPT_OUT.capitalize(), f"{len(answer.blocked):,}"),
    )


def _place(row: Mapping[str, Any]) -> str:
    """Where the person stands in the organisation, on the day of the address."""
    return navigation.address("structure", person=row["person"], asof=urls.parameter("asof"))


def _listed(answer: WhoAnswer, **chosen: str) -> str:
    """The list on this page with these filters."""
    return navigation.address("who", case=answer.case, asof=urls.parameter("asof"), **chosen)


def _tiles(found: AccessTable[WhoAnswer]) -> None:
    answer = found.answer
    values = Counter(row.value for row in answer.people)
    items = [
        Tile(len(answer.people), "visibility", "can see it", href=_listed(answer)),
        Tile(values["edit"], "edit", "can change it", href=_listed(answer, show="edit")),
        Tile(values["view"], "visibility", "view only", href=_listed(answer, show="view")),
    ]
    if has_value_now(answer.scheme):
        items[1] = items[1]._replace(word="can change it after switching")
        items.append(Tile(sum(row.value_now == "edit" for row in answer.people), "event_seat", "can change it now"))
        items.append(Tile(sum(row.value_now != "none" for row in answer.people), "event_seat", "can see it now"))
    items.append(tiles.blocked(len(answer.blocked), href=_listed(answer, show="blocked")))
    blocks.show(tiles.tiles(items))


def _reasons(found: AccessTable[WhoAnswer]) -> None:
    answer = found.answer
    granted = [
        Bar(tiles.reason(step, value), count, href=_listed(answer, show=value, by=step))
        for (step, value), count in answer.counts.items()
    ]
    blocked = Counter(row.step for row in found.answer.blocked)
    most = max((bar.number for bar in granted), default=0)
    most = max(most, *blocked.values(), 0)
    body = tiles.bars(granted, most=most) if granted else "<p>Nobody can see it.</p>"
    if blocked:
        body += tiles.bars(
            (
                Bar(step_title(step), count, "blocked", _listed(answer, show="blocked", by=step))
                for step, count in blocked.most_common()
            ),
            tiles.KEPT_OUT.capitalize(),
            most=most,
        )
    blocks.show(blocks.section("By deciding reason", body, "people"))


page()
