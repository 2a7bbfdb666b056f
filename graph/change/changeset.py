"""Changesets: rows to add, to end and to set that nobody loaded yet, checked like input and applied to the history.

    {add: {memberships: [row…]}, end: {memberships: [key…]}, set: {cases: [key and new values]}}

`add` begins on the day (or at its own `since`), `end` ends the row that holds on the day, `set` does both with other
values. The organisation that results must pass every check of a load. Pure: frames in, frames out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.change.changeset_rows import RowFinder, as_text
from seewhy.graph.errors import ConfigurationError, LoadRejected
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.checks.keys import read_keys
from seewhy.graph.inputs.files import FILES
from seewhy.graph.inputs.given import given_faults, tables_from_given
from seewhy.graph.inputs.tables import FIRST_ROW, RawTable
from seewhy.graph.nearest import nearest
from seewhy.graph.problems import Problem
from seewhy.graph.schemes.columns import as_cell
from seewhy.graph.vocabulary import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seewhy.graph.loads import Load
    from seewhy.graph.schemes.columns import FileSpec

DOS = ("add", "end", "set")
LOAD = "whatif"
"""`load` of facts that only changes say; their source reads `add/memberships.csv:2`."""
History = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Changes:
    """Tables of rows to add, to end, and to set, by `do`, then stem; cells are text as in input files."""

    tables: Mapping[str, Mapping[str, RawTable]]
    named: Mapping[tuple[str, str], Sequence[frozenset[str]]] = field(default_factory=dict)
    """By `do` and stem the columns that each row has of its own, where rows are mappings; else all of the header."""

    @property
    def size(self) -> int:
        """Number of rows."""
        return sum(len(table.frame) for tables in self.tables.values() for table in tables.values())


def changes_from(data: Any, shown: str = "the changes") -> Changes:
    """Changes from plain data (the YAML form). What is no such form raises ConfigurationError."""
    form = "a mapping of add, end and set, each of file stems to rows"
    if not isinstance(data, dict) or not data:
        raise ConfigurationError(f"`{shown}` holds no changes", f"expected {form}")
    unknown = [str(key) for key in data if key not in DOS]
    if unknown:
        raise ConfigurationError(f"`{unknown[0]}` is none of add, end, set", nearest(unknown[0], DOS))
    wrong = [do for do, tables in data.items() if tables is not None and not isinstance(tables, dict)]
    if wrong:
        raise ConfigurationError(f"`{wrong[0]}` is no mapping of file stems to rows", f"expected {form}")
    faults = [f"{do}: {fault}" for do, tables in data.items() for fault in given_faults(tables or {})]
    if faults:
        raise ConfigurationError(f"`{shown}` cannot be read: {'; '.join(faults)}", f"expected {form}")
    rows = {(do, str(stem)): own for do, tables in data.items() for stem, own in (tables or {}).items()}
    named = {
        at: tuple(frozenset(str(name).strip() for name in row) for row in own)
        for at, own in rows.items()
        if isinstance(own, list | tuple)
    }
    return changes_of({do: tables_from_given(tables or {}) for do, tables in data.items()}, named)


def changes_of(
    tables: Mapping[str, Mapping[str, RawTable]], own: Mapping[tuple[str, str], Sequence[frozenset[str]]] | None = None
) -> Changes:
    """Changes from tables by `do` and stem; their files are shown as `add/memberships.csv`. `own`: `Changes.named`."""
    named = {
        do: {stem: replace(table, file=f"{do}/{table.file}") for stem, table in own.items()}
        for do, own in tables.items()
    }
    return Changes(named, own or {})


def snapshot(history: Mapping[str, pl.DataFrame], loads: Sequence[Load], as_of: str) -> History:
    """The rows of the snapshot that was the newest on a day (before the first: the first), in the history's columns."""
    newest = max((load.id for load in loads if load.as_of <= as_of), default=loads[0].id if loads else "")
    there = (pl.col("load") <= newest) & ((pl.col("ended_load") == "") | (pl.col("ended_load") > newest))
    return {stem: frame.filter(there) for stem, frame in history.items()}


def apply(history: Mapping[str, pl.DataFrame], loads: Sequence[Load], changes: Changes, as_of: str) -> History:
    """What would be remembered if the changes were made on the day. Raises LoadRejected with every problem."""
    made = _Made(history, snapshot(history, loads, as_of), changes, as_of)
    made.read()
    frames = made.checked()
    if made.problems:
        made.problems.sort(key=lambda problem: not problem.file.startswith(tuple(f"{do}/" for do in DOS)))
        word = "problem" if len(made.problems) == 1 else "problems"
        raise LoadRejected(f"{len(made.problems):,} {word} in the changes; nothing was asked", made.problems)
    return made.history(frames)


class _Made:
    """One set of changes on its way into a history. Rows of the snapshot keep their place; new rows come behind."""

    def __init__(self, history: Mapping[str, pl.DataFrame], rows: History, changes: Changes, as_of: str) -> None:
        self._history, self._rows, self._changes, self._day = history, rows, changes, as_of
        self.problems: list[Problem] = []
        self._ended: dict[str, list[int]] = {}
        """Places in the snapshot of the rows that end."""
        self._new: dict[str, list[tuple[str, int, dict[str, str]]]] = {}
        """File and row in the changes, and the cells, of every row that begins."""

    def read(self) -> None:
        for do in DOS:
            for stem, table in self._changes.tables.get(do, {}).items():
                self.problems += table.problems
                spec = FILES.get(stem)
                if spec is None:
                    hint = nearest(stem, list(FILES))
                    self.problems.append(Problem("unknown_file", table.file, 1, "", f"`{stem}` is no input file", hint))
                    continue
                self._read_table(do, spec, table)

    def _read_table(self, do: str, spec: FileSpec, table: RawTable) -> None:
        header = frozenset(table.frame.columns)
        for name in table.frame.columns:
            if name not in spec.names:
                message = f"`{name}` is no column of {spec.stem}"
                self.problems.append(Problem("unknown_column", table.file, 1, name, message, nearest(name, spec.names)))
        if do == "add":
            rows = enumerate(table.frame.iter_rows(named=True), FIRST_ROW)
            self._new.setdefault(spec.stem, []).extend((table.file, at, row) for at, row in rows if any(row.values()))
            return
        # An ended row goes away as it is: what its row says besides the key must be so.
        also = [name for name in spec.names if name in header] if do == "end" else ["since"]
        keys, problems = read_keys(table, spec, also)
        missing = [c.name for c in spec.columns if c.name in spec.key and c.required and c.name not in header]
        self.problems += problems
        wrong = {problem.row for problem in problems}
        finder = RowFinder(spec, self._rows[spec.stem], self._day, self.problems)
        named = self._changes.named.get((do, spec.stem), ())
        for place, row in enumerate(table.frame.iter_rows(named=True), FIRST_ROW):
            if not any(row.values()):
                continue
            if missing:
                message = f"`{missing[0]}` is part of the key and blank"
                self.problems.append(Problem("blank_cell", table.file, place, missing[0], message))
                continue
            if place in wrong:
                continue
            own = named[place - FIRST_ROW] if named else header
            found = finder.find(table.file, place, keys[place], own)
            if found is None:
                continue
            if found in self._ended.setdefault(spec.stem, []):
                message = "the same row is named twice"
                self.problems.append(Problem("duplicate_key", table.file, place, spec.key[0], message))
                continue
            self._ended[spec.stem].append(found)
            was = _texts(self._rows[spec.stem][found], spec)
            if do == "set":
                given = {name: cell for name, cell in row.items() if name in spec.names and name in own}
                self._new.setdefault(spec.stem, []).append((table.file, place, {**was, **given}))
                continue
            for name in also:
                cell = keys[place][name]
                if name not in (*spec.key, "since") and row[name] and cell != was[name]:
                    message = f"the row that would end has {name} `{was[name]}`, not `{row[name]}`"
                    hint = "an end takes the key of a row; a row is changed by `set`"
                    self.problems.append(Problem("other_value", table.file, place, name, message, hint))

    def checked(self) -> History:
        """The resulting organisation as checked frames; problems are reported at their place in the changes."""
        tables, places = {}, {}
        for stem, rows in self._rows.items():
            spec = FILES[stem]
            kept = rows.with_row_index("_place").filter(~pl.col("_place").is_in(self._ended.get(stem, [])))
            old = kept.select(
                as_text(pl.col({"since": "given_since", "until": "given_until"}.get(n, n) if spec.dated else n)).alias(
                    n
                )
                for n in spec.names
            )
            new = self._new.get(stem, [])
            texts = [{**cells, "since": self._begin(file, cells)} if spec.dated else cells for file, _, cells in new]
            more = pl.DataFrame(
                {n: [cells.get(n, "") for cells in texts] for n in spec.names},
                schema=dict.fromkeys(spec.names, pl.String),
            )
            frame = pl.concat([old, more]).select(pl.all().fill_null("").str.strip_chars())
            tables[stem] = RawTable(stem, f"{stem}.csv", frame)
            places[f"{stem}.csv"] = (kept["source"].to_list(), [(file, row) for file, row, _ in new])
        done = check(tables)
        for problem in done.problems:
            self.problems.append(_placed(problem, *places.get(problem.file, ([], []))))
        return done.frames

    def _begin(self, file: str, cells: Mapping[str, str]) -> str:
        """When a row begins: an added one at its own `since`, any other on the day."""
        return (cells.get("since", "") if file.startswith("add/") else "") or self._day

    def history(self, frames: History) -> History:
        """The history with the rows ended and begun."""
        after = dict(self._history)
        for stem in {*self._ended, *self._new}:
            spec, frame = FILES[stem], after[stem]
            rows = self._rows[stem]
            if ended := self._ended.get(stem):
                ids = rows[ended].select("row", "source", "load", "since", "until").with_columns(_gone=pl.lit(True))
                frame = frame.join(
                    ids, on=["row", "source", "load", "since", "until"], how="left", maintain_order="left"
                )
                gone = pl.col("_gone").fill_null(False)
                frame = frame.with_columns(
                    until=pl.when(gone).then(pl.min_horizontal("until", pl.lit(self._day))).otherwise("until"),
                    ended_load=pl.when(gone).then(pl.lit(LOAD)).otherwise("ended_load"),
                    present=pl.col("present") & ~gone,
                ).drop("_gone")
                frame = frame.with_columns(until=pl.max_horizontal("until", "since"))
            if new := self._new.get(stem):
                begun = frames[stem].tail(len(new))
                rows_now = self._begun(spec, begun, new)
                columns = [
                    pl.col(name).cast(kind)
                    if name in rows_now.columns
                    else pl.lit(self._day if kind == pl.String else None, kind).alias(name)
                    for name, kind in frame.schema.items()
                ]
                frame = pl.concat([frame, rows_now.select(columns)])
            after[stem] = frame
        return after

    def _begun(
        self, spec: FileSpec, rows: pl.DataFrame, new: Sequence[tuple[str, int, dict[str, str]]]
    ) -> pl.DataFrame:
        since, until = pl.lit(self._day), pl.lit(OPEN)
        if spec.dated:
            rows = rows.rename({"since": "given_since", "until": "given_until"})
            since = pl.col("given_since")
            until = pl.when(pl.col("given_until") == "").then(pl.lit(OPEN)).otherwise("given_until")
        return rows.with_columns(
            since=since,
            until=until,
            row=pl.Series([row for _, row, _ in new], dtype=pl.Int64),
            source=pl.Series([f"{file}:{row}" for file, row, _ in new]),
            load=pl.lit(LOAD),
            ended_load=pl.lit(""),
            present=pl.lit(True),
        )


def _texts(row: pl.DataFrame, spec: FileSpec) -> dict[str, str]:
    """One row of the history as cells of an input file."""
    cells = row.row(0, named=True)
    names = {"since": "given_since", "until": "given_until"} if spec.dated else {}
    return {name: as_cell(cells[names.get(name, name)]) for name in spec.names}


def _placed(problem: Problem, old: Sequence[str], new: Sequence[tuple[str, int]]) -> Problem:
    """The problem at its row in the changes, or at the row of the input that does not fit them any more."""
    place = problem.row - 2
    if place >= len(old) + len(new) or place < 0:
        return problem
    if place >= len(old):
        file, row = new[place - len(old)]
        return replace(problem, file=file, row=row)
    file, _, row_text = old[place].rpartition(":")
    return replace(problem, file=file, row=int(row_text) if row_text.isdigit() else problem.row)
