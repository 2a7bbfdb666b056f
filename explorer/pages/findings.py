"""What is wrong or odd in the data: by severity and rule, each finding with its rows and the way to the answer."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

from seewhy.explorer import answer_bar, navigation, page_shell, urls
from seewhy.explorer.components import blocks, links, tiles
from seewhy.explorer.components.tiles import Tile
from seewhy.explorer.data import background, connection, findings, tables
from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets import data_table, filters, preview
from seewhy.explorer.widgets.data_table import Column
from seewhy.explorer.widgets.fields import field, question
from seewhy.graph.rules.findings import findings as registry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.data.findings import Before, Found
    from seewhy.graph.answers.findings import Occurrence

TONES = {"high": ("blocked", "error", "high"), "medium": ("depends", "warning", "medium"), "low": ("no", "info", "low")}
"""Severity to tone, icon and word."""
_COLUMNS = ("rule", "severity", "name", "person", "position", "case", "unit", "message", "sources")


_WORDS = {"high": "High", "medium": "Medium", "low": "Low"}


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    (person,) = question(lambda: field(revision, "person", "About this person, or blank for all"), day=1.2)
    date = urls.as_of()
    found = findings.of_day(revision, date)
    _answered(revision, found, person)


def _answered(revision: Revision, found: Found, person: str) -> None:
    answer, rows, whole = found.answer, found.rows, found.whole
    date = answer.as_of
    exported = answer_bar.draw(
        revision, "findings", date, {}, found.statements, "all findings", lambda: _table(answer.findings),
        count=len(rows),
    )  # fmt: skip
    count = len(rows)
    title = f"{count:,} finding{'' if count == 1 else 's'}" if count else "No findings"
    about = rows.filter(pl.col("person") != "")["person"].n_unique()
    blocks.show(
        tiles.heading(
            "rule",
            title if whole else f"{title} so far",
            ("rule breaches and oddities in the data", f"about {tiles.people(about)}" if about else ""),
        )
    )
    earlier = findings.before(revision, date) if whole else None
    if not whole:
        background.draw_again_when(
            lambda: findings.grown(revision, date, count), lambda: findings.progress(revision, date)
        )
    elif earlier is not None and earlier.ids is None:
        waiting = f'<p class="src">Looking for those that are new since {escape(earlier.load)} …</p>'
        background.draw_again_when(lambda: _known(findings.before(revision, date)), waiting)
    blocks.show(
        tiles.tiles(Tile(n, TONES[word][1], f"{word} severity", TONES[word][0]) for word, n in answer.counts.items())
    )
    ids = earlier.ids if earlier is not None else None
    # Blank for what was there before, so that what is new comes first where it is sorted by this.
    rows = rows.with_columns(new=pl.lit("") if ids is None else _new(rows["id"], ids))
    left, right = st.container(key="lists").columns([8, 18], gap="medium")
    with right, st.container(key="listed"):
        shown, said = _filtered(rows, person, earlier, whole)
        columns = _columns(shown)
        shown = data_table.ordered(shown, columns)

        def these() -> None:
            kept = set(shown["id"])
            exported.these(
                lambda: _table([one for one in answer.findings if one.id in kept]), len(shown), count, said
            )

        part = data_table.paged(len(shown), "finding", "findings", count, also=these if said else None)
        data_table.grid(
            shown[part], columns, "findings", id_column="id", opens=_opens, first=part.start, total=len(shown)
        )
    with left:
        with st.container(key="reasons"):
            blocks.show(_kinds(shown, found.looked, rows["kind"].n_unique()))
        if (chosen := data_table.selected(shown, "id")) is not None:
            one = next(finding for finding in answer.findings if finding.id == chosen["id"])
            with st.container(key="preview-one"):
                blocks.show(_card(one))
                preview.close()
    page_shell.footer(
        revision,
        ("Findings", f"{count:,}, {'all counted' if whole else 'so far'}"),
        ("Kinds looked for", f"{found.looked} of {found.kinds}"),
    )


def _known(earlier: Before | None) -> bool:
    return earlier is None or earlier.ids is not None


def _new(ids: pl.Series, earlier: frozenset[str]) -> pl.Series:
    return pl.Series("new", ["" if id in earlier else "New" for id in ids], pl.String)


def _filtered(
    rows: pl.DataFrame, person: str, earlier: Before | None, whole: bool
) -> tuple[pl.DataFrame, dict[str, str]]:
    """Draw the filters; the rows that fit, and what the filters say. Each choice counts what the others leave."""
    said = {"person": person}
    if person:
        rows = rows.filter(pl.col("person") == person)
    with st.container(key="filters"):
        present = [word for word in _WORDS if word in rows["severity"].unique()]
        severity = filters.pills("severity", "Severity", {"": "All", **{word: _WORDS[word] for word in present}})
        if severity:
            rows = rows.filter(pl.col("severity") == severity)
        places = st.columns(3)
        for place, (name, label) in zip(places, _CHOICES.items(), strict=True):
            with place:
                chosen = filters.choice(name, label, _options(rows, name, whole))
            said[name] = chosen
            if chosen:
                rows = rows.filter(pl.col(name) == chosen)
        if earlier is not None and earlier.ids is not None:
            new = rows.filter(pl.col("new") != "")
            label = f"Only what is new since {earlier.load}, {blocks.day_text(earlier.day)}: {len(new):,}"
            if filters.toggle("new", label):
                said["new since"], rows = earlier.load, new
    said["severity"] = severity
    if any(said.values()) and urls.parameter("person"):
        blocks.show(f'<p class="src">{navigation.to("All findings", "findings", asof=urls.parameter("asof"))}</p>')
    return rows, {name: word for name, word in said.items() if word}


_CHOICES = {"rule": "Rule", "unit": "Unit", "system": "System"}


def _options(rows: pl.DataFrame, name: str, whole: bool) -> dict[str, str]:
    """What there is to choose from, the most frequent first, each with its number, and what the URL names, of which
    there may be some once all is found (`whole`)."""
    counted = rows.filter(pl.col(name) != "").group_by(name).agg(pl.len(), pl.min("kind"))
    found = {one: (number, kind) for one, number, kind in counted.sort("len", name, descending=[True, False]).rows()}
    wanted = urls.parameter(name)
    if wanted and wanted not in found and _is_known(name, wanted):
        found[wanted] = 0, "no finding" if whole else "none so far"
    words = {
        one: f"{one} · {kind} · {number:,}" if name == "rule" else f"{one} · {number:,}"
        for one, (number, kind) in found.items()
    }
    return {"": f"all · {len(rows):,}", **words}


def _is_known(name: str, wanted: str) -> bool:
    return name != "rule" or any(wanted in kind.rules for kind in registry())


def _columns(rows: pl.DataFrame) -> list[Column]:
    """The finding and how severe it is; whether it is new, and whom and what it is about, as far as any says so."""
    every = [
        Column("message", "Finding", "long"),
        Column("severity", "Severity", "value", _WORDS),
        Column("new", "New", "value"),
        Column("rule", "Rule", "id", link=lambda row: navigation.address("rules", id=row["rule"])),
        Column("person", "Person", "id", link=lambda row: _to("structure", person=row["person"])),
        Column("case", "Case", "id", link=lambda row: _to("who", case=row["case"])),
    ]
    return data_table.said(rows, *every)


def _to(page: str, **parameters: str) -> str:
    return navigation.address(page, **parameters, asof=urls.parameter("asof"))


def _opens(row: Mapping[str, Any]) -> str:
    """The answer that a finding is about: why, else who, else a person's or a unit's place, else the rule."""
    if row["person"] and row["case"]:
        return _to("why", person=row["person"], case=row["case"])
    if row["case"]:
        return _to("who", case=row["case"])
    if row["person"] or row["unit"]:
        return _to("structure", **({"person": row["person"]} if row["person"] else {"unit": row["unit"]}))
    return navigation.address("rules", id=row["rule"])


def _table(found: Sequence[Occurrence]) -> pa.Table:
    rows = [
        {
            **{name: getattr(finding, name, "") for name in _COLUMNS},
            "sources": ", ".join(dict.fromkeys(f.source for f in finding.facts)),
        }
        for finding in found
    ]
    return tables.text_table(rows, _COLUMNS)


def tag(severity: str) -> str:
    """The severity in a word, with its colour."""
    tone, icon, word = TONES[severity]
    return f'<span class="tag {tone}">{blocks.icon(icon)}{word}</span>'


def _card(finding: Occurrence) -> str:
    """One finding with its rows and the ways that lead on."""
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
        also = f'<p class="src">and {len(finding.also):,} more case{"s" if len(finding.also) > 1 else ""}: {listed}</p>'
    facts = "".join(
        f"<li>{escape(blocks.sentence(fact.sentence))}{blocks.source_line(fact)}</li>" for fact in finding.facts
    )
    return (
        f'<section class="card preview" aria-live="polite"><p>{tag(finding.severity)} {blocks.rule_chip(finding.rule)} '
        f'<b>{escape(step_title(finding.name))}</b></p><p>{escape(finding.message)}</p>{also}'
        f'<p class="way">{" · ".join(ways)}</p>'
        f'{f"<ol class=why>{facts}</ol>" if facts else ""}</section>'
    )


def _kinds(rows: pl.DataFrame, looked: int, found: int) -> str:
    """How many of each kind, each leading to its list; `found` is how many of the kinds that were looked for there are,
    whatever is filtered."""
    groups = ["rule", "kind", "severity"]
    counted = rows.group_by(groups).agg(pl.len()).sort(-pl.col("len").cast(pl.Int64), *groups)
    body = links.table(
        ("Rule", "What", "Count"),
        (
            (
                blocks.rule_chip(rule),
                navigation.to(kind, "findings", rule=rule),
                f'<span class="n {TONES[severity][0]}">{number:,}</span>',
            )
            for rule, kind, severity, number in counted.rows()
        ),
        most=len(counted),
    ) if len(counted) else "<p>None.</p>"
    filtered = found - rows["kind"].n_unique()
    are = "kind is" if filtered == 1 else "kinds are"
    more = f"{filtered} more {are} left out by the filters; " if filtered else ""
    more += f"{looked - found} kinds were looked for and not found."
    return blocks.section("By rule", f'{body}<p class="src more">{more}</p>')


page()
