"""What hangs on one row alone: who would lose what if it ended, all other rows staying as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.change.changeset import changes_from
from seewhy.graph.change.in_memory import kept_history
from seewhy.graph.change.row_lookup import ending, row_at, rows_at
from seewhy.graph.counterfactual.whatif import whatif
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.record import question
from seewhy.graph.scope.question import keeps_itself, view_of, whole_of
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt

    from seewhy.graph.answers.change import DiffAnswer


@question("row_alone")
@keeps_itself("whatif")
def row_alone(
    session: Session, file: str, row: int | str, as_of: str | dt.date | None = None, *, load: str | None = None
) -> DiffAnswer:
    """`whatif` with the end of one row. Raises LoadRejected where others name what it brings (a unit with cases), and
    ConfigurationError where it does not hold on the day."""
    date = day(as_of)
    view, history = view_of(session, "whatif", date), kept_history(whole_of(session))
    found = row_at(
        rows_at(history, file, row, load, lambda one: view is None or not view.names_outside(one.stem, one.cells)), date
    )
    if not found.holds(date):
        since, until = found.cells["since"], found.cells["until"]
        raise ConfigurationError(
            f"`{found.source}` does not hold on {date}", f"it holds from {since} until {until}: ask about a day between"
        )
    return whatif(session, changes_from(ending([found])), date, with_findings=False).diff
