"""Looking things up by name or id, as one types: `person: ana`, `case: 101`, `rule: mem-20`, or plain words."""

from __future__ import annotations

import unicodedata
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from explorer.source import Revision, Thing, things
from graph.rules.catalogue import rules

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def search(now: Revision, text: str, kinds: tuple[str, ...] = KINDS) -> Found:
    """The things whose id or name holds every word of `text`; those that begin with it come first."""
    prefix, colon, rest = text.partition(":")
    prefix = prefix.strip().lower()
    narrowed = ""
    if colon and prefix in (*kinds, *PREFIXES):
        text, narrowed = rest, prefix if PREFIXES.get(prefix) == "unit" else ""
        kinds = (PREFIXES.get(prefix, prefix),)
    elif not text.strip():
        return Found((), 0)
    return _found(now.key, folded(text).strip(), kinds, narrowed, now)


@st.cache_data(max_entries=200, show_spinner=False)
def _found(key: str, whole: str, kinds: tuple[str, ...], narrowed: str, _now: Revision) -> Found:
    matches: list[tuple[str, Thing]] = []
    for kind in kinds:
        lines = _lines(key, kind, _now)
        for word in whole.split():
            lines = [one for one in lines if word in one[0]]
        matches += [one for one in lines if not narrowed or one[1].about == narrowed]
    best: dict[Thing, None] = {}
    # Each pass ends as soon as there are enough: a word may fit a hundred thousand cases.
    for fits in (_is, _begins, _has_word, _any):
        best |= dict.fromkeys(islice((thing for line, thing in matches if fits(line, whole)), MOST))
        if len(best) >= MOST:
            break
    return Found(tuple(best)[:MOST], len(matches))


def _is(line: str, whole: str) -> bool:
    return line.startswith(f"{whole}\n") or line.endswith(f"\n{whole}")


def _begins(line: str, whole: str) -> bool:
    return line.startswith(whole) or f"\n{whole}" in line


def _has_word(line: str, whole: str) -> bool:
    return f" {whole}" in line


def _any(line: str, whole: str) -> bool:
    return True


@st.cache_resource(max_entries=16, show_spinner=False)
def _lines(key: str, kind: str, _now: Revision) -> Sequence[tuple[str, Thing]]:
    """`id` and name on two lines, folded, with the thing; a hundred thousand are shared, not copied."""
    listed = (
        tuple(Thing("rule", rule.id, rule.statement, rule.scheme) for rule in rules())
        if kind == "rule"
        else things(_now, kind)
    )
    return tuple((f"{folded(thing.id)}\n{folded(thing.name)}", thing) for thing in listed)


def folded(text: str) -> str:
    """Lower case without accents: `Tomás` is found by `tomas`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
