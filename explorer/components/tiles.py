"""Counts before lists: a heading with what was asked about, tiles with numbers, bars by deciding reason."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from seewhy.explorer.components.blocks import icon
from seewhy.explorer.palette import KINDS, VALUES
from seewhy.explorer.titles import step_title

if TYPE_CHECKING:
    from collections.abc import Iterable


KEPT_OUT = "kept out although a rule would let them in"
KEPT_OUT_OF = "kept out of, although a rule would let this person in"
"""What blocked means, of people and of cases, behind a number."""


class Tile(NamedTuple):
    """One number with its word; `tone` (blocked, depends) colours it."""

    number: int
    icon: str
    word: str
    tone: str = ""
    href: str = ""
    """The relative address of the list that it counts; blank: none."""


class Bar(NamedTuple):
    """One line of a bar chart; `tone` colours the bar, blank: the product's colour."""

    label: str
    number: int
    tone: str = ""
    href: str = ""
    """The relative address of the list that it counts; blank: none."""


def heading(kind: str, title: str, about: Iterable[str], mark: str = "") -> str:
    """What the page is about, as a sentence, with a word more below it; `mark` is HTML behind it (`marks.chips`)."""
    line = " · ".join(escape(part) for part in about if part)
    return (
        f'<div class="subject"><span class="badge {KINDS[kind].colour}">{icon(KINDS[kind].icon)}</span>'
        f'<div role="status"><h1>{escape(title)}{mark}</h1><p class="src">{line}</p></div></div>'
    )


def blocked(count: int, word: str = KEPT_OUT, href: str = "") -> Tile:
    """How many are blocked, in colour unless it is none."""
    return Tile(count, "block", word, "blocked" if count else "", href)


def tiles(items: Iterable[Tile]) -> str:
    """Numbers in boxes."""
    boxes = "".join(
        '<div class="tile">'
        + _linked(
            f'<b class="{tile.tone}">{tile.number:,}</b><span>{icon(tile.icon)}{escape(tile.word)}</span>',
            tile.href if tile.number else "",
        )
        + "</div>"
        for tile in items
    )
    return f'<div class="tiles wide">{boxes}</div>'


def bars(items: Iterable[Bar], caption: str = "", *, most: int = 0, total: int | None = None) -> str:
    """Numbers as bars, each with its number beside it.

    `most` is what fills the track, so that several lists have one scale; `total` is beside the caption.
    """
    listed = list(items)
    most = most or max((bar.number for bar in listed), default=0) or 1
    rows = "".join(
        f'<li><span class="label">{_linked(escape(bar.label), bar.href)}</span><span class="track" aria-hidden="true">'
        f'<i class="{bar.tone}" style="width:{max(100 * bar.number / most, 1.5):.1f}%"></i></span>'
        f'<span class="number">{bar.number:,}</span></li>'
        for bar in listed
    )
    sum_ = "" if total is None else f"<span>{total:,}</span>"
    title = f"<h3>{escape(caption)}{sum_}</h3>" if caption else ""
    return f'{title}<ul class="bars">{rows}</ul>'


def _linked(body: str, href: str) -> str:
    return f'<a class="go" href="{escape(href)}" target="_self">{body}</a>' if href else body


def reason(step: str, value: str, now: str = "") -> str:
    """`Memberships: Edit`, the deciding step with the value it gives; `Own work: View now, Edit after switching` where
    the value now is another one."""
    level = f"{VALUES[now]} now, {VALUES[value]} after switching" if now and now != value else VALUES[value]
    return f"{step_title(step)}: {level}"


def people(count: int) -> str:
    """`1 person`, `31 people`."""
    return f"{count:,} {'person' if count == 1 else 'people'}"


def cases(count: int) -> str:
    """`1 case`, `31 cases`."""
    return f"{count:,} case{'' if count == 1 else 's'}"
