"""The query box: a question of the query book, or a changed copy of one, as a table. It reads, and nothing else."""

from __future__ import annotations

import json
import os
from collections import Counter
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import streamlit as st

from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks, links, tiles
from seewhy.explorer.data import answers, connection, search_index
from seewhy.explorer.palette import kind
from seewhy.explorer.widgets import filters
from seewhy.graph.errors import ConfigurationError, SeeWhyError
from seewhy.graph.nearest import nearest
from seewhy.graph.questions.query import MOST_ROWS, MOST_SECONDS
from seewhy.graph.questions.saved_queries import VARIABLE, Asked, kept_in, kept_text, of_the_book, parameters_of

if TYPE_CHECKING:
    from seewhy.explorer.data.connection import Revision, Statements
    from seewhy.graph.questions.query import QueryAnswer

_GIVEN = "p."
"""How the parameters of a question begin in the address: `p.person=ana`."""
_RUN = "run the copy"


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    kept, wrong = _kept()
    every = {one.name: one for one in (*kept, *of_the_book())}
    groups = {"": "all groups", **{group: group for group in dict.fromkeys(one.group for one in every.values())}}
    asked = _chosen(every, groups)
    if wrong:
        _wrong(wrong)
    date = urls.as_of()
    if asked is None:
        page_shell.basis(revision, date)
        _catalogue(every, len(kept))
        page_shell.footer(revision)
        return
    blocks.show(tiles.heading("rule", asked.name, (asked.words, f"group {asked.group}")))
    text, copied = _text(asked)
    values, ready = _values(asked, text, date)
    with st.container(horizontal=True, gap="small"):
        run = st.button("Run the changed copy" if copied else "Run", icon=":material/play_arrow:", type="primary")
        if copied or not asked.kept:
            name, content = kept_text(asked, text)
            answer_bar.download("Keep it as a file", lambda: content, f"{name}.yaml", "save", key="kept-file")
    blank = [f"`${name}`" for name, said in values.items() if not said.strip()]
    if run and blank:
        # An engine takes a blank for a value like any other, and finds nothing.
        page_shell.refuse(revision, date, ConfigurationError(f"no value for {', '.join(blank)}", "fill it in above"))
        return
    if run:
        st.session_state[_RUN] = (asked.name, text)
        urls.write(**{f"{_GIVEN}{name}": said for name, said in values.items() if name != "as_of"})
    # An address with all values is an answer; a copy is run when somebody says so.
    wanted = not blank and (st.session_state.get(_RUN) == (asked.name, text) if copied else run or ready)
    if wanted:
        _answered(revision, asked, text, values, date, copied=copied)
    else:
        page_shell.basis(revision, date)
        page_shell.footer(revision)


def _catalogue(every: dict[str, Asked], kept: int) -> None:
    """What can be chosen: the groups, or the questions of the group that is chosen."""
    group = urls.parameter("group")
    listed = [one for one in every.values() if one.group == group]
    blocks.show(tiles.heading("rule", "Query", ("run a question of the query book, or a changed copy of it",)))
    if listed:
        rows: list[tuple[str, ...]] = [
            (navigation.link(escape(one.name), "query", name=one.name, group=group), links.marked(one.words))
            for one in listed
        ]
        blocks.show(blocks.section(group, links.table(("Question", "Answers"), rows, most=len(rows)), f"{len(rows):,}"))
        return
    counted = Counter(one.group for one in every.values())
    rows = [
        (navigation.link(escape(one), "query", group=one), escape(_GROUPS.get(one, "kept by this organisation")),
         f'<span class="n">{number:,}</span>')
        for one, number in sorted(counted.items(), key=lambda each: (*_GROUPS, each[0]).index(each[0]))
    ]  # fmt: skip
    told = f"{len(every):,} questions, {kept:,} of them kept by this organisation"
    blocks.show(blocks.section("Groups", links.table(("Group", "Its questions", "Number"), rows), told))


_GROUPS = {
    "organisation": "what there is: people, units, positions, cases and how they hang together",
    "findings": "what breaks a rule, or is odd",
    "eligibility": "whether a request may be made, condition by condition",
    "who": "who can see one case, scheme by scheme",
    "what": "what one person can see, scheme by scheme",
    "check": "whether one person can see one case",
    "why": "the reasons of an answer",
    "thing": "one thing of a kind",
    "things": "every thing of a kind",
    "neighbours": "what things are joined to",
    "find": "people, cases and groups of equivalent cases that somebody may find",
    "candidates": "what would give access",
    "seers": "everybody who can see some cases",
    "guarded": "cases that a denial or a limit may close",
    "halves": "parts of the access matrix, joined outside of the engine",
}
"""Groups of the query book in words; those that somebody may ask for first stand first."""


def _kept() -> tuple[list[Asked], list[str]]:
    """The questions that the organisation keeps, as the folder is now."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        return [], []
    try:
        return kept_in(Path(folder))
    except OSError as error:
        return [], [f"the folder of kept questions cannot be read: {error.strerror}"]


def _chosen(every: dict[str, Asked], groups: dict[str, str]) -> Asked | None:
    with st.container(key="ask"):
        left, middle, right = st.columns([2.2, 6, 1.4], vertical_alignment="bottom")
        with left:
            group = filters.choice("group", "Group", groups)
        names = [name for name, one in every.items() if group in ("", one.group)]
        at = urls.parameter("name")
        if at in every and at not in names:
            names.insert(0, at)
        if st.session_state.get("question") != (at if at in every else None):
            st.session_state["question"] = at if at in every else None

        def changed() -> None:
            given = {name: "" for name in st.query_params if name.startswith(_GIVEN)}
            urls.write(name=st.session_state["question"] or "", **given)

        with middle:
            st.selectbox(
                "Question",
                names,
                format_func=lambda name: f"{name}: {every[name].words}",
                key="question",
                index=None,
                placeholder="type a word of its name or its sentence",
                on_change=changed,
            )
        with right:
            urls.date_field()
    if at and at not in every:
        blocks.show(f'<p class="lead">{links.marked(f"There is no question called `{at}`.")}</p>')
    return every.get(at)


def _wrong(wrong: list[str]) -> None:
    items = "".join(f"<li>{links.marked(one)}</li>" for one in wrong)
    blocks.show(blocks.section("Kept questions that cannot be used", f"<ul>{items}</ul>", f"{len(wrong):,}"))


def _text(asked: Asked) -> tuple[str, bool]:
    """The text, as it is or as somebody changed it, and whether it was changed."""
    with st.expander("The text, to read or to run a changed copy of it", expanded=asked.kept):
        said = st.text_area(
            "Cypher",
            asked.text,
            key=f"text-{filters.key(asked.name, asked.text)}",
            height=min(460, 90 + 22 * asked.text.count("\n")),
            help="A copy reads in a session that cannot write, in the dialect that both engines share.",
        )
        st.text(
            f"At most {MOST_ROWS:,} rows and {MOST_SECONDS:g} seconds. A changed copy is not in the address: "
            f"keep it as a file, in the folder that {VARIABLE} names, and it is a question like all others."
        )
    text = str(said)
    return text, text.strip() != asked.text.strip()


def _values(asked: Asked, text: str, date: str) -> tuple[dict[str, str], bool]:
    """What was written for each parameter, and whether the address has a value for every one."""
    parameters = parameters_of(asked, text)
    fields = [name for name in parameters if name != "as_of"]
    values = {"as_of": date} if "as_of" in parameters else {}
    for place, column in zip(fields, st.columns(max(1, min(4, len(fields)))) * len(fields), strict=False):
        one = parameters[place]
        widget = f"value-{filters.key(asked.name, place)}"
        at = urls.parameter(f"{_GIVEN}{place}")
        if at and widget not in st.session_state:
            st.session_state[widget] = at
        hint = {
            "list": "several, with commas between them", "number": "a number", "truth": "true or false",
            "day": "a day, 2026-11-25",
        }  # fmt: skip
        of = _KINDS.get(place)
        words = one.words or (f"the id of a {kind(of).word}" if of and one.kind == "text" else "")
        # A label would be read as markup, and words of a file may hold any.
        placeholder = " · ".join(part for part in (words, hint.get(one.kind, "")) if part)
        values[place] = str(column.text_input(f"${place}", key=widget, placeholder=placeholder) or "")
    return values, all(f"{_GIVEN}{name}" in st.query_params for name in fields)


def _answered(
    revision: Revision, asked: Asked, text: str, values: dict[str, str], date: str, *, copied: bool
) -> None:
    try:
        parameters = parameters_of(asked, text)
        given = {name: parameters[name].value(said) for name, said in values.items()}
        answer, statements = answers.query(revision, text, json.dumps(given, sort_keys=True, ensure_ascii=False))
    except SeeWhyError as error:
        page_shell.refuse(revision, date, error)
        return
    _table(revision, asked, answer, statements, values, date, copied=copied)


def _table(
    revision: Revision,
    asked: Asked,
    answer: QueryAnswer,
    statements: Statements,
    values: dict[str, str],
    date: str,
    *,
    copied: bool,
) -> None:
    table = pa.table({name: _column([row[n] for row in answer.rows]) for n, name in enumerate(answer.columns)})
    link: dict[str, str | list[str]] = {"name": asked.name}
    link |= {f"{_GIVEN}{name}": said for name, said in values.items() if name != "as_of"}
    name = f"a changed copy of {asked.name}" if copied else asked.name
    answer_bar.draw(revision, "query", date, link, statements, name, lambda: table)
    rows = f"{len(answer.rows):,} row{'' if len(answer.rows) == 1 else 's'}"
    note = f"{rows}, in {answer.seconds:.2f} s" + (", of a changed copy" if copied else "")
    blocks.show(blocks.heading("Rows", note))
    if answer.cut:
        blocks.show(f'<p class="lead">{escape(answer.cut)}</p>')
    if answer.rows:
        # The columns are those of any question, so nothing of a row could be opened: no grid.
        cells = ([escape("" if cell is None else str(cell)) for cell in row] for row in answer.rows)
        blocks.show(links.table([escape(one) for one in answer.columns], cells, noun="rows"))
    else:
        unknown = "".join(f"<li>{links.marked(one)}</li>" for one in _unknown(revision, values))
        blocks.show(f"<p>No row: nothing in the graph is like that on this day.</p><ul>{unknown}</ul>")
    page_shell.footer(revision, ("Rows", rows + (", cut" if answer.cut else ", all of them")))


_KINDS = {
    "person": "person", "people": "person", "case": "case", "cases": "case", "unit": "unit", "units": "unit",
    "segment": "unit", "position": "position", "positions": "position", "system": "system", "systems": "system",
    "privilege": "privilege", "privileges": "privilege", "roles": "role",
}  # fmt: skip
"""Names of parameters that are ids, and the kind of thing that each names."""


def _unknown(revision: Revision, values: dict[str, str]) -> list[str]:
    """A sentence for each id among the values that was never loaded, with the nearest known ones."""
    given = [
        (of, one.strip())
        for name, said in values.items()
        if (of := _KINDS.get(name))
        for one in (said.split(",") if name not in ("person", "case", "unit", "segment", "system") else [said])
    ]
    return [
        f"Unknown {kind(of).word} `{id}`: {nearest(id, _names(revision, of), always=True)}".rstrip(": ")
        for of, id in given[:_TOLD]
        if id and search_index.named(revision, of, id) is None
    ]


def _names(revision: Revision, of: str) -> dict[str, str]:
    return dict(search_index.table(revision, of).select("id", "name").iter_rows())


_TOLD = 5


def _column(cells: list[Any]) -> pa.Array:
    """A column as it is where its cells are of one kind, else as texts."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if len(kinds) <= 1 or kinds == {int, float}:
        return pa.array(cells, from_pandas=False) if kinds else pa.array(cells, pa.string())
    return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())


page()
