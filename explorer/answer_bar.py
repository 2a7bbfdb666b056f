"""What can be done with an answer that is a list: copy its link, see its queries, export all of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import urls
from seewhy.explorer.data import connection
from seewhy.graph.reports.export import ENDINGS, answer_file, manifest_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

    from seewhy.explorer.data.connection import Revision, Statement
    from seewhy.graph.loads import Load

FORMATS = {".csv": "CSV", ".xlsx": "Excel", ".parquet": "Parquet", ".json": "JSON"}
MIME = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
}


def draw(
    now: Revision,
    page: str,
    date: str,
    parameters: Mapping[str, str | list[str]],
    statements: tuple[Statement, ...],
    question: str,
    rows: Callable[[], pa.Table],
) -> None:
    """The buttons. `rows` gives the whole answer, whatever is filtered; it is called when a file is asked for."""
    with st.container(key="actions", horizontal=True, gap="small", width="content"):
        if st.button("Copy link", icon=":material/link:"):
            _link(urls.address(page, date, **parameters))
        if st.button("Show query", icon=":material/code:"):
            _query(statements)
        with st.popover("Export all", icon=":material/download:", type="primary"):
            told = ("-".join(value) if isinstance(value, list) else value for value in parameters.values())
            _export(now, "-".join((page, *told, date)), question, date, rows)


@st.dialog("Link to this answer", icon=":material/link:")
def _link(address: str) -> None:
    st.text("Ids and the day. Whoever can reach the explorer sees the same answer, as long as the load stays.")
    st.code(address, language=None, wrap_lines=True)


@st.dialog("The queries behind this answer", width="large", icon=":material/code:")
def _query(statements: tuple[Statement, ...]) -> None:
    st.text(f"{len(statements)} reading queries, as they were sent, in this order; long lists of ids are cut here.")
    for statement in statements:
        with st.expander(statement.name, expanded=statement.name.startswith(("who/", "what/"))):
            st.code(statement.text, language="cypher")
            st.code(parameters_text(statement), language="json")


def parameters_text(statement: Statement) -> str:
    """Parameters as JSON; a list that nobody would read is shown by its beginning and its length."""
    shown = {
        name: [*value[:20], f"… {len(value):,} in all"] if isinstance(value, list) and len(value) > 50 else value
        for name, value in statement.parameters.items()
    }
    return json.dumps(shown, ensure_ascii=False, indent=2)


def _export(now: Revision, stem: str, question: str, date: str, rows: Callable[[], pa.Table]) -> None:
    st.text("Every row, without the filters. The manifest names question, load and SHA-256 of the file.")
    ending = st.segmented_control(
        "Format", list(ENDINGS), format_func=lambda one: FORMATS[one], default=".xlsx", key="format", required=True
    )
    name = "".join(c if c.isalnum() or c == "-" else "_" for c in stem) + str(ending)
    load = connection.newest_load()

    def made() -> tuple[bytes, str]:
        return built(rows(), name, question, date, now.engine, load)

    with st.container(horizontal=True, gap="small"):
        # Named by its format: a click that comes before the choice has reached the page gives what the button says.
        st.download_button(
            f"{FORMATS[str(ending)]} file",
            data=lambda: made()[0],
            file_name=name,
            mime=MIME[str(ending)],
            icon=":material/download:",
            on_click="ignore",
            type="primary",
        )
        st.download_button(
            "Manifest",
            data=lambda: made()[1],
            file_name=f"{name}.manifest.json",
            mime="application/json",
            icon=":material/verified:",
            on_click="ignore",
        )


def built(rows: pa.Table, name: str, question: str, date: str, engine: str, load: Load) -> tuple[bytes, str]:
    """The file and its manifest; the same rows give the same bytes, so each can be made alone."""
    file, manifest = answer_file(rows, name, question=question, as_of=date, engine=engine, load=load)
    return file, manifest_text(manifest)
