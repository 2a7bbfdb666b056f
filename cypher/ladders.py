"""The ladders as data: which rungs a scheme has, in which order, and what number each claim carries.

A claim is an integer: scheme x 10000 + place x 100 + strength x 10 + value (0 none, 1 view, 2 edit). Higher decides, so
`max(rank)` is the decision. Nobody writes a rank by hand: the place comes from the file name (`4_memberships`), the
strength from the order in the header's `says`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from seewhy.cypher.header import RUNG_KEYS, QueryFile, QueryFileError, read
from seewhy.cypher.lint import check_block
from seewhy.cypher.rungs import VALUES, Rung, rung_of

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from seewhy.cypher.header import Block

SCHEMES = ("positions", "memberships", "portal", "privileges")
INACTIVE, NO_CASE = 99_990, 99_980
"""Ranks of the gate, above every ladder."""
_ABOUT = ("profile", "case")
_DEFINED = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Ladder:
    """One scheme: its steps from the top, its rungs, what decides when there is no claim, and its
    upgrades (by what they do)."""

    scheme: str
    steps: tuple[str, ...]
    rungs: tuple[Rung, ...]
    otherwise: tuple[str, str]
    rules: dict[str, tuple[str, ...]]
    docs: dict[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    upgrades: dict[str, Rung] = field(default_factory=dict)
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
    if len(says) > 1 and "value" not in block.head:
        raise QueryFileError(
            file.file, block.line, "several values in `says` need `value`, the expression that tells which"
        )
    return {word: base + (len(says) - 1 - n) * 10 + VALUES.index(word) for n, word in enumerate(says)}


def _rung(file: QueryFile, number: int, block: Block, scheme: str, step: str, base: int) -> Rung:
    if block.head.get("on") not in _ABOUT:
        raise QueryFileError(
            file.file, block.line, f"`on` is one of {', '.join(_ABOUT)}; got `{block.head.get('on', '')}`"
        )
    check_block(file.file, block)
    return rung_of(file.file, block, scheme, step, _ranks(file, block, base), file.doc, number)


def _condition(file: QueryFile, scheme: str, step: str, ranks: dict[str, int]) -> Rung:
    """A gate or an upgrade: one MATCH with a WHERE about a person or a case."""
    if len(file.blocks) != 1 or not re.match(r"MATCH .*\nWHERE ", file.blocks[0].body):
        raise QueryFileError(file.file, 1, "a gate or an upgrade is one MATCH with a WHERE on its own line")
    check_block(file.file, file.blocks[0])
    return Rung(scheme, step, file.blocks[0], ranks, file.file, file.doc)


def _with_definitions(file: QueryFile, known: dict[str, str]) -> QueryFile:
    """`{name}` in a header value stands for the expression of the file that says `define: name`."""

    def expression(match: re.Match[str]) -> str:
        if match[1] not in known:
            raise QueryFileError(file.file, 1, f"no file of the scheme says `define: {match[1]}`")
        return f"({known[match[1]]})"

    blocks = [
        replace(block, head={key: _DEFINED.sub(expression, value) for key, value in block.head.items()})
        for block in file.blocks
    ]
    return replace(file, blocks=tuple(blocks))


def read_ladder(scheme: str, folder: Traversable) -> Ladder:
    """Read one scheme's folder; a wrong file raises QueryFileError."""
    steps: list[str] = []
    rungs: list[Rung] = []
    rules: dict[str, tuple[str, ...]] = {}
    docs: dict[str, str] = {}
    texts: dict[str, str] = {}
    upgrades: dict[str, Rung] = {}
    paths: dict[str, str] = {}
    last: tuple[str, str] | None = None
    base = (SCHEMES.index(scheme) + 1) * 10_000
    written = _files(folder)
    known = {file.head["define"]: " ".join(file.blocks[0].body.split()) for file in written if "define" in file.head}
    for file in (_with_definitions(file, known) for file in written if "define" not in file.head):
        name = file.name.rsplit("/", 1)[1]
        if "upgrade" in file.head:
            upgrades[file.head["upgrade"]] = _condition(file, scheme, name, {})
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
        place = base + (90 - len(steps) + 1) * 100
        rungs += [_rung(file, number, block, scheme, step, place) for number, block in enumerate(file.blocks)]
        if "otherwise" in file.head:
            last = (step, file.head["otherwise"])
    if last is None:
        raise QueryFileError(f"schemes/{scheme}", 1, "the last rung needs `otherwise`")
    return Ladder(scheme, tuple(steps), tuple(rungs), last, rules, docs, texts, upgrades, paths)


@cache
def ladders() -> dict[str, Ladder]:
    """All four ladders, read once from the package."""
    root = files("seewhy.cypher") / "schemes"
    return {scheme: read_ladder(scheme, root / scheme) for scheme in SCHEMES}


@cache
def gate() -> dict[str, Rung]:
    """The two claims before every ladder, by step."""
    ranks = {"inactive": INACTIVE, "no_case": NO_CASE}
    return {
        (step := file.head["step"]): _condition(file, "", step, {"none": ranks[step]})
        for file in _files(files("seewhy.cypher") / "schemes" / "common")
    }


def file_of(scheme: str, step: str) -> str:
    """The file that decides at a step, the gate's two included, by its path in the repository."""
    gates = gate()
    return f"cypher/{gates[step].file if step in gates else ladders()[scheme].files[step]}"
