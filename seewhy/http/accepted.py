"""Which subject types, resource types, actions and properties mean something in the graph that is asked.

The one place that knows them. A scheme with types, actions or asked properties of its own adds them here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        sent = (
            (f"{entity}.{name}", value) for entity, some in properties.items() for name, value in (some or {}).items()
        )
        return tuple(sorted((name, json.dumps(value, sort_keys=True)) for name, value in sent if name in self.asks))


_BUILT_IN = Accepted(
    subject_types=frozenset(["person", "user", "identity"]),
    resource_types={CASE: frozenset()},
    actions=("view", "edit", "search"),
)


def accepted(session: Session) -> Accepted:
    """The words of the schemes in this graph, as of its newest load."""
    return session.remembered("accepted words", lambda: _BUILT_IN)  # type: ignore[no-any-return]
