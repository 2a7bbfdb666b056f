"""Policies of a system as data: what can be set, and what holds when nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seewhy.graph.schemes.faults import Toml

_KINDS = {"bool": "bool", "int": "int", "choice": "enum"}


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: `kind` as of a column (`bool`, `int`: a whole number from 0, `enum`), `default` as text.

    `decides`: rungs read it, as a property of the case's profile; the others are read by eligibility and findings.
    """

    name: str
    kind: str
    default: str
    choices: tuple[str, ...] = ()
    says: str = ""
    decides: bool = False


def read_policies(toml: Toml, read_by_rungs: frozenset[str]) -> dict[str, Policy]:
    """The `[policies.NAME]` tables of a scheme; `read_by_rungs` are the properties of profiles that its rungs name."""
    found = {}
    table = toml.data.get("policies", {})
    if not isinstance(table, dict):
        toml.wrong("`policies` holds a table for each policy", "policies")
        return {}
    for name, content in table.items():
        policy = _policy(toml, name, content)
        if policy is not None:
            found[name] = Policy(**{**policy, "decides": name in read_by_rungs})
    return found


def _policy(toml: Toml, name: str, content: Any) -> dict[str, Any] | None:
    way = ("policies", name)
    own = toml.known(content, ("kind", "default", "choices", "says"), *way)
    before = len(toml.faults)
    word = toml.one_text(own, "kind", *way)
    if word:
        toml.among(word, tuple(_KINDS), "kind of a policy", *way, "kind")
    kind = _KINDS.get(word, "enum")
    choices = toml.texts(own, "choices", *way)
    value = own.get("default")
    default = str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int | str) else ""
    if value is None:
        toml.wrong("`default` is missing", *way)
    elif kind == "bool" and default not in ("true", "false"):
        toml.wrong(f"the default of a bool is true or false, not `{default}`", *way, "default")
    elif kind == "int" and not (default.isascii() and default.isdigit()):
        toml.wrong(f"the default of an int is a whole number from 0, not `{default}`", *way, "default")
    elif word == "choice" and default not in choices:
        toml.wrong(f"the default `{default}` is one of `choices`", *way, "default")
    if not name.isidentifier() or name != name.lower():
        toml.wrong(f"the name of a policy is written as `max_positions` is, not `{name}`", *way)
    if len(toml.faults) > before:
        return None
    says = toml.one_text(own, "says", *way, default="")
    return {"name": name, "kind": kind, "default": default, "choices": choices, "says": says}
