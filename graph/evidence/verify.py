"""Checking an evidence file: what of it can be decided again here, and whether the file says the same.

Nothing of the file speaks for itself: what is reported of the answer was decided again from the rows inside. Each part
of the file is reported with how it was checked, or that it was not:

    answer      value, step and who was asked about what: decided again by this version, whatever version made the file
    reasons     the facts of every path and the outcome of every rung: likewise; their words only for the same version
    page, rules, queries
                made again and compared byte by byte for the same version; for another one only that the page is one
                that SeeWhy could have written, and that the queries are those that the record names
    rows        read as `load` would; whether they are the organisation's, only a graph can tell
    question    that it is an entry of a log of questions, where the file has a proof of it
    record      what the file says of its making; only a graph can tell
    manifest, signature
                that the members are as it says; that a key signed it, and whether that is the key one trusts

A file of another version can differ in words only. That is a verdict of its own, and never hides a value, a step or a
fact that does not follow from the rows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from seewhy.graph.change.in_memory import in_memory
from seewhy.graph.errors import ConfigurationError, SeeWhyError, UnknownEntity
from seewhy.graph.evidence.archive import LARGEST, QUESTION, README, canonical, opened, parsed
from seewhy.graph.evidence.differences import differences
from seewhy.graph.evidence.graph_check import ask, not_asked
from seewhy.graph.evidence.make import answer_json, assembled, queries_digest, rule_ids, versions
from seewhy.graph.evidence.page import page, page_oddity
from seewhy.graph.evidence.parts import Found, clean
from seewhy.graph.evidence.rules_inside import rules_of, told_rules
from seewhy.graph.evidence.seal import whole
from seewhy.graph.evidence.statement import Statement, statement_of
from seewhy.graph.evidence.verification import Verification
from seewhy.graph.files.atomic import refuse_used, write_whole
from seewhy.graph.inputs.regular import read_regular
from seewhy.graph.questions.why import why
from seewhy.graph.rules.catalogue import rule
from seewhy.graph.schemes.in_use import schemes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from seewhy.graph.answers.check import WhyAnswer
    from seewhy.graph.evidence.archive import Opened
    from seewhy.graph.evidence.pseudonyms import Pseudonyms
    from seewhy.graph.files.signatures import PublicKey
    from seewhy.graph.session import Session


def verify(
    path: Path,
    session: Session | None = None,
    pseudonyms: Pseudonyms | None = None,
    *,
    insist: bool = True,
    signed_by: PublicKey | None = None,
    page_to: Path | None = None,
    overwrite: bool = False,
    question: Callable[[bytes, str, str], tuple[list[str], str]] | None = None,
) -> Verification:
    """Check a file, and with `session` ask that graph again, too. ConfigurationError when it is no evidence file.

    A file of pseudonyms is asked of a graph only with its key. `insist=False`: a graph that cannot be asked about it
    (another load, no key) is not asked, where it would be an answer that differs or an error. With `signed_by` the file
    must be signed with that key. `question` says of the proof of the question's entry, for person and case, what is
    wrong with it and how it was checked. `page_to` gets the page of what was decided again, when something was.
    """
    if page_to is not None:
        refuse_used([page_to], overwrite=overwrite)
    file = opened(read_regular(path, LARGEST), str(path))
    here = schemes()
    with rules_of(file.members, str(path)) as rules:
        return _verified(
            path, file, session, pseudonyms, insist=insist, signed_by=signed_by, page_to=page_to, overwrite=overwrite,
            rules=told_rules(rules, here), question=question,
        )  # fmt: skip


def _verified(
    path: Path,
    file: Opened,
    session: Session | None,
    pseudonyms: Pseudonyms | None,
    *,
    insist: bool,
    signed_by: PublicKey | None,
    page_to: Path | None,
    overwrite: bool,
    rules: str,
    question: Callable[[bytes, str, str], tuple[list[str], str]] | None,
) -> Verification:
    found = Found()
    sentences = [whole(file, signed_by, found), *([rules] if rules else [])]
    statement, again, asked, same = None, None, not_asked(), True
    try:
        statement = statement_of(file, str(path))
        again, same = _decided(statement, file, found)
        if QUESTION in file.members:
            about = (statement.record["person"], statement.record["case"])
            wrong, how = ([], "") if question is None else question(file.members[QUESTION], *about)
            found.tell("question", wrong, how or "not compared with the log of questions", checked=bool(how))
        if session is not None:
            asked = ask(statement, session, pseudonyms, insist=insist)
    except SeeWhyError as error:
        if not found.refused:
            raise
        found.against.append(clean(error.message))
        sentences.append(f"The answer cannot be decided again: {clean(error.message)}.")
    if statement is not None:
        sentences += _sentences(statement, file, found, again, same=same)
    if asked.sentence:
        sentences.append(asked.sentence)
    found.parts |= {part.name: part for part in asked.parts if part.name in found.parts}
    verification = Verification(
        str(path),
        file.digest,
        {} if again is None else answer_json(again),
        file.changed,
        tuple(found.against),
        asked.outcome,
        same,
        "" if file.signed_by is None else file.signed_by.fingerprint,
        tuple(found.parts.values()),
        tuple(sentences),
    )
    return verification if page_to is None else _with_page(page_to, verification, statement, overwrite=overwrite)


def _sentences(statement: Statement, file: Opened, found: Found, again: WhyAnswer | None, *, same: bool) -> list[str]:
    """What came of deciding again, in sentences; names from the rows are in one only when the file holds."""
    rows = sum(map(len, statement.rows.values()))
    decided = "" if again is None else f"{again.check.value}, by {again.check.step}"
    wrong = [f"`{one}` is not as the manifest says" for one in file.changed] + found.against
    if wrong:
        inside = f" Decided again from the {rows} rows inside: {decided}." if decided else ""
        sentences = [f"The file does not prove its answer: {'; '.join(wrong[:5])}.{inside}"]
    elif again is not None:
        sentences = [f"The answer follows from the {rows} rows inside: {clean(again.verdict)} ({decided})"]
    else:
        return []
    if not same:
        sentences.append("Another version made the file: words that this version would not write are not checked.")
    return sentences


def _decided(statement: Statement, file: Opened, found: Found) -> tuple[WhyAnswer | None, bool]:
    """Decide the answer again from the rows and compare every part; the answer, and whether this version made the
    file."""
    record, answer = statement.record, statement.answer
    governing = set(statement.rows["systems"]["scheme"].to_list())
    if not governing or not governing <= set(schemes()):
        found.tell("answer", ["no row tells which scheme governs the case"], "")
        return None, True
    try:
        session = in_memory(statement.rows, record["as_of"], statement.loads, dangling=True)
        again = why(session, record["person"], record["case"], record["as_of"])
    except UnknownEntity as error:
        kind = error.message.removeprefix("unknown ").split()[0]
        found.tell("answer", [f"no row tells of the {kind} that the record names"], "")
        return None, True
    except SeeWhyError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        # Rows that no load would have let in: whatever they break, they are no evidence.
        raise ConfigurationError(
            f"`{statement.shown}` cannot be checked: no load would write the rows inside"
        ) from error
    mine = answer_json(again) | {"engine": record["engine"], "load": statement.loads[-1].id}
    made = versions(mine["scheme"])
    same = record["versions"] == made
    rows = sum(map(len, statement.rows.values()))
    wrong = differences(answer, mine, words=same)
    wrong += [f"`{key}` is not that of the record" for key in ("engine", "load") if answer.get(key) != mine[key]]
    exact = canonical(mine) == file.members["answer.json"]
    if same and not exact and not wrong:
        wrong.append("`answer.json` says more or less than the answer, or in other words")
    about_answer = [one for one in wrong if one.startswith("`")]
    by = f"decided again from the {rows} rows inside"
    found.tell("answer", about_answer, by)
    facts = f"{by}: every fact, every rung{' and every word' if exact else ', but not the words of another version'}"
    found.tell("reasons", [one for one in wrong if not one.startswith("`")], facts)
    again_made = assembled(mine, record, statement.rows)
    _rest(statement, file, found, again_made, same=same, made=made)
    return again, same


def _rest(
    statement: Statement,
    file: Opened,
    found: Found,
    made_again: Mapping[str, bytes],
    *,
    same: bool,
    made: Mapping[str, Any],
) -> None:
    """Page, rules, queries and rows: the same version makes the same members from the same rows."""
    members, record = file.members, statement.record
    differing = {name for name in {*made_again, *members} if made_again.get(name) != members.get(name)}
    differing -= {"answer.json"}

    def check(name: str, group: set[str], odd: list[str], how: str) -> None:
        other = sorted(differing & group)
        if same:
            wrong = [f"`{one}` does not say what the answer and the rows say" for one in other]
            found.tell(name, wrong, "made again, the same in every byte")
        elif odd:
            found.tell(name, odd, "")
        elif other:
            found.tell(name, [], f"{how}; another version made it", checked=False)
        else:
            found.tell(name, [], "made again by this version, the same in every byte")

    oddity = page_oddity(members["page.html"])
    check("page", {"page.html"}, [oddity] if oddity else [], "not compared word by word, do not rely on it")
    texts = [members[f"queries/{one}.cypher"].decode("utf-8", errors="replace")[:-1] for one in ("check", "why")]
    odd = []
    if record["versions"].get("queries") != queries_digest(*texts):
        odd.append("`queries/` holds other texts than the record names")
    if "queries/parameters.json" in differing:
        odd.append("`queries/parameters.json` does not say what was asked")
    check("queries", {one for one in {*made_again, *members} if one.startswith("queries/")}, odd, "not compared")
    odd = []
    if "rules.json" in differing and record["versions"].get("rules") == made["rules"]:
        # The catalogue of this version: each rule has one text, whichever of them another version names.
        odd += _other_rules(members["rules.json"], statement.shown)
    check("rules", {"rules.json"}, odd, "not compared")
    rows = {one for one in {*made_again, *members} if one.startswith("rows/")}
    check("readme", {README}, [], "not compared")
    wrong = [f"`{one}` is not written as a record is" for one in differing & {"record.json"}]
    how = "engine, loads and versions are what the file says; only a graph can tell"
    found.tell("record", wrong, how, checked=False)
    wrong = [f"`{one}` does not say what the answer and the rows say" for one in sorted(differing & rows)]
    how = "read and whole; only a graph can tell whether they are the organisation's"
    found.tell("rows", wrong, how, checked=False)


def _other_rules(content: bytes, shown: str) -> list[str]:
    """Rules in the file that the catalogue of this very version has otherwise."""
    plain_rules = parsed(content, "rules.json", shown).get("rules")
    try:
        ours = all(one == rule(one["id"]).as_dict() for one in plain_rules or ())
    except (UnknownEntity, KeyError, TypeError):
        ours = False
    return [] if ours else ["`rules.json` has other texts than the catalogue that the record names"]


def _with_page(target: Path, found: Verification, statement: Statement | None, *, overwrite: bool) -> Verification:
    """Write the page of what was decided again; nothing of the file but its rows is on it."""
    answer = found.answer
    if statement is None or not answer:
        sentence = "No page was written: nothing of the answer could be decided again."
        return replace(found, sentences=(*found.sentences, sentence))
    rules = [rule(one).as_dict() for one in rule_ids(answer)]
    record = {**statement.record, "versions": versions(answer["scheme"])}
    lines = [found.verdict, *(f"{part.name}: {part.outcome}, {part.how}" for part in found.parts)]
    write_whole(target, page(answer, record, statement.rows, rules, {}, checked=lines), overwrite=overwrite)
    return replace(found, page=str(target))
