"""Everybody decided, person by person: rungs split at their join node, hash-joined outside the graph.

Made once (a few small questions per rung), then a person's whole row takes a fraction of a millisecond. The whole
compositions (`what/<scheme>/…`) are the reference; the tests compare both, pair by pair.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import numpy as np

from seewhy.cypher.ladders import ladder_named
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.matrix.case_index import CaseIndex
from seewhy.graph.matrix.claim_table import unpacked
from seewhy.graph.matrix.decision import Claim, Decision, decide
from seewhy.graph.matrix.hash_join import RungJoin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy.typing as npt

    from seewhy.graph.matrix.case_index import Codes, Places
    from seewhy.graph.session import Session

    Table = npt.NDArray[Any]

T = TypeVar("T")
HELD = 50_000_000
"""Bytes that are kept of tables of rows, and of what is worked out from them, while rows are gone through."""
MOST_DECISIONS = 255
"""Different decisions (value, value now, step) besides none that one byte can tell apart."""
OWN = 1_000
"""People per question about single cases."""
_NO_CASES = np.zeros(0, np.int64), np.zeros(0, np.uint8)


class Row(NamedTuple):
    """What is decided about one person: a code per group (0: nothing), and codes of single cases, which go first."""

    person: str
    table: Codes
    places: Places
    codes: Codes


class PerTable(Generic[T]):
    """What is worked out from the table of a row, once for rows that share one; forgotten when it becomes large."""

    def __init__(self, make: Callable[[Table], T], size: Callable[[T], int]) -> None:
        """`size` gives the bytes of what is made."""
        self._make, self._size = make, size
        self._known: dict[int, tuple[Table, T]] = {}
        self._held = 0

    def of(self, table: Table) -> T:
        """What belongs to this table: the same object, not an equal one."""
        known = self._known.get(id(table))
        if known is not None and known[0] is table:
            return known[1]
        made = self._make(table)
        if (held := self._held + table.nbytes + self._size(made)) > HELD:
            self._known.clear()
            held = 0
        # The table is kept with it, or another one might get its place in memory.
        self._known[id(table)], self._held = (table, made), held
        return made


class DecisionCodes:
    """Decisions as small numbers; 0 is `none`. With `blocked` a none with a claim keeps its step and a number of its
    own. `enough` says of a ladder and a value whether it counts; left out, everything but `none` does."""

    def __init__(self, *, blocked: bool = False, enough: Callable[[str, str], bool] | None = None) -> None:
        self._enough = enough
        self.decisions: list[Decision] = [Decision("none", "none", "")]
        self._blocked = blocked
        self._codes: dict[Decision, int] = {self.decisions[0]: 0}
        self._decoded: dict[tuple[str, Claim], int] = {}

    def known(self, decisions: Sequence[Decision]) -> Codes:
        """The numbers of decisions that another one numbered, by its own."""
        return np.array([0, *(self._number(Decision(d.value, d.value_now, d.step)) for d in decisions[1:])], np.uint8)

    def _number(self, decision: Decision) -> int:
        if decision not in self._codes:
            if len(self.decisions) > MOST_DECISIONS:
                raise ConfigurationError(
                    f"the schemes of this graph decide in more than {MOST_DECISIONS} ways", "let rungs share steps"
                )
            self._codes[decision] = len(self.decisions)
            self.decisions.append(decision)
        return self._codes[decision]

    def code(self, scheme: str, claim: Claim) -> int:
        """The number of what is decided about a claim."""
        key = (scheme, claim)
        if key not in self._decoded:
            full = decide(ladder_named(scheme), claim)
            counts = self._enough(scheme, full.value) if self._enough else full.value != "none"
            kept = counts or self._blocked
            decision = Decision(full.value, full.value_now, full.step) if kept else self.decisions[0]
            self._decoded[key] = self._number(decision)
        return self._decoded[key]


class _Known:
    """Packed claims to codes: the few different ones are decoded once."""

    def __init__(self) -> None:
        self._numbers = np.full(1, -1, np.int64)
        self._codes = np.zeros(1, np.uint8)

    def codes(self, packed: npt.NDArray[np.int64], code: Callable[[int], int]) -> npt.NDArray[np.uint8]:
        at = np.minimum(np.searchsorted(self._numbers, packed), len(self._numbers) - 1)
        missing = self._numbers[at] != packed
        if missing.any():
            new = np.unique(packed[missing])
            numbers = np.concatenate([self._numbers, new])
            codes = np.concatenate([self._codes, np.array([code(int(n)) for n in new], np.uint8)])
            order = np.argsort(numbers)
            self._numbers, self._codes = numbers[order], codes[order]
            at = np.searchsorted(self._numbers, packed)
        return self._codes[at]


class RowDecider:
    """Decides all pairs of some schemes on a day. Places and codes are those of `index` and `book`."""

    def __init__(
        self, session: Session, date: str, schemes: Sequence[str], index: CaseIndex, book: DecisionCodes
    ) -> None:
        self.index, self.book = index, book
        self._parts = {
            scheme: RungJoin(session, scheme, date, [index.groups[n] for n in index.of_scheme(scheme)])
            for scheme in schemes
        }
        self._known = {(scheme, lifted): _Known() for scheme in schemes for lifted in (False, True)}
        self._last: tuple[list[Any], Codes] = [], np.zeros(len(index.groups), np.uint8)

    def alike(self, people: Iterable[str]) -> list[str]:
        """The people, those with the same claims on groups side by side: what is decided for one is then known of the
        next."""
        return sorted(people, key=lambda one: ([part.signature(one) for part in self._parts.values()], one))

    def rows(self, people: Sequence[str]) -> Iterator[Row]:
        """One Row per person, in the order given: what is decided, not yet spread over cases.

        The claims on single cases of the next people are asked for while those of these are worked on.
        """
        batches = [people[begin : begin + OWN] for begin in range(0, len(people), OWN)]
        with ThreadPoolExecutor(1) as beside:
            asked = [beside.submit(copy_context().run, self._own, batch) for batch in batches[:1]]
            for n, batch in enumerate(batches):
                own = asked.pop().result()
                asked += [beside.submit(copy_context().run, self._own, after) for after in batches[n + 1 : n + 2]]
                for person in batch:
                    yield self._row(person, {scheme: of[person] for scheme, of in own.items() if person in of})

    def _own(self, people: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {scheme: self.index.own_claims(part.own_cases(people)) for scheme, part in self._parts.items()}

    def _row(self, person: str, own: dict[str, Any]) -> Row:
        active = {scheme: part for scheme, part in self._parts.items() if person in part.lifted}
        table = self._table({scheme: (part.lifted[person], part.of(person)) for scheme, part in active.items()})
        if not own:
            return Row(person, table, *_NO_CASES)
        places, found = [_NO_CASES[0]], [_NO_CASES[1]]
        for scheme, part in active.items():
            if scheme in own:
                cases, claims = own[scheme]
                groups = self.index.group_of[cases].astype(np.int64) - self.index.of_scheme(scheme).start
                places.append(cases)
                found.append(self._codes(scheme, part.lifted[person], part.with_cases(person, groups, claims)))
        return Row(person, table, np.concatenate(places), np.concatenate(found))

    def _table(self, claimed: dict[str, tuple[bool, tuple[Any, Any]]]) -> Codes:
        """The code of each group; the table of the row before, where each scheme gave the very same claims."""
        before, table = self._last
        said = [claims for _, claims in claimed.values()]
        if len(said) != len(before) or any(one is not two for one, two in zip(said, before, strict=True)):
            table = np.zeros(len(self.index.groups), np.uint8)
            for scheme, (lifted, (groups, packed)) in claimed.items():
                table[groups + self.index.of_scheme(scheme).start] = self._codes(scheme, lifted, packed)
            self._last = said, table
        return table

    def _codes(self, scheme: str, lifted: bool, packed: npt.NDArray[np.int64]) -> Codes:
        def code(number: int) -> int:
            return self.book.code(scheme, unpacked(number, lifted))

        return self._known[scheme, lifted].codes(packed, code)
