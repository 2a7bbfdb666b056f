"""What things are marked with: the organisation's own words (a file that `serve --marks` names), and *sensitive*."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import urls
from seewhy.explorer.components.marks import SENSITIVE
from seewhy.explorer.data.connection import Revision, newest_revision, per_load, session
from seewhy.explorer.data.run import once_a_run
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.inputs.marks import VARIABLE, Marks, read_marks

if TYPE_CHECKING:
    from collections.abc import Set


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(path: str, stamp: tuple[int, int]) -> Marks:
    del stamp  # the file as it was then
    return read_marks(Path(path))


def own() -> Marks:
    """The marks of the file as it is now; none where there is no file, or it cannot be used any more."""
    path = os.environ.get(VARIABLE)
    if not path:
        return {}
    try:
        state = Path(path).stat()
        return _read(path, (state.st_mtime_ns, state.st_size))
    except (OSError, SeeWhyError):
        return {}


@per_load(8, question=None)
def sensitive(revision: Revision, as_of: str) -> frozenset[tuple[str, str]]:
    """What is sensitive on a day, as (kind, id), as far as it may be told."""
    with session() as opened:
        rows = opened.run("organisation/sensitive_things", as_of=as_of)
    return frozenset((row["kind"], id) for row in rows for id in row["ids"])


def marks_of(kind: str, id: str) -> tuple[str, ...]:
    """The marks of one thing on the day of the page, *sensitive* first."""
    labels, sensitive = _of_page()
    return (SENSITIVE, *labels.get((kind, id), ())) if (kind, id) in sensitive else labels.get((kind, id), ())


def marked(kind: str, ids: Set[str]) -> dict[str, tuple[str, ...]]:
    """What is marked of a list of one kind, whose ids may be told: id to its marks."""
    labels, sensitive = _of_page()
    return {id: marks_of(kind, id) for one, id in (*labels, *sensitive) if one == kind and id in ids}


def _of_page() -> tuple[Marks, frozenset[tuple[str, str]]]:
    """The marks of the file and what is sensitive; every link of a page asks for them."""
    found: tuple[Marks, frozenset[tuple[str, str]]] = once_a_run(
        f"marks {urls.parameter('asof')}", lambda: (own(), _sensitive())
    )
    return found


def _sensitive() -> frozenset[tuple[str, str]]:
    try:
        return sensitive(newest_revision(), urls.as_of())
    except SeeWhyError:  # the page says why nothing is answered
        return frozenset()
