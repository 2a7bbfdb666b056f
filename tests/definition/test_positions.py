"""The scheme `positions`, row by row."""

from __future__ import annotations

from tests.definition import World, claims, decide
from tests.definition.tables_in_text import DAY, people, step, world

ORGANISATION = {
    "systems": "system_id scheme\ncms positions\ncms2 positions",
    "people": people("ana", "bo", "cy", "di", "ed"),
    "units": """
        unit_id kind name parent_id
        south segment S -
        sub segment S south
        red team T south
        blue team T sub
        pink team T red
        north segment N -
    """,
    "positions": """
        position_id system_id unit_id level
        cw-red cms red caseworker
        cw-blue cms blue caseworker
        tl-red cms red team_leader
        tl-blue cms blue team_leader
        sm-south cms south segment_manager
        sm-north cms north segment_manager
        cw-south cms south caseworker
        other cms2 red team_leader
    """,
    "cases": "case_id system_id\nc cms",
}


def cms(holdings: str, work: str, **more: str) -> World:
    return world(**{**ORGANISATION, "holdings": holdings, "work": work, **more})


def test_own_work() -> None:
    held = cms(
        "person_id position_id kind\nana cw-red primary\nbo cw-blue primary\ncy cw-red absence",
        "work_id case_id position_id\nw c cw-red",
    )
    assert step(held, "ana") == ("own_work", "edit")
    assert step(held, "bo") == ("no_position", "none")
    assert step(held, "cy") == ("own_work", "edit")
    assert step(held, "di") == ("no_position", "none")


def test_closed_work_and_work_in_a_hopper_is_nobodys_own() -> None:
    holdings = "person_id position_id kind\nana cw-red primary"
    assert step(cms(holdings, "work_id case_id position_id status\nw c cw-red Closed"), "ana")[0] == "no_position"
    assert step(cms(holdings, "work_id case_id position_id kind\nw c cw-red activity"), "ana")[0] == "own_work"
    assert step(cms(holdings, "work_id case_id hopper_unit_id\nw c red"), "ana")[0] == "no_position"
    assert step(cms(holdings, "work_id case_id position_id until\nw c cw-red 2026-06-15"), "ana")[0] == "no_position"


def test_team_lead_sees_the_team_and_its_hopper_and_no_unit_below() -> None:
    holdings = "person_id position_id kind\nana tl-red primary\nbo tl-blue primary\ncy cw-red primary"
    for place in ("position_id\nw c cw-red", "hopper_unit_id\nw c red"):
        held = cms(holdings, f"work_id case_id {place}")
        assert step(held, "ana") == ("team_lead", "edit")
        assert step(held, "bo") == ("no_position", "none")
    assert step(cms(holdings, "work_id case_id hopper_unit_id\nw c pink"), "ana")[0] == "no_position"
    assert step(cms(holdings, "work_id case_id hopper_unit_id\nw c south"), "ana")[0] == "no_position"


def test_segment_manager_sees_the_segment_and_all_below() -> None:
    holdings = "person_id position_id kind\nana sm-south primary\nbo sm-north primary\ncy cw-south primary"
    places = [f"hopper_unit_id\nw c {unit}" for unit in ("south", "sub", "red", "blue", "pink")]
    for place in [*places, "position_id\nw c cw-blue", "position_id\nw c tl-red"]:
        held = cms(holdings, f"work_id case_id {place}")
        assert step(held, "ana") == ("segment_manager", "edit")
        assert step(held, "bo") == ("no_position", "none")
        assert step(held, "cy") == ("no_position", "none")


def test_positions_count_only_for_cases_of_their_own_system() -> None:
    held = cms("person_id position_id kind\nana other primary", "work_id case_id hopper_unit_id\nw c red")
    assert step(held, "ana") == ("no_position", "none")


def now(world: World, person: str) -> str:
    return decide(world, person, "c", DAY).value_now


def test_value_now_by_the_position_in_use() -> None:
    work = "work_id case_id position_id\nw c cw-red"
    primary = "person_id position_id kind active\nana cw-red primary -\nana cw-blue absence -"
    assert now(cms(primary, work), "ana") == "edit"  # nothing is active: the primary position is in use
    switched = "person_id position_id kind active\nana cw-red primary -\nana cw-blue absence true"
    assert now(cms(switched, work), "ana") == "view"  # own work on another held position
    assert step(cms(switched, work), "ana") == ("own_work", "edit")
    leading = "person_id position_id kind active\nana tl-red primary -\nana cw-blue absence true"
    assert now(cms(leading, work), "ana") == "none"  # what a leader reaches needs switching
    assert step(cms(leading, work), "ana") == ("team_lead", "edit")
    both = "person_id position_id kind active\nana tl-red primary true\nana cw-red absence -"
    assert now(cms(both, work), "ana") == "edit"  # reached through the position in use, although own work is elsewhere
    nothing = "person_id position_id kind active\nana cw-red absence -"
    assert now(cms(nothing, work), "ana") == "view"  # no primary, nothing active: no position is in use


def test_an_active_position_of_another_system_or_day_changes_nothing() -> None:
    work = "work_id case_id position_id\nw c cw-red"
    elsewhere = "person_id position_id kind active\nana cw-red primary -\nana other absence true"
    assert now(cms(elsewhere, work), "ana") == "edit"
    ended = "person_id position_id kind active until\nana cw-red primary - -\nana cw-blue absence true 2026-06-15"
    assert now(cms(ended, work), "ana") == "edit"


def test_claims_hold_every_rung_met() -> None:
    held = cms(
        "person_id position_id kind\nana cw-red primary\nana tl-red absence\nana sm-south absence",
        "work_id case_id position_id\nw c cw-red",
    )
    assert claims(held, "ana", "c", DAY) == [("own_work", "edit"), ("team_lead", "edit"), ("segment_manager", "edit")]
    assert claims(held, "bo", "c", DAY) == [("no_position", "none")]
