"""SeeWhy's own endpoints: what the commands print with `--json`, by the same names."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seewhy.graph.change.changeset import changes_from
from seewhy.graph.errors import NotAllowed, SeeWhyError
from seewhy.graph.nearest import nearest
from seewhy.graph.questions.seen_over_time import seen_over_time
from seewhy.graph.questions.timeline import timeline
from seewhy.graph.record import Asked, asking
from seewhy.http.bodies import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seewhy.api import Graph


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A question by its name: what it needs and takes besides, what it is, and how it is asked.

    A GET has `parameters` in its address, a POST the members of a JSON object.
    """

    name: str
    says: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    ask: Callable[[Graph, Mapping[str, Any]], dict[str, Any]]
    post: bool = False
    any_member: bool = False
    """Whether members besides these are the question's own business."""


def _diff(graph: Graph, members: Mapping[str, Any]) -> dict[str, Any]:
    narrowed = {name: members.get(name) for name in ("system", "person", "case", "unit")}
    return graph.diff(members["from"], members.get("to"), **narrowed).as_dict()


def _timeline(graph: Graph, members: Mapping[str, Any]) -> dict[str, Any]:
    person, case = (members.get(name) or "" for name in ("person", "case"))
    with graph.session.engine.snapshot():
        found: Any = (
            timeline(graph.session, person, case)
            if person and case
            else seen_over_time(graph.session, person=person, case=case)
        )
    answer = asdict(found)
    del answer["provenance"]
    return {**answer, **found.provenance.as_dict()}


def _whatif(graph: Graph, members: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(members["changes"], dict):
        raise Refused(400, "`changes` has to be an object of add, end and set")
    changes, as_of = changes_from(members["changes"]), members.get("as_of")
    system, person, case = (members.get(name) for name in ("system", "person", "case"))
    return graph.whatif(changes, as_of, system=system, person=person, case=case).as_dict()


def _eligible(graph: Graph, members: Mapping[str, Any]) -> dict[str, Any]:
    arguments = {name: value for name, value in members.items() if name not in ("kind", "as_of")}
    for name, value in arguments.items():
        several = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if not (value is None or several or isinstance(value, str | bool)):
            raise Refused(400, f"`{name[:80]}` has to be a string, several, or true or false")
        # What a method of ours calls its own arguments.
        if name in ("self", "session"):
            raise Refused(400, f"`{members['kind'][:80]}` takes no `{name}`")
    return graph.eligible(members["kind"], members.get("as_of"), **arguments).as_dict()


def _test(graph: Graph, members: Mapping[str, Any]) -> dict[str, Any]:
    if graph.session.digest:
        raise NotAllowed("assertions are asked about everybody, and you may ask about a part")
    from seewhy.assertions.format import read_story, run_story
    from seewhy.assertions.run import TestResult

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "assertions"
        try:
            file.write_text(_text(members["assertions"]), "utf-8")
            story = replace(read_story(file), file="assertions")
        except UnicodeEncodeError:
            raise Refused(400, "`assertions` is no UTF-8") from None
        except SeeWhyError as error:
            # Where it lies here for a moment is nobody's business.
            said = f"{error.message}; {error.hint}" if error.hint else error.message
            raise Refused(400, said.replace(str(file), "assertions")) from None
    if story.given is not None:
        raise Refused(400, "assertions over HTTP are about the graph that is there: they have no `given`")
    engine = graph.session.engine
    with engine.snapshot(), asking(graph.session, Asked("test", options={"assertions": _text(members["assertions"])})):
        outcomes = run_story(story, engine)
    return TestResult(f"{engine.name} {engine.version}", tuple(outcomes)).as_dict()


def _text(members: Any) -> str:
    if not isinstance(members, str):
        raise Refused(400, "`assertions` has to be the text of an assertion file")
    return members


def _asked(name: str, *positional: str, **fixed: Any) -> Callable[[Graph, Mapping[str, Any]], dict[str, Any]]:
    """The method of the Python interface of that name, with the members that it takes."""

    def ask(graph: Graph, members: Mapping[str, Any]) -> dict[str, Any]:
        named = {key: value for key, value in members.items() if key not in positional}
        answer: dict[str, Any] = getattr(graph, name)(*(members[key] for key in positional), **named, **fixed).as_dict()
        return answer

    return ask


ENDPOINTS = (
    Endpoint(
        "check", "May a person see a case?", ("person", "case"), ("as_of", "action"), _asked("check", "person", "case")
    ),
    Endpoint(
        "why",
        "The same with all reasons, every rung, and what would change it.",
        ("person", "case"),
        ("as_of",),
        _asked("why", "person", "case", changes=True),
    ),
    Endpoint("who", "Everybody who can see a case.", ("case",), ("as_of", "action"), _asked("who", "case")),
    Endpoint("what", "Every case that a person can see.", ("person",), ("as_of", "action"), _asked("what", "person")),
    Endpoint("person", "What a person is on the day.", ("person",), ("as_of",), _asked("person", "person")),
    Endpoint(
        "row",
        "One row of the input: its history, and whose access rests on it.",
        ("file", "row"),
        ("as_of", "load"),
        _asked("row", "file", "row"),
    ),
    Endpoint(
        "diff", "Who gained or lost between two days.", ("from",), ("to", "system", "person", "case", "unit"), _diff
    ),
    Endpoint("findings", "Rule breaches and oddities.", (), ("as_of", "rule", "system"), _asked("findings")),
    Endpoint(
        "timeline",
        "How the answer for a pair came about; of a person or a case alone, how many are seen or see, through time.",
        (),
        ("person", "case"),
        _timeline,
    ),
    Endpoint(
        "whatif",
        "What changed rows would do; nothing is written.",
        ("changes",),
        ("as_of", "system", "person", "case"),
        _whatif,
        post=True,
    ),
    Endpoint("eligible", "Who may be given something.", ("kind",), ("as_of",), _eligible, post=True, any_member=True),
    Endpoint("test", "Assertions about the graph.", ("assertions",), (), _test, post=True),
)


_TEXTS = frozenset(
    {
        *("person", "case", "as_of", "action", "rule", "system", "from", "to", "kind", "file", "row", "load", "unit"),
    }
)
"""Members that are strings, whatever the question."""


def checked_members(endpoint: Endpoint, members: Mapping[str, Any]) -> Mapping[str, Any]:
    """The members of a question, when those that it needs are there and no other. Raises Refused (400)."""
    known = (*endpoint.required, *endpoint.optional)
    for name in endpoint.required:
        if members.get(name) in (None, ""):
            raise Refused(400, f"`{name}` is missing")
    for name, value in members.items():
        if name not in known and not endpoint.any_member:
            hint = nearest(name, {one: one for one in known})
            raise Refused(400, f"`{name[:80]}` is no parameter of {endpoint.name}" + (f" ({hint})" if hint else ""))
        if value == "":
            raise Refused(400, f"`{name[:80]}` has no value")
        if name in _TEXTS and not isinstance(value, str):
            raise Refused(400, f"`{name}` has to be a string")
    return members


def ask(graph: Graph, endpoint: Endpoint, members: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one question. Raises Refused and SeeWhyError."""
    return endpoint.ask(graph, checked_members(endpoint, members))
