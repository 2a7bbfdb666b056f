"""Neighbourhood: a closed set of rows around a person and a case, enough to decide the pair again.

What is taken follows from what the rungs of the case's scheme read, every period of it (an answer also says what was
or will be):

    always       the person's roster rows, the case's rows, its system with policies
    of a person  rows of the files that the scheme reads; also of people on the case whom a rung looks at for others
    of the case  likewise; of its personal links those that the scheme looks at
    structure    positions held or with work on the case, and those that lead where it lies; what groups are permitted;
                 rules that can be about the pair; privileges of the person's roles; tables of the scheme's own
    from these   the units and case types that they name with all above, and roles, people and positions that they name

Left out is what decides nothing here: other people, links that the scheme does not look at, other systems, and rules
about other people or other cases. A law proves that the set is enough. For a scheme whose rungs look beyond the pair
(`hops.looking_elsewhere`) everything is taken.

Long because what belongs to a pair is said once, of its history for evidence and of one day for changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.inputs.files import FILES, files_about
from seewhy.graph.schemes.hops import (
    decides_for_others,
    links_of_others,
    looking_elsewhere,
    permissions_named,
    schemes_reading,
)
from seewhy.graph.schemes.in_use import schemes
from seewhy.graph.vocabulary import ALWAYS, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seewhy.graph.answers.counterfactual import FactChange
    from seewhy.graph.change.day_facts import DayFacts, Row, Rows

    Frames = Mapping[str, pl.DataFrame]

UNIT_COLUMNS = ("unit_id", "office_id", "team_id", "category_id", "firm_id", "queue_unit_id", "hopper_unit_id")


def rows_around(history: Frames, person: str, case: str) -> dict[str, pl.DataFrame]:
    """The history frames of every file, with only the rows that the answer for the pair rests on, in their order."""
    return _Around(history, person, case).rows()


class _Around:
    def __init__(self, history: Frames, person: str, case: str) -> None:
        self.history, self.person, self.case = history, person, case
        self.found: dict[str, pl.DataFrame] = {}
        self.governing: list[str] = []
        self.take("cases", case_id=[case])
        self.systems = self.values("cases", "system_id")
        self.take("systems", system_id=self.systems)
        self.take("policies", system_id=self.systems)

    def rows(self) -> dict[str, pl.DataFrame]:
        self.governing = governing = sorted(self.values("systems", "scheme") & set(schemes()))
        if set(governing) & looking_elsewhere():
            return {stem: frame for stem, frame in self.history.items() if stem in FILES}
        links = {link for scheme in governing for link in schemes()[scheme].links}
        self.take("case_people", case_id=[self.case], link=links)
        read = {stem for stem in FILES if set(schemes_reading(stem)) & set(governing)}
        others = {link for scheme in governing for link in links_of_others()[scheme]}
        linked = self.found["case_people"].filter(pl.col("link").is_in(others))["person_id"].to_list()
        for stem in read & set(files_about("case")) - {"cases", "case_people"}:
            self.take(stem, case_id=[self.case])
        for stem in read & set(files_about("person")) - {"people"}:
            self._of_people(stem, linked)
        self._more(read)
        people = {self.person} | self.values("case_people", "person_id") | self._subjects("person")
        self.take("people", person_id=people)
        self._structure()
        self._own_tables(read)
        return {stem: self.found.get(stem, frame.clear()) for stem, frame in self.history.items() if stem in FILES}

    def _of_people(self, stem: str, linked: list[str]) -> None:
        """The person's rows of a file, of this system where it names systems; of others those that may decide here."""
        of_system: dict[str, Iterable[str]] = {"system_id": self.systems} if "system_id" in FILES[stem].names else {}
        if stem == "holdings":
            positions = self.history["positions"].filter(pl.col("system_id").is_in(list(self.systems)))["position_id"]
            of_system = {"position_id": set(positions.to_list())}
        self.take(stem, None, person_id=[self.person], **of_system)
        rows = self.history[stem].filter(pl.col("person_id").is_in(linked)) if linked else self.history[stem].clear()
        chosen = [row for row in rows.iter_rows(named=True) if decides_for_others(stem, row)]
        if chosen:
            names = [name for name in ("person_id", "role") if name in rows.columns]
            cells = {name: {row[name] for row in chosen} for name in names}
            self.take(stem, None, **cells, **of_system)

    def _more(self, read: set[str]) -> None:
        """Structure that the rows so far need, and what an explanation of a no names."""
        if "holdings" in read or "work" in read:
            self._positions()
        if "group_permissions" in read:
            named = {word for scheme in self.governing for word in permissions_named(scheme)}
            of_groups = self.values("group_members", "group_id")
            where = {"permission": named} if named else {"group_id": of_groups}
            self.take("group_permissions", None, **where)
        if "role_privileges" in read:
            self.take("role_privileges", role_id=self.values("role_assignments", "role_id"))
        if "access_rules" in read:
            self._rules()

    def take(self, stem: str, where: pl.Expr | None = None, **columns: Iterable[str]) -> None:
        """Add the rows whose columns hold one of the values, and for which `where` is true."""
        frame = self.history[stem]
        terms = [pl.col(name).is_in(list(values)) for name, values in columns.items()]
        chosen = frame.filter(*terms, *([] if where is None else [where]))
        before = self.found.get(stem)
        # In the order of the history: which name is the newest depends on it where rows tie.
        if before is not None:
            both = pl.concat([before, chosen]).unique()
            chosen = frame.join(both, on=frame.columns, how="semi", nulls_equal=True)
        self.found[stem] = chosen

    def values(self, stem: str, *names: str) -> set[str]:
        """What the rows taken so far hold in some columns, blanks left out."""
        frame = self.found.get(stem)
        return set() if frame is None else {value for name in names for value in frame[name].to_list()} - {""}

    def _positions(self) -> None:
        self.take("positions", position_id=self.values("holdings", "position_id") | self.values("work", "position_id"))
        worked = list(self.values("work", "position_id"))
        of_work = self.history["positions"].filter(pl.col("position_id").is_in(worked))
        places = self._above("units", set(of_work["unit_id"].to_list()) | self.values("work", "hopper_unit_id"))
        self.take("positions", pl.col("level") != "caseworker", system_id=self.systems, unit_id=places)

    def _rules(self) -> None:
        own_target = (pl.col("target_kind") != "case") | (pl.col("target_id") == self.case)
        own_subject = (pl.col("subject_kind") != "person") | (pl.col("subject_id") == self.person)
        self.take("access_rules", own_target & own_subject, system_id=self.systems, level=["global"])
        self.take("access_rules", own_target, system_id=self.systems, level=["case"])
        self.take("access_rules", rule_id=self.values("case_rules", "rule_id"))

    def _own_tables(self, read: set[str]) -> None:
        """Of a scheme's own tables: structure that names something here, with what it names in turn."""
        own = {stem: spec for stem, spec in FILES.items() if spec.scheme and spec.about == "structure"}
        if not own or (
            not any(spec.scheme and stem in read for stem, spec in FILES.items())
            and not any(column.scheme for base in ("cases", "people") for column in FILES[base].columns)
        ):
            return
        before = -1
        while before != (before := sum(map(len, self.found.values()))):
            named = self._named_ids()
            for stem, spec in own.items():
                places = pl.lit(False)
                for column in spec.columns:
                    target = stem if column.name == spec.id else column.references
                    if target in named:
                        places |= pl.col(column.name).is_in(sorted(named[target]))
                self.take(stem, places)
        named = self._named_ids()
        self.take("people", person_id=named.get("people", set()))
        self.take("units", unit_id=self._above("units", named.get("units", set())))

    def _named_ids(self) -> dict[str, set[str]]:
        """The ids of each file that the rows taken so far hold."""
        found: dict[str, set[str]] = {}
        for stem in self.found:
            for column in FILES[stem].columns:
                target = stem if column.name == FILES[stem].id else column.references
                if target is not None and target in FILES and column.name != "granted_by":
                    found.setdefault(target, set()).update(self.values(stem, column.name))
        return found

    def _subjects(self, kind: str) -> set[str]:
        """The subjects of one kind of the rules taken."""
        rules = self.found.get("access_rules")
        return set() if rules is None else set(rules.filter(pl.col("subject_kind") == kind)["subject_id"].to_list())

    def _structure(self) -> None:
        """Units, case types and roles that the rows name, with what is above."""
        units: set[str] = set()
        for stem, frame in self.found.items():
            units |= self.values(stem, *(name for name in UNIT_COLUMNS if name in frame.columns))
        types = self.values("cases", "case_type_id") | self.values("role_assignments", "case_type_id")
        if "access_rules" in self.found:
            types |= set(self.found["access_rules"].filter(pl.col("target_kind") == "case_type")["target_id"].to_list())
        self.take("units", unit_id=self._above("units", units | self._subjects("unit")))
        self.take("case_types", case_type_id=self._above("case_types", types))
        self.take("roles", role_id=self.values("role_assignments", "role_id") | self._subjects("role"))

    def _above(self, stem: str, low: set[str]) -> set[str]:
        """The nodes and everything that was ever above them."""
        parents: dict[str, set[str]] = {}
        for node, parent in self.history[stem].select(FILES[stem].id, "parent_id").iter_rows():
            parents.setdefault(node, set()).add(parent)
        found, new = set(low), set(low)
        while new:
            new = {parent for node in new for parent in parents.get(node, ()) if parent} - found
            found |= new
        return found - {""}


def facts_around(facts: DayFacts, person: str, case: str, more: Iterable[FactChange], *, ladder: str = "") -> Rows:
    """Every row of a day that can decide about the pair or about people named on the case, with what they name.

    So is what the rows that `more` changes add refer to. Wider than `rows_around`: a change may make any of it count.
    For a `ladder` whose rungs look elsewhere it is every row of the day.
    """
    rows: Rows = {stem: [] for stem in FILES}
    if ladder in looking_elsewhere():
        return _everything(facts)
    for stem in files_about("case"):
        rows[stem] = facts.rows(stem, "case_id", [case])
    people = {person, *(row["person_id"] for row in rows["case_people"])}
    people |= {
        row[column.name]
        for stem in files_about("case")
        for column in FILES[stem].columns
        if column.scheme and column.references == "people"
        for row in rows[stem]
    } - {""}
    for stem in files_about("person"):
        rows[stem] = facts.rows(stem, "person_id", people)
    for stem in ("systems", "policies", "group_permissions"):
        rows[stem] = facts.all(stem)
    attached = {row["rule_id"] for row in rows["case_rules"]}
    systems = {row["system_id"] for row in rows["cases"]}
    rows["access_rules"] = rules_about(facts, [case], attached, systems)
    complete(facts, rows, [dict(change.row) for change in more if change.do == "add"])
    return rows


def _everything(facts: DayFacts) -> Rows:
    """Every row of the day but those of cases and rules that are not there; people who are not are named as leavers."""
    rows: Rows = {stem: facts.all(stem) for stem in FILES}
    cases, people = ({row[key] for row in rows[stem]} for stem, key in (("cases", "case_id"), ("people", "person_id")))
    rows["access_rules"] = [r for r in rows["access_rules"] if r["target_kind"] != "case" or r["target_id"] in cases]
    rules = {row["rule_id"] for row in rows["access_rules"]} | {""}
    for stem in files_about("case"):
        rows[stem] = [row for row in rows[stem] if row["case_id"] in cases and row.get("rule_id", "") in rules]
    columns = {stem: [c.name for c in spec.columns if c.references == "people"] for stem, spec in FILES.items()}
    named = {row[column] for stem, own in rows.items() for row in own for column in columns[stem]}
    named |= {row["subject_id"] for row in rows["access_rules"] if row["subject_kind"] == "person"}
    rows["people"] += [absent(facts, person) for person in sorted(named - people - {"", None})]
    return rows


def rules_about(facts: DayFacts, cases: Iterable[str], attached: Iterable[str], systems: Iterable[str]) -> list[Row]:
    """The access rules that may say something about cases of these systems: attached, about one of them, or global."""
    aimed = (pl.col("target_kind") == "case") & pl.col("target_id").is_in(sorted(cases))
    broad = (
        (pl.col("level") == "global") & (pl.col("target_kind") != "case") & pl.col("system_id").is_in(sorted(systems))
    )
    return facts.frames["access_rules"].filter(pl.col("rule_id").is_in(sorted(attached)) | aimed | broad).to_dicts()


def complete(facts: DayFacts, rows: Rows, more: Iterable[Mapping[str, Any]] = ()) -> None:
    """Add the structure that the rows and `more` cells refer to, so that no relationship lacks an end."""
    added: list[Row] = [dict(cells) for cells in more]

    def named(column: str) -> set[str]:
        return {row[column] for own in (*rows.values(), added) for row in own if row.get(column)}

    about: dict[str, set[str]] = {}
    rules = {rule["rule_id"] for rule in rows["access_rules"]}
    rows["case_rules"] = [row for row in rows["case_rules"] if row["rule_id"] in rules]
    for rule in rows["access_rules"]:
        about.setdefault(rule["subject_kind"], set()).add(rule["subject_id"])
        about.setdefault(rule["target_kind"], set()).add(rule["target_id"])
    for stem in files_about("structure"):
        if FILES[stem].scheme:
            rows[stem] = facts.all(stem)
    there = {row["person_id"] for row in rows["people"]}
    rows["people"] += facts.rows("people", "person_id", about.get("person", set()) - there)
    gone = (named("person_id") | about.get("person", set())) - {row["person_id"] for row in rows["people"]}
    rows["people"] += [absent(facts, person) for person in sorted(gone - {""})]
    rows["people"] = [{**row, "manager_id": ""} for row in rows["people"]]
    rows["positions"] = facts.rows("positions", "position_id", named("position_id"))
    roles = named("role_id") | about.get("role", set())
    rows["roles"] = facts.rows("roles", "role_id", roles)
    rows["role_privileges"] = facts.rows("role_privileges", "role_id", roles)
    units, types = {unit for column in UNIT_COLUMNS for unit in named(column)}, named("case_type_id")
    rows["units"] = facts.above("units", units | about.get("unit", set()))
    rows["case_types"] = facts.above("case_types", types | about.get("case_type", set()))
    for stem, ids in (("units", units), ("case_types", types)):
        gone = ids - {row[FILES[stem].id] for row in rows[stem]} - {""}
        # There, as one that ended long ago: facts may name what has no row on the day.
        rows[stem] += [_without_row(facts, stem, one, "0001-01-01") for one in sorted(gone)]


def absent(facts: DayFacts, person: str) -> Row:
    """A row for somebody who has none on the day, as a leaver: not active, so that what names them ends somewhere."""
    return _without_row(facts, "people", person, OPEN)


def _without_row(facts: DayFacts, stem: str, id: str, until: str) -> Row:
    blank = {pl.String: "", pl.Boolean: False}
    row: Row = {name: blank.get(kind.base_type()) for name, kind in facts.frames[stem].schema.items()}
    return {**row, FILES[stem].id: id, "name": id, "since": ALWAYS, "until": until}


def without_notes(rows: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The same rows, their notes blank: what somebody wrote beside a row decides nothing."""
    return {
        stem: frame.with_columns(note=pl.lit("")) if "note" in frame.columns else frame for stem, frame in rows.items()
    }
