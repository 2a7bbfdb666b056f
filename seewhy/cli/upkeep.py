"""`upgrade`: a graph of an older model. `forget`: somebody who left."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seewhy.cli.app import app
from seewhy.cli.options import GraphOption, JsonOption
from seewhy.cli.output import many, out, say_json, wants_json
from seewhy.cli.progress import progress_bar
from seewhy.cli.tables import table
from seewhy.cli.terminal import value

if TYPE_CHECKING:
    from seewhy.auth.log.search import AskedEntry
    from seewhy.loaders.forget import Forgotten

FILE_KINDS = ("evidence", "export", "backup")
"""Questions whose answer is a file that somebody keeps."""


@app.command()
def upgrade(
    graph_: GraphOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count only; write nothing.")] = False,
    json: JsonOption = False,
) -> None:
    """Derive a graph that an older SeeWhy (or another version of a scheme) made anew from its history. All loads and
    their days stay; the state before answers until the new one does."""
    from seewhy.graph.engines import open_engine
    from seewhy.loaders.upgrade import upgrade as upgraded

    wants_json(json)
    engine = open_engine(graph_, write=True, older=True)
    try:
        with progress_bar(json) as progress:
            done = upgraded(engine, dry_run=dry_run, progress=progress)
    finally:
        engine.close()
    if json:
        say_json({**done.as_dict(), "dry_run": dry_run})
        return
    if not done.reasons:
        out.print(f"nothing to upgrade: `{done.target}` is as this SeeWhy makes it (model {done.to_model})")
        return
    for reason in done.reasons:
        out.print(reason)
    what = "would derive it anew" if dry_run else "derived it anew"
    size = f"{done.nodes:,} nodes, {done.relationships:,} relationships"
    out.print(f"{what}: {many(len(done.loads), 'load')} and {many(done.facts, 'row')} stay; {size}")
    out.print(f"{done.engine} · {done.target}", style="dim")


@app.command()
def forget(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="A person id.")],
    graph_: GraphOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it: what goes does not come back.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would go and what stays only.")] = False,
    json: JsonOption = False,
) -> None:
    """Remove somebody who left: their rows from the history of every load, their name from other rows, and with
    --log DIR (or SEEWHY_LOG) what names them in the question log. Files that were written are listed, to be deleted by
    hand. Whoever is in the newest snapshot is refused."""
    from seewhy.cli.log import folder
    from seewhy.graph.engines import open_engine
    from seewhy.graph.errors import ConfigurationError

    wants_json(json)
    if not (yes or dry_run):
        raise ConfigurationError(
            "`seewhy forget` deletes for good", "--dry-run lists what would go; run it again with --yes to do it"
        )
    place = folder() if os.environ.get("SEEWHY_LOG") else None
    engine = open_engine(graph_, write=True)
    try:
        with progress_bar(json) as progress:
            found, erased, files = _forgotten(engine, person.strip(), place, dry_run or not yes, progress)
    finally:
        engine.close()
    if json:
        listed = [_file(one) for one in files]
        about = {"dry_run": dry_run, "erased": erased, "files": listed, "stays": _stays(found, place)}
        say_json({**found.as_dict(), **about})
        return
    _print(found, erased, files, place, dry_run=dry_run)


def _forgotten(
    engine: Any, person: str, place: Path | None, dry_run: bool, progress: Any
) -> tuple[Forgotten, int | None, list[AskedEntry]]:
    """What went from the graph, how many texts from the log (None: they were not counted), and files it knows of."""
    from seewhy.auth.log.upkeep import erase, names
    from seewhy.cli.log import entered, open_recorder
    from seewhy.graph import record
    from seewhy.loaders.forget import forget as forgotten

    known = place is not None and names(place, person)
    if place is None or dry_run:
        found = forgotten(engine, person, known=known, dry_run=dry_run, progress=progress)
        return found, None, _files(place, found) if place else []
    writer = open_recorder(place)
    if writer is None:
        from seewhy.graph.errors import ConfigurationError

        raise ConfigurationError(f"`{place}` has no key: it is a copy, and nothing can be entered in it")
    with entered(writer, "forget"):
        found = forgotten(engine, person, known=known, progress=progress)
        files = _files(place, found)
        erased = erase(writer, person, record.caller(), found.texts[1:])
    return found, erased, files


def _files(place: Path, found: Forgotten) -> list[AskedEntry]:
    """Files that the log knows of: evidence about the person first, then what may hold them among others."""
    from seewhy.auth.log.reader import Reader
    from seewhy.auth.log.search import questions

    made = [one for one in questions(Reader(place)) if one.kind in FILE_KINDS and one.outcome == "answered"]
    return sorted(made, key=lambda one: 1 if one.kind != "evidence" else 0 if one.person == found.person else 2)


def _file(one: AskedEntry) -> dict[str, Any]:
    names = [str(one.options[key]) for key in ("output", "file", "path") if key in one.options]
    about = {"person": one.person, "case": one.case} if one.kind == "evidence" else {}
    return {"n": one.n, "at": one.at, "kind": one.kind, "file": names[0] if names else "", "by": one.actor, **about}


def _stays(found: Forgotten, place: Path | None) -> list[str]:
    """What stays, and why, as sentences."""
    said = [
        "the sha256 of the rows of each load stays in its record: nobody can be read from it",
        "backups, exports and evidence that were made before still hold them: delete these, or let them run out",
    ]
    if place is not None:
        said.append("entries of the question log stay as hashes; without their salts they name nobody")
    else:
        said.append("no question log was named: where one is kept, run `seewhy log erase` as well")
    if found.staying:
        rows = ", ".join(f"`{one}`" for one in found.staying[:10])
        more = f" and {len(found.staying) - 10:,} more" if len(found.staying) > 10 else ""
        said.append(f"texts of current rows name them: {rows}{more}; change these in the source, and load it")
    return said


def _print(
    found: Forgotten, erased: int | None, files: list[AskedEntry], place: Path | None, *, dry_run: bool
) -> None:
    stems = dict.fromkeys([*found.rows, *found.cells])
    shown = [(stem, f"{found.rows.get(stem, 0):,}", f"{found.cells.get(stem, 0):,}") for stem in stems]
    table(shown, ("file", "rows", "cells in others"))
    rows, cells = sum(found.rows.values()), sum(found.cells.values())
    would = "would go" if dry_run else "gone"
    out.print(f"{would}: {many(rows, 'row')} of {value(found.person)}, and {many(cells, 'cell')} in rows about others")
    if found.earlier:
        out.print(f"{would}: what lay beside the newest load: " + ", ".join(f"`{one}`" for one in found.earlier))
    if erased is not None:
        out.print(f"{would}: {many(erased, 'text')} with salts from the question log in {place}")
    elif place is not None:
        out.print(f"{would}: what names them in the question log in {place}")
    if files:
        out.print("files that were written, as the question log has them; delete those that hold them:")
        for one in map(_file, files):
            about = " ".join(filter(None, (one.get("person"), one.get("case"))))
            said = f"{one['kind']} {about}".strip()
            out.print(f"  {one['at'][:10]}  {value(one['file']) or '?'}: {value(said)}, by {value(one['by']) or '?'}")
    for sentence in _stays(found, place):
        out.print(f"stays: {sentence}", style="dim")
