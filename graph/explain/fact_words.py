"""Rows of input files in words: `the membership of Ana in Blue with view`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.inputs.files import FILES
from seewhy.graph.schemes.words import short

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Names = "Callable[[str, str], str]"

_FLAGS = {
    "active": {False: ", not active"},
    "cleared": {True: ", cleared"},
    "limited": {True: ", limited"},
    "sensitive": {True: ", sensitive"},
}
_UNDERSCORED = ("link", "role", "kind", "queue")
_PLAIN_TARGETS = {
    "all_cases": "all cases",
    "own_team_or_subteam": "the own team and teams below",
    "attached": "cases that it is attached to",
}
_PLAIN_SUBJECTS = {"everyone": "everyone", "view_cases_privilege": "holders of View cases"}


def said_words(granted_by: str, note: str) -> str:
    """`granted by bo · “covers a leave”`: what a row says of itself, empty where it says nothing."""
    parts = [f"granted by {granted_by}"] if granted_by else []
    return " · ".join([*parts, *([f"“{note}”"] if note else [])])


def phrase(stem: str, row: Mapping[str, Any], name: Callable[[str, str], str]) -> str:
    """The row in words; `name` gives the name of an id of a stem (`people`, `ana`), or the id where none is known."""
    references = {column.name: column.references for column in FILES[stem].columns if column.references}
    own = FILES[stem].id

    def shown(column: str) -> str:
        value = row.get(column)
        if column in _FLAGS:
            return _FLAGS[column].get(_truth(value, column), "")
        if value is None or value == "":
            return ""
        text = str(value)
        if stem == "access_rules" and column in ("subject_id", "target_id"):
            return text
        target = references.get(column) or (stem if column == own else "")
        if target and target in FILES and target != "cases":
            return short(name(target, text))
        return short(text).replace("_", " ") if column in _UNDERSCORED else text

    cells = {column.name: shown(column.name) for column in FILES[stem].columns}
    if stem == "access_rules":
        cells["subject_id"] = _PLAIN_SUBJECTS.get(str(row.get("subject_kind")), "") or name(
            {"person": "people", "unit": "units", "role": "roles"}.get(str(row.get("subject_kind")), ""),
            cells["subject_id"],
        )
        cells["target_id"] = _PLAIN_TARGETS.get(str(row.get("target_kind")), "") or cells["target_id"]
    if stem == "case_people" and row.get("link") != "other_staff":
        cells["access"] = ""
    if stem == "case_people" and cells["slot"] and row.get("link") == "client":
        cells["link"] = f"client {cells['slot']}"
    return _filled(FILES[stem].sentence, cells)


def _truth(value: Any, column: str) -> bool:
    if isinstance(value, bool):
        return value
    text = str("" if value is None else value).lower()
    return text in ("true", "yes", "1") if text else column == "active"


def _filled(template: str, cells: Mapping[str, str]) -> str:
    """`{cell}` is the cell; `{cell: before }` is the cell behind the words, or nothing where it is blank."""
    out, rest = "", template
    while "{" in rest:
        head, _, rest = rest.partition("{")
        inside, _, rest = rest.partition("}")
        cell, _, before = inside.partition(":")
        value = cells.get(cell, "")
        out += head + (f"{before.rstrip()} {value}" if before and value else value)
    return out + rest


def difference(stem: str, was: Mapping[str, Any], now: Mapping[str, Any], name: Callable[[str, str], str]) -> str:
    """What became of a row of the same key: `case c-1: team Red became Blue, limited`."""
    references = {column.name: column.references for column in FILES[stem].columns if column.references}
    key = FILES[stem].key

    def shown(column: str, row: Mapping[str, Any]) -> str:
        value = row.get(column)
        if value is None or value == "":
            return "blank"
        target = references.get(column) or ""
        return (
            name(target, str(value))
            if target in FILES
            else str(value).lower()
            if isinstance(value, bool)
            else str(value)
        )

    left_out = {*key, "since", "until", "note", "granted_by", "name", "title"}
    parts = [
        f"{cell.removesuffix('_id').replace('_', ' ')} {shown(cell, was)} became {shown(cell, now)}"
        for cell in FILES[stem].names
        if cell not in left_out and was.get(cell) != now.get(cell)
    ]
    shown_row = {cell: now[cell] for cell in key} if stem in ("cases", "people") else was
    subject = name("people", str(now[key[0]])) if stem == "people" else phrase(stem, shown_row, name)
    return f"{subject}: {', '.join(parts)}" if parts else f"{subject} changed"
