"""What would change an answer: the smallest sets of rows that give an access, or take it away. Every entry was asked.

    no:  candidates (headers, blockers) ──► asked in one sandbox: one row, then two, then three
    yes: rows that the reasons cite    ──► the same, then sets that hit every reason

A set is kept when no part of it does the same. `also_affects` is exact: rows of the person by `PersonSideEffects`, rows
of the case by `CaseSideEffects`, rows that decide for many by comparing the whole organisation with and without them.
The last kind is tried in an organisation of up to `COPIED` cases, or when nothing else changes the answer.

Long because the search for sets, and whom else they reach, share one day and one answer.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain, combinations, islice
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.cypher.ladders import ladder_for
from seewhy.cypher.rungs import VALUES
from seewhy.graph.answers.counterfactual import FactChange, WouldChange
from seewhy.graph.change.day_facts import DayFacts
from seewhy.graph.change.in_memory import history_of, in_memory
from seewhy.graph.change.sandbox import blank, outcomes
from seewhy.graph.change.snapshot import Snapshot
from seewhy.graph.counterfactual.candidates import Move, candidates, cited, end_of
from seewhy.graph.counterfactual.side_effects import CaseSideEffects, Pair, PersonSideEffects, moved
from seewhy.graph.explain.change_words import sentence
from seewhy.graph.explain.names import namer
from seewhy.graph.inputs.files import FILES
from seewhy.graph.questions.check import VIEW, allows
from seewhy.graph.questions.diff import differences
from seewhy.graph.questions.why import why
from seewhy.graph.schemes.hops import decides_for_others, links_of_others, schemes_reading
from seewhy.graph.scope.question import treated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.matrix.claims import Outcome
    from seewhy.graph.scope.session import ScopedSession
    from seewhy.graph.session import Session

PER_RUNG, FIRST_PAIRS = 5, 3
MOST_ROWS, MOST_SETS = 3, 240
"""Rows in a set; sets of one size."""
SETS_PER_SANDBOX = 40
"""Sets of all sizes up to which one sandbox answers for all, also for those that a smaller one makes needless."""
MOST_COMBINED = 20_000
"""Combinations of one size that are looked at: all of those of 50 rows. What rests on more is found by `_hitting`."""
_NONE: Counter[str] = Counter()
COPIED = 20_000
"""Cases up to which the whole organisation is copied for rows that decide for many."""


def _within(
    session: ScopedSession, question: Callable[..., tuple[WouldChange, ...]], answer: WhyAnswer, **how: Any
) -> tuple[WouldChange, ...]:
    """The sets that name nobody and nothing outside of the scope, each with what else it would do inside.

    The answer in hand lacks the rows that may not be told, so it is asked for once more.
    """
    check = answer.check
    view = session.view("whatif", check.as_of)
    if view.everything:
        return question(session.whole, answer, **how)
    view.require([check.person], [check.case])
    asked = why(session.whole, check.person, check.case, check.as_of, action=check.action or VIEW)
    return tuple(
        one
        for one in question(session.whole, asked, **{**how, "told": view.pair})
        if not any(view.names_outside(change.file, dict(change.row)) for change in one.change)
    )


@treated("whatif", _within)
def would_change(
    session: Session,
    answer: WhyAnswer,
    *,
    told: Callable[[str, str], bool] | None = None,
    first: int = FIRST_PAIRS,
    watch: Callable[[str], None] | None = None,
) -> tuple[WouldChange, ...]:
    """The sets for one `why`, least generous first; none for a case that is not there on the day, or in a graph that
    keeps no rows (a graph in memory). `told` says which other pairs of person and case count; by default all.

    Of the other pairs of each set the `first` are named. `watch` is told before each part of the search what is done
    next; the search ends with whatever it raises."""
    if answer.check.step == "no_case" or not history_of(session):
        return ()
    search = _Search(session, answer, told, first, watch or (lambda words: None))
    return search.entries() if search.there else ()


class _Search:
    def __init__(
        self,
        session: Session,
        answer: WhyAnswer,
        told: Callable[[str, str], bool] | None,
        first: int,
        watch: Callable[[str], None],
    ) -> None:
        self._told, self._first, self._watch = told, first, watch
        self._session, self._answer, self._check = session, answer, answer.check
        date = answer.check.as_of
        self._history = history_of(session)
        self._day: DayFacts = session.remembered(f"day {date}", lambda: DayFacts.of(self._history, date))
        self._no = not answer.check.yes
        self._action = answer.check.action or VIEW
        self._ladder = ladder_for(answer.check.scheme, self._action).name
        self.there = bool(self._day.rows("cases", "case_id", [answer.check.case]))

    def entries(self) -> tuple[WouldChange, ...]:
        found = self._working()
        if not found:
            return ()
        others = self._others([changes for changes, _, _ in found])
        name = namer([self._history], self._names())
        generous = (*VALUES, self._action)  # an action of the scheme's own is its own value
        kept: list[tuple[tuple[int, int, int, str], WouldChange]] = []
        for (changes, value, step), (counts, first) in zip(found, others, strict=True):
            text = sentence(changes, value, self._answer, counts, name, self._day.ended)
            entry = WouldChange(changes, value, step, first, text, **counts)
            kept.append(((entry.others, len(changes), generous.index(value), text), entry))
        kept.sort(key=lambda item: item[0])
        shown: dict[str, int] = {}
        out = []
        for _, entry in kept:
            shown[entry.step] = shown.get(entry.step, 0) + 1
            if shown[entry.step] <= PER_RUNG:
                out.append(entry)
        return tuple(out)

    def _names(self) -> dict[str, str]:
        rows = self._session.remembered("people", lambda: self._session.run("organisation/people"))
        return {row["id"]: row["name"] for row in rows}

    # which sets do it

    def _working(self) -> list[tuple[Move, str, str]]:
        """The sets that change the answer, none with a part that does, each with the value and step it gives."""
        if self._no:
            made = candidates(self._session, self._answer, self._day, self._history)
            found = self._found(*(self._small([made.first, made.helpers])))
            return found or self._found(made.first, made.helpers)
        rows = self._ends()
        small = [move for move in rows if not _decides_for_many(move)]
        everything = rows if self._copies() else small
        found = self._found(everything, everything) or self._found(rows, rows)
        return found or self._hitting(rows)

    def _copies(self) -> bool:
        return len(self._day.frames["cases"]) <= COPIED

    def _small(self, pools: Iterable[list[Move]]) -> Iterator[list[Move]]:
        for pool in pools:
            yield pool if self._copies() else [move for move in pool if not _decides_for_many(move)]

    def _ends(self) -> list[Move]:
        """Ends of what the reasons cite, and of what no reason cites: roles that clear a sensitive case, policies."""
        found = [
            (one,)
            for reason in self._answer.reasons
            if reason.value != "none"
            for step in reason.path
            for one in cited(self._day, step.source, step.load)
        ]
        if self._check.scheme in schemes_reading("role_assignments"):
            roles = self._day.rows("role_assignments", "person_id", [self._check.person])
            found += [(end_of("role_assignments", row),) for row in roles]
        policies = self._day.rows("policies", "system_id", [self._check.system])
        found += [(end_of("policies", row),) for row in policies]
        return list(dict.fromkeys(found))

    def _found(self, first: Sequence[Move], helpers: Sequence[Move]) -> list[tuple[Move, str, str]]:
        """Sets of one, two, three moves, those of fewer rows first: of a no one may be a first move, the others
        helpers."""
        every = list(dict.fromkeys([*first, *helpers]))
        sets: dict[int, dict[frozenset[FactChange], Move]] = {}
        combined = (islice(self._combined(first, helpers, every, n), MOST_COMBINED) for n in range(1, MOST_ROWS + 1))
        for moves in chain.from_iterable(combined):
            changes = tuple(dict.fromkeys(change for move in moves for change in move))
            if _possible(changes):
                sets.setdefault(len(changes), {}).setdefault(frozenset(changes), changes)
        found: list[tuple[Move, str, str]] = []
        every_set = [changes for size in sorted(sets) for changes in sets[size].values()]
        known = (
            dict(zip(every_set, self._outcomes(every_set), strict=True)) if len(every_set) <= SETS_PER_SANDBOX else {}
        )
        for size in sorted(sets):
            done = [frozenset(changes) for changes, _, _ in found]
            asked = [c for rows, c in sets[size].items() if not any(small <= rows for small in done)][:MOST_SETS]
            decided = [known[changes] for changes in asked] if known else self._outcomes(asked)
            for changes, (value, step) in zip(asked, decided, strict=True):
                if allows(self._check.scheme, self._action, value) == self._no:
                    found.append((changes, value, step))
        return found

    def _combined(
        self, first: Sequence[Move], helpers: Sequence[Move], every: Sequence[Move], size: int
    ) -> Iterator[tuple[Move, ...]]:
        if size == 1:
            yield from ((move,) for move in every)
            return
        if not self._no:
            yield from combinations(every, size)
            return
        for some in combinations(helpers, size - 1):
            for move in first:
                if move not in some:
                    yield (move, *some)
        yield from combinations(helpers, size)

    def _hitting(self, rows: Sequence[Move]) -> list[tuple[Move, str, str]]:
        """A smallest set that hits every reason, where four rows or more are needed; then without what is not."""
        paths = []
        for reason in self._answer.reasons:
            own = (
                {(one,) for step in reason.path for one in cited(self._day, step.source, step.load)}
                if reason.value != "none"
                else set()
            )
            if own:
                paths.append(own)
        chosen: list[Move] = []
        while paths:
            best = max(sorted(rows, key=repr), key=lambda move: sum(move in path for path in paths))
            if not any(best in path for path in paths):
                break
            chosen.append(best)
            paths = [path for path in paths if best not in path]
        changes = tuple(change for move in chosen for change in move)
        outcome = self._outcomes([changes])[0] if changes else None
        if outcome is None or allows(self._check.scheme, self._action, outcome[0]):
            return []
        while True:
            smaller = [some for one in changes if (some := tuple(change for change in changes if change is not one))]
            decided = zip(smaller, self._outcomes(smaller), strict=True)
            good = next(
                ((some, found) for some, found in decided if not allows(self._check.scheme, self._action, found[0])),
                None,
            )
            if good is None:
                return [(changes, *outcome)]
            changes, outcome = good

    def _outcomes(self, sets: Sequence[Move]) -> list[Outcome]:
        check = self._check
        if sets:
            rows = {len(changes) for changes in sets}
            size = f"{min(rows)} to {max(rows)}" if len(rows) > 1 else f"{max(rows)}"
            self._watch(f"{len(sets):,} set{'s' if len(sets) > 1 else ''} of {size} row{'s' if max(rows) > 1 else ''}")
        return outcomes(self._day, check.person, check.case, self._ladder, sets) if sets else []

    # whom else they reach

    def _others(self, sets: Sequence[Move]) -> list[tuple[Counter[str], tuple[Pair, ...]]]:
        person, case, scheme = self._check.person, self._check.case, self._check.scheme
        wide = [n for n, changes in enumerate(sets) if _decides_for_many(changes)]
        narrow = [n for n in range(len(sets)) if n not in wide]
        found: dict[int, tuple[Counter[str], tuple[Pair, ...]]] = {}
        for place, n in enumerate(wide, 1):
            self._watch(f"whom else they reach in the whole organisation, {place} of {len(wide)}")
            found[n] = self._whole(sets[n])
        self._watch("whom else they reach")
        groups = self._groups()
        own = [n for n in narrow if any(FILES[c.file].about == "person" for c in sets[n])]
        own_effects = PersonSideEffects(self._day, groups, person, case, [sets[n] for n in own]) if own else None
        of_case = [n for n in narrow if any(_reaches_others(c, person) for c in sets[n])]
        case_effects = CaseSideEffects(self._day, person, case, scheme, [sets[n] for n in of_case]) if of_case else None
        no_pairs: tuple[Pair, ...] = ()
        for n in narrow:
            count, first = _NONE, no_pairs
            if own_effects and n in own:
                count, first = own_effects.others(own.index(n) + 1, self._first, self._told)
            seen = case_effects.others(of_case.index(n) + 1) if case_effects and n in of_case else []
            seen = [pair for pair in seen if not self._told or self._told(pair[0], pair[1])]
            found[n] = count + _counted(seen), tuple(sorted([*first, *seen])[: self._first])
        return [found[n] for n in range(len(sets))]

    def _groups(self) -> dict[str, list[str]]:
        date = self._check.as_of
        return self._session.remembered(  # type: ignore[no-any-return]
            f"groups {date}",
            lambda: {
                r["profile_id"]: sorted(r["cases"]) for r in self._session.run("organisation/case_profiles", as_of=date)
            },
        )

    def _whole(self, changes: Move) -> tuple[Counter[str], tuple[Pair, ...]]:
        """The whole organisation with and without the changes."""
        date = self._check.as_of
        before: Snapshot = self._session.remembered(f"side {date}", lambda: Snapshot(self._session, date))
        after = _changed_history(self._history, changes, self._day)
        answer = differences(
            before, Snapshot(in_memory(after, date), date), self._history, after, (date, date), with_causes=False
        )
        pairs = [
            (p.person, p.case, p.before, p.after)
            for p in answer.pairs()
            if p.before != p.after
            and (p.person, p.case) != (self._check.person, self._check.case)
            and (not self._told or self._told(p.person, p.case))
        ]
        return _counted(pairs), tuple(pairs[: self._first])


def _counted(pairs: Iterable[Pair]) -> Counter[str]:
    return Counter(moved(before, after) for _, _, before, after in pairs)


def _changed_history(history: Mapping[str, pl.DataFrame], changes: Move, day: DayFacts) -> dict[str, pl.DataFrame]:
    """What would be remembered if the changes were made on the day."""
    after = dict(history)
    for change in changes:
        frame = after[change.file]
        if change.do == "end":
            gone = (pl.col("since") <= day.date) & (pl.col("until") > day.date)
            for name, cell in change.row:
                gone &= pl.col(name).cast(pl.String).fill_null("") == cell
            after[change.file] = frame.with_columns(until=pl.when(gone).then(pl.lit(day.date)).otherwise("until"))
        else:
            row = {**blank(change.file, dict(change.row), frame.schema), "since": day.date}
            after[change.file] = pl.concat([frame, pl.DataFrame([row], schema=frame.schema, orient="row")])
    return after


def _possible(changes: Move) -> bool:
    """One set never adds two rows of one key, nor ends what it adds."""
    keys = [(c.file, tuple(v for n, v in c.row if n in FILES[c.file].key)) for c in changes if c.do == "add"]
    return len(keys) == len(set(keys))


def _decides_for_many(changes: Move) -> bool:
    """Whether a row of the set is neither the person's nor the case's own."""
    return any(
        not _aimed(c)
        if FILES[c.file].about == "structure"
        else FILES[c.file].about == "person" and decides_for_others(c.file, dict(c.row))
        for c in changes
    )


def _aimed(change: FactChange) -> bool:
    """A new rule about one person and one case."""
    row = dict(change.row)
    return change.file == "access_rules" and change.do == "add" and row.get("subject_kind") == "person"


def _reaches_others(change: FactChange, person: str) -> bool:
    """Whether a row of the case decides for others than the person."""
    row = dict(change.row)
    if change.file == "case_people":
        others = frozenset().union(*links_of_others().values())
        return row.get("link") in others or row.get("person_id") != person
    return FILES[change.file].about == "case"
