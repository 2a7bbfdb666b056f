"""What `person` answers: everything that a person is on a day, each line with the row that says so."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seewhy.graph.answers.as_json import Provenance


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a line comes from, and how long it holds: since inclusive, until exclusive, ISO dates."""

    source: str
    load: str
    since: str
    until: str
    granted_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row of a person in `people`, past and future ones included."""

    active: bool
    cleared: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class ManagedBy:
    """One step of the chain of managers, the nearest first."""

    manager: str
    name: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Member:
    """One membership (MEM-18 to -29); `place` is its order in the person's list, 0 where none is given."""

    unit: str
    name: str
    kind: str
    access: str
    manager: bool
    admin_support: bool
    place: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class HeldPosition:
    """One position (CMS-01 ff.). `review_due` is blank for a kind that needs no review, or when it is not known."""

    position: str
    name: str
    system: str
    level: str
    unit: str
    unit_name: str
    kind: str
    in_use: bool
    covers: str
    requested_by: str
    authorised_by: str
    lending_by: str
    borrowing_by: str
    form_received_on: str
    emergency: bool
    reviewed_on: str
    review_due: str
    overdue: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class PortalRole:
    """One portal role (ICON-08 to -15); `unit` blank where the role names none."""

    system: str
    role: str
    unit: str
    name: str
    kind: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class AssignedRole:
    """One role with unit (blank: everywhere), case type (blank: all) and placement."""

    role: str
    name: str
    unit: str
    case_type: str
    placement: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class HeldPrivilege:
    """One privilege: `role` blank when granted to the account; `reach` says in words where it works; `via` is the row
    that puts it into the role."""

    privilege: str
    rule: str
    role: str
    unit: str
    case_type: str
    placement: str
    reach: str
    via: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class InGroup:
    """One security group with one thing that it allows or denies; blank for a group that says nothing."""

    group: str
    permission: str
    effect: str
    via: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class OwnFact:
    """One row of a table that a scheme brings, or one cell of a column that it adds: `noun` is what it is called."""

    file: str
    noun: str
    sentence: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """What a person is on the day, per kind of fact.

    Memberships are in the person's own order; `default_office` and `default_team` are the topmost of their kind
    (MEM-16, MEM-54), `primary_affiliation` the topmost of both (MEM-17); blank without one.
    """

    person: str
    name: str
    email: str
    job_title: str
    as_of: str
    active: bool
    roster: tuple[RosterRow, ...]
    managers: tuple[ManagedBy, ...]
    memberships: tuple[Member, ...]
    default_office: str
    default_team: str
    primary_affiliation: str
    positions: tuple[HeldPosition, ...]
    portal_roles: tuple[PortalRole, ...]
    roles: tuple[AssignedRole, ...]
    privileges: tuple[HeldPrivilege, ...]
    groups: tuple[InGroup, ...]
    provenance: Provenance
    own: tuple[OwnFact, ...] = ()
    """What schemes bring besides; the JSON has it only where there is some."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `person`: keys as the fields, the cells of `origin` beside the others, engine and load."""
        cells = asdict(self)
        del cells["provenance"]
        if not self.own:
            del cells["own"]
        return {**{key: _flat(value) for key, value in cells.items()}, **self.provenance.as_dict()}


def _origin(cells: dict[str, str]) -> dict[str, str]:
    """The cells of an origin; who granted the row and its note only where it says so."""
    return {key: cell for key, cell in cells.items() if cell or key not in ("granted_by", "note")}


def _flat(value: Any) -> Any:
    if isinstance(value, tuple):
        return [{**{k: v for k, v in row.items() if k != "origin"}, **_origin(row["origin"])} for row in value]
    return value
