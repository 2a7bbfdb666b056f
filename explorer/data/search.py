"""Looking things up by name or id, while somebody types: `person: ana`, `case: 101`, `rule: mem-20`, or words alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from seewhy.explorer.data.connection import Revision, per_load
from seewhy.explorer.data.search_index import folded, table, thing

if TYPE_CHECKING:
    from seewhy.explorer.data.search_index import Thing

KINDS = ("person", "case", "unit", "role", "case_type", "system", "rule")
"""What can be looked for; each is also a prefix."""
PREFIXES = {
    "type": "case_type",
    "team": "unit",
    "office": "unit",
    "segment": "unit",
    "firm": "unit",
    "category": "unit",
}
"""Prefixes that stand for a kind, or for one kind of unit."""
MOST = 20


class Found(NamedTuple):
    """The best hits, at most `MOST`, and how many there are in all."""

    hits: tuple[Thing, ...]
    total: int


def search(revision: Revision, text: str, kinds: tuple[str, ...] = KINDS) -> Found:
    """The things whose id or name holds every word of `text`; those that begin with it come first."""
    prefix, colon, rest = text.partition(":")
    prefix = prefix.strip().lower()
    narrowed = ""
    if colon and prefix in (*kinds, *PREFIXES):
        text, narrowed = rest, prefix if PREFIXES.get(prefix) == "unit" else ""
        kinds = (PREFIXES.get(prefix, prefix),)
    elif not text.strip():
        return Found((), 0)
    return _found(revision, folded(text).strip(), kinds, narrowed)


@per_load(200, question="search")
def _found(revision: Revision, whole: str, kinds: tuple[str, ...], narrowed: str) -> Found:
    line = pl.col("line")
    fits = pl.all_horizontal(pl.lit(True), *(line.str.contains(word, literal=True) for word in whole.split()))
    if narrowed:
        fits &= pl.col("about") == narrowed
    best: list[tuple[int, Thing]] = []
    total = 0
    for kind in kinds:
        matches = table(revision, kind).filter(fits).with_columns(place=_place(line, whole))
        total += len(matches)
        first = matches.sort("place", maintain_order=True).head(MOST)
        best += [(place, thing(kind, first, n)) for n, place in enumerate(first["place"])]
    best.sort(key=lambda match: match[0])
    return Found(tuple(found for _, found in best[:MOST]), total)


def _place(line: pl.Expr, whole: str) -> pl.Expr:
    """What comes first: the thing itself, what begins with the words, what has a word that does, the others."""
    ways = (
        line.str.starts_with(f"{whole}\n") | line.str.ends_with(f"\n{whole}"),
        line.str.starts_with(whole) | line.str.contains(f"\n{whole}", literal=True),
        line.str.contains(f" {whole}", literal=True),
    )
    return pl.coalesce(*(pl.when(way).then(pl.lit(n)) for n, way in enumerate(ways)), pl.lit(len(ways)))
