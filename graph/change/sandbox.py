"""Asking again on a scratch copy: one small graph in memory that holds many variants of the facts around a pair.

Each variant is the whole neighbourhood of the person and the case with its own prefix before every id, so variants
cannot meet; a hundred of them cost one derivation. Exact, because a rung looks only at what stands here: rows of the
people involved and of the case, and the structure they name with everything above it (contract section 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.cypher.ladders import ladders
from seewhy.graph.change.changed_rows import held
from seewhy.graph.change.in_memory import scratch
from seewhy.graph.inputs.files import FILES
from seewhy.graph.matrix.decision import Claim, decide
from seewhy.graph.vocabulary import ALWAYS, OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from seewhy.graph.answers.access import FactChange
    from seewhy.graph.session import Session

Row = dict[str, Any]
Rows = dict[str, list[Row]]
OF_PERSON = (
    "memberships",
    "group_members",
    "holdings",
    "portal_roles",
    "role_assignments",
    "privilege_grants",
    "people",
)
OF_CASE = ("cases", "case_people", "case_parties", "work", "case_rules")
_WHEN = {"since": ALWAYS, "until": OPEN}
_HAD = ("portal_roles", "units")
"""Files whose past counts (contract section 3.3, supervisor); they keep their dates."""
_NAMED = ("people", "case_types", "positions", "roles", "access_rules")
"""Files whose rows facts refer to: those that do not hold on the day stay, with their dates."""


def blank(stem: str, cells: Mapping[str, str], schema: Mapping[str, Any]) -> Row:
    """A history row from the cells of a change, with the contract's defaults."""
    row: Row = {}
    for column in FILES[stem].columns:
        text = cells.get(column.name, "") or column.default
        row[column.name] = (
            text == "true" if column.kind == "bool" else (int(text) if text else None) if column.kind == "int" else text
        )
    own = {"row": 0, "source": "", "load": "", "ended_load": "", "present": True, **_WHEN}
    return {name: own.get(name, row.get(name, "")) for name in schema} | _WHEN


@dataclass(frozen=True, slots=True)
class Day:
    """The facts of one day: `frames` with their dates flattened, and the columns of each file."""

    date: str
    frames: Mapping[str, pl.DataFrame]
    attached: frozenset[str] = frozenset()
    """Rules that a row of the newest snapshot attaches to a case, on whatever day."""

    @classmethod
    def of(cls, history: Mapping[str, pl.DataFrame], date: str) -> Day:
        """What holds on the day; portal roles and units also what held before."""
        frames = {}
        for stem, frame in history.items():
            if stem in _HAD:
                frames[stem] = frame.filter((pl.col("since") <= date) & (pl.col("since") < pl.col("until")))
            else:
                now = held(frame, date).with_columns(**{k: pl.lit(v) for k, v in _WHEN.items()})
                frames[stem] = (
                    pl.concat([now, frame.join(now, on=FILES[stem].id, how="anti")]) if stem in _NAMED else now
                )
        rules = history["case_rules"].filter("present")["rule_id"].to_list()
        return cls(date, frames, frozenset(rules))

    def ended(self, change: FactChange) -> Row:
        """The row that a change ends."""
        for name, cell in change.row[:1]:
            for row in self.rows(change.file, name, [cell]):
                if _ends(row, change, self):
                    return row
        return dict(change.row)

    def rows(self, stem: str, column: str, values: Iterable[str]) -> list[Row]:
        """Rows of a file with one of some values in a column."""
        wanted = sorted(set(values))
        return self.frames[stem].filter(pl.col(column).is_in(wanted)).to_dicts() if wanted else []

    def all(self, stem: str) -> list[Row]:
        """All rows of a file."""
        return self.frames[stem].to_dicts()

    def above(self, stem: str, ones: Iterable[str]) -> list[Row]:
        """Units (or case types) with everything above them."""
        key = FILES[stem].id
        found: dict[str, list[Row]] = {}
        waiting = {one for one in ones if one}
        while waiting:
            rows = self.rows(stem, key, waiting)
            for row in rows:
                found.setdefault(row[key], []).append(row)
            waiting = {row["parent_id"] for row in rows if row["parent_id"]} - found.keys()
        return [row for rows in found.values() for row in rows]


def neighbourhood(day: Day, person: str, case: str, more: Sequence[FactChange]) -> Rows:
    """Every row that can decide about the pair, or about people named on the case, with what `more` changes name."""
    rows: Rows = {stem: [] for stem in FILES}
    for stem in OF_CASE:
        rows[stem] = day.rows(stem, "case_id", [case])
    people = {person, *(row["person_id"] for row in rows["case_people"])}
    added = [(change.file, dict(change.row)) for change in more if change.do == "add"]
    for stem in OF_PERSON:
        rows[stem] = day.rows(stem, "person_id", people)
    rows["systems"], rows["policies"] = day.all("systems"), day.all("policies")
    rows["group_permissions"] = day.all("group_permissions")

    def named(column: str) -> set[str]:
        return {row[column] for own in rows.values() for row in own if row.get(column)} | {
            cells[column] for _, cells in added if cells.get(column)
        }

    rules = day.frames["access_rules"]
    attached = {row["rule_id"] for row in rows["case_rules"]}
    systems = {row["system_id"] for row in rows["cases"]}
    rows["access_rules"] = rules.filter(
        pl.col("rule_id").is_in(sorted(attached))
        | ((pl.col("target_kind") == "case") & (pl.col("target_id") == case))
        | (
            (pl.col("level") == "global")
            & (pl.col("target_kind") != "case")
            & pl.col("system_id").is_in(sorted(systems))
        )
    ).to_dicts()
    complete(day, rows, named)
    return rows


def complete(day: Day, rows: Rows, named: Callable[[str], set[str]]) -> None:
    """Add the structure that the rows name, so that no relationship ends nowhere."""
    about: dict[str, set[str]] = {}
    rules = {rule["rule_id"] for rule in rows["access_rules"]}
    rows["case_rules"] = [row for row in rows["case_rules"] if row["rule_id"] in rules]
    for rule in rows["access_rules"]:
        about.setdefault(rule["subject_kind"], set()).add(rule["subject_id"])
        about.setdefault(rule["target_kind"], set()).add(rule["target_id"])
    there = {row["person_id"] for row in rows["people"]}
    rows["people"] += day.rows("people", "person_id", about.get("person", set()) - there)
    gone = (named("person_id") | about.get("person", set())) - {row["person_id"] for row in rows["people"]}
    rows["people"] += [absent(day, one) for one in sorted(gone - {""})]
    rows["people"] = [{**row, "manager_id": ""} for row in rows["people"]]
    rows["positions"] = day.rows("positions", "position_id", named("position_id"))
    roles = named("role_id") | about.get("role", set())
    rows["roles"] = day.rows("roles", "role_id", roles)
    rows["role_privileges"] = day.rows("role_privileges", "role_id", roles)
    columns = ("unit_id", "office_id", "team_id", "category_id", "firm_id", "queue_unit_id", "hopper_unit_id")
    units, types = {unit for column in columns for unit in named(column)}, named("case_type_id")
    rows["units"] = day.above("units", units | about.get("unit", set()))
    rows["case_types"] = day.above("case_types", types | about.get("case_type", set()))
    for stem, ids in (("units", units), ("case_types", types)):
        gone = ids - {row[FILES[stem].id] for row in rows[stem]} - {""}
        # There, as one that ended long ago: facts may name what has no row on the day.
        rows[stem] += [_without_row(day, stem, one, "0001-01-01") for one in sorted(gone)]


def absent(day: Day, person: str) -> Row:
    """A row for somebody who has none on the day, as a leaver: not active, so that what names them ends somewhere."""
    return _without_row(day, "people", person, OPEN)


def _without_row(day: Day, stem: str, id: str, until: str) -> Row:
    blank = {pl.String: "", pl.Boolean: False}
    row: Row = {name: blank.get(kind.base_type()) for name, kind in day.frames[stem].schema.items()}
    return {**row, FILES[stem].id: id, "name": id, "since": ALWAYS, "until": until}


def changed(rows: Rows, changes: Iterable[FactChange], day: Day) -> Rows:
    """The rows with some ended and some added. Where the past counts, what began earlier was there until the day."""
    out = dict(rows)
    for change in changes:
        if change.do == "end":
            kept = [row for row in out[change.file] if not _ends(row, change, day)]
            if change.file in _HAD:
                ended = [row for row in out[change.file] if _ends(row, change, day) and row["since"] < day.date]
                kept += [{**row, "until": day.date} for row in ended]
            if change.file == "people":  # who has no row is not active either, and facts still name them
                kept += [{**row, "active": False} for row in out[change.file] if _ends(row, change, day)]
            out[change.file] = kept
    for change in changes:
        if change.do == "add":
            row = blank(change.file, dict(change.row), day.frames[change.file].schema)
            if change.file == "people":  # managers decide nothing, and theirs need not be among these rows
                row = {**row, "manager_id": ""}
            out[change.file] = [*out[change.file], {**row, "since": day.date} if change.file in _HAD else row]
    return out


def _ends(row: Mapping[str, Any], change: FactChange, day: Day) -> bool:
    return row["since"] <= day.date < row["until"] and matches(row, change)


def matches(row: Mapping[str, Any], change: FactChange) -> bool:
    """Whether the row is the one that a change ends: all cells of the change are the row's."""
    return all(_text(row.get(name)) == cell for name, cell in change.row)


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def framed(rows: Rows, day: Day) -> dict[str, pl.DataFrame]:
    """Rows as history frames."""
    return {stem: pl.DataFrame(own, schema=day.frames[stem].schema, orient="row") for stem, own in rows.items()}


def prefixed(stem: str, row: Row, prefix: str) -> Row:
    """The row with the prefix before every id."""
    return {name: prefix + value if name in _IDS[stem] and value else value for name, value in row.items()}


_IDS = {stem: frozenset(column.name for column in spec.columns if column.kind == "id") for stem, spec in FILES.items()}


class Trial:
    """Variants of the facts around a pair in one scratch graph; variant 0 is the facts as they are."""

    def __init__(
        self,
        day: Day,
        person: str,
        case: str,
        scheme: str,
        variants: Sequence[Sequence[FactChange]],
        base: Rows,
    ) -> None:
        self._person, self._case, self._scheme, self._day = person, case, scheme, day
        together: Rows = {stem: [] for stem in FILES}
        for number, changes in enumerate(((), *variants)):
            for stem, own in changed(base, changes, day).items():
                together[stem] += [prefixed(stem, row, f"{number}|") for row in own]
        self._session: Session = scratch(framed(together, day), day.date)
        self.linked = sorted({row["person_id"] for row in base["case_people"]} - {person})

    def told(self, variant: int, person: str | None = None) -> tuple[str, str]:
        """Value and step of the pair (or of another person on the case) in a variant; 0 is as it is."""
        rows = self._session.run(
            f"check/{self._scheme}",
            person=f"{variant}|{person or self._person}",
            case=f"{variant}|{self._case}",
            as_of=self._day.date,
            action="view",
        )
        if not rows:
            return "none", "inactive"
        decision = decide(ladders()[self._scheme], Claim.from_row(rows[0]))
        return decision.value, decision.step
