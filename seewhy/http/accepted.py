"""Which subject types, resource types, actions and properties mean something in the graph that is asked.

The one place that knows them: scheme.toml of each scheme says them (`subject_types`, `resource_types`, `actions`,
`asks`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seewhy.graph.questions.check import SEARCH
from seewhy.graph.schemes.in_use import schemes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seewhy.graph.session import Session

CASE = "case"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The words that a request may use; every other one is answered like an id that nobody knows."""

    subject_types: frozenset[str]
    """They all mean a login."""
    resource_types: Mapping[str, frozenset[str]]
    """By type, the systems whose cases it means; an empty set: of any system."""
    actions: tuple[str, ...]
    """In the order in which an action search names them."""
    asks: frozenset[str] = field(default=frozenset())
    """Properties that a scheme's rungs read as parameters, as `resource.status`; all others are ignored."""

    def is_subject(self, type_: str) -> bool:
        """Whether a subject of this type can be known."""
        return type_ in self.subject_types

    def system_of(self, type_: str) -> frozenset[str] | None:
        """The systems that a resource type means (empty: any), None for a type that nobody knows."""
        if type_ in self.resource_types:
            return self.resource_types[type_]
        kind, _, system = type_.partition(":")
        return frozenset([system]) if kind == CASE and system else None

    def asked(self, **properties: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
        """The properties of subject, action and resource that are asked for: name, and value as JSON."""
        if not self.asks:
            return ()
        sent = (
            (f"{entity}.{name}", value) for entity, some in properties.items() for name, value in (some or {}).items()
        )
        return tuple(sorted((name, json.dumps(value, sort_keys=True)) for name, value in sent if name in self.asks))


LOGINS = ("person", "user", "identity")
VALUES = ("view", "edit")


def _words(session: Session) -> Accepted:
    systems: dict[str, set[str]] = {}
    for row in session.run("organisation/systems"):
        systems.setdefault(row["scheme"], set()).add(row["id"])
    known = [(schemes()[name], of) for name, of in systems.items()]
    types: dict[str, set[str]] = {}
    for scheme, of in known:
        for name in scheme.resource_types:
            types.setdefault(name, set()).update(of)
    granted = dict.fromkeys(name for scheme, _ in known for name in scheme.actions if name not in VALUES)
    return Accepted(
        frozenset([*LOGINS, *(name for scheme, _ in known for name in scheme.subject_types)]),
        {CASE: frozenset(), **{name: frozenset(of) for name, of in types.items() if name != CASE}},
        (*VALUES, *granted, *([SEARCH] if SEARCH not in granted else [])),
        frozenset(name for scheme, _ in known for name in scheme.asks),
    )


def accepted(session: Session) -> Accepted:
    """The words of the schemes in this graph, as of its newest load."""
    return session.remembered("accepted words", lambda: _words(session))  # type: ignore[no-any-return]


def parameters(asked: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """What a question brings along, as rungs read it: `resource.status` is `$resource_status`."""
    return {name.replace(".", "_"): json.loads(value) for name, value in asked}
