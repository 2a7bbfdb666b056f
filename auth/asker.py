"""Who asks the question that is being answered here, and what they may.

The process says once how to find that out (`find_by`); without it sign-in is off and everything may be asked. It is
found out anew at every run of a page and for every request, so a session that ended and a role that was taken away
count at the next one.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from seewhy.auth.rights import Denied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seewhy.auth.actor import Actor
    from seewhy.auth.rights import Permissions


class Asker(NamedTuple):
    """Who asks, and what they may ask."""

    actor: Actor
    permissions: Permissions
    session: str = ""
    """The key of the session, blank where there is none."""
    sign_out: str = ""
    """The address that ends the session."""
    contact: str = ""
    """Who could help somebody who may not ask, blank where nobody is named."""


class SessionEnded(Denied):
    """Nobody is signed in any more."""


T = TypeVar("T")
_UNSAID = object()
_said: ContextVar[object] = ContextVar("who asks", default=_UNSAID)
_find: Callable[[], Asker | None] | None = None


def find_by(find: Callable[[], Asker | None] | None) -> None:
    """From now on `find` says who asks, None where nobody is signed in (any more); None turns sign-in off."""
    global _find  # one process has one way to sign in
    _find = find


def sign_in_is_off() -> bool:
    """Whether everybody may ask everything here."""
    return _find is None


@contextmanager
def asked_by(who: Asker | None) -> Iterator[None]:
    """What is asked in the block is asked by `who`. None: by nobody; what it makes is kept for later questions, each of
    which is checked."""
    token = _said.set(who)
    try:
        yield
    finally:
        _said.reset(token)


def asked_as_now(question: Callable[[], T]) -> Callable[[], T]:
    """The question, asked by whoever asks now, wherever and whenever it is called."""
    if sign_in_is_off():
        return question
    who = asker()

    def asked() -> T:
        with asked_by(who):
            return question()

    return asked


def asker() -> Asker | None:
    """Who asks, None with sign-in off. Raises SessionEnded where nobody is signed in."""
    if (said := _said.get()) is not _UNSAID:
        return cast("Asker | None", said)
    if _find is None:
        return None
    if (found := _find()) is None:
        raise SessionEnded("you are not signed in any more", "sign in again")
    return found


def actor() -> Actor | None:
    """The actor of `asker`."""
    found = asker()
    return None if found is None else found.actor


def may(kind: str) -> bool:
    """Whether the one who asks may ask this kind of question; with sign-in off everybody may.

    A blank kind is what every role may ask, and nobody without one.
    """
    found = asker()
    return found is None or (found.permissions.may(kind) if kind else bool(found.permissions.roles))


def require(kind: str) -> None:
    """Raises Denied unless this kind of question may be asked."""
    if may(kind):
        return
    if (found := asker()) is not None and not found.permissions.roles:
        raise Denied("you have no role here, so there is nothing that you may ask")
    raise Denied("your role does not include this question")
