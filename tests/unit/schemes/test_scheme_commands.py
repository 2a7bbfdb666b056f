"""`seewhy scheme …`: folders begun, checked, tested and packed, and the places where schemes are found."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from seewhy.cypher.folders import shipped
from seewhy.graph.schemes import places
from tests.support.scheme_folders import added, begun, changed, departments
from tests.unit.cli.conftest import Ran, Run

RUNG = """// step:  everybody
// on:    profile
// says:  view
// match: everything
//
// Everybody.
// person:
MATCH (p:Person)
// case:
MATCH (f:AccessProfile)
"""
TABLE = 'noun = "desk"\ncolumns = [{ name = "desk_id", type = "id", required = true }]\n'
WORDS = '\n[everybody]\nquestion = "Is {person} somebody?"\nmet = "yes"\n'


def own(ran: Ran) -> list[dict[str, object]]:
    """The schemes of `scheme list --json` that do not ship."""
    assert (ran.code, ran.err) == (0, "")
    told = ran.json()
    assert told["count"] == len(told["schemes"])
    return [one for one in told["schemes"] if one["scheme"] not in shipped()]


def test_list_tells_of_each_scheme_what_it_has(run: Run, tmp_path: Path) -> None:
    (one,) = own(run("scheme", "list", "--json", "--schemes", departments(tmp_path)))
    assert len(str(one.pop("digest"))) == 64
    assert one == {
        "scheme": "departments", "title": "Records of departments", "version": "1",
        "from": str(tmp_path / "departments"), "rungs": 6, "stories": 1, "actions": ["view", "edit", "delete"],
        "systems": [],
    }  # fmt: skip
    ran = run("scheme", "list")
    lines = ran.out.split("\n")
    assert lines[0].split() == ["scheme", "title", "version", "from", "rungs", "stories"]
    assert [line.split()[0] for line in lines[1:] if line] == list(shipped())


def test_list_with_a_graph_tells_the_systems(run: Run, tmp_path: Path) -> None:
    begun(tmp_path)
    given = tmp_path / "in"
    given.mkdir()
    (given / "systems.csv").write_text("system_id,scheme\ntwo,desk\none,desk\nother,portal\n", "utf-8")
    assert run("load", given, "--graph", "graph", "--schemes", "desk").code == 0
    words = ("scheme", "list", "--graph", "graph", "--schemes", "desk")
    systems = {one["scheme"]: one["systems"] for one in run(*words, "--json").json()["schemes"]}
    assert systems == {**{name: [] for name in shipped()}, "portal": ["other"], "desk": ["one", "two"]}
    assert [line for line in run(*words).out.split("\n") if line.rstrip().endswith("one, two")]


def test_new_is_green_at_once(run: Run) -> None:
    ran = run("scheme", "new", "desk")
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "next: `seewhy scheme test desk`"
    assert [Path(line.strip()).is_file() for line in ran.out.splitlines()[:-1]] == [True] * 7
    ran = run("scheme", "check", "desk", "--json")
    assert (ran.code, ran.json()["faults"]) == (0, [])
    ran = run("scheme", "test", "desk", "--json")
    (stories,) = ran.json()["stories"]
    assert (ran.code, stories["passed"], stories["failed"]) == (0, 3, 0)


def test_new_refuses_what_is_there_and_names_that_no_scheme_can_have(run: Run, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", "utf-8")
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "empty").mkdir()
    before = sorted(tmp_path.rglob("*"))
    told = {name: run("scheme", "new", name) for name in ("full", "file", "portal", "Desk", "1desk", "file/desk")}
    assert {name: (ran.code, ran.out) for name, ran in told.items()} == dict.fromkeys(told, (2, ""))
    firsts = [ran.err.splitlines()[0].removeprefix("seewhy: ") for ran in told.values()]
    assert firsts[:5] == [
        "`full` holds something already",
        "`file` holds something already",
        "`portal` is a built-in scheme",
        "`Desk` is no name of a scheme",
        "`1desk` is no name of a scheme",
    ]
    assert firsts[5].startswith("`file/desk` cannot be written: ")
    assert sorted(tmp_path.rglob("*")) == before
    assert run("scheme", "new", "empty").code == 0, "an empty folder is as good as a new one"


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        (
            [("1_everybody.cypher", RUNG), ("words.toml", WORDS)],
            "1_owner.cypher:10: the rung `owner` is never reached: `everybody` above is met by everybody",
        ),
        (
            [("2_twin.cypher", ""), ("words.toml", WORDS.replace("everybody", "twin"))],
            "2_twin.cypher:10: the rung `twin` is never reached: `owner` above has the same halves",
        ),
        (
            [("2_everybody.cypher", RUNG), ("words.toml", WORDS)],
            "2_everybody.cypher:1: no story is decided by `everybody`",
        ),
        (
            [("2_everybody.cypher", RUNG)],
            "words.toml:1: the step `everybody` has no `question`",
        ),
        (
            [("scheme.toml", '\n[policies.open]\nkind = "bool"\ndefault = false\n')],
            "scheme.toml:17: no rung reads the policy `open`; rungs read it as `f.open`",
        ),
        (
            [("tables/desks.toml", TABLE), ("graph.toml", '[desks]\nlabel = "Desk"\n')],
            "tables/desks.toml:1: no rung reads the table `desks`",
        ),
        (
            [("tables/more.toml", 'extends = "cases"\ncolumns = [{ name = "secret", type = "bool" }]\n')],
            "tables/more.toml:2: no rung reads the column `secret` of `cases`",
        ),
    ],
    ids=["below everybody", "twin", "no story", "no words", "policy", "table", "column"],
)
def test_check_tells_what_nobody_would_notice(
    run: Run, tmp_path: Path, edits: list[tuple[str, str]], told: str
) -> None:
    folder = begun(tmp_path)
    (folder / "2_no_rule.cypher").rename(folder / "3_no_rule.cypher")
    twin = (folder / "1_owner.cypher").read_text("utf-8").replace("step:  owner", "step:  twin")
    assert run("scheme", "check", folder).out == "nothing is wrong with `desk`\n"
    for file, text in edits:
        added(folder, file, text or twin)
    ran = run("scheme", "check", folder)
    assert (ran.code, ran.err) == (1, "")
    assert told in ran.out
    assert "fault" in ran.out.splitlines()[-1]


def test_a_pack_is_the_same_scheme_and_the_same_bytes(run: Run, tmp_path: Path) -> None:
    folder = departments(tmp_path)
    one = run("scheme", "pack", folder, "-o", "one.zip", "--json").json()
    two = run("scheme", "pack", folder, "-o", "two.zip", "--json").json()
    again = run("scheme", "pack", "one.zip", "-o", "again.zip", "--json").json()
    contents = {(tmp_path / name).read_bytes() for name in ("one.zip", "two.zip", "again.zip")}
    assert len(contents) == 1
    assert {one["sha256"], two["sha256"], again["sha256"]} == {one["sha256"]}
    (of_folder,) = own(run("scheme", "list", "--json", "--schemes", folder))
    (of_pack,) = own(run("scheme", "list", "--json", "--schemes", "one.zip"))
    assert of_pack == {**of_folder, "from": "one.zip"}
    assert of_pack["digest"] == one["digest"]
    assert run("scheme", "check", "one.zip").code == 0
    assert run("scheme", "test", "one.zip", "--json").json()["stories"][0]["passed"] == 14
    ran = run("scheme", "pack", folder, "-o", "one.zip")
    assert ran.code == 2, "a file that is there stays"
    changed(folder, "3_same_department.cypher", "says:  view", "says:  edit")
    assert run("scheme", "pack", folder, "-o", "one.zip", "--overwrite", "--json").json()["digest"] != one["digest"]


def test_a_pack_is_loaded_and_asked_as_its_folder(run: Run, tmp_path: Path) -> None:
    folder = begun(tmp_path)
    given = tmp_path / "in"
    given.mkdir()
    for stem, text in {
        "systems": "system_id,scheme\nown,desk\n", "people": "person_id,name\nana,Ana\nbo,Bo\n",
        "cases": "case_id,system_id\nc-1,own\n", "case_people": "case_id,person_id,link\nc-1,ana,owner\n",
    }.items():  # fmt: skip
        (given / f"{stem}.csv").write_text(text, "utf-8")
    assert run("scheme", "pack", folder, "-o", "desk.zip").code == 0
    assert run("load", given, "--graph", "graph", "--schemes", "desk.zip").code == 0
    answers = []
    for place in ("desk.zip", "desk"):
        for person in ("ana", "bo"):
            told = json.loads(run("check", person, "c-1", "--graph", "graph", "--schemes", place, "--json").out)
            answers.append((told["value"], told["step"]))
    assert answers == [("edit", "owner"), ("none", "no_rule")] * 2


def test_schemes_stand_before_or_behind_the_command_and_in_the_environment(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(tmp_path / "one", "first")
    begun(tmp_path / "two", "second")
    last = ("scheme", "list", "--json")
    found = {
        "behind": run(*last, "--schemes", "one", "--schemes", "two/second"),
        "before": run("--schemes", "one", "--schemes=two", *last),
        "between": run("--schemes", "one", "scheme", "--schemes=two", "list", "--json"),
    }
    monkeypatch.setenv("SEEWHY_SCHEMES", "one:two")
    found["environment"] = run(*last)
    monkeypatch.setenv("SEEWHY_SCHEMES", "one")
    found["both"] = run(*last, "--schemes", "two")
    names = {how: sorted(str(one["scheme"]) for one in own(ran)) for how, ran in found.items()}
    assert names == {how: ["first", "second"] for how in found}


def test_an_installed_package_brings_a_scheme(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    begun(site / "desk_package_of_a_test", "desk")
    (site / "desk_package_of_a_test" / "__init__.py").write_text("", "utf-8")
    info = site / "desk_tool-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: desk-tool\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[seewhy.schemes]\ndesk = desk_package_of_a_test:desk\n", "utf-8")
    monkeypatch.syspath_prepend(str(site))
    places._points.cache_clear()
    try:
        (one,) = own(run("scheme", "list", "--json"))
        assert (one["scheme"], one["from"]) == ("desk", "package desk-tool")
        assert run("scheme", "test", "desk", "--json").json()["stories"][0]["passed"] == 3
        begun(tmp_path, "desk")
        (one,) = own(run("scheme", "list", "--json", "--schemes", "desk"))
        assert one["from"] == "desk", "what the command names comes first"
    finally:
        places._points.cache_clear()


def test_a_package_never_takes_the_place_of_a_built_in_scheme(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = begun(tmp_path, "portal_of_a_test")
    changed(folder, "scheme.toml", 'name = "portal_of_a_test"', 'name = "portal"')
    monkeypatch.syspath_prepend(str(tmp_path))
    point = EntryPoint("portal", "portal_of_a_test", places.GROUP)
    monkeypatch.setattr(places, "_points", lambda: (point,))
    assert own(run("scheme", "list", "--json")) == []
