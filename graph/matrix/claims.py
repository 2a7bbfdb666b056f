"""A few people's claims in one scheme, asked person by person: the claims on their cases, both halves merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.matrix.decision import Claim

if TYPE_CHECKING:
    from seewhy.graph.session import Session

Claims = tuple[dict[str, Claim], dict[str, tuple[str, Claim]]]
"""A person's claims in one scheme: by group of look-alikes, and by case with its group."""


def decided_cases(
    session: Session, people: list[str], scheme: str, date: str, *, search: bool = False
) -> dict[str, Claims]:
    """The two halves of every pair of some people in one scheme, joined where they meet.

    Returns per person (profiles: id to Claim, cases: id to (profile id, Claim of both halves)).
    """
    names = ("find/profiles", "find/cases") if search else (f"what/{scheme}/profiles", f"what/{scheme}/cases")
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
