"""The 104 privileges as data: names as in the product, and what the contract says about them."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

import pytest

from seewhy.graph.errors import UnknownEntity
from seewhy.graph.rules.catalogue import rule
from seewhy.graph.rules.privileges import names, privilege, privileges

NAMES = (Path(__file__).parent / "data" / "privilege_names.txt").read_text("utf-8").splitlines()
"""A copy of the names in the source document, in its order."""
CASCADING = {
    "Draft responses", "Receive Contributions", "Manage a hub", "Receive Deputy Director QAs", "Receive Director QAs",
    "Receive Head of Unit QAs", "Receive Information Rights Unit QAs", "Receive Ministerial Correspondence Unit QAs",
    "Receive Policy Correspondence Unit QAs",
}
"""Held at a team, these also cover the teams below it."""
VIEW, ROLES, CREATE = "View the Organisation Structure", "Edit any person's roles", "Create people"
REQUIRES = {
    CREATE: {VIEW, ROLES}, ROLES: {VIEW}, "Edit Roles": {VIEW, ROLES}, "Maintain Ministers": {VIEW, ROLES},
    "Maintain Organisation Structure": {VIEW}, "Manage Case Anonymisation": {"Anonymise Correspondent Details"},
    "Manage the team": {VIEW, CREATE}, "View the Dashboard": {"Search for cases"},
    "Work on reopened cases": {"Draft responses"},
}
"""The prerequisites that the source states."""


def test_names_are_those_of_the_product() -> None:
    assert list(names()) == NAMES
    assert len(NAMES) == 104


def test_ids_count_up_from_101_in_the_order_of_the_source() -> None:
    assert [p.id for p in privileges()] == [f"ECASE-{n}" for n in range(101, 205)]


def test_the_rule_of_a_privilege_begins_with_its_name() -> None:
    for p in privileges():
        assert rule(p.id).statement.startswith(f"`{p.name}`: "), p.id


def test_cascading_privileges_are_those_of_the_contract() -> None:
    assert {p.name for p in privileges() if p.cascade} == CASCADING


def test_placements_are_those_of_the_source() -> None:
    places = {p.placement for p in privileges()}
    by = {place: {p.qa_type for p in privileges() if p.placement == place} for place in places}
    assert by.pop("") == {"", "Peer Review", "PO Facilitator"}
    assert by == {
        "organisation_wide": {
            "Central FOI", "Director General", "FOI Appeals Manager", "FOI Request Handling Manager", "Head of FOI",
            "Ministerial Briefing Team", "Permanent Secretary", "Permanent Secretary's Office", "Press Office",
            "Senior Manager", "SPADs",
        },
        "private_office": {"Private Secretary", "Assistant Private Secretary"},
        "team_level": {"Policy Official", "Senior Civil Servant", "Team Lead"},
        "any_level": {
            "Deputy Director", "Director", "Head of Unit", "Information Rights Unit", "Ministerial Correspondence Unit",
            "Policy Correspondence Unit",
        },
    }


def test_qa_types_are_the_names_without_receive_and_qas() -> None:
    receiving = [p for p in privileges() if p.name.startswith("Receive ") and p.name.endswith(" QAs")]
    assert len(receiving) == 23
    assert all(p.qa_type == p.name.removeprefix("Receive ").removesuffix(" QAs") for p in receiving)
    assert {p.qa_type: p.name for p in privileges() if p.qa_type and p not in receiving} == {
        "Assistant Private Secretary": "Manage cases at Private Office"}


def test_prerequisites_are_those_of_the_source() -> None:
    assert {p.name: set(p.requires) for p in privileges() if p.requires} == REQUIRES


def test_queues_are_those_of_the_queue_list() -> None:
    """queues.csv is what the graph is built from; both must say the same."""
    listed = csv.DictReader(files("seewhy.graph.rules").joinpath("queues.csv").read_text("utf-8").splitlines())
    assert {(row["queue"], row["privilege"], row["value"]) for row in listed} == {
        (queue, p.name, value) for p in privileges() for queue, value in p.queue}


def test_only_one_privilege_bypasses_and_one_depends_on_access_rules() -> None:
    assert [p.name for p in privileges() if p.access_rules == "bypass"] == ["Ignore all Access Rules"]
    assert [p.name for p in privileges() if p.access_rules == "depends"] == ["View cases"]
    assert [p.name for p in privileges() if p.access_rules == "maintain"] == ["Maintain Access Rules"]


def test_36_privileges_come_as_admin_privilege_or_role() -> None:
    assert sum(p.how_given == "admin privilege or role" for p in privileges()) == 36


def test_actions_are_the_privileges_that_can_be_used_on_a_case() -> None:
    assert {p.id for p in privileges() if p.on_case} == {
        p.id for p in privileges() if "actions" in rule(p.id).carriers("answer")}
    assert not privilege("Maintain Key Terms").on_case
    assert privilege("Reopen cases").case_status == ("closed",)


def test_each_privilege_says_what_it_opens() -> None:
    assert len({p.opens for p in privileges()}) == 104
    assert all(len(p.opens.split()) <= 25 for p in privileges())
    assert len({p.family for p in privileges()}) == 13


def test_a_privilege_is_found_by_its_exact_name_or_id() -> None:
    assert privilege("View cases") is privilege("ECASE-201") is privilege(" View cases ")
    near_misses = {"view cases": "View cases", "Draft response": "Draft responses", "ECASE-2011": "ECASE-201"}
    for wrong, near in near_misses.items():
        with pytest.raises(UnknownEntity) as caught:
            privilege(wrong)
        assert caught.value.message == f"no privilege is called `{wrong}`"
        assert f"`{near}`" in caught.value.hint


def test_plain_data_holds_every_column() -> None:
    data = privilege("Manage Parliamentary Responses").as_dict()
    assert data["id"] == "ECASE-154"
    assert data["queue"] == [
        {"queue": "parliamentary_team", "value": "edit"}, {"queue": "private_office", "value": "view"},
        {"queue": "spads_office", "value": "view"},
    ]
    header = files("seewhy.graph.rules").joinpath("privileges.csv").read_text("utf-8").splitlines()[0]
    assert list(data) == header.split(",")
