"""`log`: the question log is read, verified, proved from, and kept."""

from __future__ import annotations

import os
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seewhy.cli.app import app
from seewhy.cli.arguments import App
from seewhy.cli.commands import Kinds
from seewhy.cli.options import JsonOption, OverwriteOption, whole
from seewhy.cli.output import err, many, out, say_json, wants_json
from seewhy.cli.terminal import value
from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seewhy.auth.log.recorder import Recorder
    from seewhy.auth.log.search import AskedEntry

log = App(cls=Kinds, no_args_is_help=True, help="The log of questions: --log DIR, or SEEWHY_LOG.")
app.add_typer(log, name="log")

DayOption = Annotated[str | None, typer.Option("--day", metavar="DATE", help="Asked on this day (UTC).")]
LimitOption = Annotated[
    int, typer.Option("--limit", metavar="N", parser=whole("--limit", 1), help="How many questions, the newest first.")
]


def folder() -> Path:
    """The folder of the log. Raises ConfigurationError where none is named."""
    named = os.environ.get("SEEWHY_LOG")
    if not named:
        raise ConfigurationError("no question log is named", "name its folder with --log DIR or in SEEWHY_LOG")
    if not (Path(named) / "checkpoint").is_file():
        raise ConfigurationError(f"`{named}` is no question log", "a log begins with the first question that is asked")
    return Path(named)


def open_recorder(place: Path) -> Recorder | None:
    """Where reading is entered; None for a copy without a key, which nobody can write."""
    from seewhy.auth.log.recorder import open_log

    ours = os.environ.get("SEEWHY_LOG_KEY") or (place / "key").exists()
    return open_log(place) if ours else None


@contextmanager
def entered(recorder: Recorder | None, kind: str, **options: Any) -> Iterator[None]:
    """What is done with the log in the block is an entry of it, before and after."""
    from seewhy.graph import record

    if recorder is None:
        yield
        return
    asked = record.of_arguments(kind, {name: one for name, one in options.items() if one is not None})
    with recorder.entered(asked, record.caller()):
        yield


@log.command("show")
def show(
    person: Annotated[str | None, typer.Option("--person", metavar="ID", help="About this person.")] = None,
    case: Annotated[str | None, typer.Option("--case", metavar="ID", help="About this case.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", metavar="ID", help="Asked by this actor.")] = None,
    day: DayOption = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help="check, why, who, export, …")] = None,
    limit: LimitOption = 50,
    json: JsonOption = False,
) -> None:
    """Who asked what, the newest first, with what came of it. Reading is an entry, too."""
    from seewhy.auth.log.reader import Reader
    from seewhy.auth.log.search import Wanted, questions
    from seewhy.graph.days import day as read_day

    wants_json(json)
    place = folder()
    wanted = Wanted(person or "", case or "", actor or "", kind or "", read_day(day) if day else "")
    with entered(open_recorder(place), "log show", person=person, case=case, actor=actor, day=day, about=kind):
        reader = Reader(place)
        found = list(islice(questions(reader, wanted), limit + 1))
    more, found = len(found) > limit, found[:limit]
    if json:
        shown = [one.as_dict() for one in found]
        say_json({"questions": shown, "count": len(shown), "complete": not more, "entries": reader.size})
        return
    for one in found:
        out.print(_line(one))
    rest = "more with --limit or --json" if more else "these are all"
    size = many(reader.size, "entry", "entries")
    out.print(f"{many(len(found), 'question')}, {rest} · {size} in {place}", style="dim")


def _line(one: AskedEntry) -> str:
    about = " ".join(value(part) for part in (one.person, one.case) if part)
    rows = "" if one.rows is None else f", {one.rows:,} rows"
    what = f"{one.kind} {about}".strip() + (f" as of {one.as_of}" if one.as_of else "")
    load = f" · {one.load}" if one.load else ""
    return f"{one.n:>8}  {one.at[:19]}  {value(one.actor) or '?'} by {one.door}: {what}: {one.outcome}{rows}{load}"


@log.command("verify")
def verify(
    checkpoint: Annotated[
        list[Path] | None, typer.Option("--checkpoint", metavar="OLD", help="A checkpoint that was kept elsewhere.")
    ] = None,
    signed_by: Annotated[
        Path | None, typer.Option("--signed-by", metavar="PUB", help="The public key that signs the log.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check every entry, every hash, the checkpoint, and that the log still begins as OLD has it. Exit code 0 when it
    holds, 1 when it does not, 2 when it could not be checked."""
    from seewhy.auth.log.disk import LogUnavailable
    from seewhy.auth.log.upkeep import read_old
    from seewhy.auth.log.verify import verify as checked
    from seewhy.graph.files.signatures import PublicKey

    wants_json(json)
    place = folder()
    older = [read_old(one) for one in checkpoint or ()]
    key = None if signed_by is None else PublicKey.read(signed_by)
    try:
        with entered(open_recorder(place), "log verify", older=[str(one.size) for one in older]):
            pass
    except LogUnavailable as error:
        err.print(f"seewhy: that it is checked cannot be entered: {error.message}")
    found = checked(place, older, key)
    if json:
        say_json(found.as_dict())
        raise typer.Exit(0 if found.holds else 1)
    for fault in found.faults:
        out.print(fault)
    if found.first_wrong is not None:
        out.print(f"the first wrong entry is {found.first_wrong}, or one of those named with it")
    size = many(found.size, "entry", "entries")
    out.print(f"{size}, {found.signed:,} under a checkpoint that is signed by {found.key}")
    if key is None:
        out.print("  the key is the one in the folder; compare it with one that you trust by --signed-by PUB")
    out.print(f"  {_anchored(found.anchored, found.size)}")
    if found.retired:
        out.print(f"  the text of {many(found.retired, 'entry', 'entries')} was retired, the hashes are there")
    if found.open_questions:
        have = many(found.open_questions, "question has", "questions have")
        out.print(f"  {have} no outcome: being asked, or the process was stopped")
    out.print("the log holds" if found.holds else "the log does not hold")
    raise typer.Exit(0 if found.holds else 1)


def _anchored(anchored: int, size: int) -> str:
    """How far a checkpoint from elsewhere reaches."""
    if not anchored:
        return "not anchored: without a checkpoint from elsewhere a log made anew looks the same (--checkpoint)"
    rest = f", not anchored {anchored}…{size - 1}" if anchored < size else ""
    return f"anchored to entry {anchored - 1}{rest}"


@log.command("prove")
def prove(
    number: Annotated[
        int, typer.Argument(metavar="N", parser=whole("N", 0), help="The number of an entry.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The file to write.")],
    open_: Annotated[bool, typer.Option("--open", help="With actor, person and case in plain text.")] = False,
    overwrite: OverwriteOption = False,
    json: JsonOption = False,
) -> None:
    """Write an entry with its path and the checkpoint, to be checked without the log: seewhy verify FILE."""
    from seewhy.auth.log.proofs import FIELDS
    from seewhy.auth.log.proofs import prove as proof_of
    from seewhy.auth.log.reader import Reader
    from seewhy.graph.files.atomic import refuse_used, write_whole
    from seewhy.graph.files.signatures import PublicKey

    wants_json(json)
    place = folder()
    refuse_used([output], overwrite=overwrite)
    recorder = open_recorder(place)
    with entered(recorder, "log prove", number=number, open=open_):
        if recorder is not None:
            recorder.log.fold()
        reader = Reader(place)
        content = proof_of(reader, number, PublicKey.read(place / "key.pub"), FIELDS if open_ else ())
        write_whole(output, content, overwrite=overwrite)
    if json:
        say_json({"file": str(output), "entry": number, "bytes": len(content), "size": reader.checkpoint.size})
        return
    out.print(f"wrote `{output}`: entry {number} of the {reader.checkpoint.size:,} of {reader.checkpoint.origin}")
    out.print(f"check it with: seewhy verify {output} --signed-by key.pub", style="dim")


@log.command("witness")
def witness(
    destination: Annotated[str, typer.Argument(metavar="DEST", help="A folder elsewhere, or a git remote.")],
    json: JsonOption = False,
) -> None:
    """Copy the checkpoint to DEST, when the log still begins as the newest checkpoint there has it. Exit code 1 when it
    does not."""
    from seewhy.auth.log.upkeep import NotTheSame
    from seewhy.auth.log.upkeep import witness as copied

    wants_json(json)
    place = folder()
    recorder = open_recorder(place)
    try:
        with entered(recorder, "log witness", destination=destination):
            if recorder is not None:
                recorder.log.fold()
            checkpoint, name = copied(place, destination)
    except NotTheSame as error:
        out.print(error.message)
        raise typer.Exit(1) from None
    if json:
        say_json({"file": name, "size": checkpoint.size, "origin": checkpoint.origin})
        return
    out.print(f"wrote `{name}` to `{destination}`: the log is anchored to entry {checkpoint.size - 1} there")


@log.command("retire")
def retire(
    before: Annotated[str, typer.Option("--before", metavar="DATE", help="Entries from before this day go.")],
    json: JsonOption = False,
) -> None:
    """Delete old entries with all that lies beside them, in whole bundles of 256; their hashes stay, so all still
    verifies."""
    from seewhy.auth.log.upkeep import retire as retired
    from seewhy.graph import record

    wants_json(json)
    first = retired(_writable(), before, record.caller())
    if json:
        say_json({"first": first})
        return
    gone = f"entries before {first} are gone; their hashes stay"
    out.print(gone if first else "no whole bundle is that old: nothing is gone")


@log.command("erase")
def erase(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="A person id, or an actor.")],
    json: JsonOption = False,
) -> None:
    """Delete what names PERSON, as whom it is about and as who asked; every entry and every proof stays."""
    from seewhy.auth.log.upkeep import erase as erased
    from seewhy.graph import record

    wants_json(json)
    count = erased(_writable(), person, record.caller())
    if json:
        say_json({"erased": count})
        return
    out.print(f"{many(count, 'text')} with salts erased; entries, hashes and proofs are as they were")


def _writable() -> Recorder:
    place = folder()
    recorder = open_recorder(place)
    if recorder is None:
        raise ConfigurationError(f"`{place}` has no key: it is a copy, and nothing can be entered in it")
    return recorder
