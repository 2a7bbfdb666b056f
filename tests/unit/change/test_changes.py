"""Changes: read from YAML data or tables, checked like input, applied to what is remembered."""

from __future__ import annotations

import pytest

from seewhy.graph.change.changeset import apply, changes_from
from seewhy.graph.errors import ConfigurationError, LoadRejected
from tests.support.world_graphs import graph_of, history_of, load_record

DAY = "2026-06-15"
ROWS = {
    "systems": [{"system_id": "cm", "scheme": "memberships"}],
    "people": [{"person_id": "ana", "name": "Ana"}, {"person_id": "bo", "name": "Bo", "until": "2025-01-01"}],
    "units": [
        {"unit_id": "blue", "kind": "team", "name": "Blue"},
        {"unit_id": "red", "kind": "team", "name": "Red"},
        {"unit_id": "old", "kind": "team", "name": "Old"},
    ],
    "cases": [{"case_id": "c1", "system_id": "cm", "team_id": "blue"}],
    "memberships": [
        {"person_id": "ana", "unit_id": "blue", "access": "edit"},
        {"person_id": "ana", "unit_id": "red", "access": "view", "until": "2026-01-01"},
        {"person_id": "bo", "unit_id": "blue", "access": "view"},
    ],
}


@pytest.fixture
def history():
    return history_of(ROWS, DAY)


def value(history, changes, person="ana", day=DAY):
    after = apply(history, [load_record(DAY)], changes_from(changes), DAY)
    return graph_of(after, DAY).check(person, "c1", day).value


def refused(history, changes):
    with pytest.raises(LoadRejected) as caught:
        apply(history, [load_record(DAY)], changes_from(changes), DAY)
    return [(p.file, p.row, p.column, p.message, p.hint) for p in caught.value.problems]


def test_an_end_ends_on_the_day_and_earlier_days_keep_their_answer(history) -> None:
    changes = {"end": {"memberships": [{"person_id": "ana", "unit_id": "blue"}]}}
    assert value(history, changes) == "none"
    assert value(history, changes, day="2026-06-14") == "edit"


def test_a_set_keeps_what_it_does_not_name(history) -> None:
    assert (
        value(history, {"set": {"memberships": [{"person_id": "ana", "unit_id": "blue", "access": "view"}]}}) == "view"
    )
    assert value(history, {"set": {"cases": [{"case_id": "c1", "limited": True}]}}) == "none"


def test_a_row_of_an_earlier_period_does_not_stand_in_the_way(history) -> None:
    changes = {
        "add": {"memberships": [{"person_id": "ana", "unit_id": "red", "access": "deny"}]},
        "set": {"cases": [{"case_id": "c1", "team_id": "red"}]},
    }
    assert value(history, changes) == "none"
    assert value(history, changes, day="2026-06-14") == "edit"


def test_a_person_who_left_is_still_known_to_rows_that_name_them(history) -> None:
    assert value(history, {"end": {"units": [{"unit_id": "old"}]}}) == "edit"


def test_everything_wrong_is_told_at_once_with_the_nearest_name(history) -> None:
    told = refused(
        history,
        {
            "add": {
                "memberships": [{"person_id": "anna", "unit_id": "red", "acces": "edit"}],
                "membership": [{"person_id": "ana"}],
            },
            "end": {"memberships": [{"person_id": "ana", "unit_id": "blu"}]},
            "set": {"cases": [{"case_id": "c2", "limited": "true"}]},
        },
    )
    assert told == [
        ("add/memberships.csv", 1, "acces", "`acces` is no column of memberships", "did you mean `access`?"),
        ("add/membership.csv", 1, "", "`membership` is no input file", "did you mean `memberships`, `group_members`?"),
        (
            *("end/memberships.csv", 2, "unit_id"),
            f"no row of memberships with person_id `ana`, unit_id `blu` holds on {DAY}",
            "did you mean `blue`?",
        ),
        ("set/cases.csv", 2, "case_id", f"no row of cases with case_id `c2` holds on {DAY}", told[3][4]),
        ("add/memberships.csv", 2, "person_id", "unknown person `anna`", "did you mean `ana`?"),
    ]


def test_what_results_must_pass_the_checks_of_a_load(history) -> None:
    (found,) = [
        one for one in refused(history, {"end": {"units": [{"unit_id": "red"}]}}) if one[0] == "memberships.csv"
    ]
    assert found[:4] == ("memberships.csv", 3, "unit_id", "unknown unit `red`")
    (again,) = refused(history, {"add": {"memberships": [{"person_id": "ana", "unit_id": "blue"}]}})
    assert again[:3] == ("add/memberships.csv", 2, "person_id")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "`the changes` holds no changes"),
        ([], "`the changes` holds no changes"),
        ({"ad": {}}, "`ad` is none of add, end, set"),
        ({"add": [1]}, "`add` is no mapping of file stems to rows"),
    ],
)
def test_what_is_no_set_of_changes_is_said_so(data, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        changes_from(data)
    assert caught.value.message == message
