"""What is shipped: the wheel, its metadata, the lock, the commands of the Makefile, the public names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import types
import zipfile
from email.parser import Parser
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import seewhy
from tests.contract.repository import FOLDERS, PACKAGES, ROOT, imported, python_files, shown

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_NOT_OURS = {"annotations", "Any", "TYPE_CHECKING"}
DATA = (".cypher", ".csv", ".toml", ".yaml", ".js", ".css", ".svg", ".md", ".typed")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    [path] = folder.glob("*.whl")
    return path


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    ours = {
        ("" if package == "seewhy" else "seewhy/") + path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in (".py", *DATA) and "__pycache__" not in path.parts
    }
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert {"seewhy/py.typed", "seewhy/graph/py.typed", "seewhy/cypher/py.typed"} <= ours
    assert any(name.endswith(".cypher") for name in ours)
    assert inside == ours, "missing or of a kind that is not shipped"


def test_the_metadata_of_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        told = {
            name.rsplit("/", 1)[1]: archive.read(name).decode() for name in archive.namelist() if ".dist-info/" in name
        }
    metadata = Parser().parsestr(told["METADATA"])
    assert (metadata["Name"], metadata["Version"]) == ("seewhy", PROJECT["version"])
    assert "seewhy = seewhy.cli:main" in told["entry_points.txt"]
    needs = {
        Requirement(text).name: str(Requirement(text).specifier) for text in metadata.get_all("Requires-Dist") or ()
    }
    assert (needs["kglite"], needs["streamlit"], needs["pyvis"]) == ("==0.21.2", "==1.67.0", "==0.3.2")
    assert "MIT License" in told["LICENSE"]


SHOW_HELP = "import seewhy, seewhy.cli, seewhy.cypher.catalogue; print(seewhy.__file__); seewhy.cli.main()"


def test_the_wheel_works_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(installed)
    told = subprocess.run(
        [sys.executable, "-c", SHOW_HELP, "--help"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(installed)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith(str(installed))
    assert "why" in told.stdout


def test_the_version_is_told_once() -> None:
    repeated = [
        shown(path) for path in python_files(*PACKAGES) if f'"{PROJECT["version"]}"' in path.read_text(encoding="utf-8")
    ]
    assert not repeated
    assert version("seewhy") == PROJECT["version"], "the environment is older than pyproject.toml: make clean test"


def test_the_lock_names_every_dependency_in_a_version_that_is_allowed() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.\-]+==[\w.!+]+", line) for line in pins), "only `name==version`"
    locked = {canonicalize_name(name): pin for name, pin in (line.split("==") for line in pins)}
    wanted = [
        *PROJECT["dependencies"],
        *(text for group in PROJECT["optional-dependencies"].values() for text in group),
    ]
    assert len(wanted) > 20
    for text in wanted:
        need = Requirement(text)
        pin = locked.get(canonicalize_name(need.name))
        assert pin is not None, f"{need.name} is not in the lock: make lock"
        assert need.specifier.contains(pin), f"{text} but {pin} in the lock: make lock"


def _undeclared(declared: list[str], *folders: str) -> dict[str, set[str]]:
    """The files below the folders that import a library which none of the requirements installs."""
    named = {canonicalize_name(Requirement(text).name) for text in declared}
    providers = packages_distributions()
    found = {}
    for path in python_files(*folders):
        libraries = imported(path) - sys.stdlib_module_names - set(FOLDERS)
        if lacking := {name for name in libraries if not named & set(map(canonicalize_name, providers.get(name, [])))}:
            found[shown(path)] = lacking
    return found


def test_the_packages_import_only_what_is_declared() -> None:
    extras = PROJECT["optional-dependencies"]
    product = [*PROJECT["dependencies"], *extras["py2neo"]]
    assert not _undeclared(product, *PACKAGES)
    # The peers that are measured beside SeeWhy live in an environment of their own (benchmarks/peers).
    undeclared = _undeclared([*product, *extras["dev"]], "tests", "benchmarks", "docs")
    assert not {file: names for file, names in undeclared.items() if not file.startswith("benchmarks/peers/")}
    assert "graph/settings.py" in _undeclared([], "graph")


def test_every_command_of_the_makefile_is_explained() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line.split()[1] for line in shown.splitlines() if line.startswith("make ")] == phony.split()


def test_public_names_are_complete_and_sorted() -> None:
    public = {
        name
        for name, value in vars(seewhy).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType) and name not in _NOT_OURS
    }
    listed = [name for name in seewhy.__all__ if name != "__version__"]
    assert public <= set(listed)
    assert all(hasattr(seewhy, name) for name in listed), "some are imported when first used"
    assert listed == sorted(listed)


@pytest.mark.parametrize("name", [name for name in getattr(seewhy, "__all__", ()) if name != "__version__"])
def test_a_public_name_is_explained(name: str) -> None:
    value = getattr(seewhy, name)
    if callable(value):
        assert (value.__doc__ or "").strip()
