"""What if as its page has it, tried in the background: who gains and loses is there first, findings as they come."""

from __future__ import annotations

import json
from threading import BoundedSemaphore, Event
from typing import TYPE_CHECKING, NamedTuple

from seewhy.auth.asker import require
from seewhy.explorer.data import connection
from seewhy.explorer.data.background import SMALL_SECONDS, PendingAnswer, tell
from seewhy.explorer.data.connection import Revision, Statements, ask, per_load
from seewhy.graph.change.changeset import changes_from
from seewhy.graph.counterfactual.whatif import whatif as ask_whatif
from seewhy.graph.errors import LimitReached, SeeWhyError
from seewhy.graph.record import Asked
from seewhy.graph.settings import read_settings

if TYPE_CHECKING:
    from seewhy.graph.answers.change import WhatifAnswer

_AT_ONCE = BoundedSemaphore(2)
"""What-ifs that are worked out at the same time: each works on a copy of the graph."""
_TURN_SECONDS = 20.0
"""How long a further one waits."""
_WAIT_SECONDS = 0.2
"""How long a page waits for an answer that comes at once."""


class Tried(NamedTuple):
    """What is known so far: `whole` when all findings are compared; the statements come with the last."""

    answer: WhatifAnswer
    statements: Statements
    whole: bool


def whatif(revision: Revision, as_of: str, changes: str) -> Tried | None:
    """What changes would do, as far as it is known; None before it is known who gains and loses.

    `changes` is their JSON (docs/diff.md). One question of a visit, when something of its answer is told first. Raises
    LoadRejected with all problems, and LimitReached for more rows than a page may try, and while others try as many
    changes as this process can.
    """
    require("whatif")
    kept = _trial(revision, as_of, changes)
    if not kept.there():
        return None
    asked = Asked("whatif", as_of=as_of, options={"changes": changes})
    return connection.once_a_visit(asked, revision.key, kept.so_far)


def grown(revision: Revision, as_of: str, changes: str, shown: Tried | None) -> bool:
    """Whether more is known by now than what is shown."""
    kept = _trial(revision, as_of, changes)
    return kept.pending.ready() or kept.answer is not (shown and shown.answer)


def progress(revision: Revision, as_of: str, changes: str) -> str:
    """What is being done, as HTML."""
    return f"<p>{_trial(revision, as_of, changes).pending.doing or 'Trying the changes on a copy …'}</p>"


class _Trial:
    """One set of changes on one day of one load."""

    def __init__(self, as_of: str, changes: str) -> None:
        self._as_of, self._changes = as_of, changes
        self.pending = PendingAnswer(self._all)
        self.answer: WhatifAnswer | None = None
        self._told = Event()

    def _all(self) -> tuple[WhatifAnswer, Statements]:
        try:
            tried, most = changes_from(json.loads(self._changes)), read_settings().seewhy_most_whatif_rows
            if tried.size > most:
                hint = "try fewer, or ask with the command `seewhy whatif`"
                raise LimitReached(f"these are `{tried.size:,}` rows, and a page tries {most:,} at the most", hint)
            if not _AT_ONCE.acquire(timeout=_TURN_SECONDS):
                message = "others are trying changes at the moment, as many as is possible"
                raise LimitReached(message, "try again in a moment")
            try:
                return ask(lambda opened: ask_whatif(opened, tried, self._as_of, ready=self._ready, watch=tell))
            finally:
                _AT_ONCE.release()
        finally:
            self._told.set()

    def _ready(self, answer: WhatifAnswer) -> None:
        self.answer = answer
        self._told.set()

    def there(self) -> bool:
        """Whether something can be told, be it why there is no answer; begins when nobody has."""
        if connection.is_small():
            self.pending.ready(SMALL_SECONDS)
        elif not self.pending.ready() and self.answer is None:
            self._told.wait(_WAIT_SECONDS)
        return self.pending.ready() or self.answer is not None

    def so_far(self) -> Tried:
        """What is known; raises what the question ended with, and the next page that looks asks anew."""
        if self.pending.ready():
            try:
                answer, statements = self.pending.answer()
            except SeeWhyError:
                self.pending = PendingAnswer(self._all)
                raise
            self.answer = answer
            return Tried(answer, statements, whole=True)
        assert self.answer is not None
        return Tried(self.answer, (), whole=False)


@per_load(12, needs="whatif", question=None)
def _trial(revision: Revision, as_of: str, changes: str) -> _Trial:
    return _Trial(as_of, changes)
