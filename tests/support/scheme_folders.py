"""Small scheme folders: one that `scheme new` begins, and a whole one with tables, a graph, a policy and a finding."""

from __future__ import annotations

import shutil
from pathlib import Path

from seewhy.schemes.new import begin

ROOT = Path(__file__).parents[2]
DEPARTMENTS = ROOT / "examples" / "schemes" / "departments"
FINDING = """// finding: case_without_department
// severity: medium
// rules: DEP-02
// statement: A record has no department.
// message: {case} has no department.
// parameters: system, as_of
// returns: rule, person, person_name, position, position_name, case_id, case_name, unit, unit_name, about, facts
//
// Records without a department.
MATCH (c:CaseFile)-[hp:HAS_PROFILE]->(f:AccessProfile)
WHERE ON_DAY(hp) AND c.system = $system AND NOT EXISTS { MATCH (f)-[:OF_DEPARTMENT]->(:Department) }
RETURN 'DEP-02' AS rule, null AS person, null AS person_name, null AS position, null AS position_name, c.id AS case_id, c.name AS case_name, null AS unit, null AS unit_name, null AS about, [FACT(hp)] AS facts
ORDER BY case_id
"""  # noqa: E501
POLICY = """
[policies.managers_view]
kind = "bool"
default = true
says = "managers view the records of all departments"
"""


def begun(root: Path, name: str = "desk") -> Path:
    """What `scheme new` writes."""
    folder = root / name
    begin(folder)
    return folder


def departments(root: Path) -> Path:
    """The example with a policy that a rung reads, and a finding: a file of every kind that a scheme can have."""
    folder = root / "departments"
    shutil.copytree(DEPARTMENTS, folder)
    (folder / "findings").mkdir()
    (folder / "findings" / "case_without_department.cypher").write_text(FINDING, encoding="utf-8")
    added(folder, "scheme.toml", POLICY)
    changed(folder, "4_manager.cypher", "MATCH (f:AccessProfile)", "MATCH (f:AccessProfile)\nWHERE f.managers_view")
    return folder


def changed(folder: Path, file: str, right: str, wrong: str) -> None:
    """Put `wrong` where `right` stands first in a file."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert right in text, (file, right)
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")


def added(folder: Path, file: str, text: str) -> None:
    """Write behind the end of a file, which may be new."""
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(before + text, encoding="utf-8")
