"""`diff`: who gained or lost between two days, and which rows did it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.cypher.ladders import schemes
from seewhy.graph.answers.change import KINDS, ChangedFact, DiffAnswer
from seewhy.graph.change.causes import Causes
from seewhy.graph.change.changed_rows import changed_rows
from seewhy.graph.change.fact_index import FactIndex
from seewhy.graph.change.impact import impacts
from seewhy.graph.change.in_memory import history_of
from seewhy.graph.change.pair_diff import Block, PairDiff, Plan
from seewhy.graph.change.snapshot import Snapshot
from seewhy.graph.errors import ConfigurationError, UnknownEntity
from seewhy.graph.explain.fact_words import difference, phrase
from seewhy.graph.explain.names import namer
from seewhy.graph.nearest import nearest
from seewhy.graph.scope.changes import told_diff
from seewhy.graph.scope.question import answered
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from seewhy.graph.change.changed_rows import ChangedRow

_SCHEMA = {
    "person": pl.String,
    "case": pl.String,
    "kind": pl.String,
    "before": pl.String,
    "before_step": pl.String,
    "after": pl.String,
    "after_step": pl.String,
    "because": pl.Int64,
}


@answered("diff", told_diff, days=("start", "end"))
def diff(
    session: Session,
    start: str | dt.date,
    end: str | dt.date | None = None,
    *,
    system: str | None = None,
    person: str | None = None,
    case: str | None = None,
) -> DiffAnswer:
    """Every pair whose value or step on `end` (default today) is not that on `start`, each with the rows that did it.

    Pairs that are none on both days are left out, whatever their step. Unknown ids raise UnknownEntity, days in the
    wrong order ConfigurationError.
    """
    one, two = day(start), day(end)
    if one > two:
        raise ConfigurationError(f"`{one}` is after `{two}`", "the earlier day comes first")
    history = history_of(session)
    before = Snapshot(session, one)
    after = Snapshot(session, two)
    known(session, before, system, person, case)
    return differences(before, after, history, history, (one, two), system=system, person=person, case=case)


def known(session: Session, side: Snapshot, system: str | None, person: str | None, case: str | None) -> None:
    """Raise UnknownEntity, with the nearest ids, for what the graph never held."""
    if person is not None and person not in side.people:
        raise session.unknown("person", person)
    if case is not None and not session.run("organisation/cases_named", cases=[case]):
        raise session.unknown("case", case)
    systems = {row["id"]: row["name"] for row in session.run("organisation/systems")} if system is not None else {}
    if system is not None and system not in systems:
        raise UnknownEntity(f"unknown system `{system}`", nearest(system, systems, always=True))


def differences(
    before: Snapshot,
    after: Snapshot,
    history: Mapping[str, pl.DataFrame],
    changed_history: Mapping[str, pl.DataFrame],
    shown: tuple[str, str],
    *,
    system: str | None = None,
    person: str | None = None,
    case: str | None = None,
    with_causes: bool = True,
) -> DiffAnswer:
    """The same for any two graphs: `history` is what `before` was made of, `changed_history` what `after` was.

    `with_causes=False` leaves out which rows did it.
    """
    changed = changed_rows(history, before.day, changed_history, after.day)
    compared = PairDiff(before, after)
    both = [(one, group) for side in (before, after) for one, group in side.group_of.items()]
    groups = pl.DataFrame(both, schema={"case": pl.String, "group": pl.String}, orient="row").unique()
    histories = [history] if history is changed_history else [history, changed_history]
    found = impacts(changed, FactIndex(histories, groups))
    causes = Causes(changed, found if with_causes else (), (before, after), (history, changed_history))
    table = _Table(compared, causes, len(changed))
    every: list[Block] = []
    for scheme in schemes():
        own = [impact for impact in found if impact.scheme == scheme]
        asked = _restricted(compared, scheme, person, case) or compared.plan(own, scheme)
        blocks = [
            block
            for block in compared.blocks(asked, scheme)
            if system is None or compared.system(block.groups) == system
        ]
        compared.know(blocks, scheme)
        every += blocks
    causes.settle(every)
    for block in every:
        table.add(block)
    names = namer([history, changed_history], {**before.people, **after.people})
    facts = [_fact(row, counts, names) for row, counts in zip(changed, table.counts, strict=True) if any(counts)]
    facts.sort(key=lambda fact: (-fact.total, fact.sentence))
    becauses = tuple(
        tuple(dict.fromkeys(source for place in sorted(places) for source in changed[place].sources))
        for places, _ in table.becauses
    )
    return DiffAnswer(
        *shown,
        table.frame(),
        becauses,
        tuple(facts),
        before.session.provenance(),
        {**before.people, **after.people},
        unverified=frozenset(n for n, (_, verified) in enumerate(table.becauses) if not verified),
    )


def _restricted(compared: PairDiff, scheme: str, person: str | None, case: str | None) -> Plan | None:
    """What is asked when the question is about one person, one case, or both."""
    if case is not None:
        groups = compared.groups(case)
        if not any(groups) or compared.scheme(case) != scheme:
            return Plan()
        return Plan(cases={case}) if person is None else Plan(pairs={(person, case)})
    return None if person is None else Plan(people={person})


class _Table:
    """Collects blocks as columns, and per changed row the pairs that it explains."""

    def __init__(self, compared: PairDiff, causes: Causes, rows: int) -> None:
        self._compared, self._causes = compared, causes
        self._columns: dict[str, list[Any]] = {name: [] for name in _SCHEMA}
        self._places: dict[tuple[frozenset[int], bool], int] = {}
        self.counts = [[0, 0, 0, 0] for _ in range(rows)]

    @property
    def becauses(self) -> Iterable[tuple[frozenset[int], bool]]:
        """Changed rows by place, and whether asking again showed that they did it."""
        return self._places

    def add(self, block: Block) -> None:
        for cases, places, verified in self._causes.of(block):
            because = self._places.setdefault((places, verified), len(self._places))
            for outcomes, some in self._outcomes(block, cases):
                kind = kind_of(*outcomes)
                if kind is None:
                    continue
                for place in places:
                    self.counts[place][KINDS.index(kind)] += len(some)
                constants = (block.person, kind, *outcomes[0], *outcomes[1], because)
                for name, value in zip((n for n in _SCHEMA if n != "case"), constants, strict=True):
                    self._columns[name].extend([value] * len(some))
                self._columns["case"].extend(some)

    def _outcomes(
        self, block: Block, cases: Sequence[str]
    ) -> Iterator[tuple[tuple[tuple[str, str], tuple[str, str]], Sequence[str]]]:
        """Value and step on both sides. A side without a claim is asked once for cases of one group."""
        sides = self._compared.before, self._compared.after
        before, after = (
            outcome or side.outcome_without_claim(block.person, cases[0])
            for outcome, side in zip((block.before, block.after), sides, strict=True)
        )
        yield (before, after), cases

    def frame(self) -> pl.DataFrame:
        return pl.DataFrame(self._columns, schema=_SCHEMA).sort("person", "case")


def kind_of(before: tuple[str, str], after: tuple[str, str]) -> str | None:
    """gained, lost, changed, other_reason, or None for a pair that does not differ (none on both sides included)."""
    if before == after or before[0] == after[0] == "none":
        return None
    if before[0] == "none":
        return "gained"
    if after[0] == "none":
        return "lost"
    return "changed" if before[0] != after[0] else "other_reason"


def _fact(row: ChangedRow, counts: Sequence[int], name: Callable[[str, str], str]) -> ChangedFact:
    if row.did == "changed":
        sentence = difference(row.stem, row.ended[-1], row.began[-1], name)
    else:
        sentence = f"{phrase(row.stem, row.rows[-1], name)} {row.did}"
    if row.stem == "people" and row.did != "changed":
        sentence = f"{name('people', row.key[0])} {'came' if row.did == 'began' else 'left'}"
    gained, lost, changed, other = counts
    newest = row.rows[-1]
    grant = newest.get("granted_by") or "", newest.get("note") or ""
    return ChangedFact(row.stem, row.did, sentence, row.sources, (gained, lost, changed, other), *grant)
