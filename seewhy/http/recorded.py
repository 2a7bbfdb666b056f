"""What a record is told of evaluations and searches: who and what they are about, in the words of the request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from seewhy.graph.record import Asked, asking, is_recorded
from seewhy.http.bodies import Refused
from seewhy.http.evaluation import read_batch, with_defaults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.api import Graph


Answer = Callable[["Graph", dict[str, Any]], dict[str, Any]]


def told(graph: Graph, name: str, body: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """The answer to a request; every evaluation of a batch is a question of its own, and they have one outcome."""
    if not is_recorded(graph.session):
        return answer(graph, body)
    with asking(graph.session, *_asked(name, body)) as answering:
        answering.answer = found = answer(graph, body)
    return found


def _asked(name: str, body: Mapping[str, Any]) -> list[Asked]:
    try:
        batch = read_batch(dict(body)) if name == "evaluations" else None
    except Refused:  # it will be refused, and is asked all the same
        batch = None
    return [_one(name, _completed(item, body)) for item in batch[0]] if batch else [_one(name, body)]


def _completed(item: Any, body: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return with_defaults(item, dict(body))
    except Refused:
        return {}


def _one(name: str, item: Mapping[str, Any]) -> Asked:
    subject, action, resource, context = map(_object, map(item.get, ("subject", "action", "resource", "context")))
    more = {
        "subject_type": subject.get("type"), "resource_type": resource.get("type"), "action": action.get("name"),
        "subject_properties": subject.get("properties"), "resource_properties": resource.get("properties"),
        "page": item.get("page"),
    }  # fmt: skip
    person, case, as_of = map(_text, (subject.get("id"), resource.get("id"), context.get("as_of")))
    return Asked(name, person, case, as_of, {key: value for key, value in more.items() if value})


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
