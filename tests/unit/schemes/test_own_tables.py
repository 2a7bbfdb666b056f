"""Tables and columns that a scheme brings: read, judged, dated, cited and shown as those of SeeWhy are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import seewhy
from seewhy.graph.errors import LoadRejected
from seewhy.graph.questions.timeline import timeline
from tests.support.example_schemes import DAY, everybody, given_of, use, write_organisation
from tests.support.tagged_desk import DESK, loaded, written

if TYPE_CHECKING:
    from collections.abc import Iterator

LATER = "2026-06-01"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return loaded(tmp_path_factory.mktemp("tables"))


@pytest.fixture
def desk(place: Path) -> Iterator[seewhy.Graph]:
    use(place / "tags")
    with seewhy.connect(place / "desk") as graph:
        yield graph


@pytest.fixture
def repositories(place: Path) -> Iterator[seewhy.Graph]:
    use("repositories")
    with seewhy.connect(place / "repositories") as graph:
        yield graph


# --- formats


def frames() -> dict[str, pl.DataFrame]:
    return {stem: pl.read_csv(text.encode(), infer_schema=False) for stem, text in given_of("repositories").items()}


@pytest.mark.parametrize("kind", ["workbook", "parquet"])
def test_other_formats_load_as_csv_does(repositories: seewhy.Graph, tmp_path: Path, kind: str) -> None:
    """Own tables as sheets of a workbook, and as parquet with real dates and booleans: the same answers."""
    folder = tmp_path / "files"
    folder.mkdir()
    if kind == "workbook":
        import xlsxwriter

        with xlsxwriter.Workbook(tmp_path / "all.xlsx") as book:
            for stem, frame in frames().items():
                frame.write_excel(book, worksheet=stem)
        folder = tmp_path / "all.xlsx"
    for stem, frame in frames().items():
        if kind == "parquet":
            typed = [pl.col("until").str.to_date()] if stem == "team_members" else []
            typed += [pl.col("confidential") == "true"] if stem == "cases" else []
            frame.with_columns(typed).write_parquet(folder / f"{stem}.parquet")
    with seewhy.connect(tmp_path / "graph", write=True) as graph:
        graph.load(folder, as_of=DAY)
        people, cases = everybody("repositories")
        pairs = [(p, c) for p in people for c in cases]
        here, there = ([g.check(p, c, DAY) for p, c in pairs] for g in (graph, repositories))
        assert [(one.value, one.step) for one in here] == [(one.value, one.step) for one in there]
        reason = graph.why("bo", "i-1", DAY).reasons[0]
        assert any("team_roles" in source for step in reason.path for source in [step.source])


# --- what is wrong, all at once


def test_all_problems_at_once_with_file_row_column_and_nearest_name(tmp_path: Path) -> None:
    use("repositories")
    files = write_organisation(
        "repositories", tmp_path / "files",
        team_members="person_id,team_id,since,until\nbo,platfrom,,\nbo,other,2026-01-01,2026-03-01\nbo,other,2026-02-01,\n"
        "cy,other,2026-05-01,2026-04-01\n",
        collaborators="person_id,repository_id,role\nana,core,admn\ndee,,read\nnobody,docs,read\n",
        team_roles="team_id,repository_id,role,colour\nall,core,triage,x\nall,core,read,x\n",
        teams="team_id,parent_id\nall,\nplatform,all\nother,\n",
        cases="case_id,system_id,repository_id,confidental\ni-1,closed,cor,false\n",
        case_people="case_id,person_id,link\ni-1,eve,assigned_to\n",
        team_rolls="team_id\nall\n",
    )  # fmt: skip
    with seewhy.connect(tmp_path / "graph", write=True) as graph, pytest.raises(LoadRejected) as caught:
        graph.load(files, as_of=DAY)
    told = {(p.file, p.row, p.column): f"{p.message} | {p.hint}" for p in caught.value.problems}
    expected = {
        ("team_members.csv", 2, "team_id"): "`platform`",
        ("team_members.csv", 4, "person_id"): "stands in row 3 already for a common day",
        ("team_members.csv", 5, "until"): "is not after since",
        ("collaborators.csv", 2, "role"): "`admin`",
        ("collaborators.csv", 3, "repository_id"): "",
        ("collaborators.csv", 4, "person_id"): "`nobody`",
        ("team_roles.csv", 1, "colour"): "unknown column",
        ("team_roles.csv", 3, "team_id"): "stands in row 2 already",
        ("teams.csv", 1, "name"): "missing",
        ("cases.csv", 1, "confidental"): "`confidential`",
        ("cases.csv", 2, "repository_id"): "`core`",
        ("team_rolls.csv", 1, ""): "`team_roles`",
    }
    missing = {place: words for place, words in expected.items() if words not in told.get(place, "\0")}
    assert not missing, told
    assert not (tmp_path / "graph" / "loads").exists()


# --- days


def test_dates_of_own_tables_are_half_open(desk: seewhy.Graph) -> None:
    """Who is cleared inside their days gets in, and who was or is not yet, whose level is low, or has no row, not."""
    seen = {
        day: {row.person for row in desk.who("c-1", day).people}
        for day in ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01")
    }
    assert seen == {
        "2026-01-31": set(), "2026-02-01": {"ana"}, "2026-02-28": {"ana"}, "2026-03-01": {"bo"}, "2026-03-31": {"bo"},
        "2026-04-01": set(),
    }  # fmt: skip
    checked = {day: {p for p in ("ana", "bo", "low", "none") if desk.check(p, "c-1", day).yes} for day in seen}
    assert checked == seen


def test_somebody_who_left_a_team_is_out(repositories: seewhy.Graph) -> None:
    inside = {day: repositories.check("fay", "i-1", day).value for day in ("2026-01-31", "2026-02-01")}
    assert inside == {"2026-01-31": "edit", "2026-02-01": "none"}


# --- where it comes from


def sources(answer: Any) -> set[str]:
    return {step.source for reason in answer.reasons for step in reason.path}


def test_why_cites_the_rows_of_own_tables(repositories: seewhy.Graph) -> None:
    assert {"team_members.csv:2", "team_roles.csv:2", "cases.csv:2"} <= sources(repositories.why("bo", "i-1", DAY))
    assert {"collaborators.csv:2", "cases.csv:3"} <= sources(repositories.why("ana", "i-2", DAY))


def test_a_list_of_a_case_is_cited_by_its_own_row(desk: seewhy.Graph) -> None:
    answer = desk.why("bo", "c-1", "2026-03-15")
    assert sources(answer) == {"cleared.csv:3", "case_tags.csv:3"}
    assert "Bo is cleared for Red, and case c-1 has the tag Red" in answer.reasons[0].sentence


def test_sentences_take_any_own_column(place: Path, tmp_path: Path) -> None:
    """`{level}`, `{role}`: in `person`, in what changed, and in a what-if."""
    use(place / "tags", "repositories")
    with seewhy.connect(place / "desk") as graph:
        own = {one.sentence for one in graph.person("bo", DAY).own}
        assert own == {"the clearance of bo for red at level 3"} or own == {"the clearance of Bo for Red at level 3"}
        told = graph.whatif({"end": {"cleared": [{"person_id": "bo", "tag_id": "red"}]}}, DAY)
        assert "at level 3" in told.diff.facts[0].sentence
    with seewhy.connect(place / "repositories") as graph:
        (own,) = graph.person("ana", DAY).own
        assert "role admin of" in own.sentence
        assert "{" not in own.sentence


# --- snapshots


def test_a_second_snapshot_begins_and_ends_facts(place: Path, tmp_path: Path) -> None:
    """Diff and timeline tell the rows of own tables, and of a column of `people`, that did it."""
    use(place / "tags")
    with seewhy.connect(tmp_path / "graph", write=True) as graph:
        graph.load(place / "desk-files", as_of=DAY)
        cleared = "person_id,tag_id,level,since\nana,red,2,2026-06-01\n"
        second = {**DESK, "case_tags": "case_id,tag_id\nc-2,red\n", "cleared": cleared}
        graph.load(written(second, tmp_path / "second", ".csv"), as_of=LATER)
        diff = graph.diff(DAY, LATER)
        pairs = {(p.person, p.case): (p.before, p.after, p.because) for p in diff.pairs()}
        assert {pair: one[:2] for pair, one in pairs.items()} == {
            ("bo", "c-1"): ("view", "none"), ("ana", "c-2"): ("none", "view"),
        }  # fmt: skip
        did = {(fact.stem, fact.did) for fact in diff.facts}
        assert ("case_tags", "began") in did
        assert {stem for stem, how in did if how == "ended"} & {"case_tags", "cleared"}, did
        assert "the tag red of" in " ".join(fact.sentence for fact in diff.facts).lower()
        time = timeline(graph.session, "bo", "c-1")
        values = [(one.since, one.until, one.value) for one in time.periods]
        assert ("2026-03-01", "2026-04-01", "view") in values
        causes = {cause.sources for change in time.changes for cause in change.causes}
        assert any("cleared.csv:3" in one for one in causes), causes
        now = timeline(graph.session, "ana", "c-2")
        assert (now.periods[-1].since, now.periods[-1].value) == (LATER, "view")


def test_a_changed_own_column_of_people_is_a_change(place: Path, tmp_path: Path) -> None:
    use("departments")
    people = given_of("departments")["people"].replace("ana,Ana,employee,sales", "ana,Ana,manager,sales")
    with seewhy.connect(tmp_path / "graph", write=True) as graph:
        graph.load(place / "d-files", as_of=DAY)
        graph.load(write_organisation("departments", tmp_path / "second", people=people), as_of=LATER)
        pairs = {(p.person, p.case): (p.before, p.after, p.because) for p in graph.diff(DAY, LATER).pairs()}
        assert {pair: one[:2] for pair, one in pairs.items()} == {
            ("ana", "r-1"): ("view", "edit"), ("ana", "r-2"): ("none", "view"), ("ana", "r-3"): ("none", "view"),
        }  # fmt: skip
        assert all("people.csv" in " ".join(one[2]) for one in pairs.values()), pairs
