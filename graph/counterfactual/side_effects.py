"""Side effects: what else a change would open or close, for the person on all cases and for the case on all people.

One in-memory graph holds the person once per variant, one equivalent case for each group of the day, and the cases that
the person is named on or has work on. Each variant's row is the composed `what` over groups; cases are counted from the
groups of the day. Exact for changes of rows of this person that decide for nobody else.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from seewhy.cypher.ladders import ladder_named
from seewhy.cypher.rungs import VALUES
from seewhy.graph.change.day_facts import Rows, framed
from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.change.neighbourhood import complete
from seewhy.graph.change.sandbox import changed
from seewhy.graph.inputs.files import FILES, files_about
from seewhy.graph.matrix.claims import decided_cases
from seewhy.graph.matrix.decision import Claim, decide
from seewhy.graph.schemes.hops import links_of_others, schemes_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from seewhy.graph.answers.counterfactual import FactChange
    from seewhy.graph.change.day_facts import DayFacts

Pair = tuple[str, str, str, str]
"""Person, case, value before, value after."""


def moved(before: str, after: str) -> str:
    """opened, closed, raised or lowered: what becomes of a pair whose value differs."""
    if before == "none":
        return "opened"
    if after == "none":
        return "closed"
    return "raised" if VALUES.index(before) < VALUES.index(after) else "lowered"


class PersonSideEffects:
    """Rows of one person under several variants. `groups` are the day's groups of equivalent cases by id."""

    def __init__(
        self,
        day: DayFacts,
        groups: Mapping[str, Sequence[str]],
        person: str,
        case: str,
        variants: Sequence[Sequence[FactChange]],
    ) -> None:
        self._person, self._groups = person, groups
        self._schemes = sorted({scheme for changes in variants for c in changes for scheme in _readers(c.file)})
        own = [tuple(c for c in changes if FILES[c.file].about == "person") for changes in variants]
        cases = day.frames["cases"]
        systems = {row["system_id"] for row in day.all("systems") if row["scheme"] in self._schemes}
        cases = cases.filter(pl.col("system_id").is_in(sorted(systems)))
        self._single = self._named(day, person, own) & set(cases["case_id"])
        first = {members[0]: group for group, members in groups.items()}
        samples = cases.filter(pl.col("case_id").is_in(sorted(first)))
        rows = self._rows(day, cases, samples)
        for stem in files_about("person"):
            mine = {stem: day.rows(stem, "person_id", [person])}
            for number, changes in enumerate(((), *own)):
                after = changed(mine, [c for c in changes if c.file == stem], day)[stem]
                rows[stem] += [{**row, "person_id": _clone(number, person)} for row in after]
        self._links(day, rows, len(own) + 1)
        complete(day, rows)
        self._session = in_memory(framed(rows, day), day.date)
        self._first = {_equivalent(one): group for one, group in first.items()}
        self._date = day.date
        self._values_of = self._decided(len(own) + 1)
        self._case = case
        self._plain_of: dict[str, Sequence[str]] = {}

    @staticmethod
    def _named(day: DayFacts, person: str, own: Iterable[Iterable[FactChange]]) -> set[str]:
        """Cases on which the person may have a claim of their own, in any variant."""
        found = {row["case_id"] for row in day.rows("case_people", "person_id", [person])}
        positions = {row["position_id"] for row in day.rows("holdings", "person_id", [person])}
        positions |= {dict(c.row)["position_id"] for changes in own for c in changes if c.file == "holdings"}
        found |= {row["case_id"] for row in day.rows("work", "position_id", positions)}
        rules = day.frames["access_rules"].filter(pl.col("target_kind") == "case")
        found |= set(rules["target_id"])
        for spec in (one for one in FILES.values() if one.scheme and one.about != "structure"):
            cases = [column.name for column in spec.columns if column.references == "cases"]
            people = [column.name for column in spec.columns if column.references == "people"]
            found |= {
                row[c] for p in people if p != "granted_by" for row in day.rows(spec.stem, p, [person]) for c in cases
            }
            added = (dict(c.row) for changes in own for c in changes if c.file == spec.stem)
            found |= {row[name] for row in added for name in cases if row.get(name)}
        return found - {""}

    def _rows(self, day: DayFacts, cases: pl.DataFrame, samples: pl.DataFrame) -> Rows:
        """Equivalent cases under ids of their own, then the single cases as they are."""
        rows: Rows = {stem: [] for stem in FILES}
        for stem in ("systems", "policies", "group_permissions"):
            rows[stem] = day.all(stem)
        wanted = {"cases": samples}
        ids = samples["case_id"].to_list()
        for stem in (one for one in files_about("case") if one not in ("cases", "case_people")):
            wanted[stem] = day.frames[stem].filter(pl.col("case_id").is_in(ids))
        for stem, frame in wanted.items():
            names = dict.fromkeys(["case_id", *([FILES[stem].id] if FILES[stem].id else [])])
            rows[stem] = frame.with_columns(
                pl.concat_str(pl.lit(_EQUIVALENT), pl.col(n)).alias(n) for n in names
            ).to_dicts()
            rows[stem] += day.rows(stem, "case_id", self._single)
        systems = cases["system_id"].unique().to_list()
        rules = day.frames["access_rules"].filter(pl.col("system_id").is_in(systems))
        aimed = (pl.col("target_kind") == "case") & ~pl.col("target_id").is_in(sorted(self._single))
        rows["access_rules"] = rules.filter(~aimed).to_dicts()
        return rows

    def _links(self, day: DayFacts, rows: Rows, clones: int) -> None:
        """Links of the person on single cases, once per clone; people who decide for others as they are."""
        links = day.rows("case_people", "case_id", self._single)
        mine = [row for row in links if row["person_id"] == self._person]
        also = frozenset().union(*(links_of_others()[scheme] for scheme in self._schemes))
        creators = [row for row in links if row["link"] in also and row["person_id"] != self._person]
        rows["case_people"] = [{**row, "person_id": _clone(n, self._person)} for row in mine for n in range(clones)]
        rows["case_people"] += creators
        others = {row["person_id"] for row in creators}
        for stem in files_about("person"):
            rows[stem] += day.rows(stem, "person_id", others)
        # A rule about the person is about every clone.
        about = [r for r in rows["access_rules"] if r["subject_kind"] == "person" and r["subject_id"] == self._person]
        rows["access_rules"] = [r for r in rows["access_rules"] if r not in about]
        rows["access_rules"] += [{**r, "subject_id": _clone(n, self._person)} for r in about for n in range(clones)]

    def _decided(self, clones: int) -> list[tuple[dict[str, str], dict[str, str]]]:
        """Per clone: value by group, and by single case."""
        people = [_clone(n, self._person) for n in range(clones)]
        found: list[tuple[dict[str, str], dict[str, str]]] = [({}, {}) for _ in people]
        profiles = {
            row["profile_id"]: row["cases"] for row in self._session.run("organisation/case_profiles", as_of=self._date)
        }
        group_of = {p: self._first[one] for p, members in profiles.items() for one in members if one in self._first}
        for scheme in self._schemes:
            claims = decided_cases(self._session, people, scheme, self._date)
            value = _values(scheme)
            for number, person in enumerate(people):
                groups, cases = claims.get(person, ({}, {}))
                values = {p: value(claim) for p, claim in groups.items()}
                found[number][0].update({group_of[p]: v for p, v in values.items() if p in group_of})
                single = {c: v for p, v in values.items() for c in profiles.get(p, ()) if c in self._single}
                single |= {c: value(claim) for c, (_, claim) in cases.items() if c in self._single}
                found[number][1].update(single)
        return found

    def _plain(self, group: str) -> Sequence[str]:
        """The cases of a group that are not asked about one by one, ascending; variants share them."""
        if group not in self._plain_of:
            out = self._single | {self._case}
            members = self._groups[group]
            self._plain_of[group] = members if out.isdisjoint(members) else [c for c in members if c not in out]
        return self._plain_of[group]

    def others(
        self, variant: int, first: int, told: Callable[[str, str], bool] | None
    ) -> tuple[Counter[str], tuple[Pair, ...]]:
        """How many other pairs that are told (by default all) are opened, closed, raised, lowered in a variant
        (numbered from 1), and the first few by case."""
        (groups0, cases0), (groups1, cases1) = self._values_of[0], self._values_of[variant]
        count: Counter[str] = Counter()
        few: list[Pair] = []
        for group in groups0.keys() | groups1.keys():
            before, after = groups0.get(group, "none"), groups1.get(group, "none")
            if before != after:
                members = self._plain(group)
                if told:
                    members = [c for c in members if told(self._person, c)]
                count[moved(before, after)] += len(members)
                few += [(self._person, c, before, after) for c in members[:first]]
        for case in (c for c in self._single - {self._case} if not told or told(self._person, c)):
            before, after = cases0.get(case, "none"), cases1.get(case, "none")
            if before != after:
                count[moved(before, after)] += 1
                few.append((self._person, case, before, after))
        few.sort()
        return count, tuple(few[:first])


def _values(scheme: str) -> Callable[[Claim], str]:
    """The value of a claim; the few different ones are decoded once."""
    ladder = ladder_named(scheme)
    return cache(lambda claim: decide(ladder, claim).value)


def _readers(stem: str) -> tuple[str, ...]:
    """The schemes that read a file of people's own rows."""
    return schemes_reading(stem) if FILES[stem].about == "person" else ()


_EQUIVALENT = "␟equivalent␟"


def _equivalent(case: str) -> str:
    return _EQUIVALENT + case


def _clone(number: int, person: str) -> str:
    return f"{number}␟{person}"


class CaseSideEffects:
    """One case under several variants, for everybody: what changes of the case's own rows do for others."""

    def __init__(
        self, day: DayFacts, person: str, case: str, scheme: str, variants: Sequence[Sequence[FactChange]]
    ) -> None:
        self._person, self._case, self._scheme, self._date = person, case, scheme, day.date
        rows: Rows = {}
        own = {stem: day.rows(stem, "case_id", [case]) for stem in files_about("case")}
        rules = day.frames["access_rules"]
        aimed = (pl.col("target_kind") == "case") & (pl.col("target_id") == case)
        own["access_rules"] = rules.filter(aimed).to_dicts()
        frames = {stem: f for stem, f in day.frames.items() if stem not in files_about("case")}
        frames["access_rules"] = rules.filter(pl.col("target_kind") != "case")
        for stem in own:
            rows[stem] = []
        for number, changes in enumerate(((), *variants)):
            mine = [c for c in changes if c.file in own and FILES[c.file].about != "person"]
            for stem, table in changed(own, mine, day).items():
                names = ("target_id",) if stem == "access_rules" else ("case_id", FILES[stem].id)
                rows[stem] += [{n: f"{number}␟{v}" if n in names and v else v for n, v in row.items()} for row in table]
        made = framed(rows, day)
        made["access_rules"] = pl.concat([frames.pop("access_rules"), made["access_rules"]])
        # A rule about another case, attached to this one as well, decides nothing here.
        made["case_rules"] = made["case_rules"].join(made["access_rules"], on="rule_id", how="semi")
        self._session = in_memory({**frames, **made}, day.date)
        self._before = self._values(0)

    def _values(self, number: int) -> dict[str, str]:
        case = f"{number}␟{self._case}"
        rows = self._session.run(f"who/{self._scheme}", case=case, as_of=self._date, action="view")
        values = ((decide(ladder_named(self._scheme), Claim.from_row(row)).value, row["people"]) for row in rows)
        return {person: value for value, people in values for person, _ in people}

    def others(self, variant: int) -> list[Pair]:
        """Other people whose value on the case differs in a variant (numbered from 1)."""
        after = self._values(variant)
        pairs = ((p, self._before.get(p, "none"), after.get(p, "none")) for p in self._before.keys() | after.keys())
        return sorted((p, self._case, one, two) for p, one, two in pairs if one != two and p != self._person)
