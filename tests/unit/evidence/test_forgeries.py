"""Whatever is forged in an evidence file, with a manifest that fits: it is found out, or told of as not checked, and
nothing that the forger wrote is ever said by `verify`."""

from __future__ import annotations

import json
import random
import re
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

import seewhy
from seewhy import ConfigurationError
from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.evidence.archive import MANIFEST, canonical, packed
from seewhy.graph.evidence.pseudonyms import Pseudonyms
from tests.support.world_graphs import ids, load_record
from tests.unit.evidence.conftest import secret
from tests.worlds.builder import DAY
from tests.worlds.strategies import seeded_world
from tests.worlds.tables import write_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from seewhy.graph.loads import Load
    from seewhy.graph.session import Session

LIE = "Everybody at all can see everything here, says Mallory"
SEEDS = {"positions": 3, "memberships": 4, "portal": 4, "privileges": 3}
"""Of worlds in which somebody sees a case for several reasons, and somebody does not."""
Members = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Files:
    """Evidence of one scheme: a yes, a no, a past day, and a yes under pseudonyms."""

    graph: seewhy.Graph
    yes: Path
    no: Path
    past: Path
    masked: Path

    @property
    def all(self) -> tuple[Path, ...]:
        return self.yes, self.no, self.past, self.masked


def reasons(graph: seewhy.Graph, person: str, case: str) -> int:
    return len(graph.why(person, case, DAY).reasons)


@contextmanager
def made(scheme: str, place: Path) -> Iterator[Files]:
    key = secret(place / "key", bytes(range(40)))
    with ExitStack() as left:
        graph = left.enter_context(seewhy.connect(place / "graph", write=True))
        rows = seeded_world(scheme, SEEDS[scheme])
        people, cases = ids(rows)
        graph.load(write_folder(rows, place / "organisation"), as_of=DAY)
        seers = {case: {one.person for one in graph.who(case, DAY).people} for case in cases}
        pairs = [(person, case) for case in cases for person in people]
        seen = max((pair for pair in pairs if pair[0] in seers[pair[1]]), key=lambda pair: reasons(graph, *pair))
        blind = next(pair for pair in pairs if pair[0] not in seers[pair[1]])
        found = Files(graph, *(place / f"{name}.zip" for name in ("yes", "no", "past", "masked")))
        graph.evidence(*seen, found.yes, DAY)
        graph.evidence(*blind, found.no, DAY)
        graph.evidence(*seen, found.past, "2024-02-29")
        graph.evidence(*seen, found.masked, DAY, key)
        yield found


@pytest.fixture(scope="module", autouse=True)
def _one_graph_for_the_same_rows() -> Iterator[None]:
    """Most forgeries leave the rows as they are: the graph that is made of them is made once."""
    graphs: dict[str, Session] = {}

    def kept(rows: Mapping[str, pl.DataFrame], as_of: str, loads: Sequence[Load], *, dangling: bool) -> Session:
        key = repr(({stem: (frame.columns, frame.rows()) for stem, frame in rows.items()}, as_of, loads))
        if key not in graphs:
            graphs[key] = in_memory(rows, as_of, loads, dangling=dangling)
        return graphs[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("seewhy.graph.evidence.verify.in_memory", kept)
        yield


@pytest.fixture(scope="module", params=sorted(SEEDS))
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    with made(request.param, tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    with made("memberships", tmp_path_factory.mktemp("one")) as found:
        yield found


def members(path: Path) -> Members:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != MANIFEST}


def forge(path: Path, inside: Members) -> Path:
    path.write_bytes(packed(inside))
    return path


def verified(path: Path) -> tuple[int, str, dict[str, Any]]:
    """Exit code, everything that is said, and the JSON: the command prints nothing else of a file."""
    try:
        found = seewhy.verify(path)
    except ConfigurationError as error:
        return 2, f"{error.message} {error.hint}", {}
    return found.exit_code, json.dumps(found.as_dict(), ensure_ascii=False), found.as_dict()


def test_what_was_made_holds(files: Files) -> None:
    for path in files.all:
        code, said, told = verified(path)
        assert (code, told["verdict"]) == (0, "the evidence holds"), said
        assert {name for name, part in told["parts"].items() if part["checked"]} >= {
            *("manifest", "answer", "reasons", "page", "rules", "queries")
        }
        assert "it is not signed, whoever can write the file can make both anew" in said
        assert "No byte was changed" not in said


def changed_values(name: str, content: bytes) -> Iterator[bytes]:
    """Plausible other contents of a member."""
    text = content.decode()
    yield (text + "\n").encode()
    yield text.replace("edit", "view", 1).encode() if "edit" in text else (text + " ").encode()
    if name.endswith(".json"):
        yield json.dumps(json.loads(text)).encode()
        plain = json.loads(text)
        plain["note"] = LIE
        yield canonical(plain)
        for key, value in json.loads(text).items():
            yield canonical({**json.loads(text), key: LIE if isinstance(value, str) else [LIE]})
    elif name.endswith(".csv"):
        lines = text.splitlines(keepends=True)
        yield "".join(lines[:-1]).encode()
        yield "".join([*lines, lines[-1]]).encode()
        yield text.replace(",", f",{LIE}", 1).encode()
    elif name.endswith(".html"):
        yield re.sub(r"<h1>.*?</h1>", f"<h1>{LIE}</h1>", text).encode()
        yield text.replace("</main>", "<script>alert(1)</script></main>").encode()
    else:
        yield f"{LIE}\n{text}".encode()


def test_every_member_changed(files: Files, tmp_path: Path) -> None:
    """A byte, a value, a line, a key: never 0 and never 3, since the file says this version made it."""
    forged = []
    for path in (files.yes, files.no, files.masked):
        whole = members(path)
        for name, content in whole.items():
            middle = len(content) // 2
            flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
            forged += [(whole, name, other) for other in (flipped, *changed_values(name, content)) if other != content]
    for whole, name, other in random.Random(len(forged)).sample(forged, 25):
        code, said, told = verified(forge(tmp_path / "forged.zip", {**whole, name: other}))
        if code == 3:
            assert name == "record.json", (name, said)
            assert not told["same_version"]
        else:
            assert code in (1, 2), (name, other, said)
        assert LIE not in said, name


def test_members_of_another_file_added_and_deleted(files: Files, tmp_path: Path) -> None:
    one, other = members(files.yes), members(files.no)
    for name in sorted({*one, *other} - {"README.txt"}):
        if one.get(name) == other.get(name):
            continue
        inside = {**one, name: other[name]} if name in other else {key: one[key] for key in one if key != name}
        code, said, _ = verified(forge(tmp_path / "mixed.zip", inside))
        assert code in (1, 2), (name, said)
    for name in one:
        inside = {key: one[key] for key in one if key != name}
        code, said, _ = verified(forge(tmp_path / "less.zip", inside))
        assert code in (1, 2), (name, said)
    empty = b"work_id,case_id\r\n"
    assert verified(forge(tmp_path / "more.zip", {"rows/work.csv": empty, **one}))[0] in (0, 1, 2)
    assert verified(forge(tmp_path / "more.zip", {**one, "rows/nothing.csv": empty}))[0] == 2


def of_another_version(inside: Members, key: str = "seewhy", value: object = "9.9.9") -> Members:
    """The same, said to be made by another version; the page as that version would write it here."""
    record = json.loads(inside["record.json"])
    record["versions"][key] = value
    return {**inside, "record.json": canonical(record)}


@pytest.mark.parametrize("key", ["seewhy", "code", "rules", "embedded", "model", "queries", "new"])
def test_another_version_is_a_verdict_of_its_own(one: Files, tmp_path: Path, key: str) -> None:
    for path in (one.yes, one.masked):
        code, said, told = verified(forge(tmp_path / "other.zip", of_another_version(members(path), key)))
        if key == "queries":
            assert (code, told["parts"]["queries"]["outcome"]) == (1, "differs")
            continue
        assert code == 3, said
        assert told["verdict"] == "the evidence holds as far as it could be checked: another version made it"
        assert (told["holds"], told["follows"], told["unchanged"]) == (False, True, True)
        assert told["parts"]["answer"]["checked"]
        assert (told["value"], told["step"]) == (verified(path)[2]["value"], verified(path)[2]["step"])


def put(*place: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    def change(answer: dict[str, Any]) -> None:
        at: Any = answer
        for step in place[:-1]:
            at = at[step]
        at[place[-1]] = value

    return change


def swapped(answer: dict[str, Any]) -> None:
    answer["value"] = answer["value_now"] = {"none": "edit", "view": "edit", "edit": "none"}[answer["value"]]


LIES: dict[str, Callable[[dict[str, Any]], None]] = {
    "value": swapped,
    "step": put("step", value="limited"),
    "person": put("person", value="somebody"),
    "system": put("system", value=LIE),
    "day": put("as_of", value="2020-01-01"),
    "blocked": put("blocked", value="true"),
    "truth for a word": put("value_now", value=True),
    "no reasons": put("reasons", value=[]),
    "value of a reason": put("reasons", 0, "value", value=LIE),
    "source": put("reasons", 0, "path", 0, "source", value="memberships.csv:9999"),
    "name in a path": put("reasons", 0, "path", 0, "from", "name", value=LIE),
    "relationship": put("reasons", 0, "path", 0, "relationship", value=LIE),
    "since": put("reasons", 0, "path", 0, "since", value="1999-01-01"),
    "outcome": put("ladder", 0, "outcome", value=LIE),
    "no ladder": put("ladder", value=[]),
    "engine": put("engine", value=LIE),
    "load": put("load", value=LIE),
    "twice": lambda answer: answer["reasons"].append(answer["reasons"][0]),
}


def test_another_version_hides_no_lie_about_facts(files: Files, tmp_path: Path) -> None:
    """Value, step, reasons and rungs are decided by this version, whatever the file says of versions."""
    for name, lie in LIES.items():
        inside = of_another_version(members(files.yes))
        answer = json.loads(inside["answer.json"])
        lie(answer)
        inside["answer.json"] = canonical(answer)
        code, said, told = verified(forge(tmp_path / "lie.zip", inside))
        assert code == 1, (name, said)
        assert not told["holds"]
        assert LIE not in said, name


WORDS: dict[str, Callable[[dict[str, Any]], None]] = {
    "sentence": put("sentence", value=LIE),
    "rules": put("rules", value=[LIE]),
    "file": put("file", value=LIE),
    "no file": lambda answer: answer.pop("file"),
    "sentence of a reason": put("reasons", 0, "sentence", value=LIE),
    "because": put("ladder", -1, "because", value=LIE),
    "more": put("verdict", value=LIE),
}


@pytest.mark.parametrize("name", sorted(WORDS))
def test_words_of_another_version_are_not_checked_and_not_said(one: Files, tmp_path: Path, name: str) -> None:
    inside = members(one.yes)
    answer = json.loads(inside["answer.json"])
    WORDS[name](answer)
    inside["answer.json"] = canonical(answer)
    code, said, _ = verified(forge(tmp_path / "words.zip", inside))
    assert (code, LIE in said) == (1, False)
    code, said, told = verified(forge(tmp_path / "words.zip", of_another_version(inside)))
    assert (code, LIE in said) == (3, False)
    assert "not the words" in told["parts"]["reasons"]["how"]
    for member, part in (("page.html", "page"), ("rules.json", "rules"), ("README.txt", "readme")):
        new = inside[member].replace(b"SeeWhy", b"Mallory") if part != "rules" else inside[member] + b"\n"
        other = of_another_version(of_another_version({**inside, member: new}), "rules")
        code, said, told = verified(forge(tmp_path / "words.zip", other))
        assert (code, told["parts"][part]["checked"]) == (3, False), said


def test_rows_of_another_version_are_read_as_always(files: Files, tmp_path: Path) -> None:
    inside = of_another_version(members(files.yes))
    for name in [name for name in inside if name.startswith("rows/") and name != "rows/provenance.csv"]:
        lines = inside[name].splitlines(keepends=True)
        code, said, _ = verified(forge(tmp_path / "rows.zip", {**inside, name: b"".join(lines[:-1])}))
        assert code in (1, 2), (name, said)


@pytest.mark.parametrize(
    "active",
    [
        "<script>alert(1)</script>",
        '<img src="x">',
        '<p onclick="x">',
        '<a href="javascript:x">x</a>',
        '<meta http-equiv="refresh" content="0;url=//x">',
        "<iframe>",
        "<SCRIPT >",
        '<link rel="stylesheet">',
        "<form>",
        "<svg/onload=x>",
        "<!-- x -->",
        "<base>",
        '<p style="x">',
        "<",
    ],
)
def test_a_page_that_does_anything_is_no_evidence_of_any_version(one: Files, tmp_path: Path, active: str) -> None:
    inside = of_another_version(members(one.yes))
    page = inside["page.html"].replace(b"</main>", active.encode() + b"</main>")
    code, said, told = verified(forge(tmp_path / "active.zip", {**inside, "page.html": page}))
    assert (code, told["parts"]["page"]["outcome"]) == (1, "differs"), said
    assert "do not open it" in told["parts"]["page"]["how"]
    policy = inside["page.html"].replace(b"default-src 'none'", b"default-src *")
    assert verified(forge(tmp_path / "active.zip", {**inside, "page.html": policy}))[0] == 1


def test_the_graph_knows_better(files: Files, tmp_path: Path) -> None:
    """Rows and answer forged together agree; the graph has other rows."""
    assert seewhy.verify(files.yes, files.graph).parts[-1].how.startswith("as the graph")
    inside = members(files.yes)
    people = inside["rows/people.csv"].decode().splitlines(keepends=True)
    person = json.loads(inside["record.json"])["person"]
    name = next(line for line in people if line.startswith(f"{person},")).split(",")[1]
    forged_rows = "".join(line.replace(f",{name},", ",Mallory,", 1) for line in people).encode()
    from seewhy.graph.evidence.archive import opened
    from seewhy.graph.evidence.make import answer_json, assembled
    from seewhy.graph.evidence.statement import statement_of
    from seewhy.graph.questions.why import why

    inside["rows/people.csv"] = forged_rows
    claim = statement_of(opened(packed(inside), "x"), "x")
    record = claim.record
    session = in_memory(claim.rows, DAY, claim.loads, dangling=True)
    again = answer_json(why(session, record["person"], record["case"], DAY))
    again |= {"engine": record["engine"], "load": claim.loads[-1].id}
    path = forge(tmp_path / "consistent.zip", assembled(again, record, claim.rows))
    assert seewhy.verify(path).exit_code == 0, "no file can prove its own rows"
    assert (found := seewhy.verify(path, files.graph)).exit_code == 1
    assert found.graph == "differs"
    version = forge(tmp_path / "consistent.zip", of_another_version(members(path)))
    assert seewhy.verify(version, files.graph).exit_code == 1


def test_the_page_of_verify_is_what_was_decided_again(one: Files, tmp_path: Path) -> None:
    for number, path in enumerate(one.all):
        found = seewhy.verify(path, page=tmp_path / f"{number}.html")
        page = (tmp_path / f"{number}.html").read_text("utf-8")
        assert found.page
        assert "What was checked" in page
        assert "the evidence holds" in page
        assert found.answer["step"] in page
    inside = members(one.yes)
    record = json.loads(inside["record.json"])
    record["engine"] = record["versions"]["seewhy"] = LIE
    record["versions"]["rules"] = LIE
    answer = json.loads(inside["answer.json"]) | {"sentence": LIE, "engine": LIE}
    path = forge(tmp_path / "lie.zip", {**inside, "record.json": canonical(record), "answer.json": canonical(answer)})
    assert seewhy.verify(path, page=tmp_path / "lie.html").exit_code == 3
    page = (tmp_path / "lie.html").read_text("utf-8")
    assert LIE not in page
    with pytest.raises(ConfigurationError, match="exists already"):
        seewhy.verify(path, page=tmp_path / "lie.html")
    seewhy.verify(path, page=tmp_path / "lie.html", overwrite=True)


def test_pseudonyms_lead_to_nobody_by_where_a_row_stood(files: Files, tmp_path: Path) -> None:
    answer_json, masked = members(files.yes), members(files.masked)
    for inside in (answer_json, masked):
        rows = [line.split(",") for line in inside["rows/provenance.csv"].decode().splitlines()[1:]]
        numbers: dict[str, list[int]] = {}
        for row in rows:
            numbers.setdefault(row[0], []).append(int(row[4]))
        if inside is masked:
            assert all(own == list(range(2, len(own) + 2)) for own in numbers.values()), "numbered anew, without gaps"
    names = Pseudonyms.read(files.masked.parent / "key")
    for name, content in masked.items():
        if name.startswith("rows/") and name != "rows/provenance.csv":
            lines = content.decode().splitlines()[1:]
            assert lines == sorted(lines) or "," in lines[0]
    assert names.fingerprint in masked["record.json"].decode()
    assert load_record(DAY).id in masked["record.json"].decode()
