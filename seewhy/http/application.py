"""The application: its routes. ASGI; it reads only."""

from __future__ import annotations

import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from seewhy.auth.asker import may
from seewhy.http import evaluation, search
from seewhy.http.asking import Asking
from seewhy.http.bodies import Refused, read_object
from seewhy.http.credentials import Credentials
from seewhy.http.metrics import Measures, age_seconds
from seewhy.http.openapi import description
from seewhy.http.questions import ENDPOINTS, Endpoint, ask
from seewhy.http.recorded import told
from seewhy.http.surroundings import LOCAL, Surroundings, failed, no_such_route
from seewhy.loaders.load import product_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from seewhy.api import Graph
    from seewhy.auth.tokens import Tokens

METADATA = {
    "evaluation": "access_evaluation_endpoint",
    "evaluations": "access_evaluations_endpoint",
    "search/subject": "search_subject_endpoint",
    "search/resource": "search_resource_endpoint",
    "search/action": "search_action_endpoint",
}
"""The endpoints of AuthZEN below `/access/v1/`, and what its discovery calls them."""
DISCOVERY = "/.well-known/authzen-configuration"
_CHUNK = 1 << 16


def application(
    graph: Graph | Callable[[], AbstractContextManager[Graph]],
    *,
    public_url: str | None = None,
    hosts: tuple[str, ...] = LOCAL,
    measures: Measures | None = None,
    tokens: Tokens | None = None,
    always: bool = False,
) -> ASGIApp:
    """The interface to an open graph, or to the one that a function gives for the length of a question.

    `public_url` is what discovery names, else the address that was asked; its host is served as well. `hosts` are the
    names in the Host header that are served; none means any. `tokens` are those that programs ask with; `always` asks
    for one although none was made yet.
    """
    opened = graph if callable(graph) else lambda: nullcontext(graph)
    public = public_url.rstrip("/") if public_url else None
    if public and hosts:
        hosts = (*hosts, urlsplit(public).netloc)
    return _Interface(Asking(opened, measures or Measures()), public, hosts, tokens, always).app


class _Interface:
    def __init__(
        self, asking: Asking, public_url: str | None, hosts: tuple[str, ...], tokens: Tokens | None, always: bool
    ) -> None:
        self._asking = asking
        self._public_url = public_url
        self._found = search.Found()
        access: dict[str, Callable[[Graph, dict[str, Any]], dict[str, Any]]] = {
            "evaluation": _evaluation,
            "evaluations": _evaluations,
            "search/subject": lambda graph, body: search.subjects(graph.session, body, self._found),
            "search/resource": lambda graph, body: search.resources(graph.session, body, self._found),
            "search/action": lambda graph, body: search.actions(graph.session, body),
        }
        # A public address with a path has its discovery below the well-known one.
        paths = {DISCOVERY, DISCOVERY + (urlsplit(public_url).path if public_url else "")}
        routes = [
            Route(f"/access/v1/{name}", self._posted(name, one), methods=["POST"]) for name, one in access.items()
        ]
        routes += [
            Route(f"/v1/{endpoint.name}", self._question(endpoint), methods=["POST" if endpoint.post else "GET"])
            for endpoint in ENDPOINTS
        ]
        routes += [Route(path, self._discovery, methods=["GET"]) for path in sorted(paths)]
        routes += [
            Route("/v1/evidence", self._evidence, methods=["GET"]),
            Route("/openapi.json", self._described, methods=["GET"]),
            Route("/livez", self._alive, methods=["GET"]),
            Route("/readyz", self._ready, methods=["GET"]),
        ]
        app = Starlette(routes=routes, exception_handlers={HTTPException: no_such_route, Exception: failed})
        app.router.redirect_slashes = False
        open_paths = {*paths, "/openapi.json", "/livez", "/readyz"}
        self.app: ASGIApp = Surroundings(Credentials(app, tokens, open_paths=open_paths, always=always), hosts)

    # --- AuthZEN

    def _posted(self, name: str, answer: Callable[[Graph, dict[str, Any]], dict[str, Any]]) -> Callable[..., Any]:
        async def endpoint(request: Request) -> Response:
            body = await self._asking.read(name, read_object(request))
            if isinstance(body, Response):
                return body
            return await self._asking.answered(name, lambda graph: told(graph, name, body, answer), quick=True)

        return endpoint

    async def _discovery(self, request: Request) -> Response:
        base = self._public_url or f"{request.url.scheme}://{request.url.netloc}"
        document = {"policy_decision_point": base}
        document |= {member: f"{base}/access/v1/{name}" for name, member in METADATA.items()}
        return JSONResponse(document)

    # --- SeeWhy's own

    def _question(self, endpoint: Endpoint) -> Callable[..., Any]:
        async def asked(request: Request) -> Response:
            reading = read_object(request) if endpoint.post else _parameters(request)
            members = await self._asking.read(endpoint.name, reading)
            if isinstance(members, Response):
                return members
            return await self._asking.answered(endpoint.name, lambda graph: ask(graph, endpoint, members))

        return asked

    async def _evidence(self, request: Request) -> Response:
        members = await self._asking.read("evidence", _parameters(request))
        if isinstance(members, Response):
            return members
        return await self._asking.answered("evidence", lambda graph: _evidence(graph, members))

    async def _described(self, _: Request) -> Response:
        return JSONResponse(description(product_version()))

    # --- how it is

    async def _alive(self, _: Request) -> Response:
        return JSONResponse("alive")

    async def _ready(self, _: Request) -> Response:
        def made(graph: Graph) -> dict[str, Any]:
            load = graph.session.newest()
            return {"load": load.id, "as_of": load.as_of, "age_seconds": round(age_seconds(load.finished))}

        return await self._asking.answered("readyz", made)


def _evaluation(graph: Graph, body: dict[str, Any]) -> dict[str, Any]:
    question = evaluation.read_question(graph.session, body)
    return evaluation.evaluate(graph.session, question, reasons=may("reasons"))


def _evaluations(graph: Graph, body: dict[str, Any]) -> dict[str, Any]:
    batch = evaluation.read_batch(body)
    if batch is None:
        return _evaluation(graph, body)
    items, ends, reasons = batch
    told = reasons and may("reasons")
    return {"evaluations": evaluation.evaluate_batch(graph.session, body, items, ends, reasons=told)}


def _evidence(graph: Graph, members: dict[str, str]) -> Response:
    for name in ("person", "case"):
        if not members.get(name):
            raise Refused(400, f"`{name}` is missing")
    if unknown := members.keys() - {"person", "case", "as_of"}:
        raise Refused(400, f"`{min(unknown)[:80]}` is no parameter of evidence")
    folder = tempfile.TemporaryDirectory(prefix="seewhy-evidence-")
    try:
        file = Path(folder.name) / "evidence.zip"
        graph.evidence(members["person"], members["case"], file, members.get("as_of"))
    except BaseException:
        folder.cleanup()
        raise

    def chunks() -> Iterator[bytes]:
        with folder, file.open("rb") as opened:
            while chunk := opened.read(_CHUNK):
                yield chunk

    headers = {"Content-Disposition": 'attachment; filename="evidence.zip"', "Content-Length": str(file.stat().st_size)}
    return StreamingResponse(chunks(), media_type="application/zip", headers=headers)


async def _parameters(request: Request) -> dict[str, str]:
    items = request.query_params.multi_items()
    found = dict(items)
    if len(found) != len(items):
        raise Refused(400, "a parameter stands twice")
    return found
