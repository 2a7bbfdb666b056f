"""A published UK government organogram as an organisation folder that SeeWhy loads.

Posts become people, units teams within segments, reporting lines managers and positions; a seeded caseload is dealt
to them, half of it to a system of scheme `positions`, half to one of scheme `memberships`. How the files are read
stands at the top of `organisation.py`; everything that had to be mended is in the report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.errors import ConfigurationError
from seewhy.loaders.organogram.caseload import deal
from seewhy.loaders.organogram.organisation import build_organisation
from seewhy.loaders.organogram.posts import build_posts
from seewhy.loaders.organogram.reading import read_junior, read_senior
from seewhy.loaders.organogram.repairs import Repair, Repairs, Report
from seewhy.loaders.organogram.writing import refuse_if_used, write

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Repair", "Report", "convert"]


def convert(senior: Path, junior: Path, out: Path, cases: int = 2000, seed: int = 1) -> Report:
    """Write the organogram of the two csv files, with `cases` cases, to the new or empty folder `out`.

    The same files, `cases` and `seed` give the same bytes. Ids survive from one publication of a department to the
    next: a senior person is known by the post's reference, a junior one by reporting post, unit, grade, title and a
    number.
    Raises ConfigurationError for a file that is missing or no organogram, and for a folder that is not empty; nothing
    is written then.
    """
    if cases < 0:
        raise ConfigurationError(f"the number of cases `{cases}` is below 0")
    refuse_if_used(out)
    repairs = Repairs()
    senior_rows = read_senior(senior, repairs)
    junior_rows = read_junior(junior, repairs)
    posts = build_posts(senior_rows, repairs)
    organisation = build_organisation(posts, junior_rows, seed, repairs)
    deal(organisation, cases, seed)
    counts = write(out, organisation.files)
    order = {name: place for place, name in enumerate(dict.fromkeys((senior.name, junior.name)))}
    found = sorted(repairs.found, key=lambda repair: (order[repair.file], repair.row))
    return Report(tuple(found), counts)
