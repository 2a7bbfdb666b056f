"""The proof of a scheme's rungs: each mutant is shown to its killers, and who notices it first is told.

A mutant that no killer notices is compared with the original on generated organisations. One that answers otherwise
there has survived: a story is missing. One that never does is equivalent as far as the organisations go.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from seewhy.cypher import compose
from seewhy.cypher.header import QueryFileError
from seewhy.cypher.ladder import Ladder
from seewhy.cypher.ladder_files import read_ladder
from seewhy.cypher.lint import faults
from seewhy.schemes.comparison import Comparison, Organisation
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
    from collections.abc import Iterable, Iterator, Sequence


KILLED, SURVIVED, EQUIVALENT = "killed", "survived", "equivalent"


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
