"""Sandbox: variants of the facts around a pair in one in-memory graph.

Each variant is the whole neighbourhood of the person and the case with a prefix of its own before every id, so variants
cannot meet; a hundred of them cost one derivation and one question. Exact, because a rung looks only at what is here:
rows of the people involved and of the case, and the structure they name with everything above it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.cypher.folders import per_set
from seewhy.graph.change.changed_rows import PAST_COUNTS
from seewhy.graph.change.day_facts import UNTIL_FURTHER_NOTICE, framed
from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.change.neighbourhood import facts_around
from seewhy.graph.inputs.files import FILES
from seewhy.graph.matrix.claims import decided_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seewhy.graph.answers.counterfactual import FactChange
    from seewhy.graph.change.day_facts import DayFacts, Row, Rows
    from seewhy.graph.matrix.claims import Outcome


def outcomes(
    facts: DayFacts, person: str, case: str, scheme: str, variants: Sequence[Sequence[FactChange]]
) -> list[Outcome]:
    """What would be decided about a pair after each of some sets of changes, in their order."""
    more = dict.fromkeys(change for changes in variants for change in changes)
    base = facts_around(facts, person, case, more, ladder=scheme)
    together: Rows = {stem: [] for stem in FILES}
    for number, changes in enumerate(variants):
        for stem, own in changed(base, changes, facts).items():
            together[stem] += [prefixed(stem, row, f"{number}|") for row in own]
    pairs = [(f"{number}|{person}", f"{number}|{case}") for number in range(len(variants))]
    decided = decided_pairs(in_memory(framed(together, facts), facts.date), scheme, pairs, facts.date)
    return [decided.get(pair, ("none", "inactive")) for pair in pairs]


def blank(stem: str, cells: Mapping[str, str], schema: Mapping[str, Any]) -> Row:
    """A history row from the cells of a change, with the defaults of the file table."""
    row: Row = {}
    for column in FILES[stem].columns:
        text = cells.get(column.name, "") or column.default
        row[column.name] = (
            text == "true" if column.kind == "bool" else (int(text) if text else None) if column.kind == "int" else text
        )
    own = {"row": 0, "source": "", "load": "", "ended_load": "", "present": True, **UNTIL_FURTHER_NOTICE}
    return {name: own.get(name, row.get(name, "")) for name in schema} | UNTIL_FURTHER_NOTICE


def changed(rows: Rows, changes: Iterable[FactChange], facts: DayFacts) -> Rows:
    """The rows with some ended and some added. Where the past counts, what began earlier was there until the facts."""
    out, chosen = dict(rows), list(changes)
    again = {dict(change.row).get("person_id") for change in chosen if change.do == "add" and change.file == "people"}
    for change in chosen:
        if change.do == "end":
            kept = [row for row in out[change.file] if not facts.ends(row, change)]
            if change.file in PAST_COUNTS:
                ended = [row for row in out[change.file] if facts.ends(row, change) and row["since"] < facts.date]
                kept += [{**row, "until": facts.date} for row in ended]
            if change.file == "people":  # who has no row is not active either, and facts still name them
                gone = [row for row in out[change.file] if facts.ends(row, change) and row["person_id"] not in again]
                kept += [{**row, "active": False} for row in gone]
            out[change.file] = kept
    for change in chosen:
        if change.do == "add":
            row = blank(change.file, dict(change.row), facts.frames[change.file].schema)
            if change.file == "people":  # managers decide nothing, and theirs need not be among these rows
                row = {**row, "manager_id": ""}
            out[change.file] = [*out[change.file], {**row, "since": facts.date} if change.file in PAST_COUNTS else row]
    return out


def prefixed(stem: str, row: Row, prefix: str) -> Row:
    """The row with the prefix before every id."""
    return {name: prefix + value if name in _ids()[stem] and value else value for name, value in row.items()}


@per_set
def _ids() -> dict[str, frozenset[str]]:
    """The columns of each file that hold ids."""
    return {
        stem: frozenset(column.name for column in spec.columns if column.kind == "id") for stem, spec in FILES.items()
    }
