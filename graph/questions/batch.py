"""`batch`: what each of some people may do with each of some cases, in one question.

Pairs are decided by the text that decides one pair, for many at a time: what is anchored at both ends costs the same
whatever the size of the organisation.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from seewhy.cypher.ladder import NO_CASE
from seewhy.cypher.ladders import ladder_for
from seewhy.graph.answers.batch import BatchAnswer, Cell
from seewhy.graph.errors import ConfigurationError, LoadRejected
from seewhy.graph.inputs.characters import trimmed
from seewhy.graph.matrix.claims import PAIRS_PER_QUESTION
from seewhy.graph.matrix.decision import Claim, decide
from seewhy.graph.nearest import nearest
from seewhy.graph.problems import Problem
from seewhy.graph.questions.what import what
from seewhy.graph.questions.who import who
from seewhy.graph.record import question
from seewhy.graph.scope.question import from_rows
from seewhy.graph.session import Session, day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

MOST_PAIRS = 10_000
"""Pairs of one batch: a few seconds, and as many cells as anybody looks at."""
_HEADS = {"person": ("person_id", "person", "people"), "case": ("case_id", "case", "cases")}


@question("check")
@from_rows("check")
def batch(
    session: Session, people: Sequence[str], cases: Sequence[str], as_of: str | dt.date | None = None
) -> BatchAnswer:
    """Every pair of these people and cases on the day, ids in their order, each once.

    Raises LoadRejected with every unknown id, and ConfigurationError for more than `MOST_PAIRS` pairs, or none.
    """
    provenance, date = session.provenance(), day(as_of)
    people, cases = list(dict.fromkeys(people)), list(dict.fromkeys(cases))
    if not people or not cases:
        raise ConfigurationError(f"a batch needs people and cases, and has no {'cases' if people else 'people'}")
    if len(people) * len(cases) > MOST_PAIRS:
        raise ConfigurationError(
            f"a batch has at most {MOST_PAIRS:,} pairs, these are {len(people) * len(cases):,}",
            "ask for fewer at a time; `seewhy export access` has every pair",
        )
    names = {row["id"]: row["name"] or "" for row in session.run("organisation/people")}
    known = {row["id"]: row for row in session.run("organisation/cases_named", cases=cases)}
    problems = _unknown("person", people, names)
    if len(known) < len(cases):  # the titles of all cases are wanted for hints only
        problems += _unknown("case", cases, {row["id"]: row["name"] or "" for row in session.run("organisation/cases")})
    if problems:
        many = f"{len(problems)} of these ids are unknown" if len(problems) > 1 else "one of these ids is unknown"
        raise LoadRejected(f"{many}; nothing was asked", problems)
    schemes = {row["id"]: row["scheme"] for row in session.run("organisation/systems")}
    cells: dict[tuple[str, str], Cell] = {}
    for scheme in sorted({schemes[row["system"]] for row in known.values()}):
        of_scheme = [case for case in cases if schemes[known[case]["system"]] == scheme]
        pairs = [[person, case] for person in people for case in of_scheme]
        cells |= _decided(session, scheme, pairs, date)
    cells |= _blocked(session, cells, date)
    return BatchAnswer(
        date,
        {person: names[person] for person in people},
        {case: known[case]["caption"] or "" for case in cases},
        {case: known[case]["system"] for case in cases},
        cells,
        provenance,
    )


def _decided(session: Session, scheme: str, pairs: list[list[str]], date: str) -> dict[tuple[str, str], Cell]:
    ladder, found = ladder_for(scheme, "view"), dict[tuple[str, str], Cell]()
    for begin in range(0, len(pairs), PAIRS_PER_QUESTION):
        some = pairs[begin : begin + PAIRS_PER_QUESTION]
        for row in session.run(f"check/{ladder.name}/pairs", pairs=some, as_of=date, action="view"):
            claim = Claim.from_row(row)
            decision = decide(ladder, claim)
            # A rung may say none of everybody: whether something was beaten by it is asked of these alone.
            beaten = decision.value == "none" and claim.rank is not None and claim.rank < NO_CASE
            found[row["person"], row["case_id"]] = Cell(decision.value, decision.value_now, decision.step, beaten)
    return found


def _blocked(
    session: Session, cells: Mapping[tuple[str, str], Cell], date: str
) -> dict[tuple[str, str], Cell]:
    """The cells in which a rung said none, blocked where another one would have let the person in: asked of the people
    or of the cases, whichever are fewer, so of 100 at the most."""
    maybe = [pair for pair, cell in cells.items() if cell.blocked]
    people, cases = ({pair[place] for pair in maybe} for place in (0, 1))
    if len(people) <= len(cases):
        found = {(one, row.case) for one in people for row in what(session, one, date).blocked}
    else:
        found = {(row.person, one) for one in cases for row in who(session, one, date).blocked}
    return {pair: cells[pair]._replace(blocked=pair in found) for pair in maybe}


def _unknown(kind: str, asked: Sequence[str], known: Mapping[str, str]) -> list[Problem]:
    """A problem for each id that is not known, with the nearest known ones; `row` is its place among the ids."""
    table = {"person": "people", "case": "cases"}[kind]
    return [
        Problem(f"unknown_{kind}", table, row, "", f"unknown {kind} `{id}`", nearest(id, known, always=True))
        for row, id in enumerate(asked, 1)
        if id not in known
    ]


def ids_in(text: str, kind: str) -> list[str]:
    """The ids in a text with one in each line, or in a csv text: the column `person_id` or `case_id`, else the first.

    `kind` is `person` or `case`. Each id comes once, in order; blank lines are none.
    """
    return list(lines_of(text, kind))


def lines_of(text: str, kind: str) -> dict[str, int]:
    """The same ids, each with the line of the text, from 1, that it begins in first."""
    found: dict[str, int] = {}
    for id, line in given(text, kind):
        found.setdefault(id, line)
    return found


def given(text: str, kind: str) -> list[tuple[str, int]]:
    """Every id in such a text as often as it is given, with its line."""
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    rows, before = list[tuple[int, list[str]]](), 0
    for row in lines:
        if any(map(str.strip, row)):
            rows.append((before + 1, row))
        before = lines.line_num
    head = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    place = next((head.index(name) for name in _HEADS[kind] if name in head), None)
    return [
        (id, line)
        for line, row in (rows if place is None else rows[1:])
        if len(row) > (place or 0) and (id := trimmed(row[place or 0]))
    ]
