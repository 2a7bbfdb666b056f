"""An answer that was opened from the question log: which load it was given from, and whether it is still the same."""

from __future__ import annotations

import os
from html import escape
from typing import TYPE_CHECKING

from seewhy.auth.asker import may
from seewhy.explorer import navigation, urls
from seewhy.explorer.components.blocks import icon, show
from seewhy.explorer.components.links import marked
from seewhy.explorer.data import activity
from seewhy.graph.record import VARIABLE

if TYPE_CHECKING:
    from seewhy.auth.log.search import AskedEntry
    from seewhy.explorer.data.connection import Revision

PARAMETER = "entry"
"""Of the address: the number of the entry that a page was opened from."""


def draw(revision: Revision, date: str) -> None:
    """The notice, where the page answers the question of an entry to somebody who may read the log."""
    number = urls.parameter(PARAMETER)
    if not (number.isdecimal() and len(number) < 16 and os.environ.get(VARIABLE) and may("log")):
        return
    found = activity.answered_again(revision, int(number))
    if found is None or not _is_of_page(found.entry, date):
        return
    one = found.entry
    when = f"{one.at[:10]} at {one.at[11:16]} UTC"
    given = f"<b>Entry {one.n:,} of the question log:</b> asked by {escape(one.actor or 'nobody signed in')} on {when}"
    given += f", answered from {escape(one.load)}." if one.load else "."
    here = f"This page answers from {'it' if one.load == revision.load else escape(revision.load)}"
    now = {
        True: "the answer is the same, word for word",
        False: "<b>the answer is not the same any more</b>",
        None: f"whether the answer is the same cannot be said: {marked(found.because)}",
    }[found.same]
    back = navigation.to("Back to the log", "activity", person=one.person, case=one.case)
    show(f'<div class="loud">{icon("history_edu")}<span>{given} {here}; {now}. {back}</span></div>', key="entry")


def _is_of_page(one: AskedEntry, date: str) -> bool:
    """Whether the page shows what the entry was about, and not what was chosen since."""
    about = {"person": one.person, "case": one.case}
    return date == day_of(one) and all(not id or urls.parameter(name) == id for name, id in about.items())


def day_of(one: AskedEntry) -> str:
    """The day that a question was about; where it had none, the day on which it was asked."""
    return one.as_of or one.at[:10]
