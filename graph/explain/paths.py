"""Paths of reasons: derived edges are expanded into the source rows behind them, and every step gets its sentence.

A claim's path comes from the engine as cells (`cypher.explained.EVIDENCE`). Steps on a profile are shown as facts of
the case; `WITHIN`, `IN_FIRM` …, `COVERS`, `COUNTS_AS` and `HOLDS` are derived edges, expanded into the rows along the
way. A step without a row (what the product itself defines, like which queue opens for which privilege) is left to the
sentence.

Long because every kind of step is worded in one place, each in a few lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import product
from typing import TYPE_CHECKING, Any

from seewhy.cypher.explained import DETAILS, EVIDENCE
from seewhy.graph.answers.reasons import End, PathStep
from seewhy.graph.derivation.privileges import SEPARATOR
from seewhy.graph.schemes.in_use import own_arrows, relationships
from seewhy.graph.schemes.words import short
from seewhy.graph.vocabulary import ALWAYS, PARTIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

KINDS = {"CaseFile": "case", "CaseType": "case_type", "WorkItem": "work", "AccessRule": "rule"}
_CHAINS = {"WITHIN", "IN_FIRM", "IN_REFERRER", "IN_ESTATE_AGENT"}
_HIDDEN = {"OPENS_FOR"}
_ENDS, _SAID = EVIDENCE.index("since"), len(EVIDENCE) - len(DETAILS)
"""How many cells tell what is related, and how many come before the details."""
_ROW_CELLS = ("source", "load", "since", "until", "granted_by", "note")
_OWN_WORDS = {
    "IS_LIMITED": "access to {a} is limited to the people named on it",
    "IS_SENSITIVE": "{a} is marked sensitive",
    "IS_MARKED": "the row of {a} says so: {column}",
}


@dataclass(frozen=True, slots=True)
class Cells:
    """One step of a claim's path, as the engine returned it."""

    start: End
    relationship: str
    end: End
    since: str
    until: str
    source: str
    load: str
    details: dict[str, Any] = field(default_factory=dict)
    granted_by: str = ""
    note: str = ""
    compared: tuple[str, ...] = ()
    """The properties that the rung compares; known of schemes that an organisation brings."""

    @property
    def row(self) -> dict[str, str]:
        """What the row behind the step says of itself, as `step` takes it."""
        return {name: getattr(self, name) for name in _ROW_CELLS}

    @classmethod
    def read(cls, cells: Sequence[Any]) -> Cells:
        """From the list of cells in the order of EVIDENCE, in an own scheme with further properties behind."""
        start_label, start, start_name, relationship, end_label, end, end_name = cells[:_ENDS]
        since, until, source, load, granted_by, note = cells[_ENDS:_SAID]
        named = zip(DETAILS, cells[_SAID : len(EVIDENCE)], strict=True)
        details = {name: value for name, value in named if value is not None}
        compared, names, values = cells[len(EVIDENCE) :] or ((), (), ())
        details |= {name: value for name, value in zip(names, values, strict=True) if value is not None}
        return cls(
            End(kind(start_label), start, start_name),
            relationship,
            End(kind(end_label), end, end_name),
            since or "",
            until or "",
            source or "",
            load or "",
            details,
            granted_by or "",
            note or "",
            tuple(compared),
        )


@lru_cache(maxsize=1024)
def kind(label: str) -> str:
    """A label in words: CaseFile is `case`, AccessRule `rule`, others lower case."""
    return KINDS.get(label, re.sub(r"(?<!^)(?=[A-Z])", "_", label).lower())


def step(
    start: End,
    relationship: str,
    end: End,
    source: str,
    load: str = "",
    since: str = "",
    until: str = "",
    granted_by: str = "",
    note: str = "",
    **details: Any,
) -> PathStep:
    """A path step with its sentence."""
    known = relationships().get(relationship)
    template = _OWN_WORDS.get(relationship) or (known.sentence if known else "") or "{a} {b}"
    if "access" not in details:
        template = template.removesuffix(", with the setting {access}")
    filled = {**dict.fromkeys(_words_in(template), ""), **{k: _word(v) for k, v in details.items()}}
    text = template.format(**{**filled, "a": shown(start), "b": shown(end)}).strip()
    return PathStep(start, relationship, end, source, load, since, until, text, granted_by, note)


@lru_cache(maxsize=1024)
def _words_in(template: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\{(\w+)\}", template))


_UNDERSCORED = re.compile(r"(?:customer|referrer|estate|fee)_\w+$")


def _word(value: Any) -> str:
    """A detail in words: booleans, and the identifiers of portal roles and links."""
    if isinstance(value, bool):
        return "active" if value else "not active"
    text = str(value)
    return text.replace("_", " ") if _UNDERSCORED.match(text) else text


def shown(end: End) -> str:
    """How a sentence names a thing: a case and work by id (the title stands in the verdict), others by name."""
    if end.kind == "case":
        return f"case {short(end.id)}"
    if end.kind == "work":
        return f"work {short(end.id)}"
    if end.kind == "everyone":
        return "everyone"
    return short(end.name or end.id)


def split_scope(scope: str) -> tuple[str, str]:
    """The unit and the case type of a derived scope or spot id."""
    parts = re.split(f"(?<!{SEPARATOR}){SEPARATOR}(?!{SEPARATOR})", scope, maxsplit=1)
    if len(parts) == 1:  # one side is blank
        return ("", scope[1:]) if scope.startswith(SEPARATOR) else (scope[:-1], "")
    one, two = (part.replace(SEPARATOR * 2, SEPARATOR) for part in parts)
    return one, two


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The case's own rows for the day, fetched as far as paths need them; the callables ask the engine at most once."""

    case: End
    system: End
    row: dict[str, str]
    """source, load, since, granted_by and note of the case's row."""
    parties: Callable[[], list[dict[str, Any]]]
    attached: Callable[[], list[dict[str, Any]]]
    work: Callable[[], list[dict[str, Any]]]
    hoppers: Callable[[], list[dict[str, Any]]]
    listed: Callable[[str, End], list[dict[str, Any]]]
    """The rows of a scheme's own list that name `end` for the case, by type of relationship."""
    unit_chain: Callable[[str, str], list[PathStep]]
    type_chain: Callable[[str, str], list[PathStep]]
    own_chain: Callable[[str, str, str], list[PathStep]]
    """The same for a tree of the scheme's own, by kind of its nodes."""
    name: Callable[[str, str], str]
    """Name of a unit, case_type or role by kind and id."""


def of_row(row: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """What a row of a query says of itself, as `step` takes it, as far as the query returns it."""
    return {name: row[prefix + name] or "" for name in _ROW_CELLS if prefix + name in row}


def _own(facts: CaseFacts, relationship: str, end: End) -> PathStep:
    return step(facts.case, relationship, end, **facts.row)


def _on_profile(cells: Cells, facts: CaseFacts) -> list[list[PathStep]]:
    """The case's own facts behind a profile edge; several, when several rows say so on their own."""
    name, end = cells.relationship, cells.end
    if any(arrow.on_profile and arrow.row_ends and arrow.type == name for arrow in own_arrows()):
        return [[step(facts.case, name, end, **of_row(row))] for row in facts.listed(name, end)]
    if name in PARTIES:
        return [
            [step(facts.case, "PARTY", end, **of_row(row), role=row["role"].replace("_", " "))]
            for row in facts.parties()
            if row["unit"] == end.id and row["role"] == PARTIES[name]
        ]
    if name == "CARRIES":
        return [[step(facts.case, "ATTACHED", end, **of_row(row))] for row in facts.attached() if row["rule"] == end.id]
    if name == "WORK_IN":
        return [*_placed_work(facts, end)]
    return [[_own(facts, name, end)]]


def _placed_work(facts: CaseFacts, unit: End) -> Iterator[list[PathStep]]:
    for row in facts.work():
        if row["unit"] == unit.id:
            work, place = (
                End("work", row["work"], row["work"]),
                End("position", row["position_id"], row["position_name"]),
            )
            yield [
                step(place, "POSITION_AT", unit, row["position_source"], row["position_load"]),
                step(work, "OPEN_ON", place, **of_row(row, "work_")),
                step(work, "FOR_CASE", facts.case, **of_row(row, "work_")),
            ]
    for row in facts.hoppers():
        if row["unit"] == unit.id:
            work = End("work", row["work"], row["work"])
            yield [
                step(work, "IN_HOPPER", unit, **of_row(row, "work_")),
                step(work, "FOR_CASE", facts.case, **of_row(row, "work_")),
            ]


def _holding(cells: Cells, person: End, facts: CaseFacts) -> list[PathStep]:
    """HOLDS, or COUNTS_AS a privilege: the assignment and the row that puts it into the role, or the grant."""
    privilege = End("privilege", cells.end.name, cells.end.name)
    role = cells.details.get("role")
    if not role:
        return [step(person, "GRANTED", privilege, **cells.row)]
    through = End("role", role, facts.name("role", role))
    where = _where(cells, facts) if cells.relationship == "HOLDS" else ""
    return [
        step(person, "HAS_ROLE", through, **cells.row, where=where),
        step(through, "GIVES", privilege, cells.details.get("via", ""), cells.details.get("via_load", "")),
    ]


def _where(cells: Cells, facts: CaseFacts) -> str:
    """At which unit and for which case type a privilege is held; its reach is called privilege, unit, case type."""
    unit, case_type = split_scope(cells.end.id.removeprefix(cells.end.name + SEPARATOR))
    at = f" at {facts.name('unit', unit)}" if unit else ""
    return at + (f" for {facts.name('case_type', case_type)}" if case_type else "")


def _covering(cells: Cells, facts: CaseFacts) -> list[PathStep]:
    """COVERS: where the case stands, and the units and types up to where the privilege is held."""
    (unit, case_type), (at, of) = split_scope(cells.start.id), split_scope(cells.end.id)
    steps: list[PathStep] = []
    if unit and at:
        steps += [_own(facts, "IN_TEAM", End("unit", at, facts.name("unit", at))), *facts.unit_chain(at, unit)]
    if case_type and of:
        steps += [
            _own(facts, "OF_TYPE", End("case_type", of, facts.name("case_type", of))),
            *facts.type_chain(of, case_type),
        ]
    return steps


def _counting(cells: Cells, facts: CaseFacts) -> list[PathStep]:
    """COUNTS_AS: nothing for the person alone, else the row that makes the rule's subject match."""
    person, end = cells.start, cells.end
    if end.kind == "person":
        return []
    if end.kind == "everyone":
        return [step(person, "COUNTS_AS", end, **cells.row)]
    if end.kind == "unit":
        own = cells.details.get("unit", end.id)
        return [
            step(
                person,
                "MEMBER_OF",
                End("unit", own, facts.name("unit", own)),
                **cells.row,
            ),
            *facts.unit_chain(own, end.id),
        ]
    if end.kind == "role":
        return [step(person, "HAS_ROLE", end, **cells.row)]
    return _holding(cells, person, facts)


def _alternatives(cells: Cells, facts: CaseFacts, as_of: str) -> list[list[PathStep]]:
    """The alternatives that one cell stands for, each a list of facts."""
    name = cells.relationship
    if name in _CHAINS:
        chains = {"case_type": facts.type_chain, "unit": facts.unit_chain}
        own = partial(facts.own_chain, cells.start.kind)
        return [chains.get(cells.start.kind, own)(cells.start.id, cells.end.id)]
    if cells.start.kind == "access_profile":
        return _on_profile(cells, facts)
    if name == "COVERS":
        return [_covering(cells, facts)]
    if name == "COUNTS_AS":
        return [_counting(cells, facts)]
    if name == "HOLDS":
        return [_holding(cells, cells.start, facts)]
    if name == "FOR_SUBJECT" and cells.end.kind == "privilege":
        cells = replace(cells, end=End("privilege", cells.end.id, f"holders of {cells.end.name}"))
    if name == "LISTED_IN" and (said := [one for one in cells.compared if one not in ("active", "cleared")]):
        words = ", ".join(f"{one.replace('_', ' ')} {_word(cells.details.get(one, ''))}" for one in said)
        listed = step(cells.start, name, cells.end, **cells.row)
        return [[replace(listed, sentence=f"{shown(cells.start)} is listed with {words}")]]
    if name in _HIDDEN or (cells.until and not cells.since <= as_of < cells.until):
        return [[]]  # no row, or a fact that does not hold on the day is never cited
    return [[step(cells.start, name, cells.end, **cells.row, **cells.details)]]


def paths(claim: Sequence[Sequence[Any]], facts: CaseFacts, as_of: str) -> list[tuple[PathStep, ...]]:
    """The complete ways that one claim stands for, as facts in reading order, each fact once."""
    alternatives = [_alternatives(Cells.read(cells), facts, as_of) for cells in claim]
    found = []
    for choice in product(*alternatives):
        steps: dict[tuple[str, str, str], PathStep] = {}
        for fact in (fact for part in choice for fact in part):
            steps.setdefault((fact.start.id, fact.relationship, fact.end.id), fact)
        found.append(reaching(tuple(steps.values()), facts))
    return list(dict.fromkeys(found))


def reaching(path: tuple[PathStep, ...], facts: CaseFacts) -> tuple[PathStep, ...]:
    """A path that opens a whole system ends with the row that puts the case into it."""
    if not path or any(facts.case in (fact.start, fact.end) for fact in path):
        return path
    return (*path, _own(facts, "IN_SYSTEM", facts.system))


_NOW = {"view": "Only View now", "none": "Not now", "edit": "Edit now"}


def now_because(value_now: str, in_use: Sequence[Mapping[str, Any]]) -> str:
    """Why the access of the moment is less than after switching: `Only View now, because Caseworker 2 is in use since
    1 Sep 2026 (holdings.csv, row 3).` `in_use` holds the rows of the positions that the person works in."""
    positions = [
        f"{short(row['name'])} is in use"
        + (f" since {day_words(row['since'])}" if row["since"] != ALWAYS else "")
        + f" ({row_words(row['source'])})"
        for row in in_use
    ]
    return f"{_NOW[value_now]}, because {' and '.join(positions) or 'no position is in use'}."


def day_words(date: str) -> str:
    """`1 Sep 2026` for an ISO date."""
    year, month, day = date.split("-")
    return f"{int(day)} {_MONTHS[int(month) - 1]} {int(year)}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def row_words(source: str) -> str:
    """`holdings.csv, row 3` for `holdings.csv:3`."""
    file, colon, row = source.rpartition(":")
    return f"{file}, row {row}" if colon else source


def sentence(path: Sequence[PathStep]) -> str:
    """One sentence for a whole path."""
    sentences = list(dict.fromkeys(step.sentence for step in path))
    text = ", and ".join([", ".join(sentences[:-1]), sentences[-1]]) if len(sentences) > 1 else "".join(sentences)
    return text[:1].upper() + text[1:] + "." if text else ""
