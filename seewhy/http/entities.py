"""The entities of AuthZEN and what they are called in SeeWhy; unknown members are ignored, wrong ones are refused."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from seewhy.http.bodies import Refused

E = TypeVar("E", bound="Member")


class Member(BaseModel):
    """What a request says about an entity."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class Kind(Member):
    """An entity that is sought: its type; whatever else is said of it is ignored."""

    type: str


class Entity(Kind):
    """A subject or a resource."""

    id: str
    properties: dict[str, Any] | None = None


class Action(Member):
    """What somebody wants to do."""

    name: str
    properties: dict[str, Any] | None = None


def read_member(request: dict[str, Any], member: str, shape: type[E]) -> E:
    """A required member of a request. Raises Refused (400) that says which part is missing or of the wrong type."""
    if member not in request:
        raise Refused(400, f"`{member}` is missing")
    if not isinstance(request[member], dict):
        raise Refused(400, f"`{member}` has to be an object")
    try:
        return shape.model_validate(request[member])
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, (member, *fault["loc"][:1])))
        if fault["type"] == "missing":
            raise Refused(400, f"`{place}` is missing") from None
        raise Refused(400, f"`{place}` is of the wrong type") from None


def read_context(request: dict[str, Any]) -> dict[str, Any] | None:
    """The context of a request; Refused (400) when it is no object."""
    context = request.get("context")
    if context is not None and not isinstance(context, dict):
        raise Refused(400, "`context` has to be an object")
    return context


def is_text(*ids: str) -> bool:
    """Whether ids can be asked for: JSON may hold half of a surrogate pair, which is no character, and NUL."""
    return all(
        "\0" not in one and (one.isascii() or not any(0xD800 <= ord(sign) <= 0xDFFF for sign in one)) for one in ids
    )
