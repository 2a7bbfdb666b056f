"""Changes named by rows, as an address has them, made into plain data that `whatif` reads.

    end=memberships.csv:5        the row ends; memberships.csv:5@load-0002 where rows of several loads have that number
    set=cases.csv:3,limited=true the row ends and one begins with these values
    add=memberships:person_id=ana,unit_id=blue,access=view

A value is percent-encoded where it holds a comma, a percent sign or an equals sign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from seewhy.graph.change.in_memory import kept_history
from seewhy.graph.change.row_lookup import SourceRow, row_at, rows_at, stem_of
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.inputs.files import FILES
from seewhy.graph.nearest import nearest
from seewhy.graph.scope.question import keeps_itself, view_of, whole_of
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

Data = dict[str, dict[str, list[dict[str, str]]]]
_SAFE = "".join(chr(n) for n in range(33, 127) if chr(n) not in "%,=") + " "


@keeps_itself("whatif")
def named_changes(
    session: Session,
    *,
    end: Sequence[str] = (),
    add: Sequence[str] = (),
    set_: Sequence[str] = (),
    as_of: str | dt.date | None = None,
) -> Data:
    """The changes as plain data. Raises UnknownEntity for a row or a file that is not there, ConfigurationError for
    what is no such text."""
    date = day(as_of)
    view, history = view_of(session, "whatif", date), kept_history(whole_of(session))

    def found(text: str) -> SourceRow:
        source, _, load = text.partition("@")
        file, colon, row = source.rpartition(":")
        if not colon:
            raise ConfigurationError(f"`{source}` names no row", "name file and row: memberships.csv:5")
        told = rows_at(
            history, file, row, load, lambda one: view is None or not view.names_outside(one.stem, one.cells)
        )
        holding = [one for one in told if one.holds(date)]
        if len(holding) > 1:
            named = ", ".join(f"`{source}@{one.cells['load']}`" for one in holding)
            raise ConfigurationError(f"rows of several loads are `{source}` on {date}", f"say which: {named}")
        one = row_at(told, date)
        if one.cells["until"] <= date:
            raise UnknownEntity(f"`{source}` does not hold on {date}", f"it ended on {one.cells['until']}")
        return one

    data: Data = {}
    for source in dict.fromkeys(end):
        one = found(source)
        data.setdefault("end", {}).setdefault(one.stem, []).append(one.named())
    for text in set_:
        source, _, cells = text.partition(",")
        one = found(source)
        values = _cells(one.stem, cells)
        data.setdefault("set", {}).setdefault(one.stem, []).append({**one.named(), **values})
    for text in add:
        file, colon, cells = text.partition(":")
        if not colon or not cells:
            raise ConfigurationError(f"`{text}` is no row to add", "as in memberships:person_id=ana,unit_id=blue")
        stem = stem_of(file)
        data.setdefault("add", {}).setdefault(stem, []).append(_cells(stem, cells))
    return data


def _cells(stem: str, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(",") if text else ():
        name, equals, value = part.partition("=")
        name = unquote(name.strip())
        if not equals:
            raise ConfigurationError(f"`{part}` is no cell", "as in access=view")
        if name not in FILES[stem].names:
            raise ConfigurationError(f"`{name}` is no column of {stem}", nearest(name, FILES[stem].names, always=True))
        found[name] = unquote(value)
    return found


def row_text(stem: str, cells: Mapping[str, Any]) -> str:
    """A row to add as an address has it, without its blank cells."""
    given = {name: str(cells[name]) for name in FILES[stem].names if str(cells.get(name) or "")}
    return f"{stem}:" + ",".join(f"{name}={quote(value, safe=_SAFE)}" for name, value in given.items())
