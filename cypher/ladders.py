"""The ladders as data: which rungs a scheme has, in which order, and what number each claim carries.

A claim is an integer: scheme x 10000 + place x 100 + strength x 10 + value (0 none, 1 view, 2 edit). Higher decides, so
`max(rank)` is the decision. Nobody writes a rank by hand: the place comes from the file name (`4_memberships`), the
strength from the order in the header's `says`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from seewhy.cypher.header import RUNG_KEYS, Block, QueryFile, QueryFileError, read
from seewhy.cypher.lint import check_block

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SCHEMES = ("positions", "memberships", "portal", "privileges")
VALUES = ("none", "view", "edit")
INACTIVE, NO_CASE = 99_990, 99_980
"""Ranks of the gate, above every ladder."""
_ABOUT = ("profile", "case", "person", "file")


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to meet one step: a block of a rung file with its ranks (value word to rank, strongest first)."""

    scheme: str
    step: str
    block: Block
    ranks: dict[str, int]
    file: str
    doc: str
    number: int = 0

    @property
    def about(self) -> str:
        """`profile`, `case`, `person` or `file`: what one claim is about."""
        return self.block.head["on"]

    @property
    def guard(self) -> str:
        """`yes` (applied once behind the maximum), `implied` (lists need nothing), or blank."""
        return self.block.head.get("guard", "")

    @property
    def rank(self) -> int:
        """The rank of the strongest word."""
        return max(self.ranks.values())

    def rank_text(self) -> str:
        """Cypher for the rank of a claim: a number, or a CASE over the header's `word`."""
        if len(self.ranks) == 1:
            return str(self.rank)
        *most, (_, last) = self.ranks.items()
        whens = " ".join(f"WHEN '{word}' THEN {rank}" for word, rank in most)
        return f"CASE {self.block.head['word']} {whens} ELSE {last} END"

    def now_text(self) -> str:
        """Cypher for what the claim is worth under the position in use (2 edit, 1 view, 0 none); null elsewhere."""
        word = self.block.head.get("now")
        return f"CASE {word} WHEN 'edit' THEN 2 WHEN 'view' THEN 1 ELSE 0 END" if word else "null"


@dataclass(frozen=True, slots=True)
class Ladder:
    """One scheme: its steps from the top, its rungs, what decides when there is no claim, and its lifts."""

    scheme: str
    steps: tuple[str, ...]
    rungs: tuple[Rung, ...]
    otherwise: tuple[str, str]
    rules: dict[str, tuple[str, ...]]
    docs: dict[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    lifts: dict[str, Rung] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """The scheme's share of the rank, 1 to 4."""
        return SCHEMES.index(self.scheme) + 1

    def place(self, step: str) -> int:
        """The step's share of the rank: higher stands nearer the top."""
        return 90 - self.steps.index(step)

    def step_of(self, rank: int) -> str:
        """The step that a rank names."""
        if rank == INACTIVE:
            return "inactive"
        if rank == NO_CASE:
            return "no_case"
        return self.steps[90 - rank // 100 % 100]


def value_of(rank: int) -> str:
    """The value that a rank names."""
    return VALUES[rank % 10]


def _files(folder: Traversable) -> list[QueryFile]:
    names = sorted((f for f in folder.iterdir() if f.name.endswith(".cypher")), key=lambda f: f.name)
    return [read(f"schemes/{folder.name}/{f.name}", f.read_text("utf-8"), RUNG_KEYS) for f in names]


def _ranks(file: QueryFile, block: Block, base: int) -> dict[str, int]:
    says = block.names("says")
    unknown = [word for word in says if word not in VALUES]
    if not says or unknown:
        raise QueryFileError(
            file.file,
            block.line,
            f"`says` lists {', '.join(VALUES)}, strongest first; got `{block.head.get('says', '')}`",
        )
    if len(says) > 1 and "word" not in block.head:
        raise QueryFileError(
            file.file, block.line, "several values in `says` need `word`, the expression that tells which"
        )
    return {word: base + (len(says) - 1 - n) * 10 + VALUES.index(word) for n, word in enumerate(says)}


def _rungs(file: QueryFile, scheme: str, step: str, base: int) -> list[Rung]:
    out = []
    for number, block in enumerate(file.blocks):
        if block.head.get("on") not in _ABOUT:
            raise QueryFileError(
                file.file, block.line, f"`on` is one of {', '.join(_ABOUT)}; got `{block.head.get('on', '')}`"
            )
        if not block.body.startswith("MATCH"):
            raise QueryFileError(file.file, block.line, "a rung begins with MATCH")
        check_block(file.file, block)
        out.append(
            Rung(
                scheme,
                step,
                block,
                _ranks(file, block, base) if "lift" not in block.head else {},
                file.file,
                file.doc,
                number,
            )
        )
    return out


def read_ladder(scheme: str, folder: Traversable) -> Ladder:
    """Read one scheme's folder; a wrong file raises QueryFileError."""
    steps: list[str] = []
    rungs: list[Rung] = []
    rules: dict[str, tuple[str, ...]] = {}
    docs: dict[str, str] = {}
    texts: dict[str, str] = {}
    lifts: dict[str, Rung] = {}
    paths: dict[str, str] = {}
    last: tuple[str, str] | None = None
    base = (SCHEMES.index(scheme) + 1) * 10_000
    for file in _files(folder):
        name = file.name.rsplit("/", 1)[1]
        if "lift" in file.head:
            lifts[file.head["lift"]] = _rungs(file, scheme, name, 0)[0]
            continue
        step = file.head.get("step", "")
        if not re.fullmatch(rf"\d+_{step}", name) or not step:
            raise QueryFileError(file.file, 1, f"the file is called PLACE_STEP, its step says `{step}`")
        if last:
            raise QueryFileError(file.file, 1, f"`{last[0]}` says `otherwise`, so no rung may stand below it")
        steps.append(step)
        rules[step] = tuple(part.strip() for part in file.head.get("rules", "").split(",") if part.strip())
        docs[step] = file.doc
        paths[step] = file.file
        texts[step] = "\n\n".join(block.body for block in file.blocks)
        rungs += _rungs(file, scheme, step, base + (90 - len(steps) + 1) * 100)
        if "otherwise" in file.head:
            last = (step, file.head["otherwise"])
    if last is None:
        raise QueryFileError(f"schemes/{scheme}", 1, "the last rung needs `otherwise`")
    return Ladder(scheme, tuple(steps), tuple(rungs), last, rules, docs, texts, lifts, paths)


@cache
def ladders() -> dict[str, Ladder]:
    """All four ladders, read once from the package."""
    root = files("seewhy.cypher") / "schemes"
    return {scheme: read_ladder(scheme, root / scheme) for scheme in SCHEMES}


@cache
def gate() -> dict[str, Rung]:
    """The two claims before every ladder, by step."""
    found = {}
    for file in _files(files("seewhy.cypher") / "schemes" / "common"):
        (rung,) = _rungs(file, "", file.head["step"], 0)
        found[rung.step] = rung
    return found


def file_of(scheme: str, step: str) -> str:
    """The file that decides at a step, the gate's two included, by its path in the repository."""
    gates = gate()
    return f"cypher/{gates[step].file if step in gates else ladders()[scheme].files[step]}"
