"""Keeping a log: forgetting a person, letting go of old entries, and handing the checkpoint to somebody else.

What is done to the log is entered in it first, with how much it takes away: `verify` compares.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seewhy.auth.log.disk import LogUnavailable, content_of, put
from seewhy.auth.log.entries import canonical
from seewhy.auth.log.notes import LARGEST, WrongNote, read_checkpoint
from seewhy.auth.log.reader import Reader
from seewhy.auth.log.search import mentions
from seewhy.auth.log.tiles import ENTRIES, PLAIN, WIDTH, place, plain_place
from seewhy.auth.log.verify import KEPT, RETIRED, verify
from seewhy.graph.days import day
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.record import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seewhy.auth.log.notes import Checkpoint
    from seewhy.auth.log.recorder import Recorder
    from seewhy.graph.record import Caller

_GIT = re.compile(r"^(?:ssh|https?|git|file)://|^[\w.-]+@[\w.-]+:|\.git/?$")


def erase(recorder: Recorder, person: str, caller: Caller, words: Sequence[str] = ()) -> int:
    """Delete salts and texts of every entry that names a person, as actor or as whom it is about; how many they were.

    `words` (a full name, an e-mail address) name the person as well, wherever they stand in a text. Entries, hashes and
    proofs stay. The entry about it names nobody. Raises LogUnavailable.
    """
    log = recorder.log
    log.fold()
    with log.standing_still():
        lines = {path: list(_lines(path)) for path in _plain_files(log.folder)}
        named = {beside["n"] for some in lines.values() for beside in some if _fields(beside, person, words)}
        outcomes = _outcomes_of(log.folder, named)
        gone: dict[Path, list[dict[str, Any]]] = {}
        count = 0
        for path, some in lines.items():
            kept = []
            for beside in some:
                digest = {"digest"} & beside.keys() if beside["n"] in outcomes else set()
                fields = _fields(beside, person, words) | digest
                count += len(fields)
                kept.append({name: value for name, value in beside.items() if name not in fields})
            if kept != some:
                gone[path] = kept
        first = recorder.begin([Asked("log erase", options={KEPT: count})], caller, {})
        for torn in log.folder.glob("torn-*"):  # nobody was told of it, and it may name anybody
            torn.unlink()
        for path, kept in gone.items():
            put(path, b"".join(canonical(one) + b"\n" for one in kept))
    recorder.end(first, 1, "answered", "", 0.0, {"count": count})
    return count


def names(folder: Path, person: str, words: Sequence[str] = ()) -> bool:
    """Whether a text beside an entry of a log names the person; what is pending still is looked at, too."""
    reader = Reader(folder)
    pended = (reader.entry(n) for n in range(reader.checkpoint.size, reader.size))
    waiting = ({"n": entry.n, **entry.beside} for entry in pended if entry is not None)
    folded = (beside for path in _plain_files(folder) for beside in _lines(path))
    return any(_fields(beside, person, words) for some in (waiting, folded) for beside in some)


def _fields(beside: dict[str, Any], person: str, words: Sequence[str]) -> set[str]:
    """What of an entry names the person. Of who asked, everything that tells of them goes."""
    places = ("actor", "person", "case")
    found: set[str] = {name for name in places if name in beside and beside[name][1] == person}
    if "more" in beside and mentions(json.loads(beside["more"][1]), person):
        found.add("more")
    for name, opening in beside.items():
        if name != "n" and any(word.casefold() in opening[1].casefold() for word in words):
            found.add(name)
    if "actor" in found:
        found |= {"peer", "purpose"} & beside.keys()
    return found


def _outcomes_of(folder: Path, named: set[int]) -> set[int]:
    """The entries that tell what came of these."""
    found = set()
    for entry in Reader(folder).newest_first():
        said = entry.said
        first = said.get("asked")
        if isinstance(first, int) and not named.isdisjoint(range(first, said.get("to", first) + 1)):
            found.add(entry.n)
    return found


def _plain_files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted((folder / PLAIN).rglob("*")) if path.is_file() and not path.name.endswith(".part"))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, (content_of(path) or b"").splitlines())


def retire(recorder: Recorder, before: str, caller: Caller) -> int:
    """Delete entries, salts and texts from before a day, in whole bundles of 256; the first entry that stays.

    Their hashes stay, so every checkpoint and every proof still holds. Raises LogUnavailable, and ConfigurationError
    for a day that is none or is to come.
    """
    date = day(before)
    if date > dt.datetime.now(dt.UTC).date().isoformat():
        raise ConfigurationError(f"`{date}` is to come", "name a day that is over")
    log = recorder.log
    log.fold()
    reader = Reader(log.folder)
    kept = 0
    for at in range(reader.checkpoint.size // WIDTH):
        last = reader.entry(at * WIDTH + WIDTH - 1)
        if last is not None and str(last.said.get("at", ""))[:10] >= date:
            break
        kept = (at + 1) * WIDTH
    first = recorder.begin([Asked("log retire", as_of=date, options={RETIRED: kept})], caller, {})
    with log.standing_still():
        for at in range(kept // WIDTH):
            for name in (place(ENTRIES, at), plain_place(at)):
                (log.folder / name).unlink(missing_ok=True)
    recorder.end(first, 1, "answered", "", 0.0, {"count": kept})
    return kept


def read_old(path: Path) -> Checkpoint:
    """A checkpoint from a file. Raises ConfigurationError."""
    try:
        with path.open("rb") as file:
            return read_checkpoint(file.read(LARGEST + 1))
    except OSError as error:
        raise ConfigurationError(f"`{path}` cannot be read: {os.strerror(error.errno or 0).lower()}") from None
    except WrongNote as error:
        raise ConfigurationError(f"`{path}` holds no checkpoint: it {error}") from None


class NotTheSame(LogUnavailable):
    """The log is not the one that a witness has seen."""


def witness(folder: Path, destination: str) -> tuple[Checkpoint, str]:
    """Copy the checkpoint to another folder, or to a git remote; the checkpoint and the name of the file.

    A witness first sees that the log still begins as the newest checkpoint there has it. Raises NotTheSame where it
    does not, ConfigurationError for a place that cannot be written.
    """
    if not _GIT.search(destination):
        target = Path(destination)
        if not target.is_dir():
            raise ConfigurationError(f"there is no folder `{destination}`", "make it, on another machine if you can")
        return _witnessed(folder, target)
    with tempfile.TemporaryDirectory(prefix="seewhy-witness-") as place_:
        _git("clone", "--quiet", "--depth", "1", "--", destination, place_)
        found, name = _witnessed(folder, Path(place_))
        _git("-C", place_, "add", "--", name)
        if _git("-C", place_, "status", "--porcelain"):
            who = ("-c", "user.name=SeeWhy", "-c", "user.email=witness@seewhy.invalid")
            _git("-C", place_, *who, "commit", "--quiet", "-m", f"checkpoint of {found.size} entries")
            _git("-C", place_, "push", "--quiet", "origin", "HEAD")
        return found, name


def _witnessed(folder: Path, target: Path) -> tuple[Checkpoint, str]:
    earlier = [read_old(path) for path in target.glob("checkpoint-*")]
    now = Reader(folder).checkpoint
    mine = [one for one in earlier if one.origin == now.origin]
    if mine:
        checked = verify(folder, [max(mine, key=lambda one: one.size)])
        if not checked.holds:
            raise NotTheSame(
                f"the log is not the one that was witnessed: {checked.faults[0]}", "keep what is there, and ask why"
            )
    name = f"checkpoint-{now.origin.rpartition('/')[2]}-{now.size:012d}"
    put(target / name, now.text.encode())
    return now, name


def _git(*words: str) -> str:
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh"}
    try:
        done = subprocess.run(["git", *words], capture_output=True, text=True, env=environment, timeout=120)
    except (OSError, subprocess.TimeoutExpired):
        raise ConfigurationError("git cannot be run, or did not end", "name a folder instead") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ConfigurationError(f"git could not do it: {last}")
    return done.stdout.strip()
