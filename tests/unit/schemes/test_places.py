"""Places that hold no scheme, one that cannot be used, or two of one name: one sentence, and nothing is written."""

from __future__ import annotations

import zipfile
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from seewhy.cypher.folders import shipped, using
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.schemes import places
from seewhy.graph.schemes.faults import SchemeRejected
from seewhy.graph.schemes.in_use import schemes
from seewhy.graph.schemes.places import LARGEST_PACK, folders_at, found_schemes
from tests.support.scheme_folders import begun, changed, departments
from tests.unit.cli.conftest import Run


def test_places_that_cannot_be_used(run: Run, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    begun(tmp_path / "a")
    begun(tmp_path / "b")
    portal = begun(tmp_path, "mine")
    changed(portal, "scheme.toml", 'name = "mine"', 'name = "portal"')
    (tmp_path / "text.zip").write_text("hello", "utf-8")
    (tmp_path / "long.zip").write_bytes(b"")
    with (tmp_path / "long.zip").open("r+b") as file:
        file.truncate(LARGEST_PACK + 1)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("desk/scheme.toml", 'name = "desk"\n')
        pack.writestr("desk/README.md", b"\0" * (LARGEST_PACK + 1))
    with zipfile.ZipFile(tmp_path / "nothing.zip", "w") as pack:
        pack.writestr("scheme.toml", 'name = "desk"\n')
    assert run("scheme", "pack", "a/desk", "-o", "good.zip").code == 0
    whole = (tmp_path / "good.zip").read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    for number, word in enumerate((b"MATCH", b"title =", b"question")):
        at = whole.index(word)
        (tmp_path / f"bit{number}.zip").write_bytes(whole[:at] + b"X" + whole[at + 1 :])
    wrong = []
    for named, told in (
        (["mine"], "the scheme in `mine` is called `portal`, as a built-in one is"),
        (["a", "b"], "two schemes are called `desk`: `a/desk` and `b/desk`"),
        (["none"], "`none` holds no scheme"),
        (["gone"], "there is no scheme folder `gone`"),
        (["text.zip"], "`text.zip` is no packed scheme"),
        (["half.zip"], "`half.zip` is no packed scheme"),
        (["nothing.zip"], "`nothing.zip` holds 0 schemes"),
        (["long.zip"], "`long.zip` is larger than 16,777,216 bytes"),
        (["bomb.zip"], "`bomb.zip` is larger than 16,777,216 bytes"),
        *(([f"bit{number}.zip"], f"`bit{number}.zip` is no packed scheme") for number in range(3)),
    ):
        words = [word for place in named for word in ("--schemes", place)]
        ran = run("load", "in", "--graph", "graph", *words)
        if (ran.code, ran.out) != (2, "") or ran.err.splitlines()[0] != f"seewhy: {told}":
            wrong.append((named, ran))
    assert wrong == []
    assert not (tmp_path / "graph").exists()


def test_of_one_name_in_the_environment_the_first_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = begun(tmp_path / "a"), begun(tmp_path / "b")
    monkeypatch.setenv("SEEWHY_SCHEMES", f"{one}:{two}")
    assert found_schemes()["desk"].origin == str(one)
    assert found_schemes([two])["desk"].origin == str(two), "what the command names comes before the environment"


def test_two_schemes_that_mean_something_else_by_one_table_do_not_go_together(tmp_path: Path) -> None:
    one, two = departments(tmp_path), departments(tmp_path / "other")
    changed(two, "scheme.toml", 'name = "departments"', 'name = "others"')
    (two / "findings" / "case_without_department.cypher").unlink()
    both = [folder for place in (one, two) for folder in folders_at(place)]
    with using([*shipped().values(), *both]):
        assert {"departments", "others"} <= set(schemes())
    changed(two, "tables/departments.toml", 'name = "name", type = "text"', 'name = "name", type = "id"')
    with (
        using([*shipped().values(), *both]),
        pytest.raises(SchemeRejected, match="`departments` means something else"),
    ):
        schemes()


def test_an_unknown_scheme_in_systems_names_the_nearest(run: Run, tmp_path: Path) -> None:
    folder = begun(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "systems.csv").write_text("system_id,scheme\ns,dsk\n", "utf-8")
    (tmp_path / "in" / "people.csv").write_text("person_id,name\nana,Ana\n", "utf-8")
    ran = run("load", "in", "--graph", "graph", "--schemes", folder)
    assert ran.code == 2
    assert "systems.csv:2 scheme: " in ran.err
    assert "`desk`" in ran.err
    assert not (tmp_path / "graph").exists()


def test_a_package_that_cannot_be_imported_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "raising_package"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('no')\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for value in ("raising_package", "package_that_is_not_there"):
        point = EntryPoint("tool", value, places.GROUP)
        monkeypatch.setattr(places, "_points", lambda point=point: (point,))
        with pytest.raises(ConfigurationError, match="the package of the scheme `tool`"):
            found_schemes()
