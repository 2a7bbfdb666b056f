"""The application: its routes, its limits, and what surrounds every request. ASGI; it reads only.

Every refusal is a status with one JSON string. What went wrong inside is never told (500).
"""

from __future__ import annotations

import datetime as dt
import logging
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from seewhy.graph.errors import EngineUnavailable, LimitReached, SeeWhyError, UnknownEntity
from seewhy.http import evaluation, search
from seewhy.http.bodies import Refused, read_object
from seewhy.http.metrics import Measures
from seewhy.http.openapi import description
from seewhy.http.questions import ENDPOINTS, Endpoint, ask
from seewhy.loaders.load import product_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from seewhy.api import Graph

AT_ONCE = 4
"""Evaluations and searches that are answered at the same time, and as many of SeeWhy's own questions, which may take
long; further ones wait. More threads than that get in each other's way."""
WAITING = 256
"""Requests inside, waiting ones included; a further one is refused with 503."""
METADATA = {
    "evaluation": "access_evaluation_endpoint",
    "evaluations": "access_evaluations_endpoint",
    "search/subject": "search_subject_endpoint",
    "search/resource": "search_resource_endpoint",
    "search/action": "search_action_endpoint",
}
"""The endpoints of AuthZEN below `/access/v1/`, and what its discovery calls them."""
_LOCAL = ("127.0.0.1", "localhost", "[::1]")
_log = logging.getLogger("seewhy.http")


def application(
    graph: Graph,
    *,
    public_url: str | None = None,
    hosts: tuple[str, ...] = _LOCAL,
    prefix: str = "/access",
    measures: Measures | None = None,
) -> ASGIApp:
    """The interface to an open graph.

    `public_url` is what discovery names, else the address that was asked. `hosts` are the names in the Host header that
    are served; none means any. `prefix` is where the endpoints of AuthZEN are: "" where the application is mounted.
    """
    return _Interface(graph, public_url, hosts, prefix, measures or Measures()).app


class _Interface:
    def __init__(
        self, graph: Graph, public_url: str | None, hosts: tuple[str, ...], prefix: str, measures: Measures
    ) -> None:
        self._graph = graph
        self._public_url = public_url.rstrip("/") if public_url else None
        self._prefix = prefix
        self._measures = measures
        self._found = search.Found()
        self._threads, self._own_threads = anyio.CapacityLimiter(AT_ONCE), anyio.CapacityLimiter(AT_ONCE)
        self._inside = 0
        access: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "evaluation": self._evaluation,
            "evaluations": self._evaluations,
            "search/subject": lambda body: search.subjects(graph.session, body, self._found),
            "search/resource": lambda body: search.resources(graph.session, body, self._found),
            "search/action": lambda body: search.actions(graph.session, body),
        }
        routes = [
            Route(f"{prefix}/v1/{name}", self._posted(name, answer), methods=["POST"])
            for name, answer in access.items()
        ]
        routes += [
            Route(f"/v1/{endpoint.name}", self._question(endpoint), methods=["POST" if endpoint.post else "GET"])
            for endpoint in ENDPOINTS
        ]
        routes += [
            Route("/v1/evidence", self._evidence, methods=["GET"]),
            Route("/.well-known/authzen-configuration", self._discovery, methods=["GET"]),
            Route("/openapi.json", self._described, methods=["GET"]),
            Route("/livez", self._alive, methods=["GET"]),
            Route("/readyz", self._ready, methods=["GET"]),
        ]
        app = Starlette(routes=routes, exception_handlers={HTTPException: _no_such_route, Exception: _failed})
        app.router.redirect_slashes = False
        self.app: ASGIApp = _Surroundings(app, hosts)

    # --- AuthZEN

    def _evaluation(self, body: dict[str, Any]) -> dict[str, Any]:
        question = evaluation.read_question(body)
        return evaluation.evaluate(self._graph.session, question, reasons=True)

    def _evaluations(self, body: dict[str, Any]) -> dict[str, Any]:
        batch = evaluation.read_batch(body)
        if batch is None:
            return self._evaluation(body)
        items, ends, reasons = batch
        return {"evaluations": evaluation.evaluate_batch(self._graph.session, body, items, ends, reasons=reasons)}

    def _posted(self, name: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[..., Any]:
        async def endpoint(request: Request) -> Response:
            async def made() -> Response:
                body = await read_object(request)
                return JSONResponse(
                    await self._in_thread(lambda: self._of_one_load(lambda: answer(body)), self._threads)
                )

            return await self._answered(name, made)

        return endpoint

    def _of_one_load(self, answer: Callable[[], Any]) -> Any:
        with self._graph.session.engine.snapshot():
            return answer()

    async def _discovery(self, request: Request) -> Response:
        base = self._public_url or f"{request.url.scheme}://{request.url.netloc}"
        document = {"policy_decision_point": base}
        document |= {member: f"{base}{self._prefix or '/access'}/v1/{name}" for name, member in METADATA.items()}
        return JSONResponse(document)

    # --- SeeWhy's own

    def _question(self, endpoint: Endpoint) -> Callable[..., Any]:
        async def asked(request: Request) -> Response:
            async def made() -> Response:
                members = await read_object(request) if endpoint.post else _parameters(request)
                return JSONResponse(await self._in_thread(lambda: ask(self._graph, endpoint, members)))

            return await self._answered(endpoint.name, made)

        return asked

    async def _evidence(self, request: Request) -> Response:
        def made(members: dict[str, str]) -> bytes:
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "evidence.zip"
                self._graph.evidence(members["person"], members["case"], file, members.get("as_of"))
                return file.read_bytes()

        async def answered() -> Response:
            members = _parameters(request)
            for name in ("person", "case"):
                if not members.get(name):
                    raise Refused(400, f"`{name}` is missing")
            if unknown := members.keys() - {"person", "case", "as_of"}:
                raise Refused(400, f"`{min(unknown)[:80]}` is no parameter of evidence")
            data = await self._in_thread(lambda: made(members))
            return Response(
                data,
                media_type="application/zip",
                headers={"Content-Disposition": 'attachment; filename="evidence.zip"'},
            )

        return await self._answered("evidence", answered)

    async def _described(self, _: Request) -> Response:
        return JSONResponse(description(product_version()))

    # --- how it is

    async def _alive(self, _: Request) -> Response:
        return JSONResponse("alive")

    async def _ready(self, _: Request) -> Response:
        async def made() -> Response:
            load = await self._in_thread(self._graph.session.newest)
            finished = dt.datetime.fromisoformat(load.finished)
            if finished.tzinfo is None:
                finished = finished.replace(tzinfo=dt.UTC)
            age = max(0.0, (dt.datetime.now(dt.UTC) - finished).total_seconds())
            self._measures.load_age.set(age)
            return JSONResponse({"load": load.id, "as_of": load.as_of, "age_seconds": round(age)})

        return await self._answered("readyz", made)

    # --- around a question

    async def _in_thread(self, answer: Callable[[], Any], threads: anyio.CapacityLimiter | None = None) -> Any:
        return await anyio.to_thread.run_sync(answer, limiter=threads or self._own_threads)

    async def _answered(self, name: str, made: Callable[[], Any]) -> Response:
        """The answer, or the refusal; counted and timed."""
        began = time.perf_counter()
        if self._inside >= WAITING:
            self._measures.limits.labels("requests").inc()
            return _refusal(503, "too many requests at once: try again in a moment", {"Retry-After": "1"})
        self._inside += 1
        self._measures.running.set(self._inside)
        response: Response = _refusal(500, "the question could not be answered")
        try:
            response = await made()
        except Refused as refused:
            if refused.status == 413:
                self._measures.limits.labels("body").inc()
            response = _refusal(refused.status, refused.message)
        except UnknownEntity as error:
            response = _refusal(404, f"{error.message}; {error.hint}" if error.hint else error.message)
        except EngineUnavailable:
            response = _refusal(503, "the graph cannot be asked at the moment", {"Retry-After": "5"})
        except LimitReached:
            self._measures.limits.labels("work").inc()
            response = _refusal(503, "the question was stopped by its limit of time or work")
        except SeeWhyError as error:
            response = _refusal(400, f"{error.message}; {error.hint}" if error.hint else error.message)
        except Exception:
            _log.exception("a request failed")
        finally:
            self._inside -= 1
            self._measures.running.set(self._inside)
            self._measures.requests.labels(name, str(response.status_code)).inc()
            self._measures.seconds.labels(name).observe(time.perf_counter() - began)
        return response


def _parameters(request: Request) -> dict[str, str]:
    items = request.query_params.multi_items()
    found = dict(items)
    if len(found) != len(items):
        raise Refused(400, "a parameter stands twice")
    return found


def _refusal(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(message, status, headers)


async def _no_such_route(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentences = {404: "there is nothing at this address", 405: "this address does not take that method"}
    return _refusal(error.status_code, sentences.get(error.status_code, "refused"), dict(error.headers or {}))


async def _failed(_: Request, __: Exception) -> Response:
    return _refusal(500, "the question could not be answered")


class _Surroundings:
    """What every request meets first: the Host that it names, and its id, which comes back unchanged."""

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = scope["headers"]
        ids = [(name, value) for name, value in headers if name == b"x-request-id"]

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [*ids, (b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        hosts = [value.decode("latin-1").lower() for name, value in headers if name == b"host"]
        if self._hosts and (len(hosts) != 1 or not {hosts[0], hosts[0].rpartition(":")[0]} & set(self._hosts)):
            await _refusal(400, "the Host header does not name this server")(scope, receive, named)
            return
        await self._app(scope, receive, named)
