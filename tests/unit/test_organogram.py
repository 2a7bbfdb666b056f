"""Published organograms become folders that load: dirty little files first, then the real ones."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.checks import check
from seewhy.loaders.organogram import Report, convert
from seewhy.loaders.tables import read_input
from tests.support.examples import worlds

SENIOR = (
    "Post Unique Reference,Name,Grade (or equivalent),Job Title,Organisation,Unit,Reports to Senior Post,FTE,"
    "Professional/Occupational Group\n"
)
JUNIOR = (
    "Organisation,Unit,Reporting Senior Post,Grade,Generic Job Title,Number of Posts in FTE,"
    "Professional/Occupational Group\n"
)
TOP = "P1,Person aa,SCS4,Permanent Secretary,Dept,Top Office,XX,1,Policy\n"
DATA = Path(__file__).parents[1] / "data" / "uk_organograms"
PAIRS = (
    "crown_prosecution_service-2011-03-31",
    "crown_prosecution_service-2011-09-30",
    "department_for_international_development-2011-03-31",
    "home_office-2011-03-31",
    "home_office-2011-09-30",
    "home_office-2012-09-30",
    "ministry_of_justice-2011-09-30",
)
Files = dict[str, list[dict[str, str]]]


class Desk:
    """Writes a pair of files, converts it, reads the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0

    def convert(self, senior: str | bytes, junior: str | bytes = "", **options: int) -> tuple[Report, Files]:
        self.number += 1
        paths = []
        for name, header, body in (("senior.csv", SENIOR, senior), ("junior.csv", JUNIOR, junior)):
            path = self.folder / name
            path.write_bytes(header.encode() + (body.encode() if isinstance(body, str) else body))
            paths.append(path)
        out = self.folder / f"out{self.number}"
        report = convert(*paths, out, **{"cases": 20, **options})
        return report, read(out)


def read(folder: Path) -> Files:
    files = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            files[path.stem] = list(csv.DictReader(handle))
    return files


def assert_loads(folder: Path) -> None:
    """The folder passes every check of a load."""
    tables, problems = read_input(folder)
    assert problems == []
    assert check(tables).problems == ()


def repairs(report: Report) -> list[tuple[str, str, int, str]]:
    return [(r.code, r.file, r.row, r.post) for r in report.repairs]


def managers(files: Files) -> dict[str, str]:
    return {row["person_id"]: row["manager_id"] for row in files["people"]}


def levels(files: Files) -> dict[str, tuple[str, str]]:
    return {row["position_id"]: (row["level"], row["unit_id"]) for row in files["positions"]}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_posts_become_people_units_and_positions(desk: Desk) -> None:
    report, files = desk.convert(
        TOP
        + "P2,N/D,SCS3,Director,Dept,Borders,P1,1,Policy\n"
        + "P3,Person bb,SCS1,Head of Ports,Dept,Ports & Airports,P2,1,Law\n"
        + "P4,Person cc,SCS1,Adviser,Dept,Ports and Airports,P2,1,law\n",
        "Dept,Ports & Airports,P3,HEO,Officer,2,Law\nDept,Borders,P2,EO,Personal Assistant,1,Policy\n",
    )
    assert report.repairs == ()
    people = {row["person_id"]: row for row in files["people"]}
    officers = [p for p in people if p.startswith("P3-")]
    assert [people[p]["name"] for p in officers] == [f"Officer {n} (HEO), Ports & Airports" for n in (1, 2)]
    assert {p: people[p]["name"] for p in ("P1", "P2", "P3", "P4")} == {
        "P1": "Person aa",
        "P2": "Director",
        "P3": "Person bb",
        "P4": "Person cc",
    }
    assert managers(files) == {"P1": "", "P2": "P1", "P3": "P2", "P4": "P2"} | dict.fromkeys(officers, "P3") | {
        p: "P2" for p in people if p.startswith("P2-")
    }
    assert {row["unit_id"]: (row["kind"], row["parent_id"], row["rank"]) for row in files["units"]} == {
        "organisation": ("organisation", "", ""),
        "segment-P1": ("segment", "organisation", "4"),
        "office-P1": ("office", "organisation", ""),
        "segment-P2": ("segment", "segment-P1", "3"),
        "office-P2": ("office", "organisation", ""),
        "team-P1.top-office": ("team", "segment-P1", ""),
        "team-P2.borders": ("team", "segment-P2", ""),
        "team-P2.ports-and-airports": ("team", "segment-P2", ""),
        "category-law": ("category", "organisation", ""),
        "category-policy": ("category", "organisation", ""),
    }
    assert levels(files) == {
        "position-P1": ("segment_manager", "segment-P1"),
        "position-P2": ("segment_manager", "segment-P2"),
        "position-P3": ("team_leader", "team-P2.ports-and-airports"),
        "position-P4": ("caseworker", "team-P2.ports-and-airports"),
    } | {
        f"position-{p}": ("caseworker", f"team-P2.{'borders' if p.startswith('P2') else 'ports-and-airports'}")
        for p in people
        if "-" in p
    }
    access = {
        (m["person_id"], m["unit_id"]): (m["access"], m["manager"], m["admin_support"]) for m in files["memberships"]
    }
    assert access["P2", "office-P2"] == ("edit", "true", "false")
    assert access["P3", "office-P2"] == ("view", "false", "false")
    assert access["P3", "team-P2.ports-and-airports"] == ("edit", "true", "false")
    assistant = next(p for p in people if p.startswith("P2-"))
    assert access[assistant, "team-P2.borders"] == ("view", "false", "true")
    assert {row["cleared"] for p, row in people.items() if "-" in p} == {"false"}
    assert people["P3"]["cleared"] == "true"
    assert files["group_members"] == [{"person_id": "P1", "group_id": "auditors"}]


def test_a_post_that_reports_to_itself_or_to_a_missing_post_goes_below_the_top(desk: Desk) -> None:
    report, files = desk.convert(
        TOP + "P2,a,SCS1,Two,Dept,U,P2,1,\nP3,b,SCS1,Three,Dept,U,P99,1,\nP4,c,SCS1,Four,Dept,U,0,1,\n"
    )
    assert repairs(report) == [
        ("reports_to_itself", "senior.csv", 3, "P2"),
        ("second_top", "senior.csv", 3, "P2"),
        ("missing_post", "senior.csv", 4, "P3"),
        ("second_top", "senior.csv", 4, "P3"),
        ("second_top", "senior.csv", 5, "P4"),
    ]
    assert report.repairs[2].message == "`P99` is no post of the senior file"
    assert managers(files) == {"P1": "", "P2": "P1", "P3": "P1", "P4": "P1"}


def test_a_circle_is_cut_above_its_highest_grade(desk: Desk) -> None:
    report, files = desk.convert(
        TOP + "P2,a,SCS1,Two,Dept,U,P4,1,\nP3,b,SCS2,Three,Dept,U,P2,1,\nP4,c,SCS1,Four,Dept,U,P3,1,\n"
    )
    assert repairs(report) == [("circle", "senior.csv", 4, "P3"), ("second_top", "senior.csv", 4, "P3")]
    assert report.repairs[0].message == "P2 > P4 > P3 > P2 report in a circle, cut above `P3`"
    assert managers(files) == {"P1": "", "P3": "P1", "P4": "P3", "P2": "P4"}


def test_a_file_that_is_one_circle_has_a_top_all_the_same(desk: Desk) -> None:
    _, files = desk.convert("A,a,SCS1,One,Dept,U,B,1,\nB,b,SCS1,Two,Dept,U,A,1,\n")
    assert managers(files) == {"A": "", "B": "A"}


def test_the_top_is_where_most_posts_are_below_not_the_first_row(desk: Desk) -> None:
    report, files = desk.convert("S,s,SCS2,Secondee,Dept,Away,XX,1,\n" + TOP + "P2,a,SCS1,Two,Dept,U,P1,1,\n")
    assert repairs(report) == [("second_top", "senior.csv", 2, "S")]
    assert managers(files) == {"P1": "", "P2": "P1", "S": "P1"}


def test_one_reference_on_several_rows_is_one_position_of_several_people(desk: Desk) -> None:
    report, files = desk.convert(
        TOP
        + "P2,Person x,SCS1,Share,Dept,U,P1,0.5,\nP2,Person y,SCS1,Share,Dept,U,P1,0.5,\nP2-2,z,SCS1,Z,Dept,U,P2,1,\n"
    )
    assert [r[:3] for r in repairs(report)] == [
        ("fraction", "senior.csv", 3),
        ("fraction", "senior.csv", 4),
        ("reference_again", "senior.csv", 4),
    ]
    held = [(h["person_id"], h["position_id"]) for h in files["holdings"]]
    assert held == [("P1", "position-P1"), ("P2", "position-P2"), ("P2-2x", "position-P2"), ("P2-2", "position-P2-2")]


def test_holders_of_one_post_may_have_different_units_and_professions(desk: Desk) -> None:
    _, files = desk.convert(TOP + "P2,a,SCS1,Share,Dept,U,P1,1,Law\nP2,b,SCS1,Share,Dept,V,P1,1,Finance\n")
    units = {(m["person_id"], m["unit_id"]) for m in files["memberships"]}
    assert {("P2", "team-P1.u"), ("P2-2", "team-P1.v"), ("P2-2", "category-finance")} <= units
    assert_loads(desk.folder / "out1")


def test_vacant_and_eliminated_posts_have_nobody_and_their_staff_somebody(desk: Desk) -> None:
    report, files = desk.convert(
        TOP
        + "P2,Vacant,SCS2,Director,Dept,Borders,P1,1,\n"
        + "P3,Eliminated,SCS1,Gone,Dept,Borders,P2,1,\n"
        + "P4,Person d,SCS1,Head,Dept,Ports,P3,1,\n",
        "Dept,Ports,P4,EO,Officer,1,\nDept,Borders,P2,EO,Vacant,2,\nDept,Not in Post,P4,EO,Not in post,1,\n",
    )
    assert repairs(report) == [
        ("vacant", "senior.csv", 3, "P2"),
        ("eliminated", "senior.csv", 4, "P3"),
        ("eliminated_manager", "senior.csv", 5, "P4"),
        ("vacant", "junior.csv", 3, "P2"),
        ("not_in_post", "junior.csv", 4, "P4"),
    ]
    assert report.repairs[3].message == "2 vacant posts have nobody"
    people = managers(files)
    assert "P2" not in people
    assert "P3" not in people
    assert people["P4"] == "P1"
    assert levels(files)["position-P2"] == ("segment_manager", "segment-P2")
    assert "position-P3" not in levels(files)
    cover = {"person_id": "P1", "position_id": "position-P2", "kind": "absence"}
    assert cover in files["holdings"]
    idle = next(row["person_id"] for row in files["people"] if row["job_title"] == "Not in post")
    assert idle not in {h["person_id"] for h in files["holdings"]}
    assert {m["access"] for m in files["memberships"] if m["person_id"] == idle} == {"no"}


@pytest.mark.parametrize(
    ("fte", "people", "code"),
    [
        ("3", 3, ""),
        ("2.01", 3, "fraction"),
        ("0.2", 1, "fraction"),
        ("0", 0, "no_posts"),
        ("-1", 0, "no_posts"),
        ("", 1, "fte"),
        ("two", 1, "fte"),
        ("nan", 1, "fte"),
        ("1e9", 1, "fte"),
        ('"1,200"', 1200, ""),
    ],
)
def test_full_time_equivalents_are_people(desk: Desk, fte: str, people: int, code: str) -> None:
    report, files = desk.convert(TOP, f"Dept,U,P1,EO,Officer,{fte},\n")
    assert len(files["people"]) == 1 + people
    assert [r[:3] for r in repairs(report)] == ([(code, "junior.csv", 2)] if code else [])


def test_rows_without_a_post_are_kept(desk: Desk) -> None:
    report, files = desk.convert(
        TOP + "0,Person q,SCS1,Spare,Dept,U,p1,1,\n", "Dept,U,XX,EO,Officer,1,\nDept,U,P77,EO,Clerk,1,\n"
    )
    codes = [r[:3] for r in repairs(report)]
    assert codes == [
        ("no_reference", "senior.csv", 3),
        ("spelling", "senior.csv", 3),
        ("no_manager", "junior.csv", 2),
        ("missing_post", "junior.csv", 3),
    ]
    assert set(managers(files).values()) == {"", "P1"}
    assert len(files["people"]) == 4


def test_broken_text_is_mended_and_told(desk: Desk) -> None:
    senior = (
        TOP
        + "P2,a,SCS1,Head of North \ufffd South,Dept,Director\ufffds Office,P1,1,\n"
        + "P3,b,SCS1,'Head of HR, Pay',Dept,U,P1,1,\n".replace("'Head of HR, Pay'", "\"'Head of HR, Pay'\"")
        + 'P4,c,SCS1,"Two\nlines",Dept,Café,P1,1,\n'
    )
    report, files = desk.convert(senior + "P5,d,SCS1,Caf\u00c3\u00a9,Dept,U,P1,1\n")
    titles = {row["person_id"]: row["job_title"] for row in files["people"]}
    assert titles == {
        "P1": "Permanent Secretary",
        "P2": "Head of North South",
        "P3": "Head of HR, Pay",
        "P4": "Two lines",
        "P5": "Café",
    }
    assert [r[:3] for r in repairs(report)] == [
        ("broken_character", "senior.csv", 3),
        ("broken_character", "senior.csv", 3),
        ("quotes", "senior.csv", 4),
        ("ragged_row", "senior.csv", 6),
        ("wrong_encoding", "senior.csv", 6),
    ]
    assert "Director's Office" in {row["name"] for row in files["units"]}


def test_another_encoding_is_read_and_told(desk: Desk) -> None:
    report, files = desk.convert((TOP + "P2,a,SCS1,Head – Café,Dept,U,P1,1,\n").encode("cp1252"))
    assert repairs(report) == [("encoding", "senior.csv", 1, "")]
    assert report.repairs[0].message == "not UTF-8, read as cp1252"
    assert files["people"][1]["job_title"] == "Head – Café"


def test_blank_units_grades_titles_and_organisations_are_no_obstacle(desk: Desk) -> None:
    _, files = desk.convert("P1,,,,,,XX,,\n", ",,P1,,,1,\n")
    assert [row["name"] for row in files["people"]] == ["P1", "Post 1, P1"]
    assert all(row["name"] for row in files["units"])


def test_files_without_rows_give_a_folder_without_people_and_cases(desk: Desk) -> None:
    report, files = desk.convert("", "")
    assert report.repairs == ()
    assert files["people"] == files["cases"] == []
    _, files = desk.convert("", "Dept,U,P1,EO,Officer,1,Law\n")
    assert len(files["people"]) == 1
    assert len(files["cases"]) == 20


def test_cases_are_dealt_to_both_systems_and_all_that_a_case_can_have_occurs(desk: Desk) -> None:
    _, files = desk.convert(
        TOP + "P2,a,SCS1,Two,Dept,U,P1,1,Law\n",
        "Dept,U,P2,EO,Officer,9,Law\nDept,V,P2,EO,Clerk,5,Law\nDept,V,P2,EO,Diary Manager,1,Law\n",
        cases=600,
    )
    cases = {row["case_id"]: row for row in files["cases"]}
    assert Counter(row["system_id"] for row in cases.values()) == {"positions": 300, "memberships": 300}
    members = [row for row in cases.values() if row["system_id"] == "memberships"]
    assert {row["limited"] for row in members} == {"true", "false"}
    assert {row["team_id"] for row in members} == {"team-P2.u", "team-P2.v"}
    assert {row["status"] for row in cases.values()} == {"open", "closed"}
    assert {"", "office-P2"} == {row["office_id"] for row in members}
    assert {link["link"] for link in files["case_people"]} == {"assigned_to", "other_staff", "created_by"}
    assert {cases[link["case_id"]]["system_id"] for link in files["case_people"]} == {"memberships"}
    work = files["work"]
    assert {cases[row["case_id"]]["system_id"] for row in work} == {"positions"}
    assert all(bool(row["position_id"]) != bool(row["hopper_unit_id"]) for row in work)
    assert {row["hopper_unit_id"] for row in work} == {"", "team-P2.u", "team-P2.v", "segment-P2"}
    assert {(row["kind"], row["status"]) for row in work} == {
        (kind, status) for kind in ("service_request", "activity") for status in ("open", "closed")
    }
    diary = next(row["person_id"] for row in files["people"] if row["job_title"] == "Diary Manager")
    assert diary not in {link["person_id"] for link in files["case_people"] if link["link"] == "assigned_to"}


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_cases(desk: Desk) -> None:
    rows = "Dept,U,P1,EO,Officer,30,Law\nDept,V,P1,EO,Clerk,5,Law\n"
    outs = [desk.convert(TOP, rows, seed=seed)[1] for seed in (7, 7, 8)]
    written = [{p.name: p.read_bytes() for p in (desk.folder / f"out{n}").iterdir()} for n in (1, 2, 3)]
    assert written[0] == written[1]
    assert outs[0]["people"] == outs[2]["people"]
    assert not {c["case_id"] for c in outs[0]["cases"]} & {c["case_id"] for c in outs[2]["cases"]}


def test_a_newcomer_leaves_the_others_ids_and_most_cases_where_they_are(desk: Desk) -> None:
    before = "Dept,U,P1,EO,Officer,30,Law\nDept,V,P1,EO,Clerk,5,Law\n"
    after = "Dept,W,P1,EO,Inspector,500,Law\nDept,V,P1,eo,clerk,5,Law\nDept,U,P1,EO,Officer,31,Law\n"
    (_, old), (_, new) = (desk.convert(TOP, rows, cases=400) for rows in (before, after))
    assert {p["person_id"] for p in old["people"]} < {p["person_id"] for p in new["people"]}
    assert [c["case_id"] for c in old["cases"]] == [c["case_id"] for c in new["cases"]]
    kept = {tuple(c.items()) for c in old["cases"]} & {tuple(c.items()) for c in new["cases"]}
    assert len(kept) > 250


def test_a_folder_that_is_not_empty_is_refused_untouched(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out1"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    with pytest.raises(ConfigurationError) as refusal:
        desk.convert(TOP)
    assert refusal.value.message == f"the folder `{out}` is not empty"
    assert [p.name for p in out.iterdir()] == ["mine.txt"]


def test_files_that_are_no_organogram_are_refused_in_one_sentence(tmp_path: Path) -> None:
    senior, junior, out = tmp_path / "s.csv", tmp_path / "j.csv", tmp_path / "out"
    senior.write_text(SENIOR + TOP)
    junior.write_text(JUNIOR)

    def refused(*paths: Path, **options: int) -> tuple[str, str]:
        with pytest.raises(ConfigurationError) as refusal:
            convert(*paths, **options)
        assert not out.exists()
        return refusal.value.message, refusal.value.hint

    swapped = "the senior file comes first, the junior file second"
    assert refused(junior, senior, out) == ("the file `j.csv` has no column `post unique reference`", swapped)
    assert refused(senior, tmp_path / "no.csv", out) == (f"there is no file `{tmp_path / 'no.csv'}`", "")
    assert refused(senior, tmp_path, out)[0].startswith(f"the file `{tmp_path}` is a folder")
    assert refused(senior, junior, out, cases=-1) == ("the number of cases `-1` is below 0", "")
    junior.write_bytes(b"")
    assert refused(senior, junior, out) == ("the file `j.csv` has no column `unit`", "")
    assert refused(senior, senior, senior)[0] == f"`{senior}` is a file, not a folder"


REFS = st.sampled_from(["P1", "p1", "P2", "P2-2", "P3", "XX", "0", "", "N/D", "P1-", "a b", 'q"', "Ünit"])
WORDS = st.sampled_from(
    ["", "Vacant", "Eliminated", "N/D", "Law & Order", "law and order", "x" * 300, "Secondment", ",", "'", "\ufffd"]
)
SHARES = st.sampled_from(["1", "0.4", "0", "", "x", "3"])


@settings(max_examples=worlds(20), deadline=None)
@given(
    st.lists(st.tuples(REFS, WORDS, WORDS, WORDS, WORDS, WORDS, REFS, SHARES, WORDS), max_size=7),
    st.lists(st.tuples(WORDS, WORDS, REFS, WORDS, WORDS, SHARES, WORDS), max_size=4),
)
def test_whatever_the_cells_hold_the_folder_loads(senior: list[tuple[str, ...]], junior: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        texts = []
        for rows in (senior, junior):
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            texts.append(text.getvalue())
        Desk(Path(folder)).convert(*texts, cases=5)
        assert_loads(Path(folder) / "out1")


# --- the real files --------------------------------------------------------------------------------------------------


def published(name: str, out: Path) -> tuple[Report, Files]:
    report = convert(DATA / f"{name}-senior.csv", DATA / f"{name}-junior.csv", out)
    return report, read(out)


FIELD = Path(__file__).parents[1] / "field_cases"


def test_the_headers_in_use_give_the_same_organisation(desk: Desk) -> None:
    made = {}
    for case in ("05-organogram-header/now", "05-organogram-header/raw", "10-csv-of-a-european-excel/pair"):
        out = desk.folder / case.replace("/", "-")
        report = convert(FIELD / f"{case}-senior.csv", FIELD / f"{case}-junior.csv", out, cases=5)
        assert report.repairs == ()
        made[case] = {path.name: path.read_bytes() for path in out.iterdir()}
    first, *others = made.values()
    assert b"segment-P1,segment,Office,organisation,4" in first["units.csv"]
    assert all(other == first for other in others)


@pytest.mark.parametrize("header", ["GRADE", "Grade  (or Equivalent)", "grade_or_equivalent", "Grade/Equivalent"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_spellings_and_encodings_of_the_header(desk: Desk, header: str, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    senior = (SENIOR + TOP).replace("Grade (or equivalent)", header).replace(",", "\t")
    (desk.folder / "s.csv").write_bytes((mark + senior).encode(encoding))
    (desk.folder / "j.csv").write_bytes(f"sep=,\r\n{JUNIOR}".encode())
    report = convert(desk.folder / "s.csv", desk.folder / "j.csv", desk.folder / "out", cases=1)
    assert report.repairs == ()
    assert "segment-P1,segment,Top Office,organisation,4" in (desk.folder / "out" / "units.csv").read_text()


def test_an_optional_column_that_is_not_found_is_told(desk: Desk) -> None:
    (desk.folder / "s.csv").write_text((SENIOR + TOP).replace("Grade (or equivalent)", "Grad"))
    (desk.folder / "j.csv").write_text(JUNIOR.replace("Professional/Occupational Group", "Remarks"))
    report = convert(desk.folder / "s.csv", desk.folder / "j.csv", desk.folder / "out", cases=1)
    assert [(r.code, r.file, r.row) for r in report.repairs] == [
        ("missing_column", "s.csv", 1),
        ("missing_column", "j.csv", 1),
    ]
    said = "there is no column `Grade (or equivalent)`, so it is blank for every post: did you mean `Grad`?"
    assert report.repairs[0].message == said


@pytest.mark.parametrize(
    ("senior", "message", "hint"),
    [
        ("Export of posts\n" + SENIOR + TOP, "no column `post unique reference`", "the header stands in row 2"),
        (SENIOR.replace("Job Title", "Job Titel") + TOP, "no column `job title`", "did you mean `Job Titel`?"),
        (JUNIOR, "no column `post unique reference`", "the senior file comes first"),
    ],
)
def test_a_column_that_must_be_there(desk: Desk, senior: str, message: str, hint: str) -> None:
    (desk.folder / "s.csv").write_text(senior)
    (desk.folder / "j.csv").write_text(JUNIOR)
    with pytest.raises(ConfigurationError, match=message) as refused:
        convert(desk.folder / "s.csv", desk.folder / "j.csv", desk.folder / "out")
    assert refused.value.hint.startswith(hint)


def test_a_header_in_the_middle_is_nobody(desk: Desk) -> None:
    report, made = desk.convert(TOP + "\ufeff" + SENIOR)
    assert [r.code for r in report.repairs] == ["repeated_header"]
    assert "Name" not in {row["name"] for row in made["people"]}


def test_only_regular_files_are_read(desk: Desk) -> None:
    (desk.folder / "j.csv").write_text(JUNIOR)
    os.mkfifo(desk.folder / "s.csv")
    with pytest.raises(ConfigurationError, match="is a named pipe, not a file"):
        convert(desk.folder / "s.csv", desk.folder / "j.csv", desk.folder / "out")


@pytest.mark.parametrize("name", PAIRS)
def test_every_published_pair_gives_a_folder_that_loads(name: str, tmp_path: Path) -> None:
    report, files = published(name, tmp_path / "out")
    assert dict(report.counts) == {stem: len(rows) for stem, rows in files.items()}
    assert len(files["cases"]) == 2000
    assert_loads(tmp_path / "out")

    # Nobody is lost: people are the occupied senior rows and the junior posts rounded up, less the vacant ones.
    with (DATA / f"{name}-junior.csv").open(encoding="utf-8", errors="replace", newline="") as handle:
        junior = [row for row in csv.DictReader(handle) if row["Generic Job Title"].casefold() != "vacant"]
    with (DATA / f"{name}-senior.csv").open(encoding="utf-8", errors="replace", newline="") as handle:
        senior = [row for row in csv.DictReader(handle) if row["Name"] not in ("Vacant", "Eliminated")]
    posts = sum(-int(-float(row["Number of Posts in FTE"]) // 1) for row in junior)
    assert len(files["people"]) == len(senior) + posts

    # One person is above everybody else, without a circle.
    above = managers(files)
    assert list(above.values()).count("") == 1
    for person in above:
        steps = 0
        while above[person]:
            person, steps = above[person], steps + 1
            assert steps < 20, "a circle of managers"


def test_what_is_known_to_be_wrong_in_the_real_files_is_reported(tmp_path: Path) -> None:
    told = {name: dict(published(name, tmp_path / name)[0].by_code()) for name in PAIRS}
    assert told["home_office-2011-03-31"] == {
        "fraction": 140,
        "broken_character": 14,
        "quotes": 7,
        "not_in_post": 5,
        "vacant": 4,
        "reference_again": 1,
    }
    assert told["home_office-2012-09-30"]["reference_again"] == 11
    assert told["home_office-2012-09-30"]["eliminated"] == 1
    assert told["ministry_of_justice-2011-09-30"] == {
        "fraction": 189,
        "vacant": 3,
        "second_top": 2,
        "reports_to_itself": 1,
        "missing_post": 1,
        "eliminated": 1,
    }
    assert told["department_for_international_development-2011-03-31"]["second_top"] == 2
    assert told["crown_prosecution_service-2011-03-31"]["broken_character"] == 3


def test_home_office_keeps_its_ids_from_one_publication_to_the_next(tmp_path: Path) -> None:
    march, september, later = (
        published(f"home_office-{day}", tmp_path / day)[1] for day in ("2011-03-31", "2011-09-30", "2012-09-30")
    )
    for old, new in ((march, september), (september, later)):
        assert [c["case_id"] for c in old["cases"]] == [c["case_id"] for c in new["cases"]]
        seniors = {p for p in managers(old) if p.count("-") == 0}
        assert len(seniors & managers(new).keys()) > 0.7 * len(seniors)
        juniors = managers(old).keys() - seniors
        assert len(juniors & managers(new).keys()) > 0.35 * len(juniors)
        same = sum(a == b for a, b in zip(old["cases"], new["cases"], strict=True))
        assert 1000 < same < 2000
