"""Claims of a few people on their cases, person by person, and what is decided about a few pairs, pair by pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.cypher.ladders import ladder_named
from seewhy.graph.matrix.decision import Claim, decide

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seewhy.graph.session import Session

Claims = tuple[dict[str, Claim], dict[str, tuple[str, Claim]]]
"""A person's claims in one scheme: by group of equivalent cases, and by case with its group."""
Outcome = tuple[str, str]
"""Value and deciding step."""
Pair = tuple[str, str]
"""Ids of a person and a case."""
PAIRS_PER_QUESTION = 250
"""Far from any time limit, and enough to hide the cost of a question."""


def decided_cases(
    session: Session, people: list[str], scheme: str, date: str, *, search: bool = False
) -> dict[str, Claims]:
    """The claims of some people in one scheme, those on a case merged with those on its group.

    Returns per person (profiles: id to Claim, cases: id to (profile id, Claim, merged)).
    """
    names = [f"{'find' if search else 'what'}/{scheme}/{about}" for about in ("profiles", "cases")]
    action = "search" if search else "view"
    out: dict[str, Claims] = {}
    for row in session.run(names[0], people=people, as_of=date, action=action):
        claim = Claim.from_row(row)
        out.setdefault(row["person"], ({}, {}))[0].update(dict.fromkeys(row["members"], claim))
    for row in session.run(names[1], people=people, as_of=date, action=action):
        profiles, cases = out.setdefault(row["person"], ({}, {}))
        claim = Claim.from_row(row)
        cases.update({case: (profile, claim.merged(profiles.get(profile))) for case, profile in row["members"]})
    return out


def decided_pairs(session: Session, scheme: str, pairs: Iterable[Pair], date: str) -> dict[Pair, Outcome]:
    """What is decided about some pairs of one scheme; people and cases that the graph does not hold are left out."""
    ladder, wanted = ladder_named(scheme), [list(pair) for pair in pairs]
    found: dict[Pair, Outcome] = {}
    for begin in range(0, len(wanted), PAIRS_PER_QUESTION):
        some = wanted[begin : begin + PAIRS_PER_QUESTION]
        for row in session.run(f"check/{scheme}/pairs", pairs=some, as_of=date, action="view"):
            decision = decide(ladder, Claim.from_row(row))
            found[row["person"], row["case_id"]] = decision.value, decision.step
    return found
