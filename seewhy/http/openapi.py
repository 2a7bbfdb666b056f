"""The OpenAPI document of the interface, made from its endpoints; it refers to nothing outside."""

from __future__ import annotations

from typing import Any

from seewhy.http.entities import Action, Entity, Kind
from seewhy.http.evaluation import MOST_ITEMS, SEMANTICS
from seewhy.http.questions import ENDPOINTS, Endpoint

_REFUSED = {"description": "One sentence", "content": {"application/json": {"schema": {"type": "string"}}}}
_CONTEXT: dict[str, Any] = {"type": "object", "properties": {"as_of": {"type": "string", "format": "date"}}}
_BATCH: dict[str, Any] = {
    "evaluations": {"type": "array", "maxItems": MOST_ITEMS, "items": {"type": "object"}},
    "options": {
        "type": "object",
        "properties": {"evaluations_semantic": {"enum": list(SEMANTICS)}, "reasons": {"type": "boolean"}},
    },
}
_PAGE: dict[str, Any] = {
    "page": {
        "type": "object",
        "properties": {"token": {"type": "string"}, "limit": {"type": "integer", "minimum": 1}},
    }
}
_STATUSES = {
    "400": "The request is wrong", "404": "An id is not known", "408": "The body came too slowly",
    "413": "The body is too large", "503": "The graph cannot be asked now",
}  # fmt: skip


def description(version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    paths: dict[str, Any] = {}
    for endpoint in ENDPOINTS:
        paths[f"/v1/{endpoint.name}"] = {"post" if endpoint.post else "get": _operation(endpoint)}
    paths["/v1/evidence"] = {
        "get": {
            "summary": "The answer with everything it rests on, as a zip that can be verified offline.",
            "parameters": [_parameter(name, name != "as_of") for name in ("person", "case", "as_of")],
            "responses": {"200": {"description": "The file", "content": {"application/zip": {}}}, **_responses()},
        }
    }
    searched = {
        "evaluation": ("May the subject do that with the resource?", (Entity, Action, Entity)),
        "evaluations": ("The same for many, from one load.", (None, None, None)),
        "search/subject": ("Who may?", (Kind, Action, Entity)),
        "search/resource": ("What may the subject see or change?", (Entity, Action, Kind)),
        "search/action": ("What may the subject do with the resource?", (Entity, None, Entity)),
    }
    for name, (says, shapes) in searched.items():
        members = {
            member: _schema(shape) for member, shape in zip(("subject", "action", "resource"), shapes, strict=True)
        }
        properties = {**members, "context": _CONTEXT}
        if name == "evaluations":
            properties |= _BATCH
        elif name.startswith("search/"):
            properties |= _PAGE
        required = [member for member, shape in zip(members, shapes, strict=True) if shape is not None]
        body = {"type": "object", "properties": properties, "required": required}
        paths[f"/access/v1/{name}"] = {
            "post": {
                "summary": says,
                "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
                "responses": _responses(),
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "SeeWhy", "version": version, "summary": "Who can see a case, and why"},
        "paths": dict(sorted(paths.items())),
    }


def _schema(shape: type[Kind] | type[Action] | None) -> dict[str, Any]:
    if shape is None:
        return {"type": "object"}
    return {
        "type": "object",
        "properties": {**{name: {"type": "string"} for name in _required(shape)}, "properties": {"type": "object"}},
        "required": _required(shape),
    }


def _required(shape: type[Kind] | type[Action]) -> list[str]:
    return sorted(name for name, field in shape.model_fields.items() if field.is_required())


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {"summary": endpoint.says, "responses": _responses()}
    if endpoint.post:
        members: dict[str, Any] = {name: {} for name in (*endpoint.required, *endpoint.optional)}
        body = {"type": "object", "properties": members, "required": list(endpoint.required)}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    else:
        operation["parameters"] = [_parameter(name, True) for name in endpoint.required]
        operation["parameters"] += [_parameter(name, False) for name in endpoint.optional]
    return operation


def _parameter(name: str, required: bool) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": {"type": "string"}}


def _responses() -> dict[str, Any]:
    answer = {"description": "The answer", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {"200": answer, **{status: {**_REFUSED, "description": says} for status, says in _STATUSES.items()}}
