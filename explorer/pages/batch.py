"""Some people and some cases, pasted or from a file: what each may do with each, as a table of values."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.answer_bar import Exported
from seewhy.explorer.components import blocks, links, tiles
from seewhy.explorer.components.tiles import Tile
from seewhy.explorer.data import connection, tables
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets.file_text import file_text
from seewhy.graph.questions.batch import MOST_PAIRS, ids_in

if TYPE_CHECKING:
    from seewhy.explorer.data.connection import Revision, Statements
    from seewhy.graph.answers.batch import BatchAnswer, Cell

_FIELDS = {"people": ("person", "People, one id in each line"), "cases": ("case", "Cases, one id in each line")}
_WORDS = {"edit": ("Edit", "yes"), "view": ("View", "no"), "none": ("None", "mut"), "blocked": ("Blocked", "blocked")}
"""What a cell says, and its tone."""
_LONGEST = 6_000
"""Signs of ids that an address holds; more stay on the page alone."""
_CELLS = 2_500
"""Cells that are on the page at once."""


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    with st.container(key="ask"):
        *places, day = st.columns([3, 3, 1.3])
        chosen = []
        for place, (name, (kind, label)) in zip(places, _FIELDS.items(), strict=True):
            with place:
                chosen.append(tuple(_ids(name, kind, label)))
        with day:
            urls.date_field()
    people, cases = chosen
    date = urls.as_of()
    found = page_shell.answer(
        revision,
        date,
        lambda: tables.batch(revision, people, cases, date) if people and cases else None,
        f"Paste or load people and cases: one id in each line, or a csv with a column `person_id` or `case_id`. "
        f"At most {MOST_PAIRS:,} pairs at a time.",
    )
    if found is not None:
        _answered(revision, *found)


def _ids(name: str, kind: str, label: str) -> list[str]:
    """The field of one list; its ids, which are in the address as far as that holds them."""
    widget = f"batch-{name}"
    in_address = urls.parameter(name)
    kept = st.session_state.get(f"long-{name}", "")
    shown = in_address or kept
    if ids_in(str(st.session_state.get(widget) or ""), kind) != ids_in(shown, kind):
        st.session_state[widget] = shown

    def took(text: str) -> None:
        ids = "\n".join(_quoted(one) for one in ids_in(text, kind))
        fits = len(ids) <= _LONGEST
        st.session_state[f"long-{name}"] = "" if fits else ids
        st.session_state[widget] = ids
        urls.write(**{name: ids if fits else "", "page": ""})

    st.text_area(label, key=widget, height=150, on_change=lambda: took(str(st.session_state[widget])))
    file_text(f"file-{name}", "Load a file", took)
    return ids_in(str(st.session_state[widget] or ""), kind)


def _quoted(id: str) -> str:
    """An id as a line of csv text: one with a comma or a quote is put in quotes."""
    return '"' + id.replace('"', '""') + '"' if set(id) & {",", '"'} else id


def _answered(revision: Revision, answer: BatchAnswer, statements: Statements) -> None:
    date, pairs = answer.as_of, len(answer.cells)
    people, cases = tiles.people(len(answer.people)), tiles.cases(len(answer.cases))
    question = f"what {len(answer.people):,} people may do with {len(answer.cases):,} cases"
    exported = Exported(revision, f"batch-{date}", question, date, {})
    address = {name: urls.parameter(name) for name in _FIELDS if urls.parameter(name)}
    with (
        answer_bar.head(revision, date),
        answer_bar.buttons("batch", date, address, statements),
        st.popover("Export all", icon=":material/download:"),
    ):
        exported.fields(lambda: tables.text_table(answer.rows(), _COLUMNS), f"All {pairs:,} pairs", "format")
    blocks.show(tiles.heading("person", f"{people.capitalize()} and {cases}", (f"{pairs:,} pairs, all decided",)))
    icons = {"edit": "edit", "view": "visibility", "none": "remove", "blocked": "block"}
    words = {"edit": "can change", "view": "view only", "none": "cannot see", "blocked": tiles.KEPT_OUT}
    blocks.show(
        tiles.tiles(
            Tile(n, icons[word], words[word], "blocked" if word == "blocked" and n else "")
            for word, n in answer.counts.items()
        )
    )
    blocks.show(blocks.section("Who may do what", _matrix(answer), "each value leads to its reason"))
    told = pairs == len(answer.people) * len(answer.cases)
    left = () if told else (("Not told together", f"{len(answer.people) * len(answer.cases) - pairs:,} pairs"),)
    page_shell.footer(revision, ("Pairs", f"{pairs:,}, all decided"), *left)


_COLUMNS = ("person", "name", "case", "title", "system", "value", "value_now", "step")


def _matrix(answer: BatchAnswer) -> str:
    """The table of values: whichever are fewer, people or cases, are its columns."""
    across = len(answer.people) <= len(answer.cases)
    columns, rows = (answer.people, answer.cases) if across else (answer.cases, answer.people)
    size = max(10, _CELLS // len(columns))
    part, line = links.pages("batch", len(rows), "cases" if across else "people", size)
    head = "".join(f'<th scope="col">{_named(id, text)}</th>' for id, text in columns.items())
    body = ""
    for id, text in list(rows.items())[part]:
        pairs = ((one, id) if across else (id, one) for one in columns)
        # On a phone a row is a card, whose cells say whom or what they are about.
        cells = "".join(
            f'<td data-head="{escape(one)}">{_cell(*pair, answer)}</td>'
            for one, pair in zip(columns, pairs, strict=True)
        )
        body += f'<tr><th scope="row">{_named(id, text)}</th>{cells}</tr>'
    corner = "Case" if across else "Person"
    table = f'<thead><tr><th scope="col">{corner}</th>{head}</tr></thead><tbody>{body}</tbody>'
    # A region that scrolls is reached by the keyboard.
    frame = '<div class="scroll matrix" tabindex="0" role="region" aria-label="values of people and cases">'
    return f"{line}{frame}<table>{table}</table></div>"


def _named(id: str, text: str) -> str:
    beside = f'<span class="src">{escape(text)}</span>' if text and text != id else ""
    return f"{escape(id)}{beside}"


def _cell(person: str, case: str, answer: BatchAnswer) -> str:
    cell = answer.cells.get((person, case))
    if cell is None:
        return '<span class="src">not told</span>'
    word, tone = _WORDS[cell.word]
    title = escape(f"{person} and {case}: {word}, {_because(cell)}")
    return navigation.link(
        f'<span class="tag {tone}" title="{title}">{word}</span>', "why", person=person, case=case, asof=answer.as_of
    )


def _because(cell: Cell) -> str:
    now = f", now {cell.value_now}" if cell.value_now != cell.value else ""
    return f"{step_title(cell.step)}{now}"


page()
