"""A failing world as an assertion file, ready to paste into `tests/stories/`."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from tests.worlds.builder import DAY
from tests.worlds.tables import COLUMNS, KEYS


class _Block(str):
    """Text that is written over several lines."""


class _Dumper(yaml.SafeDumper):
    """Writes `_Block` as it is read best."""


_Dumper.add_representer(_Block, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|"))


def check(person: str, case: str, value: str, step: str, **more: str) -> dict[str, Any]:
    """A `check` test and what it expects."""
    return {"check": {"person": person, "case": case}, "expect": {"value": value, "step": step, **more}}


def story(
    rows: Mapping[str, Sequence[Mapping[str, str]]],
    *tests: Mapping[str, Any],
    name: str = "A generated world",
    as_of: str = DAY,
) -> str:
    """The world and the tests as YAML; a stem is CSV text with the columns in use, stems without rows are left out."""
    given = {stem: _Block(_csv(stem, rows[stem])) for stem in COLUMNS if rows.get(stem)}
    whole = {"name": name, "as_of": as_of, "given": given, "tests": [dict(test) for test in tests]}
    return yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)


def _csv(stem: str, table: Sequence[Mapping[str, str]]) -> str:
    used = [column for column in COLUMNS[stem] if column in KEYS[stem] or any(row.get(column) for row in table)]
    text = io.StringIO()
    writer = csv.DictWriter(text, used, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()
