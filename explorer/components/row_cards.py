"""The cards about a row of the input, as HTML: its cells, its history, rows of the same number, rows beside it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seewhy.explorer.components import blocks, links, source_rows
from seewhy.graph.inputs.files import FILES

if TYPE_CHECKING:
    from seewhy.graph.answers.row import Neighbours, RowAnswer, RowPeriod

_OPEN = 5
"""Rows beside it that stand open; where there are more, they are folded."""


def cells(answer: RowAnswer) -> str:
    """Its cells, what they name as links, and which are blank."""
    spec = FILES[answer.stem]
    to = {column.name: column.references for column in spec.columns} | {spec.id: answer.stem if spec.id else None}
    rows = [
        (f"<code>{escape(name)}</code>", _cell(to.get(name) or "", cell)) for name, cell in answer.cells.items() if cell
    ]
    blank = [name for name, cell in answer.cells.items() if not cell]
    more = f'<p class="src more">blank: {escape(", ".join(blank))}</p>' if blank else ""
    return blocks.section("The row", links.table(("Column", "Cell"), rows) + more, source_rows.row_text(answer.source))


def _cell(kind: str, cell: str) -> str:
    ways = {"people": links.person, "units": links.unit, "cases": links.case}
    return ways[kind](cell) if kind in ways else escape(cell)


def history(answer: RowAnswer) -> str:
    """The periods of its key, each with the loads that began and ended it."""
    items = []
    for one in answer.history:
        here = (one.source, one.load, one.since) == (answer.source, answer.load, answer.since)
        named = escape(source_rows.row_text(one.source))
        row = f"<b>{named}</b>" if here else source_rows.row_link(one.source, one.load)
        said = [f"begun by {one.load}", f"ended by {one.ended_load}" if one.ended_load else "in the newest load"]
        became = f'<div class="src">then {escape(one.became)}</div>' if one.became else ""
        items.append(
            f'<li>{escape(blocks.period(one.since, one.until) or "always")}'
            f'<div class="src">{row} · {escape(" · ".join(said))}</div>{became}</li>'
        )
    note = f"{len(items)} periods" if len(items) > 1 else ""
    body = f'<ul class="lack">{"".join(items)}</ul>'
    return blocks.section("Its history", body, note or "dates and notes are corrected in place")


def others(answer: RowAnswer) -> str:
    """Rows of other loads that had the same number; blank without one."""
    if not answer.others:
        return ""
    rows = ((_row_of(one), escape(one.sentence), escape(one.load)) for one in answer.others)
    return blocks.section(
        "Other rows of that number", links.table(("Row", "Says", "Load"), rows), "each load numbers its own"
    )


def _row_of(one: RowPeriod) -> str:
    return f'<span class="src">{source_rows.row_link(one.source, one.load)}</span>'


def near(beside: Neighbours) -> str:
    """Other rows that name the same thing; blank without one."""
    total, shown = sum(beside.counts.values()), len(beside.rows)
    counted = ", ".join(f"{number:,} in {stem}" for stem, number in beside.counts.items())
    name = beside.name if beside.name == beside.id else f"{beside.name} ({beside.id})"
    if not total:
        return ""
    rows = ((escape(one.sentence), _row_of(one)) for one in beside.rows)
    more = f'<p class="src more">{shown} of {total:,} shown</p>' if total > shown else ""
    body = links.table(("Says", "Row"), rows) + more
    if shown > _OPEN:
        body = f"<details class='who'><summary>these rows</summary>{body}</details>"
    return blocks.section(f"Beside it: {name}", body, counted)
