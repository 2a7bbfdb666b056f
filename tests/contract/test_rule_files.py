"""A wrong data file of the rules stops the program, naming file and id; any change of one changes the version."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pytest

from seewhy.cypher.folders import Folder, InUse, shipped, using
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.rules import catalogue, findings, privileges, reading


def test_the_version_changes_with_every_data_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = catalogue.rule_version()
    assert re.fullmatch(r"[0-9a-f]{12}", version)
    room = copied_room(tmp_path, monkeypatch)
    with copied_schemes(tmp_path / "same"):
        assert catalogue.rule_version() == version
    before = reading.digest()
    (room / "privileges.csv").write_bytes((room / "privileges.csv").read_bytes() + b"\n# more")
    assert reading.digest() != before
    for place in ("positions/rules.toml", "portal/findings/creator_left_firm.cypher"):
        with copied_schemes(tmp_path / place.partition("/")[0]) as (root, again):
            (root / place).write_bytes(
                (root / place).read_bytes() + b"\n# more\n".replace(b"#", b"//" if "cypher" in place else b"#")
            )
            with again():
                assert catalogue.rule_version() != version


def copied_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    room = folder / "rules"
    room.mkdir()
    for path in files("seewhy.graph.rules").iterdir():
        if path.name.endswith((".toml", ".csv")):
            shutil.copyfile(str(path), room / path.name)
    monkeypatch.setattr(reading, "_ROOM", room)
    monkeypatch.setattr(catalogue, "OWN_ROOM", room)
    return room


@contextmanager
def copied_schemes(root: Path) -> Iterator[tuple[Path, object]]:
    """The built-in folders in a place where they can be changed, in use; and what uses them anew after a change."""
    for name, folder in shipped().items():
        shutil.copytree(str(folder.path), root / name)

    def again() -> object:
        return using([Folder(name, root / name, f"copy {name}") for name in shipped()])

    with using([Folder(name, root / name, f"copy {name}") for name in shipped()]):
        yield root, again


BROKEN_SCHEMES = [
    ("positions/rules.toml", 'id = "CMS-01"', 'id = "CMS-01"\ncolour = "red"', "`colour` is no key of `[rule]`"),
    ("positions/rules.toml", 'id = "CMS-02"', 'id = "CMS-01"', "the rule `CMS-01` stands twice"),
    ("positions/rules.toml", 'id = "CMS-02"', "", "`id` is missing"),
    ("memberships/rules.toml", 'id = "MEM-02"', 'id = "CMS-99"', "the id `CMS-99` begins with none of MEM"),
    ("memberships/rules.toml", "gate:no_case", "door:no_case", "`door:no_case` is not `kind:what` with a kind of rung"),
    ("portal/rules.toml", '"answer:person"', '"answer:whatever"', "`whatever` is no known answer"),
    ("portal/rules.toml", 'basis = "source"', 'basis = "hearsay"', "`hearsay` is no basis of the rule"),
    ("positions/findings/review_overdue.cypher", "CMS-12", "CMS-99", "`CMS-99` is the id of no rule"),
    ("positions/findings/review_overdue.cypher", "CMS-12", "CMS-13", "rule `CMS-13` does not name it in `carried_by`"),
    ("positions/findings/review_overdue.cypher", "// severity: medium", "// severity: grave", "`severity` is one of"),
    ("positions/findings/review_overdue.cypher", "// severity: medium\n", "", "the header needs `severity`"),
    (
        "privileges/findings/sensitive_case_seen_by_many.cypher",
        "limit = 25",
        "limit: 25",
        "`shipped` says `limit = 25`",
    ),
]
"""File of a scheme folder, what is changed in it, and what the error says."""
BROKEN = [
    ("own.toml", 'status = "carried"', 'status = "planned"', "`planned` is no status of the rule `ORG-01`"),
    ("own.toml", 'carried_by = ["finding:managers_in_circle"]', "", "a carried rule has `carried_by`"),
    ("duties.csv", "Draft responses", "Draught responses", "duties.csv: `SOD-01`: `Draught responses` is no privilege"),
    ("duties.csv", "SOD-02", "SOD-01", "duties.csv: `SOD-01`: stands twice"),
    (
        "privileges.csv",
        "View the Organisation Structure;",
        "View the Organisation;",
        "privileges.csv: `ECASE-115`: requires the unknown privilege `View the Organisation`",
    ),
    ("privileges.csv", "ECASE-102,", "ECASE-101,", "privileges.csv: `ECASE-101`: stands twice"),
    ("privileges.csv", "ECASE-204,", "ECASE-205,", "privileges.csv: `ECASE-205`: is the id of no rule in ecase.toml"),
    (
        "privileges.csv",
        ",qa_type,",
        ",kind_of_qa,",
        "privileges.csv: `kind_of_qa, qa_type`: columns missing or not known",
    ),
    (
        "privileges.csv",
        ",false,organisation_wide,",
        ",false,somewhere,",
        "privileges.csv: `ECASE-165`: unknown placement `somewhere`",
    ),
    (
        "privileges.csv",
        ",true,open",
        ",perhaps,open",
        "privileges.csv: `ECASE-101`: `on_case` is true or false, not `perhaps`",
    ),
]


def read_all() -> None:
    for read in (catalogue.rules, findings.findings, findings.duties, privileges._read):
        read()


@contextmanager
def anew() -> Iterator[InUse]:
    """The built-in schemes, with nothing kept of what was read from them."""
    with using(shipped().values()) as chosen:
        kept = dict(chosen.kept)
        chosen.kept.clear()
        yield chosen
        chosen.kept.clear()
        chosen.kept.update(kept)


def test_the_files_as_they_are_can_be_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = catalogue.rules()
    copied_room(tmp_path, monkeypatch)
    with copied_schemes(tmp_path / "schemes"):
        read_all()
        assert catalogue.rules() == known


def test_a_wrong_file_is_refused_with_file_and_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = copied_room(tmp_path, monkeypatch)
    wrong = []
    with copied_schemes(tmp_path / "schemes") as (root, again):
        places = [(root / file, *rest) for file, *rest in BROKEN_SCHEMES] + [
            (room / file, *rest) for file, *rest in BROKEN
        ]
        for path, old, new, message in places:
            text = path.read_text("utf-8")
            assert old in text, (path.name, old)
            path.write_text(text.replace(old, new, 1), "utf-8")
            try:
                with anew() if path.parent == room else again():  # type: ignore[attr-defined]
                    read_all()
                wrong.append(f"taken, though {message}")
            except SeeWhyError as error:
                if message not in error.message:
                    wrong.append(f"{error.message}\n  instead of {message}")
            path.write_text(text, "utf-8")
    assert not wrong, "\n".join(wrong)


def test_a_finding_that_a_rule_rests_on_may_not_be_missing(tmp_path: Path) -> None:
    with copied_schemes(tmp_path / "schemes") as (root, again):
        (root / "positions/findings/covers_nobody.cypher").unlink()
        text = (root / "positions/scheme.toml").read_text("utf-8")
        (root / "positions/scheme.toml").write_text(text.replace('    "covers_nobody",\n', ""), "utf-8")
        with again(), pytest.raises(SeeWhyError) as caught:  # type: ignore[attr-defined]
            findings.findings()
        assert "`covers_nobody`: is missing, rule `CMS-06` is carried by it" in caught.value.message
