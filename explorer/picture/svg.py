"""The same positions as SVG, for paper and for the page that is handed on: no script, every name escaped."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

from seewhy.explorer.palette import COLOURS, LIGHT
from seewhy.explorer.picture.component import STRENGTHS
from seewhy.explorer.picture.layout import HEIGHT, WIDTH

if TYPE_CHECKING:
    from typing import Any

    from seewhy.explorer.picture.model import Drawing

_DASH = ' stroke-dasharray="5 4"'


def svg(drawing: Drawing, title: str, description: str, *, verdict: str, mode: int = LIGHT) -> str:
    """One SVG document; `mode` is LIGHT or DARK."""

    def hue(name: str) -> str:
        return COLOURS[name][mode]

    nodes, edges = drawing.network.nodes, drawing.network.edges
    xs, ys = [node["x"] for node in nodes], [node["y"] for node in nodes]
    left, top = min(xs) - WIDTH / 2 - 6, min(ys) - HEIGHT / 2 - 6
    width, height = max(xs) - min(xs) + WIDTH + 12, max(ys) - min(ys) + HEIGHT + 12
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="{left:g} {top:g} {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" font-family="\'Source Sans\',Arial,sans-serif">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    ]
    out += [_line(edge, hue("surface"), hue("ink"), *_look(edge, hue, verdict)) for edge in edges]
    for node in nodes:
        x, y = node["x"] - WIDTH / 2, node["y"] - HEIGHT / 2
        dim = node["dim"]
        out.append(
            f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="9" fill="{hue("surface")}" '
            f'stroke="{hue("faint" if dim else node["colour"])}"{_DASH if dim else ""}/>'
            f'<rect x="{x + 9:g}" y="{y + 11:g}" width="6" height="32" rx="3" fill="{hue(node["colour"])}" '
            f'opacity="{0.4 if dim else 1}"/>'
            f'<text x="{x + 24:g}" y="{y + 24:g}" font-size="14.5" font-weight="600" '
            f'fill="{hue("faint" if dim else "ink")}">{escape(_cut(node["name"], 19))}</text>'
            f'<text x="{x + 24:g}" y="{y + 41:g}" font-size="12.5" fill="{hue("muted")}">'
            f"{escape(_cut(node['sub'], 23))}</text>"
        )
    return "".join(out) + "</svg>"


def image(drawing: Drawing, title: str, description: str, *, verdict: str) -> str:
    """The SVG as an image element: `st.html` drops inline SVG, and an image cannot run anything."""
    packed = base64.b64encode(svg(drawing, title, description, verdict=verdict).encode()).decode()
    return f'<img class="paper" alt="{escape(f"{title}. {description}")}" src="data:image/svg+xml;base64,{packed}">'


def _look(edge: dict[str, Any], hue: Any, verdict: str) -> tuple[str, float, bool]:
    look = STRENGTHS[edge["strength"]]
    return hue(verdict if edge["strength"] == "decides" else look["colour"]), look["width"], look["dashed"]


def _line(edge: dict[str, Any], ground: str, ink: str, colour: str, width: float, dashed: bool) -> str:
    x0, y0, x1, y1, x2, y2, x3, y3 = edge["curve"]
    across = abs(x3 - x2) > abs(y3 - y2)
    ahead = 1 if (x3 > x2 if across else y3 > y2) else -1
    head, end = (
        (f"l{-9 * ahead} -4.5v9Z", f"{x3 - 7 * ahead:g} {y3:g}")
        if across
        else (f"l-4.5 {-9 * ahead}h9Z", f"{x3:g} {y3 - 7 * ahead:g}")
    )
    x, y = edge["at"]
    lines = (edge["label"] or "").split("\n")
    label = "".join(
        f'<text x="{x:g}" y="{y + 4 + (n - (len(lines) - 1) / 2) * 15:g}" font-size="12.5" text-anchor="middle" '
        f'fill="{ink}" stroke="{ground}" stroke-width="5" paint-order="stroke">{escape(text)}</text>'
        for n, text in enumerate(lines)
        if text
    )
    return (
        f'<path d="M{x0:g} {y0:g}C{x1:g} {y1:g} {x2:g} {y2:g} {end}" fill="none" stroke="{colour}" '
        f'stroke-width="{width}"{_DASH if dashed else ""}/><path d="M{x3:g} {y3:g}{head}" fill="{colour}"/>{label}'
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
