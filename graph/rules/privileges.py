"""The 104 privileges of eCase as data (`privileges.csv`), names exactly as in the product.

Columns beyond the obvious:

    team           which team counts, in words; blank: the text says nothing
    cascade        true when a holding at a team also covers the teams below
    placement      where it must sit: organisation_wide, private_office, team_level, any_level, or blank
    how_given      as the text says; blank: silent, and role or admin grant are both possible (ECASE-02)
    requires       other privileges needed as well; `requires_for` says for which use, blank = for any use
    queue          the queues that open for it, each `queue:value`, as in queues.csv
    access_rules   bypass, depends, maintain, view_first (acts on a case that the holder sees already), search,
                   side_channel (may tell about cases, opens none), escalation (can hand out access); blank: silent
    qa_type        the TYPE of `eligible qa --type`
    on_case        true when it can be used on, or for, one existing case: then `why` may list it among the actions
    case_status    statuses of the case for which that makes sense, `;`-separated; blank: any
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from seewhy.graph.errors import UnknownEntity
from seewhy.graph.nearest import nearest
from seewhy.graph.rules.catalogue import rule
from seewhy.graph.rules.reading import csv_records, unique, wrong

FILE = "privileges.csv"
PLACEMENTS = ("", "organisation_wide", "private_office", "team_level", "any_level")
ACCESS_RULES = ("", "bypass", "depends", "maintain", "view_first", "search", "side_channel", "escalation")
STATUSES = ("open", "closed", "draft")
_REQUIRED = frozenset({"id", "name", "family", "opens", "cascade", "on_case"})
_OPTIONAL = frozenset({
    "case_type", "team", "placement", "how_given", "requires", "requires_for", "conditions", "queue", "access_rules",
    "qa_type", "case_status",
})


@dataclass(frozen=True, slots=True)
class Privilege:
    """One privilege; fields as the columns of the file. `queue` holds (queue, value) pairs, value `view` or `edit`."""

    id: str
    name: str
    family: str
    opens: str
    case_type: str
    team: str
    cascade: bool
    placement: str
    how_given: str
    requires: tuple[str, ...]
    requires_for: str
    conditions: str
    queue: tuple[tuple[str, str], ...]
    access_rules: str
    qa_type: str
    on_case: bool
    case_status: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for `privileges --json`: keys as the fields, `queue` as a list of {queue, value}."""
        queues = [{"queue": queue, "value": value} for queue, value in self.queue]
        return {**asdict(self), "requires": list(self.requires), "case_status": list(self.case_status), "queue": queues}


def _several(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _flag(row: dict[str, str], column: str) -> bool:
    if row[column] not in ("true", "false"):
        raise wrong(FILE, row["id"], f"`{column}` is true or false, not `{row[column]}`")
    return row[column] == "true"


def _privilege(row: dict[str, str], known: frozenset[str]) -> Privilege:
    try:
        rule(row["id"])
    except UnknownEntity as error:
        raise wrong(FILE, row["id"], "is the id of no rule in ecase.toml") from error
    for column, allowed in (("placement", PLACEMENTS), ("access_rules", ACCESS_RULES)):
        if row[column] not in allowed:
            raise wrong(FILE, row["id"], f"unknown {column} `{row[column]}`")
    requires, statuses = _several(row["requires"]), _several(row["case_status"])
    for name in requires:
        if name not in known:
            raise wrong(FILE, row["id"], f"requires the unknown privilege `{name}`")
    for status in statuses:
        if status not in STATUSES:
            raise wrong(FILE, row["id"], f"unknown case status `{status}`")
    queues = tuple((queue, value) for queue, _, value in (cell.partition(":") for cell in _several(row["queue"])))
    for queue, value in queues:
        if value not in ("view", "edit"):
            raise wrong(FILE, row["id"], f"the value of queue `{queue}` is view or edit")
    return Privilege(
        row["id"], row["name"], row["family"], row["opens"], row["case_type"], row["team"], _flag(row, "cascade"),
        row["placement"], row["how_given"], requires, row["requires_for"], row["conditions"], queues,
        row["access_rules"], row["qa_type"], _flag(row, "on_case"), statuses,
    )


def _read() -> tuple[Privilege, ...]:
    rows = csv_records(FILE, _REQUIRED, _OPTIONAL)
    unique(FILE, "id", rows)
    unique(FILE, "name", rows)
    known = frozenset(row["name"] for row in rows)
    return tuple(_privilege(row, known) for row in rows)


_PRIVILEGES = _read()
_BY_KEY = {key: privilege for privilege in _PRIVILEGES for key in (privilege.name, privilege.id)}


def privileges() -> tuple[Privilege, ...]:
    """All 104, in the order of the source document (ECASE-101 to ECASE-204)."""
    return _PRIVILEGES


def privilege(name_or_id: str) -> Privilege:
    """The privilege with exactly this name, or this rule id; UnknownEntity with the nearest names otherwise."""
    found = _BY_KEY.get(name_or_id.strip())
    if found is None:
        raise UnknownEntity(f"no privilege is called `{name_or_id}`", nearest(name_or_id, list(_BY_KEY)))
    return found


def names() -> tuple[str, ...]:
    """The 104 names, in the order of `privileges()`."""
    return tuple(privilege.name for privilege in _PRIVILEGES)
