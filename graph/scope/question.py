"""Ways for a question to keep to a scope; every public question has one (`tests/contract/test_scope.py`).

    answered       asked without the scope, and the answer cut by a function
    from_rows      asked of rows that are cut, and of other questions
    treated        by a function of its own
    keeps_itself   the question asks `view_of` itself

All first ask whether this kind may be asked, and whether the person and the case that it names may be told of; if not,
they are as unknown as ids that nobody ever loaded.
"""

from __future__ import annotations

from functools import cache, wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from seewhy.graph.scope.session import ScopedSession, Veiled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seewhy.graph.scope.view import View
    from seewhy.graph.session import Session

P = ParamSpec("P")
R = TypeVar("R")

PEOPLE, CASES = ("person", "first", "second"), ("case",)
"""Arguments of questions that name a person, or a case."""


def answered(
    kind: str,
    told: Callable[[View, R], R],
    *,
    days: tuple[str, ...] = ("as_of",),
    veiled: tuple[str, ...] = (),
    about: Callable[[Mapping[str, Any]], tuple[str, str]] | None = None,
) -> Callable[[Callable[Concatenate[Session, P], R]], Callable[Concatenate[Session, P], R]]:
    """A question whose answer is cut by `told`. `days` are the arguments that name days, `veiled` the beginnings of
    queries whose rows are cut first; `about` gives person and case where the arguments are not called so."""

    def asked(session: ScopedSession, view: View, question: Callable[[Session], R]) -> R:
        return told(view, question(Veiled(view, *veiled) if veiled else session.whole))

    def named(given: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        return about_of(given, days) if about is None else tuple([one] for one in about(given))  # type: ignore[return-value]

    return treated(kind, _required(kind, days, named, asked))


def from_rows(
    kind: str,
    *,
    days: tuple[str, ...] = ("as_of",),
    named: Callable[[Mapping[str, Any]], tuple[list[str], list[str]]] | None = None,
) -> Callable[[Callable[Concatenate[Session, P], R]], Callable[Concatenate[Session, P], R]]:
    """A question that is asked of rows which are cut, or of other questions that keep to the scope. `named` gives the
    people and the cases that its arguments name, where these are not called so."""

    def asked(session: ScopedSession, view: View, question: Callable[[Session], R]) -> R:
        return question(session.within(view))

    return treated(kind, _required(kind, days, named or (lambda given: about_of(given, days)), asked))


def _required(
    kind: str,
    days: tuple[str, ...],
    named: Callable[[Mapping[str, Any]], tuple[list[str], list[str]]],
    asked: Callable[[ScopedSession, View, Callable[[Session], R]], R],
) -> Callable[..., Any]:
    """The treatment of a question once what it names may be told of; without limits it is asked as it is."""

    def treatment(session: ScopedSession, question: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        given = arguments_of(question, session, args, kwargs)
        view = session.view(kind, *(given[day] for day in days))
        if view.everything:
            return question(session.whole, *args, **kwargs)
        view.require(*named(given))
        return asked(session, view, lambda inner: question(inner, *args, **kwargs))

    return treatment


def treated(
    kind: str, treatment: Callable[..., R]
) -> Callable[[Callable[Concatenate[Session, P], R]], Callable[Concatenate[Session, P], R]]:
    """A question with a treatment of its own: `treatment(session, question, arguments…)`, called within a scope only,
    which asks for `session.view(kind, …)` first."""

    def decorate(question: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
        @wraps(question)
        def asked(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not isinstance(session, ScopedSession):
                return question(session, *args, **kwargs)
            return treatment(session, question, *args, **kwargs)

        asked.keeps_scope = kind  # type: ignore[attr-defined]  # for the test that lists questions without
        return asked

    return decorate


def keeps_itself(kind: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A question that asks `view_of(session, kind, …)` itself, and answers as it says."""

    def decorate(question: Callable[P, R]) -> Callable[P, R]:
        question.keeps_scope = kind  # type: ignore[attr-defined]  # for the test that lists questions without
        return question

    return decorate


_signature = cache(signature)


def arguments_of(question: Callable[..., Any], session: Session, args: Any, kwargs: Any) -> dict[str, Any]:
    """All arguments of a call by name, the defaults and those of `**arguments` among them."""
    names = _signature(question)
    bound = names.bind(session, *args, **kwargs)
    bound.apply_defaults()
    found = dict(bound.arguments)
    for name, parameter in names.parameters.items():
        if parameter.kind is Parameter.VAR_KEYWORD:
            found |= found.pop(name)
    return found


def about_of(given: Mapping[str, Any], days: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    """The people and the cases that arguments name; those of `days` name days."""
    people, cases = (
        [one for name in names if name not in days for one in _ids(given.get(name))] for names in (PEOPLE, CASES)
    )
    return people, cases


def _ids(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [one for one in value if isinstance(one, str)]
    return [value] if isinstance(value, str) and value else []


def whole_of(session: Session) -> Session:
    """The session without the scope, for a treatment that cuts what it makes of it."""
    return session.whole if isinstance(session, ScopedSession) else session


def view_of(session: Session, kind: str, *days: Any) -> View | None:
    """What may be told to a kind of question; None where nothing is outside. Raises NotAllowed."""
    if not isinstance(session, ScopedSession):
        return None
    view = session.view(kind, *days)
    return None if view.everything else view
