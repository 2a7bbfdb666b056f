"""A small graph by hand, with everything that an engine could spoil: text like numbers, dates, booleans and JSON lists,
missing values, periods of one pair, one type that ends at several labels."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polars as pl

from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.loads import MODEL, Load

IDS = ["007", "0", "true", "2024-01-01", '["x"]', "x", "[1]", "null", "ana's", "a`b$c", "NaN", "1e3", "日本"]
DAYS = {"since": "0000-01-01", "until": "open", "source": "memberships.csv:2", "load": "load-0001"}

MEMBERS = """
MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit)
RETURN p.id AS person, u.id AS unit, m.since AS since, m.access AS access, m.manager AS manager, m.position AS position
ORDER BY person, unit, since
"""


def load(number: int, **changes: str | int) -> Load:
    second = f"2026-11-25T10:00:{number:02d}Z"
    fields = {"as_of": "2026-11-25", "started": second, "finished": second, "digest": "d" * 64, "facts": 3}
    return Load(**{"id": f"load-{number:04d}", **fields, "model": MODEL, "product": "0.1.0", **changes})  # type: ignore[arg-type]


def edges(rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = {"access": pl.String, "manager": pl.Boolean, "position": pl.Int64}
    return pl.DataFrame([{**DAYS, **dict.fromkeys(schema), **row} for row in rows], schema_overrides=schema)


def tables(
    *, kind: str = "team", extra: tuple[dict[str, object], ...] = (), without: tuple[str, ...] = ()
) -> GraphTables:
    """Ana is a member of unit `7` twice (two periods); everybody counts as everyone and as some unit, in two ways."""
    ids = [one for one in ["ana", *IDS] if one not in without]
    people = pl.DataFrame({"id": ids, "name": [f"name of {one}" for one in ids], "email": [None, *ids[1:]]})
    units = pl.DataFrame(
        {"id": ["7", ""], "name": ["Seven", None], "kind": [kind, None], "rank": [2**40, None]},
        schema={"id": pl.String, "name": pl.String, "kind": pl.String, "rank": pl.Int64},
    )
    members = [
        {"from": "ana", "to": "7", "until": "2020-01-01", "access": "view", "manager": True, "position": 1},
        {"from": "ana", "to": "7", "since": "2020-01-01", "access": "edit", "manager": False},
        *({"from": one, "to": "7", "access": one} for one in ids[1:]),
        *extra,
    ]
    counts = [{"from": one, "to": "7", "source": f"m.csv:{row}"} for one in ids for row in (2, 3)]
    everyone = [{"from": one, "to": "everyone"} for one in ids]
    return GraphTables(
        {"Person": people, "Unit": units, "Everyone": pl.DataFrame({"id": ["everyone"], "name": ["Everyone"]})},
        {
            ("MEMBER_OF", "Person", "Unit"): edges(members),
            ("COUNTS_AS", "Person", "Everyone"): pl.DataFrame([{**DAYS, **row} for row in everyone]),
            ("COUNTS_AS", "Person", "Unit"): pl.DataFrame([{**DAYS, **row} for row in counts]),
            ("COUNTS_AS", "Person", "Person"): pl.DataFrame(
                [{**DAYS, "from": o, "to": o, "source": s} for o in ids for s in "ab"]
            ),
        },
    )


def history(*names: str) -> dict[str, pl.DataFrame]:
    schema = {"person_id": pl.String, "active": pl.Boolean, "row": pl.Int64}
    rows = [(name, True, place + 2) for place, name in enumerate(names)]
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return {"people": frame, "work": frame.head(0)}


def python(
    code: str, *arguments: str, environment: dict[str, str] | None = None, input: bool = False
) -> subprocess.Popen[str]:
    """Another process that runs `code` with this checkout importable; with `input` it can be written to."""
    root = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})},
        stdin=subprocess.PIPE if input else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
