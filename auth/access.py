"""The access file: who has which role, and what each role may ask about (docs/access.md).

It is read again when it changes. A wrong file changes nothing: what was in force stays so, and `faults` says why.
"""

from __future__ import annotations

import logging
import os
import stat
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from seewhy.auth.permissions import OWN_UNITS, SELF, Finder, Grant, Permissions, Spec
from seewhy.auth.rights import KINDS
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.schemes.faults import Fault, Toml
from seewhy.graph.scope.reach import Everything, Narrowed, Selected
from seewhy.graph.scope.selection import SELECTORS
from seewhy.graph.scope.selection import faults as selector_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seewhy.auth.actor import Actor
    from seewhy.graph.scope.reach import Reach

ROLE_KEYS = ("groups", "emails", "scope")
WORDS = ("everything", OWN_UNITS, SELF)
BOTH_SIDES = {"unit": ("people", "cases"), "system": ("people", "cases"), "role": ("people",), "case_type": ("cases",)}
"""Selectors that a scope may have without saying of what: the sides that each narrows."""
EVERY_GROUP = "*"
EVERYTHING = Spec("everything", Everything())
PSEUDONYMOUS = frozenset({"analyst"})
"""Roles that never see a name."""
_log = logging.getLogger("seewhy.auth")


class AccessRejected(ConfigurationError):
    """An access file with faults: `faults` holds all of them, one sentence each."""

    def __init__(self, file: Path, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        word = "fault" if len(self.faults) == 1 else "faults"
        super().__init__(f"{len(self.faults)} {word} in the access file `{file}`: {'; '.join(map(str, self.faults))}")
        self.sentences = tuple(map(str, self.faults))


@dataclass(frozen=True, slots=True)
class Role:
    """Who has a role, and what it may ask about."""

    name: str
    groups: frozenset[str]
    emails: frozenset[str]
    scope: Spec

    def held_by(self, actor: Actor) -> bool:
        """Whether an actor has it. Addresses are compared without regard to letter case, groups exactly."""
        everybody = EVERY_GROUP in self.groups
        return everybody or not self.groups.isdisjoint(actor.groups) or actor.email.casefold() in self.emails


@dataclass(frozen=True, slots=True)
class Rules:
    """What one access file says. `logins` gives the address of a login of this machine."""

    roles: tuple[Role, ...] = ()
    finder: Finder = field(default=Finder())
    logins: Mapping[str, str] = field(default_factory=dict)

    def of(self, actor: Actor) -> Permissions:
        """What an actor may ask: every role that they have; without a role nothing."""
        grants = tuple(
            Grant(role.name, KINDS[role.name], role.scope, role.name in PSEUDONYMOUS)
            for role in self.roles
            if role.held_by(actor)
        )
        return Permissions(grants, self.finder, self.finder.value(actor))


    def of_role(self, name: str, only: Iterable[str] = (), scope: str = "") -> Permissions:
        """What a role may ask that was given otherwise, as a token gives it, for some kinds of question and within a
        scope (see `scope_of`). Both can only narrow what the file says of the role; a role that it does not have is
        narrowed by them alone. Raises AccessRejected for a scope that cannot be read."""
        own = next((role.scope for role in self.roles if role.name == name), EVERYTHING)
        if scope and (narrow := scope_of(scope)) != EVERYTHING:
            own = Spec(narrow.text if own == EVERYTHING else f"{own.text}, of it {narrow.text}", _narrowed(own, narrow))
        found = Permissions((Grant(name, KINDS[name], own, name in PSEUDONYMOUS),), self.finder)
        return found.narrowed(only) if only else found


def _narrowed(own: Spec, narrow: Spec) -> Reach | None:
    """What is inside of both; a scope that depends on a person stays without a reach, and reaches nobody here."""
    return Narrowed(own.reach, narrow.reach) if own.reach is not None and narrow.reach is not None else None


def scope_of(text: str) -> Spec:
    """A scope in one line, as a token has it: `everything`, or selectors such as `unit = "north"` (TOML, with commas).

    Raises AccessRejected with everything that is wrong with it.
    """
    faults: list[Fault] = []
    toml = Toml(Path(), "scope", faults)
    try:
        said: Any = text if text in WORDS else tomllib.loads(f"scope = {{{text}}}")["scope"]
    except tomllib.TOMLDecodeError:
        said = text
    found = _scope(toml, said, "scope")
    if found is not None and found.reach is None:
        toml.wrong(f"`{found.text}` depends on a person, and a token is nobody's", "scope")
    if faults or found is None:
        raise AccessRejected(Path("--scope"), faults)
    return found


class Access:
    """An access file in force. Raises AccessRejected when the first one is wrong."""

    def __init__(self, file: str | os.PathLike[str]) -> None:
        self.file = Path(file)
        self._lock = Lock()
        self._stamp = _stamp(self.file)
        self._rules = read_rules(self.file)
        self.faults: tuple[str, ...] = ()
        """What is wrong with the file that lies there now, and is not in force."""

    def of(self, actor: Actor) -> Permissions:
        """What an actor may ask now."""
        return self.rules.of(actor)

    @property
    def rules(self) -> Rules:
        """What is in force: the file as it is, or, while that is wrong, as it was before."""
        with self._lock:
            if (stamp := _stamp(self.file)) != self._stamp:
                self._stamp = stamp
                try:
                    self._rules, self.faults = read_rules(self.file), ()
                    _log.info("the access file was read again")
                except AccessRejected as error:
                    self.faults = error.sentences
                    _log.error("the access file is wrong: %s; what was in force before stays so", error.message)
            return self._rules


def _stamp(file: Path) -> tuple[int, ...]:
    try:
        found = os.stat(file)
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_dev, found.st_mode


def read_rules(file: Path) -> Rules:
    """Read an access file. Raises AccessRejected with everything that is wrong with it."""
    faults: list[Fault] = []
    toml = Toml(file.parent, file.name, faults, required=True)
    if toml.there and os.name == "posix" and file.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        faults.append(Fault(file.name, 1, "others than its owner can write it", "use mode 0644 or 0600"))
    data = toml.known(toml.data, ("roles", "identity"))
    roles = data.get("roles", {})
    if not isinstance(roles, dict) or not roles:
        if not faults:
            toml.wrong("`[roles]` names at least one role", "roles", hint=f"roles are {', '.join(KINDS)}")
        roles = {}
    known = {name: table for name, table in roles.items() if toml.among(name, tuple(KINDS), "role", "roles", name)}
    read = [_role(toml, name, table) for name, table in known.items()]
    identity = toml.known(data.get("identity", {}), ("person", "logins"), "identity")
    rules = Rules(tuple(role for role in read if role), _finder(toml, identity), _logins(toml, identity))
    if faults:
        raise AccessRejected(file, faults)
    return rules


def _role(toml: Toml, name: str, table: Any) -> Role | None:
    way = ("roles", name)
    cells = toml.known(table, ROLE_KEYS, *way)
    groups, emails = toml.texts(cells, "groups", *way), toml.texts(cells, "emails", *way)
    if isinstance(table, dict) and not {"groups", "emails"} & cells.keys():
        toml.wrong(f"nobody can have the role `{name}`: it has neither `groups` nor `emails`", *way)
    for one in emails:
        if "@" not in one.strip("@") or one != one.strip():
            toml.wrong(f"`{one}` is no e-mail address", *way, "emails")
    default = {"owner": OWN_UNITS, "self": SELF}.get(name, "everything")
    scope = _scope(toml, cells.get("scope", default), *way, "scope")
    if name == "self" and scope is not None and scope != Spec(SELF):
        toml.wrong('the scope of the role `self` is "self"', *way, "scope")
    if scope is None:
        return None
    return Role(name, frozenset(groups), frozenset(one.casefold() for one in emails), scope)


def _scope(toml: Toml, scope: Any, *way: str) -> Spec | None:
    """One of three words, or selectors."""
    before = len(toml.faults)
    if isinstance(scope, str):
        toml.among(scope, WORDS, "scope", *way)
        if len(toml.faults) > before:
            return None
        return EVERYTHING if scope == "everything" else Spec(scope)
    if not isinstance(scope, dict) or not scope:
        listed = ", ".join(f'"{word}"' for word in WORDS)
        toml.wrong(f"`scope` is {listed}, or a table of selectors such as {{unit = \"north\"}}", *way)
        return None
    sides: dict[str, dict[str, Any]] = {side: {} for side in SELECTORS}
    cells = toml.known(scope, (*SELECTORS, *BOTH_SIDES), *way)
    for key, value in cells.items():
        if key in SELECTORS:
            if isinstance(value, dict) and (twice := sides[key].keys() & value.keys()):
                toml.wrong(f"`{min(twice)}` stands twice, for {key} and for both", *way, key)
            for fault in selector_faults(key, value):
                toml.wrong(fault, *way, key)
            sides[key] |= value if isinstance(value, dict) else {}
        else:
            for side in BOTH_SIDES[key]:
                for fault in selector_faults(side, {key: value}):
                    toml.wrong(fault, *way, key)
                if key in sides[side]:
                    toml.wrong(f"`{key}` stands twice, for {side} and for both", *way, key)
                sides[side].setdefault(key, value)
    if len(toml.faults) > before:
        return None
    reach = Selected.of(sides["people"], sides["cases"])
    return Spec(reach.text, reach)


def _finder(toml: Toml, identity: Mapping[str, Any]) -> Finder:
    """`person = "email"`: the claim, compared with the e-mail of people.csv; any other claim with the person id."""
    claim = toml.one_text(dict(identity), "person", "identity", default="email")
    return Finder(claim) if claim else Finder()


def _logins(toml: Toml, identity: Mapping[str, Any]) -> dict[str, str]:
    table = identity.get("logins", {})
    if not isinstance(table, dict) or not all(isinstance(one, str) and "@" in one for one in table.values()):
        toml.wrong("`[identity.logins]` gives an e-mail address to each login", "identity", "logins")
        return {}
    return dict(table)
