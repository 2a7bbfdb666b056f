"""The bars of a time line as SVG, to take away: the same axis, the same periods, every word escaped."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from seewhy.explorer.components.blocks import day_text, period
from seewhy.explorer.palette import COLOURS, LIGHT
from seewhy.explorer.picture.svg import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seewhy.explorer.picture.timeline_bars import Axis, Segment

_LEFT, _WIDE, _ROW, _TOP = 270, 900, 46, 46


class Bar(NamedTuple):
    """One line: its name, a word more, and its periods."""

    name: str
    sub: str
    segments: tuple[Segment, ...]


def timeline_svg(title: str, axis: Axis, bars: Sequence[Bar], date: str) -> str:
    """One SVG document: a row for each bar, the day that is asked about as an upright line."""

    def hue(name: str) -> str:
        return COLOURS[name][LIGHT]

    def x(day: str) -> float:
        return round(_LEFT + axis.at(day) / 100 * _WIDE, 1)

    high = _TOP + len(bars) * _ROW + 12
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_LEFT + _WIDE + 20} {high}" '
        f'width="{_LEFT + _WIDE + 20}" height="{high}" font-family="\'Source Sans\',Arial,sans-serif">'
        f"<title>{escape(title)}</title><desc>{escape(_said(bars))}</desc>"
        f'<rect width="100%" height="100%" fill="{hue("surface")}"/>'
        f'<text x="12" y="26" font-size="15" font-weight="600" fill="{hue("ink")}">'
        f"{escape(folded(title, 30, 1)[0])}</text>"
    ]
    for mark in axis.marks():
        words = dt.date.fromisoformat(mark).strftime("%b %Y")
        out.append(
            f'<path d="M{x(mark):g} 34V{high - 8}" stroke="{hue("line")}"/>'
            f'<text x="{x(mark) + 3:g}" y="26" font-size="12" fill="{hue("muted")}">{words}</text>'
        )
    for place, bar in enumerate(bars):
        top = _TOP + place * _ROW
        out.append(f'<text x="12" y="{top + 17}" font-size="13.5" font-weight="600" fill="{hue("ink")}">'
                   f"{escape(folded(bar.name, 34, 1)[0])}</text>")  # fmt: skip
        if sub := folded(bar.sub, 42, 1):
            out.append(f'<text x="12" y="{top + 32}" font-size="11.5" fill="{hue("muted")}">{escape(sub[0])}</text>')
        for one in bar.segments:
            out.append(_segment(one, x(one.since), x(one.until), top, hue))
    out.append(
        f'<path d="M{x(date):g} 30V{high - 8}" stroke="{hue("ink")}" stroke-width="1.5" stroke-dasharray="3 3">'
        f"<title>{escape(day_text(date))}</title></path>"
    )
    return "".join(out) + "</svg>"


def _segment(one: Segment, left: float, right: float, top: float, colour: Callable[[str], str]) -> str:
    held = one.look.startswith("held")
    tone = one.look.removeprefix("held ").strip()
    fill = {"light": "yes-tint", "none": "sunk"}.get(tone, tone if tone in COLOURS else "yes")
    words = f"{one.word}, {period(one.since, one.until) or 'always'}"
    wide = max(right - left, 3)
    inside = one.word if wide > 12 + 6.5 * len(one.word) else ""
    ink = "surface" if tone in ("yes", "blocked") and not held else "ink"
    return (
        f'<rect x="{left:g}" y="{top + 4}" width="{wide:g}" height="28" rx="4" fill="{colour(fill)}" '
        f'fill-opacity="{0.25 if held else 1}" stroke="{colour("line")}"><title>{escape(words)}</title></rect>'
        f'<text x="{left + 6:g}" y="{top + 22}" font-size="12" fill="{colour(ink)}">{escape(inside)}</text>'
    )


def _said(bars: Sequence[Bar]) -> str:
    return "; ".join(
        f"{bar.name}: {', '.join(f'{one.word} {period(one.since, one.until)}'.strip() for one in bar.segments)}"
        for bar in bars
    )
