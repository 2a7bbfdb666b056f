"""Periods as bars on an axis of time; every bar also has its dates in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from seewhy.explorer.components.blocks import period
from seewhy.graph.days import today as today_is
from seewhy.graph.vocabulary import ALWAYS, is_open

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
"""Months between two marks of the axis; the first that gives at most `_MARKS`."""
_MARKS = 8


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a bar: since inclusive, until exclusive, a word, and how it looks (a tone, `light` or `held`)."""

    since: str
    until: str
    word: str
    look: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The days that are drawn, as ordinals."""

    begin: int
    end: int

    @classmethod
    def around(cls, dates: Iterable[str]) -> Axis:
        """From before the first to behind the last of some days, with room on both sides."""
        days = [dt.date.fromisoformat(d).toordinal() for d in dates if d != ALWAYS and not is_open(d)]
        days = days or [dt.date.fromisoformat(today_is()).toordinal()]
        room = max(20, (max(days) - min(days)) // 12)
        return cls(max(1, min(days) - room), min(dt.date.max.toordinal(), max(days) + room))

    def at(self, date: str) -> float:
        """The position of a day, 0 to 100; a day outside the axis is at its edge."""
        day = self.begin if date == ALWAYS else self.end if is_open(date) else dt.date.fromisoformat(date).toordinal()
        return round(100 * (min(max(day, self.begin), self.end) - self.begin) / max(1, self.end - self.begin), 2)

    def marks(self) -> list[str]:
        """First days of months, evenly spaced, at most about eight."""
        first, last = dt.date.fromordinal(self.begin), dt.date.fromordinal(self.end)
        months = (last.year - first.year) * 12 + last.month - first.month
        step = next((s for s in _STEPS if months / s <= _MARKS), _STEPS[-1])
        begin = first.year * 12 + first.month - 1
        found = (
            dt.date(n // 12, n % 12 + 1, 1)
            for n in range(-(-begin // step) * step, begin + months + 1, step)
            if n >= 12
        )
        return [date.isoformat() for date in found if self.begin <= date.toordinal() <= self.end]


def scale(axis: Axis, today: str) -> str:
    """The line with the dates, and the day that is asked about."""
    marks = "".join(
        f'<span style="left:{axis.at(mark)}%">{escape(dt.date.fromisoformat(mark).strftime("%b %Y"))}</span>'
        for mark in axis.marks()
        if axis.at(mark) < 94
    )
    lane = f'<span class="lane" aria-hidden="true">{marks}{day_line(axis, today)}</span>'
    return f'<div class="span axis"><span class="label"></span>{lane}</div>'


def day_line(axis: Axis, date: str) -> str:
    """The upright line of a day."""
    return f'<i class="now" style="left:{axis.at(date)}%"></i>'


def bar(axis: Axis, label: str, segments: Sequence[Segment], today: str) -> str:
    """One line: `label` is HTML; the segments are also given in words, for screen readers."""
    drawn, spoken = [], []
    for segment in segments:
        left, right = axis.at(segment.since), axis.at(segment.until)
        title = f"{segment.word}, {period(segment.since, segment.until) or 'always'}"
        spoken.append(title)
        width = max(right - left, 0.4)
        inside = segment.word if right - left > 3 + 1.3 * len(segment.word) else ""
        drawn.append(
            f'<b class="{segment.look}" style="left:{left}%;width:{width:.2f}%" title="{escape(title)}">'
            f"{escape(inside)}</b>"
        )
    return (
        f'<div class="span"><span class="label">{label}</span><span class="lane" role="img" '
        f'aria-label="{escape("; ".join(spoken))}">{"".join(drawn)}{day_line(axis, today)}</span></div>'
    )
