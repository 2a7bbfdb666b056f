"""An answer as a page to print or send: one HTML file with picture, reasons, ladder. No script, nothing fetched."""

from __future__ import annotations

import datetime as dt
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from seewhy.explorer.components import blocks
from seewhy.explorer.palette import COLOURS, LIGHT, VALUES
from seewhy.explorer.picture.svg import svg
from seewhy.explorer.titles import step_title
from seewhy.graph.rules.catalogue import rule_version

if TYPE_CHECKING:
    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.picture.model import Drawing
    from seewhy.graph.answers.check import WhyAnswer

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(answer: WhyAnswer, drawn: Drawing | None, revision: Revision, *, sensitive: bool = False) -> bytes:
    """The answer for paper (A4), UTF-8; `drawn` is None when there is too much to draw."""
    check, kind = answer.check, blocks.tone(answer)
    question = f"Can {answer.person_name or check.person} see case {check.case}, and why?"
    figure = f"<h2>Path</h2><figure>{svg(drawn, question, answer.verdict, verdict=kind)}</figure>" if drawn else ""
    made = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
    parts = [
        f'<p class="m">SeeWhy · as of {blocks.day_text(check.as_of)} · written {made}</p>',
        f"<h1>{escape(question)}{' · sensitive case' if sensitive else ''}</h1>",
        f'<div class="verdict {kind}">{escape(answer.verdict)}<p>{_levels(answer)} '
        f"Decided at the step {escape(', '.join((step_title(check.step), *check.rules)))}.</p></div>",
        figure,
        "<h2>Because</h2>",
        *_reasons(answer),
        "<h2>Decision ladder</h2>",
        _ladder(answer),
        _changes(answer),
        "<h2>Completeness</h2>",
        f"<p>System {escape(check.system)}, {escape(blocks.scheme_text(check.scheme))}. "
        f"Load {escape(revision.load)}, true for {blocks.day_text(revision.as_of)}, "
        f"finished {escape(revision.loaded)}. Engine {escape(revision.engine)}. Rules {rule_version()}. "
        f"All {len(answer.reasons)} reasons are listed. Limits hit: none. Facts hidden from the reader: none.</p>",
    ]
    return document(question, "".join(parts))


def document(title: str, body: str, more_style: str = "") -> bytes:
    """A page of its own, UTF-8: `body` is HTML; no script, nothing fetched."""
    colours = "".join(f"--{name}:{pair[LIGHT]};" for name, pair in COLOURS.items())
    style = ":root{" + colours + "}" + (files("seewhy.explorer") / "print_page.css").read_text("utf-8") + more_style
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body>{body}</body></html>"
    ).encode()


def _levels(answer: WhyAnswer) -> str:
    check = answer.check
    if check.value == check.value_now:
        return f"Access level: {VALUES[check.value]}."
    levels = f"Access level now: {VALUES[check.value_now]}; after switching position: {VALUES[check.value]}."
    return f"{levels} {escape(answer.now_because)}".rstrip()


def _reasons(answer: WhyAnswer) -> list[str]:
    found = []
    for reason in answer.reasons:
        word = "Decides" if reason.decides else "Also met"
        items = "".join(
            f"<li>{escape(blocks.sentence(step.sentence))}{blocks.source_line(step, linked=False)}</li>"
            for step in reason.path
        )
        found.append(
            f"<h3>{word}: {VALUES[reason.value]}, {escape(step_title(reason.step))} "
            f"<code>{escape(', '.join(reason.rules))}</code></h3><ol>{items}</ol>"
        )
    return found or ["<p>No step of the ladder is met.</p>"]


def _ladder(answer: WhyAnswer) -> str:
    def rules(ids: tuple[str, ...]) -> str:
        return "<br>".join(f"<code>{escape(id)}</code>" for id in ids)

    rows = "".join(
        f'<tr class="{"d" if t.outcome == "decided" else ""}"><td>{n}<td>{escape(t.question)}<td>{escape(t.outcome)}'
        f"<td>{escape(blocks.sentence(t.because))}<td>{rules(t.rules)}</tr>"
        for n, t in enumerate(answer.ladder, 1)
    )
    return (
        f"<table><thead><tr><th>Step<th>Question<th>Outcome<th>Found<th>Rules</tr></thead><tbody>{rows}</tbody></table>"
    )


def _changes(answer: WhyAnswer) -> str:
    if not answer.would_change:
        return ""
    items = "".join(f"<li>{escape(c.sentence)} → {VALUES[c.value]}</li>" for c in answer.would_change)
    return f"<h2>What would change this</h2><p class='m'>Nothing here is applied.</p><ul>{items}</ul>"
