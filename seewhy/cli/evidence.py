"""`evidence` and `verify`: an answer that lasts, and whether it still holds. `key`: what signs it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from seewhy.cli.actor import require_everything
from seewhy.cli.app import app
from seewhy.cli.arguments import App
from seewhy.cli.backup import about_backup, print_checked
from seewhy.cli.commands import Kinds
from seewhy.cli.options import DateOption, GraphOption, JsonOption, OverwriteOption, SignOption, graph
from seewhy.cli.output import out, say_json, wants_json
from seewhy.cli.terminal import value
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
    _in_words(made.digest)
    if made.signed_by:
        out.print(f"signed with the key {made.signed_by}")
    out.print(f"check it with: seewhy verify {output}", style="dim")


@app.command()
def verify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `evidence`, `export`, `backup` or `log prove` wrote.")
    ],
    graph_: GraphOption = None,
    pseudonyms: Annotated[
        Path | None, typer.Option("--pseudonyms", metavar="KEYFILE", help="The key that the file was written with.")
    ] = None,
    signed_by: Annotated[
        Path | None, typer.Option("--signed-by", metavar="PUB", help="The public key that must have signed it.")
    ] = None,
    backup: Annotated[bool, typer.Option("--backup", help="FILE must be what `seewhy backup` wrote.")] = False,
    page: Annotated[
        Path | None, typer.Option("--page", metavar="OUT.html", help="Write a page of what was decided again.")
    ] = None,
    overwrite: OverwriteOption = False,
    json: JsonOption = False,
) -> None:
    """Check an evidence file: every byte, and the answer again from the rows inside, offline. Exit code 0 when it
    holds, 1 when it does not, 2 when it could not be checked, 3 when it holds as far as it could be checked, because
    another version made it. Of a proof from the question log: that the entry is under the checkpoint. Of an export:
    that it is the file of its manifest, and who signed that. Of a backup: every part, that the log in it holds, and
    that a graph can be made of it.

    A graph that is named is asked as well; the default graph only when it holds the load that the file was made from.
    """
    import seewhy
    from seewhy.graph.reports.verify import is_export

    wants_json(json)
    if backup or about_backup(file):
        raise typer.Exit(print_checked(file, json))
    if (proven := _proof(file, signed_by, json)) is not None:
        raise typer.Exit(proven)
    if is_export(file):
        raise typer.Exit(_export(file, signed_by, json))
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
        if not found.changed:
            _in_words(found.digest)
        if found.page:
            out.print(f"wrote `{found.page}`")
        out.print(found.verdict)
    raise typer.Exit(found.exit_code)


def _in_words(digest: str) -> None:
    """The digest to be read over the telephone."""
    from seewhy.graph.evidence.words import word_lines

    for head, line in zip(("in words", "", "", ""), word_lines(digest), strict=True):
        out.print(f"{head:8}  {line}", style="dim")


def _export(file: Path, signed_by: Path | None, json: bool) -> int:
    """Check an exported report, and print what was found: the exit code."""
    from seewhy.graph.files.signatures import PublicKey
    from seewhy.graph.reports.verify import verify_export

    found = verify_export(file, None if signed_by is None else PublicKey.read(signed_by))
    if json:
        say_json(found.as_dict())
    else:
        out.print(found.sentence)
        for part in found.parts:
            out.print(f"  {part.name:9}  {part.outcome:11}  {part.how}")
        out.print("the export holds" if found.holds else "the export does not hold")
    return 0 if found.holds else 1


def _proof(file: Path, signed_by: Path | None, json: bool) -> int | None:
    """Check a proof of an entry of a question log, and print what it proves: the exit code; None for another file."""
    from seewhy.auth.log.proofs import MOST, DoesNotHold, check, is_proof
    from seewhy.graph.files.signatures import PublicKey

    try:
        with file.open("rb") as opened:
            content = opened.read(MOST + 1)
    except OSError:
        return None  # what reads evidence says it in its own words
    if not is_proof(content):
        return None
    trusted = None if signed_by is None else PublicKey.read(signed_by)
    try:
        found = check(content, trusted)
    except DoesNotHold as error:
        if json:
            say_json({"holds": False, "fault": str(error)})
        else:
            out.print(f"the proof does not hold: {error}")
        return 1
    if json:
        say_json(found.as_dict())
        return 0
    checkpoint, question = found.checkpoint, found.said.get("question", {})
    out.print(f"entry {found.n} is one of the {checkpoint.size:,} of {value(checkpoint.origin)}")
    out.print(f"the checkpoint is signed by {found.key.fingerprint}")
    if trusted is None:
        out.print("  the key is the one in the proof; compare it with one that you trust by --signed-by PUB")
    said = {"at": found.said.get("at"), "kind": question.get("kind"), "outcome": found.said.get("outcome")}
    for name, one in (said | dict(found.plain)).items():
        if one:
            out.print(f"  {name:8}  {value(str(one))}")
    out.print("the proof holds")
    return 0
