"""From a question that is asked to its entries: `asked` before it is answered, its outcome before the answer goes out.

In an entry stand only words that name nobody. Actor, peer, purpose, person, case and every other argument are
commitments; salts and texts lie beside them. An answer is the SHA-256 of its JSON, as a commitment too: unsalted, it
would give away whom it is about to who can ask the same again.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import secrets
import time
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seewhy.auth.log.entries import ASKED, canonical, committed
from seewhy.auth.log.proofs import prove
from seewhy.auth.log.reader import Reader
from seewhy.auth.log.writer import Log
from seewhy.auth.service_log import over
from seewhy.graph import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seewhy.auth.log.entries import Opening
    from seewhy.graph.record import Asked, Caller

SHOWN_OPTIONS = frozenset({"action", "rule", "system", "report", "query", "changes", "erased_fields", "retired_to"})
"""Arguments that stand in the entry itself: they name no person and no case. All others are committed to."""
LISTS = ("people", "cases", "pairs", "evaluations", "results")
"""What an answer calls its rows."""
_LONGEST = 64
_MOST_TEXT = 16 * 1024
_MANY = 10_000
"""Rows from which a list stands in the digest of its answer by the SHA-256 of its CSV."""


class Recorder:
    """A log as the record of this process's questions."""

    def __init__(self, log: Log) -> None:
        self.log = log

    def begin(self, asked: Sequence[Asked], caller: Caller, graph: Mapping[str, str]) -> int:
        """Write that questions are asked; the number of the first. Raises LogUnavailable."""
        who = {"door": caller.door, "role": caller.role, "request_id": caller.request_id}
        head = {"outcome": ASKED, "graph": graph, **who}
        return self.log.append_all([_asked(one, caller, head) for one in asked])

    def end(self, first: int, count: int, outcome: str, error: str, seconds: float, answer: Any) -> None:
        """Write what came of them. Raises LogUnavailable."""
        entry: dict[str, Any] = {"asked": first, "outcome": outcome, "took_ms": round(seconds * 1000)}
        entry |= {"to": first + count - 1} if count > 1 else {}
        entry |= {"error": error} if error else {}
        beside: dict[str, Opening] = {}
        if answer is not None and outcome == "answered":
            said, digest = summary(answer)
            said["digest"], beside["digest"] = committed("digest", digest)
            entry["answer"] = said
        self.log.append(entry, beside)

    @contextmanager
    def entered(self, asked: Asked, caller: Caller) -> Iterator[None]:
        """What is done with the log itself in the block is an entry, before and after. Raises LogUnavailable."""
        first = self.begin([asked], caller, {})
        outcome, error, began = "failed", "", time.perf_counter()
        try:
            yield
            outcome = "answered"
        except BaseException as raised:
            outcome, error = record.failure(raised)
            raise
        finally:
            self.end(first, 1, outcome, error, time.perf_counter() - began, None)

    def proof(self, number: int, *, opened: bool) -> bytes:
        """The proof of an entry, under a checkpoint that is signed now; `opened`: with person and case in plain text.

        Raises LogUnavailable.
        """
        self.log.fold()
        fields = ("person", "case") if opened else ()
        return prove(Reader(self.log.folder), number, self.log.signer.public, fields)


def _asked(asked: Asked, caller: Caller, head: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Opening]]:
    shown: dict[str, Any] = {}
    more: dict[str, Any] = {}
    for name, value in asked.options.items():
        short = isinstance(value, bool | int) or (isinstance(value, str) and len(value) <= _LONGEST)
        (shown if name in SHOWN_OPTIONS and short else more)[name] = value
    question: dict[str, Any] = {"kind": asked.kind[:_LONGEST], "as_of": asked.as_of[:_LONGEST], "options": shown}
    entry = {name: value for name, value in head.items() if value} | {"question": question}
    if len(entry.get("request_id", "")) > _LONGEST:
        entry["request_id"] = hashlib.sha256(entry["request_id"].encode()).hexdigest()
    beside: dict[str, Opening] = {}
    texts = {"actor": caller.actor, "peer": caller.peer, "purpose": caller.purpose}
    for place, some in ((entry, texts), (question, {"person": asked.person, "case": asked.case, "more": _text(more)})):
        for field, text in some.items():
            if text:
                place[field], beside[field] = committed(field, text[:_MOST_TEXT])
    entry["question"] = {name: value for name, value in question.items() if value}
    return entry, beside


def _text(more: Mapping[str, Any]) -> str:
    """Other arguments as JSON; very long ones (a plan of many changes) by their digest."""
    if not more:
        return ""
    content = canonical(more)
    if len(content) > _MOST_TEXT:
        content = canonical({"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)})
    return content.decode()


def summary(answer: Any) -> tuple[dict[str, Any], str]:
    """What an entry says of an answer (rows, complete, hidden, as far as it has them), and the SHA-256 of its JSON."""
    value = plain(answer)
    said: dict[str, Any] = {}
    if isinstance(value, dict):
        rows = value.get("count", value.get("rows"))
        said = {name: value[name] for name in ("complete", "hidden") if name in value}
        if isinstance(rows, int):
            said["rows"] = rows
        else:
            lists = [len(one) for name in LISTS if isinstance(one := value.get(name), list)]
            said |= {"rows": lists[0]} if lists else {}
    return said, hashlib.sha256(canonical(value)).hexdigest()


def digest_from(answer: Any, engine: str, load: str, loaded_as_of: str) -> str:
    """The digest that an answer would have if this engine had given it from this load, true for this day."""
    value = plain(answer)
    for place in (value, value.get("provenance")) if isinstance(value, dict) else ():
        if isinstance(place, dict) and "load" in place:
            place |= {"engine": engine, "load": load}
            place |= {"loaded_as_of": loaded_as_of} if "loaded_as_of" in place else {}
    return hashlib.sha256(canonical(value)).hexdigest()


def plain(value: Any) -> Any:
    """An answer as JSON: what the command prints with `--json`, where there is one."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, bytes):
        return {"sha256": hashlib.sha256(value).hexdigest()}
    cases: Any = getattr(value, "cases", None)
    if hasattr(cases, "frame") and len(cases) > _MANY:  # a million cases are not made into objects to be counted
        csv = hashlib.sha256(cases.frame().write_csv().encode()).hexdigest()
        about = {name: plain(getattr(value, name)) for name in ("person", "as_of", "complete", "provenance")}
        return {**about, "count": len(cases), "cases_sha256": csv}
    if hasattr(value, "as_dict"):
        return plain(value.as_dict())
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        some = [plain(one) for one in value]
        return sorted(some, key=repr) if isinstance(value, set | frozenset) else some
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if hasattr(value, "body"):  # an answer of the HTTP interface
        return plain(bytes(value.body))
    return str(value)


def open_log(folder: str | Path | None = None) -> Recorder | None:
    """The log of `folder`, or of `SEEWHY_LOG`, as the record of this process; None where neither names one.

    Opened once in a process. Raises LogUnavailable for a log that cannot be written.
    """
    named = folder or os.environ.get(record.VARIABLE)
    if not named:
        return None
    path = Path(os.path.abspath(named))
    if (found := _open.get(path)) is None:
        found = _open[path] = Recorder(Log(path))
    record.use(over(found))
    record.callers_by(lambda: local_caller("python"), unless_said=True)
    return found


_open: dict[Path, Recorder] = {}


def close_log() -> None:
    """Let go of the log of this process, folded."""
    record.use(over(None))
    record.callers_by(record.Caller)
    while _open:
        _, one = _open.popitem()
        one.log.close()


def local_caller(door: str) -> Caller:
    """Who asks on this machine: the login of the process; for what, `SEEWHY_PURPOSE` may say."""
    try:
        actor = getpass.getuser()
    except (OSError, KeyError, ImportError):
        actor = f"uid {os.getuid()}" if hasattr(os, "getuid") else ""
    purpose = os.environ.get("SEEWHY_PURPOSE", "")
    return record.Caller(actor, door=door, request_id=secrets.token_hex(8), purpose=purpose)
