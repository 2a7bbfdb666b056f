"""A scheme's `definition.sql`: the decision said a second time, in SQL over the input tables, and never by the rungs.

What a definition finds:

    people, cases, …      one table per input file, with the rows that hold on the day (all where rows have no dates)
    ever.people, …        the same with the rows of every day
    pairs                 person_id, case_id, system_id: the questions; both are known, neither need be there on the day
    system_policies       system_id and a column for each policy of the scheme, of every system of the scheme
    as_of()               the day
    strength(value)       0 for none, 1 for view, 2 for edit

Columns are those of the input file, as a load reads them: ids, text and words VARCHAR ('' where blank, words in lower
case), truth values BOOLEAN, numbers BIGINT and dates DATE (NULL where blank), defaults filled in; privileges go by
their names. What it returns: one row for each of `pairs` with

    person_id, case_id
    value                 none, view or edit
    step                  the rung that decided, or `inactive`, `no_case`
    value_now             where the scheme has it
    search                true or false, where the scheme has it: does a search by the person find the case?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.nearest import nearest
from seewhy.schemes.sql_sandbox import SECONDS, SqlSandbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seewhy.graph.schemes.columns import Column, FileSpec
    from seewhy.graph.schemes.policies import Policy
    from seewhy.schemes.under_test import SchemeUnderTest

Pair = tuple[str, str]
"""Ids of a person and a case."""
_KEYS = ("person_id", "case_id", "value", "step")
_VALUES = ("none", "view", "edit")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Said:
    """What is decided about a pair. `value_now` and `search` are None where the scheme has none."""

    value: str
    step: str
    value_now: str | None = None
    search: bool | None = None

    def __str__(self) -> str:
        now = "" if self.value_now in (None, self.value) else f", now {self.value_now}"
        found = "" if self.search is None else ", found" if self.search else ", not found"
        return f"{self.value} by {self.step}{now}{found}"


def said_by_definition(
    scheme: SchemeUnderTest,
    frames: Mapping[str, pl.DataFrame],
    pairs: Sequence[Pair],
    as_of: str,
    *,
    seconds: float = SECONDS,
) -> dict[Pair, Said]:
    """What `definition.sql` says about every pair. `frames` are checked rows by stem, as `check` gives them.

    Raises ConfigurationError, all faults at once, for a text that is refused or an answer that is none to the question,
    LimitReached when it takes too long.
    """
    macros = {
        "as_of()": f"DATE '{as_of}'",
        "strength(value)": "CASE value WHEN 'none' THEN 0 WHEN 'view' THEN 1 WHEN 'edit' THEN 2 END",
    }
    sandbox = SqlSandbox(_tables(scheme, frames, pairs, as_of), macros, seconds=seconds)
    try:
        names, rows = sandbox.ask(scheme.definition, scheme.definition_file, len(pairs))
    finally:
        sandbox.close()
    return _answers(scheme, names, rows, pairs)


def _tables(
    scheme: SchemeUnderTest, frames: Mapping[str, pl.DataFrame], pairs: Sequence[Pair], as_of: str
) -> dict[str, pl.DataFrame]:
    tables: dict[str, pl.DataFrame] = {}
    for stem, spec in scheme.specs.items():
        tables[f"ever.{stem}"] = ever = _typed(spec, frames[stem])
        tables[stem] = ever.filter(_holds(as_of)) if spec.dated else ever
    of_case = tables["ever.cases"].select("case_id", "system_id").unique("case_id", keep="first")
    asked = pl.DataFrame(list(pairs), schema={"person_id": pl.String, "case_id": pl.String}, orient="row")
    tables["pairs"] = asked.join(of_case, on="case_id", how="left")
    tables["system_policies"] = _policies(scheme.name, scheme.policies, tables["systems"], tables["policies"])
    return tables


def _holds(as_of: str) -> pl.Expr:
    day = pl.lit(as_of).str.to_date("%Y-%m-%d")
    return (pl.col("since").is_null() | (pl.col("since") <= day)) & (
        pl.col("until").is_null() | (day < pl.col("until"))
    )


def _typed(spec: FileSpec, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select([_cell(column) for column in spec.columns])


def _cell(column: Column) -> pl.Expr:
    if column.kind == "date":
        return pl.col(column.name).str.to_date("%Y-%m-%d", strict=False)
    kinds: dict[str, Any] = {"bool": pl.Boolean, "int": pl.Int64}
    return pl.col(column.name).cast(kinds.get(column.kind, pl.String))


def _policies(scheme: str, policies: Mapping[str, Policy], systems: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """One row per system of the scheme, one typed column per policy, defaults where nothing is set."""
    of_scheme = systems.filter(pl.col("scheme") == scheme)["system_id"].to_list()
    given = {(system, name): value for system, name, value in rows.select("system_id", "policy", "value").iter_rows()}
    columns = [pl.Series("system_id", of_scheme, dtype=pl.String)]
    for name, policy in policies.items():
        texts = pl.Series(name, [given.get((system, name), policy.default) for system in of_scheme], dtype=pl.String)
        columns.append(
            texts == "true" if policy.kind == "bool" else texts.cast(pl.Int64) if policy.kind == "int" else texts
        )
    return pl.DataFrame(columns)


def _answers(
    scheme: SchemeUnderTest, names: Sequence[str], rows: Iterable[tuple[Any, ...]], pairs: Sequence[Pair]
) -> dict[Pair, Said]:
    """The rows as decisions; every fault of theirs in one error."""
    wanted = (*_KEYS, *(["value_now"] if scheme.value_now else []), *(["search"] if scheme.search else []))
    faults = [f"the column `{name}` is missing" for name in wanted if name not in names]
    faults += [f"unknown column `{name}`{_hint(name, wanted)}" for name in names if name not in wanted]
    faults += [f"the column `{name}` comes twice" for name in {n for n in names if list(names).count(n) > 1}]
    if faults:
        raise ConfigurationError.of_all([f"`{scheme.definition_file}`: {fault}" for fault in sorted(faults)])
    asked, found, wrong = set(pairs), dict[Pair, Said](), list[str]()
    for row in rows:
        cells = dict(zip(names, row, strict=True))
        pair = (cells.pop("person_id"), cells.pop("case_id"))
        shown = f"person `{pair[0]}`, case `{pair[1]}`"
        if pair in found or pair not in asked:
            wrong.append(f"{shown} " + ("is answered twice" if pair in found else "was not asked"))
        if cells["step"] not in scheme.steps:
            wrong.append(f"{shown}: `{cells['step']}` is no step{_hint(str(cells['step']), scheme.steps)}")
        for column in ("value", "value_now"):
            if column in cells and cells[column] not in _VALUES:
                wrong.append(f"{shown}: `{column}` is `{cells[column]}`, not none, view or edit")
        if "search" in cells and not isinstance(cells["search"], bool):
            wrong.append(f"{shown}: `search` is `{cells['search']}`, not true or false")
        found[pair] = Said(**cells)
    wrong += [
        f"person `{person}`, case `{case}` has no answer" for person, case in pairs if (person, case) not in found
    ]
    if wrong:
        more = [f"and {len(wrong) - _SHOWN:,} more"] if len(wrong) > _SHOWN else []
        sentences = [*wrong[:_SHOWN], *more]
        raise ConfigurationError.of_all([f"`{scheme.definition_file}`: {one}" for one in sentences])
    return found


def _hint(word: str, known: Iterable[str]) -> str:
    return f" ({near})" if (near := nearest(word, tuple(known))) else ""
