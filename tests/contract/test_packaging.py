"""What is shipped: the wheel, its metadata, the lock, the commands of the Makefile, the public names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
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
DATA = (".cypher", ".sql", ".csv", ".toml", ".yaml", ".js", ".css", ".svg", ".md", ".typed")


def build(kind: str, source: Path, folder: Path) -> Path:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)],
        cwd=source, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    [path] = [one for one in folder.iterdir() if one.is_file()]
    return path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_one_package(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in contents(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"seewhy"}


def test_the_source_distribution_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    # In it the links to the rooms are folders, which may be taken once and nowhere else.
    with tarfile.open(build("sdist", ROOT, tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    [source] = tmp_path.glob("seewhy-*")
    again = build("wheel", source, tmp_path / "wheel")
    assert contents(again) == contents(wheel)


LOOKALIKES = ("graph", "cypher", "loaders", "explorer")
IMPORT_ALL = (
    "import seewhy, seewhy.cli, seewhy.graph.session, seewhy.cypher.catalogue, seewhy.loaders.load, "
    "seewhy.explorer.urls; seewhy.connect; print(seewhy.__file__)"
)


@pytest.mark.parametrize("installed", ["wheel", "editable"])
def test_it_works_beside_files_that_are_called_as_the_rooms_are(installed: str, wheel: Path, tmp_path: Path) -> None:
    """Python looks into the folder of whoever imports first: a `graph.py` there is theirs, and none of our business."""
    here, site = tmp_path / "project", tmp_path / "site"
    here.mkdir()
    for name in LOOKALIKES:
        (here / f"{name}.py").write_text("raise SystemExit('a file of the user was imported')\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if installed == "wheel":
        zipfile.ZipFile(wheel).extractall(site)
        environment["PYTHONPATH"] = str(site)
    told = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], cwd=here, env=environment, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith(str(site if installed == "wheel" else ROOT))


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


def _locked(name: str) -> dict[str, str]:
    """Name to version in a lock; every line of it is a pin with hashes."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith("#"))
    pin = r"^([\w.\-]+)==([\w.!+]+)(?: ; [^\\\n]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n"
    pins = re.findall(pin, text, re.MULTILINE)
    assert "".join(hashes for _, _, hashes in pins).count("--hash") == text.count("--hash") > len(pins) > 0
    assert len(pins) == len(re.findall(r"^\S", text, re.MULTILINE)), f"{name}: a line without a hash"
    return {canonicalize_name(found): version for found, version, _ in pins}


def test_the_locks_name_every_dependency_in_a_version_that_is_allowed_with_its_hashes() -> None:
    run, dev = _locked("requirements.lock"), _locked("requirements-dev.lock")
    assert {name: dev.get(name) for name in run} == run, "what runs is what is tested: make lock"
    building = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    extras = [text for group in PROJECT["optional-dependencies"].values() for text in group]
    wrong = {
        text: pin or "is not in the lock"
        for lock, wanted in ((run, [*PROJECT["dependencies"], *building]), (dev, extras))
        for text in wanted
        if (pin := lock.get(canonicalize_name((need := Requirement(text)).name))) is None or pin not in need.specifier
    }
    assert not wrong, "make lock"
    assert len(run) > 50


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
    product = [*PROJECT["dependencies"], *extras["py2neo"], *extras["schemes"]]
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
