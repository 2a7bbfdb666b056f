"""The scheme `portal`, row by row."""

from __future__ import annotations

import pytest

from tests.definition import World, claims
from tests.definition.tables_in_text import DAY, people, step, world


def portal(roles: str, **more: str) -> World:
    base = {
        "systems": "system_id scheme\nicon portal\nother portal",
        "people": people("ana", "bo", "cy"),
        "units": """
            unit_id kind parent_id
            f firm -
            site site f
            inner firm site
            g firm -
            lost site -
            r referrer -
            d1 division r
            d2 division r
            s referrer -
            e estate_agent -
            b1 branch e
            b2 branch e
            acme organisation -
        """,
        "portal_roles": roles,
        "cases": "case_id system_id firm_id\nc icon site\nblank icon -",
    }
    return world(**{**base, **more})


@pytest.mark.parametrize("role", ["customer", "customer_admin"])
def test_firm(role: str) -> None:
    header = "person_id system_id role unit_id\n"
    for unit, expected in {
        "f": "firm",
        "site": "firm",
        "g": "no_rule",
        "inner": "no_rule",
        "lost": "no_rule",
        "-": "no_rule",
    }.items():
        held = portal(f"{header}ana icon {role} {unit}\nbo other {role} f")
        assert step(held, "ana")[0] == expected
        assert step(held, "bo") == ("no_rights", "none")
        assert step(held, "ana", "blank")[0] == "no_rule"  # a blank never equals a blank
    assert step(portal(f"{header}ana icon {role} f"), "ana") == ("firm", "edit")


def test_creator() -> None:
    created = portal(
        """
            person_id system_id role unit_id
            ana icon fee_earner f
            bo icon fee_earner_supervisor site
            cy icon fee_earner g
        """,
        case_people="case_id person_id link\nc ana created_by\nc bo created_by\nc cy created_by",
    )
    assert step(created, "ana") == ("creator", "edit")
    assert step(created, "bo") == ("creator", "edit")
    assert step(created, "cy") == ("no_rule", "none")


@pytest.mark.parametrize(
    ("creator", "expected"),
    [
        ("bo icon fee_earner f - -", "supervisor"),
        ("bo icon fee_earner site - 2020-01-01", "supervisor"),  # had it
        ("bo icon fee_earner f 2026-06-15 -", "supervisor"),
        ("bo icon fee_earner f 2026-06-16 -", "no_rule"),  # will have it
        ("bo icon fee_earner g - -", "no_rule"),
        ("bo other fee_earner f - -", "no_rule"),
        ("bo icon fee_earner_supervisor f - -", "no_rule"),
    ],
)
@pytest.mark.parametrize("active", ["true", "false"])
def test_supervisor(creator: str, expected: str, active: str) -> None:
    held = portal(
        f"""
            person_id system_id role unit_id since until
            ana icon fee_earner_supervisor f - -
            cy icon fee_earner f - -
            {creator}
        """,
        people=f"person_id active\nana true\nbo {active}\ncy true",
        case_people="case_id person_id link\nc ana supervisor\nc cy supervisor\nc bo created_by",
    )
    assert step(held, "ana")[0] == expected
    assert step(held, "cy")[0] == "no_rule"  # a fee earner supervises nothing


def test_no_supervisor_without_the_link_or_a_creator() -> None:
    roles = "person_id system_id role unit_id\nana icon fee_earner_supervisor f\nbo icon fee_earner f"
    assert step(portal(roles, case_people="case_id person_id link\nc bo created_by"), "ana")[0] == "no_rule"
    assert step(portal(roles, case_people="case_id person_id link\nc ana supervisor"), "ana")[0] == "no_rule"


@pytest.mark.parametrize(
    ("whole", "part", "top", "first", "second", "other"),
    [("referrer", "division", "r", "d1", "d2", "s"), ("estate_agent", "branch", "e", "b1", "b2", "s")],
)
def test_introducers(whole: str, part: str, top: str, first: str, second: str, other: str) -> None:
    def answer(role: str, unit: str, parties: str) -> str:
        held = portal(
            f"person_id system_id role unit_id\nana icon {role} {unit}",
            case_parties=f"case_id unit_id role\nc {parties} {whole}\nc acme client",
        )
        return step(held, "ana")[0]

    manager = f"{whole}_manager"
    assert answer(manager, top, first) == whole
    assert answer(manager, second, first) == whole  # a manager sits in a part of the whole
    assert answer(manager, other, first) == "no_rule"
    assert answer(manager, "-", "acme") == "no_rule"
    assert answer(manager, "acme", "acme") == "no_rule"  # neither has a referrer above it
    assert answer(whole, first, first) == whole
    assert answer(whole, second, first) == "no_rule"
    assert answer(whole, top, top) == "no_rule"  # not a division, not a branch
    assert answer(whole, first, top) == "no_rule"  # the case names no division
    assert answer(whole, "-", first) == "no_rule"


def test_a_party_of_another_role_introduces_nothing() -> None:
    held = portal(
        "person_id system_id role unit_id\nana icon referrer d1\nbo icon referrer_manager r",
        case_parties="case_id unit_id role\nc d1 client\nc d1 estate_agent",
    )
    assert {step(held, person)[0] for person in ("ana", "bo")} == {"no_rule"}


@pytest.mark.parametrize(("slot", "expected"), [("-", "client"), ("1", "client"), ("4", "client"), ("5", "no_rule")])
def test_client(slot: str, expected: str) -> None:
    held = portal(
        "person_id system_id role unit_id\nana icon client acme\nbo icon client -\ncy icon referrer d1",
        case_parties=f"case_id unit_id role slot\nc acme client {slot}",
        case_people=f"case_id person_id link slot\nc bo client {slot}\nc cy client {slot}",
    )
    assert step(held, "ana")[0] == expected
    assert step(held, "bo")[0] == expected
    assert step(held, "cy")[0] == "no_rule"  # named on the case, but not in the role of a client


def test_several_roles_meet_the_first_rung_that_any_meets() -> None:
    held = portal(
        "person_id system_id role unit_id\nana icon client acme\nana icon customer f",
        case_parties="case_id unit_id role\nc acme client",
    )
    assert claims(held, "ana", "c", DAY) == [("firm", "edit"), ("client", "view")]
    assert step(held, "cy") == ("no_rights", "none")
