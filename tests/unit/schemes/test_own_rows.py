"""Rows of a scheme's own tables in what would change, what if, Person, reports, pseudonyms and evidence."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

import seewhy
from seewhy.graph.errors import LoadRejected
from seewhy.graph.questions.timeline import timeline
from seewhy.graph.schemes.in_use import input_files
from seewhy.reports import export_report
from tests.support.example_schemes import DAY, EXAMPLES, everybody, use
from tests.support.tagged_desk import loaded
from tests.unit.cli.conftest import Run, run
from tests.unit.evidence.conftest import secret

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["run"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return loaded(tmp_path_factory.mktemp("tables"))


@pytest.fixture
def desk(place: Path) -> Iterator[seewhy.Graph]:
    use(place / "tags")
    with seewhy.connect(place / "desk") as graph:
        yield graph


# --- what would change


@pytest.mark.parametrize(
    ("scheme", "person", "case", "file"),
    [
        ("repositories", "eve", "i-1", "team_members"), ("departments", "nowhere", "r-1", "people"),
        ("repositories", "dee", "i-2", "cases"), ("desk", "bo", "c-1", "case_tags"), ("desk", "bo", "c-1", "cleared"),
    ],
)  # fmt: skip
def test_what_would_change_proposes_own_rows_and_whatif_takes_them(
    place: Path, scheme: str, person: str, case: str, file: str
) -> None:
    """A row of a table, a column of a person or a case, an end of a list: what is proposed does what it says."""
    use("repositories", "departments", place / "tags")
    with seewhy.connect(place / scheme) as graph:
        answer = graph.why(person, case, DAY, changes=True)
        proposed = [one for one in answer.would_change if file in {fact.file for fact in one.change}]
        assert proposed, [one.sentence for one in answer.would_change]
        for one in proposed:
            assert "{" not in one.sentence
            rows: dict[str, dict[str, list[dict[str, str]]]] = {}
            for fact in one.change:
                rows.setdefault(fact.do, {}).setdefault(fact.file, []).append(dict(fact.row))
            pairs = {(p.person, p.case): p.after for p in graph.whatif(rows, DAY).diff.pairs()}
            assert pairs.pop((person, case)) == one.value
            assert len(pairs) == one.others, (pairs, one.sentence)


def test_whatif_adds_ends_and_sets_rows_of_own_tables(desk: seewhy.Graph, place: Path) -> None:
    changes = {
        "add": ({"add": {"cleared": [{"person_id": "none", "tag_id": "blue", "level": "2"}]}}, ("none", "c-2", "view")),
        "end": ({"end": {"case_tags": [{"case_id": "c-1", "tag_id": "red"}]}}, ("bo", "c-1", "none")),
        "set": ({"set": {"cleared": [{"person_id": "low", "tag_id": "blue", "level": "2"}]}}, ("low", "c-2", "view")),
    }
    told = {}
    for name, (change, _) in changes.items():
        told[name] = [(p.person, p.case, p.after) for p in desk.whatif(change, DAY).diff.pairs()]
    assert told == {name: [pair] for name, (_, pair) in changes.items()}
    with pytest.raises((LoadRejected, seewhy.ConfigurationError)) as caught:
        desk.whatif({"add": {"cleared": [{"person_id": "none", "tag_id": "blu", "level": "2"}]}}, DAY)
    assert "blu" in str(caught.value) + " ".join(p.message for p in getattr(caught.value, "problems", ()))


# --- schemes that the graph was not loaded with


def test_another_set_of_schemes_beside_the_graphs_own_changes_nothing(place: Path, tmp_path: Path) -> None:
    """Loaded with three schemes in use and asked with one, and the other way round: every question works."""
    asked = []
    tags = place / "tags"
    end = {"end": {"cleared": [{"person_id": "bo", "tag_id": "red"}]}}
    for loaded_with, asked_with in (
        ((tags, "repositories"), (tags,)), ((tags,), (tags, "departments", "repositories")),
    ):  # fmt: skip
        target = tmp_path / str(len(asked))
        use(*loaded_with)
        with seewhy.connect(target, write=True) as graph:
            graph.load(place / "desk-files", as_of=DAY)
        use(*asked_with)
        with seewhy.connect(target, write=True) as graph:
            told = [
                graph.why("bo", "c-1", DAY, changes=True).as_dict(), graph.person("bo", DAY).as_dict(),
                [(p.person, p.after) for p in graph.whatif(end, DAY).diff.pairs()],
                [(p.person, p.case) for p in graph.diff("2026-01-31", DAY).pairs()],
                timeline(graph.session, "bo", "c-1").periods,
            ]  # fmt: skip
            assert seewhy.verify(_evidence(graph, target), graph).graph == "same"
            key = secret(tmp_path / f"key{len(asked)}", bytes(range(32)))
            told.append(export_report(graph, "access", tmp_path / f"{len(asked)}.csv", DAY, pseudonyms=key)["rows"])
            graph.load(place / "desk-files", as_of=DAY)
            told.append(graph.check("bo", "c-1", DAY).value)
        asked.append(repr(told))
    assert asked[0] == asked[1]


def _evidence(graph: seewhy.Graph, beside: Path) -> Path:
    path = beside.with_suffix(".zip")
    graph.evidence("bo", "c-1", path, DAY)
    return path


# --- shown


def test_a_person_has_their_own_rows_and_columns(place: Path, run: Run) -> None:
    """Key `own` of the JSON, and the text; whoever has none has no key."""
    use("departments", "repositories")
    with seewhy.connect(place / "departments") as graph:
        told = graph.person("cy", DAY).as_dict()["own"]
        assert {(one["file"], one["source"]) for one in told} == {("people", "people.csv:4")}
        words = " ".join(one["sentence"] for one in told)
        assert "manager" in words
        assert "sales" in words.lower()
    more = ("--graph", place / "repositories", "--schemes", EXAMPLES / "repositories", "--as-of", DAY)
    own = run("person", "bo", "--json", *more).json()["own"]
    assert [(one["file"], one["source"]) for one in own] == [("team_members", "team_members.csv:2")]
    text = run("person", "bo", *more).out
    assert "team_members.csv:2" in text
    assert "membership of" in text
    assert "own" not in run("person", "eve", "--json", *more).json()


def test_reports_of_an_own_scheme(place: Path, tmp_path: Path) -> None:
    """`access` holds every visible pair with the steps of the scheme, `people` and `cases` their counts."""
    use("departments")
    with seewhy.connect(place / "departments") as graph:
        people, cases = everybody("departments")
        for report in ("access", "people", "cases", "findings"):
            export_report(graph, report, tmp_path / f"{report}.csv", DAY)
        pairs = pl.read_csv(tmp_path / "access.csv", infer_schema=False).select("person_id", "case_id", "value", "step")
        answers = {(p, c): graph.check(p, c, DAY) for p in people for c in cases}
        assert set(pairs.rows()) == {(p, c, a.value, a.step) for (p, c), a in answers.items() if a.yes}
        counted = dict(pl.read_csv(tmp_path / "people.csv").select("person_id", "cases").rows())
        assert counted == {p: sum(answers[p, c].yes for c in cases) for p in people}
        counted = dict(pl.read_csv(tmp_path / "cases.csv").select("case_id", "people").rows())
        assert counted == {c: sum(answers[p, c].yes for p in people) for c in cases}


SECRETS = ("Ana", "Bo", "red", "Red", "blue", "c-1", "c-2")


def test_own_tables_are_pseudonymised(place: Path, tmp_path: Path) -> None:
    """Ids and texts of own tables are replaced in evidence and reports, which still hold."""
    use(place / "tags")
    key = secret(tmp_path / "key", bytes(range(32)))
    with seewhy.connect(place / "desk") as graph:
        graph.evidence("bo", "c-1", tmp_path / "bo.zip", "2026-03-15", pseudonyms=key)
        export_report(graph, "access", tmp_path / "access.csv", "2026-03-15", pseudonyms=key)
        found = seewhy.verify(tmp_path / "bo.zip", graph, key)
        assert (found.holds, found.graph) == (True, "same"), found.sentences
    with zipfile.ZipFile(tmp_path / "bo.zip") as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist() if name.startswith("rows/")}
        texts |= {name: archive.read(name).decode() for name in ("answer.json", "page.html", "record.json")}
    assert {"rows/cleared.csv", "rows/case_tags.csv", "rows/tags.csv"} <= texts.keys()
    texts["report"] = (tmp_path / "access.csv").read_text("utf-8")
    words = re.compile(rf"(?<![\w-])(?:{'|'.join(SECRETS)})(?![\w-])")
    assert {name: found for name, text in texts.items() if (found := words.findall(text))} == {}
    assert json.loads(texts["answer.json"])["value"] == "view"


def test_evidence_holds_the_rows_of_own_tables(desk: seewhy.Graph, tmp_path: Path) -> None:
    desk.evidence("bo", "c-1", tmp_path / "bo.zip", "2026-03-15")
    with zipfile.ZipFile(tmp_path / "bo.zip") as archive:
        inside = {name: archive.read(name).decode() for name in archive.namelist()}
    assert "bo,red,3" in inside["rows/cleared.csv"]
    assert "c-1,red" in inside["rows/case_tags.csv"]
    assert "low" not in inside["rows/cleared.csv"], "it tells of somebody else"
    assert "case_tags" in inside["rows/provenance.csv"]
    assert {"cleared", "case_tags", "tags"} <= input_files().keys()
