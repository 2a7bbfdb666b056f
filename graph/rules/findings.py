"""The registry of findings and the duties that one person should not hold on one case (`duties.csv`).

A finding is one query file, of a scheme in the `findings` folder of that scheme (asked for systems of it), of the
organisation as a whole in `cypher/findings` (asked once). Its header says:

    rules       one id: every row is about that rule; several: each row says which in its column `rule`
    severity    high, medium, low; duties have their own
    statement   what is wrong, in one sentence
    message     the sentence for the case officer. `{person}`, `{case}`, `{unit}`, `{position}` stand for the names of
                these four, every other word in braces for the column of that name that the query returns
    shipped     numbers with their value: `limit = 25`, and `days = 30`, which the query takes as the date `$horizon`

`duties.csv`: pairs (`first`, `second`) of one `kind`: `privilege` (names, or rule ids), or `position` (position ids, or
the levels caseworker, team_leader, segment_manager). An organisation's own list has the same columns.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from string import Formatter
from typing import TYPE_CHECKING, Any

from seewhy.cypher.catalogue import book
from seewhy.cypher.folders import per_set
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.nearest import nearest
from seewhy.graph.rules.catalogue import ORGANISATION, rule, rules
from seewhy.graph.rules.privileges import privilege
from seewhy.graph.rules.reading import SEVERITIES, csv_records, unique, wrong
from seewhy.graph.schemes.in_use import schemes

OF_ORGANISATION = (
    "ids_look_alike",
    "managers_in_circle",
    "unit_without_members",
    "person_without_access",
    "separation_of_duties",
)
"""The findings that are about no scheme, in the order in which they are shown."""
if TYPE_CHECKING:
    from seewhy.cypher.catalogue import Query

DUTIES = "duties.csv"
LEVELS = ("caseworker", "team_leader", "segment_manager")
_REQUIRED = ("rules", "severity", "statement", "message")
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


def _finding(query: Query, scheme: str) -> Finding:
    name, head = query.name.removeprefix("findings/"), query.head
    for key in _REQUIRED:
        if key not in head:
            raise wrong(query.file, name, f"the header needs `{key}`")
    if head["severity"] not in SEVERITIES:
        raise wrong(query.file, name, f"`severity` is one of {', '.join(SEVERITIES)}, not `{head['severity']}`")
    about = tuple(part.strip() for part in head["rules"].split(","))
    for one in about:
        if f"finding:{name}" not in _carriers_of(query.file, name, one):
            raise wrong(query.file, name, f"rule `{one}` does not name it in `carried_by`")
    shipped = []
    for part in filter(None, (one.strip() for one in head.get("shipped", "").split(","))):
        key, _, number = (piece.strip() for piece in part.partition("="))
        if not number.isdecimal():
            raise wrong(query.file, name, f"`shipped` says `limit = 25`, not `{part}`")
        shipped.append((key, int(number)))
    return Finding(name, about, head["severity"], scheme, head["statement"], head["message"], tuple(shipped))


def _carriers_of(file: str, name: str, about: str) -> tuple[str, ...]:
    try:
        return rule(about).carried_by
    except UnknownEntity as error:
        raise wrong(file, name, f"`{about}` is the id of no rule") from error


@per_set
def _findings() -> dict[str, Finding]:
    queries = book()
    named = [(scheme.name, name) for scheme in schemes().values() for name in scheme.findings]
    named += [(ORGANISATION, name) for name in OF_ORGANISATION]
    found = {name: _finding(queries[f"findings/{name}"], scheme) for scheme, name in named}
    for known in rules():
        for name in known.carriers("finding"):
            if name not in found:
                raise wrong("rules.toml", name, f"is missing, rule `{known.id}` is carried by it")
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


@per_set
def duties() -> tuple[Duty, ...]:
    """The shipped pairs of duties, in the order of the file."""
    rows = csv_records(DUTIES, _DUTY_COLUMNS)
    unique(DUTIES, "id", rows)
    return tuple(_duty(row) for row in rows)




def findings() -> tuple[Finding, ...]:
    """All findings: those of the schemes in their order, then those of the organisation."""
    return tuple(_findings().values())


def finding(name: str) -> Finding:
    """The finding with this name; UnknownEntity with the nearest names otherwise."""
    known = _findings()
    if name not in known:
        raise UnknownEntity(f"no finding is called `{name}`", nearest(name, list(known)))
    return known[name]

