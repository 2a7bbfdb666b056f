"""A session with one graph: runs named queries of the book, read-only, and remembers what does not change within a
load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.cypher.catalogue import book
from seewhy.graph.answers.as_json import Provenance
from seewhy.graph.days import day
from seewhy.graph.errors import EngineUnavailable, UnknownEntity
from seewhy.graph.loads import MODEL
from seewhy.graph.nearest import nearest
from seewhy.graph.schemes.of_graph import changed_schemes, require_schemes

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy.graph.engines.base import Engine
    from seewhy.graph.loads import Load


__all__ = ["Session", "day"]


BROUGHT_ALONG = ("subject_", "resource_", "action_")
"""How the parameters begin that a question may bring along (`asks` of a scheme); null where it does not."""


class Session:
    """One open graph. Every answer asks the engine for its newest load first, so a new load is noticed."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._cache: dict[str, Any] = {}
        self._load: Load | None = None

    def newest(self) -> Load:
        """The newest finished load; an empty graph or one of another version cannot answer."""
        loads = self.engine.loads()
        if not loads:
            raise EngineUnavailable(
                f"the graph `{self.engine.target}` is empty", "load a folder first: seewhy load FOLDER"
            )
        load = loads[-1]
        if load.model != MODEL:
            age = "a newer" if load.model > MODEL else "an older"
            raise EngineUnavailable(
                f"the graph `{self.engine.target}` was written by {age} version of SeeWhy "
                f"(model {load.model}, this one reads {MODEL})",
                "use that version, or load the folder again with --fresh",
            )
        require_schemes((load,))
        if load != self._load:  # the whole of it: two fresh loads of one second have the same id
            self._cache = {}
            self._load = load
        return load

    def provenance(self) -> Provenance:
        """Engine and load as every answer names them."""
        load = self.newest()
        return Provenance(f"{self.engine.name} {self.engine.version}", load.id, load.as_of, changed_schemes(load))

    def run(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """Run one query of the book; parameters that its text does not use are left out."""
        query = book()[name]
        unsaid = {key: None for key in query.parameters if key.startswith(BROUGHT_ALONG)}
        given = {key: value for key, value in parameters.items() if key in query.parameters}
        return self.engine.read(query.text, unsaid | given)

    def remembered(self, key: str, make: Callable[[], Any]) -> Any:
        """A value that holds as long as the newest load is the newest."""
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]

    def pair(self, person: str, case: str) -> dict[str, Any]:
        """Names and scheme of a person and a case; unknown ids raise UnknownEntity with the nearest known ones."""
        (row,) = self.run("organisation/pair", person=person, case=case)
        if row["person"] is None:
            raise self.unknown("person", person)
        if row["case_id"] is None:
            raise self.unknown("case", case)
        return row

    def unknown(self, kind: str, name: str) -> UnknownEntity:
        """The error for an id that does not exist, naming the nearest known ones (by id or by name)."""
        plural = {"person": "people", "case": "cases"}[kind]
        rows = self.remembered(plural, lambda: self.run(f"organisation/{plural}"))
        known = {row["id"]: row["name"] for row in rows}
        return UnknownEntity(f"unknown {kind} `{name}`", nearest(name, known, always=True))
