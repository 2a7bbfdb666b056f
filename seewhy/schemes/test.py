"""Testing a scheme: its stories, its definition in SQL against its rungs, changed rungs that something must notice."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from seewhy.assertions.run import run_files
from seewhy.graph.settings import is_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seewhy.assertions.run import TestResult
    from seewhy.graph.schemes.scheme import Scheme

DEFINITION = "definition.sql"


@dataclass(frozen=True, slots=True)
class SchemeTest:
    """What was found: outcomes of the stories by engine, and what else was asked for."""

    scheme: str
    stories: tuple[TestResult, ...]
    compared: dict[str, Any] = field(default_factory=dict)
    mutants: dict[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether something is not as it must be."""
        wrong = any(result.failed for result in self.stories) or bool(self.compared.get("disagreements"))
        return wrong or bool(self.mutants.get("survived"))

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `scheme test`."""
        return {
            "scheme": self.scheme,
            "stories": [result.as_dict() for result in self.stories],
            **({"definition": {k: v for k, v in self.compared.items() if k != "lines"}} if self.compared else {}),
            **({"mutants": {k: v for k, v in self.mutants.items() if k != "lines"}} if self.mutants else {}),
            "failed": self.failed,
        }

    def lines(self) -> Iterator[str]:
        """The same for a terminal."""
        for result in self.stories:
            yield f"stories: {result.passed} passed, {result.failed} failed"
            for outcome in result.wrong:
                yield f"  {outcome.file}, test {outcome.test}: {outcome.question}: {outcome.wrong}"
            yield f"  on {result.engine}"
        if not self.stories:
            yield "there are no stories"
        yield from self.compared.get("lines", ())
        yield from self.mutants.get("lines", ())


def tested(scheme: Scheme, target: str | None, *, pairs: int, disagreements: Path | None, mutate: bool) -> SchemeTest:
    """Run what the folder brings: stories in memory and, with a server as `target`, there as well."""
    with TemporaryDirectory() as folder:
        files = []
        for name in scheme.stories:
            path = Path(scheme.folder.origin) / name  # as it is called by whoever asks
            if not path.is_file():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(scheme.files[name])
            files.append(path)
        places = [folder, *([target] if target and is_address(target) else [])]
        results = [run_files(files, place) for place in places] if files else []
        compared: dict[str, Any] = {}
        if DEFINITION in scheme.files:
            compared = _compared(scheme, target, pairs, disagreements)
        mutants = _mutated(scheme, Path(folder), files) if mutate and not any(one.failed for one in results) else {}
    return SchemeTest(scheme.name, tuple(results), compared, mutants)


ORGANISATIONS = 120
"""Generated organisations, side by side in one graph, on which a mutant that no story noticed is compared."""


def _mutated(scheme: Scheme, place: Path, stories: list[Path]) -> dict[str, Any]:
    """What becomes of each changed rung, as JSON with the lines of a terminal."""
    from seewhy.loaders.ledger import merge
    from seewhy.schemes.comparison import Organisation
    from seewhy.schemes.definition import said_by_definition
    from seewhy.schemes.organisations import DAY, Chance
    from seewhy.schemes.proof import SURVIVED, Score, prove_scheme
    from seewhy.schemes.side_by_side import accepted
    from seewhy.schemes.under_test import SchemeUnderTest

    folder = place / "rungs"
    folder.mkdir()
    for name, content in scheme.files.items():
        if "/" not in name:
            (folder / name).write_bytes(content)
    under = SchemeUnderTest.read(scheme.name, needs_definition=False)
    chance = Chance(under)
    side = accepted([chance.organisation(seed) for seed in range(ORGANISATIONS)], under.specs)
    pairs = side.pairs(scheme.name)
    said = said_by_definition(under, side.frames, pairs, DAY) if under.definition else {}
    defined = {pair: (one.value, one.value_now or one.value, one.step) for pair, one in said.items()}
    whole = Organisation(merge({}, side.frames, DAY, "load-0001").history, DAY, tuple(pairs), defined)
    verdicts = list(prove_scheme(scheme.name, folder, stories, [whole]))
    score = Score.of(verdicts)
    survivors = [f"{one.mutant.place} {one.mutant.change} ({one.by})" for one in verdicts if one.outcome == SURVIVED]
    equivalent = [
        f"{one.mutant.place} {one.mutant.change} ({one.compared:,} compared)"
        for one in verdicts
        if one.outcome == "equivalent"
    ]
    lines = [
        f"mutants: {score.mutants}, killed by stories {score.by_stories}, by the definition {score.by_definition}, "
        f"survived {score.survived}, equivalent {score.equivalent} ({score.killed:.1%} killed)",
        *(f"  survived: {one}" for one in survivors),
        *(f"  equivalent: {one}" for one in equivalent),
    ]
    return {
        "mutants": score.mutants, "killed": score.by_stories + score.by_definition, "survived": survivors,
        "equivalent": equivalent, "lines": lines,
    }  # fmt: skip


def _compared(scheme: Scheme, target: str | None, pairs: int, disagreements: Path | None) -> dict[str, Any]:
    """Rungs against definition.sql, as JSON with the lines of a terminal."""
    from seewhy.schemes.second_opinion import second_opinion
    from seewhy.schemes.under_test import SchemeUnderTest

    server = target if target and is_address(target) else None
    answer = second_opinion(SchemeUnderTest.read(scheme.name), pairs=pairs, target=server, stories=disagreements)
    lines = [f"definition: {answer.pairs:,} pairs of {answer.organisations:,} organisations, {answer.wrong:,} differ"]
    lines += [f"  {one}" + (f" ({one.file})" if one.file else "") for one in answer.disagreements]
    lines += [f"  decided no pair: {', '.join(answer.never)}"] if answer.never else []
    return {**answer.as_dict(), "lines": lines}
