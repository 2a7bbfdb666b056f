"""The rule catalogue: every rule of the products and of SeeWhy, what it says in our words, and what carries it.

The records stand in `rules.toml` of each scheme folder, those of SeeWhy itself in `own.toml`, of one form
(`graph/schemes/rule_records.py`). What carries a rule, each one `kind:what`:

    rung:<scheme>/<step>   gate:<step>   check:<load check in words>   finding:<name>
    eligibility:<kind>     answer:<command or field>

Where a record does not say it, the rungs and findings that name the rule in their headers carry it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from seewhy.cypher.folders import per_set
from seewhy.graph.errors import UnknownEntity
from seewhy.graph.nearest import nearest
from seewhy.graph.rules.reading import digest, wrong
from seewhy.graph.schemes.faults import Fault, SchemeRejected
from seewhy.graph.schemes.in_use import schemes
from seewhy.graph.schemes.rule_records import read_rules
from seewhy.graph.schemes.scheme import KINDS_OF_ELIGIBILITY

if TYPE_CHECKING:
    from seewhy.graph.schemes.rule_records import RuleRecord
    from seewhy.graph.schemes.scheme import Scheme

ORGANISATION = "organisation"
"""The `scheme` of what is about the organisation as a whole."""
OWN_HEADING = "SeeWhy: structure and separation of duties"
OWN_ROOM = files("seewhy.graph.rules")
OWN_FILE, OWN_PREFIXES = "own.toml", ("ORG", "SOD")
KINDS = ("rung", "gate", "check", "finding", "eligibility", "answer")
ANSWERS = ("value", "value_now", "found", "actions", "person", "what")
"""Commands and answer fields that rules rest on, beside the rungs."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `scheme` is a scheme or `organisation`; `carried_by` is empty when it is not about access."""

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


def _rule(file: str, scheme: str, record: RuleRecord, carried: tuple[str, ...]) -> Rule:
    if record.status == "carried" and not carried:
        raise wrong(file, record.id, "a carried rule has `carried_by`, or is named in the header of a rung")
    for carrier in carried:
        kind, colon, what = carrier.partition(":")
        if kind not in KINDS or not colon or not what.strip():
            raise wrong(file, record.id, f"`{carrier}` is not `kind:what` with a kind of {', '.join(KINDS)}")
        known = {"eligibility": KINDS_OF_ELIGIBILITY, "answer": ANSWERS}.get(kind)
        if known is not None and what not in known:
            raise wrong(file, record.id, f"`{what}` is no known {kind}")
    return Rule(
        record.id, scheme, record.statement, record.basis, record.reading, record.status, carried, record.reason
    )


def _carriers(scheme: Scheme, record: RuleRecord) -> tuple[str, ...]:
    """What the record says, else the rungs, upgrades and findings whose headers name it."""
    if record.carried_by or record.status != "carried":
        return record.carried_by
    steps = [f"rung:{scheme.name}/{step}" for step, ids in scheme.ladder.rules.items() if record.id in ids]
    found = [
        f"finding:{name}"
        for name, query in scheme.findings.items()
        if record.id in (part.strip() for part in query.head.get("rules", "").split(","))
    ]
    lifted = any(record.id in one.block.names("rules") for one in scheme.ladder.upgrades.values())
    return (*steps, *(["answer:value"] if lifted else []), *found)


@per_set
def _rules() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for scheme in schemes().values():
        file = f"{scheme.folder.label}/rules.toml"
        for record in scheme.rules:
            one = _rule(file, scheme.name, record, _carriers(scheme, record))
            if first := found.get(record.id):  # the same words (`in_use`): a copy of the other scheme
                one = replace(first, carried_by=tuple(dict.fromkeys((*first.carried_by, *one.carried_by))))
            found[record.id] = one
    faults: list[Fault] = []
    for record in read_rules(OWN_ROOM, OWN_PREFIXES, faults, OWN_FILE):
        found[record.id] = _rule(OWN_FILE, ORGANISATION, record, record.carried_by)
    if faults:
        raise SchemeRejected(OWN_FILE, faults)
    return found


def sections() -> tuple[tuple[str, str], ...]:
    """Heading and scheme of each part of the catalogue, in order."""
    return (*((one.heading, one.name) for one in schemes().values()), (OWN_HEADING, ORGANISATION))


def rules() -> tuple[Rule, ...]:
    """All rules: those of the schemes in their order, then our own (ORG, SOD)."""
    return tuple(_rules().values())


def rule(id: str) -> Rule:
    """The rule with this id, without regard to case; UnknownEntity with the nearest ids otherwise."""
    wanted = id.strip().upper()
    known = {name.upper(): one for name, one in _rules().items()}
    if wanted not in known:
        raise UnknownEntity(f"no rule is called `{id}`", nearest(wanted, list(known)))
    return known[wanted]


@per_set
def rule_version() -> str:
    """Twelve hex digits that change with any data file of this room and of the schemes in use; manifests and evidence
    name them."""
    total = sha256(digest().encode())
    for scheme in schemes().values():
        total.update(f"{scheme.name} {scheme.digest}\n".encode())
    return total.hexdigest()[:12]
