"""One file of a good scheme folder, damaged anyhow: the folder works, or is refused with faults; nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seewhy.cypher.folders import Folder, using
from seewhy.graph.schemes.faults import Fault, SchemeRejected
from seewhy.graph.schemes.places import folders_at
from seewhy.graph.schemes.scheme import read_scheme
from seewhy.schemes.check import faults_of
from tests.support.scheme_folders import departments

DAMAGES = ("delete", "twice", "swap", "insert", "cut", "sign", "empty")
SIGNS = (b"\0", b"{", b"}", b"[", b"]", b"'", b'"', b"=", b"true", b"1", b"{}", b"\n", b"\xff", b"//", b":")


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A text with one place changed."""
    kind, lines, at = chance.choice(DAMAGES), content.split(b"\n"), chance.randrange(len(content) + 1)
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    if kind == "delete":
        del lines[one]
    elif kind == "twice":
        lines.insert(two, lines[one])
    elif kind == "swap":
        lines[one], lines[two] = lines[two], lines[one]
    elif kind == "insert":
        return content[:at] + chance.randbytes(3) + content[at:]
    elif kind == "cut":
        return content[:at] + content[at + chance.randrange(1, 12) :]
    elif kind == "sign":
        return content[:at] + chance.choice(SIGNS) + content[at + 1 :]
    else:
        return b"" if chance.random() < 0.2 else content
    return b"\n".join(lines)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return departments(tmp_path_factory.mktemp("good"))


@given(seed=st.integers(0, 2**32))
def test_a_damaged_folder_works_or_is_refused(good: Path, seed: int) -> None:
    chance = random.Random(seed)
    file = chance.choice(sorted(one for one in good.rglob("*") if one.is_file()))
    content = file.read_bytes()
    broken = content
    for _ in range(chance.randint(1, 3)):
        broken = damaged(broken, chance)
    refused = None
    try:
        file.write_bytes(broken)
        try:
            (folder,) = folders_at(good)
            assert all(one.line >= 1 and one.expected for one in faults_of_folder(folder))
        except SchemeRejected as error:
            refused = error
    finally:
        file.write_bytes(content)
    assert refused is None or refused.faults, "a refusal says why"


def faults_of_folder(folder: Folder) -> list[Fault]:
    """What `scheme check` says of a folder that can be read."""
    scheme = read_scheme(folder)
    with using([folder]):
        return faults_of(scheme)


def test_the_folder_that_is_damaged_is_good(good: Path) -> None:
    (folder,) = folders_at(good)
    assert faults_of_folder(folder) == []
