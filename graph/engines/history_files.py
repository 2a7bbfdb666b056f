"""The history of an embedded graph: one Parquet file for each input file, beside the graph in its generation."""

from __future__ import annotations

import io
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.derivation.periods import reopened
from seewhy.graph.engines.records import HISTORY_FOLDER, UNLISTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seewhy.graph.engines.records import Generation, Reader

SMALL_HISTORY = 16 << 20
"""Bytes of history that are compared whenever a graph is opened: some ten milliseconds."""

_OS_ERROR = re.compile(r"os error (\d+)")


def check_history(files: Reader, generation: Generation) -> None:
    """EngineUnavailable when a history file is missing or cut. A small history is compared byte by byte at once, a
    large one when it is read."""
    listed = {file: part for file, part in generation.files.items() if file.startswith(f"{HISTORY_FOLDER}/")}
    for file in () if generation.files else UNLISTED:
        files.check_kind(f"{generation.name}/{file}")
    small = sum(part.bytes for part in listed.values()) <= SMALL_HISTORY
    for file, part in listed.items():
        if small:
            files.verify(f"{generation.name}/{file}", part)
        else:
            files.check_size(f"{generation.name}/{file}", part)


def read_history(
    files: Reader, generation: Generation, stem: str = "", columns: Sequence[str] = ()
) -> dict[str, pl.DataFrame]:
    """The history frames of a generation by file stem, each the one that was written, or some columns of one."""
    listed = sorted(file for file in generation.files if file.startswith(f"{HISTORY_FOLDER}/")) or list(UNLISTED)
    frames: dict[str, pl.DataFrame] = {}
    for name in listed if not stem else [f"{HISTORY_FOLDER}/{stem}.parquet"]:
        file, part = f"{generation.name}/{name}", generation.files.get(name)
        content = files.read(file, part)
        try:
            frame = pl.read_parquet(io.BytesIO(content), columns=list(columns) or None)
        except (OSError, pl.exceptions.PolarsError):
            raise files.damaged(file) from None
        if part is not None and len(frame) != part.rows:
            raise files.damaged(file, f"holds {len(frame):,} rows instead of {part.rows:,}")
        frames[Path(name).stem] = frame if generation.files else reopened(frame)
    return frames


def write_history(history: Mapping[str, pl.DataFrame], folder: Path) -> dict[str, int]:
    """Rows by file within the generation."""
    folder.mkdir()
    try:
        for stem, frame in history.items():
            frame.write_parquet(folder / f"{stem}.parquet", compression="zstd", compression_level=1)
    except pl.exceptions.PolarsError as error:
        raise os_error(error) from None
    return {f"{HISTORY_FOLDER}/{stem}.parquet": len(frame) for stem, frame in history.items()}


def os_error(error: Exception) -> OSError:
    """The operating system's reason in an engine's message, such as a full disk."""
    if match := _OS_ERROR.search(str(error)):
        return OSError(int(match[1]), os.strerror(int(match[1])))
    with suppress(IndexError):
        return OSError(str(error).splitlines()[0])
    return OSError("unknown reason")
