"""Reading the query files of one scheme folder into a ladder; what is wrong is told all at once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from seewhy.cypher.header import RUNG_KEYS, QueryFile, QueryFileError, QueryFileErrors, read
from seewhy.cypher.ladder import HIGHEST_PLACE, Ladder
from seewhy.cypher.lint import check_block
from seewhy.cypher.rungs import GRANTED, VALUES, Rung, rung_of

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from seewhy.cypher.header import Block

_ABOUT = ("profile", "case")
_DEFINED = re.compile(r"\{(\w+)\}")
_NAME = re.compile(r"(\d+)_(\w+)")


def read_all(folder: Traversable, label: str, faults: list[QueryFileError]) -> list[QueryFile]:
    """The query files of a folder in the order of their places; what cannot be read is a fault."""
    found = []
    for file in folder.iterdir():
        if file.name.endswith(".cypher"):
            try:
                found.append(read(f"{label}/{file.name}", text_of(file, label), RUNG_KEYS))
            except QueryFileError as fault:
                faults.append(fault)

    def place(file: QueryFile) -> tuple[int, str]:
        name = _NAME.fullmatch(_stem(file))
        return (int(name[1]) if name else 0), file.name

    return sorted(found, key=place)


def text_of(file: Traversable, label: str) -> str:
    """The text of a file of a scheme folder; QueryFileError for what is no UTF-8, or no file that can be read."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise QueryFileError(f"{label}/{file.name}", 1, "the file is no UTF-8") from None
    except OSError:
        raise QueryFileError(f"{label}/{file.name}", 1, "the file cannot be read") from None


def _stem(file: QueryFile) -> str:
    return file.name.rsplit("/", 1)[1]


def _ranks(file: QueryFile, block: Block, base: int) -> dict[str, int]:
    says, known = block.names("says"), GRANTED if "grants" in block.head else VALUES
    unknown = [word for word in says if word not in known]
    if not says or unknown:
        raise QueryFileError(
            file.file,
            block.line,
            f"`says` lists {', '.join(known)}, strongest first; got `{block.head.get('says', '')}`",
        )
    if len(says) > 1 and "value" not in block.head:
        raise QueryFileError(
            file.file, block.line, "several values in `says` need `value`, the expression that tells which"
        )
    return {word: base + (len(says) - 1 - n) * 10 + known.index(word) for n, word in enumerate(says)}


def _rung(file: QueryFile, number: int, block: Block, scheme: str, step: str, base: int) -> Rung:
    if block.head.get("on") not in _ABOUT:
        raise QueryFileError(
            file.file, block.line, f"`on` is one of {', '.join(_ABOUT)}; got `{block.head.get('on', '')}`"
        )
    check_block(file.file, block)
    return rung_of(file.file, block, scheme, step, _ranks(file, block, base), file.doc, number)


def condition_of(file: QueryFile, scheme: str, step: str, ranks: dict[str, int]) -> Rung:
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


class _Reading:
    """Reads the files of one folder into a ladder; faults are gathered, so that all are told at once."""

    def __init__(self, scheme: str, folder: Traversable, label: str) -> None:
        self.scheme, self.label = scheme, label
        self.faults: list[QueryFileError] = []
        self.steps: list[str] = []
        self.rungs: list[Rung] = []
        self.upgrades: dict[str, Rung] = {}
        self.rules: dict[str, tuple[str, ...]] = {}
        self.docs: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.files: dict[str, str] = {}
        self.last: tuple[str, str] | None = None
        written = read_all(folder, label, self.faults)
        known = {
            file.head["define"]: " ".join(file.blocks[0].body.split())
            for file in written
            if "define" in file.head and file.blocks
        }
        for file in written:
            if "define" not in file.head:
                try:
                    self._take(_with_definitions(file, known))
                except QueryFileError as fault:
                    self.faults.append(fault)

    def _take(self, file: QueryFile) -> None:
        name = _stem(file)
        if "upgrade" in file.head:
            self.upgrades[file.head["upgrade"]] = condition_of(file, self.scheme, name, {})
            return
        step = file.head.get("step", "")
        written = _NAME.fullmatch(name)
        if not step or not written or written[2] != step:
            raise QueryFileError(file.file, 1, f"the file is called PLACE_STEP, its step says `{step}`")
        if step in self.steps:
            raise QueryFileError(file.file, 1, f"the step `{step}` stands twice")
        if self.last:
            raise QueryFileError(file.file, 1, f"`{self.last[0]}` says `otherwise`, so no rung may stand below it")
        if len(self.steps) > HIGHEST_PLACE:
            raise QueryFileError(file.file, 1, f"a ladder has at most {HIGHEST_PLACE + 1} steps")
        self.steps.append(step)
        self.rules[step] = tuple(part.strip() for part in file.head.get("rules", "").split(",") if part.strip())
        self.docs[step] = file.doc
        self.files[step] = file.file
        self.texts[step] = "\n\n".join(block.body for block in file.blocks)
        if "otherwise" in file.head:
            self.last = (step, file.head["otherwise"])
            if self.last[1] not in VALUES:
                raise QueryFileError(file.file, 1, f"`otherwise` is one of {', '.join(VALUES)}; got `{self.last[1]}`")
        base = (HIGHEST_PLACE - len(self.steps) + 1) * 100
        for number, block in enumerate(file.blocks):
            try:
                self.rungs.append(_rung(file, number, block, self.scheme, step, base))
            except QueryFileError as fault:
                self.faults.append(fault)

    def ladder(self) -> Ladder:
        if self.last is None and not self.faults:
            self.faults.append(QueryFileError(self.label, 1, "the last rung needs `otherwise`"))
        if self.faults:
            raise QueryFileErrors(self.faults)
        assert self.last
        granting = tuple(rung for rung in self.rungs if "grants" in rung.block.head)
        valued = tuple(rung for rung in self.rungs if "grants" not in rung.block.head)
        return Ladder(
            self.scheme, tuple(self.steps), valued, self.last, self.rules, self.docs, self.texts, self.upgrades,
            self.files, granting=granting,
        )  # fmt: skip


def read_ladder(scheme: str, folder: Traversable, label: str = "") -> Ladder:
    """Read one scheme's folder; wrong files raise QueryFileErrors, which names every fault.

    `label` is what its files are called by (default: `cypher/schemes/SCHEME`).
    """
    return _Reading(scheme, folder, label or f"cypher/schemes/{scheme}").ladder()
