"""`--log`, `log …`, and what `verify` says of a proof: exit codes and sentences."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from seewhy.auth.log import recorder
from seewhy.graph import record
from tests.support import tlog_reader
from tests.unit.cli.conftest import DAY, Ran, Run


@pytest.fixture
def logged(run: Run, sample: str) -> Iterator[Run]:
    """A command with a log; what one process does is done when it ends."""

    def command(*words: object) -> Ran:
        graph = ("--graph", sample) if words[0] not in ("log", "verify") else ()
        try:
            return run(*words, *graph, "--log", "L")
        finally:
            recorder.close_log()
            os.environ.pop(record.VARIABLE, None)

    yield command
    recorder.close_log()


def test_a_log_from_question_to_erasing(logged: Run, run: Run, tmp_path: Path) -> None:
    assert logged("check", "sam", "c-102", "--as-of", DAY).code == 1
    assert logged("who", "nothing").code == 2
    shown = logged("log", "show", "--json").json()
    assert [(one["kind"], one.get("person"), one.get("case"), one["outcome"]) for one in shown["questions"]] == [
        ("log show", None, None, "asked"), ("who", None, "nothing", "refused"), ("check", "sam", "c-102", "answered"),
    ]  # fmt: skip
    check = shown["questions"][-1]
    assert (check["as_of"], check["door"], check["load"]) == (DAY, "command", "load-0001")
    assert check["actor"]
    listed = logged("log", "show", "--person", "sam", "--kind", "check", "--day", check["at"][:10])
    assert listed.out.count("check sam") == 1

    kept = tmp_path / "kept"
    kept.mkdir()
    assert logged("log", "witness", kept).code == 0
    (old,) = kept.iterdir()
    held = logged("log", "verify", "--checkpoint", old)
    assert (held.code, held.out.splitlines()[-1]) == (0, "the log holds")
    assert "anchored to entry 8, not anchored 9…11" in held.out

    assert logged("log", "prove", check["n"], "-o", "p", "--open").code == 0
    told = run("verify", "p", "--signed-by", "L/key.pub")
    assert told.code == 0, told
    assert told.out.splitlines()[-1] == "the proof holds"
    assert tlog_reader.proven(Path("p").read_bytes(), Path("L/key.vkey").read_text())["n"] == check["n"]
    Path("q").write_bytes(Path("p").read_bytes().replace(b'"sam"', b'"ana"'))
    assert (run("verify", "q").code, run("verify", "q", "--json").json()["holds"]) == (1, False)
    assert run("key", "new", "-o", "other").code == 0
    assert run("verify", "p", "--signed-by", "other.pub").code == 1

    assert logged("log", "erase", "sam", "--json").json()["erased"] > 0
    assert logged("log", "show", "--person", "sam", "--kind", "check").out.startswith("0 questions")
    assert logged("log", "retire", "--before", DAY).out == "no whole bundle is that old: nothing is gone\n"
    assert logged("log", "verify", "--checkpoint", old).code == 0
    assert run("verify", "p").code == 0

    checkpoint = Path("L/checkpoint")
    checkpoint.write_bytes(old.read_bytes())
    broken = logged("log", "verify", "--checkpoint", old, "--json")
    assert (broken.code, broken.json()["holds"]) == (1, False)
    assert "cannot be entered" in broken.err
    assert logged("check", "sam", "c-102").code == 2  # nothing is answered that cannot be entered


def test_evidence_carries_its_entry_and_the_checkpoint(logged: Run, run: Run, sample: str, tmp_path: Path) -> None:
    assert logged("evidence", "sam", "c-102", "-o", "e.zip", "--as-of", DAY).code == 0
    with zipfile.ZipFile("e.zip") as archive:
        proof = archive.read("question.tlog-proof")
    entry = tlog_reader.proven(proof, Path("L/key.vkey").read_text())
    assert (entry["n"], entry["question"]["kind"]) == (0, "evidence")
    told = run("verify", "e.zip", "--json")
    assert told.code == 0, told
    assert told.json()["parts"]["question"]["outcome"] == "holds"
    (tmp_path / "pseudo").write_bytes(bytes(range(32)))
    (tmp_path / "pseudo").chmod(0o600)
    assert logged("evidence", "ana", "m-101", "-o", "f.zip", "--pseudonyms", "pseudo").code == 0
    with zipfile.ZipFile("f.zip") as archive:
        assert b'"ana"' not in archive.read("question.tlog-proof")
    assert run("verify", "f.zip").code == 0
    assert run("evidence", "sam", "c-102", "-o", "g.zip", "--graph", sample).code == 0
    assert "question" not in run("verify", "g.zip", "--json").json()["parts"]


def test_what_cannot_be_done_is_a_sentence(logged: Run, run: Run, tmp_path: Path) -> None:
    assert "no question log is named" in run("log", "show").err
    assert "`L` is no question log" in logged("log", "verify").err.replace(f"{tmp_path}/", "")
    assert "names one folder" in run("check", "a", "b", "--log", "").err
    assert logged("check", "sam", "c-102").code == 1
    for words, said in (
        (("log", "prove", "999", "-o", "x"), "there is no entry `999`"),
        (("log", "show", "--day", "monday"), "`monday` is not a date"),
        (("log", "witness", "nowhere"), "there is no folder `nowhere`"),
        (("log", "retire", "--before", "9999-01-01"), "`9999-01-01` is to come"),
        (("log", "verify", "--checkpoint", "L/key.pub"), "`L/key.pub` holds no checkpoint"),
    ):
        done = logged(*words)
        assert (done.code, said in done.err) == (2, True), done
    assert not Path("x").exists()
