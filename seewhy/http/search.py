"""`search/subject`, `search/resource`, `search/action`: complete answers, whole or by pages."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from seewhy.graph.answers.lists import CaseList
from seewhy.graph.questions.check import SEARCH, VIEW
from seewhy.graph.questions.what import what
from seewhy.graph.questions.who import who
from seewhy.graph.session import bringing
from seewhy.http.accepted import accepted, parameters
from seewhy.http.bodies import day_of
from seewhy.http.entities import Action, Entity, Kind, is_text, read_context, read_member
from seewhy.http.evaluation import Question, evaluate, knows
from seewhy.http.paging import next_token, read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seewhy.graph.session import Session
    from seewhy.http.accepted import Accepted

EDIT = "edit"
"""What every scheme means by it: the value edit, as far as it has one."""
_KEPT = 16
_KEPT_IDS = 4_000_000


class Found:
    """Answers that were found for the newest load, so that the next page of one is not worked out again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lists: OrderedDict[tuple[str, ...], Sequence[str]] = OrderedDict()

    def ids(self, key: tuple[str, ...], make: Callable[[], Sequence[str]]) -> Sequence[str]:
        """The ids of an answer, by load and question; the least recently used go when there are many, and those of
        another load."""
        with self._lock:
            if key in self._lists:
                self._lists.move_to_end(key)
                return self._lists[key]
        made = make()
        with self._lock:
            for other in [one for one in self._lists if one[0] != key[0]]:
                del self._lists[other]
            self._lists[key] = made
            while len(self._lists) > _KEPT or (
                len(self._lists) > 1 and sum(map(len, self._lists.values())) > _KEPT_IDS
            ):
                self._lists.popitem(last=False)
        return made


def subjects(session: Session, request: dict[str, Any], found: Found) -> dict[str, Any]:
    """Everybody who may do that with the resource, by id."""
    subject = read_member(request, "subject", Kind)
    action = read_member(request, "action", Action)
    resource = read_member(request, "resource", Entity)
    date = day_of(read_context(request))
    words = accepted(session)
    systems = words.system_of(resource.type)

    def make() -> Sequence[str]:
        if systems is None or not _can_be(words, subject, action, resource.id):
            return []
        if not session.tells("", resource.id, date):
            return []
        (about,) = session.run("organisation/pair", person="", case=resource.id)
        if about["case_id"] is None or (systems and about["system"] not in systems):
            return []
        if not knows(about["scheme"], action.name):
            return []
        with bringing(parameters(asked)):
            answer = who(session, resource.id, date, action=action.name)
        return [one.person for one in answer.people if one.found or action.name != SEARCH]

    asked = words.asked(action=action.properties, resource=resource.properties)
    query = ["subject", subject.type, action.name, resource.type, resource.id, date, json.dumps(asked)]
    return _answer(session, request, query, subject.type, found, make)


def resources(session: Session, request: dict[str, Any], found: Found) -> dict[str, Any]:
    """Every resource with which the subject may do that, by id."""
    subject = read_member(request, "subject", Entity)
    action = read_member(request, "action", Action)
    resource = read_member(request, "resource", Kind)
    date = day_of(read_context(request))
    words = accepted(session)
    systems = words.system_of(resource.type)

    def make() -> Sequence[str]:
        if systems is None or not _can_be(words, subject, action, subject.id):
            return []
        if not session.tells(subject.id, "", date) or not session.run("organisation/person", person=subject.id):
            return []
        with bringing(parameters(asked)):
            answer = what(session, subject.id, date, action=VIEW if action.name == EDIT else action.name)
        return _cases(answer.cases, action.name, systems)

    asked = words.asked(subject=subject.properties, action=action.properties)
    query = ["resource", subject.type, subject.id, action.name, resource.type, date, json.dumps(asked)]
    return _answer(session, request, query, resource.type, found, make)


def _can_be(words: Accepted, subject: Kind, action: Action, id: str) -> bool:
    """Whether subject type, action and id are such that a search can find anything."""
    return words.is_subject(subject.type) and action.name in words.actions and is_text(id)


def _cases(cases: Sequence[Any], action: str, systems: frozenset[str]) -> Sequence[str]:
    """The ids of those that the action is allowed on, of these systems (empty: any)."""
    if action != SEARCH and isinstance(cases, CaseList):
        if not systems and action != EDIT:
            return _Column(cases)  # what is allowed is the list itself
        return _Column(cases.narrowed(systems, lambda value: action != EDIT or value == EDIT))
    return [
        one.case
        for one in cases
        if (not systems or one.system in systems)
        and (one.found if action == SEARCH else action != EDIT or one.value == EDIT)
    ]


class _Column(Sequence[str]):
    """The ids of a list of cases, which become text a page at a time: a first page need not wait for a million."""

    def __init__(self, cases: CaseList) -> None:
        self._cases = cases

    def __len__(self) -> int:
        return len(self._cases)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        return self._cases[at].case if isinstance(at, int) else [one.case for one in self._cases[at]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cases.frame()["case"].to_list())


def actions(session: Session, request: dict[str, Any]) -> dict[str, Any]:
    """What the subject may do with the resource, in the order of the actions."""
    subject = read_member(request, "subject", Entity)
    resource = read_member(request, "resource", Entity)
    date = day_of(read_context(request))
    words = accepted(session)
    systems = words.system_of(resource.type)
    asked = words.asked(subject=subject.properties, resource=resource.properties)
    names: list[str] = []
    if words.is_subject(subject.type) and systems is not None and is_text(subject.id, resource.id):
        for name in words.actions:
            question = Question(subject.id, resource.id, name, systems, date, True, asked)
            if evaluate(session, question, reasons=False)["decision"]:
                names.append(name)
    query = ["action", subject.type, subject.id, resource.type, resource.id, date, json.dumps(asked)]
    return _paged(session, request, query, names, lambda name: {"name": name})


def _answer(
    session: Session,
    request: dict[str, Any],
    query: list[str],
    type_: str,
    found: Found,
    make: Callable[[], Sequence[str]],
) -> dict[str, Any]:
    # A wrong page is refused before anything is worked out.
    read_page(request, query, _load(session))
    # Lists of one load are kept for whoever asks, each within the scope that it was found in.
    ids = found.ids((session.newest().key, session.digest, *query), make)
    return _paged(session, request, query, ids, lambda one: {"type": type_, "id": one})


def _load(session: Session) -> str:
    """What a page token is good for: the load, within the scope of whoever got it."""
    return f"{session.newest().key} {session.digest}".rstrip()


def _paged(
    session: Session,
    request: dict[str, Any],
    query: list[str],
    ids: Sequence[str],
    shown: Callable[[str], dict[str, str]],
) -> dict[str, Any]:
    page = read_page(request, query, _load(session))
    if page is None:
        return {"results": [shown(one) for one in ids]}
    end = len(ids) if page.limit is None else min(len(ids), page.begin + page.limit)
    some = ids[page.begin : end]
    token = next_token(page, end, query, _load(session)) if end < len(ids) else ""
    return {
        "page": {"next_token": token, "count": len(some), "total": len(ids)},
        "context": {"complete": True},
        "results": [shown(one) for one in some],
    }
