"""`evaluation` and `evaluations`: may this subject do that with this resource, with the reasons and their sources.

What is not known is answered like what is refused: nobody learns from an answer which ids exist.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.cypher.ladders import ladder_for, ladder_named
from seewhy.graph.matrix.decision import Claim, decide
from seewhy.graph.questions.check import SEARCH, VIEW, allows, checked
from seewhy.graph.questions.why import why
from seewhy.graph.schemes.in_use import schemes
from seewhy.graph.session import bringing
from seewhy.http.accepted import accepted, parameters
from seewhy.http.bodies import Refused, day_of
from seewhy.http.entities import Action, Entity, is_text, read_context, read_member

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seewhy.graph.session import Session

MOST_ITEMS = 1_000
"""Evaluations in one request; more are refused with 400."""
SEMANTICS = {"execute_all": None, "deny_on_first_deny": False, "permit_on_first_permit": True}
"""By name, the decision that ends the answer."""
AT_ONCE = 200
"""Pairs in one query: far from any time limit."""
_BESIDE = ThreadPoolExecutor(2, "batch")
"""Queries of batches: a batch waits for none of its own before the next one begins."""
_Kind = tuple[str, str, str, tuple[tuple[str, str], ...]]
"""Scheme, ladder, day and properties that questions have in common which one query answers."""
_REQUIRED = {"subject": ("type", "id"), "action": ("name",), "resource": ("type", "id")}
_DEFAULTED = ("subject", "action", "resource", "context")
_NO_ACCESS = "You have no access to this case."


@dataclass(frozen=True, slots=True)
class Question:
    """One evaluation: the ids, the action, the systems that the type of the resource means (empty: any), the day.

    `known` is false when a type or the action means nothing here: then the answer is no. `asked` are the properties
    that a scheme asks for, as name and JSON.
    """

    person: str
    case: str
    action: str
    systems: frozenset[str]
    day: str
    known: bool
    asked: tuple[tuple[str, str], ...] = ()

    def means(self, system: str) -> bool:
        """Whether the resource may be a case of this system."""
        return not self.systems or system in self.systems


def read_question(session: Session, request: dict[str, Any]) -> Question:
    """The question of a request. Raises Refused (400)."""
    subject = read_member(request, "subject", Entity)
    action = read_member(request, "action", Action)
    resource = read_member(request, "resource", Entity)
    words = accepted(session)
    systems = words.system_of(resource.type)
    known = (
        words.is_subject(subject.type)
        and systems is not None
        and action.name in words.actions
        and is_text(subject.id, resource.id)
    )
    asked = words.asked(subject=subject.properties, action=action.properties, resource=resource.properties)
    day = day_of(read_context(request))
    return Question(subject.id, resource.id, action.name, systems or frozenset(), day, known, asked)


def with_defaults(item: Any, request: dict[str, Any]) -> dict[str, Any]:
    """An item of a batch, completed from the members beside `evaluations`.

    An entity that the item does not name is the default's; of one that it names, only missing required members are.
    """
    if not isinstance(item, dict):
        raise Refused(400, "an evaluation has to be an object")
    full: dict[str, Any] = {name: request[name] for name in _DEFAULTED if name in request}
    full |= item
    for name, needed in _REQUIRED.items():
        own, default = item.get(name), request.get(name)
        if isinstance(own, dict) and isinstance(default, dict):
            full[name] = {field: default[field] for field in needed if field in default} | own
    return full


def evaluate(session: Session, question: Question, *, reasons: bool) -> dict[str, Any]:
    """The answer to one question: `decision`, and in `context` what decided; with `reasons` also why."""
    load = session.newest().id
    detail: dict[str, Any] = {}
    decision = False
    about = _about(session, question)
    if about is not None:
        with bringing(parameters(question.asked)):
            decision, detail = _decided(session, question, about, reasons and session.may("reasons"))
    if not decision:
        detail = {"value": "none", **detail, "reason_user": {"403": _NO_ACCESS}}
    order = ("step", "value", "reason_user", "reason_admin", "sources")
    context = {name: detail[name] for name in order if name in detail}
    return {"decision": decision, "context": {**context, "load": load, "as_of": question.day}}


def _about(session: Session, question: Question) -> dict[str, Any] | None:
    """Names and scheme of the pair, None when one of the two is not known or the case is of another system."""
    if not question.known or not session.tells(question.person, question.case, question.day):
        return None
    (row,) = session.run("organisation/pair", person=question.person, case=question.case)
    if row["person"] is None or row["case_id"] is None or not question.means(row["system"]):
        return None
    return row if knows(row["scheme"], question.action) else None


def knows(scheme: str, action: str) -> bool:
    """Whether a scheme says anything about an action; `search` finds nothing where none does."""
    return action == SEARCH or action in schemes()[scheme].actions


def _decided(session: Session, question: Question, about: dict[str, Any], reasons: bool) -> tuple[bool, dict[str, Any]]:
    action = VIEW if question.action == SEARCH else question.action
    if reasons:
        answer = why(session, question.person, question.case, question.day, action=action, rungs=False, about=about)
        seen = answer.check
        deciding = [reason for reason in answer.reasons if reason.decides]
        sentences = [answer.verdict, *(reason.sentence for reason in deciding)]
        sources = dict.fromkeys(step.source for reason in deciding for step in reason.path if step.source)
    else:
        seen = checked(session, about, question.day, session.provenance(), action)
    if question.action == SEARCH:
        found = checked(session, about, question.day, seen.provenance, "search").found
        decision = bool(found)
    else:
        decision = seen.yes
    detail: dict[str, Any] = {"step": seen.step, "value": seen.value}
    if reasons:
        detail |= {"reason_admin": {"200" if decision else "403": " ".join(sentences)}, "sources": list(sources)}
    return decision, detail


def read_batch(request: dict[str, Any]) -> tuple[list[Any], bool | None, bool] | None:
    """The items, the decision that ends the answer, whether reasons are wanted; None when there is no batch.

    Raises Refused (400).
    """
    items = request.get("evaluations")
    options = request.get("options")
    if items is not None and not isinstance(items, list):
        raise Refused(400, "`evaluations` has to be an array")
    if options is not None and not isinstance(options, dict):
        raise Refused(400, "`options` has to be an object")
    semantic = (options or {}).get("evaluations_semantic")
    semantic = "execute_all" if semantic is None else semantic
    if not isinstance(semantic, str) or semantic not in SEMANTICS:
        raise Refused(400, f"`options.evaluations_semantic` has to be one of {', '.join(SEMANTICS)}")
    if not items:
        return None
    if len(items) > MOST_ITEMS:
        raise Refused(400, f"a request holds at most {MOST_ITEMS:,} evaluations, this one has {len(items):,}")
    return items, SEMANTICS[semantic], (options or {}).get("reasons") is True


def evaluate_batch(
    session: Session, request: dict[str, Any], items: Sequence[Any], ends: bool | None, *, reasons: bool
) -> list[dict[str, Any]]:
    """The answers in the order of the items, up to and with the first whose decision is `ends`."""
    read: list[Question | Refused] = []
    for item in items:
        try:
            read.append(read_question(session, with_defaults(item, request)))
        except Refused as fault:
            read.append(fault)
    quick = {} if reasons else _decisions(session, [one for one in read if isinstance(one, Question)])
    answers: list[dict[str, Any]] = []
    for one in read:
        if isinstance(one, Refused):
            error = {"status": one.status, "message": one.message}
            answers.append({"decision": False, "context": {"error": error}})
        elif reasons:
            answers.append(evaluate(session, one, reasons=True))
        else:
            answers.append({"decision": quick[one]})
        if answers[-1]["decision"] is ends:
            break
    return answers


def _decisions(session: Session, questions: Iterable[Question]) -> dict[Question, bool]:
    """Many questions in few queries."""
    found = dict.fromkeys(questions, False)
    people = session.remembered("ids of people", lambda: {row["id"] for row in session.run("organisation/people")})
    scheme_of = {row["id"]: row["scheme"] for row in session.run("organisation/systems")}
    known = [
        one for one in found if one.known and one.person in people and session.tells(one.person, one.case, one.day)
    ]
    system_by_case: dict[str, str] = {}
    cases = sorted({one.case for one in known})
    for begin in range(0, len(cases), AT_ONCE):
        for row in session.run("organisation/cases_named", cases=cases[begin : begin + AT_ONCE]):
            system_by_case[row["id"]] = row["system"]
    groups: dict[_Kind, list[Question]] = {}
    searchers: dict[tuple[str, str], set[str]] = {}
    for one in known:
        system = system_by_case.get(one.case)
        if system is None or not one.means(system):
            continue
        scheme = scheme_of[system]
        if one.action == SEARCH:
            # Few schemes know it, and few people may search at all.
            if not schemes()[scheme].ladder.has_search:
                continue
            if (scheme, one.day) not in searchers:
                rows = session.run(f"find/{scheme}/searchers", as_of=one.day)
                searchers[scheme, one.day] = {row["person"] for row in rows}
            if one.person in searchers[scheme, one.day]:
                found[one], _ = _decided(session, one, session.pair(one.person, one.case), reasons=False)
        elif one.action in schemes()[scheme].actions:
            ladder = ladder_for(scheme, one.action).name
            groups.setdefault((scheme, ladder, one.day, one.asked), []).append(one)
    parts = [
        (kind, some[begin : begin + AT_ONCE]) for kind, some in groups.items() for begin in range(0, len(some), AT_ONCE)
    ]
    # Each with a context of its own: it says which load is read, and for how long.
    running = [_BESIDE.submit(copy_context().run, _allowed, session, kind, some) for kind, some in parts]
    for answered in running:
        found |= answered.result()
    return found


def _allowed(session: Session, kind: _Kind, questions: Sequence[Question]) -> dict[Question, bool]:
    """Some questions of one kind in one query; pairs that no row says anything about are none."""
    scheme, name, date, asked = kind
    ladder = ladder_named(name)
    pairs = sorted({(one.person, one.case) for one in questions})
    with bringing(parameters(asked)):
        rows = session.run(f"check/{name}/pairs", pairs=list(map(list, pairs)), as_of=date, action="view")
    values = {(row["person"], row["case_id"]): decide(ladder, Claim.from_row(row)).value for row in rows}
    return {one: allows(scheme, one.action, values.get((one.person, one.case), "none")) for one in questions}
