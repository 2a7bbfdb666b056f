"""Whether the texts of a scheme speak of what there is: relationships, labels and properties that somebody makes, links
and profile that scheme.toml lists. What is left out here would be answered by `none` without a word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seewhy.graph.nearest import nearest
from seewhy.graph.schemes.faults import Fault
from seewhy.graph.schemes.own_graph import TREE
from seewhy.graph.vocabulary import DATED, LABELS, LINKS, RELATIONSHIPS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from seewhy.graph.schemes.columns import Column, FileSpec
    from seewhy.graph.schemes.own_graph import OwnGraph
    from seewhy.graph.schemes.policies import Policy

_REL = re.compile(r"\[\w*:([A-Za-z0-9_|]+)")
_LABEL = re.compile(r"\(\w*:(\w+)")
_NAMED = re.compile(r"[\[(](\w+):([A-Za-z0-9_|]+)")
_READ = re.compile(r"(?<![\w.$])([a-z]\w*)\.([A-Za-z_]\w*)")
_ASKED = re.compile(r"\$(subject|resource|action)_(\w+)")
_PROPERTY = re.compile(r"\bf\.(\w+)")
_NEEDS = {
    "IN_OFFICE": "office_id", "IN_TEAM": "team_id", "IN_CATEGORY": "category_id", "FOR_FIRM": "firm_id",
    "OF_TYPE": "case_type_id", "WORK_IN": "work_units", "REFERRED_BY": "referrers", "SOLD_BY": "agents",
    "FOR_CLIENT": "clients", "CARRIES": "carried", "IN_QUEUE": "queue", "AT": "team_id", "AT_OFFICE": "queue_unit_id",
}  # fmt: skip
"""What `profile` has to list for a relationship of profiles to be there."""
_PROPERTIES = {
    "limited": "limited", "own_sensitive": "sensitive", "needs_type": "sensitive", "needs_unit": "sensitive",
    "needs_either": "sensitive", "status": "status", "queue": "queue", "queue_unit": "queue_unit_id",
}  # fmt: skip
"""The same for its properties."""
_ALWAYS = ("id", "name", "system", "scheme", "cases")


class TextReader:
    """Looks through the `.cypher` files of one folder (`texts` by name)."""

    def __init__(
        self,
        texts: Mapping[str, str],
        graph: OwnGraph,
        added: Mapping[str, tuple[Column, ...]],
        policies: Mapping[str, Policy],
        profile: Collection[str],
        links: Collection[str],
        asks: Collection[str] = (),
        tables: Mapping[str, FileSpec] | None = None,
    ) -> None:
        self._texts, self._profile, self._links = texts, profile, links
        self._types = {*RELATIONSHIPS, *(arrow.type for arrow in graph.arrows), *TREE}
        self._labels = {*LABELS, *(node.label for node in graph.nodes)}
        columns = {column.name: column for column in added.get("cases", ())}
        self._plain = {name for name, column in columns.items() if column.references is None}
        self._policies, self._asks = set(policies), set(asks)
        self._people = {column.name for column in added.get("people", ())}
        self._holds: dict[str, set[str]] = {label: {"id", "name", *own} for label, own in LABELS.items()}
        self._holds |= {kind: {*DATED, *(name for name, _ in one.properties)} for kind, one in RELATIONSHIPS.items()}
        self._holds["LISTED_IN"] |= self._people
        for arrow in graph.arrows:
            self._holds.setdefault(arrow.type, {*DATED}).update(arrow.properties)
        for node in graph.nodes:
            plain = (one.name for one in (tables or {})[node.table].columns if one.references is None)
            self._holds[node.label] = {"id", "name", *plain} - {node.id, node.name} | {"id", "name"}

    def faults(self) -> Iterable[Fault]:
        """Every fault, at the line where it stands first in its file."""
        for file, text in self._texts.items():
            seen: set[str] = set()
            named = _named(text)
            for number, line in enumerate(text.splitlines(), 1):
                if line.lstrip().startswith("//") and not re.match(r"//\s*candidates:", line.lstrip()):
                    continue
                plain = re.sub(r"'[^']*'", "''", line)
                for what, hint in (*self._line(plain), *self._properties(plain, named)):
                    if what not in seen:
                        seen.add(what)
                        yield Fault(file, number, what, hint)

    def _line(self, line: str) -> Iterable[tuple[str, str]]:
        for kind in (one for some in _REL.findall(line) for one in some.split("|")):
            if kind not in self._types:
                yield f"nothing makes the relationship `{kind}`", nearest(kind, sorted(self._types))
            elif kind in LINKS and kind.lower() not in self._links:
                yield f"`{kind}` is read, so `links` of scheme.toml lists `{kind.lower()}`", ""
            elif (needed := _NEEDS.get(kind)) and needed not in self._profile \
                    and not (kind == "IN_QUEUE" and "status" in self._profile):  # fmt: skip
                yield f"`{kind}` is read, so `profile` of scheme.toml lists `{needed}`", ""
        for label in _LABEL.findall(line):
            if label not in self._labels:
                yield f"there is no label `{label}`", nearest(label, sorted(self._labels))
        for side, name in _ASKED.findall(line):
            if f"{side}.{name}" not in self._asks:
                yield f"`${side}_{name}` is read, so `asks` of scheme.toml lists `{side}.{name}`", ""
            elif side == "subject" and name not in self._people:
                yield f"`{name}` is no column that this scheme adds to `people`", nearest(name, sorted(self._people))
            elif side == "resource" and name not in {*_PROPERTIES, *self._plain}:
                yield f"`{name}` is no property of cases", nearest(name, sorted({*_PROPERTIES, *self._plain}))
        for name in _PROPERTY.findall(line) + [name for side, name in _ASKED.findall(line) if side == "resource"]:
            needed = _PROPERTIES.get(name, name if name in self._plain else "")
            if needed and needed not in self._profile:
                yield f"`f.{name}` is read, so `profile` of scheme.toml lists `{needed}`", ""
            elif not needed and name not in self._policies and name not in _ALWAYS:
                known = sorted({*_PROPERTIES, *self._plain, *self._policies})
                yield f"`f.{name}` is no property of cases, and no policy of this scheme", nearest(name, known)

    def _properties(self, line: str, named: Mapping[str, set[str]]) -> Iterable[tuple[str, str]]:
        """What a line reads of a node or a relationship that has no such property."""
        for variable, name in _READ.findall(line) if not line.lstrip().startswith("//") else ():
            things = named.get(variable, set())
            if variable == "f" or not things or not things <= self._holds.keys() or "AccessProfile" in things:
                continue
            known = set().union(*(self._holds[one] for one in things))
            if name not in known:
                listed = ", ".join(f"`{one}`" for one in sorted(things))
                yield f"`{variable}.{name}` is no property of {listed}", nearest(name, sorted(known))


def _named(text: str) -> dict[str, set[str]]:
    """The labels or types that each name of a text is given, in whatever part of it."""
    found: dict[str, set[str]] = {}
    for name, kinds in _NAMED.findall(re.sub(r"//.*|'[^']*'", "", text)):
        found.setdefault(name, set()).update(kinds.split("|"))
    return found
