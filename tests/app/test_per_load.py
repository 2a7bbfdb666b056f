"""Answers are kept per load: a new load is asked anew, and no two functions share an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import streamlit as st

from seewhy.explorer.data.background import PendingAnswer
from seewhy.explorer.data.connection import Revision, per_load
from seewhy.graph.errors import EngineUnavailable, UnknownEntity
from tests.contract.repository import python_files, shown

NOW = Revision("embedded", "graph", "load-1", "2026-03-01T08:00:00", "2026-03-01", "graph load-1 digest")


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def test_an_answer_is_kept_until_the_next_load() -> None:
    asked = []

    @per_load(8)
    def answer(revision: Revision, case: str) -> list[str]:
        asked.append((revision.load, case))
        return [case]

    first = answer(NOW, "c-1")
    assert answer(NOW, "c-1") is first, "shared, not copied"
    assert answer(replace(NOW, loaded="2026-03-01T09:00:00"), "c-1") is first, "the key says which load it is"
    assert answer(NOW, "c-2") == ["c-2"]
    later = replace(NOW, load="load-2", key="graph load-2 digest")
    assert answer(later, "c-1") is not first
    assert asked == [("load-1", "c-1"), ("load-1", "c-2"), ("load-2", "c-1")]


def test_nothing_is_kept_but_by_load_and_by_what_may_be_asked() -> None:
    """Streamlit keeps for all visitors what it is told to keep: one place tells it, by a key that names both."""
    telling = re.compile(r"\bcache_(?:data|resource)\b(?!\.clear)")
    places = {shown(path) for path in python_files("explorer") if telling.search(path.read_text("utf-8"))}
    # The marks are a file beside the graph, kept as it is, and told beside what somebody may see.
    assert places == {"explorer/data/connection.py", "explorer/data/marks.py"}


def test_no_more_are_kept_than_allowed() -> None:
    asked = []

    @per_load(2)
    def answer(revision: Revision, case: str) -> str:
        asked.append(case)
        return case

    for case in ("c-1", "c-2", "c-3", "c-3", "c-1"):
        assert answer(NOW, case) == case
    assert asked == ["c-1", "c-2", "c-3", "c-1"]


def test_two_functions_share_nothing() -> None:
    @per_load(8)
    def name(revision: Revision, id: str) -> str:
        return f"name of {id}"

    @per_load(8)
    def title(revision: Revision, id: str) -> str:
        return f"title of {id}"

    assert (name(NOW, "x"), title(NOW, "x")) == ("name of x", "title of x")


def test_a_question_that_found_no_engine_is_asked_again_and_any_other_error_is_kept() -> None:
    errors = [EngineUnavailable("no server answers"), UnknownEntity("nobody is called `x`")]
    asked = []

    def question() -> str:
        asked.append(len(asked))
        if len(asked) <= len(errors):
            raise errors[len(asked) - 1]
        return "an answer"

    pending = PendingAnswer(question)
    assert pending.ready(60)
    with pytest.raises(EngineUnavailable):
        pending.answer()
    for _ in range(2):
        assert pending.ready(60)
        with pytest.raises(UnknownEntity):
            pending.answer()
    assert asked == [0, 1]
