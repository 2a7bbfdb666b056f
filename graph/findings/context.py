"""What the readers of findings share: the day and systems asked about, a query's rows, and rows as findings."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from functools import cache, partial
from string import Formatter
from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.findings import Occurrence, finding_id
from seewhy.graph.explain.cells import facts
from seewhy.graph.matrix.case_index import CaseIndex
from seewhy.graph.matrix.lookup import DecisionLookup
from seewhy.graph.matrix.precomputed import precomputed
from seewhy.graph.rules.privileges import privileges
from seewhy.graph.schemes.in_use import policies_of
from seewhy.graph.schemes.words import short
from seewhy.graph.vocabulary import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seewhy.graph.rules.findings import Duty, Finding
    from seewhy.graph.session import Session

FOUR_SEGMENTS = (
    "FS_GB_CENOP_000_SPECIAL CLNT",
    "FS_GB_CMEXF_000_JUD REV",
    "FS_GB_CMEXF_000_ESCAL COMP",
    "FS_GB_CMEXF_000_APPEALS",
)
"""Codes of the segments into which hierarchical access is possible (CMS-24)."""
PLACES = ("organisation_wide", "private_office", "team_level")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding that is not in words yet, which takes ten times as long as finding it: its id, and what words it."""

    id: str
    rule: str
    told: Callable[[], Occurrence]


class FindingContext:
    """One question about findings: the day, the systems, and what its readers share."""

    def __init__(self, session: Session, as_of: str, duties: Sequence[Duty], system: str) -> None:
        self.session, self.as_of, self.duties, self.system = session, as_of, duties, system
        self.systems = {row["id"]: row["scheme"] for row in session.run("organisation/systems")}
        self.shared: dict[str, Any] = {}

    def chosen(self, scheme: str) -> list[str]:
        """The systems of a scheme in question."""
        return [one for one, of in sorted(self.systems.items()) if of == scheme and self.system in ("", one)]

    def decisions(self, scheme: str) -> DecisionLookup:
        """Decisions in one scheme, kept for all findings of this question."""
        if "index" not in self.shared:
            matrix = precomputed(self.session, self.as_of, make=False)
            self.shared["index"] = matrix.index if matrix else CaseIndex.of_day(self.session, self.as_of), matrix
        if f"decisions {scheme}" not in self.shared:
            lookup = DecisionLookup(self.session, scheme, self.as_of, *self.shared["index"])
            self.shared[f"decisions {scheme}"] = lookup
        found: DecisionLookup = self.shared[f"decisions {scheme}"]
        return found

    def people(self) -> list[str]:
        """Everybody that the graph knows."""
        return [row["id"] for row in self.session.run("organisation/people")]

    def rows(self, kind: Finding, system: str = "", **more: Any) -> list[Row]:
        """The rows of a finding's query, for one system where it is about systems."""
        wide: dict[str, Any] = {place: [p.name for p in privileges() if p.placement == place] for place in PLACES}
        given = {"codes": list(FOUR_SEGMENTS), **dict(kind.parameters), **wide, **self.policies(system), **more}
        if "days" in given:
            given["horizon"] = _later(self.as_of, given["days"])
        return self.session.run(f"findings/{kind.name}", system=system, as_of=self.as_of, **given)

    def policies(self, system: str) -> dict[str, int]:
        """The numbers that a system's policies set on the day, else their defaults."""
        scheme = self.systems.get(system)
        if scheme is None:
            return {}
        key = f"policies {system}"
        if key not in self.shared:
            rows = self.session.run("organisation/policies", system=system, as_of=self.as_of)
            values = {row["policy"]: row["value"] for row in rows}
            numbers = [policy for policy in policies_of(scheme).values() if policy.kind == "int"]
            self.shared[key] = {policy.name: int(values.get(policy.name, policy.default)) for policy in numbers}
        found: dict[str, int] = self.shared[key]
        return found

    def draft(
        self, kind: Finding, row: Mapping[str, Any], system: str = "", told: Callable[[], Occurrence] | None = None,
        **more: Any,
    ) -> Draft:  # fmt: skip
        """A row of a query as a finding that is worded by `occurrence`, or by `told`; `more` as there."""
        about = more.get("about", row["about"]) or ""
        case, of = ("", system) if more.get("grouped") else (row["case_id"] or "", "")
        rule, person, position, unit = (row[name] or "" for name in ("rule", "person", "position", "unit"))
        name = finding_id(kind.name, rule, person, position, case, unit, about, of)
        return Draft(name, rule, told or partial(self.occurrence, kind, row, system, **more))

    def occurrence(self, kind: Finding, row: Mapping[str, Any], system: str = "", **more: Any) -> Occurrence:
        """A row of a query as a finding; `more` replaces fields."""
        spoken = {**row, **more.pop("words", {})}
        text = worded(kind.message, spoken) + and_others(more.get("also", ()))
        cells = () if "facts" in more else more.pop("cells", row["facts"])
        fields: dict[str, Any] = {
            "rule": row["rule"],
            "name": kind.name,
            "severity": kind.severity,
            "message": text,
            "facts": facts(
                self.session, cells, system=system, uncleared=kind.name == "third_position_without_clearance"
            ),
            "system": system,
            "person": row["person"] or "",
            "position": row["position"] or "",
            "case": row["case_id"] or "",
            "unit": row["unit"] or "",
            "about": row["about"] or "",
        }
        return Occurrence(**{**fields, **more})


_LINES = ("route", "reason", "work")
"""Words of a message that are lines of several names."""


def worded(message: str, row: Mapping[str, Any]) -> str:
    """The message with its words filled in: names for person, position, case, unit, else the query's columns."""
    words = {name: _word(name, row) for name in _words_in(message)}
    text = message.format(**words)
    return text[:1].upper() + text[1:]


@cache
def _words_in(message: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for _, word, _, _ in Formatter().parse(message) if word))


def _word(name: str, row: Mapping[str, Any]) -> Any:
    if name == "case":
        return case_words(row.get("case_id") or "", row.get("case_name") or "")
    if name in ("person", "position", "unit"):
        value = row.get(f"{name}_name") or row.get(name) or ""
    else:
        value = ", ".join(row[name]) if name == "work" else "" if row[name] is None else row[name]
    return short(value) if isinstance(value, str) and name not in _LINES else value


def and_others(also: Sequence[str]) -> str:
    """On how many other cases the same shows; blank for none."""
    return f" The same on {len(also):,} more case{'s' if len(also) > 1 else ''}." if also else ""


def case_words(case: str, title: str) -> str:
    """How a sentence names a case: by id, with its title."""
    return f"case {short(case)}" + (f" ({short(title)})" if title and title != case else "")


def _later(as_of: str, days: int) -> str:
    try:
        return (dt.date.fromisoformat(as_of) + dt.timedelta(days=days)).isoformat()
    except OverflowError:
        return dt.date.max.isoformat()


def months_after(date: str, months: int) -> str:
    """The same day some calendar months later, the last of the month where there is no such day; blank when the date
    is not known (a fact that always held)."""
    if date == ALWAYS:
        return ""
    one = dt.date.fromisoformat(date)
    years, month = divmod(one.month - 1 + months, 12)
    year = one.year + years
    if year > dt.MAXYEAR:
        return dt.date.max.isoformat()
    return dt.date(year, month + 1, min(one.day, calendar.monthrange(year, month + 1)[1])).isoformat()
