"""The registry of findings (`findings.toml`) and the duties that one person should not hold on one case (`duties.csv`).

A record of `findings.toml`; its query is `cypher/findings/<name>.cypher`:

    name        the stem of the query file
    rules       one id: every row is about that rule; several: each row says which in its column `rule`
    severity    high, medium, low; duties have their own
    scheme      positions, memberships, portal, privileges: asked for systems of that scheme; organisation: once for all
    statement   what is wrong, in one sentence
    message     the sentence for the case officer. `{person}`, `{case}`, `{unit}`, `{position}` stand for the names of
                these four, every other word in braces for the column of that name that the query returns
    parameters  numbers with the shipped value: `limit`, and `days`, which the query takes as the date `$horizon`

`duties.csv`: pairs (`first`, `second`) of one `kind`: `privilege` (names, or rule ids), or `position` (position ids, or
the levels caseworker, team_leader, segment_manager). An organisation's own list has the same columns.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from string import Formatter
from typing import Any

from seewhy.cypher.ladders import SCHEMES
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.nearest import nearest
from seewhy.graph.rules.catalogue import rule, rules
from seewhy.graph.rules.privileges import privilege
from seewhy.graph.rules.reading import SEVERITIES, csv_records, toml_records, unique, wrong

FILE = "findings.toml"
DUTIES = "duties.csv"
LEVELS = ("caseworker", "team_leader", "segment_manager")
_REQUIRED = frozenset({"name", "rules", "severity", "scheme", "statement", "message"})
_DUTY_COLUMNS = frozenset({"id", "kind", "first", "second", "reason", "severity"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of finding. `parameters` are (name, shipped value) pairs; `words` the names in braces of the message."""

    name: str
    rules: tuple[str, ...]
    severity: str
    scheme: str
    statement: str
    message: str
    parameters: tuple[tuple[str, int], ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The words that the message asks for, each once, in order."""
        return tuple(dict.fromkeys(word for _, word, _, _ in Formatter().parse(self.message) if word))

    def as_dict(self) -> dict[str, Any]:
        """Plain data, keys as the fields; `parameters` as a mapping."""
        return {**asdict(self), "rules": list(self.rules), "parameters": dict(self.parameters)}


@dataclass(frozen=True, slots=True)
class Duty:
    """One pair to keep apart: `kind` is `privilege` or `position`, `reason` completes the sentence of the finding."""

    id: str
    kind: str
    first: str
    second: str
    reason: str
    severity: str


def _finding(record: dict[str, Any]) -> Finding:
    name = record["name"]
    if record["severity"] not in SEVERITIES or record["scheme"] not in (*SCHEMES, "organisation"):
        raise wrong(FILE, name, f"unknown severity or scheme: `{record['severity']}`, `{record['scheme']}`")
    for about in record["rules"]:
        if f"finding:{name}" not in _carriers_of(FILE, name, about):
            raise wrong(FILE, name, f"rule `{about}` does not name it in `carried_by`")
    parameters = tuple((str(key), int(value)) for key, value in record.get("parameters", {}).items())
    return Finding(
        name, tuple(record["rules"]), record["severity"], record["scheme"], record["statement"], record["message"],
        parameters,
    )


def _carriers_of(file: str, name: str, about: str) -> tuple[str, ...]:
    try:
        return rule(about).carried_by
    except UnknownEntity as error:
        raise wrong(file, name, f"`{about}` is the id of no rule") from error


def _read() -> dict[str, Finding]:
    records = toml_records(FILE, "finding", _REQUIRED, frozenset({"parameters"}))
    unique(FILE, "name", records)
    found = {record["name"]: _finding(record) for record in records}
    for known in rules():
        for name in known.carriers("finding"):
            if name not in found:
                raise wrong(FILE, name, f"is missing, rule `{known.id}` is carried by it")
    return found


def _duty(row: dict[str, str]) -> Duty:
    if row["severity"] not in SEVERITIES or row["kind"] not in ("privilege", "position"):
        raise wrong(DUTIES, row["id"], f"unknown severity or kind: `{row['severity']}`, `{row['kind']}`")
    if "finding:separation_of_duties" not in _carriers_of(DUTIES, row["id"], row["id"]):
        raise wrong(DUTIES, row["id"], "its rule is not carried by finding:separation_of_duties")
    for end in (row["first"], row["second"]):
        if row["kind"] == "position" and end not in LEVELS:
            raise wrong(DUTIES, row["id"], f"`{end}` is no level; the shipped pairs of positions are levels")
        if row["kind"] == "privilege":
            try:
                privilege(end)
            except UnknownEntity as error:
                raise wrong(DUTIES, row["id"], f"`{end}` is no privilege") from error
    return Duty(**row)


def _read_duties() -> tuple[Duty, ...]:
    rows = csv_records(DUTIES, _DUTY_COLUMNS)
    unique(DUTIES, "id", rows)
    return tuple(_duty(row) for row in rows)


_FINDINGS = _read()
_DUTIES = _read_duties()


def findings() -> tuple[Finding, ...]:
    """All findings, in the order of the file."""
    return tuple(_FINDINGS.values())


def finding(name: str) -> Finding:
    """The finding with this name; UnknownEntity with the nearest names otherwise."""
    if name not in _FINDINGS:
        raise UnknownEntity(f"no finding is called `{name}`", nearest(name, list(_FINDINGS)))
    return _FINDINGS[name]


def duties() -> tuple[Duty, ...]:
    """The shipped pairs of duties, in the order of the file."""
    return _DUTIES
