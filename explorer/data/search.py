"""Looking things up by name or id, while somebody types: `person: ana`, `case: 101`, `rule: mem-20`, or words alone.

Letter case, accents, hyphens and apostrophes do not count. Where nothing is called what was typed, each word is taken
for the words that are nearest to it (one letter of a short word, two of a long one), and an id for those that begin as
it does: a wrong letter in the first half of a case's id is not forgiven.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from seewhy.explorer.data.connection import Revision, per_load
from seewhy.explorer.data.search_index import folded, table, thing, words

if TYPE_CHECKING:
    from seewhy.explorer.data.search_index import Thing

KINDS = ("person", "position", "case", "unit", "role", "case_type", "system", "rule")
"""What can be looked for, what is meant more often first; each is also a prefix."""
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
_NEAR = 6
"""Words that one mistyped word is taken for."""
_SHORT = 5
"""Letters of a word up to which one of them may be wrong; of a longer one two."""
_LAST = 10
"""How much later rules come, whose whole text is looked through."""


class Found(NamedTuple):
    """The best hits, at most `MOST`, and how many there are in all; `near`: nothing is called that, these come near."""

    hits: tuple[Thing, ...]
    total: int
    near: bool = False


def search(revision: Revision, text: str, kinds: tuple[str, ...] = KINDS, *, near: bool = True) -> Found:
    """The things whose id or name holds every word of `text`, those that begin with it first; else the nearest ones,
    unless `near` is false."""
    prefix, colon, rest = text.partition(":")
    prefix = prefix.strip().lower()
    narrowed = ""
    if colon and prefix in (*kinds, *PREFIXES):
        text, narrowed = rest, prefix if PREFIXES.get(prefix) == "unit" else ""
        kinds = (PREFIXES.get(prefix, prefix),)
    elif not text.strip():
        return Found((), 0)
    whole = " ".join(folded(text).split())
    found = _found(revision, whole, kinds, narrowed)
    return found if found.total or not near else _nearest(revision, whole, kinds, narrowed)


def exact(revision: Revision, kind: str, text: str) -> Thing | None:
    """The thing with this id, however it is written."""
    rows = table(revision, kind)
    places = rows["line"].str.starts_with(f"{folded(text)}\n").arg_true().head(MOST).to_list()
    found = [thing(kind, rows, place) for place in places]
    return next((one for one in found if one.id == text), found[0] if found else None)


@per_load(200, question="search")
def _found(revision: Revision, whole: str, kinds: tuple[str, ...], narrowed: str) -> Found:
    return _called(revision, [[word] for word in whole.split()], whole, kinds, narrowed)


@per_load(200, question=None)
def _nearest(revision: Revision, whole: str, kinds: tuple[str, ...], narrowed: str) -> Found:
    # Of rules there are no names to be mistyped; a word that is right stays what it is beside one that is not.
    found = [
        _called(revision, [[word, *_meant(revision, word, kind)] for word in whole.split()], whole, (kind,), narrowed)
        for kind in kinds
        if kind != "rule"
    ]
    return Found(tuple(hit for one in found for hit in one.hits)[:MOST], sum(one.total for one in found), near=True)


def _called(revision: Revision, asked: list[list[str]], whole: str, kinds: tuple[str, ...], narrowed: str) -> Found:
    """What holds one of each of these words."""
    line = pl.col("line")
    fits = pl.lit(True)
    for ways in asked:
        one = len(ways) == 1
        fits &= line.str.contains(ways[0], literal=True) if one else line.str.contains_any(ways)
    if narrowed:
        fits &= pl.col("about") == narrowed
    best: list[tuple[int, Thing]] = []
    total = 0
    for kind in kinds:
        matches = table(revision, kind).filter(fits).with_columns(place=_place(whole, asked))
        total += len(matches)
        # The shorter name first: number 2 stands before number 10.
        first = matches.sort("place", pl.col("line").str.len_chars(), maintain_order=True).head(MOST)
        late = _LAST if kind == "rule" else 0
        found = [(place + (late if place else 0), thing(kind, first, n)) for n, place in enumerate(first["place"])]
        if kind == "position" and len(kinds) > 1:
            # Titles of posts: people who are called so, with more words, are meant before the posts.
            found = [(max(place, 1 if folded(one.id) != whole else 0), one) for place, one in found]
        best += found
    best.sort(key=lambda match: match[0])
    return Found(tuple(found for _, found in best[:MOST]), total)


def _place(whole: str, asked: list[list[str]]) -> pl.Expr:
    """What comes first: the thing itself, what has these very words in its name, what begins with them, what has a word
    that does, the others; among those that only come near, the nearest."""
    line = pl.col("line")
    joined = whole.replace(" ", "")
    ways = [
        line.str.starts_with(f"{joined}\n") | line.str.ends_with(f"\n{whole}"),
        line.str.ends_with(f" {whole}") | line.str.contains_any([f"\n{whole} ", f" {whole} "]),
        line.str.starts_with(joined) | line.str.contains(f"\n{whole}", literal=True),
        line.str.contains(f" {whole}", literal=True),
    ]
    for n in range(1, 1 + max(map(len, asked), default=1)):
        begun = ([f"{before}{way}" for way in some[:n] for before in " \n"] for some in asked)
        ways.append(pl.all_horizontal(pl.lit(True), *(line.str.contains_any(some) for some in begun)))
    return pl.coalesce(*(pl.when(way).then(pl.lit(n)) for n, way in enumerate(ways)), pl.lit(len(ways)))


def _meant(revision: Revision, word: str, kind: str) -> list[str]:
    """What a word that may be mistyped stands for, the nearest first."""
    from rapidfuzz import process  # wanted for wrong names only
    from rapidfuzz.distance import OSA

    if any(char.isdigit() for char in word):
        lines = table(revision, kind)["line"]
        begun = (word[:-n] for n in range(1, 1 + len(word) // 2))
        return [next((one for one in begun if lines.str.starts_with(one).any()), word)]
    known = words(revision, kind)
    # What is being typed is the beginning of a word.
    choices = pl.concat([known, known.str.head(len(word))]).unique().to_list()
    wrong = 1 if len(word) <= _SHORT else 2
    near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=wrong, limit=_NEAR) if len(word) > 2 else []
    return [found for found, _, _ in near]
