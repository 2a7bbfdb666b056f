"""Who gives a command, where an access file is in force (`SEEWHY_ACCESS`): the login of this machine with its groups.

It keeps somebody to their part who cannot read the graph by other means; whoever can read the folder of a graph, or the
server's password, reads everything in it.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from seewhy.cli.rights import ADMIN, EVERYBODY, EVERYTHING, SIGNED_IN, needed
from seewhy.graph.errors import ConfigurationError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seewhy.api import Graph
    from seewhy.auth.access import Access
    from seewhy.auth.actor import Actor
    from seewhy.auth.permissions import Permissions

ACCESS = "SEEWHY_ACCESS"
_HINT = "whoever looks after access to SeeWhy can say who may"
_as = ""


def ask_as(who: str) -> None:
    """Commands of this process are given as somebody else, which the owner of the access file may do.

    An e-mail address, or whatever else finds the person (`[identity] person`); their groups are not known here."""
    global _as  # one process runs one command
    _as = who


def permitted(graph: Graph) -> Graph:
    """The graph as whoever gives this command may ask it; all of it where no access file is in force.

    Raises NotAllowed for somebody without a role.
    """
    if (permissions := _permissions()) is None:
        return graph
    from seewhy.api import scoped
    from seewhy.auth.scoping import pseudonyms_named

    return scoped(graph, permissions, pseudonyms_named())


def require(command: str, given: Mapping[str, Any]) -> None:
    """Raises NotAllowed for a command that whoever gives it may not give (`seewhy/cli/rights.py`); `given` are its
    arguments, for the question log."""
    need = needed(command)
    if need in (EVERYBODY, SIGNED_IN) or (permissions := _permissions()) is None:
        return
    if need == ADMIN:
        if "admin" not in permissions.roles:
            hint = f"your roles are {', '.join(sorted(permissions.roles))}"
            raise NotAllowed(f"`{command}` is for the role `admin`", hint)
    elif need == EVERYTHING:
        require_everything(f"`{command}` asks")
    elif need is None or not permissions.may(need):
        with _entered(need or command, given):
            raise NotAllowed(f"the question `{need or command}` is none that you may ask", _HINT)


@contextmanager
def _entered(kind: str, given: Mapping[str, Any]) -> Iterator[None]:
    """A question that is refused before a graph is opened is an entry of the log as well."""
    from seewhy.auth.log.recorder import open_log
    from seewhy.graph import record

    if (recorder := open_log()) is None:
        yield
        return
    about = {name: value for name in ("person", "case", "as_of") if isinstance(value := given.get(name), str)}
    with recorder.entered(record.of_arguments(kind, about), record.caller()):
        yield


def require_everything(what: str) -> None:
    """Raises NotAllowed unless whoever gives this command may ask everything about everybody."""
    permissions = _permissions()
    if permissions is not None and not permissions.unlimited:
        raise NotAllowed(f"{what} about everybody, and you may ask about a part", "ask an auditor")


def _permissions() -> Permissions | None:
    """What whoever gives this command may ask; None where no access file is in force. Raises NotAllowed for nothing."""
    file = os.environ.get(ACCESS, "").strip()
    if not file:
        if _as:
            raise ConfigurationError("`--as` needs an access file", f"name one in {ACCESS}")
        return None
    from seewhy.auth.access import Access

    access = Access(file)
    who = _actor(access)
    permissions = access.of(who)
    if not permissions.roles:
        raise NotAllowed(f"`{who.shown}` has no role in `{file}`", "whoever looks after access to SeeWhy can add one")
    return permissions


def _actor(access: Access) -> Actor:
    """The login that runs this process, or whom `--as` names."""
    from types import MappingProxyType

    from seewhy.auth.actor import Actor

    if _as:
        owner = os.stat(access.file).st_uid if hasattr(os, "getuid") else -1
        if not hasattr(os, "getuid") or os.getuid() not in (0, owner):
            raise NotAllowed("`--as` is for the owner of the access file", f"`{access.file}` is not yours")
        claims = {access.rules.finder.claim: _as}
        return Actor(_as, "", _as if "@" in _as else "", frozenset(), MappingProxyType(claims))
    login, groups = _login()
    email = access.rules.logins.get(login, "")
    return Actor(f"login:{login}", login, email, groups, MappingProxyType({"login": login}))


def _login() -> tuple[str, frozenset[str]]:
    """The name and the groups of the login as the system knows them, whatever the environment says."""
    try:
        import grp
        import pwd
    except ImportError:
        raise ConfigurationError(
            "logins of this system cannot be told apart", f"leave {ACCESS} out, or sign in to `seewhy serve`"
        ) from None
    try:
        login = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        raise NotAllowed(f"the user `{os.getuid()}` of this machine has no name", "log in as somebody") from None
    found = set()
    for group in {os.getgid(), *os.getgroups()}:
        try:
            found.add(grp.getgrgid(group).gr_name)
        except KeyError:
            continue
    return login, frozenset(found)
