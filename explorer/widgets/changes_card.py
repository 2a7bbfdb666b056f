"""What would change an answer: each set of rows with who else it reaches, ticks, and the way to try what is ticked."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from seewhy.auth.asker import may
from seewhy.explorer.components import blocks, tiles
from seewhy.explorer.components.source_rows import rows_linked
from seewhy.explorer.data import background, search_index
from seewhy.explorer.page_list import file_of
from seewhy.explorer.palette import VALUES
from seewhy.explorer.widgets import filters
from seewhy.graph.counterfactual.side_effects import moved
from seewhy.graph.inputs.files import FILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seewhy.explorer.data.background import PendingAnswer
    from seewhy.explorer.data.connection import Revision
    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.answers.counterfactual import FactChange, WouldChange
    from seewhy.graph.counterfactual.side_effects import Pair

_PEOPLE, _CASES = 40, 8
"""People, and cases of each, that are named; trying the set names all."""
_LONGEST_ADDRESS = 6_000
"""Characters of changes that go into an address; longer ones go with the browser's session."""
_SOURCE = re.compile(r"([\w.-]+\.(?:csv|parquet)):(\d+)")
_EFFECTS = {
    "closed": ("would lose", "of people to cases would end"),
    "opened": ("would gain", "of people to cases would begin"),
    "raised": ("could change", "of people to cases would rise to edit"),
    "lowered": ("could only view", "of people to cases would fall to view"),
}
"""Kind of side effect to what people do, and what accesses do where there are too many to name."""
_LEAVE = "You need not wait: the search ends when this page is left."


def changes_card(revision: Revision, answer: WhyAnswer, pending: PendingAnswer) -> None:
    """Draw the card here: the search while it goes on, then what it found."""
    heading = "What would change this" if answer.check.can_see else "What would give access"

    def waiting() -> str:
        doing = f", now {pending.doing}" if pending.doing else ""
        words = f"Looking for the smallest sets of rows that would change this answer{doing} … {_LEAVE}"
        return blocks.section(heading, f'<p class="src" role="status">{escape(words)}</p>')

    background.draw_when_ready(pending, lambda found: _found(revision, answer, found, heading), waiting)


def _found(revision: Revision, answer: WhyAnswer, found: Sequence[WouldChange], heading: str) -> None:
    check = answer.check
    if not found:
        blocks.show(blocks.section(heading, "<p>No small change of rows was found that would.</p>"))
        return
    first = "who else would lose is said with each" if check.can_see else "the least generous first"
    question = filters.key(check.person, check.case, check.as_of)

    @st.fragment
    def draw() -> None:
        with st.container(key="changescard"):
            blocks.show(blocks.heading(heading, f"nothing here is applied; {first}"))
            ticked = []
            for number, item in enumerate(found, 1):
                with st.container(key=f"set-{number}", horizontal=True, gap="small"):
                    # The label is fixed words: names would be read as markup in it.
                    if st.checkbox(f"Set {number}", key=f"tick-{question}-{number}", width="content"):
                        ticked.append(item)
                    blocks.show(_set(revision, answer, item))
            if may("whatif"):
                _try(ticked, check.as_of)

    draw()


def _try(ticked: Sequence[WouldChange], date: str) -> None:
    help_ = None if ticked else "Tick a set first"
    if st.button("Try these", icon=":material/science:", disabled=not ticked, help=help_):
        st.switch_page(file_of("What if"), query_params=tried(ticked, date))


def tried(sets: Iterable[WouldChange], date: str) -> dict[str, str]:
    """The parameters of What if for some sets together. Rows that would make the address too long stay in the session,
    under the key of the field that takes rows."""
    text = json.dumps(changes_of([change for one in sets for change in one.change]), separators=(",", ":"))
    if len(text) <= _LONGEST_ADDRESS:
        return {"do": "pick", "asof": date, "changes": text}
    st.session_state["changes"] = text
    return {"do": "rows", "asof": date}


def changes_of(changes: Iterable[FactChange]) -> dict[str, dict[str, list[dict[str, str]]]]:
    """Changes of rows in the form that What if takes: a row that ends and begins with other values is set.

    Names and other texts that decide nothing are left out of what is set, so an address holds none.
    """
    every = list(dict.fromkeys(changes))
    begun = {_key(one): one for one in every if one.do == "add"}
    ended = {_key(one) for one in every if one.do == "end"}
    found: dict[str, dict[str, list[dict[str, str]]]] = {}
    for change in every:
        again = _key(change) in begun and _key(change) in ended
        if again and change.do == "end":
            continue
        row = dict(change.row)
        if again:
            spec = FILES[change.file]
            texts = {column.name for column in spec.columns if column.kind == "text"} | {*spec.shown, "until"}
            row = {name: value for name, value in row.items() if name in spec.key or name not in texts}
        found.setdefault("set" if again else change.do, {}).setdefault(change.file, []).append(row)
    return found


def _key(change: FactChange) -> tuple[Any, ...]:
    row = dict(change.row)
    return change.file, tuple(row.get(name, "") for name in FILES[change.file].key if name != "since")


def _set(revision: Revision, answer: WhyAnswer, item: WouldChange) -> str:
    """One set: what is done and what that does to this pair, then who else it reaches, named on opening."""
    does = item.sentence.rpartition("; ")[0]
    others = f'<p class="side">{escape(_others(answer, item))}</p>'
    if named := _named(revision, item):
        others = f"<details class='who'><summary>{escape(_others(answer, item))}</summary>{named}</details>"
    said = rows_linked(_SOURCE.sub(r"\1, row \2", does))
    return f'<p>{said}. <span class="to">→ {blocks.GIVES[item.value]}</span></p>{others}'


def _others(answer: WhyAnswer, item: WouldChange) -> str:
    """Who else, in one sentence: `Rosa would lose 9 other cases, too.`, `3 other people would lose this case.`"""
    if not item.others:
        return "Nobody else is affected."
    all_named = item.others == len(item.also_affects)
    parts = []
    for kind, (people_do, accesses_do) in _EFFECTS.items():
        if count := getattr(item, kind):
            pairs = [pair for pair in item.also_affects if moved(pair[2], pair[3]) == kind]
            parts.append(_told(answer, pairs, people_do) if all_named else f"{count:,} other accesses {accesses_do}")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _told(answer: WhyAnswer, pairs: Sequence[Pair], does: str) -> str:
    check, people, cases = answer.check, {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    if people == {check.person}:
        return f"{answer.person_name or check.person} {does} {tiles.cases(len(cases)).replace(' ', ' other ')}, too"
    who = tiles.people(len(people))
    who = who if check.person in people else who.replace(" ", " other ")
    return f"{who} {does} {'this case' if cases == {check.case} else tiles.cases(len(cases))}"


def _named(revision: Revision, item: WouldChange) -> str:
    """The other people by name, each with their cases."""
    of_person: dict[str, list[str]] = {}
    for person, case, before, after in item.also_affects:
        of_person.setdefault(person, []).append(f"{case} ({VALUES[before]} → {VALUES[after]})")
    lines = []
    for person, cases in list(of_person.items())[:_PEOPLE]:
        thing = search_index.named(revision, "person", person)
        name = f"{thing.name} ({person})" if thing and thing.name and thing.name != person else person
        more = f" and {len(cases) - _CASES:,} more" if len(cases) > _CASES else ""
        lines.append(f"<li><b>{escape(name)}</b>: {escape(', '.join(cases[:_CASES]))}{more}</li>")
    left = item.others - sum(len(of_person[person]) for person in list(of_person)[:_PEOPLE])
    if lines and left:
        lines.append(f"<li>and {left:,} more; trying the set names all of them</li>")
    return f'<ul class="lack">{"".join(lines)}</ul>' if lines else ""
