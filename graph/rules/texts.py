"""The query texts that carry a rule, as they stand in the query files: rungs, gates, findings, eligibility."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from seewhy.cypher.catalogue import book
from seewhy.cypher.ladders import gate, ladders
from seewhy.graph.schemes.in_use import phrase

if TYPE_CHECKING:
    from seewhy.graph.rules.catalogue import Rule


class CarryingText(NamedTuple):
    """One text: the name of its query file below `cypher/`, what it says, its Cypher (blank: what is left over)."""

    name: str
    says: str
    cypher: str


def texts(rule: Rule) -> tuple[CarryingText, ...]:
    """Everything that carries the rule and is a query; empty for checks and answers, which are Python."""
    found = []
    for what in rule.carriers("rung"):
        scheme, step = what.split("/")
        ladder = ladders()[scheme]
        found.append(CarryingText(_name(ladder.files[step]), ladder.docs[step], ladder.texts[step]))
    for step in rule.carriers("gate"):
        found.append(CarryingText(f"schemes/common/{step}", gate()[step].doc, gate()[step].block.body))
    queries = book()
    names = [f"findings/{name}" for name in rule.carriers("finding")]
    names += [
        name
        for name, query in queries.items()
        if name.startswith("eligibility/")
        and rule.id in (part.strip() for part in query.head.get("rules", "").split(","))
    ]
    found += [CarryingText(name, queries[name].doc, queries[name].text) for name in names if name in queries]
    return tuple(found)


def _name(file: str) -> str:
    return file.removeprefix("cypher/").removesuffix(".cypher")


def step_question(scheme: str, step: str, person: str = "this person") -> str:
    """The question that a step of a ladder asks, in words."""
    return phrase(scheme, step, "question", person=person)
