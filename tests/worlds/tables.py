"""The contract's files: columns, keys, and writing rows as a folder of CSV files."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

Rows = dict[str, list[dict[str, str]]]

_DATES = ("since", "until", "note", "granted_by")
COLUMNS: dict[str, tuple[str, ...]] = {
    "systems": ("system_id", "name", "scheme"),
    "policies": ("system_id", "policy", "value"),
    "people": ("person_id", "name", "email", "active", "manager_id", "job_title", "cleared", *_DATES),
    "units": ("unit_id", "kind", "name", "parent_id", "rank", "code", "sensitive"),
    "case_types": ("case_type_id", "name", "parent_id", "sensitive"),
    "cases": (
        *("case_id", "system_id", "title", "status", "office_id", "team_id", "category_id", "case_type_id", "firm_id"),
        *("limited", "sensitive", "queue", "queue_unit_id", "created_on", *_DATES),
    ),
    "case_people": ("case_id", "person_id", "link", "access", "slot", *_DATES),
    "case_parties": ("case_id", "unit_id", "role", "slot", *_DATES),
    "memberships": ("person_id", "unit_id", "access", "manager", "admin_support", "position", *_DATES),
    "group_members": ("person_id", "group_id", *_DATES),
    "group_permissions": ("group_id", "permission", "effect"),
    "positions": ("position_id", "system_id", "unit_id", "level", "name"),
    "holdings": (
        *("person_id", "position_id", "kind", "active", "covers_person_id", "requested_by", "authorised_by"),
        *("lending_by", "borrowing_by", "form_received_on", "emergency", "reviewed_on", *_DATES),
    ),
    "work": ("work_id", "case_id", "kind", "position_id", "hopper_unit_id", "status", *_DATES),
    "portal_roles": ("person_id", "system_id", "role", "unit_id", *_DATES),
    "roles": ("role_id", "name"),
    "role_privileges": ("role_id", "privilege"),
    "role_assignments": ("person_id", "role_id", "unit_id", "case_type_id", "placement", *_DATES),
    "privilege_grants": ("person_id", "privilege", *_DATES),
    "access_rules": (
        *("rule_id", "system_id", "level", "effect", "action", "subject_kind", "subject_id", "target_kind"),
        *("target_id", "name", *_DATES),
    ),
    "case_rules": ("case_id", "rule_id", *_DATES),
}
KEYS: dict[str, tuple[str, ...]] = {
    "systems": ("system_id",),
    "policies": ("system_id", "policy"),
    "people": ("person_id",),
    "units": ("unit_id",),
    "case_types": ("case_type_id",),
    "cases": ("case_id",),
    "case_people": ("case_id", "person_id", "link", "slot"),
    "case_parties": ("case_id", "unit_id", "role"),
    "memberships": ("person_id", "unit_id"),
    "group_members": ("person_id", "group_id"),
    "group_permissions": ("group_id", "permission"),
    "positions": ("position_id",),
    "holdings": ("person_id", "position_id"),
    "work": ("work_id",),
    "portal_roles": ("person_id", "system_id", "role", "unit_id"),
    "roles": ("role_id",),
    "role_privileges": ("role_id", "privilege"),
    "role_assignments": ("person_id", "role_id", "unit_id", "case_type_id", "placement"),
    "privilege_grants": ("person_id", "privilege"),
    "access_rules": ("rule_id",),
    "case_rules": ("case_id", "rule_id"),
}
DATED = frozenset(stem for stem, columns in COLUMNS.items() if "since" in columns)


def write_folder(rows: Mapping[str, Sequence[Mapping[str, str]]], path: Path, *, empty_files: bool = False) -> Path:
    """Write a CSV file per stem with every column it may have; a stem without rows only when `empty_files`."""
    path.mkdir(parents=True, exist_ok=True)
    for stem, columns in COLUMNS.items():
        table = rows.get(stem, ())
        if not table and not empty_files:
            continue
        with (path / f"{stem}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(table)
    return path


REFERENCES = {
    "person_id": "people",
    "manager_id": "people",
    "granted_by": "people",
    "covers_person_id": "people",
    "requested_by": "people",
    "authorised_by": "people",
    "lending_by": "people",
    "borrowing_by": "people",
    "system_id": "systems",
    "unit_id": "units",
    "hopper_unit_id": "units",
    "office_id": "units",
    "team_id": "units",
    "category_id": "units",
    "firm_id": "units",
    "queue_unit_id": "units",
    "case_id": "cases",
    "case_type_id": "case_types",
    "position_id": "positions",
    "role_id": "roles",
    "rule_id": "access_rules",
}
SUBJECTS = {"person": "people", "unit": "units", "role": "roles"}
TARGETS = {"case": "cases", "case_type": "case_types"}


def references(stem: str, row: Mapping[str, str]) -> dict[str, str]:
    """The columns of the row that name another row: column -> stem."""
    found = {column: target for column, target in REFERENCES.items() if row.get(column) and column != KEYS[stem][0]}
    found |= {KEYS[stem][0]: REFERENCES[KEYS[stem][0]]} if len(KEYS[stem]) > 1 and KEYS[stem][0] in REFERENCES else {}
    if row.get("parent_id"):
        found["parent_id"] = stem
    if row.get("subject_id"):
        found["subject_id"] = SUBJECTS[row["subject_kind"].lower()]
    if row.get("target_id"):
        found["target_id"] = TARGETS[row["target_kind"].lower()]
    return found


def closed(rows: Mapping[str, Sequence[dict[str, str]]]) -> Rows:
    """The rows without those that name a row that is not there; a parent or manager that is not there becomes blank."""
    left: Rows = {stem: list(table) for stem, table in rows.items()}
    while True:
        ids = {stem: {row[KEYS[stem][0]] for row in table} for stem, table in left.items()}
        kept: Rows = {}
        for stem, table in left.items():
            kept[stem] = []
            for row in table:
                missing = {column for column, to in references(stem, row).items() if row[column] not in ids[to]}
                if missing <= {"parent_id", "manager_id"}:
                    kept[stem].append({**row, **dict.fromkeys(missing, "")} if missing else row)
        if kept == left:
            return left
        left = kept
