"""One rung: a person half and a case half that share a node, put together by concatenation.

Where the case is given its half goes first and the person's hop is expanded last, because units have thousands of
members and a case has a few units; where the person is given, theirs goes first. What is about both halves (`match`,
`unless`) becomes the last condition. Each half alone returns its join key, to be hash-joined outside the graph
(`seewhy.graph.matrix.hash_join.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seewhy.cypher.halves import EVERYTHING, RELATION, Halves, also, bound, condition, halves_of, matches, variables
from seewhy.cypher.header import Block, QueryFileError, dated

if TYPE_CHECKING:
    from collections.abc import Iterator

VALUES = ("none", "view", "edit")
GRANTED = ("none", "yes")
"""What a rung says about actions that it `grants`."""
JOIN = "MATCH (c)-[j:HAS_PROFILE]->(f:AccessProfile)\nWHERE ON_DAY(j)"


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to meet one step: a block of a rung file with its ranks (value word to rank, strongest first).

    A claim of the gate and an upgrade are about a person or a case alone and have no halves.
    """

    scheme: str
    step: str
    block: Block
    ranks: dict[str, int]
    file: str
    doc: str
    number: int = 0
    halves: Halves | None = None
    unless: Halves | None = None

    @property
    def about(self) -> str:
        """`profile` or `case`: what one claim is about."""
        return self.block.head["on"]

    @property
    def guard(self) -> str:
        """`yes` (applied once behind the maximum), `implied` (lists need nothing), or blank."""
        return self.block.head.get("guard", "")

    @property
    def personal(self) -> bool:
        """Whether the case half names the person: a link of the case, so a person has few."""
        return self.about == "case" and "p" in variables(self.block.case)

    @property
    def variant(self) -> str:
        """Which way to meet the step this is, in words; blank where there is one."""
        return self.block.head.get("variant", "").replace("'", "’")

    @property
    def rank(self) -> int:
        """The rank of the strongest word."""
        return max(self.ranks.values())

    def rank_text(self) -> str:
        """Cypher for the rank of a claim: a number, or a CASE over the header's `value`."""
        if len(self.ranks) == 1:
            return str(self.rank)
        *most, (_, last) = self.ranks.items()
        whens = " ".join(f"WHEN '{word}' THEN {rank}" for word, rank in most)
        return f"CASE {self.block.head['value']} {whens} ELSE {last} END"

    def now_text(self) -> str:
        """Cypher for the value with the active position (2 edit, 1 view, 0 none); null where positions do not count."""
        value = self.block.head.get("now")
        return f"CASE {value} WHEN 'edit' THEN 2 WHEN 'view' THEN 1 ELSE 0 END" if value else "null"

    def legend(self) -> str:
        """A comment that decodes the ranks of this rung."""
        ranks = ", ".join(f"{rank} {word}" for word, rank in self.ranks.items())
        return f"// {self.step}: {ranks}"

    def met(self, *, case_given: bool, timed: bool = True) -> str:
        """The pattern of the whole rung; without `timed` its evidence may have ended or not begun yet."""
        assert self.halves
        order = [self.halves.case if case_given else self._case_from_join(), self.halves.person]
        more = [*self.halves.equalities(), *self._exception()]
        if not case_given:
            order.reverse()
            more.append(self._of_scheme())
        return dated(also("\n".join(order), more), () if timed else self.block.names("evidence"))

    def _case_from_join(self) -> str:
        """The case half where nobody gives `f`: a half that does not speak of it gets it joined."""
        assert self.halves
        text = self.halves.from_join
        return text if "f" in bound(text) else f"{text}\n{JOIN}"

    def _of_scheme(self) -> str:
        return f"f.scheme = '{self.scheme}'"

    def _exception(self) -> list[str]:
        """NOT EXISTS over the halves of `unless`: their MATCH clauses, then all their conditions (the embedded engine
        takes one WHERE there)."""
        if self.unless is None:
            return []
        both = (self.unless.case, self.unless.person)
        paths = " ".join(text.partition("\nWHERE ")[0] for text in both)
        asked = [*filter(None, map(condition, both)), *self.unless.equalities()]
        return [f"NOT EXISTS {{ {paths} WHERE {' AND '.join(asked)} }}"]

    def stops(self) -> str:
        """Of a guard: the condition that it holds for a given (p, f)."""
        assert self.halves
        return dated(" AND ".join([*filter(None, [condition(self.halves.case)]), *self._exception()]))

    def alone(self) -> Iterator[tuple[str, str]]:
        """Each half as a question, by name: `person` (a guard has none), `case`, `unless/person`, `unless/case`.

        Rows: the keys, rank and now where the half says them, members (ids of people; of profiles or cases).
        """
        assert self.halves
        value = variables(self.block.head.get("value", ""))
        by_case = bool(value - bound(self.halves.person))
        now, rank = {"now": self.now_text()}, {"rank": self.rank_text()}
        mine, theirs = (now, rank) if by_case else (rank | now, {})
        if not self.guard:
            yield "person", self._side(self.halves, 0, mine)
        yield "case", self._side(self.halves, 1, theirs)
        if self.unless:
            yield "unless/person", self._side(self.unless, 0, {})
            yield "unless/case", self._side(self.unless, 1, {})

    def _side(self, halves: Halves, side: int, said: dict[str, str]) -> str:
        one = ("p", "f" if self.about == "profile" else "c")[side]
        text = halves.person
        if side == 1:
            text = also(self._case_from_join() if halves is self.halves else halves.case, [self._of_scheme()])
        told = [f"{value} AS {name}" for name, value in said.items() if value != "null"]
        columns = ", ".join([*halves.key_columns(side), *told, f"collect({one}.id) AS members"])
        legend = f"{self.legend()}\n" if "rank" in said else ""
        return f"{legend}{dated(text)}\nRETURN {columns}"


def rung_of(file: str, block: Block, scheme: str, step: str, ranks: dict[str, int], doc: str, number: int) -> Rung:
    """A rung of a ladder with its halves checked; a wrong one raises QueryFileError."""
    halves = halves_of(file, block, block.head["on"])
    unless = None
    if block.unless is not None:
        unless = halves_of(file, block.unless, "profile")
        for half in (unless.person, unless.case):
            if matches(half).count("MATCH") != 1:
                raise QueryFileError(file, block.unless.line, "a half of `unless` is one MATCH with one WHERE")
    found = Rung(scheme, step, block, ranks, file, doc, number, halves, unless)
    value = variables(block.head.get("value", ""))
    if not (value <= bound(halves.person) or value <= bound(halves.case)):
        raise QueryFileError(file, block.line, "`value` speaks of both halves")
    for side, half, foreign in (("person", halves.person, "resource"), ("case", halves.case, "subject")):
        if f"${foreign}_" in half:
            raise QueryFileError(
                file, block.line, f"the {side} half asks for `${foreign}_…`, which is of the other half"
            )
    clash = {*RELATION.findall(block.head.get("now", ""))} & (bound(halves.person) | bound(halves.case))
    if clash:
        raise QueryFileError(file, block.line, f"`now` binds `{min(clash)}`, a name of the halves")
    about_all = block.head["on"] == "profile" and not halves.width and "[" not in matches(halves.case)
    if found.guard and not (about_all and matches(halves.case).count("MATCH") == 1):
        raise QueryFileError(
            file,
            block.line,
            f"a guard is a condition of one MATCH on `f`, asked of every pair: `match: {EVERYTHING}`; "
            "a `none` about some people says it without `guard`",
        )
    return found
