"""Some people and some cases, pasted or from a file: what each may do with each, as a table of values."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.answer_bar import Exported
from seewhy.explorer.components import blocks, links, tiles
from seewhy.explorer.components.tiles import Tile
from seewhy.explorer.data import connection, search_index, tables
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets import filters
from seewhy.explorer.widgets.file_text import file_text
from seewhy.graph.errors import ConfigurationError, LoadRejected
from seewhy.graph.questions.batch import MOST_PAIRS, given, ids_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seewhy.explorer.data.connection import Revision, Statements
    from seewhy.graph.answers.batch import BatchAnswer, Cell

_FIELDS = {"people": ("person", "People, one id in each line"), "cases": ("case", "Cases, one id in each line")}
_WORDS = {"edit": ("Edit", "yes"), "view": ("View", "no"), "none": ("None", "mut"), "blocked": ("Blocked", "blocked")}
"""What a cell says, and its tone."""
_LONGEST = 6_000
"""Signs of ids that an address holds; more stay on the page alone."""
_NAMED = 5
"""Ids that are named of those that were given more than once."""
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

    def ask() -> _Found | None:
        try:
            return _Found(tables.batch(revision, people, cases, date), None) if people and cases else None
        except LoadRejected as error:
            return _Found(None, error)

    found = page_shell.answer(
        revision,
        date,
        ask,
        "Paste or load people and cases: one id in each line, or a csv with a column person_id or case_id. "
        f"At most {MOST_PAIRS:,} pairs at a time.",
    )
    if found is not None and found.refused is not None:
        _refused(revision, date, found.refused, {"people": people, "cases": cases})
    elif found is not None and found.answer is not None:
        _answered(revision, *found.answer)


class _Found(NamedTuple):
    """The answer, or why there is none: ids that are unknown."""

    answer: tuple[BatchAnswer, Statements] | None
    refused: LoadRejected | None


def _ids(name: str, kind: str, label: str) -> list[str]:
    """The field of one list; its ids, which are in the address as far as that holds them."""
    widget = f"batch-{name}"
    in_address = urls.parameter(name)
    kept = st.session_state.get(f"long-{name}", "")
    shown = in_address or kept
    if ids_in(str(st.session_state.get(widget) or ""), kind) != ids_in(shown, kind):
        st.session_state[widget] = shown

    def took(text: str) -> None:
        often = Counter(id for id, _ in given(text, kind))
        _take(name, often)
        st.session_state[f"often-{name}"] = [id for id, times in often.items() if times > 1]

    st.text_area(label, key=widget, height=150, on_change=lambda: took(str(st.session_state[widget])))
    file_text(f"file-{name}", "Load a file", took)
    ids = ids_in(str(st.session_state[widget] or ""), kind)
    often = [id for id in st.session_state.get(f"often-{name}", ()) if id in ids]
    if often:
        these = ", ".join(f"<code>{escape(id)}</code>" for id in often[:_NAMED])
        more = f" and {len(often) - _NAMED:,} more" if len(often) > _NAMED else ""
        blocks.show(f'<p class="src">Given more than once, and asked once: {these}{more}.</p>')
    return ids


def _take(name: str, ids: Iterable[str]) -> None:
    """Put these ids into a field, a line each, and into the address if it holds them."""
    text = "\n".join(_quoted(one) for one in ids)
    fits = len(text) <= _LONGEST
    st.session_state[f"long-{name}"] = "" if fits else text
    st.session_state[f"batch-{name}"] = text
    urls.write(**{name: text if fits else "", "page": ""})


def _refused(revision: Revision, date: str, error: LoadRejected, lists: dict[str, tuple[str, ...]]) -> None:
    """Ids that are unknown, each with its line and the known ones that may be meant; a click takes one of these."""
    page_shell.basis(revision, date)
    page_shell.not_today(date)
    page_shell.trouble(ConfigurationError(error.message))
    unknown = [(problem.file, lists[problem.file][problem.row - 1]) for problem in error.problems]
    left = {name: [id for id in ids if (name, id) not in unknown] for name, ids in lists.items()}

    def leave_out() -> None:
        for name, ids in left.items():
            _take(name, ids)

    rows = []
    for problem, (name, id) in zip(error.problems, unknown, strict=True):
        near = dict.fromkeys(one for one in problem.hint.split("`")[1::2] if one != id)
        meant = (_meant(revision, name, id, one, lists[name]) for one in near)
        rows.append((f"{name}, line {problem.row}", links.marked(problem.message), "<br>".join(meant)))
    head = ("Where", "What is wrong", "Did you mean")
    blocks.show(blocks.section("Unknown ids", links.table(head, rows, most=len(rows)), f"{len(rows):,}"))
    if all(left.values()):
        those = "this one" if len(rows) == 1 else f"these {len(rows):,}"
        st.button(f"Leave {those} out, and ask", icon=":material/playlist_remove:", on_click=leave_out)
    page_shell.footer(revision)


def _meant(revision: Revision, name: str, wrong: str, known: str, ids: tuple[str, ...]) -> str:
    """A known id with what it is called; a link that puts it in the place of the wrong one, where the address holds
    both lists."""
    thing = search_index.named(revision, _FIELDS[name][0], known)
    text = f"<code>{escape(known)}</code>"
    if all(urls.parameter(field) for field in _FIELDS):
        instead = "\n".join(_quoted(known if one == wrong else one) for one in ids)
        others = {field: urls.parameter(field) for field in _FIELDS}
        text = navigation.link(text, "batch", **{**others, name: instead})
    return f'{text} <span class="src">{escape(thing.name if thing else "")}</span>'


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
    shown = _seen(answer)
    seen = f"{tiles.people(len(shown[0]))} and {tiles.cases(len(shown[1]))}"
    if filters.toggle("seen", f"Only where somebody can see something, or is kept out: {seen}"):
        body = _matrix(answer, *shown) if all(shown) else "<p>Nobody of these can see any of these.</p>"
    else:
        body = _matrix(answer, answer.people, answer.cases)
    blocks.show(blocks.section("Who may do what", body, "each value leads to its reason"))
    told = pairs == len(answer.people) * len(answer.cases)
    left = () if told else (("Not told together", f"{len(answer.people) * len(answer.cases) - pairs:,} pairs"),)
    page_shell.footer(revision, ("Pairs", f"{pairs:,}, all decided"), *left)


_COLUMNS = ("person", "name", "case", "title", "system", "value", "value_now", "step")


def _seen(answer: BatchAnswer) -> tuple[dict[str, str], dict[str, str]]:
    """The people and the cases that have a cell which is more than a plain none."""
    pairs = [pair for pair, cell in answer.cells.items() if cell.word != "none"]
    people, cases = ({pair[place] for pair in pairs} for place in (0, 1))
    return (
        {id: text for id, text in answer.people.items() if id in people},
        {id: text for id, text in answer.cases.items() if id in cases},
    )


def _matrix(answer: BatchAnswer, people: Mapping[str, str], cases: Mapping[str, str]) -> str:
    """The table of values: whichever are fewer, people or cases, are its columns."""
    across = len(people) <= len(cases)
    columns, rows = (people, cases) if across else (cases, people)
    size = max(10, _CELLS // len(columns))
    part, line = links.pages("batch", len(rows), "cases" if across else "people", size)
    head = "".join(f'<th scope="col">{_named(id, text)}</th>' for id, text in columns.items())
    body = ""
    for id, text in list(rows.items())[part]:
        pairs = ((one, id) if across else (id, one) for one in columns)
        # On a phone a row is a card, whose cells say whom or what they are about.
        cells = "".join(
            f'<td data-head="{escape(columns[one] or one)}">{_cell(*pair, answer)}</td>'
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
