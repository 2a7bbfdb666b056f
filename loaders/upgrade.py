"""`seewhy upgrade`: a graph that an older SeeWhy made is derived anew from its ledger, which holds every row of every
load.

Facts keep the days that they had: what was answered of a day then is answered of it now. Columns that the older ledger
did not have are blank in it, as in a file without them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.derivation.derive import derive
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.files import FILES
from seewhy.graph.loads import MODEL
from seewhy.graph.schemes.of_graph import digests_of, require_schemes
from seewhy.graph.vocabulary import ALWAYS
from seewhy.loaders.ledger import merge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seewhy.graph.engines.base import Engine, Progress
    from seewhy.graph.loads import Load

History = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade did, or with `dry_run` would do: `reasons` are none where nothing was to be done; `facts` is the
    number of rows of the ledger, `loads` the ids of the loads that stay, oldest first."""

    target: str
    engine: str
    model: int
    to_model: int
    reasons: tuple[str, ...]
    dry_run: bool
    loads: tuple[str, ...]
    facts: int
    nodes: int
    relationships: int

    def as_dict(self) -> dict[str, Any]:
        """Plain data, keys as the fields."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {**found, "reasons": list(self.reasons), "loads": list(self.loads)}


def upgrade(engine: Engine, *, dry_run: bool = False, progress: Progress | None = None) -> Upgrade:
    """Derive a graph, opened for writing and `older`, anew where its model or the rules that made it are not today's.

    The state before answers until the new one does. Raises EngineUnavailable for an empty graph, one of a newer model,
    and one whose ledger is damaged.
    """
    require_loaded(engine)
    with engine.loading():
        loads = engine.loads()
        require_schemes(loads)
        history = engine.history()
        require_whole(loads, history, f"the graph `{engine.target}` is damaged")
        model, reasons = loads[-1].model, reasons_of(loads, history)
        loads, history = brought_up(loads, history)
        tables = derive(history, loads[-1].as_of)
        if reasons and not dry_run:
            engine.replace(loads, history, tables, progress=progress)
    return Upgrade(
        engine.target, f"{engine.name} {engine.version}", model, MODEL, reasons, dry_run,
        tuple(load.id for load in loads), sum(len(frame) for frame in history.values()), *tables.size,
    )  # fmt: skip


def require_loaded(engine: Engine) -> None:
    """Raises EngineUnavailable for an empty graph, before anything is made where there is none."""
    if not engine.loads():
        raise EngineUnavailable(f"the graph `{engine.target}` is empty", "load a folder first: seewhy load FOLDER")


def reasons_of(loads: Sequence[Load], history: Mapping[str, pl.DataFrame]) -> tuple[str, ...]:
    """Why the newest load is to be derived anew, in words; none where it is as this SeeWhy would make it."""
    newest, found = loads[-1], []
    if newest.model < MODEL:
        found.append(f"it has graph model {newest.model}, this SeeWhy writes model {MODEL}")
    elif not newest.schemes:
        found.append("it does not say which rules made it")
    elif newest.schemes != _governing(history):
        found.append("the schemes that made it are not as they were")
    return tuple(found)


def brought_up(loads: Sequence[Load], history: Mapping[str, pl.DataFrame]) -> tuple[tuple[Load, ...], History]:
    """Loads and ledger as this SeeWhy writes them; a ledger in today's columns stays as it is."""
    shape = merge({}, check({}).frames, loads[0].as_of, loads[0].id).history
    days = {load.id: load.as_of for load in loads} | {loads[0].id: ALWAYS}
    found = {stem: _in_columns(history[stem], empty, stem, days) if stem in history else empty
             for stem, empty in shape.items()}  # fmt: skip
    found |= {stem: frame for stem, frame in history.items() if stem not in found}
    now = [replace(load, model=MODEL) for load in loads]
    now[-1] = replace(now[-1], schemes=_governing(found))
    return tuple(now), found


def require_whole(loads: Sequence[Load], history: Mapping[str, pl.DataFrame], what: str) -> None:
    """Raises EngineUnavailable for a ledger that lacks a file, or rows of its newest load: what kept no account of its
    files can only be compared with its loads."""
    missing = [stem for stem, spec in FILES.items() if not spec.scheme and stem not in history]
    if missing:
        raise EngineUnavailable(f"{what}: the history of `{missing[0]}` is missing", "take a backup that is whole")
    held = sum(frame["present"].sum() for frame in history.values())
    if held != loads[-1].facts:
        message = f"{what}: its history holds {held:,} rows of `{loads[-1].id}`, which had {loads[-1].facts:,}"
        raise EngineUnavailable(message, "take a backup that is whole")


def _governing(history: Mapping[str, pl.DataFrame]) -> str:
    names = history["systems"]["scheme"].to_list() if "systems" in history else []
    return digests_of(set(names))


def _in_columns(frame: pl.DataFrame, empty: pl.DataFrame, stem: str, days: Mapping[str, str]) -> pl.DataFrame:
    """A ledger of one file in the columns and types of another, empty one."""
    if frame.schema == empty.schema:
        return frame
    defaults = {column.name: column.default for column in FILES[stem].columns}

    def column(name: str, kind: pl.DataType) -> pl.Expr:
        if name in frame.columns:
            return pl.col(name).cast(kind)
        if name == "blank_since":  # of the first load "always", else the day of the load that began the fact
            return pl.col("load").replace_strict(days, default=ALWAYS, return_dtype=pl.String).alias(name)
        default = defaults.get(name, "")
        blank = {pl.String(): default, pl.Boolean(): default == "true"}.get(kind)
        return pl.lit(blank, dtype=kind).alias(name)

    return frame.select(column(name, kind) for name, kind in empty.schema.items())
