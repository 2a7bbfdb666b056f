"""The ladders as data: which rungs a scheme has, in which order, and what number each claim carries.

A claim is an integer: place x 100 + strength x 10 + value (0 none, 1 view or the action asked about, 2 edit). Higher
decides, so `max(rank)` is the decision. Nobody writes a rank by hand: the place comes from the file name
(`4_memberships`), the strength from the order in the header's `says`.

A rung that says `grants: delete` is asked for that action only. Such rungs make a ladder of their own, with the places
that their files have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seewhy.cypher.folders import common, in_use, per_set
from seewhy.cypher.header import RUNG_KEYS, QueryFile, QueryFileError, QueryFileErrors, read
from seewhy.cypher.lint import check_block
from seewhy.cypher.rungs import GRANTED, VALUES, Rung, rung_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.resources.abc import Traversable

    from seewhy.cypher.header import Block

INACTIVE, NO_CASE = 99_990, 99_980
"""Ranks of the gate, above every ladder."""
HIGHEST_PLACE = 90
_ABOUT = ("profile", "case")
_DEFINED = re.compile(r"\{(\w+)\}")
_OF_PROFILE = re.compile(r"\bf\.(\w+)")
_NAME = re.compile(r"(\d+)_(\w+)")


@dataclass(frozen=True, slots=True)
class Ladder:
    """One scheme: its steps from the top, its rungs, what decides when there is no claim, and its
    upgrades (by what they do).

    With `action` it is what the scheme asks for that action alone; `rungs` are then those that grant or refuse it.
    """

    scheme: str
    steps: tuple[str, ...]
    rungs: tuple[Rung, ...]
    otherwise: tuple[str, str]
    rules: dict[str, tuple[str, ...]]
    docs: dict[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    upgrades: dict[str, Rung] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    action: str = ""
    granting: tuple[Rung, ...] = ()
    """Of the ladder of values: the rungs that say something about actions of their own."""

    @property
    def name(self) -> str:
        """What its composed texts are called by: the scheme, `departments:delete` for an action."""
        return f"{self.scheme}:{self.action}" if self.action else self.scheme

    @property
    def tried(self) -> tuple[str, ...]:
        """The steps that this ladder asks, from the top: those of rungs for other actions are left out."""
        own = {rung.step for rung in self.rungs} | {self.otherwise[0]}
        return tuple(step for step in self.steps if step in own)

    def place(self, step: str) -> int:
        """The step's share of the rank: higher stands nearer the top."""
        return HIGHEST_PLACE - self.steps.index(step)

    def step_of(self, rank: int) -> str:
        """The step that a rank names."""
        if rank == INACTIVE:
            return "inactive"
        if rank == NO_CASE:
            return "no_case"
        return self.steps[HIGHEST_PLACE - rank // 100 % 100]

    @property
    def has_value_now(self) -> bool:
        """Whether rungs say a value with the active position."""
        return any("now" in rung.block.head for rung in self.rungs)

    @property
    def has_search(self) -> bool:
        """Whether the scheme says who finds a case by search."""
        return "search" in self.upgrades

    def properties(self, step: str) -> frozenset[str]:
        """The properties of the case's profile that the case halves of a step name."""
        cases = (rung.block.case for rung in (*self.rungs, *self.granting) if rung.step == step)
        return frozenset(one for text in cases for one in _OF_PROFILE.findall(text))

    def value_of(self, rank: int) -> str:
        """The value that a rank names: none, view, edit; of an action none, or the action."""
        return self.action if self.action and rank % 10 else value_of(rank)

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions that rungs grant or refuse by name, in the order of the rungs."""
        return tuple(dict.fromkeys(name for rung in self.granting for name in rung.block.names("grants")))

    def for_action(self, action: str) -> Ladder:
        """The ladder of one of the `actions`."""
        own = tuple(rung for rung in self.granting if action in rung.block.names("grants"))
        return replace(self, action=action, rungs=own, granting=(), otherwise=(self.otherwise[0], "none"), upgrades={})


def value_of(rank: int) -> str:
    """The value that a rank of a ladder of values names."""
    return VALUES[rank % 10]


def _read_all(folder: Traversable, label: str, faults: list[QueryFileError]) -> list[QueryFile]:
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
    """The text of a file of a scheme folder; QueryFileError for what is no UTF-8."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise QueryFileError(f"{label}/{file.name}", 1, "the file is no UTF-8") from None


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
        written = _read_all(folder, label, self.faults)
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
            self.upgrades[file.head["upgrade"]] = _condition(file, self.scheme, name, {})
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


@per_set
def ladders() -> dict[str, Ladder]:
    """The ladder of values of every scheme in use, by name of the scheme."""
    return {name: read_ladder(name, folder.path, folder.label) for name, folder in in_use().folders.items()}


def schemes() -> tuple[str, ...]:
    """The names of the schemes in use."""
    return tuple(in_use().folders)


def ladder_for(scheme: str, action: str = "view") -> Ladder:
    """What decides about an action: the ladder of that action where rungs name it, else that of values."""
    ladder = ladders()[scheme]
    return _of_actions()[scheme, action] if action in ladder.actions else ladder


@per_set
def _of_actions() -> dict[tuple[str, str], Ladder]:
    return {(name, one): ladder.for_action(one) for name, ladder in ladders().items() for one in ladder.actions}


def ladder_named(name: str) -> Ladder:
    """The ladder whose texts are called by this name (`Ladder.name`)."""
    scheme, _, action = name.partition(":")
    return _of_actions()[scheme, action] if action else ladders()[scheme]


def every_ladder() -> Iterable[Ladder]:
    """All ladders: those of values, then those of actions."""
    return [*ladders().values(), *_of_actions().values()]


@per_set
def gate() -> dict[str, Rung]:
    """The two claims before every ladder, by step."""
    ranks, faults = {"inactive": INACTIVE, "no_case": NO_CASE}, list[QueryFileError]()
    found = {
        (step := file.head["step"]): _condition(file, "", step, {"none": ranks[step]})
        for file in _read_all(common(), "cypher/schemes/common", faults)
    }
    if faults:
        raise QueryFileErrors(faults)
    return found


def file_of(scheme: str, step: str) -> str:
    """The file that decides at a step, the gate's two included: its path in the repository, or in the scheme folder."""
    gates = gate()
    return gates[step].file if step in gates else ladders()[scheme].files[step]
