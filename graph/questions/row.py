"""`row`: one row of the input: what it says, since when, what rests on it, and what stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.answers.row import Neighbours, RowAnswer, RowPeriod
from seewhy.graph.change.changed_rows import ChangedRow
from seewhy.graph.change.citing import MOST, CitingPairs, citing
from seewhy.graph.change.in_memory import kept_history
from seewhy.graph.change.row_lookup import SourceRow, row_at, rows_at, same_key
from seewhy.graph.explain.fact_words import difference, phrase
from seewhy.graph.explain.names import namer
from seewhy.graph.inputs.files import FILES
from seewhy.graph.record import question
from seewhy.graph.scope.question import keeps_itself, view_of, whole_of
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from seewhy.graph.scope.view import View

    Name = Callable[[str, str], str]

SHOWN, OF_A_FILE = 20, 6
"""Neighbouring rows that are named for each thing, and of each file; all are counted."""
_TOO_COMMON = frozenset({"systems"})
"""Files whose ids most rows name: what else names them says nothing about a row."""


@question("row")
@keeps_itself("row")
def row(
    session: Session,
    file: str,
    row: int | str,
    as_of: str | dt.date | None = None,
    *,
    load: str | None = None,
    most: int = MOST,
) -> RowAnswer:
    """What a row of the input says and what rests on it on the day. Without a `load` it is the row of that number that
    holds on the day, else the last that did.

    `most`: how many people and groups of cases are asked at the most; 0 leaves out what rests on it. A file or a row
    that nobody loaded raises UnknownEntity, what is no number ConfigurationError.
    """
    date, whole = day(as_of), whole_of(session)
    view, provenance = view_of(session, "row", date), whole.provenance()
    history = kept_history(whole)
    every = rows_at(history, file, row, told=_told(view))
    found = row_at(rows_at(history, file, row, load, _told(view)) if load else every, date)
    name = namer([history])
    cells = _shown(view, found)
    pairs = CitingPairs(complete=most > 0 or not found.holds(date))
    if most and found.holds(date):
        changed = ChangedRow(found.stem, tuple(found.cells[key] for key in FILES[found.stem].key), (found.cells,), ())
        pairs = citing(whole, date, changed, history, most=most, told=view.pair if view else lambda person, case: True)
    periods = [one for one in same_key(history, found) if _told(view)(one)]
    others = [one for one in every if one.cells["load"] != found.cells["load"]]
    people = {pair.person for pair in (*pairs.gives, *pairs.keeps_out)}
    granted_by, note = ("", "") if view else (cells.get("granted_by", ""), cells.get("note", ""))
    if view and view.person(cells.get("granted_by", "")):
        granted_by = cells.get("granted_by", "")
    return RowAnswer(
        found.source.rpartition(":")[0],
        int(found.cells["row"]),
        date,
        found.source,
        found.cells["load"],
        found.stem,
        phrase(found.stem, {**found.cells, **cells}, name),
        found.cells["since"],
        found.cells["until"],
        found.holds(date),
        {**cells, **({"granted_by": granted_by, "note": note} if view and "note" in cells else {})},
        tuple(_with_changes(periods, name)),
        tuple(_period(one, name) for one in others),
        tuple(pairs.gives),
        tuple(pairs.keeps_out),
        pairs.complete,
        tuple(_neighbours(history, found, date, name, view)),
        view.provenance(provenance) if view else provenance,
        granted_by,
        note,
        {person: name("people", person) for person in sorted(people)},
    )


def _told(view: View | None) -> Callable[[SourceRow], bool]:
    return lambda one: view is None or not view.names_outside(one.stem, one.cells)


def _shown(view: View | None, found: SourceRow) -> dict[str, str]:
    """The cells; the title of a case that may be named only by its id is blank."""
    cells = found.texts()
    if view is not None and found.stem == "cases" and not view.titled(cells["case_id"]):
        cells["title"] = ""
    return cells


def _period(one: SourceRow, name: Name, became: str = "") -> RowPeriod:
    cells = one.cells
    return RowPeriod(
        one.source, cells["load"], cells["since"], cells["until"], cells["ended_load"],
        phrase(one.stem, cells, name), became,
    )  # fmt: skip


def _with_changes(periods: list[SourceRow], name: Name) -> Iterable[RowPeriod]:
    """The periods of a key, each with what the next one has otherwise, where it follows at once."""
    for one, after in zip(periods, [*periods[1:], None], strict=True):
        follows = after is not None and after.cells["since"] == one.cells["until"]
        yield _period(one, name, difference(one.stem, one.cells, after.cells, name) if after and follows else "")


def _named(found: SourceRow) -> dict[tuple[str, str], None]:
    """The things that a row names, as stem and id."""
    spec = FILES[found.stem]
    named: dict[tuple[str, str], None] = {}
    for column in spec.columns:
        stem = column.references or (found.stem if column.name == spec.id else "")
        cell = str(found.cells.get(column.name) or "")
        if cell and stem in FILES and stem not in _TOO_COMMON and column.name != "granted_by":
            named[stem, cell] = None
    return named


def _neighbours(
    history: Mapping[str, pl.DataFrame], found: SourceRow, date: str, name: Name, view: View | None
) -> Iterable[Neighbours]:
    for kind, id in _named(found):
        yield _beside(history, (kind, id), date, name, view, (SHOWN, OF_A_FILE), besides=found)


def _beside(
    history: Mapping[str, pl.DataFrame],
    thing: tuple[str, str],
    date: str,
    name: Name,
    view: View | None,
    most: tuple[int, int],
    besides: SourceRow | None = None,
) -> Neighbours:
    """The rows that name a thing on the day, its own first, `besides` left out; `most`: so many are told, and of each
    file."""
    (kind, id), (in_all, of_file) = thing, most
    on_day = (pl.col("since") <= date) & (pl.col("until") > date)
    counts: dict[str, int] = {}
    first: list[RowPeriod] = []
    order = sorted(FILES, key=lambda stem: stem == kind)  # rows of its own file that name it name it as another's
    for stem, own in [(kind, True), *((stem, False) for stem in order)]:
        spec = FILES[stem]
        columns = [spec.id] if own and spec.id else []
        if not own and id:
            columns = [one.name for one in spec.columns if one.name != "granted_by" and one.references == kind]
        if not columns:
            continue
        named = pl.any_horizontal(pl.col(one) == id for one in columns) if id else pl.lit(True)
        rows = history[stem].filter(on_day, named)
        if besides is not None:
            rows = rows.filter(~((pl.col("source") == besides.source) & (pl.col("load") == besides.cells["load"])))
        every = rows if view else rows.head(of_file)
        listed = [one for cells in every.iter_rows(named=True) if _told(view)(one := SourceRow(stem, cells))]
        if count := len(listed) if view else len(rows):
            counts[stem] = counts.get(stem, 0) + count
            first += [_period(one, name) for one in listed[: min(of_file, in_all - len(first))]]
    return Neighbours(kind, id, name(kind, id), counts, tuple(first))


@question("row")
@keeps_itself("row")
def rows_about(
    session: Session, kind: str, id: str, as_of: str | dt.date | None = None, *, most: tuple[int, int] = (60, 20)
) -> Neighbours:
    """The rows that name a person, a unit, a case … on the day, its own row among them; `kind` is the stem of its file.

    A blank id: the rows of that file. All are counted; `most` are told, in all and of each file.
    """
    date, whole = day(as_of), whole_of(session)
    history = kept_history(whole)
    return _beside(history, (kind, id), date, namer([history]), view_of(session, "row", date), most)
