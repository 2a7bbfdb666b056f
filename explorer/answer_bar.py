"""The head of an answer: what it rests on, and what can be done with it: copy its link, see its queries, export it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import streamlit as st

from seewhy.auth.asker import asked_as_now
from seewhy.explorer import entry_notice, page_shell, urls
from seewhy.explorer.components.hand_on import copy_link
from seewhy.explorer.data import connection
from seewhy.graph.reports.export import ENDINGS, answer_file, manifest_text
from seewhy.graph.reports.told import names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from seewhy.explorer.data.connection import Revision, Statement, Statements
    from seewhy.graph.files.workbook import Names
    from seewhy.graph.loads import Load

FORMATS = {".csv": "CSV", ".xlsx": "Excel", ".parquet": "Parquet", ".json": "JSON"}
MIME = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".html": "text/html",
    ".yaml": "application/yaml",
}


@contextmanager
def head(revision: Revision, date: str, scheme: str = "", *, notice: bool = True) -> Iterator[None]:
    """What the answer rests on, with the buttons of the block beside it; then the notice when the day is not today."""
    with st.container(key="top", horizontal=True, vertical_alignment="center"):
        page_shell.basis(revision, date, scheme)
        yield
    if notice:
        page_shell.not_today(date)
    entry_notice.draw(revision, date)


def draw(
    revision: Revision,
    page: str,
    date: str,
    parameters: Mapping[str, str | list[str]],
    statements: Statements,
    question: str,
    rows: Callable[[], pa.Table],
    *,
    scheme: str = "",
    notice: bool = True,
    count: int | None = None,
) -> Exported:
    """The head with the buttons of a list; returns what a part of it is exported by.

    `rows` gives the whole answer, whatever is filtered, once a file is made; `count` is how many they are.
    """
    words = ("-".join(value) if isinstance(value, list) else value for value in parameters.values())
    about = {name: id for name in ("person", "case") if isinstance(id := parameters.get(name), str)}
    whole = Exported(revision, "-".join((page, *words, date)), question, date, about)
    with (
        head(revision, date, scheme, notice=notice),
        buttons(page, date, parameters, statements),
        st.popover("Export all", icon=":material/download:"),
    ):
        whole.fields(rows, f"All {count:,} rows" if count is not None else "Every row", "format")
    return whole


@contextmanager
def buttons(
    page: str, date: str, parameters: Mapping[str, str | list[str]], statements: Statements | None = None
) -> Iterator[None]:
    """Copy link, Show query, and after them those that the block draws; without `statements` it draws that one, too."""
    with st.container(key="actions", horizontal=True, gap="small", width="content"):
        copy_link(urls.address(page, date, **parameters), _link)
        if statements is not None:
            show_query(statements)
        yield


def show_query(statements: Statements, *, whole: bool = False) -> None:
    """The button that shows what was sent; `whole` cuts no list of ids."""
    if st.button("Show query", icon=":material/code:"):
        _query(statements, whole=whole)


@st.dialog("Link to this answer", icon=":material/link:")
def _link(address: str) -> None:
    st.text("The browser did not let it be copied: select it here.")
    st.text("Ids and the day. Whoever may ask sees the same answer, as long as the load stays.")
    st.code(address, language=None, wrap_lines=True)


@st.dialog("The queries behind this answer", width="large", icon=":material/code:")
def _query(statements: Statements, *, whole: bool) -> None:
    count = f"{len(statements)} reading queries"
    st.text(
        f"{count}, exactly as they were sent, in this order."
        if whole
        else f"{count}, as they were sent, in this order; long lists of ids are cut here."
    )
    for place, statement in enumerate(statements):
        opened = statement.name.startswith(("check/", "why/")) and place < 4
        with st.expander(statement.name, expanded=opened or statement.name.startswith(("who/", "what/"))):
            st.code(statement.text, language="cypher")
            st.code(parameters_text(statement, whole=whole), language="json")


def parameters_text(statement: Statement, *, whole: bool = False) -> str:
    """Parameters as JSON; a list that nobody would read is shown by its beginning and its length, unless `whole`."""
    shown = {
        name: [*value[:20], f"… {len(value):,} in all"]
        if isinstance(value, list) and len(value) > 50 and not whole
        else value
        for name, value in statement.parameters.items()
    }
    return json.dumps(shown, ensure_ascii=False, indent=2)


@dataclass(frozen=True, slots=True)
class Exported:
    """An answer that is made into files: the load, the beginning of their names, the question, the day, and the ids
    that all rows are about."""

    revision: Revision
    stem: str
    question: str
    date: str
    about: Mapping[str, str]

    def these(self, rows: Callable[[], pa.Table], count: int, of: int, filters: Mapping[str, str]) -> None:
        """The button for the rows that are shown: `count` of `of`, chosen by filters in words."""
        chosen: dict[str, Any] = {"rows": count, "of": of, **filters}
        part = replace(self, stem=f"{self.stem}-these-{count}")
        with st.popover(f"Export these {count:,}", icon=":material/download:"):
            part.fields(rows, f"These {count:,} of {of:,} rows", "format-these", chosen)

    def fields(
        self, rows: Callable[[], pa.Table], said: str, key: str, selected: Mapping[str, Any] | None = None
    ) -> None:
        """The format and the buttons for file and manifest."""
        without = "with the filters" if selected else "without the filters"
        st.text(f"{said}, {without}. The manifest names question, load and SHA-256 of the file.")
        ending = format_field(key)
        name = "".join(c if c.isalnum() or c == "-" else "_" for c in self.stem) + ending
        load, root = connection.newest_load(), urls.root()

        def build() -> tuple[bytes, str]:
            table = rows()
            named = {"name", "title"} & set(table.column_names)
            return built(
                table, name, self.question, self.date, self.revision.engine, load,
                about=self.about, root=root, selected=selected, names=None if named else _names,
            )  # fmt: skip

        with st.container(horizontal=True, gap="small"):
            # Named by its format: a click that comes before the choice has reached the page gives what the button says.
            download(f"{FORMATS[ending]} file", lambda: build()[0], name, "download", primary=True, key=f"file-{key}")
            download("Manifest", lambda: build()[1], f"{name}.manifest.json", "verified", key=f"manifest-{key}")


def _names(people: Sequence[str], cases: Sequence[str]) -> Mapping[str, Names]:
    with connection.session() as opened:
        return names_of(opened, people, cases)


def download(
    label: str, data: Callable[[], str | bytes], file: str, icon: str, *, primary: bool = False, key: str | None = None
) -> None:
    """A button that gives a file of this name; its data are made when it is clicked."""
    st.download_button(
        label,
        # It is made where nobody is known: beside the page, once it is clicked.
        data=asked_as_now(connection.entered(file, data)),
        file_name=file,
        mime=MIME[PurePath(file).suffix],
        icon=f":material/{icon}:",
        on_click="ignore",
        type="primary" if primary else "secondary",
        key=key,
    )


def format_field(key: str) -> str:
    """The field for the format of a file; returns its ending."""
    endings = list(ENDINGS)
    chosen = st.segmented_control(
        "Format", endings, format_func=FORMATS.__getitem__, default=".xlsx", key=key, required=True
    )
    return str(chosen)


def built(
    rows: pa.Table, name: str, question: str, date: str, engine: str, load: Load, **more: Any
) -> tuple[bytes, str]:
    """The file and its manifest; the same rows give the same bytes, so each can be made alone. `more` is what
    `answer_file` takes beside these."""
    file, manifest = answer_file(rows, name, question=question, as_of=date, engine=engine, load=load, **more)
    return file, manifest_text(manifest)
