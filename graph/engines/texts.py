"""The engines' own query files, `cypher/load/` and `cypher/schema/`, with labels and types filled in.

A file is whole Cypher as it stands; the names `LABEL`, `TYPE`, `FROM` and `TO`, in backticks there, are replaced by
names of the closed vocabulary. No value ever goes into a text: values are parameters.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from seewhy.graph.errors import QueryContractError
from seewhy.graph.schemes.in_use import labels, relationships

OWN_LABELS = ("Load", "Ledger", "LedgerFile", "Derived")
"""The engines' bookkeeping on Neo4j: finished and running loads, the state of the graph, the history in pieces, and
pieces of what was worked out from the newest load."""

KIND_LABELS: dict[str, str] = {
    kind: "".join(word.capitalize() for word in kind.split("_"))
    for kind in (
        "team", "office", "category", "segment", "firm", "site", "referrer", "division", "estate_agent", "branch",
        "private_office", "organisation",
    )
}
"""Second label of a `Unit` by its kind; for reading in Neo4j's Browser only."""

_SLOT = re.compile(r"`(LABEL|TYPE|FROM|TO)`")


@cache
def text(name: str, **names: str) -> str:
    """The query of `cypher/<name>.cypher` without its comments.

    Raises QueryContractError for a file that is not there, a name outside the vocabulary, or a slot left open.
    """
    allowed = {*labels(), *OWN_LABELS, *relationships(), *KIND_LABELS.values()}
    for slot, value in names.items():
        if value not in allowed:
            raise QueryContractError(f"`{value}` is no label or relationship type of the vocabulary (slot {slot})")
    file = files("seewhy.cypher").joinpath(f"{name}.cypher")
    if not file.is_file():
        raise QueryContractError(f"there is no query file `cypher/{name}.cypher`")
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.lstrip().startswith("//")]

    def named(match: re.Match[str]) -> str:
        if match[1] not in names:
            raise QueryContractError(f"`cypher/{name}.cypher` needs a name for `{match[1]}`")
        return f"`{names[match[1]]}`"

    return _SLOT.sub(named, "\n".join(lines)).strip()
