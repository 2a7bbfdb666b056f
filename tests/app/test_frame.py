"""What is around every page, without a browser: what a search leads to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from seewhy.auth.actor import Actor
from seewhy.auth.asker import Asker, asked_by
from seewhy.auth.rights import Roles
from seewhy.explorer.data import connection
from seewhy.explorer.data.offers import offers
from seewhy.explorer.data.search import search

App = Callable[..., AppTest]

LEADS = {
    # the id of a case and a name, in either order, with and without what is easily mistyped
    "rosa c-101": "why?person=rosa&case=c-101",
    "c101 Delgado": "why?person=rosa&case=c-101",
    "C\u2011101 rosa": "why?person=rosa&case=c-101",
    "roza c-101": "why?person=rosa&case=c-101",
    "rosa dlegado c-101": "why?person=rosa&case=c-101",
    "o\u2019neill c-102": "why?person=sam&case=c-102",
    "can Rosa see c-101?": "why?person=rosa&case=c-101",
    # a name and words of a title; two people
    "rosa stairs": "why?person=rosa&case=c-101",
    "rosa sam": "compare?a=rosa&b=sam",
    # one thing
    "ferre\u0131ra": "what?person=ana",
    "yilmaz": "what?person=elif",
    "dvorak": "what?person=tomas",
    "Markovic": "what?person=ivo",
    "delgdo": "what?person=rosa",
    "dlega": "what?person=rosa",
    "c-101": "who?case=c-101",
    "c-1011": "who?case=c-101",
    "mem-20": "rules?id=MEM-20",
    "appeals team leader": ".?show=position%3Aapp-a-tl",
    "findings": "findings",
}


@pytest.fixture
def revision(sample_graph: Path, monkeypatch: pytest.MonkeyPatch) -> connection.Revision:
    monkeypatch.setenv("SEEWHY_GRAPH", str(sample_graph))
    st.cache_resource.clear()
    return connection.newest_revision()


def test_what_somebody_types_leads_where_it_should(revision: connection.Revision) -> None:
    found = {text: offers(revision, text, {})[0] for text in LEADS}
    assert {text: some[0].address if some else "" for text, some in found.items()} == LEADS
    # The day of the page goes along, and so does the other half of its question.
    here = {"case": "c-102", "asof": "2026-11-25"}
    addresses = [one.address for one in offers(revision, "rosa", here)[0]]
    assert addresses[:2] == ["what?person=rosa&asof=2026-11-25", "why?person=rosa&case=c-102&asof=2026-11-25"]


def test_rules_come_after_everything_that_is_called_so(revision: connection.Revision) -> None:
    kinds = [one.kind for one in search(revision, "team").hits]
    assert kinds.count("rule") < len(kinds)
    assert "rule" not in kinds[: len(kinds) - kinds.count("rule")]
    near, nothing = search(revision, "roza"), search(revision, "qqqqzz")
    assert (near.near, near.hits[0].id, nothing.hits) == (True, "rosa", ())


def test_nothing_is_offered_that_may_not_be_asked(revision: connection.Revision) -> None:
    who = Asker(Actor("u-1", "Ana", ""), Roles(frozenset(["analyst"])), "key")
    with asked_by(who):
        assert not [one for one in offers(revision, "rosa c-101", {})[0] if one.address.startswith("why")]
