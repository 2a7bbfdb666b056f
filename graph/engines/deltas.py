"""What changed between two graph tables, for one step: anti-joins by whole rows, then by id and by pair.

A relationship has no id of its own. So for every (start, end) whose relationships of an arrow differ, all of them are
deleted and the new ones created; that is exact for parallel relationships with several periods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.derivation.tables import Arrow, GraphTables

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class NodeDelta:
    """Nodes of one label: `created` and `updated` are whole rows, `deleted` has `id` only."""

    label: str
    created: pl.DataFrame
    updated: pl.DataFrame
    deleted: pl.DataFrame


@dataclass(frozen=True, slots=True)
class PairDelta:
    """Relationships of one arrow: `deleted` has `from` and `to` of the pairs to clear, `created` whole rows."""

    arrow: Arrow
    created: pl.DataFrame
    deleted: pl.DataFrame


@dataclass(frozen=True, slots=True)
class GraphDelta:
    """Everything that turns one graph into another. Its length is the number of rows that are written."""

    nodes: tuple[NodeDelta, ...]
    pairs: tuple[PairDelta, ...]

    @classmethod
    def between(cls, before: GraphTables, after: GraphTables) -> GraphDelta:
        """What differs between two graphs."""
        return cls(node_deltas(before, after), pair_deltas(before, after))

    def __len__(self) -> int:
        frames = [frame for one in self.nodes for frame in (one.created, one.updated, one.deleted)]
        return sum(map(len, frames)) + sum(len(one.created) + len(one.deleted) for one in self.pairs)

    def mapped(self, change: Callable[[pl.DataFrame], pl.DataFrame]) -> GraphDelta:
        """The same with every frame changed."""
        return GraphDelta(
            tuple(NodeDelta(n.label, change(n.created), change(n.updated), change(n.deleted)) for n in self.nodes),
            tuple(PairDelta(p.arrow, change(p.created), change(p.deleted)) for p in self.pairs),
        )


def node_deltas(before: GraphTables, after: GraphTables) -> tuple[NodeDelta, ...]:
    """The labels whose nodes differ."""
    deltas = []
    for label in sorted({*before.nodes, *after.nodes}):
        old, new = _aligned(before.nodes.get(label), after.nodes.get(label), ("id", "name"))
        different = _without(new, old)
        created = different.join(old, on="id", how="anti")
        updated = different.join(old, on="id", how="semi")
        deleted = old.select("id").join(new, on="id", how="anti")
        if len(different) or len(deleted):
            deltas.append(NodeDelta(label, created, updated, deleted))
    return tuple(deltas)


def pair_deltas(before: GraphTables, after: GraphTables) -> tuple[PairDelta, ...]:
    """The arrows whose relationships differ."""
    deltas = []
    for arrow in sorted({*before.relationships, *after.relationships}):
        old, new = _aligned(before.relationships.get(arrow), after.relationships.get(arrow), ("from", "to"))
        pairs = _changed_pairs(old, new)
        if len(pairs):
            created = new.join(pairs, on=["from", "to"], how="semi")
            deleted = old.select("from", "to").unique().join(pairs, on=["from", "to"], how="semi")
            deltas.append(PairDelta(arrow, created, deleted))
    return tuple(deltas)


def _aligned(
    old: pl.DataFrame | None, new: pl.DataFrame | None, keys: tuple[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both frames with the columns of both, in one order; a column that one lacks is missing there."""
    empty = pl.DataFrame(schema=dict.fromkeys(keys, pl.String))
    old, new = (empty if old is None else old), (empty if new is None else new)
    schema = {**old.schema, **new.schema}
    return tuple(  # type: ignore[return-value]
        frame.select(
            (pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype).alias(name))
            for name, dtype in schema.items()
        )
        for frame in (old, new)
    )


def _without(frame: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Rows of `frame` that `other` does not have, column by column, missing equal to missing."""
    marks = _comparable(frame).with_row_index("place")
    left = marks.join(_comparable(other), on=frame.columns, how="anti", nulls_equal=True)
    return frame[left["place"].sort()]


def _changed_pairs(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """The (from, to) whose relationships differ. Of a million most are the same: each row is compared with the one row
    of its ends and period, and only where several share these are whole rows counted."""
    if old.equals(new):
        return new.select("from", "to").clear()
    key = [name for name in ("from", "to", "since", "until") if name in old.columns]
    sides = [frame.select(key).with_row_index("row") for frame in (old, new)]
    both = sides[0].join(sides[1], on=key, how="inner", nulls_equal=True).select("row", "row_right")
    if both["row"].is_duplicated().any() or both["row_right"].is_duplicated().any():
        return _counted_otherwise(old, new)
    same = pl.repeat(True, len(both), dtype=pl.Boolean, eager=True)
    for name in (one for one in old.columns if one not in key):
        same &= old[name].gather(both["row"]).eq_missing(new[name].gather(both["row_right"]))
    alike = both.filter(same)
    left = [
        frame.filter(~pl.int_range(pl.len(), dtype=pl.get_index_type()).is_in(alike[place].implode()))
        for frame, place in ((old, "row"), (new, "row_right"))
    ]
    return pl.concat([frame.select("from", "to") for frame in left]).unique()


def _counted_otherwise(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """The same, by counting the copies of every row."""
    columns = old.columns
    counted = [_comparable(frame).group_by(columns).agg(pl.len().alias("copies")) for frame in (old, new)]
    on = [*columns, "copies"]
    sides = (
        counted[0].join(counted[1], on=on, how="anti", nulls_equal=True),
        counted[1].join(counted[0], on=on, how="anti", nulls_equal=True),
    )
    return pl.concat([side.select("from", "to") for side in sides]).unique()


def _comparable(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists of text as one text, because joins compare no lists; U+001F cannot occur in a trimmed source."""
    return frame.with_columns(
        pl.col(name).cast(pl.List(pl.String)).list.join("\x1f").alias(name)
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.List)
    )
