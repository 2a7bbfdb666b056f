"""Why a person may or may not see a case, in one line: what explains a wrong answer of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.graph.errors import SeeWhyError
from seewhy.graph.questions.why import why

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seewhy.graph.session import Session

FIRST = 5
"""How many pairs are shown; all are counted."""
_REASONS = 3
"""How many reasons of one pair are shown."""


def pair_reasons(session: Session, person: str, case: str, date: str) -> str:
    """The verdict with the first reasons of the deciding step, or what that step says where it has none."""
    answer = why(session, person, case, date)
    own = list(dict.fromkeys(reason.sentence for reason in answer.reasons if reason.step == answer.check.step))
    if not own:
        own = [rung.because for rung in answer.ladder if rung.outcome == "decided"]
    left = len(own) - _REASONS
    more = [f"And {left:,} more {'reason' if left == 1 else 'reasons'}."] if left > 0 else []
    return " ".join([answer.verdict, *(_sentence(one) for one in own[:_REASONS] if one), *more])


def reasons_of_pairs(session: Session, pairs: Iterable[tuple[str, str]], date: str) -> str:
    """A line for each of the first pairs of person and case; a pair that cannot be asked about says so."""
    ordered = sorted(set(pairs))
    lines = []
    for person, case in ordered[:FIRST]:
        try:
            lines.append(f"{person} on {case}: {pair_reasons(session, person, case, date)}")
        except SeeWhyError as error:
            lines.append(f"{person} on {case}: {error.message}")
    if len(ordered) > FIRST:
        lines.append(f"and {len(ordered) - FIRST:,} more")
    return "\n".join(lines)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".?!" else ".")
