"""Reports: what there is, how many rows it will have, built when asked for, downloaded with a manifest."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import answer_bar, page_shell, urls
from seewhy.explorer.answer_bar import FORMATS
from seewhy.explorer.components import blocks
from seewhy.explorer.data import connection, search_index
from seewhy.explorer.data.connection import Revision, per_load
from seewhy.explorer.data.report_files import Built, Folder
from seewhy.explorer.widgets import filters
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.files.sheet_rows import sheets_of
from seewhy.graph.reports.export import count_by_asking, count_rows, export_report
from seewhy.graph.reports.tables import REPORTS, report_columns

if TYPE_CHECKING:
    from collections.abc import Callable


_TITLES = {
    "access": ("Access", "grid_on"),
    "people": ("People", "person"),
    "cases": ("Cases", "folder"),
    "findings": ("Findings", "flag"),
    "secondary_access": ("Secondary access", "event_seat"),
    "privileges": ("Privileges", "key"),
}


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    blocks.show(
        '<h1 class="title">Reports</h1><p class="lead">Never cut off. Each file comes with a manifest: '
        "question, day, load, engine, rows, SHA-256.</p>"
    )
    with st.container(key="ask"):
        day, form, _ = st.columns([1.3, 2.4, 3])
        with day:
            urls.date_field()
        with form:
            ending = answer_bar.format_field("report-format")
    date = urls.as_of()
    page_shell.basis(revision, date)
    page_shell.not_today(date)
    names = list(REPORTS)
    with st.container(key="catalogue"):
        for begin in range(0, len(names), 2):
            for column, report in zip(st.columns(2, gap="medium"), names[begin : begin + 2], strict=False):
                with column, st.container(key=f"report-{report}", border=True):
                    _report(revision, report, date, ending)
    page_shell.footer(revision, ("Reports", f"{len(names)}"), ("Rows left out", "none, in any of them"))


def _report(revision: Revision, report: str, date: str, ending: str) -> None:
    title, mark = _TITLES.get(report, (report.replace("_", " ").capitalize(), "table"))
    count = _known(revision, report, date)
    rows = "not counted yet"
    if count is not None:
        rows = f'<b class="rows">{count:,}</b> {_rows(count)}{_sheets(count, ending)}'
    columns = ", ".join(report_columns(report).names)
    about = REPORTS[report]
    blocks.show(
        f'<div class="sect"><h2>{blocks.icon(mark)} {escape(title)}</h2><span class="beside">{rows}</span></div>'
        f"<p>{escape(blocks.sentence(about))}</p><p class='src'>Columns: {escape(columns)}</p>"
    )
    only = ""
    if choices := _choices(revision, report):
        only = filters.choice(f"only-{report}", f"Rows of {title}", {"": "all rows", **choices})
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        build = st.button(f"Build {FORMATS[ending]}", key=f"build-{report}", icon=":material/construction:")
        counted = count is None and st.button("Count rows", key=f"count-{report}", icon=":material/numbers:")
    place = st.empty()
    if counted:
        with place.container():
            _count(revision, report, date)
        st.rerun()
    if build:
        with place.container():
            _build(revision, report, date, ending, only)
    _ready(revision, report, date)


def _choices(revision: Revision, report: str) -> dict[str, str]:
    """What a report can be narrowed to: the text of a column, as `severity=high`, in words."""
    column, values = _ONLY.get(report, ("", ()))
    if column.startswith("system"):
        values = tuple(search_index.table(revision, "system")["id"])
    return {f"{column}={value}": f"only {column.removesuffix('_id')} {value}" for value in values if len(values) > 1}


_ONLY: dict[str, tuple[str, tuple[str, ...]]] = {
    "access": ("value", ("edit", "view")),
    "cases": ("system_id", ()),
    "findings": ("severity", ("high", "medium", "low")),
    "secondary_access": ("system", ()),
}
"""Report to the column by which it can be narrowed, and what stands there; of systems those of the graph."""


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"


def _sheets(count: int, ending: str) -> str:
    """On how many sheets of a workbook so many rows will be."""
    sheets = sheets_of(count)
    return f" on {sheets} sheet{'' if sheets == 1 else 's'}, beside About and Summary" if ending == ".xlsx" else ""


def _known(revision: Revision, report: str, date: str) -> int | None:
    """The number of rows, when it costs next to nothing or was counted before."""
    if (counted := _counted(revision).get((report, date))) is not None:
        return counted
    return _counted_at_once(revision, report, date)


@per_load(100, needs="export", question="count")
def _counted_at_once(revision: Revision, report: str, date: str) -> int | None:
    with connection.session() as opened:
        return count_rows(opened, report, date)


@per_load(2, needs="export", question=None)
def _counted(revision: Revision) -> dict[tuple[str, str], int]:
    """Numbers that were counted or built, per load: (report, day) to rows. The one kept value that is added to."""
    return {}


def _progress(title: str) -> Callable[[str, int, int], None]:
    """A bar on the page; it moves a hundred times at most."""
    bar, shown = st.progress(0.0, title), [-1]

    def moved(what: str, done: int, total: int) -> None:
        part = 100 * done // max(total, 1)
        if part != shown[0]:
            shown[0] = part
            bar.progress(min(part, 100) / 100, f"{title}: {done:,} of {total:,} {what}")

    return moved


def _count(revision: Revision, report: str, date: str) -> None:
    with connection.session() as opened, opened.engine.snapshot():
        _counted(revision)[report, date] = count_by_asking(opened, report, date, _progress("Counting"))


def _build(revision: Revision, report: str, date: str, ending: str, only: str) -> None:
    if "report-folder" not in st.session_state:
        st.session_state["report-folder"] = Folder()
    name = "-".join((report.replace("_", "-"), date, *_said(only)))
    file = st.session_state["report-folder"].path / f"{name}{ending}"
    try:
        with connection.session() as opened:
            manifest = export_report(
                opened, report, file, date, progress=_progress("Building"), overwrite=True, only=only, root=urls.root()
            )
    except SeeWhyError as error:
        page_shell.trouble(error)
        return
    _counted(revision)[report, date] = manifest["selected"]["of"] if only else manifest["rows"]
    st.session_state[f"built-{report}"] = Built(revision.key, date, ending, file, manifest)
    st.rerun()


def _said(only: str) -> list[str]:
    """What was chosen, as a part of a file's name."""
    value = only.partition("=")[2]
    return ["".join(c if c.isalnum() or c == "-" else "_" for c in value)] if value else []


def _ready(revision: Revision, report: str, date: str) -> None:
    """The download, when what was built is for this load and this day."""
    built: Built | None = st.session_state.get(f"built-{report}")
    if built is None or (built.key, built.date) != (revision.key, date) or not built.file.is_file():
        return
    size, rows, form = built.file.stat().st_size, built.manifest["rows"], FORMATS[built.ending]
    blocks.show(
        f'<p class="ready">{blocks.icon("check_circle")} <b>{rows:,} {_rows(rows)}</b>{_of(built)}, {_size(size)}, '
        f'{form} <span class="src">SHA-256 <code>{built.manifest["sha256"][:16]}…</code></span></p>'
    )
    with st.container(horizontal=True, gap="small"):
        answer_bar.download(
            f"Download {form}", built.file.read_bytes, built.file.name, "download", primary=True, key=f"file-{report}"
        )
        manifest = built.manifest_file
        answer_bar.download("Manifest", manifest.read_bytes, manifest.name, "verified", key=f"manifest-{report}")


def _of(built: Built) -> str:
    """Of how many, and which, where the report was narrowed."""
    if (selected := built.manifest.get("selected")) is None:
        return ""
    which = ", ".join(f"{name} {value}" for name, value in selected.items() if name not in ("rows", "of"))
    return f" of {selected['of']:,}: {escape(which)}"


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{count / 1000:.1f} kB"


page()
