"""The sample organisation as a later snapshot has it: some memberships are gone."""

from __future__ import annotations

import shutil
from pathlib import Path

SAMPLE = Path(__file__).parents[2] / "loaders" / "sample"


def later_sample(place: Path) -> Path:
    """A folder below `place`."""
    folder = shutil.copytree(SAMPLE, place / "later")
    rows = (folder / "memberships.csv").read_text("utf-8").splitlines(keepends=True)
    (folder / "memberships.csv").write_text("".join(rows[:1] + rows[4:]), "utf-8")
    return folder
