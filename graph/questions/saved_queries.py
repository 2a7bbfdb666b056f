"""Questions that an organisation keeps: a folder of YAML files, each with name, group, words, parameters and text.

    name: people-of-a-unit
    group: Structure
    words: Who is a member of a unit.
    parameters:
      unit: {words: the id of the unit}
      as_of: {kind: day}
    text: |
      MATCH (p:Person)-[r:MEMBER_OF]->(u:Unit {id: $unit}) …

The text is read as a changed copy of a question is: one that does more than read is refused when the folder is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from seewhy.cypher import copies
from seewhy.cypher.catalogue import book
from seewhy.cypher.header import parameters_in
from seewhy.graph.days import day
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.plain_yaml import read_plain
from seewhy.graph.nearest import nearest
from seewhy.graph.questions.query import MOST_ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "SEEWHY_QUERIES"
_KEYS = ("name", "group", "words", "parameters", "text")
_PARAMETER = ("words", "kind")
KINDS = ("text", "list", "number", "truth", "day")
"""What a parameter is: a text, several with commas between them, a number, `true` or `false`, a day."""
_KIND_OF = {
    "as_of": "day", "horizon": "day", "max_positions": "number", "clearance_above": "number", "above": "number",
    "most": "number", "in_hopper": "truth", "functionally_unique": "truth",
}  # fmt: skip
"""Kinds that no text tells: an engine compares a number with a text without a word, and finds nothing."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
MOST_FILES = 1000


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question: its kind, and words for whoever fills it in."""

    kind: str = "text"
    words: str = ""

    def value(self, said: str) -> Any:
        """What is given to the engine for what was written; raises ConfigurationError where it is not of the kind."""
        if self.kind == "list":
            return [one.strip() for one in said.split(",") if one.strip()]
        if self.kind == "number":
            try:
                return int(said) if said.strip().lstrip("-").isdecimal() else float(said)
            except ValueError:
                raise ConfigurationError(f"`{said}` is no number") from None
        if self.kind == "truth":
            if (word := said.strip().lower()) not in ("true", "false"):
                raise ConfigurationError(f"`{said}` is neither `true` nor `false`")
            return word == "true"
        return day(said.strip()) if self.kind == "day" else said.strip()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that can be chosen: of the query book, or one that is kept."""

    name: str
    group: str
    words: str
    parameters: Mapping[str, Parameter]
    text: str
    kept: bool = False


def of_the_book() -> list[Asked]:
    """The questions of the query book, by name."""
    return [
        Asked(
            query.name,
            query.name.partition("/")[0],
            query.doc,
            {name: Parameter(_kind(name, query.text, query.head)) for name in sorted(query.parameters)},
            query.text,
        )
        for query in sorted(book().values(), key=lambda one: one.name)
    ]


def _kind(name: str, text: str, head: Mapping[str, str]) -> str:
    if name in _KIND_OF:
        return _KIND_OF[name]
    if name in copies.lists(text):
        return "list"
    return "number" if re.search(rf"\b{name}\b", head.get("shipped", "")) else "text"


def parameters_of(asked: Asked, text: str) -> dict[str, Parameter]:
    """The parameters of a text: those of the question, and those that a changed copy has besides."""
    known = {name: _kind(name, text, {}) for name in sorted(parameters_in(text))}
    return {name: asked.parameters.get(name) or Parameter(kind) for name, kind in known.items()}


def kept_text(asked: Asked, text: str) -> tuple[str, str]:
    """A question as a file for the folder: its name, after which the file is called, and its content."""
    name = re.sub(r"[^a-z0-9_-]+", "-", asked.name.lower()).strip("-_") or "question"
    name = f"{name[:72]}-changed" if text.strip() != asked.text.strip() else name[:80]
    parameters = {
        one: {"kind": of.kind, **({"words": of.words} if of.words else {})}
        for one, of in parameters_of(asked, text).items()
    }
    content = {"name": name, "group": asked.group, "words": asked.words, "parameters": parameters, "text": text}
    kept = {key: value for key, value in content.items() if value}
    return name, str(yaml.dump(kept, Dumper=_Blocks, sort_keys=False, allow_unicode=True, width=1000))


class _Blocks(yaml.SafeDumper):
    """Texts of several lines as they are read, and not with every line break written out."""


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Blocks.add_representer(str, _text_node)


def kept_in(folder: Path) -> tuple[list[Asked], list[str]]:
    """The questions of a folder by name, and what is wrong with its files, a sentence each that names the file."""
    found: dict[str, Asked] = {}
    wrong: list[str] = []
    files = sorted(one for one in folder.iterdir() if one.suffix in (".yaml", ".yml") and one.is_file())
    if len(files) > MOST_FILES:
        wrong.append(f"{len(files):,} files are too many: the first {MOST_FILES:,} are read")
    for file in files[:MOST_FILES]:
        try:
            asked = _read(read_plain(file.read_bytes()))
        except (ConfigurationError, OSError) as error:
            said = error.message if isinstance(error, ConfigurationError) else error.strerror
            wrong.append(f"{file.name}: {said}")
            continue
        if asked.name in found:
            wrong.append(f"{file.name}: the name `{asked.name}` stands in another file as well")
        else:
            found[asked.name] = asked
    return [found[name] for name in sorted(found)], wrong


def _read(content: Any) -> Asked:
    if not isinstance(content, dict):
        raise ConfigurationError(f"a question is written with the keys {', '.join(_KEYS)}")
    faults = [
        f"unknown key `{key}`" + (f" ({hint})" if (hint := nearest(str(key), list(_KEYS))) else "")
        for key in content
        if key not in _KEYS
    ]
    texts = {key: content.get(key) for key in ("name", "group", "words", "text")}
    faults += [f"`{key}` is missing" for key in ("name", "words", "text") if not texts[key]]
    faults += [f"`{key}` is a text" for key, one in texts.items() if one is not None and not isinstance(one, str)]
    name, text = str(texts["name"] or ""), copies.plain(str(texts["text"] or ""))
    if name and not _NAME.fullmatch(name):
        faults.append(f"the name `{name[:80]}` is not written in a-z, 0-9, - and _")
    parameters, wrong = _parameters(content.get("parameters"))
    faults += wrong
    if text:
        faults += copies.faults(text, MOST_ROWS)
        used = parameters_in(text)
        faults += [f"the text does not use the parameter `{one}`" for one in parameters if one not in used]
        parameters |= {one: Parameter(_kind(one, text, {})) for one in sorted(used) if one not in parameters}
    if faults:
        raise ConfigurationError("; ".join(faults))
    return Asked(name, str(texts["group"] or "kept"), str(texts["words"]).strip(), parameters, text, kept=True)


def _parameters(said: Any) -> tuple[dict[str, Parameter], list[str]]:
    found: dict[str, Parameter] = {}
    wrong: list[str] = []
    if said is not None and not isinstance(said, dict):
        return {}, ["`parameters` has a name for each, with words and kind"]
    for name, one in (said or {}).items():
        about = {"words": one} if isinstance(one, str) else one or {}
        if not isinstance(about, dict) or any(key not in _PARAMETER for key in about):
            wrong.append(f"the parameter `{name}` has words and kind, and nothing else")
        elif about.get("kind", "text") not in KINDS:
            wrong.append(f"the parameter `{name}` is of the kind `{about['kind']}`; the kinds are {', '.join(KINDS)}")
        else:
            found[str(name)] = Parameter(str(about.get("kind") or "text"), str(about.get("words") or ""))
    return found, wrong
