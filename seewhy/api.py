"""The public Python API: one object, the questions as methods.

import seewhy
g = seewhy.connect("seewhy-graph")
print(g.why("ana", "c-101").verdict)

Long because every question is a method of the one class that people hold.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from seewhy.auth import scoping
from seewhy.cypher.folders import in_use
from seewhy.graph.change.changeset import Changes, changes_from
from seewhy.graph.counterfactual.row_alone import row_alone
from seewhy.graph.counterfactual.whatif import whatif
from seewhy.graph.counterfactual.would_change import would_change
from seewhy.graph.engines import open_engine
from seewhy.graph.engines.repair import Repair
from seewhy.graph.engines.repair import repair as repaired
from seewhy.graph.errors import ConfigurationError, SeeWhyError
from seewhy.graph.evidence.make import evidence
from seewhy.graph.evidence.pseudonyms import Pseudonyms
from seewhy.graph.evidence.verify import verify as verified
from seewhy.graph.files.signatures import PublicKey, Signer
from seewhy.graph.questions.check import check
from seewhy.graph.questions.diff import diff
from seewhy.graph.questions.eligibility.ask import eligible
from seewhy.graph.questions.findings import findings
from seewhy.graph.questions.paths import LISTED, paths
from seewhy.graph.questions.person import person as person_answer
from seewhy.graph.questions.row import row as row_answer
from seewhy.graph.questions.what import what
from seewhy.graph.questions.who import who
from seewhy.graph.questions.why import why
from seewhy.graph.record import VARIABLE, Asked, asking
from seewhy.graph.schemes.places import use_schemes
from seewhy.graph.scope.pairs import visible_pairs
from seewhy.graph.session import Session
from seewhy.ids import as_loaded

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from seewhy.auth.permissions import Permissions
    from seewhy.graph.answers.as_json import Provenance
    from seewhy.graph.answers.change import DiffAnswer, WhatifAnswer
    from seewhy.graph.answers.check import CheckAnswer, WhyAnswer
    from seewhy.graph.answers.eligibility import EligiblePeople, Verdict
    from seewhy.graph.answers.findings import FindingsAnswer
    from seewhy.graph.answers.lists import WhatAnswer, WhoAnswer
    from seewhy.graph.answers.paths import PathsAnswer
    from seewhy.graph.answers.person import PersonAnswer
    from seewhy.graph.answers.row import RowAnswer
    from seewhy.graph.engines import Engine
    from seewhy.graph.evidence.make import Evidence
    from seewhy.graph.evidence.verification import Verification
    from seewhy.graph.matrix.pairs import Pairs
    from seewhy.graph.rules.findings import Duty
    from seewhy.loaders.load import LoadReport

P = ParamSpec("P")
R = TypeVar("R")


def _from_one_load(question: Callable[Concatenate[Graph, P], R]) -> Callable[Concatenate[Graph, P], R]:
    """Everything inside one question is read from one load; its ids are read as those of files are."""
    names = [*signature(question).parameters][1:]

    @wraps(question)
    def asked(self: Graph, *given: P.args, **named: P.kwargs) -> R:
        for value in (*given, *named.values()):
            if isinstance(value, str):
                _readable(value)
        args, kwargs = as_loaded(names, given, named)
        with self.session.engine.snapshot():
            return question(self, *args, **kwargs)

    return asked  # type: ignore[return-value]  # self stays positional


def _readable(text: str) -> None:
    """Raises ConfigurationError for what no engine takes: a NUL character, or half a character (`\\udcff`)."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ConfigurationError(f"`{text}` is no UTF-8") from None
    if "\x00" in text:
        raise ConfigurationError(f"`{text}` holds a NUL character")


class Graph:
    """An open graph. Dates are ISO text or `datetime.date`, default today. Unknown ids raise `UnknownEntity`."""

    def __init__(self, engine: Engine) -> None:
        if os.environ.get(VARIABLE):
            from seewhy.auth.log.recorder import open_log

            open_log()
        self.session = Session(engine)

    def __enter__(self) -> Graph:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and connections; a list that was begun stays whole."""
        if self.session.engine.name != "embedded":
            # Embedded the file stays open for it. Here it is read to its end, while there is a connection.
            for begun in list(self.session.begun.values()):
                with suppress(SeeWhyError):
                    begun.whole()
        self.session.engine.close()

    @property
    def provenance(self) -> Provenance:
        """The engine and the newest load, as answers name them."""
        return self.session.provenance()

    @_from_one_load
    def check(self, person: str, case: str, as_of: str | dt.date | None = None, *, action: str = "view") -> CheckAnswer:
        """May `person` see `case`? `file` of the answer is the query file that decided.

        With `action="search"` the answer also says `found`: whether a search by the person finds the case (eCase). Any
        other action that the scheme of the case knows has `allowed`.
        """
        return check(self.session, person, case, as_of, action=action)

    @_from_one_load
    def why(
        self,
        person: str,
        case: str,
        as_of: str | dt.date | None = None,
        *,
        action: str = "view",
        changes: bool = False,
    ) -> WhyAnswer:
        """The answer of `check` with all reasons as paths of facts, the deciding ones first, and every rung tried.

        With `changes` also what would change it, which takes up to a second in a large organisation, for those who may
        ask what would.
        """
        wanted = changes and self.session.may("whatif")
        if not wanted:
            return why(self.session, person, case, as_of, action=action)
        asked = Asked("why", person, case, str(as_of or ""), {"action": action, "changes": True})
        with asking(self.session, asked) as answering:
            found = why(self.session, person, case, as_of, action=action)
            answering.answer = replace(found, would_change=would_change(self.session, found))
        return answering.answer  # type: ignore[no-any-return]

    @_from_one_load
    def who(self, case: str, as_of: str | dt.date | None = None, *, action: str = "view") -> WhoAnswer:
        """Everybody who can see `case`, complete, by person id."""
        return who(self.session, case, as_of, action=action)

    @_from_one_load
    def what(self, person: str, as_of: str | dt.date | None = None, *, action: str = "view") -> WhatAnswer:
        """Every case that `person` can see, complete, by case id; a long list is read when somebody looks at it.

        It stays that of the load that was asked: on Neo4j looking at more of it raises EngineUnavailable once another
        load has been published.
        """
        return what(self.session, person, as_of, action=action)

    @_from_one_load
    def eligible(self, /, kind: str, as_of: str | dt.date | None = None, **arguments: Any) -> Verdict | EligiblePeople:
        """Who may be given something, and what a request lacks: people for some kinds, a verdict for the others.

        The kinds are the subcommands of `seewhy eligible`, their arguments are given by name; `position` is one id or a
        list of them.

        `g.eligible("secondary-access", person="bo", position="jr-a1", access="hierarchical").verdict`
        """
        return eligible(self.session, kind, as_of, **arguments)

    @_from_one_load
    def findings(
        self,
        as_of: str | dt.date | None = None,
        *,
        rule: str | None = None,
        system: str | None = None,
        duties: Sequence[Duty] = (),
    ) -> FindingsAnswer:
        """Rule breaches and oddities in the data, the most severe first; `rule` is a rule id or a finding's name.

        `duties` are pairs of duties that one person should not have on one case, beside those that SeeWhy knows.
        """
        return findings(self.session, as_of, rule=rule, system=system, duties=duties)

    @_from_one_load
    def person(self, person: str, as_of: str | dt.date | None = None) -> PersonAnswer:
        """What `person` is on the day: memberships, positions, roles, privileges and groups, with source rows."""
        return person_answer(self.session, person, as_of)

    @_from_one_load
    def paths(
        self,
        start: str,
        end: str,
        as_of: str | dt.date | None = None,
        *,
        via: Sequence[str] = (),
        without: Sequence[str] = (),
        most: int = LISTED,
        longer: int = 0,
    ) -> PathsAnswer:
        """How two things hang together: every shortest chain of facts, whatever it means for access.

        Things are written with their kind: `g.paths("role:hub", "case:e-210", via=("person:imani",))`. `without` leaves
        out kinds of relationships (`managed_by`), `longer` lists that many paths that are longer by a step.
        """
        return paths(self.session, start, end, as_of, via=via, without=without, most=most, longer=longer)

    @_from_one_load
    def evidence(
        self,
        person: str,
        case: str,
        path: str | Path,
        as_of: str | dt.date | None = None,
        pseudonyms: str | Path | None = None,
        *,
        notes: bool = False,
        sign: str | Path | None = None,
        overwrite: bool = False,
    ) -> Evidence:
        """Write the answer of `why` with everything it rests on as a zip that `verify` can decide again offline.

        `pseudonyms` is the file of a key (at least 16 bytes): ids, names and texts are then replaced. `sign` is the
        file of a private key. Notes of rows are left out without `notes`, a file that exists is refused without
        `overwrite`.
        """
        return evidence(
            self.session,
            person,
            case,
            _path(path),
            as_of,
            pseudonyms=_key(pseudonyms),
            notes=notes,
            signer=_signer(sign),
            overwrite=overwrite,
        )

    @_from_one_load
    def diff(
        self,
        start: str | dt.date,
        end: str | dt.date | None = None,
        *,
        system: str | None = None,
        person: str | None = None,
        case: str | None = None,
        unit: str | None = None,
    ) -> DiffAnswer:
        """Who gained or lost between two days (`end` default today), each pair with the rows that did it.

        `unit`: the pairs whose person belongs to it or below it, or whose case does.
        """
        return diff(self.session, start, end, system=system, person=person, case=case, unit=unit)

    @_from_one_load
    def whatif(
        self,
        changes: Changes | Mapping[str, Any],
        as_of: str | dt.date | None = None,
        *,
        system: str | None = None,
        person: str | None = None,
        case: str | None = None,
        with_findings: bool = True,
        failing: Callable[[Session], tuple[str, ...]] | None = None,
    ) -> WhatifAnswer:
        """What changes would do on the day, in a copy: `{"add": {"memberships": [row…]}, "end": …, "set": …}`.

        `system`, `person` and `case` narrow what is compared. Without `with_findings` the findings that appear and
        vanish are left out. `failing` runs assertions on a graph and gives a sentence per wrong answer: those that are
        wrong only afterwards are named. Raises LoadRejected with all problems when what results would not load.
        """
        chosen = changes if isinstance(changes, Changes) else changes_from(dict(changes))
        return whatif(
            self.session,
            chosen,
            as_of,
            system=system,
            person=person,
            case=case,
            with_findings=with_findings,
            failing=failing,
        )

    @_from_one_load
    def row(
        self, file: str, row: int | str, as_of: str | dt.date | None = None, *, load: str | None = None
    ) -> RowAnswer:
        """What row 5 of `memberships.csv` says, its history, the pairs whose reasons rest on it, and its neighbours.

        Several loads may have such a row: without a `load` it is the one that holds on the day, else the last that did.
        """
        return row_answer(self.session, file, row, as_of, load=load)

    @_from_one_load
    def row_alone(
        self, file: str, row: int | str, as_of: str | dt.date | None = None, *, load: str | None = None
    ) -> DiffAnswer:
        """Who would lose what if that row ended on the day. Raises LoadRejected where others need it."""
        return row_alone(self.session, file, row, as_of, load=load)

    def pairs(self, as_of: str | dt.date | None = None, people: Sequence[str] | None = None) -> Pairs:
        """Every visible pair, person by person (iterate), without holding them in memory."""
        return visible_pairs(self.session, as_of, people)

    def load(
        self, folder: str | Path, as_of: str | None = None, *, fresh: bool = False, dry_run: bool = False
    ) -> LoadReport:
        """Load a folder or workbook as a snapshot; raises LoadRejected with all problems, nothing written then."""
        from pathlib import Path as _Path

        from seewhy.loaders.load import load_folder

        return load_folder(self.session.engine, _Path(folder), as_of=as_of, fresh=fresh, dry_run=dry_run)


def as_asked(graph: Graph) -> Graph:
    """The same open graph as far as whoever asks here may ask (`seewhy.auth.asker`); itself where nobody signs in."""
    session = scoping.as_asked(graph.session)
    return graph if session is graph.session else _within(graph, session)


def _within(graph: Graph, session: Session) -> Graph:
    found = Graph(graph.session.engine)
    found.session = session
    return found


def scoped(graph: Graph, permissions: Permissions, pseudonyms: Pseudonyms | None = None) -> Graph:
    """The same open graph for somebody who has these permissions (`seewhy.auth.access.Access.of`): every method answers
    as far as they may ask. The graph itself when they may ask everything.

    Costs nothing by itself; make one for each question, so that roles count as they are now. Closing it closes nothing.
    `pseudonyms` is the key for roles that are told no names; raises NotAllowed where they need one.
    """
    session = scoping.scoped_session(graph.session, permissions, pseudonyms)
    return graph if session is graph.session else _within(graph, session)


def verify(
    path: str | Path,
    graph: Graph | None = None,
    pseudonyms: str | Path | None = None,
    *,
    insist: bool = True,
    signed_by: str | Path | None = None,
    page: str | Path | None = None,
    overwrite: bool = False,
) -> Verification:
    """Check an evidence file: every byte against its manifest, the answer by deciding it again from the rows inside.

    With `graph` that graph is asked as well; with `insist=False` only when it holds the load the file was made from.
    `signed_by` is the file of the public key that must have signed it. `page` gets a page of what was decided again. A
    file that is no evidence raises ConfigurationError.
    """
    from contextlib import nullcontext

    session = None if graph is None else graph.session
    with nullcontext() if session is None else session.engine.snapshot():
        return verified(
            _path(path),
            session,
            _key(pseudonyms),
            insist=insist,
            signed_by=None if signed_by is None else PublicKey.read(_path(signed_by)),
            page_to=None if page is None else _path(page),
            overwrite=overwrite,
            question=_question,
        )


def _question(content: bytes, person: str, case: str) -> tuple[list[str], str]:
    """What is wrong with the proof that a question is in a log, and how it was checked."""
    from seewhy.auth.log.proofs import about

    return about(content, person, case)


def repair(target: str | os.PathLike[str] | None = None) -> Repair:
    """Check every file of a graph, and make it answer from its newest whole state; nothing is deleted.

    Raises EngineUnavailable when nothing whole is left. `fault` of the result is empty when there was nothing to do.
    """
    return repaired(target)


def _path(path: str | Path) -> Path:
    from pathlib import Path as _Path

    return _Path(path)


def _key(path: str | Path | None) -> Pseudonyms | None:
    return None if path is None else Pseudonyms.read(_path(path))


def _signer(path: str | Path | None) -> Signer | None:
    return None if path is None else Signer.read(_path(path))


def connect(
    target: str | os.PathLike[str] | Any | None = None,
    *,
    write: bool = False,
    schemes: Sequence[str | os.PathLike[str]] = (),
) -> Graph:
    """Open a graph: a folder, a `neo4j://` or `bolt://` address, a `neo4j.Driver` or a `py2neo.Graph`.

    Default: `SEEWHY_GRAPH`, then `NEO4J_URI`, then `seewhy-graph` in the working folder. `write=True` allows loading.
    `schemes` are folders of schemes, beside those of `SEEWHY_SCHEMES` and of installed packages; they hold for the
    whole process.
    """
    if schemes or not in_use().own:
        use_schemes(schemes)
    return Graph(open_engine(target, write=write))
