"""Statement: what an evidence file says; whatever its members hold, the shapes are those that evidence has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.evidence.archive import parsed
from seewhy.graph.evidence.files import read_back
from seewhy.graph.evidence.make import load_from

if TYPE_CHECKING:
    import polars as pl

    from seewhy.graph.evidence.archive import Opened
    from seewhy.graph.loads import Load

_VERSIONS = ("seewhy", "rules", "queries")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says: its answer, how it was made, and its rows. `shown` is the name of the file."""

    answer: dict[str, Any]
    record: dict[str, Any]
    rows: dict[str, pl.DataFrame]
    loads: tuple[Load, ...]
    shown: str


def statement_of(file: Opened, shown: str) -> Statement:
    """Read the members; ConfigurationError for those that are not as evidence has them."""
    answer = parsed(file.members["answer.json"], "answer.json", shown)
    record = parsed(file.members["record.json"], "record.json", shown)
    try:
        loads = tuple(load_from(load) for load in record["loads"])
        shaped = _answer(answer) and _record(record) and bool(loads) and all(map(_load, loads))
    except (KeyError, TypeError, AttributeError):
        shaped, loads = False, ()
    if not shaped:
        raise ConfigurationError(
            f"`{shown}` is no readable evidence file: its answer or record is not as evidence has it"
        )
    return Statement(answer, record, read_back(file.members), loads, shown)


def _texts(*values: Any) -> bool:
    return all(isinstance(value, str) for value in values)


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int) for value in values)


def _answer(answer: dict[str, Any]) -> bool:
    shaped = _texts(answer["sentence"], answer["scheme"], *answer["rules"])
    shaped = shaped and all(isinstance(answer[key], list) for key in ("rules", "reasons", "ladder"))
    shaped = shaped and isinstance(answer.get("actions", []), list)
    for reason in answer["reasons"]:
        shaped = shaped and _texts(*(reason[key] for key in ("step", "value", "sentence")))
        shaped = shaped and isinstance(reason["path"], list) and _texts(*(step["source"] for step in reason["path"]))
    return shaped and all(_texts(*(rung[key] for key in ("step", "outcome", "because"))) for rung in answer["ladder"])


def _record(record: dict[str, Any]) -> bool:
    shaped = _texts(*(record[key] for key in ("engine", "person", "case", "as_of")))
    shaped = shaped and _DAY.fullmatch(record["as_of"]) is not None and isinstance(record["versions"], dict)
    masked = record.get("pseudonyms")
    shaped = shaped and (masked is None or _texts(masked["method"], masked["key"]))
    shaped = shaped and isinstance(record.get("notes", False), bool)
    outside = record.get("outside")
    shaped = shaped and (outside is None or (set(outside) == {"people", "cases"} and _numbers(*outside.values())))
    return shaped and _texts(*(record["versions"][key] for key in _VERSIONS))


def _load(load: Load) -> bool:
    return _texts(load.id, load.as_of, load.started, load.finished, load.digest, load.product)
