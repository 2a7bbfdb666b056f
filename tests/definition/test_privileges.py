"""The scheme `privileges`, row by row: rungs, queues, what covers, what clears, what upgrades, what is found."""

from __future__ import annotations

import pytest

from tests.definition import World, claims, found
from tests.definition.privileges import QUEUES
from tests.definition.tables_in_text import DAY, people, step, world

UNITS = """
    unit_id kind parent_id sensitive
    top organisation - -
    a team top -
    b team a -
    x team b -
    z team top -
    secret team a yes
    below team secret -
    po1 private_office top -
    po2 private_office top -
"""
TYPES = """
    case_type_id parent_id sensitive
    foi - -
    appeal foi -
    pq - -
    dpr - true
    dpr2 dpr -
"""
CASE = "case_id system_id team_id case_type_id status queue queue_unit_id sensitive\n"


def ecase(case: str = "b appeal open - - -", **more: str) -> World:
    base = {
        "systems": "system_id scheme\nec privileges\nec2 privileges",
        "people": people("ana", "bo", "cy"),
        "units": UNITS,
        "case_types": TYPES,
        "cases": f"{CASE}c ec {case}\nelse ec2 {case}",
    }
    return world(**{**base, **more})


def granted(*privileges: str) -> dict[str, str]:
    return {"privilege_grants": "person_id privilege\n" + "\n".join(f"ana {name}" for name in privileges)}


def held(privilege: str, at: str) -> dict[str, str]:
    """Ana holds the privilege at `unit type`; Bo and Cy have other roles."""
    return {
        "role_privileges": f"role_id privilege\nr {privilege}\nr2 Create~cases",
        "role_assignments": f"person_id role_id unit_id case_type_id\nana r {at}\nbo r2 - -",
    }


def rules(*lines: str) -> dict[str, str]:
    header = "rule_id system_id level effect action subject_kind subject_id target_kind target_id\n"
    return {"access_rules": header + "\n".join(lines)}


ATTACHED = {"case_rules": "case_id rule_id\nc n"}


def linked(*links: str) -> dict[str, str]:
    return {"case_people": "case_id person_id link\n" + "\n".join(f"c ana {link}" for link in links)}


# owner, ignoring, links, levels of rules


def test_owner_comes_before_everything() -> None:
    denied = rules("n ec named cannot view everyone - attached -", "k ec case cannot view everyone - case c")
    assert step(ecase("secret dpr open - - true", **denied, **ATTACHED, **linked("owner")), "ana") == ("owner", "edit")


def test_ignore_all_access_rules() -> None:
    denied = rules("k ec case cannot view everyone - case c")
    assert step(ecase("secret dpr open - - -", **denied, **granted("ECASE-128")), "ana") == (
        "ignore_access_rules",
        "view",
    )
    assert step(ecase(**held("Ignore~all~Access~Rules", "z pq")), "ana") == ("ignore_access_rules", "view")


@pytest.mark.parametrize(
    ("link", "value"),
    [
        ("drafter", "edit"),
        ("adviser", "view"),
        ("contributor", "view"),
        ("qa_recipient", "view"),
        ("task_holder", "view"),
    ],
)
def test_an_allocation_is_a_permission_for_the_case(link: str, value: str) -> None:
    sensitive = "secret dpr open - - true"
    assert step(ecase(sensitive, **linked(link)), "ana") == ("case_rule", value)
    denied = rules("k ec case cannot view person ana case c")
    assert step(ecase(sensitive, **linked(link), **denied), "ana") == ("case_rule", "none")
    off = {"policies": "system_id policy value\nec case_access_enabled false"}
    assert step(ecase(sensitive, **linked(link), **denied, **off), "ana") == ("case_rule", value)


def test_watchers_and_links_of_other_schemes_see_nothing() -> None:
    nothing = linked("watcher", "assigned_to", "other_staff", "created_by", "supervisor", "client")
    assert step(ecase(**nothing), "ana") == ("default_policy", "none")


def test_case_rules() -> None:
    assert step(ecase(**rules("k ec case can view person ana case c")), "ana") == ("case_rule", "view")
    assert step(ecase(**rules("k ec case can - person ana case c")), "ana") == ("case_rule", "view")
    assert step(ecase(**rules("k ec case can search person ana case c")), "ana")[0] == "default_policy"
    assert step(ecase(**rules("k ec case can view person ana case d")), "ana")[0] == "default_policy"
    both = rules("k ec case can view person ana case c", "l ec case cannot view everyone - case c")
    assert step(ecase(**both), "ana") == ("case_rule", "none")
    off = {"policies": "system_id policy value\nec case_access_enabled false"}
    assert step(ecase(**both, **off), "ana") == ("default_policy", "none")
    assert step(ecase(**rules("k ec2 case can view person ana case else")), "ana", "else") == ("case_rule", "view")


def test_named_rules_count_where_they_are_attached() -> None:
    can, cannot = "n ec named can view person ana attached -", "m ec named cannot view everyone - attached -"
    assert step(ecase(**rules(can)), "ana")[0] == "default_policy"
    assert step(ecase(**rules(can), **ATTACHED), "ana") == ("named_rule", "view")
    assert step(ecase(**rules(can), **ATTACHED), "bo") == ("sensitivity", "none")  # an attached rule makes it sensitive
    both = {"case_rules": "case_id rule_id\nc n\nc m"}
    assert step(ecase(**rules(can, cannot), **both), "ana") == ("named_rule", "none")
    ended = {"case_rules": "case_id rule_id until\nc n 2026-06-15"}
    assert step(ecase(**rules(can), **ended), "bo")[0] == "default_policy"
    upper = rules(can, "k ec case cannot view everyone - case c")
    assert step(ecase(**upper, **ATTACHED), "ana") == ("case_rule", "none")  # the nearer level decides


# whom rules match


@pytest.mark.parametrize(
    ("subject", "more", "matches"),
    [
        ("everyone -", {}, True),
        ("person ana", {}, True),
        ("person bo", {}, False),
        ("unit b", {"memberships": "person_id unit_id access\nana b deny"}, True),
        ("unit a", {"memberships": "person_id unit_id access\nana b -"}, True),
        ("unit b", {"memberships": "person_id unit_id access\nana a edit"}, False),
        ("unit b", {"memberships": "person_id unit_id until\nana b 2026-06-15"}, False),
        ("role r", held("Create~cases", "z pq"), True),
        ("role r2", held("Create~cases", "z pq"), False),
        ("view_cases_privilege -", held("View~cases", "z pq"), True),
        ("view_cases_privilege -", held("ECASE-201", "z pq"), True),
        ("view_cases_privilege -", granted("View~cases"), True),
        ("view_cases_privilege -", held("Create~cases", "- -"), False),
    ],
)
@pytest.mark.parametrize(
    ("level", "target", "step_name"),
    [("case", "case c", "case_rule"), ("named", "attached -", "named_rule"), ("global", "all_cases -", "global_rule")],
)
def test_a_rule_matches_a_person_alike_on_all_levels(
    subject: str, more: dict[str, str], matches: bool, level: str, target: str, step_name: str
) -> None:
    ruled = ecase(
        **rules(f"n ec {level} can view {subject} {target}"), **(ATTACHED if level == "named" else {}), **more
    )
    assert (step(ruled, "ana") == (step_name, "view")) is matches


@pytest.mark.parametrize(
    ("target", "case", "matches"),
    [
        ("all_cases -", "- - closed - - -", True),
        ("case_type appeal", "b appeal open - - -", True),
        ("case_type foi", "b appeal open - - -", True),  # types below as well
        ("case_type appeal", "b foi open - - -", False),
        ("case_type foi", "b - open - - -", False),
    ],
)
def test_targets_of_global_rules(target: str, case: str, matches: bool) -> None:
    ruled = ecase(case, **rules(f"g ec global can view everyone - {target}"))
    assert step(ruled, "ana") == (("global_rule", "view") if matches else ("default_policy", "none"))
    assert step(ruled, "ana", "else") == ("default_policy", "none")  # rules count for cases of their own system
    denied = ecase(
        case, **rules(f"g ec global cannot view everyone - {target}", "h ec global can view everyone - all_cases -")
    )
    assert step(denied, "ana") == ("global_rule", "none" if matches else "view")


@pytest.mark.parametrize(
    ("at", "case", "matches"),
    [
        ("b -", "b appeal open - - -", True),
        ("a -", "b appeal open - - -", True),  # as if it cascaded
        ("b -", "a appeal open - - -", False),
        ("- -", "b appeal open - - -", True),
        ("- -", "- - open - - -", True),
        ("a -", "- - open - - -", False),
        ("a foi", "b appeal open - - -", True),
        ("a appeal", "b foi open - - -", False),
        ("a foi", "b - open - - -", False),
    ],
)
def test_own_team_or_subteam_asks_where_view_cases_is_held(at: str, case: str, matches: bool) -> None:
    own = rules("g ec global can view view_cases_privilege - own_team_or_subteam -")
    assert (step(ecase(case, **own, **held("View~cases", at)), "ana")[0] == "global_rule") is matches
    everywhere = rules("g ec global can view view_cases_privilege - all_cases -")
    assert step(ecase(case, **everywhere, **held("View~cases", at)), "ana")[0] == "global_rule"


# sensitivity


@pytest.mark.parametrize(
    ("case", "clearing", "not_clearing"),
    [
        ("b dpr open - - -", ["- dpr", "b dpr", "a dpr", "top dpr"], ["- -", "b -", "z dpr", "- foi", "x dpr"]),
        ("b dpr2 open - - -", ["- dpr", "- dpr2", "a dpr2"], ["- -", "b -"]),
        (
            "secret foi open - - -",
            ["secret -", "a -", "top foi", "secret foi"],
            ["- -", "- foi", "below -", "secret pq"],
        ),
        ("below foi open - - -", ["secret -", "below -", "a foi"], ["- foi", "- -"]),
        ("secret dpr open - - -", ["secret dpr", "a dpr"], ["secret -", "- dpr", "- -"]),
        ("b appeal open - - true", ["b -", "- foi", "top appeal"], ["- -", "x -", "- pq"]),
        ("- - open - - true", [], ["- -", "a -", "- foi"]),
    ],
)
def test_who_is_cleared(case: str, clearing: list[str], not_clearing: list[str]) -> None:
    open_to_all = rules("g ec global can view everyone - all_cases -")
    for at in clearing:
        assert step(ecase(case, **open_to_all, **held("Create~cases", at)), "ana") == ("global_rule", "view"), at
    for at in not_clearing:
        assert step(ecase(case, **open_to_all, **held("Create~cases", at)), "ana") == ("sensitivity", "none"), at
    assert step(ecase(case, **open_to_all, **granted("Create~cases")), "ana") == ("sensitivity", "none")
    vetted = {"people": "person_id cleared\nana true"}
    assert step(ecase(case, **open_to_all, **vetted), "ana") == ("sensitivity", "none")


def test_two_assignments_meet_two_needs() -> None:
    text = "person_id role_id unit_id case_type_id\nana r secret -\nana r2 - dpr"
    two = ecase("secret dpr open - - -", **{**held("Create~cases", "- -"), "role_assignments": text})
    assert step(two, "ana") == ("default_policy", "none")


def test_an_attached_rule_of_action_search_makes_sensitive_too() -> None:
    ruled = ecase(**rules("n ec named can search everyone - attached -"), **ATTACHED)
    assert step(ruled, "ana") == ("sensitivity", "none")


# queues


@pytest.mark.parametrize(("queue", "privilege"), [(queue, name) for queue, of in QUEUES.items() for name in of])
@pytest.mark.parametrize("status", ["open", "closed", "draft"])
def test_a_queue_opens_for_its_privilege(queue: str, privilege: str, status: str) -> None:
    case, name = f"b appeal {status} {queue} - -", privilege.replace(" ", "~")
    value = QUEUES[queue][privilege]
    for at in ("b foi", "- -", "b -", "- appeal"):
        assert step(ecase(case, **held(name, at)), "ana") == ("queue", value)
    for at in ("a foi", "x -", "b pq", "z -"):
        assert step(ecase(case, **held(name, at)), "ana") == ("default_policy", "none")
    assert step(ecase(case, **granted(name)), "ana") == ("queue", value)
    elsewhere = f"b appeal {status} {'triage' if queue != 'triage' else 'webform'} - -"
    assert step(ecase(elsewhere, **held(name, "b foi")), "ana") == ("default_policy", "none")


def test_the_queue_list_is_the_contracts() -> None:
    views = {(queue, name) for queue, of in QUEUES.items() for name, value in of.items() if value == "view"}
    assert views == {
        ("private_office", "Check cases centrally"),
        ("private_office", "Manage Parliamentary Responses"),
        ("spads_office", "Manage Parliamentary Responses"),
    }
    assert sum(len(of) for of in QUEUES.values()) == 15


@pytest.mark.parametrize(
    ("at", "case", "expected"),
    [
        ("po1 -", "b appeal closed private_office po1 -", ("queue", "edit")),
        ("po1 foi", "z appeal closed private_office po1 -", ("queue", "edit")),  # the team does not matter
        ("po1 pq", "b appeal closed private_office po1 -", ("default_policy", "none")),
        ("po2 -", "b appeal closed private_office po1 -", ("default_policy", "none")),
        ("top -", "b appeal closed private_office po1 -", ("default_policy", "none")),
        ("- -", "b appeal closed private_office po1 -", ("default_policy", "none")),
        ("- -", "b appeal closed private_office - -", ("default_policy", "none")),  # a blank never equals a blank
        ("b -", "b appeal closed private_office po1 -", ("default_policy", "none")),
        ("po1 -", "b appeal closed triage po1 -", ("default_policy", "none")),
    ],
)
def test_a_private_office_opens_for_its_own_people(at: str, case: str, expected: tuple[str, str]) -> None:
    assert step(ecase(case, **held("Manage~cases~at~Private~Office", at)), "ana") == expected
    assert step(ecase(case, **granted("ECASE-148")), "ana")[0] == "default_policy"


def test_a_hub_is_every_open_case_of_the_team_and_below() -> None:
    for queue in ("-", "triage"):
        assert step(ecase(f"x appeal open {queue} - -", **held("Manage~a~hub", "a foi")), "ana") == ("queue", "edit")
        assert (
            step(ecase(f"x appeal closed {queue} - -", **held("Manage~a~hub", "a foi")), "ana")[0] == "default_policy"
        )
    assert step(ecase("a appeal open - - -", **held("Manage~a~hub", "b -")), "ana")[0] == "default_policy"
    assert step(ecase("- - open - - -", **held("Manage~a~hub", "b -")), "ana")[0] == "default_policy"
    assert step(ecase("x pq open - - -", **held("Manage~a~hub", "a foi")), "ana")[0] == "default_policy"


def test_drafts_are_monitored_anywhere() -> None:
    assert step(ecase("- - draft - - -", **held("Monitor~draft~cases", "z pq")), "ana") == ("queue", "view")
    assert step(ecase("- - open - - -", **held("Monitor~draft~cases", "z pq")), "ana")[0] == "default_policy"


def test_the_strongest_opening_counts() -> None:
    both = ecase("b appeal open spads_office - -", **granted("ECASE-154", "ECASE-152"))
    assert step(both, "ana") == ("queue", "edit")


# default, lifts


def test_the_default_policy() -> None:
    assert step(ecase(), "ana") == ("default_policy", "none")
    open_ = ecase(policies="system_id policy value\nec default_policy Open")
    assert step(open_, "ana") == ("default_policy", "view")
    assert step(open_, "ana", "else") == ("default_policy", "none")


QUEUED = "b appeal open triage - -"
CAN = "k ec case can view everyone - case c"


@pytest.mark.parametrize(
    ("case", "more", "expected"),
    [
        (QUEUED, {**rules(CAN), **held("Triage~cases", "b -")}, ("case_rule", "edit")),
        (QUEUED, {**rules(CAN), **held("Triage~cases", "z -")}, ("case_rule", "view")),
        (
            "b appeal open triage - true",
            {**rules(CAN), **granted("Triage~cases")},
            ("case_rule", "view"),
        ),  # not cleared
        ("b appeal open triage - true", {**rules(CAN), **held("Triage~cases", "b -")}, ("case_rule", "edit")),
        (QUEUED, {**granted("ECASE-128"), **linked("drafter")}, ("ignore_access_rules", "edit")),
        ("b dpr open - - -", {**granted("ECASE-128"), **linked("drafter")}, ("ignore_access_rules", "edit")),
        (
            QUEUED,
            {**granted("ECASE-128", "ECASE-200"), **rules("k ec case cannot view everyone - case c")},
            ("ignore_access_rules", "view"),
        ),
        (
            QUEUED,
            {**granted("ECASE-200"), **rules(CAN, "g ec global cannot view everyone - all_cases -")},
            ("case_rule", "edit"),
        ),
        ("b appeal open - - -", {**granted("Edit~any~case"), **rules(CAN)}, ("case_rule", "edit")),
        ("b dpr open - - -", {**granted("ECASE-118"), **rules(CAN)}, ("case_rule", "edit")),
        ("b appeal open - - -", {**held("Edit~any~case", "z pq"), **rules(CAN)}, ("case_rule", "edit")),
        ("b appeal open - - -", granted("Edit~any~case"), ("default_policy", "none")),
        ("b dpr open - - -", granted("Edit~any~case"), ("sensitivity", "none")),
        (
            "b appeal open - - -",
            {**granted("ECASE-118"), "policies": "system_id policy value\nec default_policy open"},
            ("default_policy", "edit"),
        ),
    ],
)
def test_a_permission_to_view_takes_no_editing_away(case: str, more: dict[str, str], expected: tuple[str, str]) -> None:
    assert step(ecase(case, **more), "ana") == expected


def test_claims_are_what_the_rungs_say_without_lifts() -> None:
    several = ecase(
        "b appeal open triage - true", **rules(CAN), **granted("ECASE-128", "Triage~cases"), **linked("adviser")
    )
    assert claims(several, "ana", "c", DAY) == [
        ("ignore_access_rules", "view"),
        ("case_rule", "view"),
        ("sensitivity", "none"),
        ("queue", "edit"),
    ]


# search


SEARCH = "Search~for~cases"


@pytest.mark.parametrize(
    ("case", "more", "expected"),
    [
        ("b appeal open - - -", rules("g ec global can search everyone - all_cases -"), True),
        ("b appeal open - - -", rules("g ec global can view everyone - all_cases -"), True),  # may view
        ("b appeal open - - -", {}, False),
        ("b dpr open - - -", rules("g ec global can search everyone - all_cases -"), False),  # not cleared
        ("b dpr open - - -", rules("k ec case can search person ana case c"), True),
        (
            "b appeal open - - -",
            rules("k ec case can search person ana case c", "l ec case cannot search everyone - case c"),
            False,
        ),
        ("b appeal open - - -", {**rules("n ec named can search everyone - attached -"), **ATTACHED}, True),
        (
            "b appeal open - - -",
            {
                **rules("n ec named cannot search everyone - attached -", "k ec case can search person ana case c"),
                **ATTACHED,
            },
            True,
        ),
        ("b appeal open - - -", rules("g ec global can search view_cases_privilege - own_team_or_subteam -"), False),
        (
            "b appeal open - - -",
            rules("k ec case cannot search everyone - case c", "g ec global can view everyone - all_cases -"),
            True,
        ),
    ],
)
def test_found(case: str, more: dict[str, str], expected: bool) -> None:
    searching = ecase(case, **more, **granted(SEARCH))
    assert found(searching, "ana", "c", DAY) is expected
    assert not found(ecase(case, **more), "ana", "c", DAY)  # not without the privilege


def test_a_view_denied_may_be_found() -> None:
    lines = rules("k ec case cannot view everyone - case c", "l ec case can search everyone - case c")
    listed = ecase(**lines, **held(SEARCH, "z pq"))
    assert step(listed, "ana") == ("case_rule", "none")
    assert found(listed, "ana", "c", DAY)
    off = ecase(**lines, **held(SEARCH, "z pq"), policies="system_id policy value\nec case_access_enabled false")
    assert not found(off, "ana", "c", DAY)
