"""A person and a case through time: bars per reason, and every change with the fact that caused it.

A person alone or a case alone: how many cases they see, or how many people see it, through time.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks, seen_over_time, tiles
from seewhy.explorer.components.causes import cause_items
from seewhy.explorer.components.marks import chips
from seewhy.explorer.components.tiles import Tile
from seewhy.explorer.data import answers, background, connection, tables
from seewhy.explorer.palette import VALUES
from seewhy.explorer.picture import timeline_bars
from seewhy.explorer.picture.timeline_bars import Axis, Segment
from seewhy.explorer.picture.timeline_svg import Bar, timeline_svg
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets.fields import pair
from seewhy.explorer.widgets.picture_files import picture_files
from seewhy.graph.days import day_before
from seewhy.graph.errors import EngineUnavailable, SeeWhyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from seewhy.explorer.data.connection import Revision, Statements
    from seewhy.graph.questions.seen_over_time import SeenOverTime
    from seewhy.graph.questions.timeline import Change, Period, ReasonBar, TimelineAnswer

_WAIT_SECONDS = 0.5
"""How long the page of a large graph waits for counts before it says how far they are."""
_LOOKS = {"edit": "yes", "view": "light", "none": "none"}


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    person, case, missing = pair(revision, "Since when can this person", "see this case?")
    date = urls.as_of()
    if bool(person) != bool(case):
        _counted(revision, person, case, date, missing)
        return
    found = page_shell.answer(
        revision, date, lambda: answers.timeline(revision, person, case) if person and case else None, missing
    )
    if found is not None:
        _answered(revision, *found, date)


def _counted(revision: Revision, person: str, case: str, date: str, missing: str) -> None:
    """One of the two alone, counted in the background: each of its days is asked about."""
    pending = answers.seen_over_time(revision, person, case, date)
    try:
        if not pending.ready(background.SMALL_SECONDS if connection.is_small() else _WAIT_SECONDS):
            page_shell.basis(revision, date)
            page_shell.not_today(date)
            background.draw_again_when(pending.ready, lambda: _waiting(pending.doing))
            page_shell.footer(revision)
            return
        answer, statements = pending.answer()
    except EngineUnavailable:
        raise
    except SeeWhyError as error:
        page_shell.refuse(revision, date, error)
        return
    kind, id = ("person", person) if person else ("case", case)
    seen = (
        f"can see {tiles.cases(answer.seen.total)}" if person else f"can be seen by {tiles.people(answer.seen.total)}"
    )
    answer_bar.draw(
        revision,
        "time",
        date,
        {kind: id},
        statements,
        f"how many cases could {id} see, and since when" if person else f"how many people could see {id}, and when",
        lambda: _counts_table(answer),
    )
    about = (id, f"on {blocks.day_text(date)}", missing)
    blocks.show(tiles.heading(kind, f"{answer.name or id} {seen}", about, chips(kind, id)))
    blocks.show(blocks.section("How many through time", seen_over_time.bars(answer), "on each day named below"))
    count = len(answer.moments)
    days = f"{count:,} day{'' if count == 1 else 's'} on which rows that name this {kind} begin or end, in order"
    blocks.show(blocks.section("What changed it", seen_over_time.moments(answer), days))
    page_shell.footer(revision, ("Days asked about", f"{count:,}, each with the day before it"))


def _waiting(doing: str) -> str:
    said = f", {escape(doing)}" if doing else ""
    return blocks.section("How many through time", f'<p class="src" role="status">Counting{said} …</p>')


def _counts_table(answer: SeenOverTime) -> pa.Table:
    rows = [
        {
            "date": m.date,
            "before": str(m.before.total),
            "before_edit": str(m.before.edit),
            "after": str(m.after.total),
            "after_edit": str(m.after.edit),
            "because": "; ".join(cause.sentence for cause in m.causes),
        }
        for m in answer.moments
    ]
    return tables.text_table(rows, ("date", "before", "before_edit", "after", "after_edit", "because"))


def _answered(revision: Revision, answer: TimelineAnswer, statements: Statements, date: str) -> None:
    answer_bar.draw(
        revision,
        "time",
        date,
        {"person": answer.person, "case": answer.case},
        statements,
        f"when could {answer.person} see case {answer.case}, and why",
        lambda: _table(answer),
        scheme=f"{answer.system}: {blocks.scheme_text(answer.scheme)}",
    )
    today = next(p for p in answer.periods if p.since <= date < p.until)
    flips = sum(change.flips for change in answer.changes)
    gates = sum(change.comes_or_goes for change in answer.changes)
    reasons = len(answer.changes) - flips - gates
    blocks.show(
        tiles.heading(
            "person",
            f"{answer.person_name} and case {answer.case}",
            (answer.case_name, f"on {blocks.day_text(date)}: {VALUES[today.value].lower()}"),
            chips("case", answer.case),
        )
    )
    blocks.show(
        tiles.tiles(
            (
                Tile(flips, "swap_horiz", f"{_times(flips)} the access changed"),
                *([Tile(gates, "door_open", f"{_times(gates)} only account or case came or went")] if gates else []),
                Tile(reasons, "difference", f"{_times(reasons)} only the reason changed"),
                Tile(len(answer.bars), "rule", "reason in all" if len(answer.bars) == 1 else "reasons in all"),
                Tile(len(today.reasons), "today", f"of them on {blocks.day_text(date)}"),
            )
        )
    )
    blocks.show(
        blocks.section(
            "Access and its reasons",
            _bars(answer, date),
            "full: decides; hatched: holds and does not decide; grey: none; upright line: the day asked about",
        )
    )
    name = f"time-{answer.person}-{answer.case}"
    picture_files(_picture(answer, date), name, key=f"{name}-files")
    items = "".join(_change(answer, change) for change in answer.changes)
    body = f'<ol class="turns">{items}</ol>' if items else "<p>Nothing ever changed.</p>"
    blocks.show(blocks.section("What changed it", body, f"{len(answer.changes)}, the earliest first"))
    page_shell.footer(
        revision, ("Days asked about", f"{answer.cuts}, every day on which a fact around the pair begins or ends")
    )


def _times(count: int) -> str:
    return "time" if count == 1 else "times"


def _picture(answer: TimelineAnswer, date: str) -> str:
    """The same bars as one SVG."""
    bars = [Bar(label, "", tuple(pieces)) for label, pieces in _levels(answer)]
    bars += [Bar(step_title(one.step), one.sentence, tuple(_pieces(one))) for one in answer.bars]
    return timeline_svg(f"{answer.person_name} and {answer.case}", _axis(answer, date), bars, date)


def _axis(answer: TimelineAnswer, date: str) -> Axis:
    return Axis.around([*(change.date for change in answer.changes), date])


def _levels(answer: TimelineAnswer) -> Iterator[tuple[str, list[Segment]]]:
    """The access through time, of the moment and after switching where the two differ."""
    two = any(p.value != p.value_now for p in answer.periods)
    for label, name in (("Now", "value_now"), ("After switching", "value")) if two else (("Access", "value"),):
        pieces = [Segment(p.since, p.until, VALUES[getattr(p, name)], _LOOKS[getattr(p, name)]) for p in answer.periods]
        yield label, _joined(pieces)


def _bars(answer: TimelineAnswer, date: str) -> str:
    axis = _axis(answer, date)
    lines = [timeline_bars.scale(axis, date)]
    lines += [timeline_bars.bar(axis, f"<b>{label}</b>", pieces, date) for label, pieces in _levels(answer)]
    lines += [_reason(axis, reason, date) for reason in answer.bars]
    if not answer.bars:
        lines.append('<p class="src">No reason at any time.</p>')
    return f'<div class="spans">{"".join(lines)}</div>'


def _joined(pieces: list[Segment]) -> list[Segment]:
    """Adjacent segments that say the same are joined to one."""
    joined: list[Segment] = []
    for piece in pieces:
        if joined and (joined[-1].word, joined[-1].until) == (piece.word, piece.since):
            joined[-1] = Segment(joined[-1].since, piece.until, piece.word, piece.look)
        else:
            joined.append(piece)
    return joined


def _pieces(reason: ReasonBar) -> list[Segment]:
    tone = "blocked" if reason.value == "none" else "yes"
    return [
        Segment(
            s.since,
            s.until,
            f"{VALUES[reason.value]}{', decides' if s.decides else ''}",
            tone if s.decides else f"held {tone}",
        )
        for s in reason.spans
    ]


def _reason(axis: Axis, reason: ReasonBar, date: str) -> str:
    sentence = f'<span class="src">{escape(reason.sentence)}</span>'
    label = f"{escape(step_title(reason.step))} {blocks.rule_chips(reason.rules)}{sentence}"
    return timeline_bars.bar(axis, label, _pieces(reason), date)


def _level(period: Period) -> str:
    if period.step in ("inactive", "no_case"):
        return {"inactive": "not active", "no_case": "no case"}[period.step]
    if period.value != period.value_now:
        return f"{VALUES[period.value_now]} now, {VALUES[period.value]} after switching"
    return VALUES[period.value]


def _change(answer: TimelineAnswer, change: Change) -> str:
    before, after = _level(change.before), _level(change.after)
    what = f"{before} → {after}" if before != after else f"{after}, other reasons"
    tone = "" if change.after.value != "none" and change.flips else "blocked" if change.flips else "mut"
    causes = cause_items(change.causes, day_before(change.date), change.date)
    way = navigation.to("Why on this day", "why", person=answer.person, case=answer.case, asof=change.date)
    return (
        f'<li><div class="when">{escape(blocks.day_text(change.date))}</div>'
        f'<div class="said"><span class="tag {tone}">{escape(what)}</span> '
        f'<span class="src">{escape(step_title(change.after.step))}</span> {way}<ul>{causes}</ul></div></li>'
    )


def _table(answer: TimelineAnswer) -> pa.Table:
    causes = {change.date: "; ".join(cause.sentence for cause in change.causes) for change in answer.changes}
    rows = [
        {
            "since": p.since,
            "until": p.until,
            "value": p.value,
            "value_now": p.value_now,
            "step": p.step,
            "reasons": " ".join(reason.sentence for reason in p.reasons),
            "because": causes.get(p.since, ""),
        }
        for p in answer.periods
    ]
    return tables.text_table(rows, ("since", "until", "value", "value_now", "step", "reasons", "because"))


page()
