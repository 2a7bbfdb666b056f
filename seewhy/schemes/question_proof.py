"""The proof of plain questions, findings and what eligibility asks: their killers are the tests of stories.

A mutant that no test notices is compared with the original by whole answers: those of the tests, of which a test states
a part, and those of questions about generated organisations. An answer that differs makes it a survivor. Rows that
differ without an answer that does are nobody's business.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from seewhy.api import Graph
from seewhy.assertions.invariants import INVARIANTS
from seewhy.cypher.catalogue import book, written_out
from seewhy.cypher.header import PLAIN_KEYS, QueryFileError, read
from seewhy.cypher.lint import check_block
from seewhy.schemes.mutants import Mutant, mutants_of_question
from seewhy.schemes.proof import EQUIVALENT, KILLED, SURVIVED, Verdict
from seewhy.schemes.stated import LoadedStory, Recording, Substituted, Unreadable, asked_of, named, wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seewhy.graph.engines.base import Engine


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask of a graph, in words and as a function whose answer can be compared; `defined` when a definition
    that shares nothing with the product has said that the answer is right."""

    words: str
    engine: Engine
    ask: Callable[[Graph], Any]
    defined: bool = False

    def answer(self, engine: Substituted) -> str:
        """The answer as text, an error as its sentence. Raises Unreadable."""
        try:
            return repr(self.ask(Graph(cast("Engine", engine))))
        except Unreadable:
            raise
        except Exception as error:  # whatever a reader makes of rows that it never gets
            return f"the error {error}"


class QuestionProof:
    """Stories and questions, asked once as they are, for any number of changed texts.

    Raises ValueError for a test that fails before anything is changed.
    """

    def __init__(self, stories: Sequence[LoadedStory], questions: Iterable[Question] = ()) -> None:
        self._tests: dict[str, list[tuple[LoadedStory, int]]] = defaultdict(list)
        self._questions: dict[str, list[tuple[Question, str]]] = defaultdict(list)
        for story in stories:
            for number in range(1, len(story.story.tests) + 1):
                recorder = Recording(story.engine)
                if fault := wrong(story, number, recorder):
                    raise ValueError(f"{named(story, number)} fails before anything is changed: {fault}")
                for text in dict.fromkeys(text for text, _ in recorder.read_texts):
                    self._tests[text].append((story, number))
        for question in (*_whole(stories), *questions):
            recorder = Recording(question.engine)
            right = question.answer(recorder)
            for text in dict.fromkeys(text for text, _ in recorder.read_texts):
                self._questions[text].append((question, right))

    def prove(self, name: str, source: str) -> Iterator[Verdict]:
        """What becomes of each mutant of the question `name` of the book, whose file holds `source`."""
        original = book()[name].text
        compared = len(self._questions[original])
        for mutant in mutants_of_question(f"{name}.cypher", source):
            text = _text(mutant)
            if text is None or text == original:
                continue
            try:
                by = self._noticed(original, text)
                other = None if by else self._different(original, text)
            except Unreadable:
                continue
            if by:
                yield Verdict(mutant, KILLED, by, by_story=True)
            elif other is None:
                yield Verdict(mutant, EQUIVALENT, "", compared)
            else:
                yield Verdict(mutant, KILLED if other.defined else SURVIVED, other.words, compared)

    def _noticed(self, original: str, text: str) -> str:
        for story, number in self._tests[original]:
            if wrong(story, number, Substituted(story.engine, {original: text})):
                return named(story, number)
        return ""

    def _different(self, original: str, text: str) -> Question | None:
        """A question that is answered otherwise, one that is defined before one that is not."""
        for question, right in sorted(self._questions[original], key=lambda item: not item[0].defined):
            if question.answer(Substituted(question.engine, {original: text})) != right:
                return question
        return None


def _whole(stories: Sequence[LoadedStory]) -> Iterator[Question]:
    """The questions of tests, for all of their answers."""
    for story in stories:
        for number, test in enumerate(story.story.tests, 1):
            kind, given = asked_of(test)
            if kind not in INVARIANTS:
                yield Question(f"all of {named(story, number)}", story.engine, _asking(kind, given, story.story.as_of))


def _asking(kind: str, given: dict[str, Any], as_of: str) -> Callable[[Graph], Any]:
    return lambda graph: getattr(graph, kind)(**{"as_of": as_of, **given})


def _text(mutant: Mutant) -> str | None:
    """The text that a mutant sends to an engine; nothing for one that cannot be read or leaves the shared dialect."""
    (source,) = mutant.files.values()
    try:
        (block,) = read(mutant.file, source or "", PLAIN_KEYS).blocks
        check_block(mutant.file, block)
    except (QueryFileError, ValueError):
        return None
    return written_out(block.body)
