"""Pseudonyms: one key, one name everywhere; no id, name or text is left, and evidence made with them still holds."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

import seewhy
from seewhy import ConfigurationError
from seewhy.graph.evidence.pseudonyms import KEPT, Pseudonyms, kind_of
from seewhy.graph.inputs.files import FILES
from seewhy.reports import export_report
from tests.unit.evidence.conftest import DAY, ROWS, secret
from tests.worlds.tables import write_folder

if TYPE_CHECKING:
    from pathlib import Path

    from seewhy import Graph

SECRETS = (
    *("ana", "ben", "zoe", "Ferreira", "lawfirm", "Registrar", "on leave", "merger", "Headquarters", "North"),
    *("north", "South", "south", "c-1", "c-2", "Doe", "Something", "Case Manager"),
)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    return secret(path, bytes(range(32)))


def names_in(text: str) -> set[str]:
    """Which of the organisation's own words a text holds, as words."""
    return {secret for secret in SECRETS if re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", text)}


def test_evidence_of_pseudonyms_names_nobody_and_holds(graph: Graph, key: Path, tmp_path: Path) -> None:
    path = tmp_path / "masked.zip"
    made = graph.evidence("ben", "c-1", path, DAY, pseudonyms=key)
    with zipfile.ZipFile(path) as archive:
        inside = {name: archive.read(name).decode() for name in archive.namelist()}
    for name, text in inside.items():
        if name not in ("rules.json", "queries/check.cypher", "queries/why.cypher"):
            assert not names_in(text), name
    masked = Pseudonyms.read(key).of("person", "ben")
    assert made.answer.check.person == masked
    assert all(masked in inside[name] for name in ("answer.json", "rows/memberships.csv", "page.html"))
    found = seewhy.verify(path)
    assert (found.holds, found.answer["value"], found.answer["step"]) == (True, "none", "memberships")
    assert seewhy.verify(path, graph, key).graph == "same"


def test_a_graph_is_asked_about_pseudonyms_only_with_their_key(graph: Graph, key: Path, tmp_path: Path) -> None:
    path, other = tmp_path / "masked.zip", tmp_path / "other"
    graph.evidence("ben", "c-1", path, DAY, pseudonyms=key)
    with pytest.raises(ConfigurationError, match="the file holds pseudonyms"):
        seewhy.verify(path, graph)
    secret(other, b"another key, as long as it must be")
    found = seewhy.verify(path, graph, other)
    assert (found.holds, found.graph) == (False, "differs")
    assert "has these pseudonyms under this key" in found.sentences[-1]
    assert seewhy.verify(path, graph, insist=False).graph == "not asked"


def test_one_key_is_one_name_and_another_key_another(key: Path) -> None:
    one, two = Pseudonyms.read(key), Pseudonyms(b"x" * 64)
    assert one.of("person", "ana") == Pseudonyms.read(key).of("person", "ana") != two.of("person", "ana")
    assert one.of("person", "ana").startswith("person-")
    assert len(one.of("person", "ana")) == len("person-") + 16
    assert one.of("unit", "ana")[5:] != one.of("person", "ana")[7:], "an id of two kinds is two things"
    assert one.of("person", "") == ""
    assert one.fingerprint != two.fingerprint
    assert b"x" * 8 not in repr(two).encode()


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "short"
    secret(path, b"0123456789abcde")
    with pytest.raises(ConfigurationError, match="holds 15 bytes, fewer than the 16"):
        Pseudonyms.read(path)
    path.write_bytes(b"0123456789abcdef")
    assert Pseudonyms.read(path).of("case", "c").startswith("case-")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Pseudonyms.read(tmp_path / "none")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "holds 0 bytes, fewer than the 16"),
        (bytes(32), "holds nothing but zero bytes, which anybody can guess"),
        (b"\xff" * 64, "holds only 1 different bytes"),
        (b"abcabcabcabcabcabc", "holds only 3 different bytes"),
        (b"0" * 31 + b"\n", "holds only 2 different bytes"),
        (b"x" * 100_000, "is larger than 64 kB"),
    ],
)
def test_keys_that_anybody_can_guess(tmp_path: Path, content: bytes, expected: str) -> None:
    with pytest.raises(ConfigurationError, match=expected):
        Pseudonyms.read(secret(tmp_path / "key", content))


def test_a_key_that_others_can_read_is_refused(graph: Graph, key: Path, tmp_path: Path) -> None:
    key.chmod(0o644)
    for asked in (
        lambda: Pseudonyms.read(key),
        lambda: graph.evidence("ana", "c-1", tmp_path / "x.zip", DAY, key),
        lambda: export_report(graph, "people", tmp_path / "x.csv", DAY, pseudonyms=key),
        lambda: seewhy.verify(tmp_path / "x.zip", graph, key),
    ):
        with pytest.raises(ConfigurationError, match=r"can be read or written by others \(mode 0644\)"):
            asked()
    assert {one.name for one in tmp_path.iterdir()} == {"key"}


def test_where_a_row_stood_leads_to_nobody(tmp_path: Path) -> None:
    """Whatever order the files have, the same export comes of it, and its row numbers are those of that order."""
    exports = []
    key = secret(tmp_path / "key", bytes(range(32)))
    for number, turned in enumerate((False, True)):
        rows = {stem: list(reversed(own)) if turned else own for stem, own in ROWS.items()}
        with seewhy.connect(tmp_path / f"graph{number}", write=True) as graph:
            graph.load(write_folder(rows, tmp_path / f"in{number}"), as_of=DAY)
            said = []
            for report in ("people", "cases", "findings", "access", "secondary_access", "privileges"):
                path = tmp_path / f"{report}{number}.json"
                export_report(graph, report, path, DAY, pseudonyms=key)
                said.append(path.read_text("utf-8"))
            graph.evidence("ben", "c-1", tmp_path / f"{number}.zip", DAY, key)
            with zipfile.ZipFile(tmp_path / f"{number}.zip") as archive:
                said += [archive.read(name).decode() for name in archive.namelist() if name.startswith("rows/")]
                said.append(json.dumps(json.loads(archive.read("answer.json"))["reasons"]))
        exports.append(said)
    assert exports[0] == exports[1]


@pytest.mark.parametrize("report", ["access", "people", "cases", "findings", "secondary_access", "privileges"])
def test_every_report_is_the_same_under_other_names(graph: Graph, key: Path, tmp_path: Path, report: str) -> None:
    masked = export_report(graph, report, tmp_path / "masked.csv", DAY, pseudonyms=key)
    plain = export_report(graph, report, tmp_path / "plain.csv", DAY)
    text = (tmp_path / "masked.csv").read_text("utf-8")
    assert not names_in(text)
    assert masked["rows"] == plain["rows"]
    assert masked["pseudonyms"]["key"] == Pseudonyms.read(key).fingerprint
    assert masked["engine"] == plain["engine"]
    assert "pseudonyms" not in plain


def test_access_is_the_same_pairs_and_in_order(graph: Graph, key: Path, tmp_path: Path) -> None:
    names = Pseudonyms.read(key)
    export_report(graph, "access", tmp_path / "plain.parquet", DAY)
    export_report(graph, "access", tmp_path / "masked.parquet", DAY, pseudonyms=key)
    plain = pq.read_table(tmp_path / "plain.parquet").to_pylist()
    expected = sorted(
        (names.of("person", r["person_id"]), names.of("case", r["case_id"]), *list(r.values())[2:]) for r in plain
    )
    got = [tuple(r.values()) for r in pq.read_table(tmp_path / "masked.parquet").to_pylist()]
    assert len(got) >= 2
    assert got == expected


def test_every_text_column_of_the_contract_has_a_rule() -> None:
    """A new text column must be decided about: kept in KEPT, or it is replaced."""
    kinds = {
        (spec.stem, column.name): kind_of(spec, column)
        for spec in FILES.values()
        for column in spec.columns
        if column.kind in ("id", "text")
    }
    assert set(kinds) >= KEPT
    own = {
        kind for (_, name), kind in kinds.items() if name.endswith("_id") and name not in ("subject_id", "target_id")
    }
    assert own == {"person", "case", "unit", "type", "system", "position", "work", "role", "rule", "group"}
    assert kinds["people", "manager_id"] == kinds["cases", "granted_by"] == "person"
    assert kinds["units", "parent_id"] == kinds["work", "hopper_unit_id"] == "unit"
    assert kinds["group_members", "group_id"] == kinds["group_permissions", "group_id"] == "group"


def test_the_command_line(graph: Graph, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from seewhy.cli.app import app

    monkeypatch.setenv("SEEWHY_GRAPH", str(tmp_path / "nothing here"))
    run, folder = CliRunner(), str(graph.session.engine._folder.path)  # type: ignore[attr-defined]
    path = str(tmp_path / "a.zip")
    made = run.invoke(app, ["evidence", "ana", "c-1", "-o", path, "--graph", folder, "--as-of", DAY])
    assert made.exit_code == 0, made.output
    assert "Yes. Ana Ferreira can see case c-1" in made.output
    held = run.invoke(app, ["verify", path])
    assert (held.exit_code, held.output.splitlines()[-1]) == (0, "the evidence holds")
    asked = run.invoke(app, ["verify", path, "--graph", folder, "--json"])
    assert json.loads(asked.output)["graph"] == "same"
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(b"ana,north,edit", b"ana,north,view"))
    broken = run.invoke(app, ["verify", path, "--json"])
    told = json.loads(broken.output)
    assert (broken.exit_code, told["holds"], told["unchanged"], told["follows"]) == (1, False, False, False)
    assert told["changed"] == ["rows/memberships.csv"]
    given = ["-o", str(tmp_path / "p.csv"), "--graph", folder, "--pseudonyms", str(key)]
    exported = run.invoke(app, ["export", "people", *given])
    assert exported.exit_code == 0, exported.output
    rows = list(csv.DictReader((tmp_path / "p.csv").read_text("utf-8").splitlines()))
    masked = Pseudonyms.read(key)
    assert {row["person_id"] for row in rows} == {masked.of("person", row["person_id"]) for row in ROWS["people"]}
