"""The questions of paths: what a thing is joined to by facts, one step at a time; and one thing, or all of a kind.

A path is looked for level by level from outside: `shortestPath` is a search of one engine only, and the dialect has no
pattern without an upper bound. One text for each label, so that every step begins at an indexed id.

The rows of a case stand on the profile that it shares with its look-alikes; a step crosses the profile, so that the
case itself is what a unit, a type or a queue is joined to.
"""

from __future__ import annotations

import tomllib

from seewhy.cypher.explained import cells, more_cells
from seewhy.cypher.folders import in_use, properties_named
from seewhy.cypher.header import on_day

LABELS = (
    *("Person", "CaseFile", "Unit", "CaseType", "Role", "Privilege", "AccessRule", "Position", "Group", "Permission"),
    *("Queue", "WorkItem", "System", "Everyone"),
)
"""Labels of things that stand for themselves; profiles, scopes and reaches are means of deciding quickly."""
_OF_A_CASE = frozenset({"CaseFile", "Unit", "CaseType", "Queue", "AccessRule", "System"})


def labels() -> tuple[str, ...]:
    """Those that ship, and those that an organisation's own schemes bring."""
    return (*LABELS, *sorted(_own() - set(LABELS)))


def _own() -> set[str]:
    found: set[str] = set()
    for folder in in_use().own:
        try:
            tables = tomllib.loads((folder.path / "graph.toml").read_text("utf-8")).values()
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
            continue
        found |= {one["label"] for one in tables if isinstance(one, dict) and isinstance(one.get("label"), str)}
    return found


def texts() -> dict[str, tuple[str, str]]:
    """Name of the question to its text and the sentence that says what it answers."""
    found = {}
    for label in labels():
        said = "what some things are joined to on a day, by kinds of facts"
        found[f"neighbours/{label}"] = (_neighbours(label), said)
        found[f"thing/{label}"] = (
            f"MATCH (a:{label} {{id: $id}})\nRETURN a.id AS id, a.name AS name",
            "one thing of a kind",
        )
        found[f"things/{label}"] = (
            # The embedded engine has one thing without an id per label, so that every label is there.
            f"MATCH (a:{label})\nWHERE a.id <> ''\nRETURN a.id AS id, a.name AS name ORDER BY id",
            "every thing of a kind, for names that nobody knows",
        )
    return found


def _told(name: str) -> str:
    """The cells of a step, and behind them the further properties that its sentence may name."""
    named = {"column", *(one for folder in in_use().own for one in properties_named(folder))}
    return cells(name, more_cells(name, named))


def _neighbours(label: str) -> str:
    held = f"type(r) IN $kinds AND (r.since IS NULL OR {on_day('r')})"
    parts = [
        f"UNWIND $ids AS id\nMATCH (a:{label} {{id: id}})-[r]-(b)\nWHERE {held}\n"
        f"RETURN a.id AS at, {_told('r')} AS cells, '' AS case_id, '' AS case_name"
    ]
    if label in _OF_A_CASE or label not in LABELS:
        # In a row of cells, `i` has the source of the case's own row, `hp`.
        if label == "CaseFile":
            way = f"MATCH (a:{label} {{id: id}})-[hp:HAS_PROFILE]->(f:AccessProfile)\nWHERE {on_day('hp')}\n"
            way += "MATCH (f)-[i]->(b)"
        else:
            way = f"MATCH (a:{label} {{id: id}})<-[i]-(f:AccessProfile)\nWHERE type(i) IN $kinds\n"
            way += "MATCH (f)<-[hp:HAS_PROFILE]-(c:CaseFile)"
        last = f"type(i) IN $kinds AND {on_day('hp')}"
        case = "a" if label == "CaseFile" else "c"
        parts.append(
            f"UNWIND $ids AS id\n{way}\nWHERE {last}\n"
            f"RETURN a.id AS at, {_told('i')} AS cells, {case}.id AS case_id, {case}.name AS case_name"
        )
    return "\nUNION ALL\n".join(parts)
