"""Around every question: how many at once, for how long, from which load; and the status that a refusal has.

Every refusal is a status with one JSON string. What went wrong inside is never told (500).
"""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from seewhy.api import as_asked
from seewhy.auth import service_log
from seewhy.graph.errors import EngineUnavailable, LimitReached, LoadRejected, NotAllowed, SeeWhyError, UnknownEntity
from seewhy.graph.record import caller
from seewhy.graph.session import within
from seewhy.graph.settings import read_settings
from seewhy.http.bodies import Refused
from seewhy.http.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractContextManager

    from seewhy.api import Graph
    from seewhy.graph.problems import Problem
    from seewhy.http.metrics import Measures

AT_ONCE = 4
"""Evaluations and searches that are answered at the same time, and as many of SeeWhy's own questions, which may take
long; further ones wait. More threads than that get in each other's way."""
WAITING = 256
"""Requests whose body is there, waiting ones included; a further one is refused with 503."""
TRIES = 3
"""How often a question is asked when a load comes between: Neo4j shows one state only."""
DEFECT = "the question could not be answered"
_log = logging.getLogger("seewhy.http")


class Asking:
    """Asks one open graph on behalf of many requests."""

    def __init__(self, opened: Callable[[], AbstractContextManager[Graph]], measures: Measures) -> None:
        """`opened` gives the graph for the length of one question."""
        self._opened, self.measures = opened, measures
        self._seconds = read_settings().seewhy_query_timeout
        # The executor itself: what a library puts before it costs a question as much as all its own Python.
        self._threads, self._own_threads = ThreadPoolExecutor(AT_ONCE), ThreadPoolExecutor(AT_ONCE)
        self._prepared = Prepared()
        self._inside = 0

    def of_one_load(self, ask: Callable[[Graph], Any]) -> Any:
        """The answer, read from one load within the time of one request. When a load came between it is asked again.

        It may raise whatever `ask` does.
        """
        with self._opened() as whole, within(self._seconds):
            graph = as_asked(whole)
            for tries_left in reversed(range(TRIES)):
                load = None
                try:
                    with graph.session.engine.snapshot():
                        load = graph.session.newest()
                        self.measures.finished = load.finished
                        self._prepared.look(whole, load)
                        return ask(graph)
                except EngineUnavailable:
                    newer = None
                    with suppress(EngineUnavailable):
                        newer = graph.session.newest()
                    if load is None or newer in (None, load) or not tries_left:
                        raise
        raise AssertionError("the last try answers or raises")

    async def answered(self, name: str, ask: Callable[[Graph], Any], *, quick: bool = False) -> Response:
        """The answer to a question as JSON, or as the response that `ask` makes, or the refusal; counted and timed.

        `quick`: evaluations and searches, which never wait for SeeWhy's own questions.
        """

        def made() -> Response:
            # In the thread as well: a long list takes a while to become JSON, and nobody waits for it here.
            answer = self.of_one_load(ask)
            return answer if isinstance(answer, Response) else JSONResponse(answer)

        if self._inside >= WAITING:
            self.measures.limits.labels("requests").inc()
            return self._counted(name, refusal(503, "too many requests at once: try again in a moment", again=1), 0.0)
        began = time.perf_counter()
        self._inside += 1
        self.measures.running.set(self._inside)
        try:
            threads = self._threads if quick else self._own_threads
            loop, context = asyncio.get_running_loop(), copy_context()
            response = await self.refused_or(lambda: loop.run_in_executor(threads, context.run, made))
        finally:
            self._inside -= 1
            self.measures.running.set(self._inside)
        return self._counted(name, response, time.perf_counter() - began)

    async def read(self, name: str, reading: Awaitable[Any]) -> Any:
        """What a request says; the refusal, counted, when it cannot be read. A slow one takes nobody's place."""

        async def awaited() -> Any:
            return await reading

        said = await self.refused_or(awaited)
        return self._counted(name, said, 0.0) if isinstance(said, Response) else said

    async def refused_or(self, made: Callable[[], Awaitable[Any]]) -> Any:
        """What is made, or the refusal that its error is."""
        try:
            return await made()
        except Refused as refused:
            if refused.status == 413:
                self.measures.limits.labels("body").inc()
            return refusal(refused.status, refused.message)
        except NotAllowed as error:
            return refusal(403, error.message, error.hint)
        except UnknownEntity as error:
            return refusal(404, error.message, error.hint)
        except EngineUnavailable:
            return refusal(503, "the graph cannot be asked at the moment", again=5)
        except LimitReached:
            self.measures.limits.labels("work").inc()
            return refusal(503, "the question was stopped by its limit of time or work")
        except LoadRejected as error:
            return refusal(400, error.message, "; ".join(map(_placed, error.problems)))
        except SeeWhyError as error:
            return refusal(400, error.message, error.hint)
        except Exception:
            id = caller().request_id
            said = {"event": "fault", "request_id": service_log.plain_id(id)}
            _log.exception("a request failed, request %s", said["request_id"], extra={"said": said})
            return refusal(500, DEFECT, service_log.where_it_is(id))

    def _counted(self, name: str, response: Response, seconds: float) -> Response:
        self.measures.requests.labels(name, str(response.status_code)).inc()
        self.measures.seconds.labels(name).observe(seconds)
        return response


def _placed(problem: Problem) -> str:
    return f"{problem.file}:{problem.row}: {problem.message}" if problem.row else problem.message


def refusal(status: int, message: str, hint: str | None = None, *, again: int = 0) -> JSONResponse:
    """One sentence with its status; `again` says after how many seconds it may go better."""
    headers = {"Retry-After": str(again)} if again else None
    return JSONResponse(f"{message}; {hint}" if hint else message, status, headers)
