"""`token`: what programs ask the HTTP interface with. `session`: people who are signed in to the explorer."""

from __future__ import annotations

import datetime as dt
import time
from typing import Annotated, Any

import typer

from seewhy.cli.app import app
from seewhy.cli.arguments import App
from seewhy.cli.commands import Kinds
from seewhy.cli.options import JsonOption
from seewhy.cli.output import many, out, say_json, wants_json
from seewhy.cli.tables import table

token = App(cls=Kinds, no_args_is_help=True, help="Tokens for programs that ask over HTTP.")
app.add_typer(token, name="token")
session = App(cls=Kinds, no_args_is_help=True, help="People who are signed in to the explorer.")
app.add_typer(session, name="session")

StateOption = Annotated[
    str | None,
    typer.Option(
        "--state", metavar="DIR", help="Where sessions and tokens are kept (default: SEEWHY_STATE, then seewhy-state)."
    ),
]


def _store(state: str | None) -> Any:
    from seewhy.auth.settings import state_folder
    from seewhy.auth.store import Store

    return Store(state_folder(state))


@token.command("new")
def new(
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="What it may ask, as a person of that role.")],
    expires: Annotated[str, typer.Option("--expires", metavar="TIME", help="How long it lasts: 12h, 30d, 8w.")] = "30d",
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="KIND", help="This kind of question alone; several times.")
    ] = None,
    reasons: Annotated[
        bool, typer.Option("--reasons", help="Evaluations may say their reasons, with names and source rows.")
    ] = False,
    scope: Annotated[
        str, typer.Option("--scope", metavar="SELECTION", help="This part of the organisation alone.")
    ] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What to call it (default: token-N).")] = "",
    state: StateOption = None,
    json: JsonOption = False,
) -> None:
    """Make a token and show it, once. From the first one on the interface answers nobody without."""
    from seewhy.auth.rights import PROGRAMS
    from seewhy.auth.tokens import Tokens

    wants_json(json)
    kinds = [*(only or (sorted(PROGRAMS) if reasons and role == "api" else ())), *(["reasons"] if reasons else [])]
    secret, made = Tokens(_store(state)).new(name, role, expires, kinds, scope)
    if json:
        say_json({"token": secret, **_as_dict(made)})
        return
    out.print(secret, whole=True)
    out.print(f"`{made.name}`, role {made.role}, until {_moment(made.expires)}; it is shown this once", style="dim")


@token.command("list")
def list_(state: StateOption = None, json: JsonOption = False) -> None:
    """Every token that was made: what it may ask, until when, and when it was used last."""
    from seewhy.auth.tokens import Tokens

    wants_json(json)
    rows = [_as_dict(one) for one in Tokens(_store(state)).all()]
    if json:
        say_json({"tokens": rows, "count": len(rows)})
        return
    names = ("name", "role", "only", "scope", "state", "expires", "last_used")
    table(
        [[", ".join(row[name]) if name == "only" else row[name] or "" for name in names] for row in rows],
        [name.replace("_", " ") for name in names],
    )
    out.print(many(len(rows), "token"), style="dim")


@token.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, or the token itself.")],
    state: StateOption = None,
    json: JsonOption = False,
) -> None:
    """End a token for good, from the next request on."""
    from seewhy.auth.tokens import Tokens

    wants_json(json)
    ended = Tokens(_store(state)).revoke(name)
    if json:
        say_json(_as_dict(ended))
        return
    out.print(f"token `{ended.name}` is revoked")


@session.command("list")
def sessions(state: StateOption = None, json: JsonOption = False) -> None:
    """Who is signed in, since when, and when they did something last (to the minute)."""
    from seewhy.auth.sessions import Sessions

    wants_json(json)
    rows = [
        {
            "actor": one.actor.id, "name": one.actor.name, "email": one.actor.email,
            "since": _moment(one.issued), "seen": _moment(one.seen),
        }
        for one in Sessions(_store(state)).all()
    ]  # fmt: skip
    if json:
        say_json({"sessions": rows, "count": len(rows)})
        return
    names = ("actor", "name", "email", "since", "seen")
    table([[row[name] or "" for name in names] for row in rows], names)
    out.print(many(len(rows), "session"), style="dim")


@session.command("revoke")
def end(
    actor: Annotated[str, typer.Argument(metavar="ACTOR", help="The id of somebody, as `session list` shows it.")],
    state: StateOption = None,
    json: JsonOption = False,
) -> None:
    """Sign somebody out everywhere: their pages say so at the next click."""
    from seewhy.auth.sessions import Sessions
    from seewhy.graph.errors import UnknownEntity
    from seewhy.graph.nearest import nearest

    wants_json(json)
    known = Sessions(_store(state))
    signed_in = [one.actor.id for one in known.all()]
    if actor not in signed_in:
        raise UnknownEntity(f"`{actor}` is not signed in", nearest(actor, signed_in) or "see `seewhy session list`")
    ended = known.end_all(actor)
    if json:
        say_json({"actor": actor, "ended": ended})
        return
    out.print(f"{many(ended, 'session')} of `{actor}` ended")


def _as_dict(one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "role": one.role,
        "only": sorted(one.only),
        "scope": one.scope,
        "state": one.state(time.time()),
        "made": _moment(one.made),
        "expires": _moment(one.expires),
        "last_used": _moment(one.used),
        "revoked": _moment(one.revoked),
    }


def _moment(seconds: float | None) -> str | None:
    """A moment as UTC."""
    return None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
