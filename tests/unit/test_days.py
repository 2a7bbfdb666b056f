"""A day is YYYY-MM-DD in Python as well, and today is that of the time zone of the settings."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from seewhy.graph import days
from seewhy.graph.days import day, today, zone
from seewhy.graph.errors import ConfigurationError


def test_a_day_is_text_or_a_date_and_no_point_in_time() -> None:
    assert day("2026-11-25") == day(dt.date(2026, 11, 25)) == "2026-11-25"
    assert (day("0001-01-01"), day("9999-12-31")) == ("0001-01-01", "9999-12-31")
    wrong: tuple[Any, ...] = (
        *("20261125", "2026-W48-3", "2026-330", "2026-11-25T00:00", "2026-11-25\n", "2026-11-2", "2026-02-30"),
        *("0000-12-31", "10000-01-01", "\u0662\u0660\u0662\u0666-11-25", "", " ", 20261125, [], {}, b"2026-11-25"),
        *(dt.datetime(2026, 11, 25, tzinfo=dt.UTC), dt.time(1)),
    )
    for one in wrong:
        with pytest.raises(ConfigurationError, match=r"is not a date \(YYYY-MM-DD\)$"):
            day(one)
    with pytest.raises(ConfigurationError) as caught:
        day("9" * 1_000_000)
    assert len(caught.value.message) < 200


class _At(dt.datetime):
    """23:30 in London in July: half past ten at night by UTC."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
        return dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC).astimezone(tz)


def test_today_changes_at_midnight_of_the_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days.dt, "datetime", _At)
    for name, date in (("UTC", "2026-07-01"), ("Europe/London", "2026-07-02"), ("America/New_York", "2026-07-01")):
        monkeypatch.setenv("SEEWHY_TIMEZONE", name)
        assert (today(), day(None), zone()) == (date, date, name)
    assert ZoneInfo("Europe/London").utcoffset(dt.datetime(2026, 7, 1)) == dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Europe/Londn", "`Europe/London`"),
        ("europe/berlin", "`Europe/Berlin`"),
        ("Europe", "`Europe/"),
        ("../../etc/passwd", "a name such as `Europe/London` or `UTC`"),
        ("+01:00", "a name such as `Europe/London` or `UTC`"),
    ],
)
def test_a_zone_that_is_none_is_a_sentence(monkeypatch: pytest.MonkeyPatch, name: str, hint: str) -> None:
    monkeypatch.setenv("SEEWHY_TIMEZONE", name)
    with pytest.raises(ConfigurationError) as caught:
        day(None)
    assert caught.value.message == f"the setting `SEEWHY_TIMEZONE` cannot be `{name}`: there is no such time zone"
    assert hint in caught.value.hint


def test_a_blank_zone_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEWHY_TIMEZONE", "")
    assert zone().endswith(", the machine's time zone")
    assert day("2026-11-25") == "2026-11-25"
