"""What stories say about pairs, asked of a changed ladder: one question per story and day.

A story's organisation does not change with a rung, so it is loaded once. `check`, `who` and `what` are decided from the
composed `check` for many pairs; every other test (searching, promises, findings …) is asked as it stands, with the
changed texts in place of the shipped ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from seewhy.api import Graph
from seewhy.assertions.expect import answer
from seewhy.assertions.faults import QUESTIONS
from seewhy.assertions.format import Story, read_story, world
from seewhy.assertions.invariants import INVARIANTS, keep
from seewhy.assertions.values import agrees
from seewhy.cypher import compose, explained
from seewhy.cypher.header import parameters_in
from seewhy.graph.errors import QueryContractError
from seewhy.graph.matrix.claims import PAIRS_PER_QUESTION
from seewhy.graph.matrix.decision import Claim, Decision, decide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from seewhy.cypher.ladder import Ladder
    from seewhy.graph.engines.base import Engine, Rows

Pair = tuple[str, str]
Decisions = dict[Pair, Decision]
_GROUPS = ("edit", "view", "edit_now", "view_now")
_BY_PAIRS = ("check", "who", "what")


class Unreadable(Exception):
    """The engine does not take a changed text, so it is no mutant."""


@dataclass(frozen=True, slots=True)
class LoadedStory:
    """A story with its own organisation in memory; `schemes` by case."""

    story: Story
    engine: Engine
    people: tuple[str, ...]
    schemes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stated:
    """One test that is decided by pairs: what it needs, and whether decisions are as it says."""

    story: LoadedStory
    number: int
    day: str
    pairs: frozenset[Pair]
    holds: Callable[[Decisions], bool]
    steps: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """File and number of the test."""
        return named(self.story, self.number)


def named(story: LoadedStory, number: int) -> str:
    """File and number of a test, as a table shows them: `portal/firm.yaml test 3` for one in a folder of a scheme."""
    path = Path(story.story.file)
    folder = path.parent.parent if path.parent.name == "stories" else path.parent
    return f"{folder.name}/{path.name} test {number}"


def loaded_stories(files: Iterable[Path]) -> list[LoadedStory]:
    """The stories that bring their own rows, and rows without problems; every other one says nothing about rungs."""
    found = []
    for path in files:
        story = read_story(path)
        if story.given is None or any("load" in test for test in story.tests):
            continue
        with world(story, None) as (graph, _):
            if graph is None:
                continue
            session = graph.session
            systems = {row["id"]: row["scheme"] for row in session.run("organisation/systems")}
            schemes = {row["id"]: systems[row["system"]] for row in session.run("organisation/cases")}
            people = tuple(row["id"] for row in session.run("organisation/people"))
            found.append(LoadedStory(story, session.engine, people, schemes))
    return found


def asked_of(test: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The kind of question of a test and its arguments."""
    kind = next(key for key in test if key in QUESTIONS)
    return kind, {key: value for key, value in (test[kind] or {}).items() if value is not None}


def stated(story: LoadedStory) -> list[Stated]:
    """The tests of a story that pairs decide."""
    return [
        one
        for number, test in enumerate(story.story.tests, 1)
        if (one := _stated(story, number, *asked_of(test), test.get("expect")))
    ]


def _stated(story: LoadedStory, number: int, kind: str, asked: dict[str, Any], expect: Any) -> Stated | None:
    if kind not in _BY_PAIRS or asked.get("action", "view") != "view":
        return None
    day = str(asked.get("as_of", story.story.as_of))
    person, case = str(asked.get("person", "")), str(asked.get("case", ""))
    if kind == "check":
        pair, said = (person, case), {k: v for k, v in expect.items() if k in ("value", "value_now", "step")}

        def one_holds(decisions: Decisions) -> bool:
            got = decisions[pair]
            return agrees(said, {"value": got.value, "value_now": got.value_now, "step": got.step})

        return Stated(story, number, day, frozenset({pair}), one_holds)
    pairs = [(one, case) for one in story.people] if kind == "who" else [(person, one) for one in story.schemes]
    side = 0 if kind == "who" else 1

    def list_holds(decisions: Decisions) -> bool:
        groups: dict[str, list[str]] = {name: [] for name in _GROUPS}
        for pair in pairs:
            if (got := decisions[pair]).value != "none":
                groups[got.value].append(pair[side])
                groups.setdefault(f"{got.value_now}_now", []).append(pair[side])
        if isinstance(expect, dict):
            return agrees({key: value for key, value in expect.items() if key in groups}, groups)
        return agrees(expect, sorted({*groups["edit"], *groups["view"]}))

    return Stated(story, number, day, frozenset(pairs), list_holds)


def decided(
    engine: Engine, ladder: Ladder, text: str, pairs: Iterable[Pair], day: str, action: str = "view"
) -> Decisions:
    """What a ladder decides about pairs by its composed `check`. Raises Unreadable for a text that cannot be run."""
    found: Decisions = {}
    wanted = [list(pair) for pair in pairs]
    for begin in range(0, len(wanted), PAIRS_PER_QUESTION):
        given = {"pairs": wanted[begin : begin + PAIRS_PER_QUESTION], "as_of": day, "action": action}
        for row in asked(engine, text, given):
            found[row["person"], row["case_id"]] = decide(ladder, Claim.from_row(row))
    return found


def asked(engine: Engine, text: str, given: Mapping[str, Any]) -> Rows:
    """The rows of a changed text. Raises Unreadable for one that cannot be run."""
    used = parameters_in(text)
    try:
        return engine.read(text, {key: value for key, value in given.items() if key in used})
    except QueryContractError as error:
        raise Unreadable(error.message) from error


class Substituted:
    """An engine that runs other texts in place of some."""

    def __init__(self, engine: Engine, texts: Mapping[str, str]) -> None:
        self._engine, self._texts = engine, texts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def read(self, text: str, parameters: Mapping[str, Any] | None = None, *, timeout: float | None = None) -> Rows:
        """As `Engine.read`; raises Unreadable for a changed text that cannot be run."""
        if text in self._texts:
            return asked(self._engine, self._texts[text], parameters or {})
        return self._engine.read(text, parameters, timeout=timeout)


class Recording(Substituted):
    """An engine that remembers which texts were run with which parameters."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, {})
        self.read_texts: list[tuple[str, dict[str, Any]]] = []

    def read(self, text: str, parameters: Mapping[str, Any] | None = None, *, timeout: float | None = None) -> Rows:
        """As `Engine.read`."""
        self.read_texts.append((text, dict(parameters or {})))
        return super().read(text, parameters, timeout=timeout)


def wrong(story: LoadedStory, number: int, engine: Substituted) -> str:
    """How a test fails on an engine; blank when it passes."""
    test = story.story.tests[number - 1]
    kind, given = asked_of(test)
    graph = Graph(cast("Engine", engine))
    try:
        if kind in INVARIANTS:
            return keep(graph.session, kind, given, story.story.as_of).wrong
        return answer(graph, kind, given, test.get("expect"), story.story.as_of)
    except Unreadable:
        raise
    except Exception as error:  # whatever a reader makes of rows that it never gets
        return f"got the error: {error}"


def composed(ladder: Ladder) -> list[str]:
    """Every composed text of a ladder, always in the same order."""
    search = ladder.has_search
    texts = [
        compose.check(ladder),
        compose.check(ladder, many=True),
        compose.who(ladder),
        compose.people(ladder, "profile"),
        compose.people(ladder, "case"),
        explained.why(ladder),
        explained.why(ladder, timed=False),
        explained.candidates(ladder),
        compose.seers(ladder, "profile"),
        compose.seers(ladder, "case"),
    ]
    if search:
        texts += [
            compose.check(ladder, search=True),
            compose.who(ladder, search=True),
            compose.people(ladder, "profile", search=True),
            compose.people(ladder, "case", search=True),
            compose.searchers(ladder),
        ]
    return [compose.with_stored(text) for text in texts]


def reading(stories: Sequence[LoadedStory]) -> list[tuple[LoadedStory, int, frozenset[str]]]:
    """Every test that pairs do not decide, with the texts that it runs."""
    found = []
    for story in stories:
        by_pairs = {one.number for one in stated(story)}
        for number in range(1, len(story.story.tests) + 1):
            if number not in by_pairs:
                recorder = Recording(story.engine)
                if fault := wrong(story, number, recorder):
                    raise ValueError(f"{named(story, number)} fails before anything is changed: {fault}")
                found.append((story, number, frozenset(text for text, _ in recorder.read_texts)))
    return found
