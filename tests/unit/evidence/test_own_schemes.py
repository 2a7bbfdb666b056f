"""Evidence, graphs and doctor under a scheme of one's own: the rules are in the file, and changed rules are told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import seewhy
from seewhy.cypher import folders
from seewhy.graph.engines import open_engine
from seewhy.graph.engines.doctor import diagnose
from seewhy.graph.errors import ConfigurationError, EngineUnavailable
from seewhy.graph.evidence.archive import MANIFEST, packed
from tests.support.example_schemes import DAY, EXAMPLES, everybody, use, write_organisation, write_scheme

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
PAIRS = (("departments", "eve", "r-1"), ("departments", "nowhere", "r-1"), ("repositories", "bo", "i-2"))
"""A yes by a link, a no, and a yes by tables of the scheme's own."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both examples loaded, and a file about each of the pairs."""
    place = tmp_path_factory.mktemp("own")
    use("departments", "repositories")
    for name in ("departments", "repositories"):
        with seewhy.connect(place / name, write=True) as graph:
            graph.load(write_organisation(name, place / f"{name}-files"), as_of=DAY)
            for scheme, person, case in PAIRS:
                if scheme == name:
                    graph.evidence(person, case, file_of(place, person, case), DAY)
    folders.use(())
    return place


def file_of(place: Path, person: str, case: str) -> Path:
    return place / f"{person}-{case}.zip"


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def forged(path: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The file with other members and a manifest that fits them."""
    inside = members(path)
    del inside[MANIFEST]
    change(inside)
    target.write_bytes(packed(inside))
    return target


def replaced(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(inside: dict[str, bytes]) -> None:
        assert old in inside[name]
        inside[name] = inside[name].replace(old, new)

    return change


@pytest.mark.parametrize(("scheme", "person", "case"), PAIRS)
def test_the_file_carries_the_whole_folder(place: Path, scheme: str, person: str, case: str) -> None:
    inside = members(file_of(place, person, case))
    folder = EXAMPLES / scheme
    files = {
        f"scheme/{one.relative_to(folder).as_posix()}": one.read_bytes()
        for one in folder.rglob("*")
        if one.is_file() and f"scheme/{one.relative_to(folder).as_posix()}" in inside
    }
    assert {name: text for name, text in inside.items() if name.startswith("scheme/")} == files
    needed = {"scheme.toml", "words.toml", "rules.toml", "graph.toml"} | {one.name for one in folder.glob("*.cypher")}
    needed |= {f"tables/{one.name}" for one in (folder / "tables").iterdir()}
    assert {f"scheme/{one}" for one in needed} <= files.keys()


@pytest.mark.parametrize(("scheme", "person", "case"), PAIRS)
def test_it_is_decided_again_where_the_scheme_is_not_in_use(place: Path, scheme: str, person: str, case: str) -> None:
    assert scheme not in folders.in_use().folders
    found = seewhy.verify(file_of(place, person, case))
    answer = json.loads(members(file_of(place, person, case))["answer.json"])
    assert (found.holds, found.as_dict()["value"]) == (True, answer["value"])
    assert f"folder inside, the scheme {scheme}" in found.sentences[1]
    assert "no scheme of that name is in use here" in found.sentences[1]
    assert scheme not in folders.in_use().folders
    use(scheme)
    known = seewhy.verify(file_of(place, person, case))
    assert known.holds
    assert "the same as the scheme in use here" in known.sentences[1]


def test_the_graph_is_asked_too(place: Path) -> None:
    use("departments", "repositories")
    for scheme, person, case in PAIRS:
        with seewhy.connect(place / scheme) as graph:
            found = seewhy.verify(file_of(place, person, case), graph)
            assert (found.holds, found.graph) == (True, "same"), found.sentences


def test_a_process_without_the_scheme_verifies(place: Path, tmp_path: Path) -> None:
    """The command in a folder and an environment that know nothing of the scheme."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SEEWHY", "NEO4J"))}
    ran = subprocess.run(
        [sys.executable, "-c", "from seewhy.cli import main; main()", "verify", str(file_of(place, "bo", "i-2"))],
        cwd=tmp_path, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "The answer follows from" in ran.stdout
    assert "no scheme of that name is in use here" in ran.stdout


FORGERIES = {
    "a looser rung": (
        "nowhere", replaced("scheme/4_manager.cypher", b"WHERE z.role = 'manager' AND ON_DAY(z)", b"WHERE ON_DAY(z)"),
    ),
    "another value": ("eve", replaced("scheme/1_owner.cypher", b"// says:  edit", b"// says:  view")),
    "another rule": ("eve", replaced("scheme/rules.toml", b"may view and edit it", b"may do as they like")),
    "other words": (
        "eve", replaced("scheme/words.toml", b"Does {person} own the record?", b"Is {person} a good one?"),
    ),
    "an own column": ("eve", replaced("rows/people.csv", b"employee", b"manager")),
    "an own table": ("eve", replaced("rows/departments.csv", b"Sales", b"Wales")),
    "no rung": ("eve", lambda inside: inside.pop("scheme/1_owner.cypher")),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FORGERIES))
def test_forged_rules_are_noticed(place: Path, tmp_path: Path, name: str) -> None:
    """Without the manifest as a changed member; with one that fits, since the answer is another or words differ."""
    person, change = FORGERIES[name]
    path = forged(file_of(place, person, "r-1"), tmp_path / "forged.zip", change)  # type: ignore[arg-type]
    if name == "no rung":
        with pytest.raises(ConfigurationError, match="is no readable evidence file"):
            seewhy.verify(path)
        return
    found = seewhy.verify(path)
    assert not found.changed
    assert not found.holds, found.sentences


def test_rules_that_decide_the_same_are_told_as_another_version(place: Path, tmp_path: Path) -> None:
    """A comment decides nothing, and still the digest is not that of the scheme in use."""
    change = replaced("scheme/scheme.toml", b"# Records", b"# records")
    path = forged(file_of(place, "eve", "r-1"), tmp_path / "forged.zip", change)
    use("departments")
    with seewhy.connect(place / "departments") as graph:
        found = seewhy.verify(path, graph)
    assert "is another version" in " ".join(found.sentences)


@pytest.mark.parametrize("name", sorted(folders.shipped()))
def test_a_folder_inside_that_is_called_as_a_built_in_one_is_refused(place: Path, tmp_path: Path, name: str) -> None:
    change = replaced("scheme/scheme.toml", b'name = "departments"', f'name = "{name}"'.encode())
    path = forged(file_of(place, "eve", "r-1"), tmp_path / "forged.zip", change)
    with pytest.raises(ConfigurationError, match="its scheme is called as a built-in one is") as caught:
        seewhy.verify(path)
    assert "\n" not in caught.value.message


HARMFUL = {
    "writes": replaced("scheme/1_owner.cypher", b"WHERE ON_DAY(l)", b"WHERE ON_DAY(l) SET c.x = 1"),
    "procedure": replaced("scheme/1_owner.cypher", b"MATCH (p:Person)", b"CALL db.labels() MATCH (p:Person)"),
    "no toml": replaced("scheme/scheme.toml", b"name =", b"name = ="),
    "outside": lambda inside: inside.update({"scheme/../evil.cypher": b"x"}),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HARMFUL))
def test_a_folder_inside_that_is_no_reading_text_is_refused(place: Path, tmp_path: Path, name: str) -> None:
    path = forged(file_of(place, "eve", "r-1"), tmp_path / "forged.zip", HARMFUL[name])  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match=r"is no (readable )?evidence file"):
        seewhy.verify(path)


LOOSER = {
    "_4_manager": ("WHERE z.role = 'manager' AND ON_DAY(z)", "WHERE ON_DAY(z)"),
}
"""Everybody views every record."""


def test_without_the_folder_every_question_is_refused_with_one_sentence(place: Path) -> None:
    with seewhy.connect(place / "departments") as graph:
        asked = {
            "check": lambda: graph.check("eve", "r-1", DAY),
            "why": lambda: graph.why("eve", "r-1", DAY, changes=True),
            "who": lambda: graph.who("r-1", DAY),
            "what": lambda: graph.what("eve", DAY),
            "person": lambda: graph.person("eve", DAY),
            "findings": lambda: graph.findings(DAY),
            "diff": lambda: graph.diff("2026-01-01", DAY),
            "whatif": lambda: graph.whatif({"end": {"people": [{"person_id": "eve"}]}}, DAY),
            "pairs": lambda: list(graph.pairs(DAY)),
            "evidence": lambda: graph.evidence("eve", "r-1", place / "never.zip", DAY),
        }
        told = {}
        for name, ask in asked.items():
            with pytest.raises(EngineUnavailable) as caught:
                ask()
            told[name] = (caught.value.message, caught.value.hint)
    expected = (
        "the graph was loaded with the scheme `departments`, which is not in use",
        "name its folder with `--schemes` or in `SEEWHY_SCHEMES`",
    )
    assert {name: one for name, one in told.items() if one != expected} == {}
    assert not (place / "never.zip").exists()
    engine = open_engine(str(place / "departments"), write=True)
    try:
        found = diagnose(engine)
    finally:
        engine.close()
    assert "which is not in use" in " ".join(found.problems)


def test_a_changed_folder_is_told_and_the_next_load_derives_anew(tmp_path: Path) -> None:
    """With nothing else changed in the input, the load is one, and answers are those of the new rules."""
    scheme, files = write_scheme("departments", tmp_path / "departments"), tmp_path / "files"
    write_organisation("departments", files)
    use(scheme)
    with seewhy.connect(tmp_path / "graph", write=True) as graph:
        assert graph.load(files, as_of=DAY).changed
        assert not graph.load(files, as_of=DAY).changed
        assert (graph.check("nowhere", "r-1", DAY).value, graph.provenance.schemes) == ("none", "")
    write_scheme("departments", scheme, **LOOSER)
    use(scheme)
    sentence = "the scheme has changed since the graph was loaded: `departments`; load again"
    with seewhy.connect(tmp_path / "graph", write=True) as graph:
        assert graph.provenance.schemes == sentence
        told = json.loads(json.dumps(graph.why("nowhere", "r-1", DAY).as_dict()))
        assert sentence in json.dumps(told)
        found = diagnose(graph.session.engine)
        assert sentence in " ".join((*found.notes, *found.problems))
        report = graph.load(files, as_of=DAY)
        assert (report.changed, report.load.id) == (True, "load-0002")
        people, cases = everybody("departments")
        seen = {person for person in people if graph.check(person, cases[0], DAY).value != "none"}
        assert (seen, graph.provenance.schemes) == ({*people} - {"gone"}, "")
        assert diagnose(graph.session.engine).problems == ()
        assert not graph.load(files, as_of=DAY).changed


def test_a_column_that_profile_newly_lists_is_derived_by_the_next_load(tmp_path: Path) -> None:
    """What the graph itself holds depends on the scheme: a relationship that the first version did not make."""
    scheme, files = tmp_path / "departments", write_organisation("departments", tmp_path / "files")
    write_scheme("departments", scheme, graph=('type = "OF_DEPARTMENT"', 'type = "FILED_UNDER"'), **{
        name: ("OF_DEPARTMENT", "FILED_UNDER") for name in ("_2_department_manager", "_3_same_department")
    })  # fmt: skip
    use(scheme)
    with seewhy.connect(tmp_path / "graph", write=True) as graph:
        graph.load(files, as_of=DAY)
        before = {p: graph.check(p, "r-1", DAY).value for p in everybody("departments")[0]}
    write_scheme("departments", scheme)
    use(scheme)
    with seewhy.connect(tmp_path / "graph", write=True) as graph:
        assert graph.load(files, as_of=DAY).changed
        after = {p: graph.check(p, "r-1", DAY).value for p in everybody("departments")[0]}
    assert after == before
    assert after["bo"] == "view"
