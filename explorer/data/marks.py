"""What things are marked with: the organisation's own words (a file that `serve --marks` names), and *sensitive*."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from seewhy.explorer import urls
from seewhy.explorer.components.marks import SENSITIVE, found_by
from seewhy.explorer.data.connection import Revision, newest_revision, per_load, session
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.inputs.marks import VARIABLE, Marks, read_marks


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
    labels = own().get((kind, id), ())
    return (SENSITIVE, *labels) if (kind, id) in _sensitive() else labels


def marked(kind: str) -> dict[str, tuple[str, ...]]:
    """Everything of one kind that is marked: id to its marks, for a filter of a list."""
    found = {id: labels for (one, id), labels in own().items() if one == kind}
    if kind in ("person", "case") and found:
        date = urls.as_of()
        with session() as opened:  # within a scope not even the word of somebody outside is told
            pairs = {id: (id, "") if kind == "person" else ("", id) for id in found}
            found = {id: found[id] for id, pair in pairs.items() if opened.tells(*pair, date)}
    return found | {id: (SENSITIVE, *found.get(id, ())) for one, id in _sensitive() if one == kind}


def _sensitive() -> frozenset[tuple[str, str]]:
    try:
        return sensitive(newest_revision(), urls.as_of())
    except SeeWhyError:  # the page says why nothing is answered
        return frozenset()


found_by(marks_of)
