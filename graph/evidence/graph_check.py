"""Graph check: an evidence file compared with a graph, the same load, the same answer, the same rows?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from seewhy.graph.change.in_memory import kept_history
from seewhy.graph.change.neighbourhood import without_notes
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.evidence.archive import parsed
from seewhy.graph.evidence.differences import differences
from seewhy.graph.evidence.files import read_back
from seewhy.graph.evidence.make import members, versions
from seewhy.graph.evidence.parts import DIFFERS, HOLDS, Part

if TYPE_CHECKING:
    from seewhy.graph.evidence.pseudonyms import Pseudonyms
    from seewhy.graph.evidence.statement import Statement
    from seewhy.graph.loads import Load
    from seewhy.graph.session import Session

_GROWS = ("until", "ended_load", "present", "given_since", "given_until", "note", "granted_by")
"""Columns of a row that a later load may set otherwise: it ends facts, and corrects them in place."""


@dataclass(frozen=True, slots=True)
class GraphCheck:
    """What the graph says: same, differs or not asked, the sentence for it, and what it says of parts of the file."""

    outcome: str
    sentence: str
    parts: tuple[Part, ...] = ()


def not_asked(sentence: str = "") -> GraphCheck:
    """No graph was asked."""
    return GraphCheck("not asked", sentence)


def ask(statement: Statement, session: Session, pseudonyms: Pseudonyms | None, *, insist: bool) -> GraphCheck:
    """Ask the graph. `insist=False`: one that cannot be asked about the file is not; otherwise that differs, or is a
    ConfigurationError when a key is missing."""
    masked, newest = bool(statement.record.get("pseudonyms")), statement.loads[-1]
    target = session.engine.target
    if statement.record.get("outside"):
        return not_asked("The file leaves out who is outside of what its maker may ask about: no graph was asked.")
    if not insist and (not _holds(session, newest) or (masked and pseudonyms is None)):
        return not_asked(f"The graph `{target}` holds other loads, or needs the key, and was not asked.")
    shown = f"graph `{target}` ({session.provenance().engine})"
    if not _holds(session, newest):
        return GraphCheck("differs", f"The {shown} does not hold the load that the file was made from.")
    if not all(_holds(session, load) for load in statement.loads):
        return GraphCheck("differs", f"The {shown} does not hold all loads that the file names.")
    person, case = statement.record["person"], statement.record["case"]
    if masked:
        if pseudonyms is None:
            raise ConfigurationError(
                "the file holds pseudonyms, so a graph cannot be asked about them", "give the key with --pseudonyms"
            )
        person, case = _unmasked(session, "people", person, pseudonyms), _unmasked(session, "cases", case, pseudonyms)
        if not person or not case:
            return GraphCheck("differs", f"No person and case of the {shown} has these pseudonyms under this key.")
    names, notes = pseudonyms if masked else None, bool(statement.record.get("notes"))
    made, _, _ = members(session, person, case, statement.record["as_of"], names, notes=notes)
    same_version = statement.record["versions"] == versions(statement.answer["scheme"])
    found = differences(statement.answer, parsed(made["answer.json"], "answer.json", "the answer"), words=same_version)
    later = session.engine.loads()[-1].id != newest.id
    if found:
        newer = ", which has newer loads," if later else ""
        return GraphCheck("differs", f"The {shown}{newer} answers otherwise: {found[0]}.")
    around = read_back(made)
    known = around if masked else kept_history(session)
    known = known if masked or notes else without_notes(known)
    strange = (
        stem for stem, rows in statement.rows.items() if len(_strange(rows, known[stem], later=later, masked=masked))
    )
    if stem := next(strange, ""):
        fault = f"`rows/{stem}.csv` holds a row that is not in the graph"
        return GraphCheck(
            "differs", f"The {shown} gives the same answer, but {fault}.", (Part("rows", DIFFERS, fault),)
        )
    if same_version and not later and any(len(around[stem]) != len(rows) for stem, rows in statement.rows.items()):
        fault = "rows that the graph has for this answer are missing"
        return GraphCheck(
            "differs", f"The {shown} gives the same answer, but {fault}.", (Part("rows", DIFFERS, fault),)
        )
    parts = (Part("rows", HOLDS, f"as the {shown} has them"), Part("record", HOLDS, f"the {shown} holds these loads"))
    return GraphCheck("same", f"The {shown} gives the same answer from the same rows.", parts)


def _strange(rows: pl.DataFrame, known: pl.DataFrame, *, later: bool, masked: bool) -> pl.DataFrame:
    """The rows of a file that the graph does not hold; pseudonymous ones are numbered by what is beside them."""
    left = {*_GROWS} if later else set()
    left |= {"row", "source"} if masked and later else set()
    columns = [name for name in rows.columns if name in known.columns and name not in left]
    return rows.join(known.select(columns), on=columns, how="anti", nulls_equal=True)


def _holds(session: Session, load: Load) -> bool:
    return any((one.id, one.as_of, one.digest) == (load.id, load.as_of, load.digest) for one in session.engine.loads())


def _unmasked(session: Session, plural: str, pseudonym: str, pseudonyms: Pseudonyms) -> str:
    kind = {"people": "person", "cases": "case"}[plural]
    ids = (row["id"] for row in session.run(f"organisation/{plural}"))
    return next((one for one in ids if pseudonyms.of(kind, one) == pseudonym), "")
