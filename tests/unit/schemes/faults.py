"""Schemes of the package with one fault planted in a rung."""

from __future__ import annotations

import shutil
from pathlib import Path

SCHEMES = Path(__file__).parents[3] / "cypher" / "schemes"
FAULTS = (
    ("memberships", "2_other_staff.cypher", "WHERE ON_DAY(l)", "WHERE true"),
    ("memberships", "3_limited.cypher", "f.limited AND f.limit_blocks_view_all", "f.limited"),
    ("memberships", "4_memberships.cypher", "[i:IN_OFFICE|IN_TEAM|IN_CATEGORY]", "[i:IN_OFFICE|IN_TEAM]"),
    ("memberships", "4_memberships.cypher", "m.access <> 'no' AND ", ""),
    ("positions", "1_own_work.cypher", "ELSE 'view' END", "ELSE 'none' END"),
    ("positions", "3_segment_manager.cypher", "(:Unit)-[w:WITHIN]->(u:Unit)", "(u:Unit)-[w:WITHIN]->(:Unit)"),
    ("portal", "1_firm.cypher", "'customer', ", ""),
    ("portal", "4_referrer.cypher", "AND r.unit_kind = 'division' ", ""),
    ("portal", "5_estate_agent.cypher", "r.unit_kind = 'branch'", "r.unit_kind = 'division'"),
    ("privileges", "2_ignore_access_rules.cypher", "says:  view", "says:  edit"),
    ("privileges", "3_case_rule.cypher", "WHERE f.case_access_enabled AND", "WHERE"),
    ("privileges", "4_named_rule.cypher", "s.level = 'named' AND s.action = $action", "s.level = 'named'"),
    ("privileges", "8_default_policy.cypher", "'open'", "'closed'"),
    ("privileges", "search_for_cases.cypher", "AND ON_DAY(h)", ""),
)


def planted(root: Path, scheme: str, file: str, right: str, wrong: str) -> Path:
    """A copy of the scheme below `root`, in which `wrong` stands for `right`."""
    folder = root / scheme
    shutil.copytree(SCHEMES / scheme, folder, dirs_exist_ok=True)
    text = (folder / file).read_text(encoding="utf-8")
    assert right in text, (file, right)
    (folder / file).write_text(text.replace(right, wrong), encoding="utf-8")
    return folder
