"""The input files as data, in the order in which they are shown: columns, defaults, keys, and what refers to what.

What depends on another cell of the row is in `graph/inputs/checks/`: `subject_id` (by `subject_kind`), `target_id` (by
`target_kind`), `policy` and `value` (by the system's scheme).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from seewhy.cypher.ladders import SCHEMES
from seewhy.graph.inputs.columns import PERIOD, PRIVILEGES, Column, FileSpec, choice, date, key, text, to, truth, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

UNIT_KINDS = "team office category segment firm site referrer division estate_agent branch private_office organisation"
LINKS = (
    "assigned_to other_staff created_by supervisor client owner drafter adviser contributor qa_recipient task_holder"
    " watcher"
)
PORTAL_ROLES = (
    "customer customer_admin fee_earner_supervisor fee_earner referrer_manager referrer estate_agent_manager"
    " estate_agent client"
)


def _file(stem: str, noun: str, columns: tuple[Column, ...], keys: str = "", dated: bool = False) -> FileSpec:
    names = tuple(keys.split()) or (columns[0].name,)
    return FileSpec(stem, columns + PERIOD if dated else columns, names, dated, noun)


_ALL = (
    _file("systems", "system", (key("system_id"), text("name"), choice("scheme", " ".join(SCHEMES)))),
    _file(
        "policies",
        "policy",
        (to("systems", "system_id", required=True), text("policy", required=True), text("value", required=True)),
        "system_id policy",
    ),
    _file(
        "people",
        "person",
        (
            key("person_id"),
            text("name", required=True),
            text("email"),
            truth("active", default=True),
            to("people", "manager_id"),
            text("job_title"),
            truth("cleared"),
        ),
        dated=True,
    ),
    _file(
        "units",
        "unit",
        (
            key("unit_id"),
            choice("kind", UNIT_KINDS),
            text("name", required=True),
            to("units", "parent_id"),
            whole("rank"),
            text("code"),
            truth("sensitive"),
        ),
    ),
    _file(
        "case_types",
        "case type",
        (key("case_type_id"), text("name", required=True), to("case_types", "parent_id"), truth("sensitive")),
    ),
    _file(
        "cases",
        "case",
        (
            key("case_id"),
            to("systems", "system_id", required=True),
            text("title"),
            choice("status", "open closed draft", "open"),
            to("units", "office_id"),
            to("units", "team_id"),
            to("units", "category_id"),
            to("case_types", "case_type_id"),
            to("units", "firm_id"),
            truth("limited"),
            truth("sensitive"),
            text("queue"),
            to("units", "queue_unit_id"),
            date("created_on"),
        ),
        dated=True,
    ),
    _file(
        "case_people",
        "link",
        (
            to("cases", "case_id", required=True),
            to("people", "person_id", required=True),
            choice("link", LINKS),
            choice("access", "view edit", "edit"),
            whole("slot"),
        ),
        "case_id person_id link slot",
        dated=True,
    ),
    _file(
        "case_parties",
        "party",
        (
            to("cases", "case_id", required=True),
            to("units", "unit_id", required=True),
            choice("role", "referrer estate_agent client"),
            whole("slot"),
        ),
        "case_id unit_id role",
        dated=True,
    ),
    _file(
        "memberships",
        "membership",
        (
            to("people", "person_id", required=True),
            to("units", "unit_id", required=True),
            choice("access", "no view edit deny", "no"),
            truth("manager"),
            truth("admin_support"),
            whole("position"),
        ),
        "person_id unit_id",
        dated=True,
    ),
    _file(
        "group_members",
        "group membership",
        (to("people", "person_id", required=True), key("group_id")),
        "person_id group_id",
        dated=True,
    ),
    _file(
        "group_permissions",
        "group permission",
        (key("group_id"), text("permission", required=True), choice("effect", "allow deny")),
        "group_id permission",
    ),
    _file(
        "positions",
        "position",
        (
            key("position_id"),
            to("systems", "system_id", required=True),
            to("units", "unit_id", required=True),
            choice("level", "caseworker team_leader segment_manager"),
            text("name"),
        ),
    ),
    _file(
        "holdings",
        "holding",
        (
            to("people", "person_id", required=True),
            to("positions", "position_id", required=True),
            choice("kind", "primary absence hierarchical"),
            truth("active"),
            to("people", "covers_person_id"),
            to("people", "requested_by"),
            to("people", "authorised_by"),
            to("people", "lending_by"),
            to("people", "borrowing_by"),
            date("form_received_on"),
            truth("emergency"),
            date("reviewed_on"),
        ),
        "person_id position_id",
        dated=True,
    ),
    _file(
        "work",
        "work item",
        (
            key("work_id"),
            to("cases", "case_id", required=True),
            choice("kind", "service_request activity", "service_request"),
            to("positions", "position_id"),
            to("units", "hopper_unit_id"),
            choice("status", "open closed", "open"),
        ),
        dated=True,
    ),
    _file(
        "portal_roles",
        "portal role",
        (
            to("people", "person_id", required=True),
            to("systems", "system_id", required=True),
            choice("role", PORTAL_ROLES),
            to("units", "unit_id"),
        ),
        "person_id system_id role unit_id",
        dated=True,
    ),
    _file("roles", "role", (key("role_id"), text("name", required=True))),
    _file(
        "role_privileges",
        "privilege of a role",
        (to("roles", "role_id", required=True), Column("privilege", "text", required=True, references=PRIVILEGES)),
        "role_id privilege",
    ),
    _file(
        "role_assignments",
        "role assignment",
        (
            to("people", "person_id", required=True),
            to("roles", "role_id", required=True),
            to("units", "unit_id"),
            to("case_types", "case_type_id"),
            choice("placement", "team organisation_wide private_office", "team"),
        ),
        "person_id role_id unit_id case_type_id placement",
        dated=True,
    ),
    _file(
        "privilege_grants",
        "privilege grant",
        (to("people", "person_id", required=True), Column("privilege", "text", required=True, references=PRIVILEGES)),
        "person_id privilege",
        dated=True,
    ),
    _file(
        "access_rules",
        "access rule",
        (
            key("rule_id"),
            to("systems", "system_id", required=True),
            choice("level", "global named case"),
            choice("effect", "can cannot"),
            choice("action", "view search", "view"),
            choice("subject_kind", "everyone view_cases_privilege person unit role"),
            Column("subject_id", "id"),
            choice("target_kind", "all_cases own_team_or_subteam case_type case attached"),
            Column("target_id", "id"),
            text("name"),
        ),
        dated=True,
    ),
    _file(
        "case_rules",
        "attached rule",
        (to("cases", "case_id", required=True), to("access_rules", "rule_id", required=True)),
        "case_id rule_id",
        dated=True,
    ),
)

FILES: Mapping[str, FileSpec] = MappingProxyType({spec.stem: spec for spec in _ALL})
"""Every input file by its stem, in that order."""
