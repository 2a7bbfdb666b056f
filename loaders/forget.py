"""`seewhy forget`: somebody who left is removed from the history, and from the graph, which is derived anew.

    rows about them      memberships, holdings, links, their own entry, rules about them: go, in every load
    rows about others    that name them in one column (who covers, who granted): the cell becomes blank
    texts                notes, titles: their id, full name and e-mail address become "(forgotten)"

Rows of the newest snapshot are left alone: they would come back with the next load. Whoever is in it is refused.
Earlier generations and what was put aside beside the graph are deleted, because they hold the same rows.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.derivation.derive import derive
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.inputs.files import FILES
from seewhy.graph.nearest import nearest
from seewhy.graph.schemes.columns import PERIOD
from seewhy.graph.schemes.of_graph import require_schemes, ruled_otherwise
from seewhy.loaders.upgrade import require_loaded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seewhy.graph.engines.base import Engine, Progress
    from seewhy.graph.schemes.columns import FileSpec

FORGOTTEN = "(forgotten)"
_SHOWN = 10
_SHORTEST = 3
"""Letters that an id must have to be looked for in texts: a shorter one is a word of many meanings."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went, or with `dry_run` would go: rows and cells by file; `earlier` are states beside the graph; `staying`
    are rows of the newest snapshot whose texts name the person; `texts` are the id, names and addresses."""

    person: str
    rows: dict[str, int]
    cells: dict[str, int]
    earlier: tuple[str, ...]
    staying: tuple[str, ...]
    texts: tuple[str, ...] = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Plain data; the texts are left out."""
        return {
            "person": self.person, "rows": self.rows, "cells": self.cells, "earlier": list(self.earlier),
            "staying": list(self.staying),
        }  # fmt: skip


def forget(
    engine: Engine, person: str, *, known: bool = False, dry_run: bool = False, progress: Progress | None = None
) -> Forgotten:
    """Remove a person from a graph that is open for writing; `known`: somebody else (the question log) knows the id.

    Raises ConfigurationError for somebody in the newest snapshot, UnknownEntity for an id that nothing knows.
    """
    require_loaded(engine)
    with engine.loading():
        loads = engine.loads()
        require_schemes(loads)
        history = engine.history()
        people = history["people"]
        earlier = engine.earlier("people")
        texts = _texts(person, [people, *(one for one in earlier.values() if one is not None)])
        naming = {stem: _naming(FILES[stem], frame, person) for stem, frame in history.items() if stem in FILES}
        if present := [place for stem, frame in history.items() for place in _present(frame, naming.get(stem))]:
            more = f" and {len(present) - _SHOWN:,} more" if len(present) > _SHOWN else ""
            raise ConfigurationError(
                f"`{person}` is in the current snapshot: {', '.join(present[:_SHOWN])}{more}",
                "end these rows in the source, load it, and then forget the person",
            )
        named = any(frame.select(mask).to_series().any() for frame, mask in _masked(history, naming))
        before = tuple(name for name, one in earlier.items() if one is None or person in one["person_id"])
        if not (named or known or any(earlier[name] is not None for name in before)):
            ids = {row["person_id"]: row["name"] for row in people.iter_rows(named=True)}
            raise UnknownEntity(f"unknown person `{person}`", nearest(person, ids, always=True))
        after, rows, cells = _without(history, person, texts)
        staying = tuple(at for stem, frame in after.items() if stem in FILES for at in _mentioned(stem, frame, texts))
        found = Forgotten(person, rows, cells, tuple(earlier) if rows or cells or before else (), staying, texts)
        if not dry_run and (rows or cells or before):
            at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
            now, day = (*loads[:-1], replace(loads[-1], forgotten=at)), loads[-1].as_of
            # What other rules derived is read back: it cannot be derived again by these.
            known_before = engine.name != "embedded" and not ruled_otherwise(loads[-1])
            held = derive(history, day) if known_before else None
            engine.replace(now, after, derive(after, day), before=held, alone=True, progress=progress)
    return found


def _texts(person: str, frames: Iterable[pl.DataFrame]) -> tuple[str, ...]:
    """The id, and every full name and e-mail address that a snapshot gave."""
    found = [person]
    for frame in frames:
        own = frame.filter(pl.col("person_id") == person)
        found += [name for name in own["name"].to_list() if " " in name.strip()]
        found += [address for address in own["email"].to_list() if address]
    return tuple(dict.fromkeys(found))


def _naming(spec: FileSpec, frame: pl.DataFrame, person: str) -> dict[str, pl.Expr]:
    """Column to: the cell is this person's id."""
    found = {
        column.name: pl.col(column.name) == person
        for column in (*spec.columns, *(PERIOD if spec.dated else ()))
        if column.references == "people" and column.name in frame.columns
    }
    if spec.stem == "people":
        found["person_id"] = pl.col("person_id") == person
    if spec.stem == "access_rules":
        found["subject_id"] = (pl.col("subject_kind") == "person") & (pl.col("subject_id") == person)
    return found


def _masked(
    history: Mapping[str, pl.DataFrame], naming: Mapping[str, dict[str, pl.Expr]]
) -> Iterable[tuple[pl.DataFrame, pl.Expr]]:
    return ((history[stem], pl.any_horizontal(*columns.values())) for stem, columns in naming.items() if columns)


def _present(frame: pl.DataFrame, columns: dict[str, pl.Expr] | None) -> list[str]:
    """Sources of the rows of the newest snapshot that name the person."""
    if not columns:
        return []
    return [f"`{one}`" for one in frame.filter(pl.col("present"), pl.any_horizontal(*columns.values()))["source"]]


def _without(
    history: Mapping[str, pl.DataFrame], person: str, texts: tuple[str, ...]
) -> tuple[dict[str, pl.DataFrame], dict[str, int], dict[str, int]]:
    """The history without the person; rows that went, and cells that were blanked, by file."""
    after, rows, cells = dict(history), dict[str, int](), dict[str, int]()
    gone = [("people", person)]
    while gone:
        stem_of, id = gone.pop()
        for stem, frame in list(after.items()):
            if stem not in FILES:
                continue
            spec = FILES[stem]
            columns = _naming(spec, frame, id) if stem_of == "people" else _referring(spec, stem_of, id)
            if not columns:
                continue
            whole = [mask for name, mask in columns.items() if _carries(spec, name)]
            kept = frame.filter(~pl.any_horizontal(*whole)) if whole else frame
            if number := len(frame) - len(kept):
                rows[stem] = rows.get(stem, 0) + number
                if spec.id and stem != stem_of:
                    gone += [(stem, one) for one in sorted({*frame[spec.id]} - {*kept[spec.id]})]
            blank = {name: mask for name, mask in columns.items() if not _carries(spec, name)}
            if number := sum(int(kept.select(mask).to_series().sum()) for mask in blank.values()):
                cells[stem] = cells.get(stem, 0) + number
                kept = kept.with_columns(
                    pl.when(mask).then(pl.lit("")).otherwise(name).alias(name) for name, mask in blank.items()
                )
            after[stem] = kept
    for stem, frame in after.items():
        if stem in FILES:
            after[stem], number = _unnamed(stem, frame, texts)
            if number:
                cells[stem] = cells.get(stem, 0) + number
    return after, rows, cells


def _carries(spec: FileSpec, name: str) -> bool:
    """Whether a row says nothing without this cell: it is of the key or required, or whom a rule is about."""
    return name in spec.key or name == "subject_id" or any(one.name == name and one.required for one in spec.columns)


def _referring(spec: FileSpec, stem: str, id: str) -> dict[str, pl.Expr]:
    return {one.name: pl.col(one.name) == id for one in spec.columns if one.references == stem}


def _texts_of(stem: str) -> list[str]:
    """Columns in which people write what they like; names and addresses of other people are their own."""
    own = ("name", "email") if stem == "people" else ()
    columns = (*FILES[stem].columns, *(PERIOD if FILES[stem].dated else ()))
    return [one.name for one in dict.fromkeys(columns) if one.kind == "text" and one.name not in own]


def _changed(cells: pl.Series, texts: tuple[str, ...]) -> dict[str, str]:
    """Cells that name the person as whole words, to what is left of them."""
    words = [text for text in sorted(texts, key=len, reverse=True) if len(text) >= _SHORTEST]
    if not words:
        return {}
    low = pl.col("cell").str.to_lowercase()
    some = cells.alias("cell").to_frame().filter(low.str.contains_any([word.lower() for word in words]))
    pattern = re.compile(rf"(?<![\w.@-])(?:{'|'.join(map(re.escape, words))})(?![\w@-]|\.\w)", re.IGNORECASE)
    after = {cell: pattern.sub(FORGOTTEN, cell) for cell in some["cell"].unique().to_list()}
    return {cell: said for cell, said in after.items() if said != cell}


def _unnamed(stem: str, frame: pl.DataFrame, texts: tuple[str, ...]) -> tuple[pl.DataFrame, int]:
    """Rows that are not of the newest snapshot, without the texts; and how many cells were changed."""
    count = 0
    for name in _texts_of(stem):
        before = frame.filter(~pl.col("present"))[name]
        if changed := _changed(before, texts):
            count += int(before.is_in(list(changed)).sum())
            said = pl.col(name).replace(changed)
            frame = frame.with_columns(pl.when("present").then(name).otherwise(said).alias(name))
    return frame, count


def _mentioned(stem: str, frame: pl.DataFrame, texts: tuple[str, ...]) -> list[str]:
    """Sources of rows of the newest snapshot whose texts name the person."""
    now = frame.filter("present")
    found = [list(_changed(now[name], texts)) for name in _texts_of(stem)]
    said = [pl.col(name).is_in(some) for name, some in zip(_texts_of(stem), found, strict=True) if some]
    return now.filter(pl.any_horizontal(said))["source"].to_list() if said else []
