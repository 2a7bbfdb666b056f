"""What is around every page, without a browser: what a search leads to, what the start page says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import seewhy
from seewhy.auth.actor import Actor
from seewhy.auth.asker import Asker, asked_by
from seewhy.auth.rights import Roles
from seewhy.explorer.data import connection
from seewhy.explorer.data.offers import offers
from seewhy.explorer.data.search import search
from tests.app.conftest import DAY, html

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
    "delgdo 101 stairs": "why?person=rosa&case=c-101",
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


def test_a_word_of_a_name_comes_before_the_beginning_of_an_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = "person_id,name\nann-7,Zoe Zed\nannex,Yan Yeo\np-1,Joanna Ann\np-2,Ann Lee\np-3,Annabel Orr\n"
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "people.csv").write_text(people, "utf-8")
    with seewhy.connect(tmp_path / "graph", write=True) as graph:
        graph.load(tmp_path / "input", as_of=DAY)
    monkeypatch.setenv("SEEWHY_GRAPH", str(tmp_path / "graph"))
    st.cache_resource.clear()
    found = [one.id for one in search(connection.newest_revision(), "ann", ("person",)).hits]
    assert (set(found[:2]), set(found[2:])) == ({"p-1", "p-2"}, {"ann-7", "annex", "p-3"})


def test_nothing_is_offered_that_may_not_be_asked(revision: connection.Revision) -> None:
    who = Asker(Actor("u-1", "Ana", ""), Roles(frozenset(["analyst"])), "key")
    with asked_by(who):
        assert not [one for one in offers(revision, "rosa c-101", {})[0] if one.address.startswith("why")]


def test_the_start_page_says_what_changed_who_sees_most_and_lists_what_it_counts(
    app: App, tmp_path: Path
) -> None:
    """Of two loads: in the second one Rosa gets a membership and Sam loses one."""
    folder, target = tmp_path / "input", tmp_path / "graph"
    with as_file(files("seewhy.loaders") / "sample") as rows:
        shutil.copytree(rows, folder)
    with seewhy.connect(target, write=True) as graph:
        graph.load(folder, as_of="2026-11-20")
        file = folder / "memberships.csv"
        lines = file.read_text("utf-8").splitlines()
        sam = next(n for n, line in enumerate(lines) if line.startswith("sam,"))
        new = lines.pop(sam).replace("sam,", "uma,", 1)
        file.write_text("\n".join([*lines, new]) + "\n", "utf-8")
        graph.load(folder, as_of=DAY)
        most = max(len(graph.what(row["id"], DAY).cases) for row in graph.session.run("organisation/people"))
    shown = html(app(target, asof=DAY))
    card = shown[shown.index("What load-0002 changed") :]
    row = re.search(r"<td[^>]*>memberships</td><td[^>]*>(\d*)</td><td[^>]*>(\d*)</td>", card)
    assert row is not None
    assert row.groups() == ("1", "1")
    assert f"<b>{most}</b></li>" in shown[shown.index("Who sees most") :]
    assert "with rows of load-0002" in shown
    assert "For example" in shown
    everybody = html(app(target, asof=DAY, show="all:person"))
    assert 'href="structure?person=rosa&amp;asof=2026-11-25"' in everybody
    # A page without a question says what could be asked.
    assert "For example" in html(app(target, "../pages/who.py", asof=DAY))


def test_one_person_and_nobody_at_all(app: App, tmp_path: Path) -> None:
    shown = {}
    for name, people in (("one", ["a,Ana"]), ("none", [])):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "people.csv").write_text("\n".join(["person_id,name", *people]) + "\n", "utf-8")
        with seewhy.connect(tmp_path / f"{name}-graph", write=True) as graph:
            graph.load(folder, as_of=DAY)
        st.cache_resource.clear()
        shown[name] = html(app(tmp_path / f"{name}-graph", asof=DAY))
        assert "There is no unit on this day." in html(app(tmp_path / f"{name}-graph", "../pages/structure.py"))
        why = html(app(tmp_path / f"{name}-graph", "../pages/why.py"))
        assert "Nobody can see any case of this organisation on this day." in why
    assert "<b>1</b><span>" in shown["one"]
    assert ">person</span>" in shown["one"]
    assert "Nobody can see any case on this day." in shown["one"]
    assert "This organisation is empty" in shown["none"]
    assert "For example" not in shown["one"] + shown["none"]


def test_refusals_lead_on(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, "../pages/why.py", person="anna", case="m-101", asof=DAY))
    way = re.search(r'<a class="go" href="([^"]*)"[^>]*>Ask about ana instead</a>', shown)
    assert way is not None
    assert "person=ana&amp;case=m-101" in way[1]
    assert ">Choose another one</a>" in shown
    shown = html(app(sample_graph, "../pages/who.py", case="c-101", asof="soon"))
    way = re.search(r'<a class="go" href="([^"]*)"[^>]*>Ask about today instead</a>', shown)
    assert way is not None
    assert ("case=c-101" in way[1], "asof" in way[1]) == (True, False)
