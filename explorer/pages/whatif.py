"""What would happen if: changes that nobody made, tried on a copy. Nothing here is applied."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from seewhy.explorer import answer_bar, page_shell, urls
from seewhy.explorer.components import blocks, change_cards, links, tiles
from seewhy.explorer.components.tiles import Tile
from seewhy.explorer.data import answers, background, connection, tables, trials
from seewhy.explorer.widgets import change_fields, filters
from seewhy.explorer.widgets.fields import field, question
from seewhy.explorer.widgets.file_text import YAML, file_text
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.explain.change_counts import headline
from seewhy.graph.inputs.plain_yaml import NotPlain, read_plain

if TYPE_CHECKING:
    import pyarrow as pa

    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.data.trials import Tried
    from seewhy.graph.answers.change import WhatifAnswer
    from seewhy.graph.answers.findings import Occurrence

_DO = {
    "leave": "A person leaves",
    "move": "A unit moves",
    "policy": "A policy is switched",
    "pick": "Rows end or begin",
    "rows": "Rows as YAML",
}
_EXAMPLE = """add:
  memberships:
    - {person_id: …, unit_id: …, access: view}
end:
  holdings:
    - {person_id: …, position_id: …}
"""
_MOST_CHARACTERS = 200_000


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    blocks.show(
        f'<div class="trial" role="note"><span>{blocks.icon("science")}<b>Nothing here is applied.</b> '
        "Changes are tried on a copy of what is loaded, and forgotten with the page.</span></div>",
        key="trial",
    )
    if (named := change_fields.given()) and st.session_state.get("changes named") != named:
        st.session_state["changes named"] = named
        urls.write(do="pick")
    (do,) = question(lambda: filters.pills("do", "What if", _DO))
    date = urls.as_of()

    def ask() -> tuple[dict[str, Any], Tried | None] | None:
        changes = _changes(revision, do, date)
        return (changes, trials.whatif(revision, date, _json(changes))) if changes else None

    missing = "Choose what would happen; the answer names everybody who would gain or lose."
    found = page_shell.answer(revision, date, ask, missing)
    if found is None:
        return
    changes, tried = found
    if tried is not None:
        _answered(revision, changes, tried, date)
        return
    page_shell.basis(revision, date)
    page_shell.not_today(date)
    _more(revision, changes, date, None)
    page_shell.footer(revision)


def _json(changes: dict[str, Any]) -> str:
    return json.dumps(changes, sort_keys=True)


def _more(revision: Revision, changes: dict[str, Any], date: str, shown: Tried | None) -> None:
    """What is being done, and the page anew when more is known."""
    asked = revision, date, _json(changes)
    background.draw_again_when(lambda: trials.grown(*asked, shown), lambda: trials.progress(*asked))


def _changes(revision: Revision, do: str, date: str) -> dict[str, Any]:
    """The changes to try, in the form of a changes file (docs/diff.md); empty while something is not chosen."""
    if do == "leave":
        person = field(revision, "person", "This person leaves (is no longer active)")
        return {"set": {"people": [{"person_id": person, "active": "false"}]}} if person else {}
    if do == "move":
        unit_place, parent_place = st.columns(2)
        with unit_place:
            unit = field(revision, "unit", "This unit")
        with parent_place:
            under = field(revision, "under", "moves under", kind="unit")
        return {"set": {"units": [{"unit_id": unit, "parent_id": under}]}} if unit and under else {}
    if do == "policy":
        return _policy(revision, date)
    if do == "pick":
        change_fields.change_fields(revision, date)
        return change_fields.whole(revision, date)
    return _rows()


def _policy(revision: Revision, date: str) -> dict[str, Any]:
    switches = {f"{p.system}|{p.policy}|{p.other}": p for p in answers.switches(revision, date)}
    words = {
        "": "choose one",
        **{word: f"{p.system}: {p.policy}, {p.value} → {p.other}" for word, p in switches.items()},
    }
    chosen = switches.get(filters.choice("policy", "Policy", words))
    if chosen is None:
        return {}
    row = {"system_id": chosen.system, "policy": chosen.policy, "value": chosen.other}
    return {"set" if chosen.written else "add": {"policies": [row]}}


def _rows() -> dict[str, Any]:
    """Rows as YAML. What is typed may hold names and stays out of the URL; rows that another page gives hold none."""
    given = urls.parameter("changes")
    if given and st.session_state.get("changes given") != given:
        st.session_state["changes given"] = st.session_state["changes"] = given
    file_text("changes-file", "Load a file of changes, or drop one here", _took, YAML, _MOST_CHARACTERS)
    with st.form("rows", border=False):
        text = st.text_area(
            "Rows to add, to end and to set, as YAML",
            key="changes",
            height=180,
            placeholder=_EXAMPLE,
            max_chars=_MOST_CHARACTERS,
        )
        st.form_submit_button("Work it out", icon=":material/science:", type="primary")
    if not text.strip():
        return {}
    try:
        found = read_plain(text)
    except NotPlain as error:
        raise ConfigurationError(
            f"the rows are no YAML that is read here: {error.message}", "see the example in the empty field"
        ) from None
    if not isinstance(found, dict):
        raise ConfigurationError("the rows hold no changes", "expected add, end or set, each with file stems and rows")
    return found


def _took(text: str) -> None:
    st.session_state["changes"] = text


def _answered(
    revision: Revision, changes: dict[str, Any], tried: Tried, date: str
) -> None:
    answer = tried.answer
    found = answer.diff
    names = ("do", "person", "unit", "under", "policy")
    parameters: dict[str, str | list[str]] = {name: value for name in names if (value := urls.parameter(name))}
    parameters |= change_fields.given()
    answer_bar.draw(revision, "whatif", date, parameters, tried.statements, "what would change", lambda: _table(answer))
    total = found.total
    about = (
        f"{tiles.people(found.table['person'].n_unique())}, {tiles.cases(found.table['case'].n_unique())}"
        if total
        else ""
    )
    title = headline(found) or "No access would change"
    blocks.show(tiles.heading("rule", title, (about, f"on {blocks.day_text(date)}")))
    counted = change_cards.counted(found)
    so_far = "" if tried.whole else " so far"
    counted.append(Tile(len(answer.appeared), "flag", f"findings appear{so_far}"))
    counted.append(Tile(len(answer.vanished), "outlined_flag", f"findings vanish{so_far}"))
    blocks.show(tiles.tiles(counted))
    left, right = st.container(key="main").columns([8, 5], gap="medium")
    with left:
        _pairs(answer, changes, date)
    with right:
        blocks.show(
            change_cards.facts(found, change_cards.groups(found), "Grouped by fact")
            + _findings("Findings that appear", answer.appeared)
            + _findings("Findings that vanish", answer.vanished)
        )
        if not tried.whole:
            _more(revision, changes, date, tried)
        change_fields.file_button(changes)
    page_shell.footer(revision, ("Pairs that would change", f"{total:,}, all counted"), ("Written", "nothing"))


def _pairs(answer: WhatifAnswer, changes: dict[str, Any], date: str) -> None:
    words = change_cards.kinds(answer.diff)
    kind = filters.pills("kind", "Show", words) if len(words) > 2 else ""
    rows = change_cards.selected(answer.diff, kind, "")
    by_rows = {} if urls.parameter("changes") else change_fields.given()
    under = by_rows or {"changes": [json.dumps(changes, separators=(",", ":"))]}
    short = len(json.dumps(under)) <= change_fields.LONGEST

    def ways(person: str, case: str) -> dict[str, tuple[str, dict[str, str | list[str]]]]:
        pair: dict[str, str | list[str]] = {"person": person, "case": case, "asof": date}
        now = {"now": ("why", pair)}
        return {**now, "then": ("why", {**pair, **under})} if short else now

    body = change_cards.pairs(answer.diff, rows, "whatif", ways)
    blocks.show(blocks.section("Who would gain or lose", body, "now → then; by person, then case"))


def _findings(title: str, found: tuple[Occurrence, ...]) -> str:
    if not found:
        return ""
    rows = ((blocks.rule_chip(finding.rule), escape(finding.message)) for finding in found)
    return blocks.section(title, links.table(("Rule", "Finding"), rows, noun="findings", most=20), f"{len(found):,}")


def _table(answer: WhatifAnswer) -> pa.Table:
    becauses = pl.Series([", ".join(parts) for parts in answer.diff.becauses] or [""], dtype=pl.String)
    table = answer.diff.table
    return tables.arrow(table.with_columns(because=becauses.gather(table["because"])))


page()
