"""The proof of a scheme's rungs: each mutant is shown to its killers, and who notices it first is told.

A mutant that no killer notices is compared with the original on generated organisations. One that answers otherwise
there has survived: a story is missing. One that never does is equivalent as far as the organisations go.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from seewhy.cypher import compose
from seewhy.cypher.header import QueryFileError
from seewhy.cypher.ladders import Ladder, read_ladder
from seewhy.cypher.lint import faults
from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.inputs.checks import check
from seewhy.graph.inputs.given import tables_from_given
from seewhy.loaders.ledger import merge
from seewhy.schemes.mutants import Mutant, mutants_of_rungs
from seewhy.schemes.stated import (
    Decisions,
    LoadedStory,
    Pair,
    Stated,
    Substituted,
    Unreadable,
    composed,
    decided,
    loaded_stories,
    named,
    reading,
    stated,
    wrong,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import polars as pl

    from seewhy.graph.matrix.decision import Decision
    from seewhy.graph.session import Session

KILLED, SURVIVED, EQUIVALENT = "killed", "survived", "equivalent"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A generated organisation: what is remembered of its rows, by file stem; the day that is asked about; pairs of a
    person and a case (none: everybody with every case).

    `defined`: what a definition that shares nothing with the rungs says of each pair (value, value_now, step); blank
    where there is none.
    """

    history: Mapping[str, pl.DataFrame]
    day: str
    pairs: Sequence[Pair] = ()
    defined: Mapping[Pair, tuple[str, str, str]] = field(default_factory=dict)


def remembered(rows: Mapping[str, Sequence[Mapping[str, str]]], day: str) -> Mapping[str, pl.DataFrame]:
    """The history of rows that are loaded once. Raises ValueError for rows that would not load."""
    checked = check(tables_from_given(rows))
    if checked.problems:
        raise ValueError(f"a generated organisation does not load: {checked.problems[0].message}")
    return merge({}, checked.frames, day, "load-0001").history


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: `by` names the killer, or the pair that tells it from the original; `compared` is
    how many pairs or questions were compared for one that no story noticed; `by_story` tells who killed it."""

    mutant: Mutant
    outcome: str
    by: str = ""
    compared: int = 0
    by_story: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """How many mutants there were, and what became of them."""

    by_stories: int
    by_definition: int
    survived: int
    equivalent: int

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> Score:
        """The score of some verdicts."""
        count = Counter("stories" if one.by_story else one.outcome for one in verdicts)
        return cls(count["stories"], count[KILLED], count[SURVIVED], count[EQUIVALENT])

    @property
    def mutants(self) -> int:
        """All of them."""
        return self.different + self.equivalent

    @property
    def different(self) -> int:
        """Those that are not equivalent."""
        return self.by_stories + self.by_definition + self.survived

    @property
    def killed(self) -> float:
        """The share (0 to 1) of those that are not equivalent; 1 where there are none."""
        return (self.by_stories + self.by_definition) / self.different if self.different else 1.0


class Killer(Protocol):
    """Something that may notice a changed ladder."""

    def noticed(self, ladder: Ladder, changed: str) -> str:
        """What noticed it, blank for nothing; `changed` is the step whose file is changed."""


def mutants_of_folder(folder: Path) -> list[Mutant]:
    """Every change of one place of the rung files in a folder."""
    return mutants_of_rungs({file.name: file.read_text("utf-8") for file in sorted(folder.glob("*.cypher"))})


@contextmanager
def workshop(scheme: str, folder: Path) -> Iterator[Path]:
    """A copy of a scheme's folder to change."""
    with tempfile.TemporaryDirectory(prefix="seewhy-") as place:
        copy = Path(place) / scheme
        copy.mkdir()
        for file in folder.glob("*.cypher"):
            shutil.copy(file, copy / file.name)
        yield copy


def changed_ladder(scheme: str, copy: Path, folder: Path, mutant: Mutant) -> Ladder | None:
    """The ladder with a mutant's files; nothing for one that cannot be read or leaves the shared dialect."""
    try:
        for name, text in mutant.files.items():
            (copy / name).unlink(missing_ok=True)
            if text is not None:
                (copy / name).write_text(text, encoding="utf-8")
        ladder = read_ladder(scheme, copy)
        return None if any(faults(text) for text in composed(ladder)) else ladder
    except QueryFileError:
        return None
    finally:
        for name in mutant.files:
            (copy / name).unlink(missing_ok=True)
            if (folder / name).exists():
                shutil.copy(folder / name, copy / name)


class Stories:
    """The stories as killers of changed ladders of one scheme. Raises ValueError for stories that fail as it is."""

    def __init__(self, ladder: Ladder, stories: Sequence[LoadedStory]) -> None:
        self._original = ladder
        text = compose.check(ladder, many=True)
        self._asked: list[tuple[list[Stated], dict[str, Decisions]]] = []
        mine = [story for story in stories if ladder.scheme in story.schemes.values()]
        for story in mine:
            tests, known = stated(story), {}
            for day in {one.day for one in tests}:
                pairs = {pair for one in tests if one.day == day for pair in one.pairs}
                known[day] = decided(story.engine, ladder, text, self._own(story, pairs), day)
            kept = [one for one in tests if one.pairs & set(known[one.day])]
            if kept:
                self._asked.append((kept, known))
            for one in kept:
                one.steps.update(known[one.day][pair].step for pair in one.pairs if pair in known[one.day])
        texts = set(composed(ladder))
        self._others = [(story, number, read & texts) for story, number, read in reading(mine) if read & texts]
        if fault := self.noticed(ladder, ""):
            raise ValueError(f"{fault} fails before anything is changed")

    def _own(self, story: LoadedStory, pairs: Iterable[Pair]) -> list[Pair]:
        return sorted(pair for pair in pairs if story.schemes.get(pair[1]) == self._original.scheme)

    def noticed(self, ladder: Ladder, changed: str) -> str:
        """The first test that a changed ladder breaks; blank for none."""
        text = compose.check(ladder, many=True)
        near = sorted(self._asked, key=lambda item: not any(changed in one.steps for one in item[0]))
        for tests, known in near:
            for day, before in known.items():
                own = [one for one in tests if one.day == day and one.pairs <= set(before)]
                after = decided(tests[0].story.engine, ladder, text, before, day)
                for one in own:
                    if not one.holds(after):
                        return one.name
        return self._asked_whole(ladder)

    def _asked_whole(self, ladder: Ladder) -> str:
        """The tests that pairs do not decide; they know the steps of the original only."""
        if ladder.steps != self._original.steps or ladder.otherwise != self._original.otherwise:
            return ""
        texts = {
            before: after
            for before, after in zip(composed(self._original), composed(ladder), strict=True)
            if before != after
        }
        for story, number, read in self._others:
            if read & texts.keys() and wrong(story, number, Substituted(story.engine, texts)):
                return named(story, number)
        return ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A pair about which two ladders differ, in words; `defined` when the definition says which of them is right."""

    words: str
    defined: bool


def _told(one: Decision) -> tuple[str, str, str]:
    return one.value, one.value_now, one.step


class Comparison:
    """The original on generated organisations, to be compared with changed ladders.

    Raises ValueError where a definition contradicts the original.
    """

    def __init__(self, ladder: Ladder, organisations: Iterable[Organisation]) -> None:
        self._searches = "search" in ladder.upgrades
        self._known: list[tuple[Session, Organisation, Decisions, Decisions]] = []
        for organisation in organisations:
            session = in_memory(organisation.history, organisation.day)
            pairs = list(organisation.pairs) or [
                (person["id"], case["id"])
                for person in session.run("organisation/people")
                for case in session.run("organisation/cases")
            ]
            of_scheme = {row["id"] for row in session.run("organisation/systems") if row["scheme"] == ladder.scheme}
            cases = {row["id"] for row in session.run("organisation/cases") if row["system"] in of_scheme}
            pairs = [pair for pair in pairs if pair[1] in cases]
            seen, sought = self._both(session, ladder, pairs, organisation.day)
            for pair, one in seen.items():
                if organisation.defined.get(pair, _told(one)) != _told(one):
                    raise ValueError(
                        f"{pair} on {organisation.day}: {_told(one)}, defined {organisation.defined[pair]}"
                    )
            self._known.append((session, organisation, seen, sought))
        self.pairs = sum(len(known) for _, _, known, _ in self._known)

    def _both(self, session: Session, ladder: Ladder, pairs: Iterable[Pair], day: str) -> tuple[Decisions, Decisions]:
        pairs = list(pairs)
        seen = decided(session.engine, ladder, compose.check(ladder, many=True), pairs, day)
        if not self._searches:
            return seen, {}
        text = compose.check(ladder, search=True, many=True)
        return seen, decided(session.engine, ladder, text, pairs, day, action="search")

    def difference(self, ladder: Ladder) -> Difference | None:
        """The first pair about which a changed ladder says something else, one that is defined before any other."""
        found = None
        for session, organisation, seen, sought in self._known:
            for before, after in zip((seen, sought), self._both(session, ladder, seen, organisation.day), strict=True):
                pair = next((pair for pair, one in before.items() if _told(one) != _told(after[pair])), None)
                if pair:
                    one, other = before[pair], after[pair]
                    words = f"{' and '.join(pair)}: {one.value} by {one.step}, then {other.value} by {other.step}"
                    found = Difference(words, before is seen and pair in organisation.defined)
                    if found.defined:
                        return found
        return found


def prove_rungs(
    scheme: str,
    folder: Path,
    killers: Sequence[Killer],
    comparison: Comparison,
    mutants: Sequence[Mutant] | None = None,
) -> Iterator[Verdict]:
    """What becomes of each mutant of a scheme's rungs (all by default); those that cannot be read are left out."""
    with workshop(scheme, folder) as copy:
        for mutant in mutants_of_folder(folder) if mutants is None else mutants:
            ladder = changed_ladder(scheme, copy, folder, mutant)
            if ladder is None:
                continue
            step = mutant.file.removesuffix(".cypher").partition("_")[2]
            try:
                by = next((found for killer in killers if (found := killer.noticed(ladder, step))), "")
                difference = None if by else comparison.difference(ladder)
            except Unreadable:
                continue
            if by:
                yield Verdict(mutant, KILLED, by, by_story=True)
            elif difference is None:
                yield Verdict(mutant, EQUIVALENT, "", comparison.pairs)
            else:
                outcome = KILLED if difference.defined else SURVIVED
                yield Verdict(mutant, outcome, difference.words, comparison.pairs)


def prove_scheme(
    scheme: str, folder: Path, stories: Iterable[Path], organisations: Iterable[Organisation] = ()
) -> Iterator[Verdict]:
    """What becomes of each mutant of the rungs in a folder, by its stories and, for what they miss, by organisations.

    Raises QueryFileError for a folder that cannot be read, ValueError for a story that fails as it is and for an
    organisation whose definition contradicts the rungs.
    """
    ladder = read_ladder(scheme, folder)
    killers = [Stories(ladder, loaded_stories(stories))]
    yield from prove_rungs(scheme, folder, killers, Comparison(ladder, organisations))
