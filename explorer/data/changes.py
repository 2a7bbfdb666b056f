"""What changed between two days, as its page has it: the days to choose from, and the answer, found beside the page."""

from __future__ import annotations

from typing import NamedTuple

from seewhy.explorer.data import connection
from seewhy.explorer.data.background import PendingAnswer, tell
from seewhy.explorer.data.connection import Revision, Statements, ask, per_load
from seewhy.graph.answers.change import DiffAnswer
from seewhy.graph.change.days_of_change import days_of_change
from seewhy.graph.change.in_memory import history_of
from seewhy.graph.explain.change_counts import headline
from seewhy.graph.questions.diff import diff as ask_diff

MOST_DAYS = 300
"""Days that the slider has at the most: those of the loads, and those on which most rows begin or end."""


class Days(NamedTuple):
    """ISO days, the earliest first, each with the load that is true for it, blank for none; how many there are in all.

    `last` is the day of the newest load.
    """

    loads: dict[str, str]
    total: int
    last: str

    def before(self, end: str) -> str:
        """What a day is compared with where nobody says: the day of the load before, else the last day on which
        something begins or ends; the day itself where nothing is earlier."""
        of_loads = [day for day, load in self.loads.items() if load and day < end]
        return (of_loads or [day for day in self.loads if day < end] or [end])[-1]


@per_load(4, question=None)
def days(revision: Revision) -> Days:
    """The days of the loads and those on which something begins or ends; within a scope those of the loads only."""
    of_loads = {load.as_of: load.id for load in reversed(connection.loads())}
    with connection.session() as opened:
        changes = {} if opened.digest else days_of_change(history_of(opened))
    most = sorted(changes, key=lambda day: (-changes[day], day))[:MOST_DAYS]
    kept = {day: of_loads.get(day, "") for day in sorted({*of_loads, *most})}
    return Days(kept, len({*of_loads, *changes}), max(of_loads))


class Changed(NamedTuple):
    """The answer, its sentence, the statements that made it, and the rows that did it, which take longer."""

    answer: DiffAnswer
    headline: str
    statements: Statements
    reasons: PendingAnswer


@per_load(3, needs="diff", question="diff")
def changed(revision: Revision, start: str, end: str, person: str, case: str, unit: str) -> PendingAnswer:
    """Who gained and lost between two days, found in the background; `reasons` are looked for when one waits.

    Blank ids: of everybody, of every case, of every unit.
    """

    def asked() -> Changed:
        answer, statements = ask(
            lambda opened: ask_diff(
                opened, start, end, person=person or None, case=case or None, unit=unit or None, watch=tell
            )
        )
        reasons = PendingAnswer(lambda: answer.differing.reasons)
        return Changed(answer, headline(answer, would=False), statements, reasons)

    return PendingAnswer(asked)
