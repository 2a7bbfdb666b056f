"""Making an evidence file: the answer, what it rests on, and how it was asked, as members of a zip."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cypher.catalogue import book
from graph.engines.embedded import EmbeddedEngine
from graph.errors import ConfigurationError, EngineUnavailable, UnknownEntity
from graph.evidence.archive import canonical, manifest, packed
from graph.evidence.compare import differences
from graph.evidence.files import written
from graph.evidence.page import page
from graph.evidence.pseudonyms import Pseudonyms
from graph.evidence.rows import rows_around, without_notes
from graph.evidence.scratch import facts_of, scratch
from graph.loads import MODEL, Load
from graph.questions.why import why
from graph.rules.catalogue import rule, rule_version
from graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import polars as pl

    from graph.answers import WhyAnswer


@dataclass(frozen=True, slots=True)
class Evidence:
    """An evidence file that was written: its path, the digest over all members, how many rows it holds, its answer."""

    path: Path
    digest: str
    rows: int
    answer: WhyAnswer

    def as_dict(self) -> dict[str, Any]:
        """Keys file, digest, rows, and of the answer value, step, engine, load."""
        check = self.answer.check
        return {
            "file": str(self.path),
            "digest": self.digest,
            "rows": self.rows,
            "value": check.value,
            "step": check.step,
            **check.provenance.as_dict(),
        }


def evidence(
    session: Session,
    person: str,
    case: str,
    path: Path,
    as_of: str | dt.date | None = None,
    *,
    pseudonyms: Pseudonyms | None = None,
) -> Evidence:
    """Write the evidence for one answer; the file is complete or not there.

    Raises UnknownEntity for unknown ids, ConfigurationError for a path that cannot be written.
    """
    if path.suffix != ".zip":
        raise ConfigurationError(f"`{path.name}` has no ending that evidence can have", "name it FILE.zip")
    if path.is_dir():
        raise ConfigurationError(f"`{path}` is a folder")
    if not path.parent.is_dir():
        raise ConfigurationError(f"there is no folder `{path.parent}`")
    made, answer, count = members(session, person, case, as_of, pseudonyms)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(packed(made))
        os.replace(part, path)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigurationError(f"`{path}` cannot be written: {reason}") from None
    finally:
        part.unlink(missing_ok=True)
    return Evidence(path, manifest(made)["digest"], count, answer)


def members(
    session: Session, person: str, case: str, as_of: str | dt.date | None = None, pseudonyms: Pseudonyms | None = None
) -> tuple[dict[str, bytes], WhyAnswer, int]:
    """The members of the evidence file but for the manifest, the answer in them, and the number of rows."""
    date, loads = day(as_of), session.engine.loads()
    told = why(session, person, case, date)
    rows = rows_around(facts_of(session.engine), person, case)
    again = why(scratch(rows, date, loads), person, case, date)
    if found := differences(plain(told), plain(again)):
        raise EngineUnavailable(
            f"no evidence was written: the rows around `{person}` and `{case}` give another answer ({found[0]})",
            "load the source folder again with --fresh, and report this",
        )
    rows = without_notes(rows)
    if pseudonyms is not None:
        rows = pseudonyms.history(rows)
        person, case = pseudonyms.of("person", person), pseudonyms.of("case", case)
        again = why(scratch(rows, date, loads), person, case, date)
    answer = replace(again, check=replace(again.check, provenance=told.check.provenance))
    cited = {text for stem in rows.values() for text in stem["load"].to_list()} | {loads[-1].id}
    record = {
        "person": person,
        "case": case,
        "as_of": date,
        "engine": told.check.provenance.engine,
        "loads": [load.as_dict() for load in loads if load.id in cited],
        "versions": versions(answer.check.scheme),
        "pseudonyms": None if pseudonyms is None else pseudonyms.as_dict(),
    }
    return assembled(plain(answer), record, rows), answer, sum(map(len, rows.values()))


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
        **files,
    }
    sums = {name: hashlib.sha256(core[name]).hexdigest() for name in sorted(core)}
    return {**core, "page.html": page(answer, record, rows, rules, sums)}


def plain(answer: WhyAnswer) -> dict[str, Any]:
    """The JSON of `why` without `would_change`, which tells of other facts and of what other people would see, and
    without the notes of rows, which are nobody's business but those who wrote them."""
    told = {key: value for key, value in answer.as_dict().items() if key != "would_change"}
    for reason in told["reasons"]:
        for step in reason["path"]:
            step.pop("note", None)
    return told


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


def versions(scheme: str) -> dict[str, Any]:
    """What decided: SeeWhy, the embedded engine, the graph model, the rule catalogue, the two composed queries."""
    try:
        product = version("seewhy")
    except PackageNotFoundError:
        product = "0"
    texts = "\n".join(book()[f"{question}/{scheme}"].text for question in ("check", "why"))
    return {
        "seewhy": product,
        "embedded": EmbeddedEngine.version,
        "model": MODEL,
        "rules": rule_version(),
        "queries": hashlib.sha256(texts.encode()).hexdigest(),
    }


def load_from(plain_load: Mapping[str, Any]) -> Load:
    """A load record from its JSON; TypeError or KeyError when it is none."""
    return Load(**{name: plain_load[name] for name in Load.__dataclass_fields__})
