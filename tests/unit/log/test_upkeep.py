"""Erasing a person, retiring old entries, handing on the checkpoint; every proof holds as before."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from seewhy.auth.log import proofs, upkeep
from seewhy.auth.log.entries import committed
from seewhy.auth.log.reader import Reader
from seewhy.auth.log.recorder import Recorder
from seewhy.auth.log.search import ERASED, Wanted, questions
from seewhy.auth.log.verify import verify
from seewhy.auth.log.writer import Log
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.record import Asked, Caller
from tests.support import tlog_reader

AUDITOR = Caller("carol", "auditor", "command", "192.0.2.7", "r1", "yearly audit")


def ask(recorder: Recorder, actor: str, person: str, case: str = "c-1", **options: object) -> int:
    """A question and its answer; the number of the first entry."""
    asked, by = Asked("why", person, case, "2026-11-25", options), Caller(actor, "owner", "page", "192.0.2.1")
    n = recorder.begin([asked], by, {"load": "l-1"})
    recorder.end(n, 1, "answered", "", 0.01, {"count": 3, "complete": True, "hidden": 2})
    return n


def everything(folder: Path) -> bytes:
    """All bytes of a log."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_erasing_a_person_leaves_every_proof_intact(opened: Callable[[], Log]) -> None:
    recorder = Recorder(log := opened())
    about = ask(recorder, "boss-x", "sam-x")
    by = ask(recorder, "sam-x", "ana-x", "c-2")
    among = ask(recorder, "boss-x", "", "", first="ana-x", second="sam-x")
    decoy = ask(recorder, "sam-xx", "sam-xx", "sam-xxx")
    log.fold()
    key, before = log.signer.public, Reader(log.folder)
    kept = [proofs.prove(before, n, key) for n in range(before.size)]
    shown = {one.n: one for one in questions(before, Wanted(person="sam-x"))}
    assert shown.keys() == {about, among}
    assert (shown[about].actor, shown[about].rows, shown[about].hidden, shown[about].outcome) == (
        "boss-x", 3, 2, "answered",
    )  # fmt: skip
    assert [one.n for one in questions(before, Wanted(actor="sam-x"))] == [by]

    assert upkeep.erase(recorder, "sam-x", AUDITOR) == 7  # person, digest; actor, peer, digest; more, digest
    log.fold()
    after = Reader(log.folder)
    found = {one.n: one for one in questions(after)}
    assert [found[about].person, found[about].actor, found[about].case] == [ERASED, "boss-x", "c-1"]
    assert [found[by].actor, found[by].peer, found[by].person] == [ERASED, ERASED, "ana-x"]
    assert found[among].options == {"more": ERASED}
    assert (found[decoy].actor, found[decoy].person, found[decoy].case) == ("sam-xx", "sam-xx", "sam-xxx")
    assert b'"sam-x"' not in everything(log.folder)
    assert [proofs.prove(after, n, key).split(b"\n")[0] for n in range(before.size)] == [
        one.split(b"\n")[0] for one in kept
    ]
    assert [proofs.check(one, key).n for one in kept] == list(range(before.size))
    assert verify(log.folder, [before.checkpoint]).faults == []
    assert upkeep.erase(recorder, "sam-x", AUDITOR) == 0


def test_what_is_retired_leaves_its_hashes(opened: Callable[[], Log]) -> None:
    recorder = Recorder(log := opened())

    for k in range(300):
        person, salt = committed("person", f"p{k}")
        n = log.append({"outcome": "asked", "at": "2026-01-01", "question": {"person": person}}, {"person": salt})
        log.append({"outcome": "answered", "asked": n, "at": "2026-01-01"})
    log.fold()
    old = Reader(log.folder).checkpoint
    ask(recorder, "ana", "today")
    today = dt.datetime.now(dt.UTC).date().isoformat()
    with pytest.raises(ConfigurationError, match="is to come"):
        upkeep.retire(recorder, "9999-01-01", AUDITOR)
    assert upkeep.retire(recorder, today, AUDITOR) == 512
    found = verify(log.folder, [old])
    assert (found.faults, found.retired, found.anchored) == ([], 512, 600)
    left = list(questions(Reader(log.folder)))
    assert [one.n for one in left[-2:]] == [514, 512]
    assert all(a.n > b.n for a, b in pairwise(left))
    # A bundle that no retiring tells of is a hole.
    log.fold()
    for path in (log.folder / "tile" / "entries" / "002.p").iterdir():
        path.unlink()
    assert not verify(log.folder).holds


def test_a_witness_keeps_checkpoints_and_refuses_another_log(opened: Callable[[], Log], tmp_path: Path) -> None:
    recorder = Recorder(log := opened())
    place = tmp_path / "elsewhere"
    with pytest.raises(ConfigurationError, match="there is no folder"):
        upkeep.witness(log.folder, str(place))
    place.mkdir()
    for k in range(2):
        ask(recorder, "ana", f"p{k}")
        log.fold()
        found, name = upkeep.witness(log.folder, str(place))
        assert upkeep.read_old(place / name) == found
    assert len(list(place.iterdir())) == 2
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    upkeep.witness(log.folder, str(remote))
    kept = subprocess.run(
        ["git", "-C", str(remote), "show", f"HEAD:{name}"], check=True, capture_output=True, text=True
    ).stdout
    assert kept == found.text
    checkpoint = log.folder / "checkpoint"
    checkpoint.write_bytes(next(one for one in sorted(place.iterdir())).read_bytes())
    with pytest.raises(upkeep.NotTheSame, match="witnessed"):
        upkeep.witness(log.folder, str(place))


def test_an_entry_names_nobody_and_is_small(opened: Callable[[], Log]) -> None:
    recorder = Recorder(log := opened())
    secret = "zoe-quist"
    n = recorder.begin(
        [Asked("whatif", secret, f"case {secret}", "2026-11-25", {"changes": True, "plan": [secret] * 5000})],
        Caller(secret, "owner", "http", secret, secret * 20, f"because of {secret}"),
        {"engine": "embedded kglite 0.21.2", "load": "load-0001", "schemes": "f" * 16},
    )
    recorder.end(n, 1, "answered", "", 0.1, {"people": [secret], "complete": True})
    log.fold()
    _, entries = tlog_reader.read(log.folder)
    reader = Reader(log.folder)
    for entry in reader.newest_first():
        assert secret.encode() not in entry.content
        assert len(entry.content) <= 1024
    assert entries[1]["answer"]["rows"] == 1
    (one,) = questions(reader)
    assert (one.person, one.actor, one.purpose) == (secret, secret, f"because of {secret}")
    opened_proof = proofs.prove(reader, n, log.signer.public, proofs.FIELDS)
    assert proofs.check(opened_proof).plain["person"] == secret
    with pytest.raises(proofs.DoesNotHold, match="plain text"):
        proofs.check(opened_proof.replace(b'"zoe-quist"', b'"ana"', 1))
    assert secret.encode() not in proofs.prove(reader, n, log.signer.public)
