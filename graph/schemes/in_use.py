"""The schemes in use as values, and what SeeWhy has with them: input files, labels and relationships of the graph.

Built once for each set of folders (`seewhy.cypher.folders`); a set that cannot be used raises SchemeRejected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from seewhy.cypher.folders import BUILT_IN, FILE, in_use, per_set
from seewhy.graph.schemes.contract_files import CONTRACT_FILES
from seewhy.graph.schemes.faults import Fault, SchemeRejected
from seewhy.graph.schemes.own_graph import TREE, OwnArrow
from seewhy.graph.schemes.scheme import Scheme, read_scheme
from seewhy.graph.schemes.tables import extended
from seewhy.graph.schemes.words import filled, gate_words
from seewhy.graph.vocabulary import DATED, LABELS, RELATIONSHIPS, TEXT, TRUTH, WHOLE, Relationship

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seewhy.graph.schemes.columns import Column, FileSpec
    from seewhy.graph.schemes.policies import Policy

PROPERTY_KINDS = {"bool": TRUTH, "int": WHOLE}
"""Kinds of property by kind of column; all others are text."""


_shipped = cache(read_scheme)
"""What ships does not change: only folders of others are read again in each set."""


@per_set
def schemes() -> Mapping[str, Scheme]:
    """Every scheme in use by name, those that ship first."""
    folders = in_use().folders.items()
    found = {name: _shipped(one) if one.origin == BUILT_IN else read_scheme(one) for name, one in folders}
    _agree(found)
    return MappingProxyType(found)


def _agree(found: Mapping[str, Scheme]) -> None:
    """Two schemes may bring the same table, column, label, finding or rule only when they mean the same."""
    seen: dict[tuple[str, str], tuple[str, object]] = {}
    for name, scheme in found.items():
        own: list[tuple[str, str, object]] = [("finding", one, name) for one in scheme.findings]
        own += [("table", stem, _anybodys(spec)) for stem, spec in scheme.tables.items()]
        own += [
            ("column", f"{base}.{column.name}", replace(column, scheme=""))
            for base, columns in scheme.added.items()
            for column in columns
        ]
        own += [("label", node.label, node) for node in scheme.graph.nodes]
        own += [("relationship", f"{arrow.type} of {arrow.table}", arrow) for arrow in scheme.graph.arrows]
        own += [("rule", record.id, record.statement) for record in scheme.rules]
        for kind, thing, means in own:
            other, before = seen.setdefault((kind, thing), (name, means))
            if before != means:
                raise SchemeRejected(
                    name, [Fault(FILE, 1, f"the {kind} `{thing}` means something else in the scheme `{other}`")]
                )


def _anybodys(spec: FileSpec) -> FileSpec:
    """A table without whose it is."""
    return replace(spec, scheme="", columns=tuple(replace(column, scheme="") for column in spec.columns))


@per_set
def input_files() -> Mapping[str, FileSpec]:
    """Every input file by stem: those of SeeWhy with the columns that schemes add, then those of schemes."""
    words = tuple(schemes())
    found = dict(CONTRACT_FILES)
    systems = found["systems"]
    columns = tuple(replace(one, choices=words) if one.name == "scheme" else one for one in systems.columns)
    found["systems"] = replace(systems, columns=columns)
    for base in ("cases", "people"):
        found[base] = extended(found[base], added_columns(base))
    for scheme in schemes().values():
        for stem, spec in scheme.tables.items():
            made = tuple(dict.fromkeys(t for one in schemes().values() for t in _made(one, stem)))
            found[stem] = replace(spec, makes=made)
    for base in ("cases", "people"):
        own = tuple(dict.fromkeys(t for one in schemes().values() for t in _made(one, base)))
        found[base] = replace(found[base], makes=(*found[base].makes, *own))
    return MappingProxyType(found)


def _made(scheme: Scheme, stem: str) -> Iterator[str]:
    yield from (arrow.type for arrow in scheme.graph.arrows if arrow.table == stem)
    yield from (kind for node in scheme.graph.nodes if node.table == stem and node.tree for kind in TREE)


def added_columns(base: str) -> tuple[Column, ...]:
    """The columns that schemes add to a file, each once."""
    found = {column.name: column for scheme in schemes().values() for column in scheme.added.get(base, ())}
    return tuple(found.values())


def own_arrows() -> tuple[OwnArrow, ...]:
    """The relationships that schemes add, each once."""
    return tuple(dict.fromkeys(arrow for scheme in schemes().values() for arrow in scheme.graph.arrows))


@per_set
def labels() -> Mapping[str, dict[str, str]]:
    """Every label with its properties and their kinds; every node also has text `id` and `name`."""
    found = {label: dict(own) for label, own in LABELS.items()}
    for scheme in schemes().values():
        for node in scheme.graph.nodes:
            spec = scheme.tables[node.table]
            found[node.label] = {
                column.name: PROPERTY_KINDS.get(column.kind, TEXT)
                for column in spec.columns
                if column.name not in (node.id, node.name, *DATED) and column.references is None
            }
        found["AccessProfile"] |= {
            policy.name: PROPERTY_KINDS.get(policy.kind, TEXT) for policy in scheme.policies.values() if policy.decides
        }
        found["AccessProfile"] |= {
            column.name: PROPERTY_KINDS.get(column.kind, TEXT)
            for column in scheme.added.get("cases", ())
            if column.references is None and column.name in scheme.profile
        }
    return MappingProxyType(found)


@per_set
def relationships() -> Mapping[str, Relationship]:
    """Every type of relationship."""
    found = dict(RELATIONSHIPS)
    listed = found["LISTED_IN"]
    more = [(column.name, PROPERTY_KINDS.get(column.kind, TEXT)) for column in added_columns("people")]
    found["LISTED_IN"] = replace(listed, properties=(*listed.properties, *more))
    files = {stem: spec for scheme in schemes().values() for stem, spec in scheme.tables.items()}
    for arrow in own_arrows():
        kinds = {column.name: PROPERTY_KINDS.get(column.kind, TEXT) for column in files[arrow.table].columns} \
            if arrow.table in files else {}  # fmt: skip
        properties = tuple((name, kinds[name]) for name in arrow.properties)
        before = found.get(arrow.type)
        row_ends = (arrow.row_ends,) if arrow.row_ends else ()
        ends = (*(before.arrows if before else ()), arrow.ends, *row_ends)
        both = tuple(dict.fromkeys((*(before.properties if before else ()), *properties)))
        found[arrow.type] = Relationship(tuple(dict.fromkeys(ends)), arrow.sentence, both, dated=not arrow.on_profile)
    for scheme in schemes().values():
        for node in scheme.graph.nodes:
            for kind in TREE if node.tree else ():
                known = found[kind]
                ends = tuple(dict.fromkeys((*known.arrows, (node.label, node.label))))
                found[kind] = replace(known, arrows=ends)
    return MappingProxyType(found)


@per_set
def arrows() -> Mapping[tuple[str, str, str], dict[str, str]]:
    """Every (type, from label, to label) with its property types, dates included."""
    return {
        (kind, start, end): {**dict(one.properties), **(DATED if one.dated or start == "CaseFile" else {})}
        for kind, one in relationships().items()
        for start, end in one.arrows
    }


def reading(*types: str) -> list[str]:
    """The schemes whose texts name one of some types of relationships."""
    return [name for name, scheme in schemes().items() if scheme.reads & set(types)]


def listing(*names: str) -> list[str]:
    """The schemes for which one of some columns or lists makes cases equivalent (`profile` of scheme.toml)."""
    return [name for name, scheme in schemes().items() if set(names) & set(scheme.profile)]


def policies_of(scheme: str) -> Mapping[str, Policy]:
    """The policies of a scheme by name; none for one that is not in use."""
    known = schemes().get(scheme)
    return known.policies if known else {}


def has_value_now(scheme: str) -> bool:
    """Whether a scheme says what somebody can do with the position in use, apart from what after switching."""
    known = schemes().get(scheme)
    return known is not None and known.ladder.has_value_now


def phrase(scheme: str, step: str, which: str, *, person: str, found: Sequence[str] = ()) -> str:
    """What a step says, filled (`words.toml`); of the gate, whichever scheme is named."""
    words = gate_words()
    phrases = words[step] if step in words else schemes()[scheme].words[step]
    return filled(phrases, which, person=person, found=found)


def title(scheme: str) -> str:
    """What a scheme is called where people read; its name where it is not in use."""
    known = schemes().get(scheme)
    return known.title if known else scheme
