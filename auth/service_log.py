"""The lines that the explorer and the HTTP interface write on standard error for whoever runs them: one per question,
per refused request, per load that was noticed and per fault.

    {"at": "2026-11-29T07:30:04.123Z", "level": "info", "event": "question", "request_id": "9f0c…", "door": "page",
     "kind": "why", "outcome": "answered", "seconds": 0.042}

No line names a person, a case or anything else that was asked: kinds come from lists, places from the code, errors are
their types. Messages of exceptions and of other libraries may hold what was asked, so they are never written; where a
fault came up is. Without a format (`SEEWHY_LOG_FORMAT`) nothing of this is in force: faults alone are written, as
Python writes them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import secrets
import sys
import time
import traceback
from itertools import count
from typing import TYPE_CHECKING, Any

from seewhy.graph import record
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seewhy.graph.record import Asked, Caller, Record

VARIABLE = "SEEWHY_LOG_FORMAT"
FORMATS = ("text", "json")
_log = logging.getLogger("seewhy.service")
_NAMES_NOBODY = re.compile(r"[0-9a-f]{16,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_KIND = re.compile(r"[a-z][a-z_/ -]{0,39}")
_FRAMES = 12


def chosen(given: str | None = None) -> str:
    """The format of the lines: what was given, else `SEEWHY_LOG_FORMAT`, blank for none. Raises ConfigurationError."""
    name = (given if given is not None else os.environ.get(VARIABLE, "")).strip()
    if name and name not in FORMATS:
        raise ConfigurationError(f"there is no log format `{name}`", nearest(name, FORMATS) or "text or json")
    return name


def begin(name: str) -> None:
    """From now on this process writes its lines in that format; blank: as if nothing was said."""
    if not name:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter(as_json=name == "json"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("seewhy").setLevel(logging.INFO)
    record.use(over(record.current()))


def is_on() -> bool:
    """Whether this process writes lines."""
    return any(isinstance(handler.formatter, _Formatter) for handler in logging.getLogger().handlers)


def over(log: Record | None) -> Record | None:
    """The record that also writes a line of what it is told, where lines are written.

    None stays None where a question log is named: without it nothing is to be answered.
    """
    if not is_on() or isinstance(log, Lines) or (log is None and os.environ.get(record.VARIABLE)):
        return log
    return Lines(log)


def line(event: str, *, level: int = logging.INFO, **said: Any) -> None:
    """Write a line. What is said of it is told by the code, never by who asks; blank values are left out."""
    if is_on():
        _log.log(level, event, extra={"said": {"event": event, **said}})


def request(door: str, id: str, kind: str, status: int, seconds: float) -> None:
    """Write the line of a request that was answered or refused with a status of HTTP."""
    outcome = "answered" if status < 400 else "refused" if status < 500 or status == 503 else "failed"
    level = logging.ERROR if outcome == "failed" else logging.INFO
    event = "question" if outcome == "answered" else "request"
    line(event, level=level, request_id=id, door=door, kind=kind, outcome=outcome, status=status, seconds=seconds)


def new_id() -> str:
    """An id for a request that brought none."""
    return secrets.token_hex(8)


def plain_id(given: str) -> str:
    """An id as it may be written: a UUID or hexadecimal one as it is, of any other one a digest, since it may name
    somebody."""
    if not given or _NAMES_NOBODY.fullmatch(given):
        return given
    return f"sha256:{hashlib.sha256(given.encode('utf-8', 'replace')).hexdigest()[:32]}"


def where_it_is(id: str) -> str:
    """The hint that goes with a fault of ours: under which id it stands in the lines, blank without an id."""
    return f"its log says where, under the request `{plain_id(id)}`" if id else ""


class Lines:
    """A record that writes a line when a question came to its end, and hands everything on to the question log, if
    there is one. What comes over HTTP has the line of its request; what a page reads beside its question has none."""

    def __init__(self, log: Record | None) -> None:
        self._log, self._numbers = log, count()
        self._asked: dict[int, tuple[Caller, str]] = {}

    def begin(self, asked: Sequence[Asked], caller: Caller, graph: Mapping[str, str]) -> int:
        """See Record."""
        first = next(self._numbers) if self._log is None else self._log.begin(asked, caller, graph)
        self._asked[first] = caller, asked[0].kind
        return first

    def end(self, first: int, count: int, outcome: str, error: str, seconds: float, answer: Any) -> None:
        """See Record."""
        caller, kind = self._asked.pop(first)
        try:
            if self._log is not None:
                self._log.end(first, count, outcome, error, seconds, answer)
        except Exception as failed:
            outcome, error = "failed", type(failed).__name__
            raise
        finally:
            if caller.door != "http" and (kind != "read" or outcome == "failed"):
                level = logging.ERROR if outcome == "failed" else logging.INFO
                line(
                    "question", level=level, request_id=plain_id(caller.request_id), door=caller.door, kind=kind,
                    outcome=outcome, error=error, seconds=seconds,
                )  # fmt: skip

    def proof(self, number: int, *, opened: bool) -> bytes | None:
        """See Record."""
        return None if self._log is None else self._log.proof(number, opened=opened)


class _Formatter(logging.Formatter):
    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        said: dict[str, Any] = {"at": f"{at}.{int(record.msecs):03}Z", "level": record.levelname.lower()}
        said |= getattr(record, "said", None) or {"event": "fault"}
        if "kind" in said and not _KIND.fullmatch(said["kind"]):
            said["kind"] = "other"
        if "seconds" in said:
            said["seconds"] = round(said["seconds"], 4)
        if not hasattr(record, "said") or record.exc_info:
            ours = record.name.partition(".")[0] == "seewhy" and isinstance(record.msg, str)
            said |= {"what": re.sub(r",? (?:\w+ )?%\w", "", record.msg)} if ours and said["event"] == "fault" else {}
            said |= {"where": f"{record.name} {record.module}:{record.lineno}"}
        if record.exc_info and record.exc_info[1] is not None:
            said["error"] = " from ".join(type(one).__name__ for one in _chain(record.exc_info[1]))
            said["trace"] = " ".join(_frames(record.exc_info[1]))
        said = {name: value for name, value in said.items() if value not in ("", None)}
        if self._as_json:
            return json.dumps(said)
        at, level, event = said.pop("at"), said.pop("level"), said.pop("event")
        return " ".join([at, level, event, *(f"{name}={_quoted(value)}" for name, value in said.items())])


def _quoted(value: Any) -> str:
    text = str(value)
    return json.dumps(text) if re.search(r"[\s\"=]", text) else text


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it came from."""
    seen: list[BaseException] = []
    found: BaseException | None = error
    while found is not None and found not in seen:
        seen.append(found)
        yield found
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def _frames(error: BaseException) -> Iterator[str]:
    """Where an error came up: the last places in the code, the innermost one last."""
    for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]:
        yield f"{'/'.join(frame.filename.replace(os.sep, '/').split('/')[-3:])}:{frame.lineno}:{frame.name}"
