"""What a comparison found, as HTML: numbers by kind, the files and rows that did it, the pairs with value before and
after."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

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
"""Rows that did it that are written out, of each file and what happened in it."""
PAGE = 50
"""Pairs of one page."""
_OPEN = 4
"""Rows of one file that stand open; where there are more, they are folded below their number."""
_SOURCES = 4
_COLOURS = {"gained": "yes", "lost": "blocked", "changed": "depends", "other_reason": "faint"}
_DID = {"changed": "got other values"}


class Part(NamedTuple):
    """One piece of a bar: its number, its word, and the name of its colour."""

    number: int
    word: str
    colour: str


class ChangeBar(NamedTuple):
    """One bar: its name and its pieces, none of them 0."""

    name: str
    parts: tuple[Part, ...]

    @property
    def said(self) -> str:
        """`2,711 gained, 90 lost`."""
        return ", ".join(f"{part.number:,} {part.word}" for part in self.parts)


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


def groups(answer: DiffAnswer) -> dict[tuple[str, str], ChangeBar]:
    """By file and what happened to its rows, most pairs first: how many pairs they explain. A pair that several rows
    explain counts at each."""
    found = {}
    for (stem, did), (rows, counts) in answer.by_file.items():
        parts = (Part(n, KINDS[kind][0], _COLOURS[kind]) for kind, n in zip(KINDS, counts, strict=True) if n)
        many = f"{rows:,} row{'' if rows == 1 else 's'}"
        found[stem, did] = ChangeBar(f"{stem}.csv: {many} {_DID.get(did, did)}", tuple(parts))
    return found


def facts(
    answer: DiffAnswer,
    bars: Mapping[tuple[str, str], ChangeBar],
    title: str,
    only: Callable[[ChangedFact], str] | None = None,
    only_group: Callable[[str, str], str] | None = None,
) -> str:
    """The rows that did it by file, most pairs first, with the bars of `groups`; `only` gives a link to the pairs of
    one row, `only_group` to those of a file and what happened in it."""
    days, items = days_of(answer), []
    rows_of: dict[tuple[str, str], list[ChangedFact]] = {}
    for fact in answer.facts:
        rows_of.setdefault((fact.stem, fact.did), []).append(fact)
    most = max((sum(part.number for part in bar.parts) for bar in bars.values()), default=0) or 1
    for (stem, did), bar in bars.items():
        own = rows_of[stem, did]
        rows = "".join(_fact(fact, days, only) for fact in own[:FACTS])
        if len(own) > FACTS:
            rows += f'<li class="src">and {len(own) - FACTS:,} more rows, which explain fewer each</li>'
        rows = f'<ul class="lack">{rows}</ul>'
        if len(own) > _OPEN:
            rows = f"<details class='who'><summary>these rows, one by one</summary>{rows}</details>"
        pieces = "".join(
            f'<i class="{part.colour}" style="width:{max(100 * part.number / most, 1):.1f}%"></i>' for part in bar.parts
        )
        way = f" · {only_group(stem, did)}" if only_group and len(own) > 1 else ""
        items.append(
            f'<li><div class="name">{escape(bar.name)}</div><span class="track" aria-hidden="true">{pieces}</span>'
            f'<div class="src"><b>{escape(bar.said)}</b>{way}</div>{rows}</li>'
        )
    body = f'<ul class="did">{"".join(items)}</ul>' if items else "<p>No row decides anybody's access.</p>"
    return blocks.section(title, body, "pairs that they explain, alone or with others")


def _fact(fact: ChangedFact, days: Mapping[str, str], only: Callable[[ChangedFact], str] | None) -> str:
    numbers = [f"{n:,} {KINDS[kind][0]}" for kind, n in zip(KINDS, fact.counts, strict=True) if n]
    more = len(fact.sources) - _SOURCES
    beside = [
        source_rows.row_links(fact.sources[:_SOURCES], days) + (f" and {more:,} more" if more > 0 else ""),
        escape(said_words(fact.granted_by, fact.note)),
        only(fact) if only else "",
    ]
    return (
        f"<li>{escape(blocks.sentence(fact.sentence))} <b>{escape(', '.join(numbers))}</b>"
        f'<div class="src">{" · ".join(part for part in beside if part)}</div></li>'
    )


def selected(answer: DiffAnswer, kind: str, source: str, group: str = "", *, reasons: bool = True) -> pl.DataFrame:
    """The pairs of one kind (blank: all) that one row did, or the rows of a group (`memberships began`; blank: any);
    without `reasons` those of all rows, and no row is looked for."""
    rows = answer.table if reasons else answer.differing.without_reasons
    if kind:
        rows = rows.filter(pl.col("kind") == kind)
    if reasons and (source or group):
        stem, _, did = group.partition(" ")
        of_group = (one for fact in answer.facts if (fact.stem, fact.did) == (stem, did) for one in fact.sources)
        wanted = {source} if source else set(of_group)
        places = [n for n, because in enumerate(answer.becauses) if not wanted.isdisjoint(because)]
        rows = rows.filter(pl.col("because").is_in(places))
    return rows


def pairs(
    answer: DiffAnswer,
    rows: pl.DataFrame,
    page: str,
    ways: Callable[[str, str], Mapping[str, tuple[str, Mapping[str, str | list[str]]]]],
) -> str:
    """A page of the pairs. `ways` gives, for a person and a case, words to page and parameters of more links. A person,
    or a case, that all pairs of the answer have in common stands in the heading and is no column; rows without
    `because` have no such column."""
    part, line = links.pages(page, len(rows), "pairs", PAGE)
    reasons = "because" in rows.columns
    names, held = answer.names, days_of(answer) if reasons else {}
    every = answer.differing.without_reasons
    one_person, one_case = every["person"].n_unique() == 1, every["case"].n_unique() == 1
    head = ("Person", "Case", "What", "Why", "Because")
    left_out = (one_person, one_case, False, False, not reasons)
    kept = [place for place, out in enumerate(left_out) if not out]
    cells = (
        (
            links.person(row["person"], names.get(row["person"], "")),
            links.case(row["case"]),
            f"{_tag(row['kind'])} {_values(row)}",
            f'<span class="whole">{_ways(ways(row["person"], row["case"]))}</span>',
            _because(answer.becauses[row["because"]], held) if reasons else "",
        )
        for row in rows[part].iter_rows(named=True)
    )
    shown = ([row[place] for place in kept] for row in cells)
    return line + (links.table([head[place] for place in kept], shown) if len(rows) else "")


def _ways(ways: Mapping[str, tuple[str, Mapping[str, str | list[str]]]]) -> str:
    return " · ".join(navigation.to(words, to, **given) for words, (to, given) in ways.items())


def _values(row: Mapping[str, str]) -> str:
    """Value before and after, and below them the steps that gave them."""
    values, steps = (
        f'<span class="whole">{escape(before)} → {escape(after)}</span>'
        for before, after in (
            (VALUES[row["before"]], VALUES[row["after"]]),
            (step_title(row["before_step"]), step_title(row["after_step"])),
        )
    )
    return f'<b>{values}</b><div class="src">{steps}</div>'


def _because(sources: tuple[str, ...], days: Mapping[str, str]) -> str:
    more = len(sources) - 2
    others = f" and {more:,} more" if more > 0 else ""
    return f'<span class="src">{source_rows.row_links(sources[:2], days)}{others}</span>'


def _tag(kind: str) -> str:
    words, _, tone = KINDS[kind]
    return f'<span class="tag {"mut" if kind == "other_reason" else tone}">{words}</span>'
