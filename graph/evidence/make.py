"""Making an evidence file: the answer, what it rests on, and how it was asked, as members of a zip."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy import cypher, graph
from seewhy.cypher.catalogue import book
from seewhy.graph.change.in_memory import in_memory, kept_history
from seewhy.graph.change.neighbourhood import rows_around, without_notes
from seewhy.graph.engines.embedded import EmbeddedEngine
from seewhy.graph.errors import ConfigurationError, EngineUnavailable, UnknownEntity
from seewhy.graph.evidence.archive import QUESTION, README, canonical, manifest, packed
from seewhy.graph.evidence.differences import differences
from seewhy.graph.evidence.files import written
from seewhy.graph.evidence.page import page
from seewhy.graph.evidence.pseudonyms import Pseudonyms
from seewhy.graph.evidence.rules_inside import folder_members, only_scheme
from seewhy.graph.evidence.veil import veiled
from seewhy.graph.files.atomic import refuse_used, write_whole
from seewhy.graph.loads import MODEL, Load, loaded
from seewhy.graph.questions.why import why
from seewhy.graph.record import proof_here, question
from seewhy.graph.rules.catalogue import rule, rule_version
from seewhy.graph.scope.question import keeps_itself, view_of, whole_of
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.files.signatures import Signer
    from seewhy.graph.scope.view import View


@dataclass(frozen=True, slots=True)
class Evidence:
    """An evidence file that was written: its path, the digest over all members, how many rows it holds, its answer, and
    the fingerprint of the key that signed it, blank when none did."""

    path: Path
    digest: str
    rows: int
    answer: WhyAnswer
    signed_by: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Keys file, digest, rows, signed_by, and of the answer value, step, engine, load."""
        check = self.answer.check
        return {
            "file": str(self.path),
            "digest": self.digest,
            "rows": self.rows,
            "signed_by": self.signed_by or None,
            "value": check.value,
            "step": check.step,
            **check.provenance.as_dict(),
        }


@question("evidence")
@keeps_itself("evidence")
def evidence(
    session: Session,
    person: str,
    case: str,
    path: Path,
    as_of: str | dt.date | None = None,
    *,
    pseudonyms: Pseudonyms | None = None,
    notes: bool = False,
    signer: Signer | None = None,
    overwrite: bool = False,
) -> Evidence:
    """Write the evidence for one answer; the file is complete or not there.

    Notes of rows are in it only with `notes`. Raises UnknownEntity for unknown ids, ConfigurationError for a path that
    cannot be written, and for one that is in use without `overwrite`.
    """
    if path.suffix != ".zip":
        raise ConfigurationError(f"`{path.name}` has no ending that evidence can have", "name it FILE.zip")
    if notes and pseudonyms is not None:
        raise ConfigurationError(
            "notes are free text and may name people, so they cannot go with pseudonyms", "leave --notes out"
        )
    refuse_used([path], overwrite=overwrite)
    made, answer, count = members(session, person, case, as_of, pseudonyms, notes=notes)
    if (proof := proof_here(opened=pseudonyms is None)) is not None:
        made[QUESTION] = proof
    write_whole(path, packed(made, signer), overwrite=overwrite)
    return Evidence(path, manifest(made)["digest"], count, answer, "" if signer is None else signer.public.fingerprint)


@keeps_itself("evidence")
def members(
    session: Session,
    person: str,
    case: str,
    as_of: str | dt.date | None = None,
    pseudonyms: Pseudonyms | None = None,
    *,
    notes: bool = False,
) -> tuple[dict[str, bytes], WhyAnswer, int]:
    """The members of the evidence file but for the manifest, the answer in them, and the number of rows."""
    view = view_of(session, "evidence", as_of)
    if view is not None:
        view.require([person], [case])
    whole = whole_of(session)
    with only_scheme(whole.pair(person, case)["scheme"]):
        return _members(whole, person, case, as_of, pseudonyms, notes=notes, view=view)


def _members(
    session: Session,
    person: str,
    case: str,
    as_of: str | dt.date | None,
    pseudonyms: Pseudonyms | None,
    *,
    notes: bool,
    view: View | None,
) -> tuple[dict[str, bytes], WhyAnswer, int]:
    date, loads = day(as_of), tuple(replace(load, schemes="") for load in session.engine.loads())
    answered = why(session, person, case, date)
    rows = rows_around(kept_history(session), person, case)
    again = why(in_memory(rows, date, loads, dangling=True), person, case, date)
    if found := differences(answer_json(answered), answer_json(again)):
        raise EngineUnavailable(
            f"no evidence was written: the rows around `{person}` and `{case}` give another answer ({found[0]})",
            "load the source folder again with --fresh, and report this",
        )
    if view is not None:
        rows = veiled(view, rows)
    if pseudonyms is not None:
        rows = pseudonyms.history(rows)
        person, case = pseudonyms.of("person", person), pseudonyms.of("case", case)
    elif not notes:
        rows = without_notes(rows)
    again = why(in_memory(rows, date, loads, dangling=True), person, case, date)
    if _outcome(again) != _outcome(answered):
        raise EngineUnavailable(
            f"no evidence was written: without names the rows around `{person}` and `{case}` give another answer",
            "ask somebody who may ask about everything",
        )
    answer = replace(again, check=replace(again.check, provenance=answered.check.provenance))
    cited = {text for stem in rows.values() for text in stem["load"].to_list()} | {loads[-1].id}
    record = {
        "person": person,
        "case": case,
        "as_of": date,
        "engine": answered.check.provenance.engine,
        "loads": [load.as_dict() for load in loads if load.id in cited],
        "versions": versions(answer.check.scheme),
        "pseudonyms": None if pseudonyms is None else pseudonyms.as_dict(),
        "notes": notes and view is None,
    }
    made = {**record, "outside": view.hidden.as_dict()} if view is not None else record
    members = assembled(answer_json(answer), made, rows)
    if view is not None:
        answer = replace(answer, check=replace(answer.check, provenance=view.provenance(answer.check.provenance)))
    return members, answer, sum(map(len, rows.values()))


def _outcome(answer: WhyAnswer) -> tuple[Any, ...]:
    """What an answer decides, without names."""
    check = answer.check
    return check.value, check.value_now, check.step, len(answer.reasons)


_README = b"""An answer of SeeWhy, with everything that it rests on. `seewhy verify FILE.zip` decides it again, offline.

answer.json         the answer, all reasons, every rung
page.html           the same to read and to print
rows/*.csv          the rows it rests on, and where each came from (provenance.csv)
rules.json          the rules that the answer names
queries/            the queries that were asked, with their parameters
scheme/             the folder of rules, where the scheme is an organisation's own
record.json         who was asked what and when, the loads, the versions
question.tlog-proof if it is there: that this question is an entry of the organisation's log of questions
MANIFEST.json       the SHA-256 of every member; MANIFEST.json.sig, if it is there, signs it

The files in rows/ are raw: their cells are exactly what was loaded. A spreadsheet may run a cell that begins with
= + - or @ as a formula. Read them as text, or load them with SeeWhy.
"""


def assembled(answer: dict[str, Any], record: dict[str, Any], rows: Mapping[str, pl.DataFrame]) -> dict[str, bytes]:
    """All members from the three things that they come from."""
    scheme = answer["scheme"]
    rules = [rule(one).as_dict() for one in rule_ids(answer)]
    files = written(rows)
    core = {
        "answer.json": canonical(answer),
        "queries/check.cypher": f"{book()[f'check/{scheme}'].text}\n".encode(),
        "queries/why.cypher": f"{book()[f'why/{scheme}'].text}\n".encode(),
        "queries/parameters.json": canonical(parameters(record)),
        "record.json": canonical(record),
        "rules.json": canonical({"version": record["versions"]["rules"], "rules": rules}),
        README: _README,
        **folder_members(scheme),
        **files,
    }
    sums = {name: hashlib.sha256(core[name]).hexdigest() for name in sorted(core)}
    return {**core, "page.html": page(answer, record, rows, rules, sums)}


def answer_json(answer: WhyAnswer) -> dict[str, Any]:
    """The JSON of `why` without `would_change`, which tells of other facts and of what other people would see."""
    return {key: value for key, value in answer.as_dict().items() if key != "would_change"}


def parameters(record: Mapping[str, Any]) -> dict[str, str]:
    """The parameters that the queries were asked with."""
    return {"person": record["person"], "case": record["case"], "as_of": record["as_of"], "action": "view"}


def rule_ids(answer: Mapping[str, Any]) -> list[str]:
    """Every rule id that an answer names, in order of first mention; ids of no rule of the catalogue are left out."""
    named = [*answer["rules"], *(one for reason in answer["reasons"] for one in reason["rules"])]
    found = []
    for one in dict.fromkeys(named):
        try:
            found.append(rule(one).id)
        except UnknownEntity:
            continue
    return found


def queries_digest(check: str, why_text: str) -> str:
    """What names the two composed queries."""
    return hashlib.sha256(f"{check}\n{why_text}".encode()).hexdigest()


@cache
def code_digest() -> str:
    """16 hex digits that change with whatever decides and words an answer: the packages `cypher` and `graph`."""
    total = hashlib.sha256()
    for package in (cypher, graph):
        folder = Path(next(iter(package.__path__)))
        for file in sorted(folder.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                content = file.read_bytes()
                total.update(f"{file.relative_to(folder.parent).as_posix()} {len(content)}\n".encode() + content)
    return total.hexdigest()[:16]


def versions(scheme: str) -> dict[str, Any]:
    """What decided: SeeWhy and its code, the embedded engine, the graph model, the rule catalogue, the two composed
    queries."""
    try:
        product = version("seewhy")
    except PackageNotFoundError:
        product = "0"
    return {
        "seewhy": product,
        "code": code_digest(),
        "embedded": EmbeddedEngine.version,
        "model": MODEL,
        "rules": rule_version(),
        "queries": queries_digest(*(book()[f"{question}/{scheme}"].text for question in ("check", "why"))),
    }


def load_from(cells: Mapping[str, Any]) -> Load:
    """A load record from its JSON; TypeError or KeyError when it is none."""
    return loaded(cells)
