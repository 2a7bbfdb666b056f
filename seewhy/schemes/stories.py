"""A disagreement as an assertion file: the rows around the pair, and what the definition expects."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

import yaml

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.atomic import write_whole
from seewhy.graph.files.private import make_folder
from seewhy.schemes.organisations import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from seewhy.graph.schemes.columns import FileSpec
    from seewhy.schemes.definition import Pair, Said
    from seewhy.schemes.organisations import Rows


class _Block(str):
    """Text that is written over several lines."""


class _Dumper(yaml.SafeDumper):
    """Writes `_Block` as it is read best."""


_Dumper.add_representer(_Block, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|"))


def story(rows: Rows, specs: Mapping[str, FileSpec], pair: Pair, name: str, expected: Said) -> str:
    """The file as text; each input file is CSV with the columns that are in use."""
    person, case = pair
    given = {stem: _Block(_csv(spec, rows[stem])) for stem, spec in specs.items() if rows.get(stem)}
    expect: dict[str, Any] = {"value": expected.value, "step": expected.step}
    if expected.value_now is not None:
        expect["value_now"] = expected.value_now
    asked = {"person": person, "case": case}
    if expected.search is not None:
        asked["action"], expect["found"] = "search", expected.search
    whole = {"name": name, "as_of": DAY, "given": given, "tests": [{"check": asked, "expect": expect}]}
    return yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)


def _csv(spec: FileSpec, table: Sequence[Mapping[str, str]]) -> str:
    required = {column.name for column in spec.columns if column.required}
    used = [name for name in spec.names if name in required or any(row.get(name) for row in table)]
    text = io.StringIO()
    writer = csv.DictWriter(text, used, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def write_story(folder: Path, name: str, text: str) -> Path:
    """Write it under a free name (`NAME.yaml`, `NAME-2.yaml` …) into the folder, which is made where it is missing."""
    try:
        make_folder(folder)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "no such name can exist").lower()
        raise ConfigurationError(f"the folder `{folder}` cannot be written: {reason}") from None
    stem = re.sub(r"\W+", "_", name).strip("_")
    number = 1
    while (path := folder / (f"{stem}.yaml" if number == 1 else f"{stem}-{number}.yaml")).exists():
        number += 1
    write_whole(path, text.encode())
    return path
