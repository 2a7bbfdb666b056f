"""`backup` and `restore`: a graph in one file and back, and what `verify --backup` says of such a file."""

from __future__ import annotations

import os
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seewhy.cli.app import app
from seewhy.cli.options import GraphOption, JsonOption, OverwriteOption
from seewhy.cli.output import many, out, say_json, wants_json
from seewhy.cli.progress import progress_bar
from seewhy.cli.tables import table

if TYPE_CHECKING:
    from seewhy.loaders.backup import Backup

LOG_PARTS = "log"
"""How all files of the question log are named together."""


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, such as seewhy.tar.")],
    graph_: GraphOption = None,
    overwrite: OverwriteOption = False,
    json: JsonOption = False,
) -> None:
    """Write loads and history of the graph into one file, while questions and loads go on; with --log DIR (or
    SEEWHY_LOG) the question log and its key, too. Keep it as safe as the graph: everything is in it."""
    from seewhy.auth.log.copies import copied
    from seewhy.cli.log import entered, folder, open_recorder
    from seewhy.graph.engines import open_engine
    from seewhy.graph.files.atomic import appearing, refuse_used
    from seewhy.loaders.backup import back_up

    wants_json(json)
    refuse_used([file], overwrite=overwrite)
    place = folder() if os.environ.get("SEEWHY_LOG") else None
    engine = open_engine(graph_)
    try:
        with (
            entered(open_recorder(place), "backup", output=file) if place else nullcontext(),
            appearing(file, overwrite=overwrite) as (opened,),
        ):
            saved = back_up(engine, opened, copied(place) if place else ())
    finally:
        engine.close()
    size = file.stat().st_size
    if json:
        counts = {"loads": saved.loads, "rows": saved.rows, "parts": saved.parts, "bytes": size}
        say_json({"file": str(file), "load": saved.load.id, "as_of": saved.load.as_of, **counts, "log": bool(place)})
        return
    out.print(
        f"wrote `{file}`: {many(saved.loads, 'load')} up to {saved.load.id} as of {saved.load.as_of}, "
        f"{many(saved.rows, 'row')}" + (f", and the question log in {place}" if place else "")
    )
    out.print(f"check it with: seewhy verify --backup {file}", style="dim")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `seewhy backup` wrote.")],
    graph_: GraphOption = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Replace the graph that is there.")] = False,
    json: JsonOption = False,
) -> None:
    """Make the graph of a backup again, in an empty folder or database of either engine. The whole file is checked
    first; when anything is wrong, nothing is written. With --log DIR, a new folder, its question log as well."""
    from seewhy.auth.log.copies import put_back, refuse_used
    from seewhy.graph.engines import open_engine
    from seewhy.loaders.backup import open_backup
    from seewhy.loaders.backup import restore as restored

    wants_json(json)
    named = os.environ.get("SEEWHY_LOG")
    with ExitStack() as stack:
        opened = stack.enter_context(open_backup(file))
        opened.require_whole()
        with_log = bool(named) and opened.has_log
        if named and with_log:
            refuse_used(Path(named))
        engine = open_engine(graph_, write=True, older=fresh)
        stack.callback(engine.close)
        progress = stack.enter_context(progress_bar(json))
        if named and with_log:
            stack.enter_context(put_back(opened.log(), Path(named)))
        done = restored(opened, engine, fresh=fresh, progress=progress)
    if json:
        say_json({"file": str(file), **done, "log": with_log})
        return
    out.print(
        f"restored `{done['target']}`: {many(done['loads'], 'load')} up to {done['load']} as of {done['as_of']}, "
        f"{many(done['rows'], 'row')}; {done['nodes']:,} nodes, {done['relationships']:,} relationships"
    )
    if with_log:
        out.print(f"the question log is in `{named}`")
    elif opened.has_log:
        out.print("its question log was left out; --log DIR restores it, too")
    out.print(done["engine"], style="dim")


def print_checked(file: Path, json: bool) -> int:
    """Check a backup, and print what holds, part by part: the exit code."""
    from seewhy.graph.errors import ConfigurationError, EngineUnavailable
    from seewhy.graph.schemes.of_graph import require_schemes
    from seewhy.loaders.backup import open_backup

    with open_backup(file) as opened:
        rows: list[tuple[str, str, str]] = []
        files = sum(one.part.startswith("log/") for one in opened.parts)
        wrong_log = [one for one in opened.parts if one.part.startswith("log/") and one.state != "whole"]
        for one in opened.parts:
            if not one.part.startswith("log/"):
                rows.append((one.part, one.state, "" if one.rows is None else f"{one.rows:,}"))
        rows += [(one.part, one.state, "") for one in wrong_log]
        if files and not wrong_log and not opened.newer:
            rows.append(_log_row(opened))
        manifest = opened.manifest
        unchecked = f"a newer SeeWhy made it ({manifest.get('product')})" if opened.newer else ""
        if opened.holds and not opened.newer:
            try:
                require_schemes(opened.loads)
                nodes, relationships = opened.tables()[2].size
                rows.append(("graph", "whole", f"{nodes:,} nodes, {relationships:,} relationships"))
            except EngineUnavailable as error:
                unchecked = f"{error.message}, so no graph was made of it"
            except ConfigurationError as error:
                rows.append(("graph", error.message, ""))
    holds = all(state == "whole" for _, state, _ in rows)
    if json:
        parts = [{"part": part, "state": state, "holds": state == "whole"} for part, state, _ in rows]
        about = {name: manifest.get(name) for name in ("made", "product", "engine", "model", "load", "as_of")}
        say_json({"file": str(file), "holds": holds, "unchecked": unchecked, **about, "parts": parts})
    else:
        table(rows, ("part", "state", "rows"))
        out.print(f"{manifest.get('load')} as of {manifest.get('as_of')}, made {manifest.get('made')}")
        if unchecked and holds:
            out.print(f"its bytes hold; {unchecked}")
        else:
            out.print("the backup holds" if holds else "the backup does not hold")
    return 1 if not holds else 3 if unchecked else 0


def _log_row(opened: Backup) -> tuple[str, str, str]:
    """What verifying the question log inside finds, in a folder that is deleted again."""
    import tempfile

    from seewhy.auth.log.copies import put_back
    from seewhy.graph.errors import ConfigurationError

    with tempfile.TemporaryDirectory(prefix="seewhy-backup-") as place:
        try:
            with put_back(opened.log(), Path(place) / "log") as found:
                return LOG_PARTS, "whole", f"{found.size:,}"
        except ConfigurationError as error:
            return LOG_PARTS, error.message, ""


def about_backup(file: Path) -> bool:
    """Whether a file begins as a backup does."""
    from seewhy.loaders.backup import ROOT

    try:
        with file.open("rb") as opened:
            return opened.read(len(ROOT) + 1) == f"{ROOT}/".encode()
    except (OSError, ValueError):
        return False
