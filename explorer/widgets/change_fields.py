"""Fields that build a question of What if without a file: rows to end are ticked, rows to add are filled in.

What is chosen is in the address (`end=memberships.csv:5`, `add=memberships:person_id=ana,…`), so that it can be sent.
Rows that another page gives by their cells (`changes={"end":{"memberships":[…]}}`) stand beside them in words.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import streamlit as st

from seewhy.explorer import urls
from seewhy.explorer.answer_bar import download
from seewhy.explorer.components import blocks, source_rows
from seewhy.explorer.data import answers, connection, search_index
from seewhy.explorer.widgets import filters
from seewhy.explorer.widgets.fields import field
from seewhy.explorer.widgets.search_box import search_box
from seewhy.graph.counterfactual.named_changes import row_text
from seewhy.graph.errors import ConfigurationError, SeeWhyError
from seewhy.graph.explain.fact_words import phrase
from seewhy.graph.inputs.files import FILES
from seewhy.graph.inputs.plain_yaml import NotPlain, read_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.explorer.data.connection import Revision
    from seewhy.graph.answers.row import RowPeriod
    from seewhy.graph.schemes.columns import Column

NAMES = ("end", "add", "set")
"""The parameters of an address that name changes; each may stand several times."""
LONGEST = 1_800
"""Characters of an address that every program takes; longer questions are rows in a file."""
_OF = {"": "A person", "unit": "A unit", "case": "A case", "rule": "An access rule"}
_STEMS = {"": "people", "unit": "units", "case": "cases", "rule": "access_rules"}
_PICKED = {
    "people": "person", "cases": "case", "units": "unit", "roles": "role", "case_types": "case_type",
    "systems": "system",
}  # fmt: skip
"""Stems whose ids are looked for by name, and the kind that they are there."""


def given() -> dict[str, list[str]]:
    """The changes that the address names."""
    return {name: st.query_params.get_all(name) for name in NAMES if st.query_params.get_all(name)}


def named(revision: Revision, date: str) -> dict[str, Any]:
    """The same as plain data; empty when there are none. Raises UnknownEntity, ConfigurationError."""
    asked = given()
    if not asked:
        return {}
    end, add, set_ = (tuple(asked.get(name, ())) for name in NAMES)
    return answers.named_changes(revision, end, add, set_, date)


def by_cells() -> dict[str, Any]:
    """The changes that the address gives by cells; empty when there are none. Raises ConfigurationError."""
    if not (text := urls.parameter("changes")):
        return {}
    try:
        data = read_plain(text)
    except NotPlain as error:
        raise ConfigurationError(f"the changes in the address cannot be read: {error.message}") from None
    return data if isinstance(data, dict) else {}


def whole(revision: Revision, date: str) -> dict[str, Any]:
    """All that the address names, in one: first what it gives by cells."""
    data: dict[str, Any] = by_cells()
    for do, files in named(revision, date).items():
        already = data.get(do) or {}
        if isinstance(already, dict) and all(isinstance(already.get(stem, []), list) for stem in files):
            data[do] = {**already, **{stem: [*already.get(stem, []), *rows] for stem, rows in files.items()}}
    return data


def _cell_lines() -> list[tuple[str, str, dict[str, Any]]]:
    """What is changed, file and cells of each row given by cells; what has no such form is told where it is asked."""
    try:
        data = by_cells()
        return [
            (do, stem, {**row})
            for do in NAMES
            for stem, rows in (data.get(do) or {}).items()
            if stem in FILES
            for row in rows
        ]
    except (SeeWhyError, TypeError, AttributeError):
        return []


def named_row(source: str, load: str) -> str:
    """A row as an address names it; with its load where several loads number rows."""
    return source if len(connection.loads()) < 2 else f"{source}@{load}"


def _write(asked: dict[str, list[str]]) -> None:
    """Put changes into the address; what would make it too long goes to the field that takes rows."""
    kept: dict[str, str | list[str]] = {
        name: st.query_params.get_all(name) for name in st.query_params if name not in (*NAMES, "page", "kind", "do")
    }
    st.query_params.from_dict({**kept, "do": "pick", **{name: lines for name, lines in asked.items() if lines}})


def _with(name: str, line: str, *, there: bool) -> None:
    st.session_state["changes are edited"] = True
    asked = given()
    lines = [one for one in asked.get(name, []) if one != line]
    _write({**asked, name: [*lines, line] if there else lines})


def change_fields(revision: Revision, date: str) -> None:
    """Draw the fields: what is chosen so far, rows to end, a row to add. Who follows a link sees the answer first."""
    _chosen(revision, date)
    editing = not (given() or urls.parameter("changes")) or bool(st.session_state.get("changes are edited"))
    with st.expander("Choose rows", expanded=editing, icon=":material/edit:"):
        ends, adds = st.columns(2, gap="medium")
        with ends:
            blocks.show(blocks.heading("Rows to end", "tick what would end"))
            _ends(revision, date)
        with adds:
            blocks.show(blocks.heading("A row to add", "blank cells are left out"))
            _add(revision)


def line_text(revision: Revision, name: str, line: str, date: str) -> str:
    """One change in words, as HTML: the row as a sentence and a link, or the cells of one that begins."""
    source, _, cells = line.partition(",")
    source, _, load = source.partition("@")
    file, _, row = source.rpartition(":")
    if name == "add":
        file, _, cells = line.partition(":")
        pairs = [cell.partition("=") for cell in cells.split(",")]
        begun = {unquote(column.strip()): unquote(value) for column, _, value in pairs}
        return cells_text(revision, "add", file, begun) if file in FILES else f"<b>Begins:</b> {escape(line)}"
    try:
        said = blocks.sentence(answers.row(revision, file, row, load, date)[0].sentence).removesuffix(".")
    except SeeWhyError:
        said = ""  # what is wrong with it is said in the place of the answer
    word = "Ends" if name == "end" else f"Gets <code>{escape(cells)}</code>"
    return f"<b>{word}:</b> {escape(said)} <span class='src'>{source_rows.row_link(source, load)}</span>"


def cells_text(revision: Revision, do: str, stem: str, cells: Mapping[str, Any]) -> str:
    """A row that begins, ends or is set, in words with the names of what it refers to, as HTML; with its cells where
    the words leave out what is set."""

    def name(of: str, id: str) -> str:
        kind = _PICKED.get(of, "position" if of == "positions" else "")
        thing = search_index.named(revision, kind, id) if kind and kind != "case" else None
        return thing.name or id if thing else id

    spec = FILES[stem]
    if all(cells.get(column.name) for column in spec.columns if column.required):
        said = phrase(stem, cells, name)
    else:
        # What tells the row apart is not all that its sentence needs.
        of = {column.name: column.references or (stem if column.name == spec.id else "") for column in spec.columns}
        named_cells = {column: name(of.get(column, ""), str(value)) for column, value in cells.items() if value}
        labels = (f"{column.removesuffix('_id').replace('_', ' ')} {value}" for column, value in named_cells.items())
        said = f"{spec.noun}: {', '.join(labels)}"
    said = blocks.sentence(said).removesuffix(".")
    shown = "" if do == "end" else ", ".join(f"{column}={value}" for column, value in cells.items() if value)
    word = {"add": "Begins", "end": "Ends", "set": "Becomes"}[do]
    source = f"{stem}.csv: {shown}" if shown else f"{stem}.csv"
    return f"<b>{word}:</b> {escape(said)} <span class='src'>{escape(source)}</span>"


def told(revision: Revision, date: str) -> list[str]:
    """All changes of the address in words, as HTML."""
    asked = given()
    rows = [line_text(revision, name, line, date) for name in asked for line in asked[name]]
    return [*(cells_text(revision, *line) for line in _cell_lines()), *rows]


def _without(left: tuple[str, str, dict[str, Any]]) -> None:
    """Take one row out of those that the address gives by cells."""
    st.session_state["changes are edited"] = True
    data: dict[str, Any] = {}
    for do, stem, cells in _cell_lines():
        if (do, stem, cells) != left:
            data.setdefault(do, {}).setdefault(stem, []).append(cells)
    urls.write(changes=json.dumps(data, separators=(",", ":")) if data else "")


def _chosen(revision: Revision, date: str) -> None:
    asked, cells = given(), _cell_lines()
    if not asked and not cells:
        return
    with st.container(key="chosen"):
        count = sum(map(len, asked.values())) + len(cells)
        blocks.show(blocks.heading("The question", f"{count:,} changed row{'' if count == 1 else 's'}, in the address"))
        for number, one in enumerate(cells):
            with st.container(key=f"line-cells-{number}", horizontal=True, vertical_alignment="center"):
                blocks.show(f"<p>{cells_text(revision, *one)}</p>")
                if st.button("Leave out", key=f"out-cells-{number}", icon=":material/close:", width="content"):
                    _without(one)
                    st.rerun()
        for name in NAMES:
            for number, line in enumerate(asked.get(name, [])):
                with st.container(key=f"line-{name}-{number}", horizontal=True, vertical_alignment="center"):
                    blocks.show(f"<p>{line_text(revision, name, line, date)}</p>")
                    if st.button("Leave out", key=f"out-{name}-{number}", icon=":material/close:", width="content"):
                        _with(name, line, there=False)
                        st.rerun()
    if sum(len(line) + 8 for lines in asked.values() for line in lines) > LONGEST:
        blocks.show(
            '<p class="lead">So many rows make an address that some programs cut: hand on the file instead.</p>'
        )


def file_button(changes: dict[str, Any]) -> None:
    """The changes as a file that `seewhy whatif` and the field for rows read."""
    text = json.dumps(changes, ensure_ascii=False, indent=2)
    download("Changes as a file", lambda: text, "changes.json", "data_object")


def _ends(revision: Revision, date: str) -> None:
    of = filters.pills("of", "Rows of", _OF)
    id = "" if of == "rule" else field(revision, of or "person", f"Which {of or 'person'}")
    if not id and of != "rule":
        return
    found, _ = answers.rows_about(revision, _STEMS[of], id, date)
    ticked = given().get("end", [])
    for number, one in enumerate(found.rows):
        with st.container(key=f"endrow-{number}", horizontal=True, vertical_alignment="top", gap="small"):
            key, line = f"ends-{filters.key(one.source, one.load)}", named_row(one.source, one.load)
            st.session_state[key] = line in ticked
            # The label is words of ours: names would be read as markup in it.
            st.checkbox(
                f"Row {number + 1}",
                key=key,
                label_visibility="collapsed",
                width="content",
                on_change=lambda line=line, key=key: _with("end", line, there=st.session_state[key]),
            )
            blocks.show(f"<p>{escape(blocks.sentence(one.sentence))} {_row(one)}</p>")
    total, shown = sum(found.counts.values()), len(found.rows)
    if total > shown:
        more = "another is reached by what else it names, or by its own page"
        blocks.show(f'<p class="src more">{shown} of {total:,} rows shown; {more}</p>')
    if not total:
        blocks.show("<p>No row names it on this day.</p>")


def _row(one: RowPeriod) -> str:
    return f'<span class="src">{source_rows.row_link(one.source, one.load)}</span>'


def _add(revision: Revision) -> None:
    stems = {"": "choose one", **{stem: f"{stem}.csv: {spec.noun}" for stem, spec in FILES.items()}}
    stem = filters.choice("to", "File", stems)
    if not stem:
        return
    cells: dict[str, str] = {}
    places = st.columns(2)
    for number, column in enumerate(FILES[stem].columns):
        with places[number % 2]:
            cells[column.name] = _cell(revision, stem, column)
    missing = [one.name for one in FILES[stem].columns if one.required and not cells[one.name]]
    help_ = f"Still blank: {', '.join(missing)}" if missing else None
    if st.button("Add this row", icon=":material/add:", disabled=bool(missing), help=help_):
        _with("add", row_text(stem, cells), there=True)
        st.rerun()


def _cell(revision: Revision, stem: str, column: Column) -> str:
    key = f"cell-{stem}-{column.name}"
    label = column.name.replace("_", " ").removesuffix(" id") + (" (needed)" if column.required else "")
    kind = _PICKED.get(column.references or "")
    if kind:
        picked = str(st.session_state.get(f"{key}-id", ""))

        def choose(_: str, chosen: str) -> None:
            st.session_state[f"{key}-id"] = chosen

        search_box(revision, key, label, choose, kinds=(kind,), shown=picked, placeholder="type a name or an id")
        return picked
    if column.kind in ("enum", "bool"):
        options = ["", *(column.choices or ("true", "false"))]
        words = {"": f"default: {column.default}" if column.default else "blank"}
        return str(st.selectbox(label, options, format_func=lambda one: words.get(one, one), key=key))
    placeholder = "YYYY-MM-DD" if column.kind == "date" else ""
    return str(st.text_input(label, key=key, placeholder=placeholder) or "").strip()
