"""The cards of a unit and of a person's place, as HTML: who leads, who belongs, positions, cases."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from seewhy.explorer import navigation
from seewhy.explorer.components import blocks, links, source_rows, tiles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seewhy.graph.answers.person import OwnFact, PersonAnswer
    from seewhy.graph.questions.structure import StructureAnswer, UnitAnswer
    from seewhy.graph.questions.unit_access import UnitAccess


_PAGE = 50
"""People of one page of the list, and rows of a folded one that stand open."""
_LISTED = 1_000
"""Rows of a folded list at the most."""
_OPEN = 10
"""People of a list that stands open above others."""
_NUMBER = re.compile(r"\d+")


def way(answer: StructureAnswer, unit_id: str) -> str:
    """The units above, each a link, and the row that says so."""
    steps = [navigation.to(answer.units[a].name, "structure", unit=a) for a in answer.above(unit_id)]
    here = f"<b>{escape(answer.units[unit_id].name)}</b>"
    row = answer.units[unit_id].source
    source = f' <span class="src">{source_rows.row_link(row)}</span>' if row else ""
    return f'<nav class="way" aria-label="units above">{" &rsaquo; ".join([*steps, here])}{source}</nav>'


def leaders(unit: UnitAnswer) -> str:
    """Who leads or manages the unit; blank when nobody does."""
    leading = [p for p in unit.people if p.leads]
    if not leading:
        return ""
    rows = (
        (links.person(p.person, p.name), escape(_how(p.how)), _since(p.origin.since, p.origin.until, p.origin.source))
        for p in leading
    )
    return blocks.section("Who leads or manages", links.table(("Person", "How", "Row"), rows))


def people(unit: UnitAnswer, words: str = "", folded: Callable[[str], str] = str.lower) -> str:
    """A page of everybody else who belongs to it; `words` narrows them down, compared as `folded` gives them."""
    every = [p for p in unit.people if not p.leads]
    if not every and unit.people:
        return ""
    wanted = [folded(word) for word in words.split()]
    found = [p for p in every if not wanted or all(word in folded(f"{p.name} {p.person}") for word in wanted)]
    found.sort(key=lambda p: _NUMBER.sub(lambda number: number[0].zfill(9), p.name))  # 2 before 10
    part, line = links.pages("structure", len(found), "people", _PAGE)
    rows = [
        (links.person(p.person, p.name), escape(_how(p.how)), _since(p.origin.since, p.origin.until, p.origin.source))
        for p in found[part]
    ]
    nobody = "<p>Nobody of these is called so.</p>" if every else "<p>Nobody.</p>"
    body = (line if len(found) > _PAGE else "") + links.table(("Person", "How", "Row"), rows) if rows else nobody
    title = "Who belongs to it" if len(every) == len(unit.people) else "Who else belongs to it"
    return blocks.section(title, body, f"{len(found):,} of {len(every):,}" if words else f"{len(every):,}")


def many(unit: UnitAnswer) -> bool:
    """Whether more people belong to it than one page of the list has."""
    return sum(not p.leads for p in unit.people) > _PAGE


def _how(how: str) -> str:
    """A membership without access is one: that it gives none is said in words."""
    return how.replace("access no", "without access")


def _since(since: str, until: str, row: str) -> str:
    period = blocks.period(since, until)
    return links.source(row) + (f'<br><span class="src">{escape(period)}</span>' if period else "")


def seats(unit: UnitAnswer) -> str:
    """Its positions with their holders; blank without one."""
    if not unit.seats:
        return ""
    rows = (
        (
            f'{escape(s.name)} <span class="src">{escape(s.position)}</span>',
            escape(s.level.replace("_", " ")),
            "<br>".join(
                f"{navigation.to(name, 'structure', person=id)} ({escape(kind)})" for id, name, kind in s.holders
            )
            or "vacant",
        )
        for s in unit.seats
    )
    return blocks.section(
        "Positions", links.table(("Position", "Level", "Held by"), rows, noun="positions"), f"{len(unit.seats):,}"
    )


def cases(unit: UnitAnswer) -> str:
    """The cases that name it or have open work in it."""
    rows = [(links.case(id), escape(name)) for id, name in unit.cases]
    body = _folded(("Case", "Title"), rows, "cases") if rows else "<p>No case names it.</p>"
    return blocks.section("Cases", body, f"{len(rows):,}; each leads to who can see it")


def _folded(head: Sequence[str], rows: Sequence[Sequence[str]], noun: str) -> str:
    """A table whose first rows stand open and the others fold; past _LISTED rows it says how many there are."""
    body = links.table(head, rows[:_PAGE])
    if more := rows[_PAGE:_LISTED]:
        rest = links.table(head, more, most=_LISTED)
        body += f"<details class='who'><summary>and {len(more):,} more</summary>{rest}</details>"
    if len(rows) > _LISTED:
        listed = f"{_LISTED:,} of {len(rows):,} {noun} are listed; the search finds each by its id"
        body += f'<p class="src more">{listed}</p>'
    return body


def seers(answer: UnitAccess, cases_below: int) -> str:
    """Who sees a case of it or below it: first those who do not belong there, who may come as a surprise."""
    body = ""
    for belongs, title in ((False, "who do not belong here or below"), (True, "who belong here or below")):
        rows = [
            (links.person(one.person, one.name), f"{one.cases:,} of {cases_below:,}")
            for one in answer.seers
            if one.belongs is belongs
        ]
        if rows:
            table = _folded(("Person", "Cases seen"), rows, "people")
            head = f"<summary>{tiles.people(len(rows))} {title}</summary>"
            body += f'<details class="who"{" open" if len(rows) <= _OPEN else ""}>{head}{table}</details>'
    note = f"{len(answer.seers):,}, here and below"
    return blocks.section("Who sees these cases", body or "<p>Nobody.</p>", note)


def managers(who: PersonAnswer) -> str:
    """The chain of managers of a person."""
    if not who.managers:
        return ""
    rows = ((links.person(m.manager, m.name), links.source(m.origin.source)) for m in who.managers)
    return blocks.section(
        "Managers", links.table(("Person", "Row"), rows), "the nearest first; managing gives no access"
    )


def anywhere(who: PersonAnswer) -> str:
    """What a person has that is tied to no unit."""
    rows = [(f"role {escape(r.name)}", links.source(r.origin.source)) for r in who.roles if not r.unit]
    rows += [(f"privilege {escape(p.privilege)}", links.source(p.origin.source)) for p in who.privileges if not p.role]
    rows += [
        (f"group {escape(g.group)}", links.source(g.origin.source)) for g in {g.group: g for g in who.groups}.values()
    ]
    return blocks.section("Not tied to a unit", links.table(("What", "Row"), rows)) if rows else ""


def of_schemes(facts: Sequence[OwnFact]) -> str:
    """The rows of the tables and columns that schemes bring; blank without one."""
    rows = [
        (escape(o.noun), links.marked(o.sentence), _since(o.origin.since, o.origin.until, o.origin.source))
        for o in facts
    ]
    table = links.table(("What", "Says", "Row"), rows, noun="rows")
    return blocks.section("Of its scheme", table, f"{len(rows):,}") if rows else ""
