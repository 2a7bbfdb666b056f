"""The question log as the Activity page has it."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from seewhy.auth.log.reader import Reader
from seewhy.auth.log.recorder import open_log
from seewhy.auth.log.search import AskedEntry, Wanted, questions
from seewhy.explorer.data import connection
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.record import VARIABLE, Asked

MOST = 200
"""Questions that are shown at once."""
KINDS = (
    "check", "why", "who", "what", "person", "compare", "structure", "unit", "findings", "eligible", "timeline", "diff",
    "row", "row_alone",
    "whatif", "would_change", "search", "export", "evidence", "evaluation", "evaluations", "search/subject",
    "search/resource", "search/action", "log show", "log verify", "log prove", "log witness", "log retire", "log erase",
    "read",
)  # fmt: skip


class Found(NamedTuple):
    """Questions that fit, the newest first; whether there are more; entries in the log."""

    questions: tuple[AskedEntry, ...]
    more: bool
    entries: int


def search(person: str, case: str, actor: str, kind: str, on: str) -> Found:
    """The questions that fit; blank words fit all. Looking is entered first, once per search and visit."""
    recorder = open_log()
    if recorder is None:
        raise ConfigurationError("there is no question log", f"name its folder in `{VARIABLE}`")
    given = {"person": person, "case": case, "actor": actor, "about": kind, "day": on}
    asked = Asked("log show", person, case, "", {name: one for name, one in given.items() if one})
    wanted = Wanted(person, case, actor, kind, on)
    if not connection.first_time(asked):
        return _found(wanted)
    with recorder.entered(asked, connection.caller()):
        return _found(wanted)


def _found(wanted: Wanted) -> Found:
    reader = Reader(Path(os.environ[VARIABLE]))
    some = tuple(islice(questions(reader, wanted), MOST + 1))
    return Found(some[:MOST], len(some) > MOST, reader.size)
