"""`query`: a question of the query book, or a changed copy of one, as a table. It reads, within limits, and says where
it was cut. It sees everything, so it is asked without a scope only.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seewhy.cypher import copies
from seewhy.cypher.catalogue import book
from seewhy.cypher.header import parameters_in
from seewhy.graph.answers.as_json import HIDDEN, Answer, Provenance
from seewhy.graph.errors import ConfigurationError, QueryContractError
from seewhy.graph.record import question
from seewhy.graph.scope.question import from_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.session import Session

MOST_ROWS, MOST_SECONDS = 10_000, 10.0
"""Rows and seconds of one question."""


@dataclass(frozen=True, slots=True)
class QueryAnswer(Answer):
    """The rows of a question as texts, numbers and truths; `cut` says in words what is missing, blank for nothing."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: str
    provenance: Provenance
    text: str = field(default="", metadata=HIDDEN)
    """What was sent."""
    seconds: float = field(default=0.0, metadata=HIDDEN)


@question("query")
@from_rows("query", days=())
def query(session: Session, text: str, parameters: Mapping[str, Any]) -> QueryAnswer:
    """Run a text that reads. Raises ConfigurationError for one that does more, or is not in the dialect, with every
    reason; LimitReached when it takes more than `MOST_SECONDS`."""
    sent = copies.plain(text)
    # A question of the book is what it is; a copy of it is read as what anybody may have typed.
    shipped = any(one.text.strip() == text.strip() for one in book().values())
    if wrong := [] if shipped else copies.faults(sent, MOST_ROWS):
        raise ConfigurationError("; ".join(wrong), "docs/queries.md tells what a question may use")
    needed = parameters_in(sent)
    if missing := sorted(needed - parameters.keys()):
        raise ConfigurationError(f"no value for {', '.join(f'`${name}`' for name in missing)}")
    given = {name: value for name, value in parameters.items() if name in needed}
    provenance = session.provenance()
    began = time.monotonic()
    bounded = sent if shipped else copies.limited(sent, MOST_ROWS)
    try:
        found = session.engine.read(bounded, given, timeout=MOST_SECONDS)
    except QueryContractError as error:
        raise ConfigurationError(f"the engine does not run it: {error.message}") from None
    columns = tuple(found[0]) if found else ()
    cut = f"Cut: only the first {MOST_ROWS:,} rows are shown." if len(found) > MOST_ROWS else ""
    rows = tuple(tuple(_cell(row[name]) for name in columns) for row in found[:MOST_ROWS])
    return QueryAnswer(columns, rows, cut, provenance, bounded, time.monotonic() - began)


def _cell(value: Any) -> Any:
    """A value as a cell of a table: what is no text, number or truth as its JSON."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    """What a driver brings along: a node or a relationship by its properties, everything else in its own words."""
    return dict(value) if hasattr(value, "keys") else str(value)
