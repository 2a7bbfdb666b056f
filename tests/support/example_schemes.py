"""The example schemes of the repository, each with the organisation of its story as input files."""

from __future__ import annotations

from pathlib import Path

import yaml

from seewhy.graph.schemes.places import use_schemes

EXAMPLES = Path(__file__).parents[2] / "examples" / "schemes"
NAMES = ("departments", "repositories")
DAY = "2026-03-01"
"""The day of both stories."""


def story_of(name: str) -> dict[str, object]:
    """The one story of an example."""
    (path,) = (EXAMPLES / name / "stories").glob("*.yaml")
    story: dict[str, object] = yaml.safe_load(path.read_text("utf-8"))
    return story


def given_of(name: str) -> dict[str, str]:
    """The files of an example's organisation: CSV text by stem."""
    given = story_of(name)["given"]
    assert isinstance(given, dict)
    return {stem: str(text) for stem, text in given.items()}


def write_organisation(name: str, folder: Path, **other: str) -> Path:
    """That organisation as a folder of CSV files; `other` are files that differ from the story."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, text in {**given_of(name), **other}.items():
        (folder / f"{stem}.csv").write_text(text, "utf-8")
    return folder


def write_scheme(name: str, folder: Path, **changed: tuple[str, str]) -> Path:
    """A copy of an example, with `file="old text", "new text"` replaced; in file names `__` stands for `/`, and the
    ending is left out."""
    for source in (EXAMPLES / name).rglob("*"):
        if source.is_file():
            target = folder / source.relative_to(EXAMPLES / name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    files = {one.relative_to(folder).with_suffix("").as_posix(): one for one in folder.rglob("*") if one.is_file()}
    for stem, (old, new) in changed.items():
        path = files[stem.replace("__", "/").lstrip("_")]
        text = path.read_text("utf-8")
        assert old in text, f"{path} has no {old!r}"
        path.write_text(text.replace(old, new), "utf-8")
    return folder


def use(*folders: Path | str) -> None:
    """Use these schemes besides the built-in ones until the test ends; names are those of examples."""
    use_schemes([EXAMPLES / one if isinstance(one, str) else one for one in folders])


def everybody(name: str) -> tuple[list[str], list[str]]:
    """The ids of the people and of the cases of an example's organisation."""
    given = given_of(name)
    people, cases = ([line.split(",")[0] for line in given[stem].split()[1:]] for stem in ("people", "cases"))
    return people, cases
