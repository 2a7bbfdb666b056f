"""Periods in words: neighbours that touch are one, and no end is no word."""

from __future__ import annotations

import pytest

from seewhy.graph.questions.absent import in_words, joined
from seewhy.graph.vocabulary import ALWAYS, OPEN


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([], "there never was one"),
        ([(ALWAYS, "2026-01-01")], "the rows are until 2026-01-01"),
        ([("2026-02-01", "2026-03-01"), ("2026-03-01", OPEN)], "the rows are from 2026-02-01"),
        (
            [("2026-05-01", OPEN), ("2026-02-01", "2026-03-01")],
            "the rows are from 2026-02-01 until 2026-03-01 and from 2026-05-01",
        ),
    ],
)
def test_periods(spans: list[tuple[str, str]], words: str) -> None:
    assert in_words(joined(spans)) == words
