"""Bad input: one sentence with its hint apart on standard error, exit code 2, nothing written; word by word."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
from pathlib import Path

import pytest

from seewhy.graph.engines.generations import GraphFolder
from tests.unit.cli.conftest import LOADED, SAMPLE, Run

FIELD = Path(__file__).parents[2] / "field_cases"

SEE = "see `seewhy {} --help`"
FOLDER = "expected a folder with systems.csv, people.csv, … (or .parquet files, or one .xlsx workbook)"
NO_DATE = "`{}` is not a date (YYYY-MM-DD)"

SENTENCES = [
    # what is asked about
    ("check smm c-102", "unknown person `smm`", "did you mean `sam`?"),
    ("check sam c-10", "unknown case `c-10`", "did you mean `c-101`, `c-102`, `c-103`?"),
    ("why sam c-102'", "unknown case `c-102'`", "did you mean `c-102`, `c-101`, `c-103`?"),
    ("check zzzz c-101", "unknown person `zzzz`", "the nearest known one is `zara`"),
    ("what Zola", "unknown person `Zola`", "did you mean `zola`? only letter case differs"),
    ("check sam c-102 --as-of yesterday", NO_DATE.format("yesterday"), ""),
    ("who c-102 --as-of 2026-02-30", NO_DATE.format("2026-02-30"), ""),
    ("what sam --as-of 20261101", NO_DATE.format("20261101"), ""),
    ("check sam c-102 --action find", "`find` is no action", "use `view`, `edit` or `search`"),
    ("what sam --limit 0", "`0` is no value of `--limit`", "a whole number from 1"),
    ("what sam --limit many", "`many` is no value of `--limit`", "a whole number from 1"),
    # which graph
    ("why a b --graph nowhere", "there is no graph in `nowhere` yet", "load a folder first: `seewhy load FOLDER`"),
    ("why a b --graph strange", "the folder `strange` is not a SeeWhy graph: it holds `x.txt`",
     "name a new or empty folder"),
    ("why a b --graph strange/x.txt", "`strange/x.txt` is a file; an embedded graph is a folder",
     "name a new or empty folder"),
    ("load sample --graph strange", "the folder `strange` is not a SeeWhy graph: it holds `x.txt`",
     "name a new or empty folder"),
    ("why a b --graph http://x", "the graph address `http://x` is of an unknown kind",
     "use `neo4j://…` or `bolt://…` for a server, or a folder for an embedded graph"),
    ("why a b --graph bolt://u:secret@x", "the graph address `bolt://…@x` carries a user or a password",
     "leave them out and set `NEO4J_USERNAME` and `NEO4J_PASSWORD` instead"),
    # files in
    ("load nowhere", "`nowhere` does not exist", FOLDER),
    ("load strange", "`strange` holds no input files", FOLDER),
    ("load strange/x.txt", "`strange/x.txt` is neither a folder nor an .xlsx workbook", FOLDER),
    ("load sample --as-of 2020-01-01", f"`2020-01-01` is before the newest load, which is as of {LOADED}",
     "snapshots are loaded in order of time; --fresh starts anew"),
    ("load sample --as-of soon", NO_DATE.format("soon"), ""),
    ("organogram a.csv b.csv -o c", "there is no file `a.csv`", ""),
    ("organogram a.csv b.csv -o c --cases -1", "`-1` is no value of `--cases`", "a whole number from 0"),
    ("organogram a.csv b.csv", "option `--output` is missing", SEE.format("organogram")),
    # files out
    ("export acess -o x.csv", "unknown report `acess`", "did you mean `access`, `secondary_access`, `cases`?"),
    ("export access -o x.pdf", "`x.pdf` has no ending that can be written", "endings: .csv, .xlsx, .parquet, .json"),
    ("export access -o gone/x.csv", "there is no folder `gone`", ""),
    # the books
    ("rules MEM-233", "no rule is called `MEM-233`", None),
    ("queries who/memberhips", "unknown query `who/memberhips`", None),
    # other ids: the nearest known one is always named
    ("findings --system zzz", "unknown system `zzz`", "the nearest known one is `cm`"),
    ("diff --from 2026-01-01 --to 2026-01-02 --system qqq", "unknown system `qqq`", "the nearest known one is `cm`"),
    ("eligible removal sam qqqq", "unknown position `qqqq`", None),
    # usage
    ("check sam", "argument `CASE` is missing", SEE.format("check")),
    ("check sam c-102 d", "unexpected argument `d`", SEE.format("check")),
    ("check sam c-102 --asof x", "unknown option `--asof`", "did you mean `--as-of`, `--json`?"),
    ("--graph g why sam c-102", "option `--graph` stands before the command",
     "write it after: `seewhy COMMAND --graph …`"),
    ("log --before 3 verify", "option `--before` stands before the command",
     "write it after: `seewhy log COMMAND --before …`"),
    ("--grph g why sam c-102", "unknown option `--grph`", "see `seewhy --help`"),
    ("check sam c-102 --graph", "option `--graph` requires an argument", None),
    ("chek sam c-102", "unknown command `chek`", "did you mean `check`, `scheme`?"),
    ("eligible asign c-101", "unknown kind `asign`", "did you mean `assign`, `reassign`?"),
    ("xyzzy", "unknown command `xyzzy`", "see `seewhy --help`"),
    ("serve --port 0", "`0` is no value of `--port`", "a whole number from 1 to 65535"),
    ("serve --port http", "`http` is no value of `--port`", "a whole number from 1 to 65535"),
    ("test gone.yaml", "there is no file `gone.yaml`", ""),
    ("test strange", "the folder `strange` holds no assertion files (.yaml)", ""),
    ("findings --system=", "option `--system` is empty", "give it a value, or leave it out"),
    ("diff --from 2026-01-01 --limit 9999999999", "`9999999999` is no value of `--limit`",
     "a whole number from 0 to 1000000000"),
    ("findings --fail-on worst", "`worst` is no severity", "use low, medium, high"),
]  # fmt: skip


@pytest.fixture
def places(ask: Run, tmp_path: Path) -> Path:
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "x.txt").write_text("x", "utf-8")
    (tmp_path / "sample").symlink_to(SAMPLE)
    return tmp_path


def listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize(("line", "sentence", "hint"), SENTENCES, ids=[line for line, *_ in SENTENCES])
def test_one_sentence(ask: Run, places: Path, line: str, sentence: str, hint: str | None) -> None:
    before = listing(places)
    ran = ask(*line.split())
    told = ran.err.splitlines()
    assert (ran.code, ran.out, told[0]) == (2, "", f"seewhy: {sentence}")
    if hint is not None:
        assert told[1:] == ([f"hint: {hint}"] if hint else [])
    assert listing(places) == before


@pytest.mark.parametrize(
    "case", ['c1"}) DETACH DELETE n //', "c-102' OR 1=1 //", "$case", "c-102\\", "c-1\n02", "é🙂"]
)
def test_an_id_is_data_and_never_executed(ask: Run, case: str) -> None:
    ran = ask("check", "sam", case, "--json")
    assert (ran.code, ran.json()["error"]) == (2, f"unknown case `{case}`")
    assert ask("doctor", "--json").json()["nodes"]["Person"] == 68


def test_the_words_of_a_rejected_load(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "people.csv").write_bytes("person_id,name\nana,André\n".encode("latin-1"))
    ran = run("load", folder, "--graph", "g")
    assert ran.err.splitlines() == [
        "people.csv:2 name: the byte 0xE9 is not UTF-8 "
        "(it looks like Latin-1 or Windows-1252: save the file as CSV UTF-8)",
        f"seewhy: 1 problem in `{folder}`; nothing was written",
    ]
    (folder / "people.csv").write_text("person_id,name,name\nana,Ana,Ana\n", "utf-8")
    assert run("load", folder, "--graph", "g").err.splitlines()[0] == "people.csv:1 name: column `name` stands twice"
    (folder / "people.csv").rename(folder / "peeple.csv")
    told = run("load", folder, "--graph", "g").err.splitlines()
    assert told[0] == "peeple.csv:1: unknown file `peeple` (did you mean `people`?)"
    assert not (tmp_path / "g").exists()


def test_ten_thousand_problems_are_counted_and_a_hundred_shown(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    rows = "".join(f"p{n},,maybe\n" for n in range(5000))
    (folder / "people.csv").write_text(f"person_id,name,active\n{rows}", "utf-8")
    ran = run("load", folder, "--graph", "g")
    told = ran.err.splitlines()
    assert (ran.code, ran.out, len(told)) == (2, "", 102)
    assert told[-2:] == [
        "… and 9,900 more (all of them with --json)",
        f"seewhy: 10,000 problems in `{folder}`; nothing was written",
    ]
    assert len(run("load", folder, "--graph", "g", "--json").json()["problems"]) == 10_000


def test_a_graph_of_a_newer_version(run: Run, sample: str, tmp_path: Path) -> None:
    shutil.copytree(sample, tmp_path / "g")
    for record in (tmp_path / "g").glob("generation-*/generation.json"):
        told = json.dumps({**json.loads(record.read_text("utf-8")), "model": 99})
        record.write_text(told, "utf-8")
        line = f"{record.parent.name} sha256:{hashlib.sha256(told.encode()).hexdigest()}\n"
        for pointer in (tmp_path / "g" / "current", record.parent / "published"):
            pointer.write_text(line, "utf-8")
    for words in (("check", "sam", "c-102"), ("load", SAMPLE)):
        ran = run(*words, "--graph", "g")
        assert (ran.code, ran.err) == (
            2,
            "seewhy: the graph in `g` has graph model 99, this SeeWhy reads model 2\n"
            "hint: use the newer SeeWhy that wrote it\n",
        )


def test_a_second_load_at_the_same_time(run: Run, tmp_path: Path) -> None:
    with GraphFolder("g").locked():
        ran = run("load", SAMPLE, "--graph", "g")
    assert ran.code == 2
    assert ran.err.startswith("seewhy: another load of this graph is running")
    assert ran.err.endswith("hint: wait until it has finished\n")
    assert run("load", SAMPLE, "--graph", "g").code == 0


def test_a_port_in_use(ask: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in ("serve", "demo"):
            ran = ask(command, "--port", port)
            told = f"seewhy: port `{port}` is in use\nhint: choose another one with --port\n"
            assert (ran.code, ran.out, ran.err) == (2, "", told)


def test_a_demo_deletes_nobody_s_data(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "people.csv").write_text("person_id,name\nmine,Mine\n", "utf-8")
    assert run("load", "in").code == 0
    ran = run("demo", "--no-serve")
    assert ran.err == (
        "seewhy: the graph `seewhy-graph` holds another organisation, so the sample is not loaded into it\n"
        "hint: name an empty one: seewhy demo --graph FOLDER\n"
    )
    assert run("what", "mine").code == 0


def test_what_nobody_foresaw(ask: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("inside")

    monkeypatch.setattr("seewhy.api.Graph.check", broken)
    told = (
        "seewhy: something went wrong that should not have; please report it\n"
        "hint: run it again with SEEWHY_DEBUG=1 and add what it shows to the report\n"
    )
    ran = ask("check", "sam", "c-102")
    assert (ran.code, ran.out, ran.err) == (2, "", told)
    monkeypatch.setenv("SEEWHY_DEBUG", "1")
    shown = ask("check", "sam", "c-102")
    assert shown.code == 2
    assert "Traceback" in shown.err
    assert shown.err.endswith(told)


MISTAKES = [
    ("[]", "is not an assertion file: a mapping with `tests` is expected"),
    ("tests: [", "cannot be read as an assertion file: expected the node content, but found '<stream end>' (line 1)"),
    ("tests: []\ntests: []", "cannot be read as an assertion file: the key `tests` stands twice (line 1)"),
    ("name: x", "`tests` must be a list with at least one test"),
    ("test: []", "unknown key `test` (did you mean `tests`?)"),
    ("given: [a]\ntests: [{load: {}, expect: {problems: []}}]", "`given` must be a mapping of file stems to rows"),
    ("as_of: soon\ntests: [{load: {}, expect: {problems: []}}]", "`soon` is not a date (YYYY-MM-DD)"),
    ("tests: [{check: {person: a}, expect: {}}]", "test 1: `check` needs `case`"),
    ("tests: [{check: a, expect: {}}]", "test 1: `check` takes a mapping, such as `{person: …, case: …}`"),
    ("tests: [{check: {person: a, case: c}}]", "test 1: it has no `expect`"),
    ("tests: [{check: {person: a, case: c}, expect: {valu: x}}]", "test 1: nothing has the key `valu`"),
    ("tests: [{check: {person: a, case: c, actoin: x}, expect: {}}]",
     "test 1: unknown key `actoin` (did you mean `action`?) of `check`"),
    ("tests: [{check: {person: a, case: c, action: x}, expect: {}}]", "test 1: `x` is no action"),
    ("tests: [{check: {person: a, case: c, as_of: x}, expect: {}}]", "test 1: `x` is not a date (YYYY-MM-DD)"),
    ("tests: [{check: {person: [a], case: c}, expect: {}}]", "test 1: `person` of `check` is one value"),
    ("tests: [{who: {case: c}, expect: {edit: a}}]", "test 1: `edit` is a list of ids"),
    ("tests: [{who: {case: c}, what: {person: a}, expect: []}]", "test 1: it must ask exactly one of check, who"),
    ("tests: [{chek: {}, expect: {}}]", "test 1: unknown key `chek` (did you mean `check`?)"),
    ("tests: [a]", "test 1: it is no mapping that asks one of check, who"),
    ("tests: [{eligible: {kind: asign, case: c}, expect: []}]", "test 1: unknown kind `asign` (did you mean `assign`"),
    ("tests: [{eligible: {kind: task, case: c}, expect: []}]", "test 1: `eligible` needs `role`"),
    ("tests: [{eligible: {case: c}, expect: []}]", "test 1: `eligible` needs `kind`"),
    ("tests: [{eligible: {kind: removal, person: a, position: b}, expect: []}]",
     "test 1: `removal` expects keys such as `verdict` and `rules`"),
    ("tests: [{findings: {rule: MEM-23}, expect: {}}]", "test 1: expected is a list with one mapping for each finding"),
    ("tests: [{load: {}, expect: {problem: []}}]", "test 1: nothing has the key `problem`"),
    ("tests: [{load: {}, expect: {problems: [{cod: x}]}}]", "test 1: nothing has the key `cod`"),
    ("given: {people: 'person_id\n\n  ana'}\ntests: [{who: {case: c}, expect: []}]", "the first: people.csv"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrong"), MISTAKES, ids=[wrong for _, wrong in MISTAKES])
def test_a_wrong_assertion_file(ask: Run, tmp_path: Path, text: str, wrong: str) -> None:
    (tmp_path / "s.yaml").write_text(text, "utf-8")
    (tmp_path / "good.yaml").write_text("tests: [{check: {person: sam, case: c-102}, expect: {value: view}}]", "utf-8")
    ran = ask("test", "good.yaml", "s.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert wrong in ran.err.splitlines()[0]
    assert "`s.yaml`" in ran.err


def test_a_load_says_first_what_it_leaves_out(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "people.csv").write_text("person_id;name\nana;Ana\n", "utf-8")
    (folder / "people.csv.txt").write_text("person_id,name\nana,Ana\nbo,Bo\n", "utf-8")
    told = run("load", folder, "--graph", "g", "--dry-run")
    assert told.out.splitlines()[0] == "not read: `people.csv.txt`"
    assert run("load", folder, "--graph", "g", "--dry-run", "--json").json()["load"]["not_read"] == ["people.csv.txt"]
    (folder / "people.csv").unlink()
    refused = run("load", folder, "--graph", "g", "--dry-run")
    assert (refused.code, refused.err.splitlines()[0]) == (
        2,
        "people.csv.txt:1: `people.csv.txt` looks like `people`, and is not read (rename it to people.csv)",
    )


def test_repairs_of_an_organogram_are_counted_and_listed_on_request(run: Run, tmp_path: Path) -> None:
    pair = [str(FIELD / f"05-organogram-header/raw-{which}.csv") for which in ("senior", "junior")]
    text = Path(pair[0]).read_text("utf-8")
    (tmp_path / "s.csv").write_text(text.replace(",Grade,", ",Band,").replace(",0,1,", ",0,0.5,"), "utf-8")
    counted = run("organogram", tmp_path / "s.csv", pair[1], "-o", tmp_path / "a", "--cases", "1").out
    assert "missing_column  s.csv:1" in counted
    assert "s.csv:2, `0.5` of a post is one person" in counted
    assert "s.csv:4" not in counted
    listed = run("organogram", tmp_path / "s.csv", pair[1], "-o", tmp_path / "b", "--cases", "1", "--repairs").out
    assert [f"s.csv:{row}" in listed for row in (1, 2, 3, 4)] == [True] * 4
