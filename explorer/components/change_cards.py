"""What a comparison found, as HTML: numbers by kind, the rows that did it, the pairs with value before and after."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import polars as pl

from seewhy.explorer import navigation
from seewhy.explorer.components import blocks, links, source_rows
from seewhy.explorer.components.tiles import Tile
from seewhy.explorer.palette import VALUES
from seewhy.explorer.titles import step_title
from seewhy.graph.explain.fact_words import said_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seewhy.graph.answers.change import ChangedFact, DiffAnswer

KINDS = {
    "gained": ("gained", "add_circle", ""),
    "lost": ("lost", "remove_circle", "blocked"),
    "changed": ("another value", "swap_horiz", "depends"),
    "other_reason": ("same value, other reason", "difference", ""),
}
"""Kind of change to words, icon, tone."""
FACTS = 40
"""Rows that did it that are written out."""
_SOURCES = 4


def counted(answer: DiffAnswer) -> list[Tile]:
    """Pairs by kind, without the kinds that there are none of."""
    return [Tile(n, KINDS[kind][1], KINDS[kind][0], KINDS[kind][2]) for kind, n in answer.counts.items() if n]


def kinds(answer: DiffAnswer) -> dict[str, str]:
    """The kinds that there are, to filter by, behind the word for all."""
    return {"": "All", **{kind: KINDS[kind][0].capitalize() for kind, n in answer.counts.items() if n}}


def days_of(answer: DiffAnswer) -> dict[str, str]:
    """The day on which each row that did it held, by source: the earlier one where it ended, else the later one."""
    found: dict[str, str] = {}
    for fact in answer.facts:
        for place, source in enumerate(fact.sources):
            ended = fact.did == "ended" or (fact.did == "changed" and place == 0)
            found.setdefault(source, answer.start if ended else answer.end)
    return found


def facts(answer: DiffAnswer, title: str, only: Callable[[ChangedFact], str] | None = None) -> str:
    """The rows that did it, most pairs first; `only` gives a link to the pairs of one."""
    items, days = [], days_of(answer)
    for fact in answer.facts[:FACTS]:
        numbers = [f"{n:,} {KINDS[kind][0]}" for kind, n in zip(KINDS, fact.counts, strict=True) if n]
        granted = said_words(fact.granted_by, fact.note)
        more = len(fact.sources) - _SOURCES
        beside = [
            source_rows.row_links(fact.sources[:_SOURCES], days) + (f" and {more:,} more" if more > 0 else ""),
            escape(granted),
            only(fact) if only else "",
        ]
        items.append(
            f"<li>{escape(blocks.sentence(fact.sentence))} <b>{escape(', '.join(numbers))}</b>"
            f'<div class="src">{" · ".join(part for part in beside if part)}</div></li>'
        )
    body = f'<ul class="lack">{"".join(items)}</ul>' if items else "<p>No row decides anybody's access.</p>"
    if len(answer.facts) > FACTS:
        body += f'<p class="src more">the first {FACTS} of {len(answer.facts):,} rows; the others explain fewer</p>'
    return blocks.section(title, body, "pairs that each explains, alone or with others")


def selected(answer: DiffAnswer, kind: str, source: str) -> pl.DataFrame:
    """The pairs of one kind (blank: all) that one row did (blank: any)."""
    rows = answer.table
    if kind:
        rows = rows.filter(pl.col("kind") == kind)
    if source:
        places = [n for n, because in enumerate(answer.becauses) if source in because]
        rows = rows.filter(pl.col("because").is_in(places))
    return rows


def pairs(
    answer: DiffAnswer,
    rows: pl.DataFrame,
    page: str,
    days: tuple[str, str],
    ways: Callable[[str, str], Mapping[str, tuple[str, Mapping[str, str | list[str]]]]],
) -> str:
    """A page of the pairs. `ways` gives, for a person and a case, words to page and parameters of more links."""
    part, line = links.pages(page, len(rows), "pairs")
    names, held = answer.names, days_of(answer)
    cells = (
        (
            links.person(row["person"], names.get(row["person"], "")),
            links.case(row["case"]),
            _tag(row["kind"]),
            f"{VALUES[row['before']]} <span class='src'>{escape(step_title(row['before_step']))}</span>",
            f"{VALUES[row['after']]} <span class='src'>{escape(step_title(row['after_step']))}</span>",
            " · ".join(
                navigation.to(words, to, **given) for words, (to, given) in ways(row["person"], row["case"]).items()
            ),
            _because(answer.becauses[row["because"]], held),
        )
        for row in rows[part].iter_rows(named=True)
    )
    return line + (links.table(("Person", "Case", "What", *days, "Why", "Because"), cells) if len(rows) else "")


def _because(sources: tuple[str, ...], days: Mapping[str, str]) -> str:
    more = len(sources) - 2
    others = f" and {more:,} more" if more > 0 else ""
    return f'<span class="src">{source_rows.row_links(sources[:2], days)}{others}</span>'


def _tag(kind: str) -> str:
    words, _, tone = KINDS[kind]
    return f'<span class="tag {"mut" if kind == "other_reason" else tone}">{words}</span>'
