"""The proof of plain questions, findings and what eligibility asks: their killers are the tests of stories.

A mutant that no test notices is run as it stands beside the original: with every parameter that a test used on the
test's own organisation, and with ids of generated organisations. Rows that differ make it a survivor.
"""

from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from seewhy.cypher.catalogue import book, written_out
from seewhy.cypher.header import PLAIN_KEYS, QueryFileError, read
from seewhy.cypher.lint import check_block
from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.errors import SeeWhyError
from seewhy.schemes.mutants import Mutant, mutants_of_question
from seewhy.schemes.proof import EQUIVALENT, KILLED, SURVIVED, Organisation, Verdict
from seewhy.schemes.stated import LoadedStory, Recording, Substituted, Unreadable, asked, named, wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seewhy.graph.engines.base import Engine
    from seewhy.graph.session import Session

CALLS = 12
"""Sets of parameters for each question and generated organisation."""
_KINDS = {
    "person": "person",
    "people": "person",
    "case": "case",
    "system": "system",
    "position": "position",
    "positions": "position",
    "unit": "unit",
    "units": "unit",
    "other": "unit",
    "segment": "unit",
    "work": "work",
}
"""Parameters that are ids, by the kind of id; a plural is a list."""


class QuestionProof:
    """Stories and generated organisations, loaded once for any number of questions.

    Raises ValueError for a test that fails before anything is changed.
    """

    def __init__(self, stories: Sequence[LoadedStory], organisations: Iterable[Organisation]) -> None:
        self._tests: dict[str, list[tuple[LoadedStory, int]]] = defaultdict(list)
        self._calls: dict[str, list[tuple[str, Engine, dict[str, Any]]]] = defaultdict(list)
        for story in stories:
            for number in range(1, len(story.story.tests) + 1):
                recorder = Recording(story.engine)
                if fault := wrong(story, number, recorder):
                    raise ValueError(f"{named(story, number)} fails before anything is changed: {fault}")
                for text in dict.fromkeys(text for text, _ in recorder.read_texts):
                    self._tests[text].append((story, number))
                for text, parameters in recorder.read_texts:
                    self._calls[text].append((named(story, number), story.engine, parameters))
        self._generated = [
            (session, organisation.day, _ids(session))
            for organisation in organisations
            for session in [in_memory(organisation.history, organisation.day)]
        ]

    def prove(self, name: str, source: str) -> Iterator[Verdict]:
        """What becomes of each mutant of the question `name` of the book, whose file holds `source`."""
        original = book()[name].text
        calls = self._distinct(original) + self._sampled(name)
        rows = [_rows(engine, original, given) for _, engine, given in calls]
        for mutant in mutants_of_question(f"{name}.cypher", source):
            text = _text(mutant)
            if text is None or text == original:
                continue
            try:
                by = self._noticed(original, text)
                differs = "" if by else self._difference(text, calls, rows)
            except Unreadable:
                continue
            outcome = KILLED if by else SURVIVED if differs else EQUIVALENT
            yield Verdict(mutant, outcome, by or differs, len(calls), by_story=bool(by))

    def _noticed(self, original: str, text: str) -> str:
        for story, number in self._tests[original]:
            if wrong(story, number, Substituted(story.engine, {original: text})):
                return named(story, number)
        return ""

    def _distinct(self, original: str) -> list[tuple[str, Engine, dict[str, Any]]]:
        """Every way in which tests ran a text, once."""
        return list({(id(call[1]), repr(call[2])): call for call in self._calls[original]}.values())

    def _sampled(self, name: str) -> list[tuple[str, Engine, dict[str, Any]]]:
        """Parameters by chance from generated organisations; what is no id is as some test gave it."""
        seen = [given for _, _, given in self._calls[book()[name].text]]
        parameters = sorted(book()[name].parameters - {"as_of"})
        choose = random.Random(name)
        found: dict[str, tuple[str, Engine, dict[str, Any]]] = {}
        for place, (session, day, ids) in enumerate(self._generated):
            for _ in range(CALLS if parameters else 1):
                given: dict[str, Any] = {"as_of": day}
                for one in parameters:
                    pool = ids.get(_KINDS.get(one, ""), [])
                    if pool:
                        some = [choose.choice(pool) for _ in range(3)]
                        given[one] = sorted({*some}) if one.endswith("s") or one == "people" else some[0]
                    elif seen:
                        given[one] = choose.choice(seen)[one]
                if given.keys() >= set(parameters):
                    found[f"{place} {given!r}"] = (f"a generated organisation, {given}", session.engine, given)
        return list(found.values())

    def _difference(self, text: str, calls: Sequence[tuple[str, Engine, dict[str, Any]]], rows: Sequence[str]) -> str:
        for (where, engine, given), before in zip(calls, rows, strict=True):
            if _rows(engine, text, given) != before:
                return f"other rows for {where}"
        return ""


def _text(mutant: Mutant) -> str | None:
    """The text that a mutant sends to an engine; nothing for one that cannot be read or leaves the shared dialect."""
    (source,) = mutant.files.values()
    try:
        (block,) = read(mutant.file, source or "", PLAIN_KEYS).blocks
        check_block(mutant.file, block)
    except (QueryFileError, ValueError):
        return None
    return written_out(block.body)


def _ids(session: Session) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = defaultdict(list)
    for row in session.run("organisation/ids"):
        ids[row["kind"]].append(row["id"])
    ids["work"] = [row["id"] for row in session.run("eligibility/work_items")]
    return ids


def _rows(engine: Engine, text: str, given: dict[str, Any]) -> str:
    """The rows of a text in an order of their own, as text; a question that is stopped counts as other rows."""
    try:
        return repr(_ordered(asked(engine, text, given)))
    except SeeWhyError as error:
        return error.message


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(one) for key, one in value.items()}
    return sorted(map(_ordered, value), key=repr) if isinstance(value, list) else value
