"""Separation of duties: two duties of one person on the same case, each with the path by which it is held.

Who holds which duty comes from the finding's query; which cases a holding reaches from `reached_by_…`; a case counts
when the composed decision says that the person can see it. One finding per person and pair of duties.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

from seewhy.graph.answers.findings import Occurrence, finding_id
from seewhy.graph.answers.reasons import End
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.explain.case_rows import case_facts
from seewhy.graph.explain.cells import facts
from seewhy.graph.explain.paths import paths
from seewhy.graph.findings.context import Draft, and_others, worded
from seewhy.graph.inputs.characters import first_refused, named
from seewhy.graph.inputs.csvtext import csv_table
from seewhy.graph.inputs.regular import UnreadableFile, read_regular
from seewhy.graph.rules.findings import Duty
from seewhy.graph.rules.privileges import privilege
from seewhy.graph.rules.reading import SEVERITIES
from seewhy.graph.schemes.in_use import reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seewhy.graph.answers.reasons import PathStep
    from seewhy.graph.findings.context import FindingContext, Row
    from seewhy.graph.rules.findings import Finding

COLUMNS = ("id", "kind", "first", "second", "reason", "severity")
READS = {"privilege": "HOLDS", "position": "HOLDS_POSITION"}
"""By kind of duty, the relationship by which it is held: schemes that read it can tell who has the duty on a case."""


def governing(kind: str) -> list[str]:
    """The schemes in which a kind of duty is held."""
    return reading(READS[kind])


def read_duties(path: Path) -> tuple[Duty, ...]:
    """An organisation's own pairs, a CSV file with the columns of `duties.csv`; everything wrong is one error."""
    try:
        table = csv_table(path.stem, path.name, read_regular(path), COLUMNS)
    except UnreadableFile as error:
        raise ConfigurationError(f"the duties file {error.message}", "a UTF-8 CSV file is expected") from None
    for problem in table.problems:
        place = f"the duties file `{path}` row {problem.row}"
        raise ConfigurationError(f"{place}: {problem.message}", problem.hint or "a UTF-8 CSV file is expected")
    header, rows = table.frame.columns, table.frame.rows(named=True)
    if set(header) != set(COLUMNS):
        raise ConfigurationError(f"`{path}` has the columns {', '.join(header)}", f"expected: {', '.join(COLUMNS)}")
    found: dict[str, Duty] = {}
    for number, row in enumerate(rows, 2):
        cells = {key: row[key] for key in COLUMNS}
        place = f"`{path}` row {number}"
        if not any(cells.values()):
            continue
        if not all(cells.values()):
            raise ConfigurationError(f"{place} has a blank cell")
        if char := next(filter(None, map(first_refused, cells.values())), ""):
            raise ConfigurationError(f"{place} holds a control or direction character ({named(char)})")
        if cells["kind"] not in READS or cells["severity"] not in SEVERITIES:
            raise ConfigurationError(
                f"{place}: unknown kind `{cells['kind']}` or severity `{cells['severity']}`",
                f"kinds: {', '.join(READS)}; severities: {', '.join(SEVERITIES)}",
            )
        if cells["id"] in found:
            raise ConfigurationError(f"{place}: the id `{cells['id']}` stands twice")
        if cells["kind"] == "privilege":
            cells |= {end: _named(place, cells[end]) for end in ("first", "second")}
        found[cells["id"]] = Duty(**cells)
    return tuple(found.values())


def _named(place: str, name: str) -> str:
    try:
        return privilege(name).name
    except UnknownEntity as error:
        raise ConfigurationError(f"{place}: {error.message}", error.hint) from None


class _Reached:
    """What each holding reaches: pairs (case or blank for all equivalent cases, profile)."""

    def __init__(self, context: FindingContext, rows: list[Row]) -> None:
        things = {kind: sorted({row["thing"] for row in rows if row["kind"] == kind}) for kind in READS}
        self.profiles: dict[str, set[str]] = {}
        self.cases: dict[str, dict[str, str]] = {}
        self.statuses: dict[str, str] = {}
        run = context.session.run
        for row in run(
            "organisation/reached_by_holdings",
            reaches=things["privilege"],
            schemes=governing("privilege"),
            as_of=context.as_of,
        ):
            self.profiles[row["thing"]] = {profile for profile, _ in row["profiles"]}
            self.statuses |= dict(row["profiles"])
        for row in run("organisation/reached_by_positions", positions=things["position"], as_of=context.as_of):
            self.profiles[row["thing"]] = set(row["profiles"])
            self.cases[row["thing"]] = dict(row["cases"])

    def both(self, one: str, two: str) -> tuple[set[str], dict[str, str]]:
        """Profiles that both reach as a whole, and single cases (with profile) that one reaches singly."""
        alike = self.profiles.get(one, set()) & self.profiles.get(two, set())
        mine, theirs = self.cases.get(one, {}), self.cases.get(two, {})
        single = {case: at for case, at in mine.items() if at in self.profiles.get(two, ()) or case in theirs}
        single |= {case: at for case, at in theirs.items() if at in self.profiles.get(one, ())}
        return alike, single

    def fitting(self, profiles: set[str], duty: Duty) -> set[str]:
        """Without the profiles of a status in which one of two privileges makes no sense."""
        if duty.kind != "privilege":
            return profiles
        statuses = [privilege(end).case_status for end in (duty.first, duty.second)]
        return {p for p in profiles if all(not some or self.statuses[p] in some for some in statuses)}


def _by_end(rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    """A person's holdings by what a duty can name: a privilege by its name, a position by its level or id."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        names = {row["duty"], row["thing"]} if row["kind"] == "position" else {row["duty"]}
        for name in names:
            found[row["kind"], name].append(row)
    return found


def separation(context: FindingContext, kind: Finding) -> Iterator[Draft]:
    """One finding per person and pair of duties; the case shown is one that the person can edit, where there is one."""
    wanted = sorted({end for duty in context.duties for end in (duty.first, duty.second)})
    of_person: dict[str, list[Row]] = defaultdict(list)
    for row in context.rows(kind, duties=wanted):
        of_person[row["person"]].append(row)
    pairs = [
        (person, duty, held[duty.kind, duty.first], held[duty.kind, duty.second])
        for person, held in ((person, _by_end(rows)) for person, rows in of_person.items())
        for duty in context.duties
        if (duty.kind, duty.first) in held and (duty.kind, duty.second) in held
    ]
    reached = _Reached(context, [row for _, _, first, second in pairs for row in (*first, *second)])
    common: list[tuple[str, Duty, Row, Row, set[str], dict[str, str]]] = []
    for person, duty, firsts, seconds in pairs:
        for first in firsts:
            for second in seconds:
                if first["thing"] != second["thing"]:
                    alike, single = reached.both(first["thing"], second["thing"])
                    if (fit := reached.fitting(alike, duty)) or single:
                        common.append((person, duty, first, second, fit, single))
    lookups = {
        (kind_, scheme): context.decisions(scheme).of(one[0] for one in common if one[1].kind == kind_)
        for kind_ in READS
        for scheme in governing(kind_)
    }
    profiles = context.session.remembered("profile rows", lambda: context.session.run("organisation/profiles"))
    systems = {row["id"]: row["system"] for row in profiles}
    scheme_of = {row["id"]: row["scheme"] for row in profiles}
    found: dict[tuple[str, str, str], dict[str, tuple[str, Row, Row]]] = {}
    duties = {duty.id: duty for duty in context.duties}
    for person, duty, first, second, alike, single in common:
        of = {profile: lookups.get((duty.kind, scheme_of[profile])) for profile in {*alike, *single.values()}}
        values = [(profile, one.shown(person, profile)) for profile in alike if (one := of[profile])]
        values += [
            (profile, {case: one.values([(person, case)])[0]})
            for case, profile in single.items()
            if (one := of[profile])
        ]
        for profile, cases in values:
            system = systems[profile]
            for case, value in cases.items() if context.system in ("", system) else ():
                if value != "none":
                    found.setdefault((person, duty.id, system), {}).setdefault(case, (value, first, second))
    for (person, about, system), shown in sorted(found.items()):
        name = finding_id(kind.name, about, person, "", "", "", "", system)
        yield Draft(name, about, partial(_occurrence, context, kind, duties[about], system, shown))


def _occurrence(
    context: FindingContext, kind: Finding, duty: Duty, system: str, shown: dict[str, tuple[str, Row, Row]]
) -> Occurrence:
    case = min(shown, key=lambda one: (shown[one][0] != "edit", one))
    _, first, second = shown[case]
    (named,) = context.session.run("organisation/cases_named", cases=[case])
    words: dict[str, Any] = {
        **first,
        "first": _spoken(duty, first),
        "second": _spoken(duty, second),
        "reason": duty.reason,
        "case_id": case,
        "case_name": named["caption"] or "",
    }
    facts_once: dict[tuple[str, str], PathStep] = {}
    for step in (*_path(context, duty, first, case), *_path(context, duty, second, case)):
        facts_once.setdefault((step.sentence, step.source), step)
    also = tuple(sorted(other for other in shown if other != case))
    return Occurrence(
        duty.id,
        kind.name,
        duty.severity,
        worded(kind.message, words) + and_others(also),
        tuple(facts_once.values()),
        system,
        first["person"],
        case=case,
        also=also,
        grouped=True,
    )


def _path(context: FindingContext, duty: Duty, row: Row, case: str) -> tuple[PathStep, ...]:
    """One complete way by which the holding reaches the case; for a position, the evidence of the composed rung."""
    known = case_facts(context.session, End("case", case, case), context.as_of)
    if duty.kind == "privilege":
        claims = context.session.run(
            "organisation/holding_path", person=row["person"], thing=row["thing"], case=case, as_of=context.as_of
        )
        ways = [way for one in claims for way in paths(one["path"], known, context.as_of)]
    else:
        (about,) = context.session.run("organisation/pair", person=row["person"], case=case)
        name = f"why/{about['scheme']}"
        claims = context.session.run(name, person=row["person"], case=case, as_of=context.as_of, action="view")
        ways = [
            way
            for one in claims
            for way in paths(one["path"], known, context.as_of)
            if any(step.relationship == "HOLDS_POSITION" and step.end.id == row["thing"] for step in way)
        ]
    return ways[0] if ways else facts(context.session, row["facts"])


def _spoken(duty: Duty, row: Row) -> str:
    if duty.kind == "privilege":
        return str(row["duty"])
    return f"a {row['duty'].replace('_', ' ')} position ({row['thing']})"
