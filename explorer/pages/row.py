"""One row of the input: what it says, since when, whose access rests on it and what alone, what stands beside it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.auth.asker import may
from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks, links, row_cards, source_rows, tiles
from seewhy.explorer.components.tiles import Tile
from seewhy.explorer.data import answers, background, connection, tables
from seewhy.explorer.palette import VALUES
from seewhy.explorer.widgets import change_fields
from seewhy.explorer.widgets.fields import question
from seewhy.graph.errors import ConfigurationError, LoadRejected
from seewhy.graph.explain.change_counts import by_person, headline
from seewhy.graph.inputs.files import FILES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from seewhy.explorer.data.background import PendingAnswer
    from seewhy.explorer.data.connection import Revision, Statements
    from seewhy.graph.answers.change import DiffAnswer
    from seewhy.graph.answers.row import CitingPair, RowAnswer

_FIRST = 12
"""People who would lose something that are named before the rest is counted."""
_PAGE = 50
"""Pairs of one page."""
_FOUND = ("file", "row", "load")


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    question(_file, _number)
    date = urls.as_of()
    file, row, load = (urls.parameter(name) for name in _FOUND)
    found = page_shell.answer(
        revision,
        date,
        lambda: answers.row(revision, file, row, load, date) if file and row else None,
        "Choose a file and the number of a row, as it stands below every reason: memberships.csv, row 5.",
    )
    if found is not None:
        _answered(revision, *found)
    elif file:
        first = navigation.to("The first row of that file", "row", file=file, row="2")
        blocks.show(f'<p class="lead">{first} · {navigation.to("Search for a person or a case", "")}</p>')


def _file() -> str:
    named = urls.parameter("file")
    stem = named if named in FILES else named.rpartition(".")[0]
    words = {"": "choose one", **{stem: f"{stem}.csv" for stem in FILES}}
    options, key = list(words), f"choice-of-file-{stem}"

    def changed() -> None:
        picked = st.session_state[key]
        urls.write(file=f"{picked}.csv" if picked else "", load="")

    place = options.index(stem) if stem in FILES else 0
    st.selectbox("File", options, place, format_func=words.__getitem__, key=key, on_change=changed)
    return named


def _number() -> str:
    row = urls.parameter("row")
    key = f"number-of-row-{row}"  # a field of its own for another row of the address

    def changed() -> None:
        urls.write(row=st.session_state[key].strip(), load="")

    st.text_input("Row", row[:9], key=key, placeholder="the number of a row", on_change=changed, max_chars=9)
    return row


def _answered(revision: Revision, answer: RowAnswer, statements: Statements) -> None:
    place = (answer.file, str(answer.row), answer.load, answer.as_of)
    pending = answers.row_pairs(revision, *place)
    sent = pending.answer()[1] if pending.ready() else statements
    answer_bar.draw(
        revision,
        "row",
        answer.as_of,
        {"file": answer.file, "row": str(answer.row), "load": answer.load},
        sent,
        f"whose access rests on {answer.source} of {answer.load}",
        lambda: _table(_whole(pending)),
    )
    blocks.show(
        tiles.heading(
            "rule",
            blocks.sentence(answer.sentence).removesuffix("."),
            (source_rows.row_text(answer.source), _state(answer), f"begun by {answer.load}"),
        )
    )
    left, right = st.container(key="main").container(key="second-first").columns([8, 5], gap="medium")
    with left:
        hangs, rests = st.container(key="hangs"), st.container(key="rests")
    with right:
        blocks.show(row_cards.cells(answer) + row_cards.history(answer) + row_cards.others(answer))
        if answer.neighbours:
            blocks.show("".join(map(row_cards.near, answer.neighbours)))
    page_shell.footer(revision, ("Row", f"{answer.source} of {answer.load}"))
    # Last, and in the background: what the row says is there while this is asked.
    with rests:
        background.draw_when_ready(
            pending, lambda found: _rests(found[0]), _waiting("What it gives", "Looking for whose access rests on it …")
        )
    if answer.holds and may("whatif"):
        with hangs:
            _hangs(revision, answer, place)


def _whole(pending: PendingAnswer) -> RowAnswer:
    """The answer with all pairs, as files have it."""
    answer: RowAnswer = pending.for_file("whose access rests on the row")[0]
    return answer


def _state(answer: RowAnswer) -> str:
    period = blocks.period(answer.since, answer.until)
    if answer.holds:
        return f"holds {period}" if period else "always held"
    word = "does not hold yet" if answer.as_of < answer.since else "does not hold any more"
    return f"{word} on {blocks.day_text(answer.as_of)}: {period}"


def _waiting(title: str, words: str) -> str:
    return blocks.section(title, f'<p class="src" role="status">{blocks.icon("hourglass_top")} {escape(words)}</p>')


def _rests(answer: RowAnswer) -> None:
    """What it gives, and whom it keeps out."""
    people = len({pair.person for pair in answer.gives})
    counted = []
    if people:
        counted = [
            Tile(people, "person", "person sees something by it" if people == 1 else "people see something by it"),
            Tile(len(answer.gives), "visibility", "pairs of person and case rest on it"),
            Tile(answer.deciding, "check_circle", "of them are decided by it"),
        ]
    if answer.keeps_out:
        counted.append(Tile(len(answer.keeps_out), "block", "pairs that it keeps apart", "blocked"))
    if counted:
        blocks.show(tiles.tiles(counted))
    note = "a reason in their Why names this row"
    if not answer.complete:
        note = "so many rest on it that only the first were asked; what hangs on it alone is complete"
    if answer.gives:
        blocks.show(blocks.section("What it gives", _pairs(answer, answer.gives, "pairs of person and case"), note))
    elif not answer.keeps_out:
        words = (
            "Nobody's access rests on this row."
            if answer.holds
            else f"Nothing rests on it on {blocks.day_text(answer.as_of)}: it does not hold on that day. "
        )
        other = answer.since if answer.as_of < answer.since else ""
        link = navigation.to("Ask about its first day", "row", **_address(answer), asof=other) if other else ""
        blocks.show(blocks.section("What it gives", f"<p>{escape(words)} {link}</p>"))
    if answer.keeps_out:
        body = _pairs(answer, answer.keeps_out, "pairs of person and case")
        blocks.show(blocks.section("Whom it keeps out", body, "something else would let them in"))


def _address(answer: RowAnswer) -> dict[str, str]:
    return {"file": answer.file, "row": str(answer.row), "load": answer.load}


def _pairs(answer: RowAnswer, pairs: Sequence[CitingPair], noun: str) -> str:
    part, line = links.pages("row", len(pairs), noun, _PAGE)
    # Whom all pairs have in common stands above them, once.
    people, cases = {pair.person for pair in pairs}, {pair.case for pair in pairs}
    alike = (len(people) == 1 < len(pairs), len(cases) == 1 < len(pairs), False, False, False)
    if alike[0]:
        line = f"<p>{links.person(one := next(iter(people)), answer.names.get(one, ''))}</p>{line}"
    if alike[1]:
        line = f"<p>{links.case(next(iter(cases)))}</p>{line}"
    rows = (
        (
            links.person(pair.person, answer.names.get(pair.person, "")),
            links.case(pair.case),
            VALUES[pair.value],
            "decides" if pair.decides else "one reason of several",
            links.why(pair.person, pair.case),
        )
        for pair in pairs[part]
    )
    kept = [place for place, same in enumerate(alike) if not same]
    head = ("Person", "Case", "Access", "This row", "")
    return line + links.table([head[place] for place in kept], ([row[place] for place in kept] for row in rows))


def _hangs(revision: Revision, answer: RowAnswer, place: tuple[str, str, str, str]) -> None:
    """Who would lose what if it ended: tried on a copy, as a question of its own."""
    title = "What hangs on it alone"
    pending = answers.row_alone(revision, *place)

    def draw(found: DiffAnswer) -> None:
        lines = by_person(found)
        if not lines:
            body = "<p>Nobody's access would change if it ended: other rows say the same.</p>"
        else:
            names = found.names
            items = "".join(
                f"<li>{links.person(person, names.get(person, ''))} would {escape(line.partition(' would ')[2])}</li>"
                for person, line in lines[:_FIRST]
            )
            more = f'<p class="src">and {len(lines) - _FIRST:,} more people</p>' if len(lines) > _FIRST else ""
            body = f'<p class="lead"><b>{escape(headline(found))}</b></p>'
            body += f'<ul class="lack">{items}</ul>{more}' if len(lines) > 1 else ""
        way = navigation.to("End it in What if", "whatif", end=change_fields.named_row(answer.source, answer.load))
        blocks.show(blocks.section(title, f'{body}<p class="pages">{way}</p>', "if it ended; nothing here is applied"))

    try:
        background.draw_when_ready(pending, draw, _waiting(title, "Trying its end on a copy … the page can be left."))
    except LoadRejected as error:
        first = error.problems[:_FIRST]
        problems = "".join(
            f"<li>{links.source(f'{one.file}:{one.row}')}: {links.marked(one.message)}</li>" for one in first
        )
        more = len(error.problems) - len(first)
        rest = f'<p class="src">and {more:,} more</p>' if more > 0 else ""
        needed = "It cannot end by itself: other rows need it. Without it they would be refused:"
        body = f'<p>{needed}</p><ul class="lack">{problems}</ul>{rest}'
        blocks.show(blocks.section(title, body))
    except ConfigurationError as error:
        blocks.show(blocks.section(title, f"<p>{links.marked(blocks.sentence(error.message))}</p>"))


def _table(answer: RowAnswer) -> pa.Table:
    rows = [
        {
            "person": pair.person,
            "name": answer.names.get(pair.person, ""),
            "case": pair.case,
            "value": pair.value,
            "decides": str(pair.decides).lower(),
            "kept_out": str(pair.value == "none").lower(),
            "all_were_asked": str(answer.complete).lower(),
        }
        for pair in (*answer.gives, *answer.keeps_out)
    ]
    return tables.text_table(rows, ("person", "name", "case", "value", "decides", "kept_out", "all_were_asked"))


page()
