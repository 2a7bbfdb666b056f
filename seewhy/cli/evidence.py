"""`evidence` and `verify`: an answer that lasts, and whether it still holds. `key`: what signs it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from seewhy.cli.actor import require_everything
from seewhy.cli.app import app
from seewhy.cli.arguments import App
from seewhy.cli.commands import Kinds
from seewhy.cli.options import DateOption, GraphOption, JsonOption, OverwriteOption, SignOption, graph
from seewhy.cli.output import out, say_json, wants_json
from seewhy.graph.errors import SeeWhyError

KeyOption = Annotated[
    Path | None,
    typer.Option("--pseudonyms", metavar="KEYFILE", help="Replace ids, names and texts; the file holds the key."),
]
keys = App(cls=Kinds, no_args_is_help=True, help="Keys that sign evidence and exports.")
app.add_typer(keys, name="key")


@keys.command("new")
def new(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The file of the private key.")],
    json: JsonOption = False,
) -> None:
    """Make an Ed25519 key: FILE gets the private half, which only its owner can read, FILE.pub the public one."""
    from seewhy.graph.files.signatures import new_key, public_file

    wants_json(json)
    public = new_key(output)
    if json:
        files = {"private": str(output), "public": str(public_file(output))}
        say_json({**files, "fingerprint": public.fingerprint, **public.as_dict()})
        return
    out.print(f"wrote `{output}`, to keep, and `{public_file(output)}`, to hand out")
    out.print(public_file(output).read_text("ascii").rstrip())
    out.print(f"fingerprint {public.fingerprint}", style="dim")


@app.command()
def evidence(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="A person id.")],
    case: Annotated[str, typer.Argument(metavar="CASE", help="A case id.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.zip", help="The file to write.")],
    as_of: DateOption = None,
    graph_: GraphOption = None,
    pseudonyms: KeyOption = None,
    notes: Annotated[bool, typer.Option("--notes", help="Keep the notes of the rows, which are left out.")] = False,
    sign: SignOption = None,
    overwrite: OverwriteOption = False,
    json: JsonOption = False,
) -> None:
    """Write the answer, all reasons, the rows it rests on, the rules and the query into one file to be verified."""
    with graph(graph_, json) as g:
        made = g.evidence(person, case, output, as_of, pseudonyms, notes=notes, sign=sign, overwrite=overwrite)
    if json:
        say_json(made.as_dict())
        return
    out.print(made.answer.verdict)
    out.print(f"wrote `{output}` with {made.rows:,} rows; digest {made.digest}")
    if made.signed_by:
        out.print(f"signed with the key {made.signed_by}")
    out.print(f"check it with: seewhy verify {output}", style="dim")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="What `seewhy evidence` wrote.")],
    graph_: GraphOption = None,
    pseudonyms: Annotated[
        Path | None, typer.Option("--pseudonyms", metavar="KEYFILE", help="The key that the file was written with.")
    ] = None,
    signed_by: Annotated[
        Path | None, typer.Option("--signed-by", metavar="PUB", help="The public key that must have signed it.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--page", metavar="OUT.html", help="Write a page of what was decided again.")
    ] = None,
    overwrite: OverwriteOption = False,
    json: JsonOption = False,
) -> None:
    """Check an evidence file: every byte, and the answer again from the rows inside, offline. Exit code 0 when it
    holds, 1 when it does not, 2 when it could not be checked, 3 when it holds as far as it could be checked, because
    another version made it.

    A graph that is named is asked as well; the default graph only when it holds the load that the file was made from.
    """
    import seewhy

    wants_json(json)
    with ExitStack() as open_:
        try:
            require_everything("a graph is compared")
            asked = open_.enter_context(seewhy.connect(graph_))
        except SeeWhyError:
            if graph_ is not None:
                raise
            asked = None
        found = seewhy.verify(
            file,
            asked,
            pseudonyms,
            insist=graph_ is not None,
            signed_by=signed_by,
            page=page,
            overwrite=overwrite,
        )
    if json:
        say_json(found.as_dict())
    else:
        out.print("\n".join(found.sentences))
        for part in found.parts:
            out.print(f"  {part.name:9}  {part.outcome:11}  {part.how}")
        out.print(f"digest {found.digest}", style="dim")
        if found.page:
            out.print(f"wrote `{found.page}`")
        out.print(found.verdict)
    raise typer.Exit(found.exit_code)
