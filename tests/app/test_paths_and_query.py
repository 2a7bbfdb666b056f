"""The pages of paths and of the query box without a browser, and marks wherever the thing appears."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import seewhy
from seewhy.cypher import copies
from seewhy.explorer.data import marks as marks_of_pages
from seewhy.explorer.picture.lanes import NEIGHBOURS, paths_drawing
from seewhy.graph.questions.paths import neighbours
from seewhy.graph.questions.saved_queries import kept_in, kept_text, of_the_book
from tests.app import hostile
from tests.app.conftest import DAY, html, listed

App = Callable[..., AppTest]
PATHS, QUERY, WHY, STRUCTURE = (f"../pages/{name}.py" for name in ("paths", "query", "why", "structure"))


def cells(test: AppTest) -> list[str]:
    """The cells of the rows that the query box shows."""
    return re.findall(r"<td[^>]*>(.*?)</td>", html(test))


def test_a_path_is_told_with_the_row_of_every_step(app: App, sample_graph: Path) -> None:
    shown = html(app(sample_graph, PATHS, **{"from": "role:hub", "to": "case:e-210", "asof": DAY}))
    assert "One shortest path leads from Hub coordinator to e-210, in 3 steps." in shown
    assert "The role Hub coordinator gives Manage a hub. " in shown
    assert "role_privileges.csv, row 6" in shown
    assert "1, 1 listed" in shown


def test_kinds_are_left_out_stops_are_kept_to_and_longer_ones_are_counted(app: App, sample_graph: Path) -> None:
    asked = {"from": "person:ana", "to": "person:kasia", "asof": DAY}
    plain = html(app(sample_graph, PATHS, **asked, longer="10"))
    assert "3 shortest paths lead from Ana Ferreira to Kasia Zielińska, in 4 steps." in plain
    assert "7 longer ones are listed behind them" in plain
    assert "10 listed, the shortest first" in plain
    without = html(app(sample_graph, PATHS, **asked, **{"not": "in_queue,in_team"}))
    assert "One shortest path leads" in without
    assert "in_queue, in_team" in without
    over = html(app(sample_graph, PATHS, **asked, via="unit:policy"))
    assert "to Kasia Zielińska over Policy, in 5 steps." in over


def test_wrong_things_in_the_address_are_sentences(app: App, sample_graph: Path) -> None:
    for given, said in (
        ({"from": "role:hubb", "to": "case:e-210"}, "Unknown role <code>hubb</code>."),
        ({"from": "hub", "to": "case:e-210"}, "<code>hub</code> names no thing"),
        ({"from": "role:hub", "to": "case:e-210", "not": "membership"}, "kind of relationship <code>membership</code>"),
        ({"from": "role:hub"}, "Choose where it ends"),
        ({"from": "role:hub", "to": "role:hub"}, "One shortest path leads"),
    ):
        assert said in html(app(sample_graph, PATHS, asof=DAY, **given)), given


def test_hostile_names_are_text_on_both_pages(
    app: App, hostile_graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept.yaml").write_text(
        "name: all\ngroup: <b>x</b>\nwords: '<img src=x onerror=alert(1)>'\n"
        "text: MATCH (n:Person) RETURN n.name AS name\n"
    )
    marks = tmp_path / "marks.csv"
    marks.write_text(f'kind,id,label\nperson,"{hostile.PERSON_ID}",<script>alert(9)</script>\n', "utf-8")
    monkeypatch.setenv("SEEWHY_QUERIES", str(tmp_path))
    monkeypatch.setenv("SEEWHY_MARKS", str(marks))
    asked = {"from": f"person:{hostile.PERSON_ID}", "to": f"case:{hostile.CASE_ID}", "asof": DAY}
    for page, given in ((PATHS, asked), (QUERY, {"name": "all"})):
        shown = html(app(hostile_graph, page, **given))
        assert "<script>" not in shown
        assert "<img src=x" not in shown
        assert "<b>x</b>" not in shown


def test_a_double_click_adds_neighbours_beside_the_path_and_says_how_many_there_are(sample_graph: Path) -> None:
    with seewhy.connect(sample_graph) as graph:
        answer = graph.paths("person:ana", "unit:dept", DAY)
        around = neighbours(graph.session, "unit:dept", DAY)
    plain = paths_drawing(answer, lambda end: "")
    opened = paths_drawing(answer, lambda end: "", {"unit:dept": around})
    more = {node["id"] for node in opened.network.nodes} - {node["id"] for node in plain.network.nodes}
    fresh = len(around) - sum(fact.start.id == "hq" for fact in around)
    assert len(more) == NEIGHBOURS + 1
    assert opened.titles["more:unit:dept"] == f"{fresh - NEIGHBOURS} more"
    assert {edge["strength"] for edge in opened.network.edges if {edge["from"], edge["to"]} & more} == {"beside"}
    thick = [edge["id"] for edge in plain.network.edges if edge["strength"] == "decides"]
    assert [edge["id"] for edge in opened.network.edges if edge["strength"] == "decides"] == thick


def test_a_link_to_a_question_is_its_answer(
    app: App, sample_graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "members.yaml").write_text(
        "name: people-of-a-unit\ngroup: Structure\nwords: Who is a member of a unit.\n"
        "parameters:\n  unit: the id of the unit\n"
        "text: |\n  MATCH (p:Person)-[r:MEMBER_OF]->(u:Unit {id: $unit})\n"
        "  WHERE r.since <= $as_of AND $as_of < r.until\n  RETURN p.id AS person ORDER BY person\n"
    )
    (tmp_path / "wrong.yaml").write_text("name: Wrong one\nwords: x\ntext: MATCH (n) DELETE n\nwho: me\n")
    monkeypatch.setenv("SEEWHY_QUERIES", str(tmp_path))
    test = app(sample_graph, QUERY, name="people-of-a-unit", **{"p.unit": "north"}, asof=DAY)
    assert cells(test) == ["bruno", "rosa", "sam"]
    shown = html(test)
    assert "3 rows, all of them" in shown
    for said in ("unknown key <code>who", "<code>DELETE</code> is no part of a question", "<code>Wrong one</code>"):
        assert said in shown
    book = app(sample_graph, QUERY, name="organisation/person", **{"p.person": "ana"}, asof=DAY)
    assert "Ana Ferreira" in cells(book)
    assert "no question called" in html(app(sample_graph, QUERY, name="nothing/like-it"))
    empty = html(app(sample_graph, QUERY, name="people-of-a-unit", **{"p.unit": "nort"}, asof=DAY))
    assert "Unknown unit <code>nort</code>: did you mean <code>hf-north</code>, <code>north</code>?" in empty
    blank = app(sample_graph, QUERY, name="findings/too_many_positions", asof=DAY)
    next(button for button in blank.button if button.label == "Run").click().run()
    assert "No value for <code>$max_positions</code>, <code>$system</code>" in html(blank)
    assert "No row" not in html(blank)
    # A text would be less or more than no number, and nothing would be found.
    more = {"p.max_positions": "0", "p.system": "cms"}
    assert cells(app(sample_graph, QUERY, name="findings/too_many_positions", **more, asof=DAY)) != []


def test_the_questions_are_listed_by_group_and_a_copy_is_kept_as_a_file(
    app: App, sample_graph: Path, tmp_path: Path
) -> None:
    groups = html(app(sample_graph, QUERY, asof=DAY))
    missing = {one.group for one in of_the_book()} - set(re.findall(r"query\?group=(\w+)", groups))
    assert not missing
    assert "query?name=findings%2Ftoo_many_positions" in html(app(sample_graph, QUERY, group="findings", asof=DAY))
    asked = next(one for one in of_the_book() if one.name == "organisation/structure_holders")
    text = asked.text.replace("ORDER BY position_id, person", "ORDER BY person")
    name, content = kept_text(asked, text)
    (tmp_path / f"{name}.yaml").write_text(content)
    kept, wrong = kept_in(tmp_path)
    assert wrong == []
    assert [(one.name, one.words, one.text, one.parameters) for one in kept] == [
        ("organisation-structure_holders-changed", asked.words, copies.plain(text), asked.parameters)
    ]


def test_a_changed_copy_runs_when_somebody_says_so_and_one_that_writes_does_not(app: App, sample_graph: Path) -> None:
    test = app(sample_graph, QUERY, name="organisation/people", asof=DAY)
    assert len(cells(test)) > 40
    test.text_area[0].set_value("MATCH (n:Unit) RETURN n.id AS unit ORDER BY unit").run()
    assert cells(test) == []
    run = next(button for button in test.button if button.label == "Run the changed copy")
    run.click().run()
    assert "alder" not in html(test)
    assert cells(test) != []
    assert "of a changed copy" in html(test)
    test.text_area[0].set_value("MATCH (n:Unit) SET n.name = 'x' RETURN n").run()
    next(button for button in test.button if button.label == "Run the changed copy").click().run()
    assert "<code>SET</code> is no part of a question: a copy only reads" in html(test)
    assert not test.exception


def test_marks_and_sensitive_stand_wherever_the_thing_does(
    app: App, sample_graph: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = tmp_path / "marks.csv"
    marks.write_text("kind,id,label\nperson,ana,key account\nunit,north,moving\ncase,c-101,press interest\n")
    monkeypatch.setenv("SEEWHY_MARKS", str(marks))
    why = html(app(sample_graph, WHY, person="ana", case="c-101", asof=DAY))
    assert "key account: this person" in why
    assert 'class="mark-of">press interest</span>' in why
    assert "moving" in html(app(sample_graph, STRUCTURE, unit="north", asof=DAY))
    sensitive = html(app(sample_graph, WHY, person="chen", case="e-210", asof=DAY))
    assert 'class="mark-of sensitive">sensitive</span>' in sensitive
    kept = listed(app(sample_graph, "../pages/who.py", case="c-101", mark="key account", asof=DAY))
    # Whichever page comes first in a process, and however many links it has.
    monkeypatch.setattr("seewhy.explorer.components.marks._find", lambda kind, id: ())
    read, sensitive = [], marks_of_pages._sensitive
    monkeypatch.setattr(marks_of_pages, "_sensitive", lambda: read.append(1) or sensitive())
    assert [*kept["row"]] == ["ana"]
    path = html(app(sample_graph, PATHS, **{"from": "person:ana", "to": "case:c-101", "asof": DAY}))
    assert 'class="mark-of">key account</span>' in path
    assert len(read) <= 3, "once for each time that a page is drawn"
    marks.write_text("kind,id,label\nperson,ana,changed since\n")
    assert "changed since: this person" in html(app(sample_graph, WHY, person="ana", case="c-101", asof=DAY))
