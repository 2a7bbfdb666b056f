"""Every rule: what it says, where it comes from, what carries it, its Cypher, and what it decides on the day."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import navigation, page_shell, urls
from seewhy.explorer.components import blocks, links, tiles
from seewhy.explorer.components.tiles import Bar, Tile
from seewhy.explorer.data import answers, connection, findings
from seewhy.explorer.palette import VALUES
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets import filters
from seewhy.explorer.widgets.fields import question
from seewhy.explorer.widgets.search_box import search_box
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.rules.catalogue import ORGANISATION, Rule, rules, sections
from seewhy.graph.rules.catalogue import rule as rule_of
from seewhy.graph.rules.texts import step_question, texts
from seewhy.graph.schemes.in_use import title

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
        _rule(revision, rule_of(id), date)
    except UnknownEntity as error:
        page_shell.trouble(error)
        page_shell.footer(revision)


def _all(revision: Revision) -> None:
    blocks.show(
        tiles.heading("rule", f"{len(rules()):,} rules", ("what the products state, and what carries it here",))
    )
    carried = sum(rule.status == "carried" for rule in rules())
    own = sum(rule.basis == "own" for rule in rules())
    blocks.show(
        tiles.tiles(
            (
                Tile(carried, "verified", "carried"),
                Tile(len(rules()) - carried, "block", "not about access"),
                Tile(sum(bool(rule.reading) for rule in rules()), "menu_book", "with a reading of ours"),
                Tile(own, "rule", "of SeeWhy itself"),
            )
        )
    )
    words = {"": "All", **{scheme: "SeeWhy" if scheme == ORGANISATION else title(scheme) for _, scheme in sections()}}
    scheme = filters.pills("scheme", "Product", words)
    listed = [rule for rule in rules() if not scheme or rule.scheme == scheme]
    blocks.show(blocks.section("Rules", _table(listed), f"{len(listed):,} of {len(rules()):,}"))
    page_shell.footer(revision, ("Rules in the catalogue", f"{len(rules()):,}"))


def _table(shown: Sequence[Rule]) -> str:
    rows = ((blocks.rule_chip(rule.id), links.marked(rule.statement), _carriers(rule)) for rule in shown)
    return links.table(("Rule", "What it says", "Carried by"), rows, most=len(shown))


def _carriers(rule: Rule) -> str:
    if not rule.carried_by:
        return '<span class="src">not about access</span>'
    kinds = dict.fromkeys(what.partition(":")[0] for what in rule.carried_by)
    return f'<span class="src">{escape(", ".join(_KINDS[kind] for kind in kinds))}</span>'


def _rule(revision: Revision, rule: Rule, date: str) -> None:
    product = next(heading for heading, scheme in sections() if scheme == rule.scheme)
    blocks.show(tiles.heading("rule", rule.id, (product, _BASIS[rule.basis])))
    reading = f'<p class="reading"><b>Our reading.</b> {links.marked(rule.reading)}</p>' if rule.reading else ""
    left, right = st.container(key="main").columns([7, 5], gap="medium")
    with left:
        blocks.show(blocks.section("What it says", f'<p class="statement">{links.marked(rule.statement)}</p>{reading}'))
        if rule.carried_by:
            items = "".join(f"<li>{_carrier(rule, what)}</li>" for what in rule.carried_by)
            blocks.show(blocks.section("What carries it", f'<ul class="lack">{items}</ul>'))
        else:
            blocks.show(blocks.section("What carries it", f"<p>Nothing: {escape(rule.reason)}</p>", "not about access"))
    with right:
        _today(revision, rule, date)
    carrying = texts(rule)
    if carrying:
        with st.container(border=True, key="cypher"):
            blocks.show(blocks.heading("Cypher", "as it stands in the query files"))
            for text in carrying:
                blocks.show(
                    f'<p><code>{escape(text.name)}.cypher</code> <span class="src">{escape(text.says)}</span></p>'
                )
                if text.cypher:
                    st.code(text.cypher, language="cypher", wrap_lines=True)
    place = [r.id for r in rules()].index(rule.id)
    near = [rules()[n].id for n in (place - 1, place + 1) if 0 <= n < len(rules())]
    blocks.show(f'<p class="src">Next to it: {blocks.rule_chips(near)} · {navigation.to("all rules", "rules")}</p>')
    page_shell.footer(revision, ("Texts that carry it", f"{len(carrying)}, all shown"))


def _carrier(rule: Rule, what: str) -> str:
    kind, _, name = what.partition(":")
    if kind == "rung":
        scheme, step = name.split("/")
        text = f"{escape(step_title(step))}: {escape(step_question(scheme, step))}"
    elif kind == "gate":
        text = f"{escape(step_title(name))}: {escape(step_question('gate', name))}"
    elif kind == "finding":
        text = navigation.to(step_title(name), "findings", rule=rule.id)
    elif kind == "eligibility":
        text = navigation.to(name, "eligible", kind=name)
    else:
        text = escape(name)
    return f'<span class="src">{_KINDS[kind]}</span> {text}'


def _today(revision: Revision, rule: Rule, date: str) -> None:
    """Decisions by the steps that carry the rule, when asked for; and findings about it."""
    steps = [what.split("/")[1] for what in rule.carriers("rung")]
    if steps:
        with st.container(border=True, key="decisions"):
            blocks.show(blocks.heading("Decisions", "visible pairs that its step decides on this day"))
            if st.session_state.get("counted") == (revision.key, date) or st.button(
                "Count them", icon=":material/functions:"
            ):
                st.session_state["counted"] = (revision.key, date)
                _decisions(answers.decided(revision, date), steps)
            else:
                blocks.show('<p class="src">Everything is decided for it: seconds in a large organisation.</p>')
    kinds = rule.carriers("finding")
    if kinds:
        found = [f for kind in kinds for f in findings.of_kind(revision, date, kind) if f.rule == rule.id]
        text = f"{len(found):,} finding{'' if len(found) == 1 else 's'} about this rule on this day."
        body = f"<p>{text} {navigation.to('List them', 'findings', rule=rule.id) if found else ''}</p>"
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
