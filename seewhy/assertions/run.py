"""Runs assertion files and collects the outcomes."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as Xml

from seewhy.assertions.format import Outcome, Story, read_story, run_story
from seewhy.graph.days import today, zone
from seewhy.graph.engines import open_engine
from seewhy.graph.errors import ConfigurationError, SeeWhyError
from seewhy.graph.files.atomic import refuse_used, write_whole
from seewhy.graph.inputs.regular import read_regular
from seewhy.graph.settings import is_address, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_JUNIT = b'<testsuites name="seewhy"'
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class TestResult:
    """All outcomes of a run, and the engine that decided."""

    __test__ = False

    engine: str
    outcomes: tuple[Outcome, ...]
    today: str = ""
    """Today with its time zone in words, where a file left its day out."""

    @property
    def notes(self) -> tuple[Outcome, ...]:
        """The outcomes that passed with something to know."""
        return tuple(outcome for outcome in self.outcomes if outcome.note and not outcome.wrong)

    @property
    def wrong(self) -> tuple[Outcome, ...]:
        """The outcomes that were not as expected."""
        return tuple(outcome for outcome in self.outcomes if outcome.wrong)

    @property
    def failed(self) -> int:
        """How many tests gave a wrong answer."""
        return len(self.wrong)

    @property
    def passed(self) -> int:
        """How many tests gave the expected answer."""
        return len(self.outcomes) - self.failed

    def as_dict(self) -> dict[str, Any]:
        """Keys engine, passed, failed, wrong (the wrong outcomes), notes (those that passed with a note)."""
        return {
            "engine": self.engine,
            "passed": self.passed,
            "failed": self.failed,
            "wrong": [asdict(o) for o in self.wrong],
            "notes": [asdict(o) for o in self.notes],
        }

    def write_junit(self, path: Path, *, overwrite: bool = False) -> None:
        """JUnit XML: one suite per file, one case per test; a wrong answer is a failure with its why as text.

        Raises ConfigurationError for a path that cannot be written, and for a file that is no JUnit report of SeeWhy
        without `overwrite`.
        """
        root = Xml.Element("testsuites", {"name": "seewhy", **_counts(self.outcomes)})
        for file in dict.fromkeys(outcome.file for outcome in self.outcomes):
            own = [outcome for outcome in self.outcomes if outcome.file == file]
            suite = Xml.SubElement(root, "testsuite", {"name": _xml(file), **_counts(own)})
            Xml.SubElement(Xml.SubElement(suite, "properties"), "property", name="engine", value=_xml(self.engine))
            for outcome in own:
                name = _xml(f"{outcome.test} {outcome.question}")
                entry = Xml.SubElement(suite, "testcase", classname=_xml(file), name=name)
                if outcome.wrong:
                    failure = Xml.SubElement(entry, "failure", message=_xml(outcome.wrong), type="wrong answer")
                    failure.text = _xml(outcome.why or outcome.wrong)
                elif outcome.note:
                    Xml.SubElement(entry, "system-out").text = _xml(outcome.note)
        content = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
        write_whole(path, content, overwrite=overwrite or _is_junit(path))


def check_junit(path: Path, *, overwrite: bool = False) -> None:
    """Raise ConfigurationError where no JUnit report can be written, before anything is asked."""
    refuse_used([path], overwrite=overwrite or _is_junit(path))


def _is_junit(path: Path) -> bool:
    """Whether a JUnit report of SeeWhy lies there, which a later run replaces."""
    try:
        return _JUNIT in read_regular(path)[:400]
    except ConfigurationError:
        return False


def _counts(outcomes: Sequence[Outcome]) -> dict[str, str]:
    return {"tests": str(len(outcomes)), "failures": str(sum(1 for o in outcomes if o.wrong)), "errors": "0"}


def _xml(text: str) -> str:
    """Text without what XML cannot hold at all (ids may hold it); such a character becomes a question mark in a box."""
    return _NOT_XML.sub("\ufffd", text)


def expand(paths: Iterable[Path]) -> list[Path]:
    """Files as given, and every .yaml or .yml below folders, in order of path."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in (".yaml", ".yml"))
            if not inside:
                raise ConfigurationError(f"the folder `{path}` holds no assertion files (.yaml)")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            raise ConfigurationError(f"there is no file `{path}`")
    return found


def run_files(paths: Iterable[Path], target: str | None = None) -> TestResult:
    """Read all files first (one wrong file: nothing runs), then ask. Stories with `given` run on the engine of the
    target."""
    stories, wrong = [], []
    for path in expand(paths):
        try:
            stories.append(read_story(path))
        except SeeWhyError as error:
            wrong.append(error.message)
    if wrong:
        raise ConfigurationError.of_all(wrong)
    chosen = read_settings().target(target)
    own_rows = any(story.given is not None for story in stories)
    live = any(story.given is None for story in stories)
    engine = open_engine(chosen, write=own_rows) if live or is_address(chosen) else None
    try:
        outcomes = tuple(outcome for story in stories for outcome in run_story(story, _engine_for(story, engine)))
        from seewhy.graph.engines.embedded import EmbeddedEngine

        name = f"{engine.name} {engine.version}" if engine else f"{EmbeddedEngine.name} {EmbeddedEngine.version}"
    finally:
        if engine is not None:
            engine.close()
    day = f"{today()} in {zone()}" if any(story.today for story in stories) else ""
    return TestResult(name, outcomes, day)


def _engine_for(story: Story, engine: Any) -> Any:
    return engine if engine is not None and (story.given is None or engine.name == "neo4j") else None
