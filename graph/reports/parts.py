"""Parts of the report `access`: each decides a slice of the people, in a process of its own, on any machine.

The people of the graph (the pseudonyms, where they are asked for) are put in order of their ids and cut into N runs of
equal length, give or take one: part K of N is the K-th run; all parts one after another are the whole, row for row. A
part decides nobody else. What it has in common with the others, the index of the cases and the halves of the rungs,
every process reads for itself.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import file_digest
from itertools import islice
from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from seewhy.graph.loads import Load

_ENDING = ".manifest.json"
_NAMED = 20
"""Missing parts that are named; more are counted."""
_GIVEN = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")
_TEXTS = ("report", "as_of", "file", "sha256", "load", "load_digest")
_SAME = (
    *("report", "action", "as_of", "columns", "pseudonyms", "load", "load_digest", "loaded_as_of", "rule_version"),
    "product",
)
"""What all parts of one whole say alike, besides the number of parts, of people, and when the load was made."""


@dataclass(frozen=True, slots=True)
class Part:
    """Part `number` of `of`, counted from 1."""

    number: int
    of: int

    @classmethod
    def read(cls, text: str) -> Part:
        """`3/8`; ConfigurationError where that is no part."""
        found = _GIVEN.fullmatch(text.strip())
        number, of = map(int, found.groups()) if found else (0, 0)
        if 1 <= number <= of:
            return cls(number, of)
        if found and number > of > 0:
            hint = f"the last of {of:,} is {of}/{of}"
        elif found:
            hint = "there is at least one part, and the first one is number 1"
        else:
            hint = "for example 3/8, the third of eight"
        raise ConfigurationError(f"`{text}` is no value of `--part`", hint)

    def among(self, people: Sequence[str]) -> Sequence[str]:
        """The people of this part, of all people in order."""
        begin, end = (len(people) * place // self.of for place in (self.number - 1, self.number))
        return people[begin:end]

    def as_dict(self, load: Load, people: Sequence[str]) -> dict[str, Any]:
        """How the manifest names it: number, of, people (how many this part decides, and how many there are in all),
        the first and the last of them, and when the load was made, which tells loads of one id apart."""
        mine = self.among(people)
        ends = {"first": mine[0], "last": mine[-1]} if mine else {}
        counts = {"people": len(mine), "people_in_all": len(people)}
        return {"number": self.number, "of": self.of, **counts, **ends, "load_finished": load.finished}


@dataclass(frozen=True, slots=True)
class PartsFound:
    """What the manifests of some parts say together: `problems` is empty when they are one whole."""

    manifests: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows of all of them."""
        return sum(int(one["rows"]) for one in self.manifests)

    def as_dict(self) -> dict[str, Any]:
        """Keys complete, parts, rows, problems, and of the first part what all have in common."""
        first = self.manifests[0] if self.manifests else {}
        said = {name: first[name] for name in _SAME if name in first}
        return {
            "complete": not self.problems, "parts": len(self.manifests), "rows": self.rows,
            **said, "problems": self.problems,
        }  # fmt: skip


def refuse_strangers(output: Path, part: Part, said: dict[str, Any]) -> None:
    """Raise ConfigurationError when a part of the same whole stands in the folder of `output` and was made from another
    load; `said` is what this part's manifest will say. What is no manifest of a part is not looked at."""
    for manifest in _manifests(output.parent):
        theirs = manifest["part"]
        alike = all(manifest.get(name) == said.get(name) for name in ("report", "action", "as_of", "pseudonyms"))
        if theirs["of"] != part.of or theirs["number"] == part.number or not alike:
            continue
        if _load(manifest) != _load(said):
            raise ConfigurationError(
                f"`{manifest['file']}`, part {theirs['number']} of {part.of}, was made from {_told(manifest)}, and the "
                f"graph answers from {_told(said)}",
                "write all parts from one load, in a folder of their own; --overwrite does not look at the others",
            )


def check_parts(files: Iterable[Path]) -> PartsFound:
    """Whether some files of parts are one whole: every part once, all of one question and one load, and each file the
    one that its manifest tells of. ConfigurationError for a file without a manifest of a part."""
    found, paths = PartsFound(), list(files)
    for path in paths:
        manifest = _manifest(path.with_name(path.name + _ENDING))
        if manifest is None:
            raise ConfigurationError(
                f"`{path}` has no manifest of a part beside it", "`seewhy export access --part 1/8` writes both"
            )
        found.manifests.append(manifest)
        if not path.is_file():
            found.problems.append(f"`{path.name}` is not there, only its manifest")
        else:
            with path.open("rb") as file:
                if file_digest(file, "sha256").hexdigest() != manifest["sha256"]:
                    found.problems.append(f"`{path.name}` is not the file that its manifest tells of")
    found.problems.extend(_mixed(found.manifests))
    numbers = Counter(one["part"]["number"] for one in found.manifests)
    of = max((one["part"]["of"] for one in found.manifests), default=0)
    if missing := of - sum(1 <= number <= of for number in numbers):
        first = islice((n for n in range(1, of + 1) if n not in numbers), _NAMED)
        more = f" and {missing - _NAMED:,} more" if missing > _NAMED else ""
        found.problems.append(f"of {of:,} parts these are missing: {', '.join(map(str, first))}{more}")
    found.problems.extend(f"part {n} is there {times} times" for n, times in sorted(numbers.items()) if times > 1)
    return found


def parts_in(folder: Path) -> list[Path]:
    """The files in a folder whose manifest says that they are a part, by their number."""
    found = sorted(_manifests(folder), key=lambda one: (one["part"]["number"], one["file"]))
    return [folder / manifest["file"] for manifest in found]


def _mixed(manifests: Sequence[dict[str, Any]]) -> list[str]:
    """Where the parts do not say the same, with the files that say each."""
    problems = []
    for name in (*_SAME, *(f"part.{key}" for key in ("of", "people_in_all", "load_finished"))):
        key = name.removeprefix("part.")
        said: dict[str, list[str]] = defaultdict(list)
        for manifest in manifests:
            value = (manifest if key == name else manifest["part"]).get(key)
            said[json.dumps(value, ensure_ascii=False, sort_keys=True)].append(manifest["file"])
        if len(said) > 1:
            each = "; ".join(
                f"{value} in {', '.join(f'`{file}`' for file in files[:3])}"
                + (f" and {len(files) - 3:,} more" if len(files) > 3 else "")
                for value, files in said.items()
            )
            problems.append(f"`{name}` is not the same in all parts: {each}")
    return problems


def _manifests(folder: Path) -> list[dict[str, Any]]:
    found = (_manifest(path) for path in sorted(folder.glob(f"*{_ENDING}")))
    return [manifest for manifest in found if manifest is not None]


def _manifest(path: Path) -> dict[str, Any] | None:
    """The manifest of a part; None for anything else."""
    try:
        manifest = json.loads(path.read_text("utf-8"))
        part = manifest["part"]
        numbers = all(type(part[key]) is int for key in ("number", "of", "people_in_all"))
        texts = all(isinstance(manifest[key], str) for key in _TEXTS)
        whole = numbers and texts and type(manifest["rows"]) is int and isinstance(part["load_finished"], str)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return manifest if whole and manifest["file"] == path.name.removesuffix(_ENDING) else None


def _load(manifest: dict[str, Any]) -> tuple[Any, ...]:
    return (*(manifest.get(key) for key in ("load", "load_digest", "loaded_as_of")), manifest["part"]["load_finished"])


def _told(manifest: dict[str, Any]) -> str:
    return f"{manifest['load']} of {manifest['part']['load_finished']} ({manifest['load_digest'][:12]})"
