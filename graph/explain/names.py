"""Names of what rows refer to, by file and id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.inputs.files import FILES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def namer(
    histories: Sequence[Mapping[str, pl.DataFrame]], people: Mapping[str, str] | None = None
) -> Callable[[str, str], str]:
    """The newest name of an id of a file, read when first asked for; the id itself where there is none.

    `people` are the names of people by id, where they are known already.
    """
    known: dict[str, dict[str, str]] = {} if people is None else {"people": dict(people)}

    def name(stem: str, id: str) -> str:
        if stem not in FILES or "name" not in FILES[stem].names:
            return id
        if stem not in known:
            rows = [history[stem].sort("since").select(FILES[stem].id, "name") for history in histories]
            known[stem] = dict(pl.concat(rows).iter_rows())
        return known[stem].get(id) or id

    return name
