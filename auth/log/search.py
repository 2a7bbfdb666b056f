"""Whole questions of a log: who asked what, and what came of it, the newest first, picked by words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.auth.log.entries import ASKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seewhy.auth.log.reader import Entry, Reader

ERASED = "(erased)"
_SOON = 10_000
"""Entries behind a question among which its outcome is looked for."""


@dataclass(frozen=True, slots=True)
class AskedEntry:
    """One question. Texts that were erased say so; those that were never given are blank."""

    n: int
    at: str
    actor: str
    role: str
    door: str
    peer: str
    request_id: str
    purpose: str
    kind: str
    person: str
    case: str
    as_of: str
    options: Mapping[str, Any]
    load: str
    engine: str
    outcome: str
    """answered, refused, failed, or `asked` where nothing more was written."""
    error: str
    rows: int | None
    hidden: Any
    took_ms: int | None
    ended: int | None
    """The entry of the outcome."""

    def as_dict(self) -> dict[str, Any]:
        """The fields that say something."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in found.items() if value not in (None, "", {})}

    def names(self, id: str) -> bool:
        """Whether the question is about this person or case, in whatever place it was given."""
        return id in (self.person, self.case) or mentions(self.options, id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; blank: any. `day` is the UTC date of asking, `since` the first one."""

    person: str = ""
    case: str = ""
    actor: str = ""
    kind: str = ""
    day: str = ""
    since: str = ""

    def fits(self, one: AskedEntry) -> bool:
        """Whether a question is among them."""
        return (
            (not self.kind or one.kind == self.kind)
            and (not self.day or one.at.startswith(self.day))
            and (not self.actor or one.actor == self.actor)
            and all(not id or one.names(id) for id in (self.person, self.case))
        )


def questions(reader: Reader, wanted: Wanted | None = None) -> Iterator[AskedEntry]:
    """The questions that fit, newest first; what was retired is not among them."""
    chosen = wanted or Wanted()
    first_day = chosen.since or chosen.day
    outcomes: list[tuple[int, int, int, dict[str, Any]]] = []
    for entry in reader.newest_first():
        said = entry.said
        if said.get("outcome") != ASKED:
            begin = said.get("asked")
            if isinstance(begin, int):
                outcomes.append((begin, said.get("to", begin), entry.n, said))
            continue
        if first_day and str(said.get("at", ""))[: len(first_day)] < first_day:
            return
        found = next((one for one in reversed(outcomes) if one[0] <= entry.n <= one[1]), None)
        # Of questions that began after this one the outcomes are not needed any more.
        outcomes = [one for one in outcomes if one[0] < entry.n]
        one = _question(entry, said, *(found[2:] if found else (None, {})))
        if chosen.fits(one):
            yield one


def question_at(reader: Reader, n: int) -> AskedEntry | None:
    """The question that was entered under a number; None where nothing was asked there, or it was retired."""
    if not 0 <= n < reader.size or (entry := reader.entry(n)) is None or entry.said.get("outcome") != ASKED:
        return None
    for later in range(n + 1, min(reader.size, n + 1 + _SOON)):
        found = reader.entry(later)
        begin = None if found is None else found.said.get("asked")
        if found is not None and isinstance(begin, int) and begin <= n <= found.said.get("to", begin):
            return _question(entry, entry.said, later, found.said)
    return _question(entry, entry.said, None, {})


def digest_of(reader: Reader, one: AskedEntry) -> str:
    """The SHA-256 of the answer to a question, in hex; blank where it was erased, or nothing was answered."""
    ended = None if one.ended is None else reader.entry(one.ended)
    return "" if ended is None or "digest" not in ended.beside else str(ended.beside["digest"][1])


def _question(entry: Entry, said: Mapping[str, Any], ended: int | None, outcome: Mapping[str, Any]) -> AskedEntry:
    question, graph, answer = said.get("question") or {}, said.get("graph") or {}, outcome.get("answer") or {}

    def text(name: str, place: Mapping[str, Any]) -> str:
        return "" if name not in place else str(entry.beside[name][1]) if name in entry.beside else ERASED

    more = text("more", question)
    options = {**(question.get("options") or {})}
    options |= {"more": ERASED} if more == ERASED else json.loads(more or "{}")
    return AskedEntry(
        entry.n, str(said.get("at", "")), text("actor", said), said.get("role", ""), said.get("door", ""),
        text("peer", said), said.get("request_id", ""), text("purpose", said), question.get("kind", ""),
        text("person", question), text("case", question), question.get("as_of", ""), options, graph.get("load", ""),
        graph.get("engine", ""), outcome.get("outcome", ASKED), outcome.get("error", ""), answer.get("rows"),
        answer.get("hidden"), outcome.get("took_ms"), ended,
    )  # fmt: skip


def mentions(value: Any, id: str) -> bool:
    """Whether an id stands in JSON as a whole text."""
    if isinstance(value, str):
        return value == id
    if isinstance(value, dict):
        return any(mentions(one, id) for one in (*value, *value.values()))
    return isinstance(value, list) and any(mentions(one, id) for one in value)
