"""SeeWhy's own input files as data, in the order in which they are shown: columns, defaults, keys, what refers to what,
and what their rows are about. Long because it is one table: every file of the contract with all its columns.

What depends on another cell of the row is in `graph/inputs/checks/`: `subject_id` (by `subject_kind`), `target_id` (by
`target_kind`), `policy` and `value` (by the system's scheme).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from seewhy.graph.schemes.columns import (
    PERIOD,
    PRIVILEGES,
    About,
    Column,
    FileSpec,
    choice,
    date,
    key,
    text,
    to,
    truth,
    whole,
)
from seewhy.graph.vocabulary import LINKS

if TYPE_CHECKING:
    from collections.abc import Mapping

UNIT_KINDS = "team office category segment firm site referrer division estate_agent branch private_office organisation"
_LINKS = " ".join(LINKS).lower()
PORTAL_ROLES = (
    "customer customer_admin fee_earner_supervisor fee_earner referrer_manager referrer estate_agent_manager"
    " estate_agent client"
)


_SHOWN = frozenset(
    {
        *(
            "note",
            "granted_by",
            "name",
            "title",
            "email",
            "job_title",
            "manager_id",
            "cleared",
            "created_on",
            "manager",
        ),
        *("admin_support", "position", "rank", "code", "covers_person_id", "requested_by", "authorised_by"),
        *("lending_by", "borrowing_by", "form_received_on", "emergency", "reviewed_on"),
    }
)
"""Columns that no rung reads, whatever the file; eligibility and findings read some of them."""


def _file(
    stem: str,
    noun: str,
    columns: tuple[Column, ...],
    keys: str = "",
    dated: bool = False,
    *,
    sentence: str,
    about: About = "structure",
    makes: str = "",
    shown: str = "",
    endable: bool = False,
) -> FileSpec:
    names = tuple(keys.split()) or (columns[0].name,)
    whole = columns + PERIOD if dated else columns
    unread = tuple(column.name for column in whole if column.name in _SHOWN or column.name in shown.split())
    return FileSpec(stem, whole, names, dated, noun, about, sentence, tuple(makes.split()), unread, endable)


_ALL = (
    _file(
        "systems",
        "system",
        (key("system_id"), text("name"), Column("scheme", "enum", required=True)),
        about="structure",
        sentence="the system {system_id}",
    ),
    _file(
        "policies",
        "policy",
        (to("systems", "system_id", required=True), text("policy", required=True), text("value", required=True)),
        "system_id policy",
        sentence="the policy {policy} = {value} of {system_id}",
        makes="SETS",
        endable=True,
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
        about="person",
        sentence="the entry of {person_id}{active}{cleared}",
        makes="ACTIVE_IN LISTED_IN MANAGED_BY",
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
        sentence="the {kind} {unit_id}{parent_id: below }{sensitive}",
        makes="PART_OF WITHIN IN_FIRM IN_REFERRER IN_ESTATE_AGENT IS_SENSITIVE COVERS COUNTS_AS ACTS_AT",
    ),
    _file(
        "case_types",
        "case type",
        (key("case_type_id"), text("name", required=True), to("case_types", "parent_id"), truth("sensitive")),
        sentence="the case type {case_type_id}{parent_id: below }{sensitive}",
        makes="PART_OF WITHIN IS_SENSITIVE COVERS",
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
        about="case",
        sentence="case {case_id}{office_id: in office }{team_id: in team }{category_id: in category }"
        "{case_type_id: of type }{firm_id: of firm }{queue: in queue }{limited}{sensitive}",
        makes="HAS_PROFILE NAMES NAMES_QUEUE IN_OFFICE IN_TEAM IN_CATEGORY FOR_FIRM OF_TYPE AT AT_OFFICE IN_QUEUE "
        "IN_SYSTEM",
    ),
    _file(
        "case_people",
        "link",
        (
            to("cases", "case_id", required=True),
            to("people", "person_id", required=True),
            choice("link", _LINKS),
            choice("access", "view edit", "edit"),
            whole("slot"),
        ),
        "case_id person_id link slot",
        dated=True,
        about="case",
        sentence="{person_id} as {link} of case {case_id}{access: with }",
        makes=" ".join(LINKS),
        endable=True,
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
        about="case",
        sentence="{unit_id} as {role} of case {case_id}",
        makes="PARTY REFERRED_BY SOLD_BY FOR_CLIENT",
        endable=True,
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
        about="person",
        sentence="the membership of {person_id} in {unit_id}{access: with access }",
        makes="MEMBER_OF COUNTS_AS",
        endable=True,
    ),
    _file(
        "group_members",
        "group membership",
        (to("people", "person_id", required=True), key("group_id")),
        "person_id group_id",
        dated=True,
        about="person",
        sentence="the place of {person_id} in the group {group_id}",
        makes="IN_GROUP",
        endable=True,
    ),
    _file(
        "group_permissions",
        "group permission",
        (key("group_id"), text("permission", required=True), choice("effect", "allow deny")),
        "group_id permission",
        sentence="{effect} {permission} for the group {group_id}",
        makes="ALLOWS DENIES",
        endable=True,
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
        sentence="the position {position_id} at {unit_id}",
        makes="LEADS MANAGES POSITION_AT HOLDS_POSITION WORK_IN",
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
        about="person",
        sentence="the {kind} holding of {person_id} of the position {position_id}",
        makes="HOLDS_POSITION",
        shown="kind active",
        endable=True,
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
        about="case",
        sentence="work {work_id} on case {case_id}{position_id: at }{hopper_unit_id: in the hopper of } ({status})",
        makes="FOR_CASE OPEN_ON IN_HOPPER WORK_IN",
        shown="kind",
        endable=True,
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
        about="person",
        sentence="the portal role {role} of {person_id}{unit_id: at }",
        makes="ACTS_AT",
        endable=True,
    ),
    _file(
        "roles",
        "role",
        (key("role_id"), text("name", required=True)),
        sentence="the role {role_id}",
        shown="role_id",
    ),
    _file(
        "role_privileges",
        "privilege of a role",
        (to("roles", "role_id", required=True), Column("privilege", "text", required=True, references=PRIVILEGES)),
        "role_id privilege",
        sentence="{privilege} in the role {role_id}",
        makes="GIVES HOLDS COUNTS_AS",
        endable=True,
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
        about="person",
        sentence="the role {role_id} of {person_id}{unit_id: at }{case_type_id: for }",
        makes="HAS_ROLE HAS_ASSIGNMENT HOLDS COUNTS_AS",
        endable=True,
    ),
    _file(
        "privilege_grants",
        "privilege grant",
        (to("people", "person_id", required=True), Column("privilege", "text", required=True, references=PRIVILEGES)),
        "person_id privilege",
        dated=True,
        about="person",
        sentence="the grant of {privilege} to {person_id}",
        makes="GRANTED HOLDS COUNTS_AS",
        endable=True,
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
        sentence="the access rule {rule_id}: {subject_id} {effect} {action} {target_id}",
        makes="FOR_SUBJECT TARGETS CARRIES",
        endable=True,
    ),
    _file(
        "case_rules",
        "attached rule",
        (to("cases", "case_id", required=True), to("access_rules", "rule_id", required=True)),
        "case_id rule_id",
        dated=True,
        about="case",
        sentence="the rule {rule_id} on case {case_id}",
        makes="ATTACHED CARRIES",
        endable=True,
    ),
)

CONTRACT_FILES: Mapping[str, FileSpec] = MappingProxyType({spec.stem: spec for spec in _ALL})
"""SeeWhy's own files by stem, in that order. Which words `scheme` of a system takes depends on the schemes in use."""
