"""The public Python API: one object, the questions as methods.

import seewhy
g = seewhy.connect("seewhy-graph")
print(g.why("ana", "c-101").verdict)
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from graph.engines import open_engine
from graph.questions import access
from graph.questions.pairs import Pairs
from graph.questions.why import why
from graph.session import Session

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from graph.answers import CheckAnswer, Provenance, WhatAnswer, WhoAnswer, WhyAnswer
    from graph.engines import Engine
    from loaders.load import LoadReport

P = ParamSpec("P")
R = TypeVar("R")


def _from_one_load(question: Callable[Concatenate[Graph, P], R]) -> Callable[Concatenate[Graph, P], R]:
    """Everything inside one question is read from one load."""

    @wraps(question)
    def asked(self: Graph, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.session.engine.snapshot():
            return question(self, *args, **kwargs)

    return asked  # type: ignore[return-value]  # self stays positional


class Graph:
    """An open graph. Dates are ISO text or `datetime.date`, default today. Unknown ids raise `UnknownEntity`."""

    def __init__(self, engine: Engine) -> None:
        self.session = Session(engine)

    def __enter__(self) -> Graph:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and connections."""
        self.session.engine.close()

    @property
    def provenance(self) -> Provenance:
        """The engine and the newest load, as answers name them."""
        return self.session.provenance()

    @_from_one_load
    def check(self, person: str, case: str, as_of: str | dt.date | None = None, *, action: str = "view") -> CheckAnswer:
        """May `person` see `case`? With `action="search"` the answer also says `found` (contract 3.4)."""
        return access.check(self.session, person, case, as_of, action=action)

    @_from_one_load
    def why(self, person: str, case: str, as_of: str | dt.date | None = None) -> WhyAnswer:
        """The answer with all reasons as paths of facts, every rung tried, and what would change it."""
        return why(self.session, person, case, as_of)

    @_from_one_load
    def who(self, case: str, as_of: str | dt.date | None = None, *, action: str = "view") -> WhoAnswer:
        """Everybody who can see `case`, complete, by person id."""
        return access.who(self.session, case, as_of, action=action)

    @_from_one_load
    def what(self, person: str, as_of: str | dt.date | None = None, *, action: str = "view") -> WhatAnswer:
        """Every case that `person` can see, complete, by case id."""
        return access.what(self.session, person, as_of, action=action)

    def pairs(self, as_of: str | dt.date | None = None, people: Sequence[str] | None = None) -> Pairs:
        """Every visible pair, person by person (iterate), without holding them in memory."""
        return Pairs(self.session, as_of, people)

    def load(
        self, folder: str | Path, as_of: str | None = None, *, fresh: bool = False, dry_run: bool = False
    ) -> LoadReport:
        """Load a folder or workbook as a snapshot; raises LoadRejected with all problems, nothing written then."""
        from pathlib import Path as _Path

        from loaders.load import load_folder

        return load_folder(self.session.engine, _Path(folder), as_of=as_of, fresh=fresh, dry_run=dry_run)


def connect(target: str | os.PathLike[str] | Any | None = None, *, write: bool = False) -> Graph:
    """Open a graph: a folder, a `neo4j://` or `bolt://` address, a `neo4j.Driver` or a `py2neo.Graph`.

    Default: `SEEWHY_GRAPH`, then `NEO4J_URI`, then `seewhy-graph` in the working folder. `write=True` allows loading.
    """
    return Graph(open_engine(target, write=write))
