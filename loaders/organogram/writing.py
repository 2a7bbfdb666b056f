"""The converted organisation as a folder that `seewhy load` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.atomic import folder_appearing
from seewhy.graph.files.private import create

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_COLUMNS = {
    "systems": ("system_id", "name", "scheme"),
    "people": ("person_id", "name", "manager_id", "job_title", "cleared"),
    "units": ("unit_id", "kind", "name", "parent_id", "rank"),
    "case_types": ("case_type_id", "name"),
    "cases": (
        "case_id",
        "system_id",
        "title",
        "status",
        "office_id",
        "team_id",
        "category_id",
        "case_type_id",
        "limited",
        "created_on",
    ),
    "case_people": ("case_id", "person_id", "link", "access"),
    "memberships": ("person_id", "unit_id", "access", "manager", "admin_support", "position"),
    "group_members": ("person_id", "group_id"),
    "group_permissions": ("group_id", "permission", "effect"),
    "positions": ("position_id", "system_id", "unit_id", "level", "name"),
    "holdings": ("person_id", "position_id", "kind"),
    "work": ("work_id", "case_id", "kind", "position_id", "hopper_unit_id", "status"),
}


def refuse_if_used(folder: Path) -> None:
    """Raise ConfigurationError unless `folder` is an empty folder or does not exist."""
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(f"`{folder}` is a file, not a folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise ConfigurationError(f"the folder `{folder}` is not empty", "name a new folder")


def write(folder: Path, files: Mapping[str, Sequence[Mapping[str, str]]]) -> tuple[tuple[str, int], ...]:
    """Write all files as csv, the folder whole or not at all, and return (stem, rows).

    The files are input for `seewhy load`: texts stand in them as they are. Raises ConfigurationError when the folder
    cannot be written.
    """
    counts = []
    with folder_appearing(folder) as part:
        for stem, columns in _COLUMNS.items():
            rows = files.get(stem, ())
            cells = {column: [row.get(column) or None for row in rows] for column in columns}
            frame = pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String))
            with create(part / f"{stem}.csv") as file:
                frame.write_csv(file, quote_style="necessary")
            counts.append((stem, frame.height))
    return tuple(counts)
