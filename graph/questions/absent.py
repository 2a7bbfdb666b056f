"""Why a list is empty for a simple reason: the case has no row on the day, or the person has none or is not active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.vocabulary import ALWAYS, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seewhy.graph.session import Session


def absent_case(session: Session, case: str, date: str) -> str:
    """That a case has no row on the day, and when it has: `from 2026-02-01 until 2026-03-01`; blank when it has one."""
    spans = joined((row["since"], row["until"]) for row in session.run("organisation/case_spans", case=case))
    if any(since <= date < until for since, until in spans):
        return ""
    return f"case `{case}` has no row on {date}; {in_words(spans)}"


def absent_person(session: Session, person: str, date: str) -> str:
    """The same for a person, or that their row of the day says not active; blank when they are active."""
    rows = session.run("organisation/roster", person=person)
    today = [row for row in rows if row["since"] <= date < row["until"]]
    if any(row["active"] for row in today):
        return ""
    if today:
        return f"person `{person}` is listed as not active on {date} ({today[0]['source']})"
    return f"person `{person}` has no row on {date}; {in_words(joined((row['since'], row['until']) for row in rows))}"


def joined(spans: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Periods in order, those that touch or overlap as one."""
    found: list[tuple[str, str]] = []
    for since, until in sorted(spans):
        if found and since <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], until)
        else:
            found.append((since, until))
    return found


def in_words(spans: list[tuple[str, str]]) -> str:
    """Periods in words."""
    if not spans:
        return "there never was one"
    words = [
        " ".join(filter(None, (f"from {since}" * (since != ALWAYS), f"until {until}" * (until != OPEN)))) or "always"
        for since, until in spans
    ]
    return "the rows are " + " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
