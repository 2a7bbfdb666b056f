"""Reads the data files of this room and refuses a wrong one, naming the file and the id.

A record is a mapping of texts. Unknown, missing, empty and doubled things raise
QueryContractError: the files ship with the product, so any of it is a defect of ours.
"""

from __future__ import annotations

import csv
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import QueryContractError

if TYPE_CHECKING:
    from collections.abc import Iterable

SEVERITIES = ("high", "medium", "low")
_ROOM = files("seewhy.graph.rules")


def wrong(file: str, key: str, sentence: str) -> QueryContractError:
    """The error for record `key` of `file`; raise it."""
    return QueryContractError(f"{file}: `{key}`: {sentence}")


def csv_records(file: str, required: frozenset[str], optional: frozenset[str] = frozenset()) -> list[dict[str, str]]:
    """The rows of a CSV file whose header is exactly the required and optional columns; optional cells may be blank."""
    reader = csv.DictReader(_ROOM.joinpath(file).read_text("utf-8").splitlines())
    header = set(reader.fieldnames or ())
    if header != required | optional:
        raise wrong(file, ", ".join(sorted(header ^ (required | optional))), "columns missing or not known")
    rows = list(reader)
    for row in rows:
        _check(file, {column: cell for column, cell in row.items() if cell != ""}, required, optional)
    return rows


def unique(file: str, key: str, records: Iterable[dict[str, Any]]) -> None:
    """Refuse a value of `key` that occurs twice."""
    seen: set[str] = set()
    for record in records:
        if record[key] in seen:
            raise wrong(file, record[key], "stands twice")
        seen.add(record[key])


def digest() -> str:
    """The first twelve hex digits of a sha256 over all data files of this room, by name; line endings do not count."""
    total = sha256()
    for path in sorted(_ROOM.iterdir(), key=lambda path: path.name):
        if path.name.endswith((".toml", ".csv")):
            total.update(f"{path.name}\n".encode())
            total.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return total.hexdigest()[:12]


def _check(file: str, record: dict[str, Any], required: frozenset[str], optional: frozenset[str]) -> None:
    name = str(record.get("id") or record.get("name") or "a record without id")
    unknown = sorted(str(key) for key in set(record) - required - optional)
    missing = sorted(key for key in required if not record.get(key))
    if unknown:
        raise wrong(file, name, f"unknown key `{unknown[0]}`")
    if missing:
        raise wrong(file, name, f"key `{missing[0]}` is missing or empty")
