"""What is wrong or odd in the data: by severity and rule, each finding with its rows and the way to the answer."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks, links, tiles
from seewhy.explorer.components.tiles import Tile
from seewhy.explorer.data import background, connection, findings, tables
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets import filters
from seewhy.graph.rules.findings import findings as registry

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.data.findings import Found
    from seewhy.graph.answers.findings import FindingsAnswer, Occurrence

TONES = {"high": ("blocked", "error", "high"), "medium": ("depends", "warning", "medium"), "low": ("no", "info", "low")}
"""Severity to tone, icon and word."""
_COLUMNS = ("rule", "severity", "name", "person", "position", "case", "unit", "message", "sources")


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    with st.container(key="ask"):
        kind, day = st.columns([5, 1.3], vertical_alignment="bottom")
        with day:
            urls.date_field()
        date = urls.as_of()
        found = findings.of_day(revision, date)
        with kind:
            rule = filters.choice("rule", "Rule", _rules(found.answer))
    _answered(revision, found, rule)


def _rules(answer: FindingsAnswer) -> dict[str, str]:
    """Rules with a finding today, and the one of the URL, each with the number."""
    found = Counter(finding.rule for finding in answer.findings)
    wanted = urls.parameter("rule")
    if wanted and wanted not in found and any(wanted in kind.rules for kind in registry()):
        found[wanted] = 0
    names = {finding.rule: step_title(finding.name) for finding in answer.findings}
    words = {id: f"{id} · {names.get(id, 'no finding')} · {count:,}" for id, count in sorted(found.items())}
    return {"": f"all rules · {len(answer.findings):,}", **words}


def _answered(revision: Revision, found: Found, rule: str) -> None:
    answer, statements = found.answer, found.statements
    answer_bar.draw(revision, "findings", answer.as_of, {}, statements, "all findings", lambda: _table(answer))
    count = len(answer.findings)
    title = f"{count:,} finding{'' if count == 1 else 's'}" if count else "No findings"
    title += "" if found.whole else " so far"
    about = len({finding.person for finding in answer.findings if finding.person})
    blocks.show(
        tiles.heading(
            "rule", title, ("rule breaches and oddities in the data", f"about {tiles.people(about)}" if about else "")
        )
    )
    if not found.whole:
        date = answer.as_of
        waiting = f"<p>{found.looked} of {found.kinds} kinds are looked for; the others follow.</p>"
        background.draw_again_when(lambda: findings.more(revision, date, found.looked), waiting)
    blocks.show(
        tiles.tiles(Tile(n, TONES[word][1], f"{word} severity", TONES[word][0]) for word, n in answer.counts.items())
    )
    severity = filters.pills("severity", "Severity", {"": "All", **{word: word.capitalize() for word in answer.counts}})
    shown = [
        finding
        for finding in answer.findings
        if (not severity or finding.severity == severity) and (not rule or finding.rule == rule)
    ]
    left, right = st.container(key="main").columns([17, 8], gap="medium")
    with left:
        part, line = links.pages("findings", len(shown), "findings")
        rows = "".join(_row(finding) for finding in shown[part])
        body = f'{line}<ul class="found">{rows}</ul>' if shown else "<p>Nothing of this kind on this day.</p>"
        blocks.show(blocks.section("Findings", body, "the most severe first"))
    with right:
        blocks.show(_kinds(answer.findings if not severity else shown, found.looked))
    page_shell.footer(
        revision, ("Findings", f"{count:,}, all counted"), ("Kinds looked for", f"{found.looked} of {found.kinds}")
    )


def _table(answer: FindingsAnswer) -> pa.Table:
    rows = [
        {
            **{name: getattr(finding, name, "") for name in _COLUMNS},
            "sources": ", ".join(dict.fromkeys(f.source for f in finding.facts)),
        }
        for finding in answer.findings
    ]
    return tables.text_table(rows, _COLUMNS)


def tag(severity: str) -> str:
    """The severity in a word, with its colour."""
    tone, icon, word = TONES[severity]
    return f'<span class="tag {tone}">{blocks.icon(icon)}{word}</span>'


def _row(finding: Occurrence) -> str:
    ways = []
    if finding.person:
        ways.append(navigation.to(f"person {finding.person}", "structure", person=finding.person))
    if finding.case:
        ways.append(navigation.to(f"case {finding.case}", "who", case=finding.case))
    if finding.unit:
        ways.append(navigation.to(f"unit {finding.unit}", "structure", unit=finding.unit))
    if finding.person and finding.case:
        ways.append(links.why(finding.person, finding.case))
    also = ""
    if finding.also:
        listed = escape(", ".join(finding.also[:8])) + (" …" if len(finding.also) > 8 else "")
        also = f'<p class="src">and {len(finding.also):,} more cases: {listed}</p>'
    facts = "".join(
        f"<li>{escape(blocks.sentence(fact.sentence))}{blocks.source_line(fact)}</li>" for fact in finding.facts
    )
    word = f"{len(finding.facts)} row{'' if len(finding.facts) == 1 else 's'}"
    rows = f"<details><summary>{word}</summary><ul>{facts}</ul></details>" if facts else ""
    return (
        f"<li><div>{tag(finding.severity)} {blocks.rule_chip(finding.rule)}</div>"
        f'<div class="said"><p>{escape(finding.message)}</p>{also}'
        f'<div class="ways">{" · ".join(ways)}{rows}</div></div></li>'
    )


def _kinds(found: Sequence[Occurrence], looked: int) -> str:
    """How many of each kind, each leading to its list."""
    number = Counter((finding.rule, finding.name) for finding in found)
    tones = {(finding.rule, finding.name): TONES[finding.severity][0] for finding in found}
    rows = (
        (
            blocks.rule_chip(rule),
            navigation.to(step_title(name), "findings", rule=rule),
            f'<span class="n {tones[rule, name]}">{count:,}</span>',
        )
        for (rule, name), count in number.most_common()
    )
    body = links.table(("Rule", "What", "Count"), rows, most=len(number)) if number else "<p>None.</p>"
    absent = looked - len({name for _, name in number})
    return blocks.section(
        "By rule", body + f'<p class="src more">{absent} more kinds were looked for and not found.</p>'
    )


page()
