"""Sentences for changes: `Give Ana the membership of Blue with view (memberships): Ana could view case c-1; …`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.explain.fact_words import phrase
from seewhy.graph.inputs.files import FILES
from seewhy.graph.schemes.columns import PERIOD, as_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.answers.counterfactual import FactChange

_GIVE = {
    "memberships": "give {person_id} the membership of {unit_id} with {access}",
    "group_members": "put {person_id} into the group {group_id}",
    "holdings": "give {person_id} the position {position_id} ({kind})",
    "portal_roles": "give {person_id} the portal role {role}{at}",
    "role_assignments": "give {person_id} the role {role_id}{at}{for}",
    "privilege_grants": "grant {person_id} {privilege}",
    "work": "add open work of case {case_id}{position_id}{hopper_unit_id}",
    "access_rules": "add a rule that lets {subject_id} view case {target_id}",
}
_LINKS = {
    "assigned_to": "assign case {case_id} to {person_id}",
    "other_staff": "put {person_id} into Other staff of case {case_id} with {access}",
    "created_by": "name {person_id} as creator of case {case_id}",
    "task_holder": "give {person_id} a task on case {case_id}",
}
_REFERS = {
    "person_id": "people",
    "unit_id": "units",
    "hopper_unit_id": "units",
    "position_id": "positions",
    "role_id": "roles",
    "subject_id": "people",
    "case_type_id": "case_types",
}


def sentence(
    changes: Sequence[FactChange],
    value: str,
    answer: WhyAnswer,
    others: Mapping[str, int],
    name: Callable[[str, str], str],
    ended: Callable[[FactChange], Mapping[str, Any]],
) -> str:
    """The whole set as one sentence, with what it would do to this pair and to how many others.

    `others` counts them as opened, closed, raised, lowered; `name` gives names by stem and id, `ended` the whole row
    that a change ends.
    """
    person, case = answer.person_name or answer.check.person, answer.check.case
    action = answer.check.action
    did = ", and ".join(_told(changes, name, ended))
    if value == "none" or (action is not None and answer.check.yes):
        effect, verb = (
            f"{person} could not {action or 'see'} case {case} any more",
            "change" if any(c.do == "add" for c in changes) else "close",
        )
    else:
        level = action or ("view" if value == "view" else "see and change")
        effect, verb = (
            f"{person} could {level} case {case}",
            "change" if any(c.do == "end" for c in changes) else "open",
        )
    return f"{did[:1].upper()}{did[1:]}: {effect}; {_others(others) or f'no other pair would {verb}'}."


_EFFECTS = {
    "opened": "open",
    "closed": "close",
    "raised": "go from view to edit",
    "lowered": "go from edit to view",
}


def _others(counts: Mapping[str, int]) -> str:
    """`2 other pairs would open, 1 would go from view to edit`; empty when there are none."""
    counted = [(counts[kind], effect) for kind, effect in _EFFECTS.items() if counts.get(kind)]
    parts = [f"{count:,} would {effect}" for count, effect in counted]
    if parts:
        count, effect = counted[0]
        parts[0] = f"{count:,} other pair{'' if count == 1 else 's'} would {effect}"
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def _told(
    changes: Sequence[FactChange], name: Callable[[str, str], str], ended: Callable[[FactChange], Mapping[str, Any]]
) -> list[str]:
    ends = [change for change in changes if change.do == "end"]
    parts = []
    for change in changes:
        if change.do == "end":
            continue
        row = dict(change.row)
        replaced = [
            one
            for one in ends
            if one.file == change.file and set(one.row) <= set(change.row) | {(n, "") for n, _ in one.row}
        ]
        ends = [one for one in ends if one not in replaced]
        was = ended(replaced[0]) if replaced else {}
        if replaced and change.file == "cases" and was.get("limited") and row.get("limited", "false") == "false":
            parts.append(f"lift the limit on case {row['case_id']} (cases)")
        elif replaced and change.file == "work":
            parts.append(f"open work {row['work_id']} of case {row['case_id']} again (work)")
        elif replaced and change.file == "people" and was.get("active") is False:
            parts.append(f"make {name('people', row['person_id'])} active (people)")
        elif replaced and change.file in ("people", "cases"):
            parts.append(f"{_set(change.file, was, row, name)} ({change.file})")
        else:
            parts.append(f"{_given(change, name)} ({change.file})")
    rows = ((one.file, ended(one)) for one in ends)
    return [*parts, *(f"end {phrase(stem, row, name)} ({row.get('source') or stem})" for stem, row in rows)]


def _set(file: str, was: Mapping[str, Any], row: Mapping[str, str], name: Callable[[str, str], str]) -> str:
    """`set the role of Ana to manager`: the cells of a row that differ."""
    columns = {column.name: column for column in FILES[file].columns if column not in PERIOD}
    whom = name("people", row["person_id"]) if file == "people" else f"case {row['case_id']}"
    cells = []
    for column in columns.values():
        new = row.get(column.name) or column.default
        if new != as_cell(was.get(column.name)):
            shown = name(column.references, new) if column.references else new
            cells.append(f"{column.name.removesuffix('_id').replace('_', ' ')} of {whom} to {shown or 'blank'}")
    return f"set the {', and the '.join(cells)}" if cells else f"change the entry of {whom}"


def _given(change: FactChange, name: Callable[[str, str], str]) -> str:
    row = {column: name(_REFERS[column], value) if column in _REFERS else value for column, value in change.row}
    if change.file not in _GIVE and change.file != "case_people":
        return f"add {phrase(change.file, dict(change.row), name)}"
    cells = {**dict.fromkeys(("unit_id", "access", "kind", "link", "role", "position_id", "hopper_unit_id"), ""), **row}
    if change.file == "work":
        for column, words in (("position_id", " on the position"), ("hopper_unit_id", " in the hopper of")):
            cells[column] = f"{words} {cells[column]}" if cells[column] else ""
    cells["at"] = f" at {cells['unit_id']}" if cells["unit_id"] else ""
    cells["for"] = f" for {row['case_type_id']}" if row.get("case_type_id") else ""
    cells["access"] = cells["access"] if cells["access"] != "no" else "no access of its own"
    cells |= {column: cells[column].replace("_", " ") for column in ("link", "role")}
    template = _LINKS.get(row.get("link", ""), "name {person_id} as {link} of case {case_id}")
    if change.file == "case_people":
        return template.format(**{**cells, "access": cells["access"] or "edit"})
    return _GIVE[change.file].format(**cells)
