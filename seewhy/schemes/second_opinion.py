"""Rungs against definition: do the two say the same about every pair of generated organisations?

The definition is SQL over the rows, the rungs are Cypher over the graph that is derived of them: both share only the
reading and checking of the rows. Every kind of disagreement becomes a story, made small, that says what the definition
says. Who is right, the rules decide.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.engines import open_engine
from seewhy.graph.engines.neo4j import Neo4jEngine
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.settings import is_address
from seewhy.loaders.ledger import merge
from seewhy.loaders.load import load_checked
from seewhy.schemes.definition import Said, said_by_definition
from seewhy.schemes.organisations import DAY, Chance
from seewhy.schemes.reduce import smallest
from seewhy.schemes.rungs import said_by_rungs
from seewhy.schemes.side_by_side import accepted, prefix
from seewhy.schemes.stories import story, write_story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from seewhy.graph.engines import Engine
    from seewhy.schemes.definition import Pair
    from seewhy.schemes.organisations import Rows
    from seewhy.schemes.side_by_side import SideBySide
    from seewhy.schemes.under_test import SchemeUnderTest

PAIRS = 10_000
TOGETHER = 100
"""Organisations in one graph: about two thousand pairs, and ten thousand rows."""
PAIRS_EACH = 18
"""An organisation has about so many, so that the last graph is not larger than it must be."""
STORIES = 10
"""A story takes a quarter of a minute to make small, on Neo4j minutes."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A pair about which the two differ. `seed` makes its organisation again; `file` is where `story` was written.

    `rungs` is None for a pair that the graph does not hold.
    """

    engine: str
    seed: int
    person: str
    case: str
    rungs: Said | None
    definition: Said
    story: str = ""
    file: str = ""

    def __str__(self) -> str:
        """One sentence."""
        said = self.rungs or "nothing"
        return (
            f"person `{self.person}`, case `{self.case}` of organisation {self.seed}: the rungs say {said} on "
            f"{self.engine}, the definition says {self.definition}"
        )


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What a comparison found. `decided` counts pairs by step of the definition, a step that decided none included.

    `disagreements` has one for each kind of difference (of step, value, now, search) and engine; `wrong` counts pairs.
    """

    scheme: str
    engines: tuple[str, ...]
    pairs: int
    organisations: int
    decided: Mapping[str, int]
    wrong: int = 0
    disagreements: tuple[Disagreement, ...] = field(default=())

    @property
    def never(self) -> tuple[str, ...]:
        """The steps that decided no pair: about them nothing was shown."""
        return tuple(step for step, count in self.decided.items() if not count)

    def as_dict(self) -> dict[str, Any]:
        """Keys scheme, engines, pairs, organisations, decided, wrong, disagreements (sentence, seed, engine, file)."""
        return {
            "scheme": self.scheme,
            "engines": list(self.engines),
            "pairs": self.pairs,
            "organisations": self.organisations,
            "decided": dict(self.decided),
            "wrong": self.wrong,
            "disagreements": [
                {"sentence": str(one), "seed": one.seed, "engine": one.engine, "file": one.file}
                for one in self.disagreements
            ],
        }


def second_opinion(
    scheme: SchemeUnderTest,
    *,
    pairs: int = PAIRS,
    seed: int = 0,
    target: str | None = None,
    stories: Path | None = None,
    most_stories: int = STORIES,
    progress: Callable[[int, int], None] | None = None,
) -> SecondOpinion:
    """Compare so many pairs on the embedded engine and, with the address of an empty Neo4j as `target`, there too.

    `seed` is that of the first organisation, the others follow. `stories` is a folder that disagreements are written
    to; after `most_stories` kinds of them no more are made small and written. `progress` gets pairs compared and pairs
    in all. Raises ConfigurationError for a definition that cannot be used, a target that is none or holds a graph,
    LimitReached for a definition that takes too long.
    """
    neo4j = None if target is None else _neo4j(target)
    try:
        if neo4j is not None and neo4j.loads():
            raise ConfigurationError(f"the graph `{target}` is not empty", "give an empty database")
        return _Comparison(scheme, neo4j, stories, most_stories).run(pairs, seed, progress)
    finally:
        if neo4j is not None:
            neo4j.close()


def _neo4j(target: str) -> Neo4jEngine:
    engine = open_engine(target, write=True) if is_address(target) else None
    if not isinstance(engine, Neo4jEngine):
        raise ConfigurationError(f"`{target}` is no address of a Neo4j", "such as bolt://localhost:7687")
    return engine


class _Comparison:
    def __init__(
        self, scheme: SchemeUnderTest, neo4j: Neo4jEngine | None, stories: Path | None, most_stories: int
    ) -> None:
        self.scheme, self.neo4j, self.stories, self.most_stories = scheme, neo4j, stories, most_stories
        self.chance = Chance(scheme)
        self.engines = ("embedded",) if neo4j is None else ("embedded", neo4j.name)
        self.decided: Counter[str] = Counter(dict.fromkeys(scheme.steps, 0))
        self.wrong = 0
        self.kinds: dict[tuple[str, str], Disagreement] = {}

    def run(self, wanted: int, seed: int, progress: Callable[[int, int], None] | None) -> SecondOpinion:
        done = organisations = 0
        while done < wanted:
            seeds = range(seed + organisations, seed + organisations + min(TOGETHER, 2 + (wanted - done) // PAIRS_EACH))
            side = accepted([self.chance.organisation(one) for one in seeds], self.scheme.specs)
            pairs = side.pairs(self.scheme.name)[: wanted - done]
            if not pairs:
                raise ConfigurationError(f"no generated organisation has a case in a system of `{self.scheme.name}`")
            self._compare(side, pairs, seeds)
            done, organisations = done + len(pairs), organisations + len(seeds)
            if progress:
                progress(done, wanted)
        found = tuple(self.kinds.values())
        return SecondOpinion(self.scheme.name, self.engines, done, organisations, self.decided, self.wrong, found)

    def _compare(self, side: SideBySide, pairs: Sequence[Pair], seeds: Sequence[int]) -> None:
        expected = said_by_definition(self.scheme, side.frames, pairs, DAY)
        self.decided.update(said.step for said in expected.values())
        for engine in self.engines:
            with self._graph(engine, side.frames) as graph:
                got = said_by_rungs(self.scheme, graph, pairs, DAY)
            for pair in pairs:
                if got.get(pair) != expected[pair]:
                    self.wrong += 1
                    self._keep(engine, side, pair, seeds, got.get(pair), expected[pair])

    @contextmanager
    def _graph(self, engine: str, frames: Mapping[str, pl.DataFrame]) -> Iterator[Engine]:
        if engine == "embedded" or self.neo4j is None:
            yield in_memory(merge({}, frames, DAY, "load-0001").history, DAY).engine
            return
        load_checked(self.neo4j, frames, given=frozenset(), as_of=DAY)
        try:
            yield self.neo4j
        finally:
            self.neo4j.clear()

    def _keep(
        self, engine: str, side: SideBySide, pair: Pair, seeds: Sequence[int], rungs: Said | None, definition: Said
    ) -> None:
        """The first of each kind of disagreement, with its story."""
        kind = (engine, f"{rungs} / {definition}")
        if kind in self.kinds:
            return
        number, own = side.of(pair)
        found = Disagreement(engine, seeds[number], *own, rungs, definition)
        if len(self.kinds) < self.most_stories and self.stories is not None:
            text, path = self._story(found, side.own[number])
            found = Disagreement(engine, seeds[number], *own, rungs, definition, text, str(path))
        self.kinds[kind] = found

    def _story(self, found: Disagreement, rows: Rows) -> tuple[str, Path]:
        assert self.stories is not None
        own = (found.person, found.case)

        def still(candidates: Sequence[Rows]) -> list[bool]:
            """Whether each candidate is one that a load takes, and the two still say what they said."""
            side = accepted(candidates, self.scheme.specs, whole=True)
            known = set(side.pairs(self.scheme.name))
            pairs = [(prefix(number) + own[0], prefix(number) + own[1]) for number in range(len(candidates))]
            asked = [pair for pair in pairs if pair in known]
            if not asked:
                return [False] * len(pairs)
            expected = said_by_definition(self.scheme, side.frames, asked, DAY)
            with self._graph(found.engine, side.frames) as graph:
                got = said_by_rungs(self.scheme, graph, asked, DAY)
            return [(got.get(pair), expected.get(pair)) == (found.rungs, found.definition) for pair in pairs]

        left = smallest(rows, self.scheme.specs, still)
        name = f"{found.engine}, {self.scheme.name}: the rungs say {found.rungs}, the definition {found.definition}"
        text = story(left, self.scheme.specs, own, f"{name} (organisation {found.seed})", found.definition)
        step = found.rungs.step if found.rungs else "nothing"
        return text, write_story(self.stories, f"{self.scheme.name}_{step}_for_{found.definition.step}", text)
