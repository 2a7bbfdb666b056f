"""Findings about names that no reference check covers, each with the name that was perhaps meant; ids that look alike.

Groups, permissions, queues and codes are free text that decides: a name that is spelt otherwise in another place is
another name, and nothing says so. The queries yield what stands alone; what is near to it is a matter of letters.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from seewhy.graph.derivation.privileges import opening_queues
from seewhy.graph.findings.context import FOUR_SEGMENTS
from seewhy.graph.lookalike import LETTER_CASE, all_looks, difference, skeleton, skeletons
from seewhy.graph.schemes.words import listing, short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from seewhy.graph.answers.findings import Occurrence
    from seewhy.graph.findings.context import Draft, FindingContext, Row
    from seewhy.graph.rules.findings import Finding

PERMISSIONS = ("can_view_all_cases",)
"""What rungs read of a group."""
_NEAR = 0.75
"""How alike (0 to 1) a name is at least to the one that it was perhaps meant to be."""
_SAME_CODE = 0.85
"""The same for codes: they all have the same long beginning."""


def meant(name: str, known: Iterable[str], cutoff: float = _NEAR) -> str:
    """The known name that is nearest to this one, blank when none is near; `can view all` is near to `can_view_all`."""
    by_letters = {_letters(one): one for one in known if one != name}
    found = process.extractOne(
        _letters(name)[:200], list(by_letters), scorer=OSA.normalized_similarity, score_cutoff=cutoff
    )
    return by_letters[found[0]] if found else ""


def _letters(name: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in skeleton(name)).split())


def _hint(name: str) -> str:
    return f" (did you mean `{short(name)}`?)" if name else ""


def _with_hint(
    context: FindingContext, kind: Finding, row: Row, near: str, system: str = "", **words: Any
) -> Draft:
    """The finding with its hint; a name that is near to another one was meant to be it, which is more severe."""
    return context.draft(kind, row, system, words={"hint": _hint(near), **words}, severity=_severity(kind, near))


def _severity(kind: Finding, near: str) -> str:
    return "medium" if near else kind.severity


def _groups(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    """Groups that lack people, or permissions; the other half is perhaps a group of another spelling."""
    if not context.chosen(kind.scheme):
        return
    others = {row["group"] for row in context.session.run(f"findings/{_OTHER_HALF[kind.name]}", as_of=context.as_of)}
    for row in context.rows(kind):
        words: dict[str, Any] = {}
        if kind.name == "group_without_permission":
            count = row["count"]
            words["members"] = f"{count:,} {'person' if count == 1 else 'people'}"
        else:
            words["said"] = listing(row["said"])
        yield _with_hint(context, kind, row, meant(row["group"], others), **words)


_OTHER_HALF = {
    "group_without_permission": "group_without_people",
    "group_without_people": "group_without_permission",
}


def _permissions(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    if context.chosen(kind.scheme):
        for row in context.rows(kind):
            groups = listing([f"`{short(one)}`" for one in row["groups"]])
            words = f"the group{'' if len(row['groups']) == 1 else 's'} {groups}"
            yield _with_hint(context, kind, row, meant(row["permission"], PERMISSIONS), groups=words)


def _queues(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    for system in context.chosen(kind.scheme):
        for row in context.rows(kind, system):
            yield context.draft(kind, row, system, partial(_queue, context, kind, row, system), grouped=True)


def _queue(context: FindingContext, kind: Finding, row: Row, system: str) -> Occurrence:
    others, near = row["cases"][1:], meant(row["queue"], opening_queues())
    words = {"hint": _hint(near), "other": f" and {len(others):,} more" if others else ""}
    found = context.occurrence(kind, row, system, words=words, severity=_severity(kind, near))
    return replace(found, also=tuple(others), grouped=True)


def _codes(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    """Segments have codes of their own: only one that is nearly one of the four was meant to be it."""
    if context.chosen(kind.scheme):
        for row in context.rows(kind):
            if near := meant(row["code"], FOUR_SEGMENTS, _SAME_CODE):
                yield _with_hint(context, kind, row, near)


def _look_alike(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    """Ids of one kind that read the same, of those that mean something on the day."""
    alike = _alike(context)
    keys = sorted({one for _, ids in alike for one in ids})
    if not keys:
        return
    rows: dict[tuple[str, str], Row] = {}
    for row in context.rows(kind, keys=keys):
        rows.setdefault((row["kind"], row["about"]), row)
    for what, ids in alike:
        there = [one for one in ids if (what, one) in rows]
        if len(there) < 2:
            continue
        first = rows[what, there[0]]
        apart = "; ".join(filter(None, (_apart(one, there[0]) for one in there[1:])))
        named = listing([f"`{short(one)}`" for one in there])
        words = {"kind": what, "ids": named, "hint": f": {apart}" if apart else ""}
        cells = [cell for one in there for cell in rows[what, one]["facts"]]
        yield context.draft(kind, first, words=words, cells=cells, about=" ".join((what, *there)))


def _alike(context: FindingContext) -> list[tuple[str, list[str]]]:
    """Kind and ids of everything that reads the same, over all ids that were ever loaded."""
    found: set[tuple[str, tuple[str, ...]]] = set()
    for row in context.session.run("organisation/ids"):
        ids = [one for one in row["ids"] if one]
        # What letter case makes alike is found by the other key.
        written = [one for one in ids if not _ONE_LOOK.isdisjoint(one)]
        for texts, keys in ((ids, skeletons(ids)), (written, all_looks(written))):
            both = pl.DataFrame({"key": keys, "id": texts}, dict.fromkeys(("key", "id"), pl.String))
            twice = both.filter(pl.col("key").is_duplicated()).group_by("key").agg("id")
            found |= {(row["kind"], tuple(sorted(some))) for some in twice["id"].to_list()}
    return [(what, list(ids)) for what, ids in sorted(found)]


_ONE_LOOK = frozenset("Il1|")

READERS: dict[str, Callable[[FindingContext, Finding], Iterator[Draft]]] = {
    "group_without_permission": _groups,
    "group_without_people": _groups,
    "unknown_permission": _permissions,
    "unknown_queue": _queues,
    "unknown_segment_code": _codes,
    "ids_look_alike": _look_alike,
}


def _apart(one: str, other: str) -> str:
    apart = difference(one, other)
    return "only letter case differs" if apart == LETTER_CASE else apart
