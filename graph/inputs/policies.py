"""The policies as data: per scheme what can be set, and what holds when nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: `kind` as of a column (`bool`, `int`: a whole number from 0, `enum`), `default` as text."""

    name: str
    kind: str
    default: str
    choices: tuple[str, ...] = ()


def _policies(*policies: Policy) -> Mapping[str, Policy]:
    return MappingProxyType({policy.name: policy for policy in policies})


POLICIES: Mapping[str, Mapping[str, Policy]] = MappingProxyType(
    {
        "positions": _policies(
            Policy("max_positions", "int", "10"),
            Policy("clearance_above", "int", "2"),
            Policy("review_months", "int", "6"),
        ),
        "memberships": _policies(
            Policy("deny_blocks_view_all", "bool", "true"),
            Policy("limit_blocks_view_all", "bool", "true"),
            Policy("assign_to_office", "bool", "false"),
            Policy("assign_to_team", "bool", "false"),
            Policy("assign_to_category", "bool", "false"),
        ),
        "portal": _policies(),
        "privileges": _policies(
            Policy("default_policy", "enum", "closed", ("closed", "open")),
            Policy("case_access_enabled", "bool", "true"),
        ),
    }
)
"""Scheme, then name of the policy."""
