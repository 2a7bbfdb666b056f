"""`person`: what is this person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from seewhy.cli.app import app
from seewhy.cli.options import DateOption, GraphOption, JsonOption, graph
from seewhy.cli.output import footer, out, say_json
from seewhy.cli.tables import table
from seewhy.cli.terminal import value
from seewhy.graph.explain.fact_words import said_words
from seewhy.graph.vocabulary import ALWAYS, is_open

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.graph.answers.person import Origin, PersonAnswer


@app.command(name="person")
def person_(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="A person id.")],
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """What is PERSON: memberships, positions, portal roles, roles, privileges, groups, managers, with source rows."""
    with graph(graph_, json) as g:
        answer = g.person(person, as_of)
    if json:
        say_json(answer.as_dict())
    else:
        print_person(answer)


def print_person(answer: PersonAnswer) -> None:
    """The answer for a terminal: one small table per kind of fact, empty kinds left out."""
    state = "active" if answer.active else "not active"
    title = f", {value(answer.job_title)}" if answer.job_title else ""
    named = f"{value(answer.name)} ({value(answer.person)})"
    out.print(Text(f"{named}{title}: {state} on {answer.as_of}.", style="bold"))
    _part(
        "On the roster",
        [
            ("active" if r.active else "not active", _yes(r.cleared), _span(r.origin), _sources(r.origin))
            for r in answer.roster
        ],
        ("account", "cleared", "when", "source"),
    )
    _part("Managed by", [(m.name, m.manager, _sources(m.origin)) for m in answer.managers], ("manager", "id", "source"))
    _part(
        "Memberships, in the person's order",
        [
            (m.name, m.kind, m.access, _yes(m.manager), _yes(m.admin_support), _sources(m.origin))
            for m in answer.memberships
        ],
        ("unit", "kind", "access", "manager", "admin support", "source"),
    )
    if answer.memberships:
        out.print(
            f"  default office {value(answer.default_office or 'none')} (MEM-16, MEM-54), "
            f"default team {value(answer.default_team or 'none')}, "
            f"primary affiliation {value(answer.primary_affiliation or 'none')} (MEM-17)\n"
        )
    _part(
        "Positions",
        [
            (
                p.system,
                p.name,
                p.kind,
                _yes(p.in_use),
                p.covers,
                p.review_due + (" overdue" if p.overdue else ""),
                _sources(p.origin),
            )
            for p in answer.positions
        ],
        ("system", "position", "kind", "in use", "covers", "review due", "source"),
    )
    _part(
        "Portal roles",
        [(p.system, p.role, p.name, _sources(p.origin)) for p in answer.portal_roles],
        ("system", "role", "unit", "source"),
    )
    _part(
        "Roles",
        [(r.name, r.unit or "everywhere", r.case_type or "all", r.placement, _sources(r.origin)) for r in answer.roles],
        ("role", "unit", "case type", "placement", "source"),
    )
    _part(
        "Privileges",
        [(p.rule, p.privilege, p.role or "granted", p.reach, _sources(p.origin, p.via)) for p in answer.privileges],
        ("rule", "privilege", "through", "reach", "source"),
    )
    _part(
        "Groups",
        [(g.group, f"{g.effect} {g.permission}".strip(), _sources(g.origin, g.via)) for g in answer.groups],
        ("group", "says", "source"),
    )
    _part("Of its scheme", [(o.noun, o.sentence, _sources(o.origin)) for o in answer.own], ("what", "says", "source"))
    footer("complete", answer.provenance)


def _part(heading: str, rows: Sequence[Sequence[str]], headings: Sequence[str]) -> None:
    if rows:
        out.print(heading)
        table(rows, headings)


def _sources(origin: Origin, via: str = "") -> str:
    rows = f"{origin.source}, {via}" if via else origin.source
    return " · ".join(part for part in (rows, said_words(origin.granted_by, origin.note)) if part)


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _span(origin: Origin) -> str:
    begin = "always" if origin.since == ALWAYS else f"since {origin.since}"
    return begin if is_open(origin.until) else f"{begin}, until {origin.until}"
