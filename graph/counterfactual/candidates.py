"""Candidates: rows that might change a no. What rung headers suggest, what blocks, and what clears.

Nothing here is an answer: every candidate is asked again (`would_change.py`); a wrong one costs time, and never
becomes a sentence. `first` complete a rung; `helpers` make one of them count: a denial or limit that ends, a role
that clears, a portal role that a link needs. Rows that the checks of a load or the rules of eligibility forbid are
left out.

Long because what each file adds to the headers of rungs reads best side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.cypher.ladders import ladder_for
from seewhy.graph.answers.counterfactual import FactChange
from seewhy.graph.answers.eligibility import REFUSED
from seewhy.graph.change.neighbourhood import rules_about
from seewhy.graph.counterfactual.derived import Derived
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.explain.paths import split_scope
from seewhy.graph.inputs.files import FILES
from seewhy.graph.questions.eligibility.ask import eligible
from seewhy.graph.schemes.columns import as_cell
from seewhy.graph.schemes.hops import every_hops, permissions_named, schemes_reading
from seewhy.graph.schemes.in_use import schemes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.change.day_facts import DayFacts
    from seewhy.graph.session import Session

Move = tuple[FactChange, ...]
"""Rows that change together: ending a row and adding it with other values is one move."""
MOST_POSITIONS, MOST_ROLES = 8, 6
"""Bounds on what is tried, for a case with very many positions, or an organisation with very many roles."""
_OPENING, _FIRM = frozenset({"OPENS_FOR"}), frozenset({"FOR_FIRM"})


@dataclass(slots=True)
class Candidates:
    """Moves to try."""

    first: list[Move] = field(default_factory=list)
    helpers: list[Move] = field(default_factory=list)


def end_of(stem: str, row: Mapping[str, Any]) -> FactChange:
    """Ending a row: its key, and `since` where it has one."""
    cells = [(name, as_cell(row.get(name))) for name in FILES[stem].key]
    return FactChange("end", stem, tuple((n, v) for n, v in cells if v or n in ("unit_id", "case_type_id")))


def _replaced(stem: str, row: Mapping[str, Any], **cells: str) -> Move:
    """The row ended, and begun with other values until the day on which it would have ended."""
    kept = {name: as_cell(row.get(name)) for name in FILES[stem].names if name not in ("since", "until")}
    kept["until"] = as_cell(row.get("given_until"))
    new = tuple((name, value) for name, value in {**kept, **cells}.items() if value)
    return end_of(stem, row), FactChange("add", stem, new)


def candidates(session: Session, answer: WhyAnswer, day: DayFacts, history: Mapping[str, pl.DataFrame]) -> Candidates:
    """What to try for a no."""
    return _Finder(session, answer, day, history).all()


class _Finder:
    def __init__(self, session: Session, answer: WhyAnswer, day: DayFacts, history: Mapping[str, pl.DataFrame]) -> None:
        self._session, self._answer, self._day, self._history = session, answer, day, history
        check = answer.check
        self._person, self._case, self._system, self._scheme = check.person, check.case, check.system, check.scheme
        self._ladder = ladder_for(check.scheme, check.action or "view")
        self._reads = {stem for stem in FILES if self._scheme in schemes_reading(stem)}
        rows = session.run(f"candidates/{self._ladder.name}", case=self._case, as_of=check.as_of, action="view")
        self._near: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in rows:
            self._near.setdefault((row["step"], row["way"]), []).append(row)
        self._own = {row["case_id"]: row for row in day.rows("cases", "case_id", [self._case])}.get(self._case, {})
        self.found = Candidates()

    def all(self) -> Candidates:
        for rung in self._ladder.rungs:
            wants = rung.block.head.get("suggests")
            if wants and not rung.guard:
                way = rung.variant
                for cells in self._wanted(wants, self._near.get((rung.step, way), [])):
                    self.found.first += self._moves(*cells)
        self._derived()
        self._of_tables()
        self._blocking()
        self.found.first = list(dict.fromkeys(self.found.first))
        self.found.helpers = [m for m in dict.fromkeys(self.found.helpers)]
        return self.found

    def _derived(self) -> None:
        """Rungs that say nothing of it themselves (`derived.py`); each row may also be one of several."""
        if all("suggests" in rung.block.head or rung.guard for rung in self._ladder.rungs):
            return
        groups = pl.DataFrame(schema={"case": pl.String, "group": pl.String})
        finder = Derived(self._day, groups, self._person, self._case, self._own)
        for stem, cells in dict.fromkeys((stem, tuple(cells.items())) for stem, cells in finder.rows(self._ladder)):
            row = dict(cells)
            if stem == "cases":
                moves = [_replaced("cases", self._own, **row)] if self._own else []
            elif stem == "people":
                held = self._day.rows("people", "person_id", [self._person])
                here = [one for one in held if one["since"] <= self._day.date < one["until"]]
                moves = [_replaced("people", one, **row) for one in here]
            else:
                moves = list(self._moves(stem, row)) if self._complete(stem, row) else []
            self.found.first += moves[:MOST_ROLES]
            self.found.helpers += moves[:MOST_ROLES]

    def _complete(self, stem: str, row: Mapping[str, str]) -> bool:
        """Whether a row has all that its file asks for."""
        return all(row.get(column.name) or column.default for column in FILES[stem].columns if column.required)

    def _wanted(self, wants: str, near: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, str]]]:
        """The rows that a header wants: `file; column = expression; …` for each thing near."""
        stem, *cells = (part.strip() for part in wants.split(";"))
        pairs = [tuple(part.strip() for part in cell.split("=", 1)) for cell in cells]
        things: list[Mapping[str, Any]] = list(near) if any("x." in value for _, value in pairs) else [{}]
        for thing in things:
            unit, case_type = split_scope(thing["id"]) if thing.get("kind") == "Spot" else ("", "")
            known = {"c.id": self._case, "f.system": self._system, "x.id": thing.get("id", ""), "x.unit": unit}
            known["x.case_type"] = case_type
            row = {name: value.strip("'") if value.startswith("'") else known[value] for name, value in pairs}
            if "person_id" in FILES[stem].names:
                row["person_id"] = self._person
            if stem == "access_rules":
                row |= {"rule_id": f"{self._case}-{self._person}", "subject_id": self._person}
            yield stem, row

    def _moves(self, stem: str, cells: dict[str, str]) -> Iterator[Move]:
        """The move for a wanted row, none when it is forbidden; a row of the same key is replaced."""
        row = {name: value for name, value in cells.items() if value}
        if stem == "holdings":
            yield from self._holding(row["position_id"])
            return
        there = self._same_key(stem, row)
        if there is None:
            yield (self._add(stem, row),)
        elif any(name not in FILES[stem].key and as_cell(there.get(name)) != value for name, value in row.items()):
            yield _replaced(stem, there, **row)

    def _add(self, stem: str, row: Mapping[str, str]) -> FactChange:
        """A new row, with the dates that keep it apart from other periods of its key."""
        when = {}
        if FILES[stem].dated:
            periods = self._of_key(stem, row, self._history[stem])
            later = periods.filter(pl.col("since") > self._day.date)["since"].min()
            # One that the newest files still hold: beside it, blank would mean always.
            if len(periods.filter(pl.col("present") & (pl.col("until") <= self._day.date))):
                when["since"] = self._day.date
            if later is not None and "until" not in row:
                when["until"] = str(later)
        return FactChange("add", stem, _ordered(stem, {**row, **when}))

    def _same_key(self, stem: str, row: Mapping[str, str]) -> dict[str, Any] | None:
        """The row that holds on the day and has the same key."""
        rows = self._of_key(stem, row, self._day.frames[stem])
        rows = rows.filter((pl.col("since") <= self._day.date) & (pl.col("until") > self._day.date))
        return rows.to_dicts()[0] if len(rows) else None

    def _of_key(self, stem: str, row: Mapping[str, str], rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with the same key that hold some time."""
        for name in FILES[stem].key:
            value = row.get(name, "") or next(c.default for c in FILES[stem].columns if c.name == name)
            if stem == "case_people" and name == "slot" and row.get("link") == "client" and not value:
                value = "1"
            rows = rows.filter(pl.col(name).cast(pl.String).fill_null("") == value)
        return rows.filter(pl.col("since") < pl.col("until"))

    def _positions_held(self) -> list[dict[str, Any]]:
        held = self._day.rows("holdings", "person_id", [self._person])
        own = {r["position_id"] for r in self._day.rows("positions", "system_id", [self._system])}
        return [row for row in held if row["position_id"] in own]

    def _holding(self, position: str) -> Iterator[Move]:
        """A first position is a primary one; further ones as eligibility allows (CMS-03 to CMS-28)."""
        held = self._positions_held()
        if any(row["position_id"] == position for row in held):
            return
        row = {"person_id": self._person, "position_id": position}
        if not any(r["kind"] == "primary" for r in held):
            yield (self._add("holdings", {**row, "kind": "primary", **self._until_next_primary()}),)
        for kind in ("absence", "hierarchical"):
            if "secondary-access" not in schemes()[self._scheme].eligibility:
                yield (self._add("holdings", {**row, "kind": kind}),)
                continue
            try:
                verdict = eligible(
                    self._session,
                    "secondary-access",
                    self._day.date,
                    person=self._person,
                    position=position,
                    access=kind,
                )
            except SeeWhyError:
                continue
            if getattr(verdict, "verdict", REFUSED) != REFUSED:
                yield (self._add("holdings", {**row, "kind": kind}),)

    def _until_next_primary(self) -> dict[str, str]:
        """A person has one primary position in a system at a time."""
        own = (
            self._day.frames["positions"].filter(pl.col("system_id") == self._system)["position_id"].unique().to_list()
        )
        later = (
            self._history["holdings"]
            .filter(
                (pl.col("person_id") == self._person)
                & (pl.col("kind") == "primary")
                & pl.col("position_id").is_in(own)
                & (pl.col("since") > self._day.date)
                & (pl.col("since") < pl.col("until"))
            )["since"]
            .min()
        )
        return {} if later is None else {"until": str(later)}

    # what files add to the headers of rungs

    def _of_tables(self) -> None:
        """What the scheme's files suggest besides its headers."""
        if "work" in self._reads:
            self._of_work()
        if "memberships" in self._reads or "group_permissions" in self._reads:
            self._denials()
        if "portal_roles" in self._reads:
            self._portal_roles()
        if "role_assignments" in self._reads:
            self._roles()

    def _of_work(self) -> None:
        """The nearest positions only: a busy case has hundreds above it. And work of the case where the person is."""
        moves = self.found.first
        self.found.first = moves[: 3 * MOST_POSITIONS]
        held = sorted({row["position_id"] for row in self._positions_held()})
        for row in self._day.rows("work", "case_id", [self._case]):
            if row["status"] == "closed":
                self.found.first.append(_replaced("work", row, status="open"))
        for position in held[:MOST_POSITIONS]:
            self.found.first.append(self._work(position_id=position))
        leading = [row for row in self._day.rows("positions", "position_id", held) if row["level"] != "caseworker"]
        for unit in sorted({row["unit_id"] for row in leading})[:MOST_POSITIONS]:
            self.found.first.append(self._work(hopper_unit_id=unit))

    def _work(self, **place: str) -> Move:
        """A new piece of work of the case, under an id that no other has."""
        taken = set(self._history["work"]["work_id"])
        number = next(n for n in range(1, len(taken) + 2) if f"{self._case}-{n}" not in taken)
        return (self._add("work", {"work_id": f"{self._case}-{number}", "case_id": self._case, **place}),)

    def _denials(self) -> None:
        """A denial that counts without being a claim, and a group that denies a permission."""
        units = {self._own.get(name) for name in ("office_id", "team_id", "category_id")}
        for row in self._day.rows("memberships", "person_id", [self._person]):
            if row["access"] == "deny" and row["unit_id"] in units:
                self.found.helpers.append((end_of("memberships", row),))
        named, denying = permissions_named(self._ladder.name), self._day.frames["group_permissions"]
        denying = denying.filter(pl.col("effect") == "deny")
        denying = denying.filter(pl.col("permission").is_in(sorted(named))) if named else denying
        for row in self._day.rows("group_members", "person_id", [self._person]):
            if row["group_id"] in set(denying["group_id"]):
                self.found.helpers.append((end_of("group_members", row),))

    def _portal_roles(self) -> None:
        """Links of the portal count with a role only."""
        of_firm = {rung.step for rung, hops in every_hops()[self._ladder.name] if any(hops.naming(_FIRM))}
        near = [row for key, rows in self._near.items() if key[0] in of_firm for row in rows]
        firms = list(dict.fromkeys(row["id"] for row in near if row["kind"] == "Unit"))
        wanted = [("fee_earner_supervisor", firm) for firm in firms] + [("client", "")]
        for role, unit in wanted:
            row = {"person_id": self._person, "system_id": self._system, "role": role, "unit_id": unit}
            self.found.helpers += self._moves("portal_roles", row)

    def _roles(self) -> None:
        """Roles at the case's team that hold what a queue or a rule asks for; memberships that a rule is about."""
        team, case_type = self._own.get("team_id", ""), self._own.get("case_type_id", "")
        office = self._own.get("queue_unit_id", "")
        opening = {rung.step for rung, hops in every_hops()[self._ladder.name] if any(hops.naming(_OPENING))}
        needed = {row["id"] for key, rows in self._near.items() if key[0] in opening for row in rows} | {"View cases"}
        contents = self._day.frames["role_privileges"]
        fitting = contents.filter(pl.col("privilege").is_in(sorted(needed)))["role_id"].unique().to_list()
        sizes = {r["role_id"]: r["len"] for r in contents.group_by("role_id").len().to_dicts()}
        every = self._day.frames["roles"]["role_id"].unique().to_list()
        own = {row["role_id"] for row in self._day.rows("role_assignments", "person_id", [self._person])}
        ordered = sorted(every, key=lambda role: (role not in own, sizes.get(role, 0), role))
        for role in sorted(fitting, key=lambda role: (sizes.get(role, 0), role))[:MOST_ROLES]:
            self.found.first += self._assignment(role, team, "")
            if office:
                self.found.first += self._assignment(role, office, "", "private_office")
        for role in ordered[:2]:
            for unit, kind in ((team, ""), ("", case_type), (team, case_type)):
                if unit or kind:
                    self.found.helpers += self._assignment(role, unit, kind)
        for kind, subject in self._subjects():
            if kind == "unit":
                row = {"person_id": self._person, "unit_id": subject, "access": "no"}
                if self._same_key("memberships", row) is None:
                    self.found.first.append((self._add("memberships", row),))
            elif kind == "role":
                self.found.first += self._assignment(subject, team, "")

    def _subjects(self) -> list[tuple[str, str]]:
        """Whom rules that say `can` about this case are about."""
        attached = [row["rule_id"] for row in self._day.rows("case_rules", "case_id", [self._case])]
        return sorted(
            {
                (row["subject_kind"], row["subject_id"])
                for row in rules_about(self._day, [self._case], attached, [self._system])
                if row["effect"] == "can" and row["action"] == "view" and row["system_id"] == self._system
                if row["subject_kind"] in ("unit", "role")
            }
        )

    def _assignment(self, role: str, unit: str, case_type: str, placement: str = "team") -> Iterator[Move]:
        row = {"person_id": self._person, "role_id": role, "unit_id": unit, "case_type_id": case_type}
        if self._same_key("role_assignments", {**row, "placement": placement}) is None:
            if placement != "team":
                row["placement"] = placement
            yield (self._add("role_assignments", row),)

    # what blocks

    def _blocking(self) -> None:
        """Ends of the rows by which reasons say none, a limit lifted, a person made active."""
        for row in self._day.rows("policies", "system_id", [self._system]):
            self.found.helpers.append((end_of("policies", row),))
        if self._own.get("limited"):
            self.found.helpers.append(_replaced("cases", self._own, limited="false"))
        for row in self._day.rows("people", "person_id", [self._person]):
            if not row["active"] and row["since"] <= self._day.date < row["until"]:
                self.found.helpers.append(_replaced("people", row, active="true"))
        for reason in self._answer.reasons:
            if reason.value == "none":
                for step in reason.path:
                    self.found.helpers += [(one,) for one in cited(self._day, step.source, step.load)]


def cited(day: DayFacts, source: str, load: str) -> list[FactChange]:
    """The ends of the rows of the day that a path step cites, as far as a row of that file can end alone."""
    stem = source.rsplit(":", 1)[0].removesuffix(".csv").removesuffix(".parquet").rsplit("/", 1)[-1]
    if stem not in FILES or not FILES[stem].endable:
        return []
    rows = day.frames[stem].filter((pl.col("source") == source) & (pl.col("load") == load)).to_dicts()
    held = [row for row in rows if row["since"] <= day.date < row["until"]]
    # A rule that is attached to a case cannot go before it is detached.
    return [end_of(stem, row) for row in held if stem != "access_rules" or row["rule_id"] not in day.attached]


def _ordered(stem: str, row: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, row[name]) for name in FILES[stem].names if row.get(name))
