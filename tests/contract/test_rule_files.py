"""A wrong data file of the rules stops the program, naming file and id; any change of one changes the version."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from seewhy.graph.errors import QueryContractError
from seewhy.graph.rules import catalogue, findings, privileges, reading


def test_the_version_is_the_digest_of_the_data_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", catalogue.rule_version())
    assert reading.digest() == catalogue.rule_version()
    room = copied_room(tmp_path, monkeypatch)
    assert reading.digest() == catalogue.rule_version()
    for name in ("cms.toml", "privileges.csv", "findings.toml"):
        before = reading.digest()
        (room / name).write_bytes((room / name).read_bytes() + b"\n# more")
        assert reading.digest() != before


def copied_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    room = folder / "rules"
    room.mkdir()
    for path in files("seewhy.graph.rules").iterdir():
        if path.name.endswith((".toml", ".csv")):
            shutil.copyfile(str(path), room / path.name)
    monkeypatch.setattr(reading, "_ROOM", room)
    return room


BROKEN = [
    ("cms.toml", 'id = "CMS-01"', 'id = "CMS-01"\ncolour = "red"', "cms.toml: `CMS-01`: unknown key `colour`"),
    ("cms.toml", 'id = "CMS-02"', 'id = "CMS-01"', "cms.toml: `CMS-01`: stands twice"),
    ("cms.toml", 'id = "CMS-02"', "", "cms.toml: `a record without id`: key `id` is missing or empty"),
    ("mem.toml", 'id = "MEM-02"', 'id = "CMS-99"', "mem.toml: `CMS-99`: ids here begin with MEM"),
    ("mem.toml", "gate:no_case", "door:no_case",
     "mem.toml: `MEM-02`: `door:no_case` is not `kind:what` with a kind of rung, gate, check, finding, eligibility, "
     "answer"),
    ("icon.toml", '"answer:person"', '"answer:whatever"', "icon.toml: `ICON-01`: `whatever` is no known answer"),
    ("icon.toml", 'basis = "source"', 'basis = "hearsay"', "icon.toml: `ICON-01`: `basis` is source or own"),
    ("own.toml", 'status = "carried"', 'status = "planned"',
     "own.toml: `ORG-01`: `status` is carried, or not_about_access with a `reason` and no `carried_by`"),
    ("own.toml", 'carried_by = ["finding:managers_in_circle"]', "",
     "own.toml: `ORG-01`: a carried rule has `carried_by` and no `reason`"),
    ("findings.toml", '"CMS-12"', '"CMS-99"', "findings.toml: `review_overdue`: `CMS-99` is the id of no rule"),
    ("findings.toml", '"CMS-12"', '"CMS-13"',
     "findings.toml: `review_overdue`: rule `CMS-13` does not name it in `carried_by`"),
    ("findings.toml", 'name = "covers_nobody"', 'name = "review_overdue"',
     "findings.toml: `review_overdue`: stands twice"),
    ("findings.toml", "[[finding]]", "[[found]]", "findings.toml: `found`: only `[[finding]]` is expected"),
    ("findings.toml", 'severity = "medium"', 'severity = "grave"',
     "findings.toml: `review_overdue`: unknown severity or scheme: `grave`, `positions`"),
    ("duties.csv", "Draft responses", "Draught responses", "duties.csv: `SOD-01`: `Draught responses` is no privilege"),
    ("duties.csv", "SOD-02", "SOD-01", "duties.csv: `SOD-01`: stands twice"),
    ("privileges.csv", "View the Organisation Structure;", "View the Organisation;",
     "privileges.csv: `ECASE-115`: requires the unknown privilege `View the Organisation`"),
    ("privileges.csv", "ECASE-102,", "ECASE-101,", "privileges.csv: `ECASE-101`: stands twice"),
    ("privileges.csv", "ECASE-204,", "ECASE-205,", "privileges.csv: `ECASE-205`: is the id of no rule in ecase.toml"),
    ("privileges.csv", ",qa_type,", ",kind_of_qa,",
     "privileges.csv: `kind_of_qa, qa_type`: columns missing or not known"),
    ("privileges.csv", ",false,organisation_wide,", ",false,somewhere,",
     "privileges.csv: `ECASE-165`: unknown placement `somewhere`"),
    ("privileges.csv", ",true,open", ",perhaps,open",
     "privileges.csv: `ECASE-101`: `on_case` is true or false, not `perhaps`"),
]


def read_all() -> None:
    for read in (catalogue._read, privileges._read, findings._read, findings._read_duties):
        read()


def test_the_files_as_they_are_can_be_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied_room(tmp_path, monkeypatch)
    read_all()
    assert tuple(catalogue._read().values()) == catalogue.rules()


def test_a_wrong_file_is_refused_with_file_and_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = copied_room(tmp_path, monkeypatch)
    wrong = []
    for file, old, new, message in BROKEN:
        text = (room / file).read_text("utf-8")
        assert old in text, (file, old)
        (room / file).write_text(text.replace(old, new, 1), "utf-8")
        try:
            read_all()
            wrong.append(f"taken, though {message}")
        except QueryContractError as error:
            if error.message != message:
                wrong.append(f"{error.message}\n  instead of {message}")
        (room / file).write_text(text, "utf-8")
    assert not wrong, "\n".join(wrong)


def test_a_finding_that_a_rule_rests_on_may_not_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = copied_room(tmp_path, monkeypatch)
    before, *rest = (room / "findings.toml").read_text("utf-8").split("[[finding]]")
    kept = [one for one in rest if 'name = "covers_nobody"' not in one]
    assert len(kept) == len(rest) - 1
    (room / "findings.toml").write_text("[[finding]]".join((before, *kept)), "utf-8")
    with pytest.raises(QueryContractError) as caught:
        findings._read()
    assert caught.value.message == "findings.toml: `covers_nobody`: is missing, rule `CMS-06` is carried by it"
