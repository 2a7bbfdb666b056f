"""Every rule: what it says, where it comes from, what carries it, its Cypher, and what it decides today."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import navigation, page_shell, urls
from seewhy.explorer.components import blocks, links, tiles
from seewhy.explorer.components.tiles import Bar, Tile
from seewhy.explorer.data import answers, connection, findings
from seewhy.explorer.palette import SCHEMES, VALUES
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets import filters
from seewhy.explorer.widgets.fields import question
from seewhy.explorer.widgets.search_box import search_box
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.rules.catalogue import SYSTEMS, Rule, rule, rules
from seewhy.graph.rules.texts import step_question, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.explorer.data.connection import Revision

_BASIS = {"source": "stated by the product's own text", "own": "a rule of SeeWhy"}
_KINDS = {
    "rung": "step of the ladder",
    "gate": "before every ladder",
    "check": "checked while loading",
    "finding": "finding",
    "eligibility": "eligibility",
    "answer": "part of the answer",
}
_OWN = {**SCHEMES, "organisation": "SeeWhy"}


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    id = urls.parameter("id")
    question(
        lambda: search_box(
            revision,
            "rule",
            "Look up a rule",
            lambda _, chosen: urls.write(id=chosen),
            kinds=("rule",),
            shown=id,
            placeholder="an id such as MEM-20, or words of the rule",
        )
    )
    date = urls.as_of()
    page_shell.basis(revision, date)
    page_shell.not_today(date)
    if not id:
        _all(revision)
        return
    try:
        _one(revision, rule(id), date)
    except UnknownEntity as error:
        page_shell.trouble(error)
        page_shell.footer(revision)


def _all(revision: Revision) -> None:
    blocks.show(
        tiles.heading("rule", f"{len(rules()):,} rules", ("what the four products state, and what carries it here",))
    )
    carried = sum(one.status == "carried" for one in rules())
    own = sum(one.basis == "own" for one in rules())
    blocks.show(
        tiles.tiles(
            (
                Tile(carried, "verified", "carried"),
                Tile(len(rules()) - carried, "block", "not about access"),
                Tile(sum(bool(one.reading) for one in rules()), "menu_book", "with a reading of ours"),
                Tile(own, "rule", "of SeeWhy itself"),
            )
        )
    )
    words = {"": "All", **{scheme: _OWN[scheme] for _, _, scheme in SYSTEMS.values()}}
    scheme = filters.pills("scheme", "Product", words)
    shown = [one for one in rules() if not scheme or one.scheme == scheme]
    blocks.show(blocks.section("Rules", _table(shown), f"{len(shown):,} of {len(rules()):,}"))
    page_shell.footer(revision, ("Rules in the catalogue", f"{len(rules()):,}"))


def _table(shown: Sequence[Rule]) -> str:
    rows = ((blocks.rule_chip(one.id), links.marked(one.statement), _carriers(one)) for one in shown)
    return links.table(("Rule", "What it says", "Carried by"), rows, most=len(shown))


def _carriers(one: Rule) -> str:
    if not one.carried_by:
        return '<span class="src">not about access</span>'
    kinds = dict.fromkeys(what.partition(":")[0] for what in one.carried_by)
    return f'<span class="src">{escape(", ".join(_KINDS[kind] for kind in kinds))}</span>'


def _one(revision: Revision, one: Rule, date: str) -> None:
    product = next(heading for _, heading, scheme in SYSTEMS.values() if scheme == one.scheme)
    blocks.show(tiles.heading("rule", one.id, (product, _BASIS[one.basis])))
    reading = f'<p class="reading"><b>Our reading.</b> {links.marked(one.reading)}</p>' if one.reading else ""
    left, right = st.container(key="main").columns([7, 5], gap="medium")
    with left:
        blocks.show(blocks.section("What it says", f'<p class="statement">{links.marked(one.statement)}</p>{reading}'))
        if one.carried_by:
            items = "".join(f"<li>{_carrier(one, what)}</li>" for what in one.carried_by)
            blocks.show(blocks.section("What carries it", f'<ul class="lack">{items}</ul>'))
        else:
            blocks.show(blocks.section("What carries it", f"<p>Nothing: {escape(one.reason)}</p>", "not about access"))
    with right:
        _today(revision, one, date)
    carrying = texts(one)
    if carrying:
        with st.container(border=True, key="cypher"):
            blocks.show(
                '<div class="sect"><h2>Cypher</h2><span class="beside">as it stands in the query files</span></div>'
            )
            for text in carrying:
                blocks.show(
                    f'<p><code>{escape(text.name)}.cypher</code> <span class="src">{escape(text.says)}</span></p>'
                )
                if text.cypher:
                    st.code(text.cypher, language="cypher", wrap_lines=True)
    place = [r.id for r in rules()].index(one.id)
    near = [rules()[n].id for n in (place - 1, place + 1) if 0 <= n < len(rules())]
    blocks.show(f'<p class="src">Next to it: {blocks.rule_chips(near)} · {navigation.to("all rules", "rules")}</p>')
    page_shell.footer(revision, ("Texts that carry it", f"{len(carrying)}, all shown"))


def _carrier(one: Rule, what: str) -> str:
    kind, _, name = what.partition(":")
    if kind == "rung":
        scheme, step = name.split("/")
        said = f"{escape(step_title(step))}: {escape(step_question(scheme, step))}"
    elif kind == "gate":
        said = f"{escape(step_title(name))}: {escape(step_question('gate', name))}"
    elif kind == "finding":
        said = navigation.to(step_title(name), "findings", rule=one.id)
    elif kind == "eligibility":
        said = navigation.to(name, "eligible", kind=name)
    else:
        said = escape(name)
    return f'<span class="src">{_KINDS[kind]}</span> {said}'


def _today(revision: Revision, one: Rule, date: str) -> None:
    """Decisions by the steps that carry the rule, when asked for; and findings about it."""
    steps = [what.split("/")[1] for what in one.carriers("rung")]
    if steps:
        with st.container(border=True, key="decisions"):
            blocks.show(
                '<div class="sect"><h2>Decisions</h2><span class="beside">visible pairs that its step decides '
                "on this day</span></div>"
            )
            if st.session_state.get("counted") == (revision.key, date) or st.button(
                "Count them", icon=":material/functions:"
            ):
                st.session_state["counted"] = (revision.key, date)
                _decisions(answers.decided(revision, date), steps)
            else:
                blocks.show('<p class="src">Everything is decided for it: seconds in a large organisation.</p>')
    kinds = one.carriers("finding")
    if kinds:
        found = [f for kind in kinds for f in findings.of_kind(revision, date, kind) if f.rule == one.id]
        said = f"{len(found):,} finding{'' if len(found) == 1 else 's'} about this rule on this day."
        body = f"<p>{said} {navigation.to('List them', 'findings', rule=one.id) if found else ''}</p>"
        blocks.show(blocks.section("Findings", body, ", ".join(step_title(kind) for kind in kinds)))
    if not steps and not kinds:
        blocks.show(blocks.section("Today", "<p>This rule decides no pair by itself.</p>"))


def _decisions(found: dict[str, dict[str, int]], steps: Sequence[str]) -> None:
    bars = [
        Bar(f"{step_title(step)}: {VALUES[value]}", count, "" if value == "edit" else "no")
        for step in steps
        for value, count in sorted(found.get(step, {}).items())
    ]
    blocks.show(tiles.bars(bars) if bars else "<p>None: no visible pair is decided there.</p>")


page()
