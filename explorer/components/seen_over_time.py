"""Counts through time as HTML: bars by day, and what each day brought."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from seewhy.explorer import navigation
from seewhy.explorer.components import blocks, tiles
from seewhy.explorer.components.causes import cause_items
from seewhy.explorer.components.tiles import Bar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seewhy.graph.questions.seen_over_time import Moment, Seen, SeenOverTime


def bars(answer: SeenOverTime) -> str:
    """How many on each of its days, and on the day asked about, on one scale."""
    days = {moment.date: moment.after.total for moment in answer.moments} | {answer.as_of: answer.seen.total}
    return tiles.bars(Bar(blocks.day_text(date), days[date]) for date in sorted(days))


def moments(answer: SeenOverTime) -> str:
    """Each day with what its rows did, and between two of them what came without such a row."""
    if not answer.moments:
        return f"<p>No row that names this {_word(answer)} ever began or ended.</p>"
    lines = [_moment(answer, answer.moments[0])]
    for one, two in pairwise(answer.moments):
        lines += [*_between(answer, one.date, two.day_before, one.after, two.before), _moment(answer, two)]
    last = answer.moments[-1]
    if last.date < answer.as_of:
        lines += _between(answer, last.date, answer.as_of, last.after, answer.seen)
    return f'<ol class="turns">{"".join(lines)}</ol>'


def _moment(answer: SeenOverTime, moment: Moment) -> str:
    causes = cause_items(moment.causes, moment.day_before, moment.date)
    return (
        f'<li><div class="when">{escape(blocks.day_text(moment.date))}</div>'
        f'<div class="said">{_step(moment.before, moment.after)} {_way(answer, moment.day_before, moment.date)}'
        f"<ul>{causes}</ul></div></li>"
    )


def _between(answer: SeenOverTime, start: str, end: str, before: Seen, after: Seen) -> Iterator[str]:
    """The days between two moments, where they brought something."""
    if before != after:
        yield (
            f'<li><div class="when">until {escape(blocks.day_text(end))}</div><div class="said">{_step(before, after)} '
            f"{_way(answer, start, end)}<ul><li>By rows that do not name this {_word(answer)}.</li></ul></div></li>"
        )


def _step(before: Seen, after: Seen) -> str:
    tone = "mut" if before == after else "blocked" if after.total < before.total else ""
    words = f"{_seen(before)} → {_seen(after)}" if before != after else f"{_seen(after)}, as before"
    return f'<span class="tag {tone}">{escape(words)}</span>'


def _seen(seen: Seen) -> str:
    return f"{seen.total:,} ({seen.edit:,} edit)" if seen.edit else f"{seen.total:,}"


def _way(answer: SeenOverTime, start: str, end: str) -> str:
    about = {"person": answer.person} if answer.person else {"case": answer.case}
    return navigation.to("Who gained or lost", "changes", **about, **{"from": start, "to": end})


def _word(answer: SeenOverTime) -> str:
    return "person" if answer.person else "case"
