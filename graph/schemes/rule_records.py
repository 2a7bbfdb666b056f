"""Reads `rules.toml` of a scheme: what the product states, in our words, and what carries each rule.

A record:

    id          CMS-03
    statement   what the rule says; product labels in backticks, exact
    basis       `source`: the product's own text states it; `own`: a rule of SeeWhy, or of the scheme's author
    source      where the text stands; may be absent
    reading     the interpretation chosen where the text leaves room, else absent
    status      `carried`, or `not_about_access` (then `reason` says why, and nothing carries it)
    carried_by  what makes it true, each one `kind:what`; for schemes of an organisation the headers of the rungs
                (`rules: …`) say it, and the key may be absent
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from seewhy.graph.nearest import nearest
from seewhy.graph.schemes.faults import Fault, Toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from seewhy.cypher.catalogue import Query
    from seewhy.cypher.ladder import Ladder

FILE = "rules.toml"
_KEYS = ("id", "statement", "basis", "source", "reading", "status", "carried_by", "reason")


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """One record as written."""

    id: str
    statement: str
    basis: str
    reading: str
    status: str
    carried_by: tuple[str, ...]
    reason: str


def read_rules(
    folder: Traversable, prefixes: tuple[str, ...], faults: list[Fault], file: str = FILE
) -> tuple[RuleRecord, ...]:
    """The records of a folder, none where it has no such file."""
    toml = Toml(folder, file, faults)
    given = toml.known(toml.data, ("rule",)).get("rule", [])
    if not isinstance(given, list):
        toml.wrong("rules are `[[rule]]` tables", "rule")
        return ()
    found: dict[str, RuleRecord] = {}
    begins = [n for n, line in enumerate(toml.text.splitlines(), 1) if re.match(r"\s*\[\[\s*rule\s*\]\]", line)]
    for number, record in enumerate(given):
        before = len(faults)
        own = toml.known(record, _KEYS, "rule")
        one = _record(own, toml, prefixes)
        if one.id in found:
            toml.wrong(f"the rule `{one.id}` stands twice", "rule")
        found[one.id] = one
        if number < len(begins):
            here = range(begins[number], (*begins, 1 << 30)[number + 1])
            faults[before:] = [
                fault if fault.line in here else replace(fault, line=here[0]) for fault in faults[before:]
            ]
    return tuple(found.values())


def _record(own: dict[str, Any], toml: Toml, prefixes: tuple[str, ...]) -> RuleRecord:
    name = toml.one_text(own, "id", "rule")
    if name and prefixes and name.rpartition("-")[0] not in prefixes:
        toml.wrong(f"the id `{name}` begins with none of {', '.join(prefixes)}", "rule")
    basis, status = toml.one_text(own, "basis", default="source"), toml.one_text(own, "status", default="carried")
    toml.among(basis, ("source", "own"), f"basis of the rule `{name}`", "rule", "basis")
    carried, reason = toml.texts(own, "carried_by", "rule"), toml.one_text(own, "reason", "rule", default="")
    if toml.among(status, ("carried", "not_about_access"), f"status of the rule `{name}`", "rule", "status"):
        if status == "carried" and reason:
            toml.wrong(f"the rule `{name}` is carried, so it has no `reason`", "rule")
        if status == "not_about_access" and (carried or not reason):
            toml.wrong(f"the rule `{name}` is not about access: it has a `reason` and no `carried_by`", "rule")
    return RuleRecord(
        name, toml.one_text(own, "statement", "rule"), basis, toml.one_text(own, "reading", "rule", default=""),
        status, carried, reason,
    )  # fmt: skip


def rule_faults(
    label: str,
    ladder: Ladder,
    findings: Mapping[str, Query],
    rules: Sequence[RuleRecord],
    files: Mapping[str, bytes],
) -> Iterator[Fault]:
    """Rungs name rules that there are, and every rule that is carried is named by something; nobody falls through."""
    step, value = ladder.otherwise
    if value != "none":
        file = ladder.files[step].removeprefix(f"{label}/")
        yield Fault(file, 1, f"`otherwise` is `none`, not `{value}`: lists hold pairs that meet a rung, and no others")
    known = {one.id for one in rules}
    for name, ids in ladder.rules.items() if FILE in files else ():
        for one in ids:
            if one not in known:
                file = ladder.files[name].removeprefix(f"{label}/")
                yield Fault(file, 1, f"`{one}` is no rule of {FILE}", nearest(one, sorted(known)))
    named = {one for ids in ladder.rules.values() for one in ids}
    named |= {one for upgrade in ladder.upgrades.values() for one in upgrade.block.names("rules")}
    named |= {part.strip() for query in findings.values() for part in query.head.get("rules", "").split(",")}
    for record in rules:
        if record.status == "carried" and not record.carried_by and record.id not in named:
            lines = files[FILE].decode("utf-8", "replace").splitlines()
            line = next((n for n, text in enumerate(lines, 1) if f'"{record.id}"' in text), 1)
            yield Fault(FILE, line, f"no rung and no finding names the rule `{record.id}` (`rules:` of its header)")
