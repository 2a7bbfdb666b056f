"""What did it, as one SVG to take away: a bar for each file and what happened in it, a colour per kind of change."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seewhy.explorer.palette import COLOURS, LIGHT
from seewhy.explorer.picture.svg import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.explorer.components.change_cards import ChangeBar

_LEFT, _WIDE, _ROW, _TOP = 300, 620, 44, 74


def change_bars(title: str, note: str, bars: Sequence[ChangeBar]) -> str:
    """One SVG document; every bar has its numbers behind it in words."""

    def hue(name: str) -> str:
        return COLOURS[name][LIGHT]

    most = max((sum(part.number for part in bar.parts) for bar in bars), default=0) or 1
    wide, high = _LEFT + _WIDE + 260, _TOP + len(bars) * _ROW + 12
    said = "; ".join(f"{bar.name}: {bar.said}" for bar in bars)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}" font-family="\'Source Sans\',Arial,sans-serif">'
        f"<title>{escape(title)}</title><desc>{escape(said)}</desc>"
        f'<rect width="100%" height="100%" fill="{hue("surface")}"/>'
        f'<text x="12" y="28" font-size="16" font-weight="600" fill="{hue("ink")}">'
        f"{escape(folded(title, 130, 1)[0])}</text>"
        f'<text x="12" y="50" font-size="12.5" fill="{hue("muted")}">{escape(folded(note, 150, 1)[0])}</text>'
    ]
    for place, bar in enumerate(bars):
        top, x = _TOP + place * _ROW, float(_LEFT)
        out.append(
            f'<text x="12" y="{top + 19}" font-size="13.5" fill="{hue("ink")}">'
            f"{escape(folded(bar.name, 40, 1)[0])}</text>"
        )
        for part in bar.parts:
            long = max(2.0, round(part.number / most * _WIDE, 1))
            out.append(
                f'<rect x="{x:g}" y="{top + 4}" width="{long:g}" height="22" fill="{hue(part.colour)}">'
                f"<title>{part.number:,} {escape(part.word)}</title></rect>"
            )
            x += long
        out.append(
            f'<text x="{x + 8:g}" y="{top + 19}" font-size="12.5" fill="{hue("muted")}">{escape(bar.said)}</text>'
        )
    return "".join(out) + "</svg>"
