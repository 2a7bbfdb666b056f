"""The same positions as SVG, for paper and for the page that is handed on: no script, every name escaped."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

from seewhy.explorer.palette import COLOURS, LIGHT
from seewhy.explorer.picture.component import STRENGTHS
from seewhy.explorer.picture.layout import HEIGHT

if TYPE_CHECKING:
    from typing import Any

    from seewhy.explorer.picture.model import Drawing

_DASH = ' stroke-dasharray="5 4"'


def svg(drawing: Drawing, title: str, description: str, *, verdict: str, mode: int = LIGHT) -> str:
    """One SVG document; `mode` is LIGHT or DARK."""

    def hue(name: str) -> str:
        return COLOURS[name][mode]

    nodes, edges = drawing.network.nodes, drawing.network.edges
    xs = [x for node in nodes for x in (node["x"] - node["wide"] / 2, node["x"] + node["wide"] / 2)]
    ys = [y for node in nodes for y in (node["y"] - HEIGHT / 2, node["y"] + HEIGHT / 2)]
    xs += [x for edge in edges for x in edge["points"][::2]]
    ys += [y for edge in edges for y in edge["points"][1::2]]
    left, top = min(xs) - 6, min(ys) - 6
    width, height = max(xs) - left + 6, max(ys) - top + 6
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="{left:g} {top:g} {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" font-family="\'Source Sans\',Arial,sans-serif">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" fill="{hue("surface")}"/>'
    ]
    out += [_line(edge, hue("surface"), hue("ink"), *_look(edge, hue, verdict)) for edge in drawing.lines()]
    for node in nodes:
        wide = node["wide"]
        x, y = node["x"] - wide / 2, node["y"] - HEIGHT / 2
        dim = node["dim"]
        names = folded(node["name"], int((wide - 34) / 7.6), 2)
        subs = folded(node["sub"], int((wide - 34) / 6.4), 3 - len(names))
        first = node["y"] - (len(names) + len(subs) - 1) * 8.5 + 5
        out.append(
            f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{HEIGHT}" rx="9" fill="{hue("surface")}" '
            f'stroke="{hue("faint" if dim else node["colour"])}"{_DASH if dim else ""}/>'
            f'<rect x="{x + 9:g}" y="{y + 14:g}" width="6" height="{HEIGHT - 28}" rx="3" fill="{hue(node["colour"])}" '
            f'opacity="{0.4 if dim else 1}"/>'
        )
        out += [
            f'<text x="{x + 24:g}" y="{first + n * 17:g}" font-size="14" font-weight="600" '
            f'fill="{hue("faint" if dim else "ink")}">{escape(text)}</text>'
            for n, text in enumerate(names)
        ]
        out += [
            f'<text x="{x + 24:g}" y="{first + (len(names) + n) * 17:g}" font-size="12.5" '
            f'fill="{hue("muted")}">{escape(text)}</text>'
            for n, text in enumerate(subs)
        ]
    return "".join(out) + "</svg>"


def image(text: str, alt: str) -> str:
    """An SVG as an image element: `st.html` drops inline SVG, and an image cannot run anything."""
    packed = base64.b64encode(text.encode()).decode()
    return f'<img class="paper" alt="{escape(alt)}" src="data:image/svg+xml;base64,{packed}">'


def _look(edge: dict[str, Any], hue: Any, verdict: str) -> tuple[str, float, bool]:
    look = STRENGTHS[edge["strength"]]
    return hue(verdict if edge["strength"] == "decides" else look["colour"]), look["width"], look["dashed"]


def _line(edge: dict[str, Any], ground: str, ink: str, colour: str, width: float, dashed: bool) -> str:
    flat = edge["points"]
    points = list(zip(flat[::2], flat[1::2], strict=True))
    (x2, y2), (x3, y3) = points[-2:]
    right, down = _sign(x3 - x2), 0 if x3 != x2 else _sign(y3 - y2)
    path = f"M{points[0][0]:g} {points[0][1]:g}"
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        one, two = _towards(at, before), _towards(at, after)
        path += f"L{one[0]:g} {one[1]:g}Q{at[0]:g} {at[1]:g} {two[0]:g} {two[1]:g}"
    path += f"L{x3 - 7 * right:g} {y3 - 7 * down:g}"
    head = f"l{-9 * right:g} -4.5v9Z" if right else f"l-4.5 {-9 * down:g}h9Z"
    x, y = edge["at"]
    lines = [part for line in edge["label"].split("\n") for part in folded(line, max(4, int(edge["room"] / 6)), 2)][:3]
    label = "".join(
        f'<text x="{x:g}" y="{y - (len(lines) - 1 - n) * 14:g}" font-size="12" '
        f'fill="{ink}" stroke="{ground}" stroke-width="4" paint-order="stroke">{escape(text)}</text>'
        for n, text in enumerate(lines)
        if text
    )
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" '
        f'stroke-width="{width}"{_DASH if dashed else ""}/><path d="M{x3:g} {y3:g}{head}" fill="{colour}"/>{label}'
    )


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _towards(at: tuple[float, float], other: tuple[float, float], most: float = 8) -> tuple[float, float]:
    """A point near a corner, on the way to the next one."""
    (x, y), (x2, y2) = at, other
    by = min(most, max(abs(x2 - x), abs(y2 - y)) / 2)
    return x + _sign(x2 - x) * by, y + _sign(y2 - y) * by


def folded(text: str, width: int, most: int) -> list[str]:
    """A text on at most so many lines of so many letters; what does not fit ends in dots."""
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < most:
        if len(rest) <= width or len(lines) == most - 1:
            lines.append(rest if len(rest) <= width else rest[: max(1, width - 1)] + "…")
            break
        space = rest.rfind(" ", 0, width + 1)
        cut = space if space > width / 3 else width
        lines.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return lines
