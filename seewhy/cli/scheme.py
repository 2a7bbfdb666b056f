"""`scheme`: the schemes in use, and one folder begun, checked, tested, compared with another version, packed."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from seewhy.cli.actor import require_everything
from seewhy.cli.app import app
from seewhy.cli.arguments import App
from seewhy.cli.commands import Kinds
from seewhy.cli.options import DateOption, GraphOption, JsonOption, OverwriteOption, graph, whole
from seewhy.cli.output import many, out, say_json, wants_json
from seewhy.cli.tables import table
from seewhy.cli.terminal import sentence, value
from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seewhy.cypher.folders import Folder
    from seewhy.graph.schemes.scheme import Scheme
    from seewhy.schemes.compare import SchemeDiff

scheme = App(
    cls=Kinds,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Schemes: the rules of a case system as a folder of texts (docs/schemes.md).",
)
app.add_typer(scheme, name="scheme")

Dir = Annotated[
    str, typer.Argument(metavar="DIR", help="A scheme folder, a packed one, or the name of a scheme in use.")
]
FAIL_ON = ("looser", "stricter", "any")


@scheme.command("list")
def list_(graph_: GraphOption = None, json: JsonOption = False) -> None:
    """The schemes in use: version, where each comes from, its rungs and stories, the systems that go by it."""
    from seewhy.graph.schemes.in_use import schemes

    wants_json(json)
    systems: dict[str, list[str]] = {}
    if graph_ is not None:
        with graph(graph_, json) as g:
            for row in g.session.run("organisation/systems"):
                systems.setdefault(row["scheme"], []).append(row["id"])
    rows: list[dict[str, Any]] = [
        {
            "scheme": one.name, "title": one.title, "version": one.version, "from": one.folder.origin,
            "rungs": len(one.ladder.steps), "stories": len(one.stories), "actions": list(one.actions),
            "digest": one.digest, "systems": sorted(systems.get(one.name, [])),
        }
        for one in schemes().values()
    ]  # fmt: skip
    if json:
        say_json({"schemes": rows, "count": len(rows)})
        return
    cells = [
        (r["scheme"], r["title"], r["version"], r["from"], str(r["rungs"]), str(r["stories"]), ", ".join(r["systems"]))
        for r in rows
    ]
    names = ("scheme", "title", "version", "from", "rungs", "stories", "systems")
    table([row[: None if graph_ is not None else -1] for row in cells], names[: None if graph_ is not None else -1])


@scheme.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, called as the scheme will be.")],
) -> None:
    """Begin a scheme: a folder with one rung and one story that is green at once."""
    from seewhy.schemes.new import begin

    for path in begin(folder):
        out.print(f"  {value(str(path))}")
    out.print(f"next: `seewhy scheme test {value(str(folder))}`")


@contextmanager
def _with(place: str) -> Iterator[Scheme]:
    """The scheme of a folder or a name, in use for a block; SchemeRejected with every fault."""
    from seewhy.cypher.folders import using
    from seewhy.graph.schemes.in_use import schemes

    folder = _folder(place)
    with using([*(one for one in _shipped() if one.name != folder.name), folder]):
        yield schemes()[folder.name]


def _shipped() -> list[Folder]:
    from seewhy.cypher.folders import shipped

    return list(shipped().values())


def _folder(place: str) -> Folder:
    from seewhy.cypher.folders import in_use
    from seewhy.graph.nearest import nearest
    from seewhy.graph.schemes.places import folders_at

    known = in_use().folders
    if place in known:
        return known[place]
    if not Path(place).exists():
        raise ConfigurationError(f"there is no scheme `{place}`, in use or as a folder", nearest(place, list(known)))
    found = folders_at(place)
    if len(found) != 1:
        raise ConfigurationError(f"`{place}` holds {len(found)} schemes", "name one of its folders")
    return found[0]


@scheme.command()
def check(place: Dir, json: JsonOption = False) -> None:
    """Everything that is wrong with a folder, with file and line. Exit code 1 when something is."""
    from seewhy.graph.schemes.faults import Fault, SchemeRejected
    from seewhy.schemes.check import faults_of

    wants_json(json)
    faults: list[Fault] = []
    name, digest = place, ""
    try:
        with _with(place) as found:
            name, digest = found.name, found.digest
            faults = faults_of(found)
    except SchemeRejected as error:
        faults = list(error.faults)
    if json:
        say_json({"scheme": name, "digest": digest, "faults": [one.as_dict() for one in faults], "count": len(faults)})
    else:
        for one in faults:
            out.print(sentence(str(one)))
        out.print(
            f"{many(len(faults), 'fault')} in `{value(name)}`" if faults else f"nothing is wrong with `{value(name)}`"
        )
    raise typer.Exit(1 if faults else 0)


@scheme.command("test")
def run_tests(
    place: Dir,
    graph_: GraphOption = None,
    pairs: Annotated[
        int,
        typer.Option("--pairs", metavar="N", parser=whole("--pairs", 1), help="Pairs compared with definition.sql."),
    ] = 10_000,
    stories: Annotated[
        Path | None, typer.Option("--stories", metavar="FOLDER", help="Where every disagreement is written as a story.")
    ] = None,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Change the rungs one place at a time; something must notice.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """The stories of a scheme; definition.sql against its rungs; with --mutate whether tests would notice a change."""
    from seewhy.schemes.test import tested

    wants_json(json)
    if graph_ is not None:
        require_everything("a graph is asked")
    with _with(place) as found:
        result = tested(found, graph_, pairs=pairs, disagreements=stories, mutate=mutate)
    if json:
        say_json(result.as_dict())
    else:
        for line in result.lines():
            out.print(sentence(line))
    raise typer.Exit(1 if result.failed else 0)


@scheme.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A folder, or the name of a scheme in use.")],
    new_: Annotated[str, typer.Argument(metavar="NEW", help="The other version.")],
    as_of: DateOption = None,
    graph_: GraphOption = None,
    fail_on: Annotated[
        str | None, typer.Option("--fail-on", metavar="WHAT", help="Exit code 1 when it is looser, stricter, or any.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Two versions of a scheme on everybody and every case: who gains and loses, by which rung."""
    from seewhy.graph.nearest import nearest
    from seewhy.schemes.compare import scheme_diff

    if fail_on is not None and fail_on not in FAIL_ON:
        raise ConfigurationError(
            f"`{fail_on}` is no value of `--fail-on`", nearest(fail_on, FAIL_ON) or ", ".join(FAIL_ON)
        )
    one, two = _folder(old), _folder(new_)
    with graph(graph_, json) as g:
        found = scheme_diff(g.session, one, two, as_of)
    if json:
        say_json(found.as_dict())
    else:
        _print_diff(found)
    failed = {"looser": found.looser, "stricter": found.stricter, "any": bool(found.moves)}.get(fail_on or "", False)
    raise typer.Exit(1 if failed else 0)


def _print_diff(found: SchemeDiff) -> None:
    changed = sum(found.moves.values())
    out.print(
        Text(f"{many(changed, 'pair')} of {found.pairs:,} would be decided otherwise on {found.as_of}.", style="bold")
    )
    rows: list[tuple[Any, ...]] = [
        (one.step, one.verdict, *(f"{n:,}" for n in (one.gained, one.lost, one.raised, one.lowered, one.same)))
        for one in found.steps
    ]
    table(rows, ("step", "", "gained", "lost", "raised", "lowered", "same"))
    for (before, after), count in sorted(found.moves.items(), key=lambda item: -item[1])[:20]:
        first = ", ".join(f"{value(person)} {value(case)}" for person, case in found.examples[before, after][:3])
        out.print(
            f"  {before[0]} by {before[1]} becomes {after[0]} by {after[1]}: {many(count, 'pair')}, such as {first}"
        )
    for name, (one, two) in found.findings.items():
        out.print(f"  findings of {name}: {one:,} become {two:,}")


@scheme.command()
def pack(
    place: Dir,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The file, such as departments.zip.")],
    overwrite: OverwriteOption = False,
    json: JsonOption = False,
) -> None:
    """Write a scheme as one file, and print its digest."""
    from seewhy.graph.files.atomic import write_whole
    from seewhy.schemes.pack import packed_bytes

    wants_json(json)
    with _with(place) as found:
        content = packed_bytes(found)
        name, digest = found.name, found.digest
    write_whole(output, content, overwrite=overwrite)
    whole_file = hashlib.sha256(content).hexdigest()
    if json:
        say_json({"scheme": name, "file": str(output), "digest": digest, "sha256": whole_file})
    else:
        out.print(f"{value(str(output))}: scheme {name}, digest {digest}, sha256 of the file {whole_file}")
