"""Changes every rung, finding and question of eligibility one place at a time and tells who notices: `make mutants`.

Takes minutes. The table goes into `testing.md`, between its two marks; each mutant that no story noticed is printed.
"""

from __future__ import annotations

import argparse
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docs.markdown import table
from seewhy.cypher.catalogue import book
from seewhy.cypher.folders import shipped
from seewhy.graph.rules.findings import findings
from seewhy.schemes.comparison import Organisation, remembered
from seewhy.schemes.proof import Score, Verdict, prove_scheme
from seewhy.schemes.question_proof import Question, QuestionProof
from seewhy.schemes.stated import loaded_stories
from tests.definition import World, decide
from tests.definition.history import history as defined_history
from tests.differential import test_eligibility as of_eligibility
from tests.support.story_files import STORY_FILES
from tests.support.world_graphs import embedded, histories_side_by_side, ids, loaded, prefix_of, prefixed
from tests.worlds.builder import DAY
from tests.worlds.histories import seeded_history
from tests.worlds.strategies import seeded_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from seewhy.api import Graph
    from tests.worlds.tables import Rows

    Answers = dict[tuple[str, str], tuple[str, str, str]]

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "testing.md"
MARKS = ("<!-- mutants: begin -->", "<!-- mutants: end -->")
HISTORY_DAYS = ("2026-03-01", "2026-06-15", "2026-06-20")
SEED = 900
HISTORY_SEED = 920
"""Behind 910, where a `since` is corrected of a fact that had begun anew: the definition has another reading there."""
WORLDS_OF_QUESTIONS = 16


def _defined(world: World, people: list[str], cases: list[str], day: str, prefix: str = "") -> Answers:
    found = {(prefix + p, prefix + c): decide(world, p, c, day) for p in people for c in cases}
    return {pair: (one.value, one.value_now, one.step) for pair, one in found.items()}


def organisations(scheme: str, *, worlds: int = 90, mixed: int = 30, histories: int = 30) -> Iterator[Organisation]:
    """Generated organisations side by side in a few graphs, each pair with what the definition of the tests says."""
    for kind, number in ((scheme, worlds), ("mixed", mixed)):
        together: Rows = {}
        answers: Answers = {}
        for place in range(number):
            rows = prefixed(seeded_world(kind, SEED + place), prefix_of(place))
            answers |= _defined(World(rows), *ids(rows), DAY)
            for stem, lines in rows.items():
                together.setdefault(stem, []).extend(lines)
        if number:
            yield Organisation(remembered(together, DAY), DAY, tuple(answers), answers)
    if histories:
        loads = [seeded_history(scheme, HISTORY_SEED + place) for place in range(histories)]
        whole = histories_side_by_side([loaded(each) for each in loads])
        for day in HISTORY_DAYS:
            answers = {}
            for place, each in enumerate(loads):
                people, cases = ({one for _, rows in each for one in ids(rows)[side]} for side in (0, 1))
                answers |= _defined(defined_history(each), sorted(people), sorted(cases), day, prefix_of(place))
            yield Organisation(whole, day, tuple(answers), answers)


def rungs(scheme: str) -> Iterator[Verdict]:
    """Every mutant of a built-in scheme's rungs."""
    stories = [path for path in _stories() if scheme in path.read_text("utf-8").lower()]
    yield from prove_scheme(scheme, ROOT / "cypher" / "schemes" / scheme, stories, organisations(scheme))


def eligibility_questions() -> Iterator[Question]:
    """Questions about generated organisations, each answered as the definition of the tests says."""
    for scheme, of_scheme in of_eligibility.QUESTIONS.items():
        for seed in range(WORLDS_OF_QUESTIONS):
            rows = of_eligibility.enriched(scheme, seed)
            graph, world = embedded(rows, DAY), World(rows)
            cases = list(of_scheme(world, world.on(DAY), random.Random(seed)))
            for arguments, expected in random.Random(seed).sample(cases, min(len(cases), 60)):
                yield Question(
                    f"{scheme} {seed}: {arguments}", graph.session.engine, _eligible(arguments, expected), defined=True
                )


def _eligible(arguments: dict[str, Any], expected: Any) -> Callable[[Graph], Any]:
    """A question whose answer is compared as far as the definition goes; raises AssertionError before that."""

    def ask(graph: Graph) -> Any:
        answer = of_eligibility.got(graph, arguments)
        return answer[0] if isinstance(expected, tuple) and expected[1] is None else answer

    return ask


def findings_questions() -> Iterator[Question]:
    """All findings of generated organisations, rule by rule."""
    for kind, seeds in (("mixed", 24), ("positions", 10), ("memberships", 8), ("privileges", 14)):
        for seed in range(seeds):
            graph = embedded(seeded_world(kind, SEED + seed), DAY)
            for one in findings():
                yield Question(f"{kind} {SEED + seed}: {one.name}", graph.session.engine, _found(one.name))


def _found(name: str) -> Callable[[Graph], Any]:
    return lambda graph: graph.findings(DAY, rule=name).findings


def questions(part: str) -> Iterator[Verdict]:
    """Every mutant of a folder of questions."""
    kind, asked = {"eligibility": ("eligible", eligibility_questions), "findings": ("findings", findings_questions)}[
        part
    ]
    stories = loaded_stories(path for path in _stories() if f"- {kind}" in path.read_text("utf-8"))
    proof = QuestionProof(stories, asked())
    for name in book():
        if name.startswith(f"{part}/"):
            yield from proof.prove(name, (ROOT / book()[name].file).read_text("utf-8"))


def _stories() -> list[Path]:
    return STORY_FILES


def told(name: str, verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """Print each mutant that no story noticed, and return the row of the table."""
    seen = []
    for one in verdicts:
        seen.append(one)
        if not one.by_story:
            shown = f"{one.outcome:10} {name}/{one.mutant.place} {one.mutant.change}"
            print(f"{shown} | {one.by or f'{one.compared:,} compared'}", flush=True)  # noqa: T201
    score = Score.of(seen)
    numbers = (score.mutants, score.by_stories, score.by_definition, score.survived, score.equivalent)
    compared = max((one.compared for one in seen), default=0)
    by_stories = score.by_stories / score.different if score.different else 1
    return (name, *(f"{number:,}" for number in (*numbers, compared)), f"{score.killed:.1%}", f"{by_stories:.1%}")


HEAD = (
    *("changed texts", "mutants", "killed by stories", "by the definition alone", "survived", "equivalent"),
    *("compared at most for each", "killed in all", "by stories alone"),
)


def write(rows: list[tuple[str, ...]]) -> None:
    """Put rows of the table into the page, in place of those with the same name."""
    text = PAGE.read_text("utf-8")
    begin, end = text.index(MARKS[0]) + len(MARKS[0]), text.index(MARKS[1])
    old = {
        cells[0]: tuple(cells)
        for line in text[begin:end].splitlines()
        if len(cells := [cell.strip() for cell in line.strip("| ").split("|")]) == len(HEAD)
        and re.match(r"\d", cells[1])
    }
    new = old | {row[0]: row for row in rows}
    PAGE.write_text(
        f"{text[:begin]}\n{table(HEAD, [new[name] for name in PARTS if name in new])}\n{text[end:]}", "utf-8"
    )


PARTS = {**dict.fromkeys(shipped(), rungs), "eligibility": questions, "findings": questions}


def main() -> None:
    """Prove the parts named, all by default."""
    parser = argparse.ArgumentParser(prog="python -m docs.mutants", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=list(PARTS), help="what to change")
    for name in parser.parse_args().parts:
        row = told(name, PARTS[name](name))
        print(" | ".join(f"{head}: {cell}" for head, cell in zip(HEAD, row, strict=True)), flush=True)  # noqa: T201
        write([row])


if __name__ == "__main__":
    main()
