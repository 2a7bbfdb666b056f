"""`rules`, `queries`, `privileges`: the reference."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from seewhy.cli.app import app
from seewhy.cli.options import JsonOption
from seewhy.cli.output import out, say_json, wants_json
from seewhy.cli.tables import table
from seewhy.cypher.catalogue import book
from seewhy.graph.nearest import nearest
from seewhy.graph.rules.catalogue import rule, rules
from seewhy.graph.rules.privileges import privilege, privileges

Name = Annotated[str | None, typer.Argument(metavar="NAME", help="One of them only, in full.")]


@app.command(name="rules")
def rules_(name: Name = None, json: JsonOption = False) -> None:
    """Every access rule by id, what it says, and what carries it."""
    wants_json(json)
    chosen = [rule(name)] if name else list(rules())
    if json:
        say_json({"rules": [one.as_dict() for one in chosen], "count": len(chosen)})
    elif name:
        out.print(Text(f"{chosen[0].id}  {chosen[0].statement}", style="bold"))
        for key, value in chosen[0].as_dict().items():
            if key not in ("id", "statement") and value:
                out.print(f"  {key}: {', '.join(value) if isinstance(value, list | tuple) else value}")
    else:
        table([(one.id, one.statement) for one in chosen], ("rule", "statement"))


@app.command()
def queries(name: Name = None, json: JsonOption = False) -> None:
    """The query book: every Cypher text that is ever sent, with its parameters and columns."""
    from seewhy.graph.errors import UnknownEntity

    wants_json(json)
    texts = book()
    if name is not None and name not in texts:
        raise UnknownEntity(f"unknown query `{name}`", nearest(name, list(texts)))
    chosen = [texts[name]] if name else list(texts.values())
    if json:
        say_json(
            {
                "queries": [
                    {
                        "name": q.name,
                        "doc": q.doc,
                        "parameters": sorted(q.parameters),
                        "returns": list(q.returns),
                        "text": q.text,
                    }
                    for q in chosen
                ],
                "count": len(chosen),
            }
        )
    elif name:
        head = f"// {chosen[0].doc}\n// parameters: {', '.join(sorted(chosen[0].parameters))}"
        out.print(f"{head}\n{chosen[0].text}", whole=True)
    else:
        table([(q.name, q.doc) for q in chosen], ("query", "answers"))


@app.command(name="privileges")
def privileges_(name: Name = None, json: JsonOption = False) -> None:
    """The 104 privileges of eCase: what each opens, its scope, cascade, placement, and what it needs."""
    wants_json(json)
    chosen = [privilege(name)] if name else list(privileges())
    if json:
        say_json({"privileges": [one.as_dict() for one in chosen], "count": len(chosen)})
    elif name:
        out.print(Text(f"{chosen[0].id}  {chosen[0].name}", style="bold"))
        for key, value in chosen[0].as_dict().items():
            if key not in ("id", "name") and value not in ("", [], None, ()):
                out.print(f"  {key}: {', '.join(map(str, value)) if isinstance(value, list | tuple) else value}")
    else:
        table([(one.id, one.name, one.family) for one in chosen], ("rule", "privilege", "family"))
