"""Graph tables into an in-memory kglite graph, from data frames; a small one row by row.

What kglite does with a frame, and what is done about it here:

- Columns keep the type of the frame: text stays text (`007`, `true`, dates), whole numbers with gaps must be pandas'
  nullable `Int64` (else they become floats), a missing cell is a missing property.
- An empty frame declares its label and its columns, so that a query over a label without nodes is no typing error.
- The first frame of a (type, start label) writes one relationship per row; a later one of the same type and start label
  *merges* rows with the same two ends, which would lose periods. So the frame with most repeated pairs goes first, and
  what is repeated in the others is created row by row (`load/create_relationships_by_id.cypher`).
- A relationship to a node that does not exist invents that node, row by row it is left out; the counts are compared at
  the end.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from seewhy.cypher.folders import per_set
from seewhy.graph.derivation.tables import Arrow, GraphTables, without_rows
from seewhy.graph.engines.escaping import escape_frame
from seewhy.graph.engines.texts import text
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.schemes.in_use import arrows, labels
from seewhy.graph.vocabulary import TEXT

if TYPE_CHECKING:
    import kglite
    import pandas as pd

    from seewhy.graph.engines.base import Progress

    _Columns = tuple[tuple[str, pl.DataType], ...]

_ROWS_AT_ONCE = 20_000
_FEW = 1_000
"""Rows up to which a frame goes to pandas column by column: a scratch graph is a hundred frames of a few rows."""
SMALL = 300
"""Rows of its largest table up to which a graph is written row by row: a frame costs a millisecond in kglite and as
much on its way through pandas, a row a hundredth of that."""


@per_set
def _nothing() -> GraphTables:
    node, ends = (("id", TEXT), ("name", TEXT)), (("from", TEXT), ("to", TEXT))
    return GraphTables(
        {label: without_rows((*node, *properties.items())) for label, properties in labels().items()},
        {arrow: without_rows((*ends, *properties.items())) for arrow, properties in arrows().items()},
    )


def filled(tables: GraphTables, progress: Progress | None = None) -> tuple[kglite.KnowledgeGraph, bool]:
    """A graph in memory with the tables, and whether some text had to be escaped (see `fill`).

    Most of a hundred labels and arrows have no row in a small graph. They are declared once for a set of schemes and
    copied from there, which takes microseconds; declaring them takes longer than everything else together. In a large
    one kglite reads every cell, so a column in which no row says anything (most have no note) is only declared, too.
    """
    graph = _declared().copy()
    nodes = {label: frame for label, frame in tables.nodes.items() if len(frame)}
    relationships = {arrow: frame for arrow, frame in tables.relationships.items() if len(frame)}
    by_row = max(map(len, (*nodes.values(), *relationships.values())), default=0) <= SMALL
    if not by_row:
        nodes = {label: _without_blanks(frame) for label, frame in nodes.items()}
        relationships = {arrow: _without_blanks(frame) for arrow, frame in relationships.items()}
    return graph, fill(graph, GraphTables(nodes, relationships), progress, by_row=by_row)


def _without_blanks(frame: pl.DataFrame, *besides: str) -> pl.DataFrame:
    """Without the columns that no row has a cell in, which are declared; and without those `besides`."""
    return pl.DataFrame([one for one in frame if one.null_count() < len(frame) and one.name not in besides])


@per_set
def _declared() -> kglite.KnowledgeGraph:
    nothing = _nothing()
    return _declaring(
        tuple((label, tuple(frame.schema.items())) for label, frame in nothing.nodes.items()),
        tuple((arrow, tuple(frame.schema.items())) for arrow, frame in nothing.relationships.items()),
    )


@lru_cache(maxsize=8)
def _declaring(
    nodes: tuple[tuple[str, _Columns], ...], relationships: tuple[tuple[Arrow, _Columns], ...]
) -> kglite.KnowledgeGraph:
    """A graph without rows, shared by the sets of schemes that have the same labels and arrows."""
    import kglite

    graph = kglite.KnowledgeGraph()
    fill(
        graph,
        GraphTables(
            {label: pl.DataFrame(schema=dict(columns)) for label, columns in nodes},
            {arrow: pl.DataFrame(schema=dict(columns)) for arrow, columns in relationships},
        ),
    )
    return graph


def fill(
    graph: kglite.KnowledgeGraph, tables: GraphTables, progress: Progress | None = None, *, by_row: bool = False
) -> bool:
    """Write the tables into an empty graph, as frames or (`by_row`, where there are few) row by row; True when some
    text had to be escaped.

    Raises EngineUnavailable when the graph does not hold as many rows as given: an end of a relationship does not
    exist. Ids are taken to be unique, as the derivation makes them.
    """
    total, done, escaped = sum(tables.size), 0, False
    for label, frame in tables.nodes.items():
        frame, found = escape_frame(frame)
        escaped |= found
        if by_row:
            graph.cypher(text("load/create_nodes", LABEL=label), params={"rows": frame.to_dicts()})
        else:
            graph.add_nodes(to_pandas(frame), label, "id", "name")
        done += len(frame)
        if progress and len(frame):
            progress(label, done, total)
    for arrow, frame, merges in _in_writing_order(tables.relationships):
        frame, found = escape_frame(frame)
        escaped |= found
        if by_row:
            _relate_by_row(graph, arrow, frame)
        else:
            _relate(graph, arrow, frame, merges)
        done += len(frame)
        if progress and len(frame):
            progress(arrow[0], done, total)
    check_counts(graph, tables)
    return escaped


def to_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """The frame as kglite reads it: nullable whole numbers and booleans, lists as lists."""
    import pandas as pd

    if not len(frame):
        return _no_rows(tuple(frame.schema.items()))
    if len(frame) <= _FEW:
        return pd.DataFrame({name: _few(frame[name]) for name in frame.columns})
    result = frame.to_pandas()
    for name, dtype in frame.schema.items():
        if dtype.is_integer() and frame[name].null_count():
            result[name] = pd.array(frame[name].to_list(), dtype="Int64")
        elif isinstance(dtype, pl.List) or (dtype == pl.Boolean and frame[name].null_count()):
            result[name] = pd.Series(frame[name].to_list(), dtype=object)
    return result


@cache
def _no_rows(schema: tuple[tuple[str, pl.DataType], ...]) -> pd.DataFrame:
    return pl.DataFrame(schema=dict(schema)).to_pandas()


def _few(column: pl.Series) -> Any:
    """A column as pandas would have it, without the way through arrow."""
    import pandas as pd

    values, missing = column.to_list(), column.null_count() > 0
    if column.dtype.is_integer():
        return pd.array(values, dtype="Int64") if missing else np.array(values, np.int64)
    if column.dtype.is_numeric() or (column.dtype == pl.Boolean and not missing):
        return column.to_numpy()
    return pd.Series(values, dtype=object)


def _in_writing_order(relationships: dict[Arrow, pl.DataFrame]) -> Iterator[tuple[Arrow, pl.DataFrame, bool]]:
    """Arrow, frame, and whether kglite would merge its repeated pairs (see the module's text)."""
    groups: dict[tuple[str, str], list[Arrow]] = defaultdict(list)
    for arrow in relationships:
        groups[arrow[:2]].append(arrow)
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=lambda arrow: -_repeated(relationships[arrow]))
        for place, arrow in enumerate(group):
            yield arrow, relationships[arrow], place > 0


def _repeated(frame: pl.DataFrame) -> int:
    return len(frame) - frame.select("from", "to").n_unique() if len(frame) else 0


def _relate(graph: kglite.KnowledgeGraph, arrow: Arrow, frame: pl.DataFrame, merges: bool) -> None:
    kind, start, end = arrow
    again = frame.head(0)
    if merges and len(frame):
        first = pl.struct("from", "to").is_first_distinct()
        frame, again = frame.filter(first), frame.filter(~first)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # identical rows of a file are kept on both engines
        graph.add_relationships(to_pandas(frame), kind, start, "from", end, "to")
    _relate_by_row(graph, arrow, again)


def _relate_by_row(graph: kglite.KnowledgeGraph, arrow: Arrow, frame: pl.DataFrame) -> None:
    kind, start, end = arrow
    if len(frame):
        query = text("load/create_relationships_by_id", TYPE=kind, FROM=start, TO=end)
        for part in frame.iter_slices(_ROWS_AT_ONCE):
            graph.cypher(query, params={"rows": relationship_rows(part)})


def relationship_rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows for UNWIND: `a` and `b` are the ids of the ends, `p` the properties without missing ones."""
    said = _without_blanks(frame, "from", "to")
    rows = said.to_dicts() if said.width else [{} for _ in range(len(frame))]
    if any(column.null_count() for column in said):
        rows = [{key: value for key, value in row.items() if value is not None} for row in rows]
    ends = (frame[end].to_list() for end in ("from", "to"))
    return [{"a": a, "b": b, "p": row} for a, b, row in zip(*ends, rows, strict=True)]


def check_counts(graph: kglite.KnowledgeGraph, tables: GraphTables) -> None:
    """EngineUnavailable when a graph does not hold as many nodes of each label and relationships of each type."""
    found = graph.node_type_counts()
    nodes = {label: len(frame) for label, frame in tables.nodes.items()}
    for label in (*nodes, *(found.keys() - nodes.keys())):  # an end that does not exist may be of any label
        if (held := found.get(label, 0)) != (given := nodes.get(label, 0)):
            raise EngineUnavailable(
                f"the graph was not written: it would hold {held} `{label}` nodes instead of {given}"
            )
    wanted: dict[str, int] = defaultdict(int)
    for arrow, frame in tables.relationships.items():
        wanted[arrow[0]] += len(frame)
    for kind, count in wanted.items():
        if count:
            result = graph.cypher(text("load/count_relationships", TYPE=kind))
            rows = result.to_list()  # type: ignore[union-attr, operator]
            if (held := rows[0]["n"]) != count:
                raise EngineUnavailable(
                    f"the graph was not written: it would hold {held} `{kind}` relationships instead of {count}"
                )
