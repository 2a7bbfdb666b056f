"""Keys of `end` and `set` are read as a load reads them: what was loaded under a key is found under every spelling of
it, and a row next to it is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from seewhy.graph.change.changeset import apply, changes_from
from seewhy.graph.errors import LoadRejected
from seewhy.graph.inputs.files import FILES
from tests.support.world_graphs import history_of, load_record

DAY = "2026-06-15"
ROWS: dict[str, list[dict[str, str]]] = {
    "systems": [{"system_id": "ec", "scheme": "privileges"}, {"system_id": "po", "scheme": "portal"}],
    "policies": [{"system_id": "ec", "policy": "Default_Policy", "value": "OPEN"}],
    "people": [{"person_id": "ana", "name": "Ana"}, {"person_id": "bo", "name": "Bo"}],
    "units": [{"unit_id": "007", "kind": "team", "name": "Seven"}, {"unit_id": "7", "kind": "team", "name": "Other"}],
    "case_types": [{"case_type_id": "letter", "name": "Letter"}],
    "cases": [
        {"case_id": "e1", "system_id": "ec", "team_id": "007", "case_type_id": "letter"},
        {"case_id": "e2", "system_id": "ec", "team_id": "7", "case_type_id": "letter"},
    ],
    "case_people": [
        {"case_id": "e1", "person_id": "ana", "link": "Client", "slot": ""},
        {"case_id": "e1", "person_id": "ana", "link": "client", "slot": "2"},
        {"case_id": "e1", "person_id": "bo", "link": "client", "slot": "+3"},
    ],
    "memberships": [
        {"person_id": "ana", "unit_id": "007", "access": "Edit", "manager": "Yes"},
        {"person_id": "ana", "unit_id": "7", "access": "view", "since": "2026-01-01"},
    ],
    "portal_roles": [
        {"person_id": "ana", "system_id": "po", "role": "Client", "unit_id": ""},
        {"person_id": "ana", "system_id": "po", "role": "client", "unit_id": "007"},
    ],
    "roles": [{"role_id": "r", "name": "R"}],
    "role_privileges": [
        {"role_id": "r", "privilege": "ECASE-128"},
        {"role_id": "r", "privilege": "View cases"},
    ],
    "role_assignments": [
        {"person_id": "ana", "role_id": "r"},
        {"person_id": "ana", "role_id": "r", "unit_id": "007"},
        {"person_id": "bo", "role_id": "r", "unit_id": "007", "placement": "Team"},
    ],
    "privilege_grants": [{"person_id": "bo", "privilege": "ECASE-201"}],
    "group_members": [{"person_id": "ana", "group_id": "g"}],
    "group_permissions": [{"group_id": "g", "permission": "can_view_all_cases", "effect": "allow"}],
}


@pytest.fixture(scope="module")
def history() -> Any:
    return history_of(ROWS, DAY)


def ended(history: Any, changes: dict[str, Any]) -> dict[str, list[int]]:
    """By stem the rows (as numbered in the input) that end."""
    after = apply(history, [load_record(DAY)], changes_from(changes), DAY)
    return {
        stem: sorted(frame.filter((frame["ended_load"] == "whatif") & (frame["load"] != "whatif"))["row"])
        for stem, frame in after.items()
        if (frame["ended_load"] == "whatif").any()
    }


@pytest.mark.parametrize(
    ("stem", "key", "row"),
    [
        ("role_privileges", {"role_id": "r", "privilege": "ECASE-128"}, 2),
        ("role_privileges", {"role_id": " r ", "privilege": "View cases"}, 3),
        ("role_privileges", {"role_id": "r", "privilege": "ECASE-201"}, 3),
        ("privilege_grants", {"person_id": "bo", "privilege": "View cases"}, 2),
        ("privilege_grants", {"person_id": "bo", "privilege": "ECASE-201"}, 2),
        ("policies", {"system_id": "ec", "policy": "DEFAULT_POLICY"}, 2),
        ("memberships", {"person_id": "ana", "unit_id": "007"}, 2),
        ("memberships", {"person_id": "ana", "unit_id": "7"}, 3),
        ("memberships", {"person_id": "ana", "unit_id": "7", "since": "2026-01-01"}, 3),
        ("memberships", {"person_id": "ana", "unit_id": "007", "access": "EDIT", "manager": "1"}, 2),
        ("case_people", {"case_id": "e1", "person_id": "ana", "link": "CLIENT"}, 2),
        ("case_people", {"case_id": "e1", "person_id": "ana", "link": "client", "slot": "01"}, 2),
        ("case_people", {"case_id": "e1", "person_id": "ana", "link": "client", "slot": None}, 2),
        ("case_people", {"case_id": "e1", "person_id": "ana", "link": "client", "slot": "2"}, 3),
        ("case_people", {"case_id": "e1", "person_id": "ana", "link": "client", "slot": 2}, 3),
        ("case_people", {"case_id": "e1", "person_id": "bo", "link": "client", "slot": "3"}, 4),
        ("case_people", {"case_id": "e1", "person_id": "bo", "link": "client"}, 4),
        ("portal_roles", {"person_id": "ana", "system_id": "po", "role": "CLIENT"}, 2),
        ("portal_roles", {"person_id": "ana", "system_id": "po", "role": "client", "unit_id": ""}, 2),
        ("portal_roles", {"person_id": "ana", "system_id": "po", "role": "client", "unit_id": "007"}, 3),
        ("role_assignments", {"person_id": "ana", "role_id": "r"}, 2),
        ("role_assignments", {"person_id": "ana", "role_id": "r", "unit_id": "007", "placement": "TEAM"}, 3),
        ("role_assignments", {"person_id": "bo", "role_id": "r"}, 4),
        ("group_permissions", {"group_id": "g", "permission": "can_view_all_cases", "effect": "Allow"}, 2),
    ],
)
def test_a_key_is_found_as_it_was_loaded(history: Any, stem: str, key: dict[str, Any], row: int) -> None:
    assert ended(history, {"end": {stem: [key]}}) == {stem: [row]}
    text = f"{','.join(key)}\n{','.join('' if cell is None else str(cell) for cell in key.values())}\n"
    assert ended(history, {"end": {stem: text}}) == {stem: [row]}
    if stem != "policies" and FILES[stem].dated:
        assert ended(history, {"set": {stem: [{n: c for n, c in key.items() if n != "access"}]}}) == {stem: [row]}


def test_every_row_is_found_by_its_key_as_it_stands_in_the_file(history: Any) -> None:
    """The cells of the files themselves, as a folder of changes would copy them."""
    for stem in ("policies", "case_people", "memberships", "portal_roles", "role_privileges", "role_assignments"):
        for number, cells in enumerate(ROWS[stem], 2):
            key = {name: cells.get(name, "") for name in FILES[stem].key}
            assert ended(history, {"end": {stem: [key]}}) == {stem: [number]}


@pytest.mark.parametrize(
    ("do", "stem", "row", "says"),
    [
        ("end", "role_privileges", {"role_id": "r", "privilege": "ECASE-129"}, "no row of role_privileges with"),
        ("end", "role_privileges", {"role_id": "r", "privilege": "ECASE-12"}, "unknown privilege `ECASE-12`"),
        ("end", "case_people", {"case_id": "e1", "person_id": "ana", "link": "klient"}, "`klient` is not one of"),
        ("end", "case_people", {"case_id": "e1", "person_id": "ana", "link": "client", "slot": "two"},
         "`two` is not a whole number"),
        ("end", "memberships", {"person_id": "ana", "unit_id": "07"}, "unit_id `07`"),
        ("end", "memberships", {"person_id": "ana"}, "`unit_id` is part of the key and blank"),
        ("end", "memberships", {"person_id": "ana", "unit_id": None}, "`unit_id` is required and blank"),
        ("end", "memberships", {"person_id": "ana", "unit_id": "7", "since": "20260101"}, "`20260101` is not a date"),
        ("end", "memberships", {"person_id": "ana", "unit_id": "7", "since": "2026-01-02"}, "since `2026-01-02`"),
        ("end", "memberships", {"person_id": "ana", "unit_id": "7", "access": "edit"},
         "the row that would end has access `view`, not `edit`"),
        ("end", "memberships", {"person_id": "ana", "unit_id": "7", "until": "2026-12-31"}, "has until ``, not"),
        ("set", "memberships", {"person_id": "ana", "unit_id": "7", "since": "2026-02-30"}, "is not a date"),
        ("set", "memberships", {"person_id": "ana", "unit_id": "7", "access": "edti"}, "`edti` is not one of"),
        ("end", "role_assignments", {"person_id": "bo", "role_id": "r", "unit_id": None}, "unit_id ``"),
    ],
)  # fmt: skip
def test_what_names_no_row_is_told(history: Any, do: str, stem: str, row: dict[str, Any], says: str) -> None:
    with pytest.raises(LoadRejected) as caught:
        ended(history, {do: {stem: [row]}})
    assert says in "; ".join(problem.message for problem in caught.value.problems)


def test_a_set_changes_what_its_own_row_names_and_nothing_that_another_row_names(history: Any) -> None:
    """Rows of one list have the columns they have: what another row sets is not blanked in this one."""
    rows = [{"case_id": "e1", "sensitive": "yes"}, {"case_id": "e2", "team_id": None}]
    after = apply(history, [load_record(DAY)], changes_from({"set": {"cases": rows}}), DAY)["cases"]
    begun = after.filter(after["load"] == "whatif").sort("case_id")
    assert begun.select("case_id", "team_id", "case_type_id", "sensitive").rows() == [
        ("e1", "007", "letter", True),
        ("e2", "", "letter", False),
    ]
