"""`eligible`: one command per kind of question about who may be given something."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from seewhy.cli.app import app
from seewhy.cli.arguments import App
from seewhy.cli.commands import Kinds
from seewhy.cli.eligible_text import print_batch, print_people, print_verdict
from seewhy.cli.options import DateOption, GraphOption, JsonOption, graph
from seewhy.cli.output import say_json
from seewhy.graph.answers.eligibility import Verdict
from seewhy.graph.errors import ConfigurationError

eligible = App(
    cls=Kinds,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Who may be given something, and what a request still lacks: conditions, people, missing privileges.",
)
app.add_typer(eligible, name="eligible")

Person = Annotated[str, typer.Argument(metavar="PERSON", help="A person id.")]
Case = Annotated[str, typer.Argument(metavar="CASE", help="A case id.")]


def _answer(kind: str, target: str | None, as_of: str | None, as_json: bool, **arguments: Any) -> None:
    with graph(target, as_json) as g:
        found = g.eligible(kind, as_of, **arguments)
    if as_json:
        say_json(found.as_dict())
    elif isinstance(found, Verdict):
        print_verdict(found)
    else:
        print_people(found)


@eligible.command(name="secondary-access")
def secondary_access(
    person: Annotated[str | None, typer.Argument(metavar="PERSON", help="Who the access is for.")] = None,
    positions: Annotated[
        list[str] | None, typer.Argument(metavar="POSITION…", help="The positions asked for on one form.")
    ] = None,
    access: Annotated[str | None, typer.Option("--access", help="absence or hierarchical.")] = None,
    functionally_unique: Annotated[
        bool, typer.Option("--functionally-unique", help="The request helps a functionally unique segment.")
    ] = False,
    requests: Annotated[
        Path | None,
        typer.Option(
            "--requests", metavar="FILE", help="A CSV or parquet file or a workbook, one request per row, instead."
        ),
    ] = None,
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """May this request for secondary access be made? With --requests, one verdict per row: person_id, position_id
    (several separated by ;), access, functionally_unique."""
    if requests is None:
        _answer(
            "secondary-access",
            graph_,
            as_of,
            json,
            person=person,
            position=positions or None,
            access=access,
            functionally_unique=functionally_unique,
        )
        return
    from seewhy.request_files import judge_requests

    with graph(graph_, json) as g:
        if person is not None or positions or access is not None or functionally_unique:
            raise ConfigurationError("`--requests` takes no person, position or access", "they stand in the file")
        judged = judge_requests(g, requests, as_of)
        provenance = g.provenance
    counts = {word: sum(one.verdict.verdict == word for one in judged) for word in ("allowed", "warning", "refused")}
    if json:
        rows = [one.as_dict() for one in judged]
        say_json({"requests": rows, "count": len(rows), "counts": counts, **provenance.as_dict()})
    else:
        print_batch(judged, counts, provenance)


@eligible.command()
def removal(
    person: Person,
    position: Annotated[str, typer.Argument(metavar="POSITION", help="A position that the person holds.")],
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """May this holding be taken away now, without losing work?"""
    _answer("removal", graph_, as_of, json, person=person, position=position)


@eligible.command()
def reassign(
    work: Annotated[str, typer.Argument(metavar="WORK", help="A piece of open work.")],
    person: Person,
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """May this piece of work go to that person? If not, by which three steps."""
    _answer("reassign", graph_, as_of, json, work=work, person=person)


@eligible.command()
def assign(case: Case, as_of: DateOption = None, graph_: GraphOption = None, json: JsonOption = False) -> None:
    """The Assign To list of CASE."""
    _answer("assign", graph_, as_of, json, case=case)


@eligible.command()
def task(
    case: Case,
    role: Annotated[
        str,
        typer.Option("--role", help="team_member, team_manager, team_admin_support, or the same with office_."),
    ],
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Who sees a task of CASE that is given to a role?"""
    _answer("task", graph_, as_of, json, case=case, role=role)


@eligible.command()
def draft(
    case: Case,
    reopened_after_transfer: Annotated[
        bool, typer.Option("--reopened-after-transfer", help="The case had been transferred to another Department.")
    ] = False,
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Who is offered as drafter of CASE?"""
    _answer("draft", graph_, as_of, json, case=case, reopened_after_transfer=reopened_after_transfer)


@eligible.command()
def contribute(case: Case, as_of: DateOption = None, graph_: GraphOption = None, json: JsonOption = False) -> None:
    """Who may be asked for a contribution to CASE?"""
    _answer("contribute", graph_, as_of, json, case=case)


@eligible.command()
def cc(case: Case, as_of: DateOption = None, graph_: GraphOption = None, json: JsonOption = False) -> None:
    """Who is listed under CC Recipients for CASE, and who by default?"""
    _answer("cc", graph_, as_of, json, case=case)


@eligible.command()
def advise(case: Case, as_of: DateOption = None, graph_: GraphOption = None, json: JsonOption = False) -> None:
    """Who may be picked as Case Adviser of CASE?"""
    _answer("advise", graph_, as_of, json, case=case)


@eligible.command()
def qa(
    case: Case,
    type_: Annotated[str, typer.Option("--type", help="Press Office, Team Lead, Assistant Private Secretary, …")],
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Who is offered as recipient of a QA request of CASE?"""
    _answer("qa", graph_, as_of, json, case=case, type=type_)


@eligible.command()
def capability(
    person: Person,
    name: Annotated[str, typer.Argument(metavar="NAME", help="assign-role, add-unregistered-user, edit-organogram, …")],
    unit: Annotated[str | None, typer.Option("--unit", help="In this team only.")] = None,
    as_of: DateOption = None,
    graph_: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Can PERSON do this, and which privilege is missing?"""
    _answer("capability", graph_, as_of, json, person=person, name=name, unit=unit)
