"""The rule catalogue: every rule of the four products, what it says in our words, and what carries it.

A record of `cms.toml`, `mem.toml`, `icon.toml`, `ecase.toml`, `own.toml`:

    id          CMS-03
    statement   what the rule says; product labels in backticks, exact
    basis       `source`: the product's own text states it; `own`: a rule of SeeWhy
    reading     the interpretation chosen where the text leaves room, else absent
    status      `carried`, or `not_about_access` (then `reason` says why, and nothing carries it)
    carried_by  what makes it true, each one `kind:what`:
                rung:<scheme>/<step>   gate:<step>   check:<load check in words>   finding:<name>
                eligibility:<kind>     answer:<command or field>
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from seewhy.graph.errors import UnknownEntity
from seewhy.graph.nearest import nearest
from seewhy.graph.rules.reading import digest, toml_records, unique, wrong

SYSTEMS = {
    "cms": ("CMS", "CMS 2012: secondary access", "positions"),
    "mem": ("MEM", "Case Manager: office, team and category membership", "memberships"),
    "icon": ("ICON", "ICONviews: roles and role filtering", "portal"),
    "ecase": ("ECASE", "eCase: privileges and access rules", "privileges"),
    "own": ("ORG, SOD", "SeeWhy: structure and separation of duties", "organisation"),
}
"""File stem to id prefixes, heading, and scheme."""
KINDS = ("rung", "gate", "check", "finding", "eligibility", "answer")
ELIGIBILITY = (
    "secondary-access", "removal", "reassign", "assign", "task",
    "draft", "contribute", "cc", "advise", "qa", "capability",
)
"""The kinds of eligibility."""
ANSWERS = ("value", "value_now", "found", "actions", "person", "what")
"""Commands and answer fields that rules rest on, beside the rungs."""
_REQUIRED = frozenset({"id", "statement", "basis", "status"})
_OPTIONAL = frozenset({"reading", "carried_by", "reason"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `scheme` is one of the four or `organisation`; `carried_by` is empty when it is not about access."""

    id: str
    scheme: str
    statement: str
    basis: str
    reading: str
    status: str
    carried_by: tuple[str, ...]
    reason: str

    def carriers(self, kind: str) -> tuple[str, ...]:
        """What carries the rule, of one kind: `carriers("rung")` gives `("positions/own_work", …)`."""
        return tuple(what.partition(":")[2] for what in self.carried_by if what.startswith(f"{kind}:"))

    def as_dict(self) -> dict[str, Any]:
        """Plain data, keys as the fields; `carried_by` as a list."""
        return {**asdict(self), "carried_by": list(self.carried_by)}


def _rule(file: str, scheme: str, prefixes: str, record: dict[str, Any]) -> Rule:
    name, carried = record["id"], record.get("carried_by", [])
    if name.partition("-")[0] not in prefixes.split(", "):
        raise wrong(file, name, f"ids here begin with {prefixes}")
    if record["basis"] not in ("source", "own"):
        raise wrong(file, name, "`basis` is source or own")
    if record["status"] == "carried":
        if not carried or "reason" in record:
            raise wrong(file, name, "a carried rule has `carried_by` and no `reason`")
    elif record["status"] != "not_about_access" or carried or not record.get("reason"):
        raise wrong(file, name, "`status` is carried, or not_about_access with a `reason` and no `carried_by`")
    for carrier in carried:
        kind, colon, what = carrier.partition(":")
        if kind not in KINDS or not colon or not what.strip():
            raise wrong(file, name, f"`{carrier}` is not `kind:what` with a kind of {', '.join(KINDS)}")
        if (kind == "eligibility" and what not in ELIGIBILITY) or (kind == "answer" and what not in ANSWERS):
            raise wrong(file, name, f"`{what}` is no known {kind}")
    if len(set(carried)) < len(carried):
        raise wrong(file, name, "the same carrier stands twice")
    return Rule(
        name, scheme, record["statement"], record["basis"], record.get("reading", ""), record["status"],
        tuple(carried), record.get("reason", ""),
    )


def _read() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for stem, (prefixes, _, scheme) in SYSTEMS.items():
        file = f"{stem}.toml"
        records = toml_records(file, "rule", _REQUIRED, _OPTIONAL)
        unique(file, "id", records)
        found |= {record["id"]: _rule(file, scheme, prefixes, record) for record in records}
    return found


_RULES = _read()
_VERSION = digest()


def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the files: CMS, MEM, ICON, ECASE, then our own (ORG, SOD)."""
    return tuple(_RULES.values())


def rule(id: str) -> Rule:
    """The rule with this id, without regard to case; UnknownEntity with the nearest ids otherwise."""
    wanted = id.strip().upper()
    if wanted not in _RULES:
        raise UnknownEntity(f"no rule is called `{id}`", nearest(wanted, list(_RULES)))
    return _RULES[wanted]


def rule_version() -> str:
    """Twelve hex digits that change with any data file of this room; manifests and evidence name them."""
    return _VERSION
