"""The scheme `memberships`, row by row, and every policy."""

from __future__ import annotations

import pytest

from tests.definition import World, claims
from tests.definition.tables_in_text import DAY, people, step, world


def cm(limited: str = "-", policy: str = "assign_to_team", off: str = "false", **more: str) -> World:
    base = {
        "systems": "system_id scheme\ncm memberships\nother memberships",
        "policies": f"system_id policy value\ncm {policy} {off}\nother deny_blocks_view_all false",
        "people": people("ana", "bo"),
        "cases": f"""
            case_id system_id office_id team_id category_id limited
            c cm north - injury {limited}
            d cm north blue - -
        """,
        "units": """
            unit_id kind parent_id
            north office -
            sub office north
            injury category -
            blue team -
            south office -
        """,
        "group_permissions": """
            group_id permission effect
            all can_view_all_cases allow
            none can_view_all_cases deny
            x other allow
        """,
    }
    return world(**{**base, **more})


def test_links_come_first() -> None:
    links = """
        case_id person_id link access
        c ana assigned_to -
        c ana other_staff view
        c bo other_staff view
        d bo other_staff -
        d ana watcher -
    """
    denied = cm(
        case_people=links, memberships="person_id unit_id access\nana north deny\nbo north deny", limited="true"
    )
    assert step(denied, "ana") == ("assigned_to", "edit")
    assert step(denied, "bo") == ("other_staff", "view")
    assert step(denied, "bo", "d") == ("other_staff", "edit")  # default edit
    assert step(denied, "ana", "d") == ("memberships", "none")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["north view"], ("memberships", "view")),
        (["north edit"], ("memberships", "edit")),
        (["north view", "injury edit"], ("memberships", "edit")),
        (["north edit", "injury deny"], ("memberships", "none")),
        (["north deny", "injury no"], ("memberships", "none")),
        (["north no"], ("no_rule", "none")),
        (["north -"], ("no_rule", "none")),
        (["north no", "injury view"], ("memberships", "view")),
        (["south edit"], ("no_rule", "none")),
        (["sub edit"], ("no_rule", "none")),  # exact unit, no hierarchy
        (["blue deny"], ("no_rule", "none")),  # the case has no team: a blank is nobody's team
    ],
)
def test_memberships_together(rows: list[str], expected: tuple[str, str]) -> None:
    text = "person_id unit_id access\n" + "\n".join(f"ana {row}" for row in rows)
    assert step(cm(memberships=text), "ana") == expected


def test_view_all_and_the_denial_policy() -> None:
    more = {
        "memberships": "person_id unit_id access\nana north deny\nana injury edit\nbo north deny",
        "group_members": "person_id group_id\nana all",
    }
    assert step(cm(**more), "ana") == ("memberships", "none")
    lenient = cm(policy="deny_blocks_view_all", **more)
    assert step(lenient, "ana") == ("view_all", "view")  # the edit does not count either
    assert step(lenient, "bo") == ("no_rule", "none")


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (["all"], "view_all"),
        (["all", "none"], "no_rule"),
        (["none"], "no_rule"),
        (["x"], "no_rule"),
        (["all", "x"], "view_all"),
    ],
)
def test_view_all_needs_an_allow_and_no_deny(groups: list[str], expected: str) -> None:
    text = "person_id group_id\n" + "\n".join(f"ana {group}" for group in groups)
    assert step(cm(group_members=text), "ana")[0] == expected


def test_a_limited_case() -> None:
    more = {
        "memberships": "person_id unit_id access\nana north edit\nbo north deny",
        "group_members": "person_id group_id\nana all\nbo all",
    }
    blocked = cm(limited="true", **more)
    assert step(blocked, "ana") == ("limited", "none")
    assert step(blocked, "ana", "d") == ("memberships", "edit")
    open_to_all = cm(limited="true", policy="limit_blocks_view_all", **more)
    assert step(open_to_all, "ana") == ("view_all", "view")
    assert step(open_to_all, "bo") == ("view_all", "view")  # a denial through a membership does not count either
    assert step(cm(limited="true", policy="limit_blocks_view_all", off="true"), "ana") == ("limited", "none")


def test_claims_hold_every_rung_met() -> None:
    all_of_them = cm(
        limited="true",
        case_people="case_id person_id link access\nc ana assigned_to -\nc ana other_staff view",
        memberships="person_id unit_id access\nana north edit",
        group_members="person_id group_id\nana all",
    )
    limited = [("assigned_to", "edit"), ("other_staff", "view"), ("limited", "none"), ("view_all", "view")]
    assert claims(all_of_them, "ana", "c", DAY) == limited
    assert claims(all_of_them, "ana", "d", DAY) == [("memberships", "edit"), ("view_all", "view")]
