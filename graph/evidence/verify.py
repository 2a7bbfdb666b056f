"""Checking an evidence file: is every byte as it was made, and does the answer follow from the rows inside?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cypher.ladders import SCHEMES
from graph.errors import ConfigurationError, SeeWhyError, UnknownEntity
from graph.evidence.archive import LARGEST, canonical, opened, parsed
from graph.evidence.compare import ANSWER, differences
from graph.evidence.files import read_back
from graph.evidence.make import assembled, load_from, members, plain, versions
from graph.evidence.scratch import scratch
from graph.questions.why import why

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from graph.evidence.archive import Opened
    from graph.evidence.pseudonyms import Pseudonyms
    from graph.loads import Load
    from graph.session import Session


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking found. `holds` when no byte was changed, the answer follows, and no graph that was asked differs.

    `changed` names members; `against` lists what contradicts the answer, `graph` is same, differs or not asked.
    """

    file: str
    digest: str
    answer: Mapping[str, Any]
    changed: tuple[str, ...]
    against: tuple[str, ...]
    graph: str
    sentences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the file proves its answer."""
        return not self.changed and not self.against and self.graph != "differs"

    def as_dict(self) -> dict[str, Any]:
        """Keys file, holds, unchanged, follows, graph, changed, against, sentences, digest, and the answer's own."""
        return {
            "file": self.file,
            "holds": self.holds,
            "unchanged": not self.changed,
            "follows": not self.against,
            "graph": self.graph,
            "changed": list(self.changed),
            "against": list(self.against),
            "sentences": list(self.sentences),
            "digest": self.digest,
            **{key: self.answer.get(key) for key in ANSWER},
        }


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a file says: its answer, how it was made, and its rows."""

    answer: dict[str, Any]
    record: dict[str, Any]
    rows: dict[str, pl.DataFrame]
    loads: tuple[Load, ...]


def verify(
    path: Path, session: Session | None = None, pseudonyms: Pseudonyms | None = None, *, insist: bool = True
) -> Verification:
    """Check a file, and with `session` ask that graph again, too. ConfigurationError when it is no evidence file.

    A file of pseudonyms is asked of a graph only with its key. `insist=False`: a graph that cannot be asked about it
    (another load, no key) is not asked, where it would be an answer that differs or an error.
    """
    file = opened(_bytes(path), str(path))
    sentences: list[str] = []
    if file.changed:
        sentences.append(f"The file was changed: {', '.join(file.changed)} is not as the manifest says.")
    else:
        sentences.append("No byte was changed since the file was made.")
    try:
        claim = _claim(file, str(path))
        against = _against(claim, file)
    except SeeWhyError as error:
        if not file.changed:
            raise
        sentences.append(f"The answer cannot be decided again: {error.message}.")
        return Verification(str(path), file.digest, {}, file.changed, (error.message,), "not asked", tuple(sentences))
    told = claim.answer
    if against:
        sentences.append("The answer does not follow from the rows inside: " + "; ".join(against[:5]) + ".")
    else:
        sentences.append(
            f"The answer follows from the {sum(map(len, claim.rows.values()))} rows inside: "
            f"{told['sentence']} ({told['value']}, by {told['step']})"
        )
    graph = "not asked"
    if session is not None:
        if insist or _can_be_asked(claim, session, pseudonyms):
            graph, sentence = _asked(claim, session, pseudonyms)
        else:
            sentence = f"The graph `{session.engine.target}` holds other loads, or needs the key, and was not asked."
        sentences.append(sentence)
    return Verification(str(path), file.digest, told, file.changed, tuple(against), graph, tuple(sentences))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigurationError(f"`{path}` cannot be read: {reason}") from None
    if len(data) > LARGEST:
        size = f"{LARGEST // 1024 // 1024} MB"
        raise ConfigurationError(f"`{path}` is no readable evidence file: it is larger than {size}")
    return data


def _claim(file: Opened, shown: str) -> _Claim:
    answer = parsed(file.members["answer.json"], "answer.json", shown)
    record = parsed(file.members["record.json"], "record.json", shown)
    try:
        loads = tuple(load_from(load) for load in record["loads"])
        texts = [answer["sentence"], answer["scheme"], *(record[key] for key in ("engine", "person", "case", "as_of"))]
        shaped = bool(loads) and all(isinstance(text, str) for text in texts) and isinstance(record["versions"], dict)
        shaped = shaped and all(isinstance(answer[key], list) for key in ("rules", "reasons", "ladder"))
        for reason in answer["reasons"]:
            shaped = shaped and all(isinstance(step["source"], str) for step in reason["path"])
            shaped = shaped and all(isinstance(reason[key], str) for key in ("step", "value", "sentence"))
        for rung in answer["ladder"]:
            shaped = shaped and all(isinstance(rung[key], str) for key in ("step", "outcome", "because"))
    except (KeyError, TypeError, AttributeError):
        shaped, loads = False, ()
    if not shaped:
        raise ConfigurationError(
            f"`{shown}` is no readable evidence file: its answer or record is not as evidence has it"
        )
    return _Claim(answer, record, read_back(file.members), loads)


def _against(claim: _Claim, file: Opened) -> list[str]:
    """What contradicts the answer when it is decided again from the rows, and members that do not tell of it."""
    record, told = claim.record, claim.answer
    schemes = set(claim.rows["systems"]["scheme"].to_list())
    if not schemes or not schemes <= set(SCHEMES):
        return ["no row tells which scheme governs the case"]
    try:
        decided = why(
            scratch(claim.rows, record["as_of"], claim.loads), record["person"], record["case"], record["as_of"]
        )
        again = plain(decided)
    except UnknownEntity as error:
        return [f"no row tells of the {error.message.removeprefix('unknown ')}"]
    same = record["versions"] == versions(again["scheme"])
    found = differences(told, again, words=same)
    if found or not same:
        return found
    # The same version makes the same members from the same rows: a page that tells another story is found out.
    again |= {"engine": record["engine"], "load": claim.loads[-1].id}
    if canonical(again) != file.members["answer.json"]:
        return ["`answer.json` says more or less than the answer, or in other words"]
    made = assembled(again, record, claim.rows)
    return [
        f"`{name}` does not say what the answer and the rows say"
        for name in sorted({*made, *file.members})
        if made.get(name) != file.members.get(name)
    ]


def _holds(session: Session, load: Load) -> bool:
    return any((one.id, one.digest) == (load.id, load.digest) for one in session.engine.loads())


def _can_be_asked(claim: _Claim, session: Session, pseudonyms: Pseudonyms | None) -> bool:
    return _holds(session, claim.loads[-1]) and not (claim.record.get("pseudonyms") and pseudonyms is None)


def _asked(claim: _Claim, session: Session, pseudonyms: Pseudonyms | None) -> tuple[str, str]:
    """`same` or `differs`, and the sentence for it."""
    engine, newest = session.provenance().engine, claim.loads[-1]
    shown = f"the graph `{session.engine.target}` ({engine})"
    if not _holds(session, newest):
        return "differs", f"{shown[0].upper()}{shown[1:]} does not hold {newest.id} that the file was made from."
    person, case = claim.record["person"], claim.record["case"]
    if claim.record.get("pseudonyms"):
        if pseudonyms is None:
            raise ConfigurationError(
                "the file holds pseudonyms, so a graph cannot be asked about them", "give the key with --pseudonyms"
            )
        person, case = _unmasked(session, "people", person, pseudonyms), _unmasked(session, "cases", case, pseudonyms)
        if not person or not case:
            return "differs", f"No person and case of {shown} has these pseudonyms under this key."
    made, _, _ = members(
        session, person, case, claim.record["as_of"], pseudonyms if claim.record.get("pseudonyms") else None
    )
    found = differences(
        claim.answer,
        parsed(made["answer.json"], "answer.json", "the answer"),
        words=claim.record["versions"] == versions(claim.answer["scheme"]),
    )
    if found:
        later = "" if session.engine.loads()[-1].id == newest.id else ", which has newer loads,"
        return "differs", f"{shown[0].upper()}{shown[1:]}{later} answers otherwise: {found[0]}."
    return "same", f"{shown[0].upper()}{shown[1:]} gives the same answer."


def _unmasked(session: Session, plural: str, pseudonym: str, pseudonyms: Pseudonyms) -> str:
    kind = {"people": "person", "cases": "case"}[plural]
    ids = (row["id"] for row in session.run(f"organisation/{plural}"))
    return next((one for one in ids if pseudonyms.of(kind, one) == pseudonym), "")
