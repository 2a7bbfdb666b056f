"""Neighbourhood: a closed set of rows around a person and a case, enough to decide the pair again.

What is taken, for the scheme that governs the case, every period of it (an answer also says what was or will be):

    always        the person's roster rows, the case's rows, its system with policies
    positions     the person's holdings in the system, the case's work, positions that hold such work or lead its units
    memberships   the person's memberships and groups, groups that see all cases, the case's assigned and other staff
    portal        the person's roles in the system, the case's parties and people, what makes its creators fee earners
    privileges    the person's roles, grants and memberships, the system's rules that can be about the pair, the case's
                  people, and privileges of the person's roles
    from these    the units and case types that they name with all above, and roles, people and positions that they name

Left out is what decides nothing here: other people beyond those the case or a rule on it names, links that the scheme
does not look at, other systems, and rules about other people or other cases. A law proves that the set is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.change.day_facts import OF_CASE, OF_PERSON
from seewhy.graph.inputs.files import FILES
from seewhy.graph.vocabulary import ALWAYS, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seewhy.graph.answers.counterfactual import FactChange
    from seewhy.graph.change.day_facts import DayFacts, Row, Rows

    Frames = Mapping[str, pl.DataFrame]

LINKS = {
    "positions": (),
    "memberships": ("assigned_to", "other_staff"),
    "portal": ("created_by", "supervisor", "client"),
    "privileges": ("owner", "drafter", "adviser", "contributor", "qa_recipient", "task_holder"),
}
"""The personal links that a scheme's rungs look at."""
ALL_CASES = "can_view_all_cases"
UNIT_COLUMNS = ("unit_id", "office_id", "team_id", "category_id", "firm_id", "queue_unit_id", "hopper_unit_id")


def rows_around(history: Frames, person: str, case: str) -> dict[str, pl.DataFrame]:
    """The history frames of every file, with only the rows that the answer for the pair rests on, in their order."""
    return _Around(history, person, case).rows()


class _Around:
    def __init__(self, history: Frames, person: str, case: str) -> None:
        self.history, self.person, self.case = history, person, case
        self.found: dict[str, pl.DataFrame] = {}
        self.take("cases", case_id=[case])
        self.systems = self.values("cases", "system_id")
        self.take("systems", system_id=self.systems)
        self.take("policies", system_id=self.systems)

    def rows(self) -> dict[str, pl.DataFrame]:
        people = {self.person}
        for scheme in sorted(self.values("systems", "scheme")):
            self.take("case_people", case_id=[self.case], link=LINKS[scheme])
            getattr(self, f"_{scheme}")()
            people |= self.values("case_people", "person_id") | self._subjects("person")
        self.take("people", person_id=people)
        self._structure()
        return {stem: self.found.get(stem, frame.clear()) for stem, frame in self.history.items() if stem in FILES}

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
        in_system = self.history["positions"].filter(pl.col("system_id").is_in(list(self.systems)))["position_id"]
        self.take("holdings", person_id=[self.person], position_id=in_system)
        self.take("work", case_id=[self.case])
        self.take("positions", position_id=self.values("holdings", "position_id") | self.values("work", "position_id"))
        worked = list(self.values("work", "position_id"))
        of_work = self.history["positions"].filter(pl.col("position_id").is_in(worked))
        places = self._above("units", set(of_work["unit_id"].to_list()) | self.values("work", "hopper_unit_id"))
        self.take("positions", pl.col("level") != "caseworker", system_id=self.systems, unit_id=places)

    def _memberships(self) -> None:
        self.take("memberships", person_id=[self.person])
        self.take("group_members", person_id=[self.person])
        self.take("group_permissions", permission=[ALL_CASES])

    def _portal(self) -> None:
        creators = set(self.found["case_people"].filter(pl.col("link") == "created_by")["person_id"].to_list())
        self.take("case_parties", case_id=[self.case])
        self.take("portal_roles", person_id=[self.person], system_id=self.systems)
        self.take("portal_roles", person_id=creators, system_id=self.systems, role=["fee_earner"])

    def _privileges(self) -> None:
        for stem in ("memberships", "role_assignments", "privilege_grants"):
            self.take(stem, person_id=[self.person])
        self.take("role_privileges", role_id=self.values("role_assignments", "role_id"))
        self.take("case_rules", case_id=[self.case])
        own_target = (pl.col("target_kind") != "case") | (pl.col("target_id") == self.case)
        own_subject = (pl.col("subject_kind") != "person") | (pl.col("subject_id") == self.person)
        self.take("access_rules", own_target & own_subject, system_id=self.systems, level=["global"])
        self.take("access_rules", own_target, system_id=self.systems, level=["case"])
        self.take("access_rules", rule_id=self.values("case_rules", "rule_id"))

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


def facts_around(facts: DayFacts, person: str, case: str, more: Iterable[FactChange]) -> Rows:
    """Every row of a day that can decide about the pair or about people named on the case, with what they name.

    So is what the rows that `more` changes add refer to. Wider than `rows_around`: a change may make any of it count.
    """
    rows: Rows = {stem: [] for stem in FILES}
    for stem in OF_CASE:
        rows[stem] = facts.rows(stem, "case_id", [case])
    people = {person, *(row["person_id"] for row in rows["case_people"])}
    for stem in OF_PERSON:
        rows[stem] = facts.rows(stem, "person_id", people)
    for stem in ("systems", "policies", "group_permissions"):
        rows[stem] = facts.all(stem)
    attached = {row["rule_id"] for row in rows["case_rules"]}
    systems = {row["system_id"] for row in rows["cases"]}
    rows["access_rules"] = rules_about(facts, [case], attached, systems)
    complete(facts, rows, [dict(change.row) for change in more if change.do == "add"])
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
