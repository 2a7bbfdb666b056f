"""Reads `graph.toml` of a scheme: which nodes and relationships the rows of its own tables and columns become.

[departments]                    a table whose rows are nodes
label = "Department"             `id`: the column that names one (default: the key)
tree = true                      `parent_id` makes PART_OF and WITHIN (over any number of steps, itself included)

[collaborators]                  a table whose rows are relationships
from = "person_id"
type = "COLLABORATES"
to = "repository_id"
properties = ["role"]
sentence = "{a} collaborates on {b} as {role}"

[cases.department_id]            a column of `cases` or `people` as a relationship of the case or the person
type = "OF_DEPARTMENT"
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.graph.schemes.contract_files import CONTRACT_FILES
from seewhy.graph.schemes.faults import Fault, Toml
from seewhy.graph.schemes.tables import EXTENDED
from seewhy.graph.vocabulary import LABELS, RELATIONSHIPS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from seewhy.graph.schemes.columns import Column, FileSpec

LABEL_OF = {
    "people": "Person", "cases": "CaseFile", "units": "Unit", "case_types": "CaseType", "systems": "System",
    "positions": "Position", "roles": "Role", "access_rules": "AccessRule", "work": "WorkItem",
}  # fmt: skip
"""The label of the nodes that the ids of a file of SeeWhy name."""
_LABEL = re.compile(r"[A-Z][A-Za-z0-9]{0,62}")
_TYPE = re.compile(r"[A-Z][A-Z0-9_]{0,62}")
_NODE_KEYS = ("label", "id", "name", "tree")
_ARROW_KEYS = ("from", "type", "to", "properties", "sentence")
TREE = ("PART_OF", "WITHIN")
_OF_PERIOD = frozenset({"since", "until", "note", "granted_by"})


@dataclass(frozen=True, slots=True)
class OwnNode:
    """A table whose rows are nodes: `id` and `name` are columns of it."""

    table: str
    label: str
    id: str
    name: str
    tree: bool


@dataclass(frozen=True, slots=True)
class OwnArrow:
    """A table (or one column of `cases` or `people`) whose rows are relationships.

    `start` and `end` are columns; `ends` the labels of the nodes that they name. `on_profile`: the relationship begins
    at the group of equivalent cases, since the scheme lists it in `profile`.
    """

    table: str
    start: str
    type: str
    end: str
    ends: tuple[str, str]
    properties: tuple[str, ...] = ()
    sentence: str = ""
    on_profile: bool = False

    @property
    def row_ends(self) -> tuple[str, str] | None:
        """The labels of the dated relationship that stands for one row; none where the case's own row says it."""
        if not self.on_profile:
            return self.ends
        return None if self.table == "cases" else ("CaseFile", self.ends[1])


@dataclass(frozen=True, slots=True)
class OwnGraph:
    """What one scheme adds to the graph."""

    nodes: tuple[OwnNode, ...] = ()
    arrows: tuple[OwnArrow, ...] = ()


class GraphReader:
    """Reads the file; `tables` and `added` are those of the same folder, `profile` what the scheme lists."""

    def __init__(
        self,
        folder: Traversable,
        tables: Mapping[str, FileSpec],
        added: Mapping[str, tuple[Column, ...]],
        profile: tuple[str, ...],
        faults: list[Fault],
    ) -> None:
        self._toml = Toml(folder, "graph.toml", faults)
        self._tables, self._added, self._profile = tables, added, profile
        known = (*tables, *(base for base in EXTENDED if base in added))
        content = {name: one for name, one in self._toml.data.items() if self._toml.among(name, known, "table", name)}
        self._labels = dict(LABEL_OF)
        nodes = [node for name, one in content.items() if name in tables if (node := self._node(name, one))]
        self._labels |= {node.table: node.label for node in nodes}
        arrows = []
        for name, one in content.items():
            arrows += self._of_table(name, one) if name in tables else self._of_columns(name, one)
        self.graph = OwnGraph(tuple(nodes), tuple(arrows))

    def _node(self, table: str, content: Any) -> OwnNode | None:
        if not isinstance(content, dict) or "label" not in content:
            return None
        toml, spec = self._toml, self._tables[table]
        label = toml.one_text(content, "label", table)
        if not _LABEL.fullmatch(label):
            toml.wrong(f"a label is written as `CaseFile` is, not `{label}`", table, "label")
        elif label in LABELS:
            toml.wrong(f"the label `{label}` is one of SeeWhy", table, "label", hint=f"such as `Own{label}`")
        id = toml.one_text(content, "id", table, default=spec.id)
        if id not in spec.key or len(spec.key) > 1:
            toml.wrong(f"the rows of `{table}` are nodes, so one column is its key and its `id`", table, "id")
        name = toml.one_text(content, "name", table, default="name" if "name" in spec.names else id)
        toml.among(name, spec.names, f"column of `{table}`", table, "name")
        tree = toml.truth(content, "tree", table)
        if tree and not any(one.name == "parent_id" and one.references == table for one in spec.columns):
            toml.wrong(f"a tree needs the column `parent_id` that refers to `{table}`", table, "tree")
        return OwnNode(table, label, id, name, tree)

    def _of_table(self, table: str, content: Any) -> list[OwnArrow]:
        toml, spec = self._toml, self._tables[table]
        own = toml.known(content, (*_NODE_KEYS, *_ARROW_KEYS, "relationships"), table)
        given = own.get("relationships", [])
        if not isinstance(given, list):
            toml.wrong("`relationships` is a list of tables", table, "relationships")
            given = []
        first = {key: own[key] for key in _ARROW_KEYS if key in own}
        if not first and not given and "label" not in own:
            toml.wrong(f"the rows of `{table}` become nodes (`label`) or relationships (`from`, `type`, `to`)", table)
        found = []
        for one in [*([first] if first else []), *given]:
            named = toml.known(one, _ARROW_KEYS, table)
            columns = {column.name: column for column in spec.columns}
            start, end = (toml.one_text(named, side, table) for side in ("from", "to"))
            ends = tuple(self._label(table, side, columns) for side in (start, end))
            found.append(self._arrow(table, named, start, end, (ends[0], ends[1]), columns))
        return [one for one in found if one]

    def _of_columns(self, base: str, content: Any) -> list[OwnArrow]:
        toml = self._toml
        columns = {column.name: column for column in self._added[base]}
        own = toml.known(content, tuple(columns), base)
        found = []
        for name, one in own.items():
            named = toml.known(one, ("type", "sentence"), base, name)
            column = columns[name]
            if column.references is None:
                toml.wrong(
                    f"`{name}` refers to no table, so it is a property: rungs read it as "
                    + (f"`f.{name}`" if base == "cases" else f"`{name}` of LISTED_IN"), base, name,
                )  # fmt: skip
                continue
            key = CONTRACT_FILES[base].id
            label = "AccessProfile" if base == "cases" else "Person"
            if base == "cases" and name not in self._profile:
                toml.wrong(f"`{name}` becomes a relationship of equivalent cases, so `profile` lists it", base, name)
            ends = label, self._labels.get(column.references or "", "")
            found.append(self._arrow(base, named, key, name, ends, columns, name, on_profile=base == "cases"))
        return [one for one in found if one]

    def _label(self, table: str, name: str, columns: Mapping[str, Column]) -> str:
        if not name or not self._toml.among(name, tuple(columns), f"column of `{table}`", table):
            return ""
        spec = self._tables[table]
        stem = columns[name].references or (table if name == spec.id else "")
        label = self._labels.get(stem, "")
        if not label:
            self._toml.wrong(f"`{name}` names no node: it refers to no table whose rows are nodes", table)
        return label

    def _arrow(
        self,
        table: str,
        own: dict[str, Any],
        start: str,
        end: str,
        ends: tuple[str, str],
        columns: Mapping[str, Column],
        column: str = "",
        *,
        on_profile: bool = False,
    ) -> OwnArrow | None:
        toml, way = self._toml, (table, column) if column else (table,)
        kind = toml.one_text(own, "type", *way)
        if kind and not _TYPE.fullmatch(kind):
            toml.wrong(f"a relationship is written as `MEMBER_OF` is, not `{kind}`", *way, "type")
        elif kind in RELATIONSHIPS:
            toml.wrong(f"the relationship `{kind}` is one of SeeWhy", *way, "type", hint=f"such as `OWN_{kind}`")
        properties = toml.texts(own, "properties", *way)
        for name in properties:
            toml.among(name, tuple(columns), f"column of `{table}`", *way, "properties")
        sentence = toml.one_text(own, "sentence", *way, default=f"{{a}} {kind.lower().replace('_', ' ')} {{b}}")
        for name in re.findall(r"\{(\w+)\}", sentence):
            toml.among(name, ("a", "b", *properties), "part of the sentence", *way, "sentence")
        if not kind or not all(ends):
            return None
        about_case = ends[0] == "CaseFile" and table in self._profile
        if about_case:
            ends, on_profile = ("AccessProfile", ends[1]), True
            if properties:
                toml.wrong(f"`{table}` makes cases equivalent, so its relationship has no properties", table)
        return OwnArrow(table, start, kind, end, ends, properties, sentence, on_profile)
