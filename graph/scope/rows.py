"""Rows of queries, cut to what may be told. A query that is not named here is refused within a scope.

Whatever the query: who granted a row is blank when outside, and so are the other people that a holding names. Notes are
free text that may name anybody, and are left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import NotAllowed
from seewhy.graph.scope.neighbours import neighbours
from seewhy.graph.scope.view import CASE, PERSON

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seewhy.graph.scope.view import View

    Rows = list[dict[str, Any]]
    Parameters = Mapping[str, Any]
    Rule = Callable[[View, Rows, Parameters], Rows]

_PEOPLE_CELLS = ("granted_by", "covers", "requested_by", "authorised_by", "lending_by", "borrowing_by")
WORK = "work outside what you may ask about"


def cut(view: View, name: str, parameters: Parameters) -> Rows:
    """The rows of a query as far as they may be told. Raises NotAllowed for a query that nothing here is said of."""
    if (rule := rule_of(name)) is None:
        raise NotAllowed(f"`{name}` is not asked within a scope", "ask somebody who may ask about everything")
    return [_blanked(view, row) for row in rule(view, view.whole.run(name, **parameters), parameters)]


def rule_of(name: str) -> Rule | None:
    """How the rows of a query are cut; None for one that is refused."""
    if name in _RULES:
        return _RULES[name]
    return next((rule for pattern, rule in _PATTERNS if pattern.fullmatch(name)), None)


def _blanked(view: View, row: dict[str, Any]) -> dict[str, Any]:
    hides = {cell: "" for cell in _PEOPLE_CELLS if row.get(cell) and not view.person(row[cell])}
    if row.get("note"):
        hides["note"] = ""
    return {**row, **hides} if hides else row


def _structure(view: View, rows: Rows, parameters: Parameters) -> Rows:
    """Units, roles, types, systems: no person and no case."""
    del view, parameters
    return rows


def _people(column: str = "person") -> Rule:
    """Rows about one person each, who may be told of, together with the case that is asked about."""
    return lambda view, rows, asked: [row for row in rows if view.all([row[column]], _asked(asked, "case"))]


def _asked(parameters: Parameters, name: str) -> list[str]:
    return [one] if (one := parameters.get(name)) else []


def _cases(column: str = "id") -> Rule:
    return lambda view, rows, asked: [
        _untitled(view, row, column) for row in rows if view.all(_asked(asked, "person"), [row[column]])
    ]


def _untitled(view: View, row: dict[str, Any], column: str) -> dict[str, Any]:
    if view.titled(row[column]):
        return row
    return {**row, **{name: "" for name in ("caption", "name", "title") if name in row}}


def _of(person: bool = False, case: bool = False) -> Rule:
    """Rows about the person or the case that is asked about, when both may be told of."""

    def rule(view: View, rows: Rows, parameters: Parameters) -> Rows:
        asked = [parameters["person"]] if person else [], [parameters["case"]] if case else []
        return rows if view.all(*asked) else []

    return rule


def _pair(view: View, rows: Rows, parameters: Parameters) -> Rows:
    (row,) = rows
    person, case = row["person"] or "", row["case_id"] or ""
    if not view.person(person):
        row = {**row, "person": None, "person_name": None}
    if not view.all([person] if row["person"] else [], [case]):
        row = {**row, **dict.fromkeys(("case_id", "case_name", "caption", "system", "scheme"))}
    return [_untitled(view, {**row, "name": ""}, "case_id") if row["case_id"] else row]


def _lists(people: str = "", cases: str = "", *beside: str) -> Rule:
    """Rows that hold a list of people or of cases; the lists `beside` are in the order of the first."""

    def rule(view: View, rows: Rows, parameters: Parameters) -> Rows:
        name, person, case = people or cases, _asked(parameters, "person"), _asked(parameters, "case")
        found = []
        for row in rows:
            inside = (view.all([one], case) if people else view.all(person, [one]) for one in row[name])
            at = [n for n, told in enumerate(inside) if told]
            some = {name: [row[name][n] for n in at]}
            for other in beside:
                some[other] = [row[other][n] if view.titled(row[name][n]) else "" for n in at]
            found.append({**row, **some})
        return found

    return rule


def _together(person: str, case: str) -> Rule:
    return lambda view, rows, _: [row for row in rows if view.pair(row[person], row[case])]


def _searched(view: View, rows: Rows, parameters: Parameters) -> Rows:
    """Titles of cases for searching: a case without its title is not found by looking around."""
    return [row for row in _lists("", "cases", "titles")(view, rows, parameters) if row["cases"]]


def _sizes(view: View, rows: Rows, parameters: Parameters) -> Rows:
    """How many cases each group has: counted anew."""
    del rows
    return [
        {"id": row["profile_id"], "cases": sum(map(view.case, row["cases"]))}
        for row in view.whole.run("organisation/case_profiles", as_of=parameters["as_of"])
    ]


def _counts(view: View, rows: Rows, parameters: Parameters) -> Rows:
    """How much there is on the day: people and cases counted anew."""
    cases = sum(row["cases"] for row in _sizes(view, [], parameters))
    day = parameters["as_of"]
    people = sum(
        any(one["since"] <= day < one["until"] for one in view.whole.run("organisation/roster", person=row["id"]))
        for row in view.whole.run("organisation/people")
        if view.person(row["id"])
    )
    anew = {"person": people, "case": cases}
    return [{**row, "number": anew.get(row["kind"], row["number"])} for row in rows]


def _manager(view: View, rows: Rows, parameters: Parameters) -> Rows:
    """The chain of managers ends with the first one outside, whose row is not told either."""
    blank = dict.fromkeys(("since", "until", "source", "load", "granted_by", "note"), "")
    return [
        row if view.person(row["manager"]) else {**row, **blank, "manager": "", "name": PERSON}
        for row in _of(person=True)(view, rows, parameters)
    ]


def _candidates(view: View, rows: Rows, parameters: Parameters) -> Rows:
    """What would meet a rung: who and what is outside has no name."""
    del parameters
    outside = {"Person": (view.person, PERSON), "CaseFile": (view.case, CASE)}
    found = []
    for row in rows:
        told, words = outside.get(row["kind"], (None, ""))
        found.append(row if told is None or told(row["id"]) else {**row, "id": words, "name": words})
    return found


def _place(view: View, rows: Rows, parameters: Parameters) -> Rows:
    """A piece of work is as unknown as its case."""
    del parameters
    return [row for row in rows if row["case_id"] and view.case(row["case_id"])]


def _open_work(view: View, rows: Rows, parameters: Parameters) -> Rows:
    """Work of cases outside counts as one thing without a name."""
    (row,) = rows
    places = [
        place
        for work in row["work"]
        for place in view.whole.run("eligibility/reassign/place", work=work, as_of=parameters["as_of"])
    ]
    told = _place(view, places, parameters)
    rest = [WORK] if len(told) < len(row["work"]) else []
    sources = row["sources"] if not rest else [place["source"] for place in told]
    return [{**row, "work": [*(place["work"] for place in told), *rest], "sources": sources}]


def _others(view: View, rows: Rows, parameters: Parameters) -> Rows:
    """Who else holds the position: those outside as one without a name."""
    told = _people()(view, rows, parameters)
    return told if len(told) == len(rows) else [*told, {"person": PERSON, "name": PERSON}]


def _work_items(view: View, rows: Rows, parameters: Parameters) -> Rows:
    """Whose case may be told of is not known here: no work is named as the nearest one."""
    del rows, parameters, view
    return []


_RULES: dict[str, Rule] = {
    **dict.fromkeys(
        (f"organisation/{name}" for name in (
            "units", "roles", "case_types", "systems", "policies", "role_contents", "structure_units",
            "structure_parents", "structure_positions", "structure_cases",
        )),
        _structure,
    ),
    **dict.fromkeys(
        (f"organisation/structure_{name}" for name in ("members", "holders", "portal_roles", "roles")), _people()
    ),
    **dict.fromkeys(
        (f"organisation/person_{name}" for name in (
            "memberships", "positions", "portal_roles", "roles", "privileges", "groups",
        )),
        _of(person=True),
    ),
    "organisation/people": _people("id"),
    "organisation/person": _people("id"),
    "organisation/roster": _of(person=True),
    "organisation/person_managers": _manager,
    "organisation/cases": _cases(),
    "organisation/cases_named": _cases(),
    "organisation/case_names": _searched,
    "organisation/case_profiles": _lists("", "cases"),
    "organisation/cases_of_profiles": _lists("", "cases", "titles"),
    "organisation/case_on_day": _of(case=True),
    "organisation/sensitive_things": lambda view, rows, _: [
        {**row, "ids": [one for one in row["ids"] if row["kind"] != "case" or view.case(one)]} for row in rows
    ],
    "organisation/pair": _pair,
    "organisation/counts_of_day": _counts,
    "organisation/profile_counts": _sizes,
    "organisation/structure_people": _lists("people"),
    "organisation/secondary_access": _people(),
    "organisation/held_privileges": _people(),
    "organisation/case_people": lambda view, rows, asked: _people()(view, _of(case=True)(view, rows, asked), asked),
    "organisation/members_at_case": lambda view, rows, asked: _lists("people")(
        view, _of(case=True)(view, rows, asked), asked
    ),
    "organisation/responsible_for": lambda view, rows, asked: _lists("", "cases")(
        view, _of(person=True)(view, rows, asked), asked
    ),
    "organisation/cases_of_memberships": lambda view, rows, asked: _lists("", "cases")(
        view, _of(person=True)(view, rows, asked), asked
    ),
    **dict.fromkeys(
        (f"eligibility/{name}" for name in (
            "position", "positions", "segment_of", "memberships/options", "privileges/roles_giving",
            "reassign/common_segments", "reassign/positions_above",
        )),
        _structure,
    ),
    **dict.fromkeys(
        (f"eligibility/{name}" for name in (
            "leaders", "team_leaders", "memberships/assign", "memberships/members", "memberships/task",
            "privileges/holders", "privileges/drafters_of_reopened", "privileges/placed_at_team",
            "privileges/placed_in_private_office", "privileges/placed_organisation_wide",
        )),
        _people(),
    ),
    **dict.fromkeys(
        (f"eligibility/{name}" for name in (
            "positions_held", "privileges/capability", "privileges/held", "reassign/caseworker_positions",
            "removal/holding",
        )),
        _of(person=True),
    ),
    "eligibility/person": _people("id"),
    "eligibility/privileges/case_place": _of(case=True),
    "eligibility/line_managers": lambda view, rows, asked: _people("of")(view, _people()(view, rows, asked), asked),
    "eligibility/removal/open_work": _open_work,
    "eligibility/removal/other_holders": _others,
    "eligibility/reassign/place": _place,
    "eligibility/work_items": _work_items,
}  # fmt: skip
_PATTERNS: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (re.compile("eligibility/secondary_access/(?!not_functionally_unique|one_at_a_time).*"), _of(person=True)),
    (re.compile("eligibility/secondary_access/.*"), _structure),
    (re.compile("candidates/.*"), _candidates),
    (re.compile("thing/Person"), _people("id")),
    (re.compile("thing/CaseFile"), _cases()),
    # Work is known by its case alone.
    (re.compile("things?/(?!Person|CaseFile|WorkItem).*"), _structure),
    (re.compile("neighbours/.*"), neighbours),
    (re.compile("find/.*/searchers"), _people()),
    (re.compile("check/.*/pairs"), _together("person", "case_id")),
)
