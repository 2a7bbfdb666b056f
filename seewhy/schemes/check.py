"""What is wrong with a scheme folder beyond what keeps it from being read: what nobody would ever notice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seewhy.cypher.catalogue import book
from seewhy.cypher.compose import with_stored
from seewhy.cypher.header import QueryFileError, parameters_in
from seewhy.graph.derivation.tables import GraphTables
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.inputs.plain_yaml import NotPlain, read_plain
from seewhy.graph.schemes.faults import Fault, Toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seewhy.cypher.rungs import Rung
    from seewhy.graph.schemes.scheme import Scheme

_BARE = re.compile(r"MATCH \((\w+)(?::\w+)?\)\s*")


def faults_of(scheme: Scheme) -> list[Fault]:
    """Rungs that are no Cypher, are never reached, or decide in no story; policies and tables that nothing reads."""
    found = {*_unreachable(scheme), *_undecided(scheme), *_unread(scheme), *_uncomposed(scheme), *_broken(scheme)}
    return sorted(found)


def _uncomposed(scheme: Scheme) -> Iterator[Fault]:
    """What shows only where rungs are put together into whole questions."""
    try:
        book()
    except QueryFileError as error:
        yield Fault(_file(scheme, scheme.ladder.steps[0]), 1, f"the rungs do not go together: {error}")


def _broken(scheme: Scheme) -> Iterator[Fault]:
    """A half that is no Cypher: each is asked once, of an empty graph."""
    empty = EmbeddedEngine.scratch(GraphTables())
    for rung in (*scheme.ladder.rungs, *scheme.ladder.granting):
        for half, written in rung.alone():
            text = with_stored(written)
            try:
                empty.read(text, dict.fromkeys(parameters_in(text), ""))
            except SeeWhyError as error:
                said = re.sub(r" at line \d+, col \d+", "", error.message.partition(": ")[2] or error.message)
                yield Fault(_file(scheme, rung.step), rung.block.line, f"the {half} half cannot be asked: {said}")


def _file(scheme: Scheme, step: str) -> str:
    return scheme.ladder.files[step].removeprefix(f"{scheme.folder.label}/")


def _unreachable(scheme: Scheme) -> Iterator[Fault]:
    """A rung below one that every person and every case meets, and one that says what a rung above says already."""
    everybody = ""
    seen: dict[tuple[str, str, str], str] = {}
    for rung in scheme.ladder.rungs:
        file, line = _file(scheme, rung.step), rung.block.line
        if everybody and rung.step != everybody:
            yield Fault(file, line, f"the rung `{rung.step}` is never reached: `{everybody}` above is met by everybody")
        if _always(rung):
            everybody = everybody or rung.step
        same = (rung.block.person, rung.block.case, rung.block.unless.body if rung.block.unless else "")
        other = seen.setdefault(same, rung.step)
        if other != rung.step and not rung.guard:
            yield Fault(file, line, f"the rung `{rung.step}` is never reached: `{other}` above has the same halves")


def _always(rung: Rung) -> bool:
    halves = (rung.block.person, rung.block.case)
    return not rung.guard and rung.block.unless is None and all(_BARE.fullmatch(half) for half in halves)


def _undecided(scheme: Scheme) -> Iterator[Fault]:
    """A rung whose name no story expects as the step that decides."""
    expected: set[str] = set()
    for name in scheme.stories:
        try:
            expected |= set(_steps(read_plain(scheme.files[name])))
        except NotPlain as error:
            line = re.search(r"\(line (\d+)\)", error.message)
            yield Fault(name, int(line[1]) if line else 1, f"the file is no story: {error.message}")
    for step in scheme.ladder.steps:
        if step not in expected:
            yield Fault(
                _file(scheme, step), 1, f"no story is decided by `{step}`",
                f"a test in `stories/` expects `{{step: {step}}}`",
            )  # fmt: skip


def _steps(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "step" and isinstance(value, str):
                yield value
            else:
                yield from _steps(value)
    elif isinstance(data, list):
        for one in data:
            yield from _steps(one)


def _unread(scheme: Scheme) -> Iterator[Fault]:
    texts = "\n".join(
        content.decode("utf-8", "replace") for name, content in scheme.files.items() if name.endswith(".cypher")
    )
    for name in scheme.policies if not scheme.built_in else ():
        if not re.search(rf"\bf\.{name}\b", texts):
            line = Toml(scheme.folder.path, "scheme.toml", []).line("policies", name)
            yield Fault("scheme.toml", line, f"no rung reads the policy `{name}`", f"rungs read it as `f.{name}`")
    for stem in scheme.tables:
        made = {arrow.type for arrow in scheme.graph.arrows if arrow.table == stem}
        made |= {node.label for node in scheme.graph.nodes if node.table == stem}
        if not any(re.search(rf":{name}\b|\|{name}\b", texts) for name in made):
            yield Fault(f"tables/{stem}.toml", 1, f"no rung reads the table `{stem}`")
    for base, columns in scheme.added.items():
        for column in columns:
            made = {arrow.type for arrow in scheme.graph.arrows if arrow.table == base and arrow.end == column.name}
            asked = {f"f.{column.name}", f"$resource_{column.name}", f"$subject_{column.name}", f".{column.name}"}
            if not any(word in texts for word in asked) and not any(kind in texts for kind in made):
                file, line = _written(scheme, base, column.name)
                yield Fault(file, line, f"no rung reads the column `{column.name}` of `{base}`")


def _written(scheme: Scheme, base: str, column: str) -> tuple[str, int]:
    """The file and the line in which a column is added."""
    for file in (name for name in scheme.files if name.startswith("tables/")):
        toml = Toml(scheme.folder.path, file, [])
        if toml.data.get("extends") == base:
            for number, line in enumerate(toml.text.splitlines(), 1):
                if re.search(rf"""name\s*=\s*["']{column}["']""", line):
                    return file, number
    return "tables", 1
