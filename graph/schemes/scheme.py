"""Reads a scheme folder into one value: everything that SeeWhy knows of a scheme, and nothing of it in code.

A folder is data: its texts are linted and sent in reading sessions, nothing of it is executed or imported. Whatever is
wrong with it is told at once (`SchemeRejected`). docs/schemes.md explains the files.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from seewhy.cypher.catalogue import plain_questions
from seewhy.cypher.folders import BUILT_IN, FILE, Folder
from seewhy.cypher.header import QueryFileError, QueryFileErrors
from seewhy.cypher.ladder import Ladder
from seewhy.cypher.ladder_files import read_ladder
from seewhy.graph.schemes.agreement import TextReader
from seewhy.graph.schemes.faults import Fault, SchemeRejected, Toml
from seewhy.graph.schemes.own_graph import GraphReader, OwnGraph
from seewhy.graph.schemes.policies import Policy, read_policies
from seewhy.graph.schemes.rule_records import RuleRecord, read_rules, rule_faults
from seewhy.graph.schemes.tables import TableReader
from seewhy.graph.schemes.words import read_words
from seewhy.graph.vocabulary import LINKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

    from seewhy.cypher.catalogue import Query
    from seewhy.graph.schemes.columns import Column, FileSpec

PROFILE_COLUMNS = (
    "office_id", "team_id", "category_id", "firm_id", "case_type_id", "queue_unit_id", "limited", "sensitive",
    "queue", "status",
)  # fmt: skip
"""Columns of `cases` that can make cases equivalent."""
PROFILE_LISTS = ("work_units", "referrers", "agents", "clients", "carried")
"""Lists that can: units in which work of the case lies, parties by role, rules attached to the case."""
KINDS_OF_ELIGIBILITY = (
    "secondary-access", "removal", "reassign", "assign", "task",
    "draft", "contribute", "cc", "advise", "qa", "capability",
)  # fmt: skip
VALUES = ("view", "edit")
_KEYS = (
    "name", "place", "title", "product", "heading", "version", "seewhy", "rule_ids", "policies", "profile", "links",
    "actions",
    "subject_types", "resource_types", "asks", "blocks", "value_now", "search", "eligibility", "findings",
)  # fmt: skip
NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}")
_ASKED = re.compile(r"(subject|resource|action)\.[a-z][a-z0-9_]*")
_TYPES = re.compile(r"\[\w*:([A-Z][A-Z0-9_|]*)\]")
_RUNG_FILE = re.compile(r"[^/]+\.cypher")
_PROPERTY = re.compile(r"\bf\.(\w+)")


@dataclass(frozen=True)
class Scheme:
    """One scheme. `actions` maps an action to the value that it needs, or to itself where rungs grant it by name."""

    name: str
    title: str
    product: str
    heading: str
    version: str
    folder: Folder
    digest: str
    ladder: Ladder
    policies: Mapping[str, Policy]
    profile: tuple[str, ...]
    links: tuple[str, ...]
    actions: Mapping[str, str]
    blocks: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]]
    rules: tuple[RuleRecord, ...]
    rule_ids: tuple[str, ...]
    tables: Mapping[str, FileSpec]
    added: Mapping[str, tuple[Column, ...]]
    graph: OwnGraph
    findings: Mapping[str, Query]
    eligibility: tuple[str, ...] = ()
    subject_types: tuple[str, ...] = ()
    resource_types: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Content by path in the folder: what the digest is made of, and what evidence keeps."""

    @property
    def built_in(self) -> bool:
        """Whether it ships with SeeWhy."""
        return self.folder.origin == BUILT_IN

    @cached_property
    def reads(self) -> frozenset[str]:
        """The types of relationships that its texts name: rungs, what they suggest, upgrades, definitions."""
        texts = (content.decode() for name, content in self.files.items() if _RUNG_FILE.fullmatch(name))
        return frozenset(one for text in texts for some in _TYPES.findall(text) for one in some.split("|"))

    @cached_property
    def stories(self) -> tuple[str, ...]:
        """The assertion files of the folder, by their paths in it."""
        return tuple(name for name in self.files if name.startswith("stories/") and name.endswith((".yaml", ".yml")))


def files_of(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    """The files of a scheme folder with their paths in it, in order; hidden ones and caches do not belong to it."""
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.name.startswith((".", "__")):
            continue
        if entry.is_dir():
            yield from files_of(entry, f"{prefix}{entry.name}/")
        elif entry.is_file():
            yield f"{prefix}{entry.name}", entry


DECIDES = (".cypher", ".toml")


def digest_of(files: Mapping[str, bytes]) -> str:
    """Sha256 (hex) of what decides in a folder, its texts and tables by path; line endings, stories, prose do not."""
    total = hashlib.sha256()
    for name in sorted(files):
        if name.endswith(DECIDES):
            content = files[name].replace(b"\r\n", b"\n")
            total.update(f"{name}\n{len(content)}\n".encode())
            total.update(content)
    return total.hexdigest()


def read_scheme(folder: Folder) -> Scheme:
    """The scheme in a folder; SchemeRejected with every fault of it."""
    faults: list[Fault] = []
    toml = Toml(folder.path, FILE, faults, required=True)
    own = toml.known(toml.data, _KEYS)
    name = toml.one_text(own, "name")
    if name and not NAME.fullmatch(name):
        toml.wrong(f"the name of a scheme is lower case letters, digits, `_` and `-`, not `{name}`", "name")
    if name and folder.name != name:
        toml.wrong(f"the name is `{name}`, and the scheme is known as `{folder.name}`", "name")
    _for_this_version(own, toml)
    ladder = _ladder(folder, faults)
    texts = "\n".join(rung.block.body for rung in (*ladder.rungs, *ladder.granting)) if ladder else ""
    policies = read_policies(toml, frozenset(_PROPERTY.findall(texts)))
    reader = TableReader(folder.name, folder.path, faults)
    profile = toml.texts(own, "profile")
    may = (*PROFILE_COLUMNS, *PROFILE_LISTS, *(column.name for column in reader.added.get("cases", ())),
           *(stem for stem, spec in reader.tables.items() if spec.about == "case"))  # fmt: skip
    for one in profile:
        toml.among(one, may, "column or list that makes cases equivalent", "profile")
    graph = GraphReader(folder.path, reader.tables, reader.added, profile, faults).graph
    links = toml.texts(own, "links")
    for one in links:
        toml.among(one, [link.lower() for link in LINKS], "link of a case and a person", "links")
    words = read_words(folder.path, ladder, faults)
    blocks = toml.texts(own, "blocks")
    for one in blocks:
        known = toml.among(one, ladder.steps if ladder else blocks, "step of this scheme", "blocks")
        if known and one in words and not {"blocked", "met"} & words[one].keys():
            toml.wrong(f"`{one}` refuses, and words.toml says neither `blocked` nor `met` of it", "blocks")
    findings = _findings(folder, faults)
    files = {path: entry.read_bytes() for path, entry in files_of(folder.path)}
    texts_of = {
        path: content.decode("utf-8", "replace") for path, content in files.items() if _RUNG_FILE.fullmatch(path)
    }
    faults += TextReader(texts_of, graph, reader.added, policies, profile, links, toml.texts(own, "asks"),
                         reader.tables).faults()  # fmt: skip
    found: dict[str, Any] = {
        "title": toml.one_text(own, "title", default=name),
        "product": toml.one_text(own, "product", default=name),
        "version": str(own.get("version", "")),
        "rule_ids": toml.texts(own, "rule_ids"),
        "actions": _actions(own, toml, ladder),
        "eligibility": _among(own, toml, "eligibility", KINDS_OF_ELIGIBILITY, "kind of eligibility"),
        "subject_types": toml.texts(own, "subject_types"),
        "resource_types": toml.texts(own, "resource_types"),
        "asks": _asks(own, toml),
    }
    rules = read_rules(folder.path, found["rule_ids"], faults)
    ordered = _among(own, toml, "findings", tuple(findings), "finding of this folder")
    if ladder:
        faults += rule_faults(folder.label, ladder, findings, rules, files)
    _agree(own, toml, ladder)
    if faults or ladder is None:
        raise SchemeRejected(folder.name, faults)
    return Scheme(
        name=name, folder=folder, digest=digest_of(files), ladder=ladder, policies=policies, profile=profile,
        links=links, blocks=blocks, words=words, rules=rules, tables=reader.tables, added=reader.added, graph=graph,
        findings={one: findings[one] for one in (*ordered, *(x for x in findings if x not in ordered))},
        heading=toml.one_text(own, "heading", default=found["title"]), files=files, **found,
    )  # fmt: skip


def _for_this_version(own: dict[str, Any], toml: Toml) -> None:
    wanted = toml.one_text(own, "seewhy", default="")
    try:
        here = version("seewhy")
        if wanted and not SpecifierSet(wanted).contains(here, prereleases=True):
            toml.wrong(f"the scheme is made for SeeWhy {wanted}, and this is {here}", "seewhy")
    except InvalidSpecifier:
        toml.wrong(f"`seewhy` is a range of versions such as `>=0.2,<0.3`, not `{wanted}`", "seewhy")
    except PackageNotFoundError:
        pass


def _ladder(folder: Folder, faults: list[Fault]) -> Ladder | None:
    try:
        return read_ladder(folder.name, folder.path, folder.label)
    except QueryFileErrors as errors:
        faults += [_fault(folder, one) for one in errors.faults]
    except QueryFileError as error:
        faults.append(_fault(folder, error))
    return None


def _fault(folder: Folder, error: QueryFileError) -> Fault:
    return Fault(error.file.removeprefix(f"{folder.label}/"), error.line, error.expected, error.hint)


def _findings(folder: Folder, faults: list[Fault]) -> dict[str, Query]:
    room = folder.path / "findings"
    if not room.is_dir():
        return {}
    try:
        queries = plain_questions(room, "findings", f"{folder.label}/findings")
    except QueryFileErrors as errors:
        faults += [_fault(folder, one) for one in errors.faults]
        return {}
    return {query.name.removeprefix("findings/"): query for query in queries}


def _among(own: dict[str, Any], toml: Toml, key: str, allowed: tuple[str, ...], what: str) -> tuple[str, ...]:
    return tuple(one for one in toml.texts(own, key) if toml.among(one, allowed, what, key))


def _actions(own: dict[str, Any], toml: Toml, ladder: Ladder | None) -> dict[str, str]:
    given = own.get("actions", {"view": "view", "edit": "edit"})
    if not isinstance(given, dict):
        toml.wrong('`actions` says what each action needs: `{ view = "view", edit = "edit" }`', "actions")
        return {}
    granted = ladder.actions if ladder else ()
    found = {}
    for name, needs in given.items():
        if ladder is None and needs == name:  # rungs that cannot be read: whether one grants it is not known
            continue
        if not isinstance(needs, str) or needs not in (*VALUES, *granted):
            toml.wrong(
                f"an action needs `view` or `edit`, or is granted by a rung that says `grants: {name}`", "actions", name
            )
            continue
        found[name] = needs
    return found | {name: name for name in granted if name not in found}


def _asks(own: dict[str, Any], toml: Toml) -> tuple[str, ...]:
    found = toml.texts(own, "asks")
    for one in found:
        if not _ASKED.fullmatch(one):
            toml.wrong(f"`{one}` is none of `subject.NAME`, `resource.NAME`, `action.NAME`", "asks")
    return found


def _agree(own: dict[str, Any], toml: Toml, ladder: Ladder | None) -> None:
    """What scheme.toml says of value_now and search is what the rungs say."""
    if ladder is None:
        return
    for key, there, text in (
        ("value_now", ladder.has_value_now, "a rung says `now`"),
        ("search", ladder.has_search, "a file says `upgrade: search`"),
    ):
        if toml.truth(own, key) != there:
            toml.wrong(f"`{key}` is {str(there).lower()}, since {text if there else 'no' + text[1:]}", key)
