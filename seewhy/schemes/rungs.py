"""What the rungs of a scheme say about pairs, on an open graph: by the composed text behind `check`, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.cypher import compose
from seewhy.cypher.header import parameters_in
from seewhy.cypher.ladder import INACTIVE, NO_CASE
from seewhy.graph.matrix.claims import PAIRS_PER_QUESTION
from seewhy.graph.matrix.decision import Claim, decide
from seewhy.graph.session import BROUGHT_ALONG
from seewhy.schemes.definition import Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.graph.engines import Engine
    from seewhy.schemes.definition import Pair
    from seewhy.schemes.under_test import SchemeUnderTest


def said_by_rungs(scheme: SchemeUnderTest, engine: Engine, pairs: Sequence[Pair], as_of: str) -> dict[Pair, Said]:
    """What is decided about every pair; a pair that the graph does not hold is left out.

    The texts are composed of the scheme's own rungs here, so the rungs of a folder are asked, not those of the package.
    """
    claims = _claims(engine, compose.check(scheme.ladder, many=True), pairs, as_of, "view")
    sought: dict[Pair, Claim] = {}
    if scheme.search:
        sought = _claims(engine, compose.check(scheme.ladder, search=True, many=True), pairs, as_of, "search")
    found: dict[Pair, Said] = {}
    for pair, claim in claims.items():
        decision = decide(scheme.ladder, claim)
        found[pair] = Said(
            decision.value,
            decision.step,
            decision.value_now if scheme.value_now else None,
            _finds(sought[pair], decision.value) if scheme.search else None,
        )
    return found


def _finds(claim: Claim, value: str) -> bool:
    """Whether a search finds the case: for somebody who may search, what they may view or a rule lets them find."""
    return claim.lifted and claim.rank not in (INACTIVE, NO_CASE) and (value != "none" or claim.says_view)


def _claims(engine: Engine, text: str, pairs: Sequence[Pair], as_of: str, action: str) -> dict[Pair, Claim]:
    found: dict[Pair, Claim] = {}
    text = compose.with_stored(text)
    known = parameters_in(text)
    unsaid = {name: None for name in known if name.startswith(BROUGHT_ALONG)}
    for begin in range(0, len(pairs), PAIRS_PER_QUESTION):
        some = [list(pair) for pair in pairs[begin : begin + PAIRS_PER_QUESTION]]
        given = {"pairs": some, "as_of": as_of, "action": action}
        for row in engine.read(text, unsaid | {name: value for name, value in given.items() if name in known}):
            found[row["person"], row["case_id"]] = Claim.from_row(row)
    return found
