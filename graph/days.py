"""The day that is asked about: YYYY-MM-DD and nothing else; left out, it is today, where `SEEWHY_TIMEZONE` says.

A server's clock runs in UTC as a rule: for an hour of the British summer's night, its today is yesterday.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.settings import read_settings

# Not `\d`, which takes the digits of every script; not the ISO parser, which takes weeks and days without hyphens.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN = 80
"""Characters of a wrong value that a sentence repeats."""


def day(as_of: str | dt.date | None) -> str:
    """A day as YYYY-MM-DD: today when None. Anything else that is no day is a ConfigurationError, a point in time too:
    which day it is would depend on a time zone."""
    if as_of is None:
        return today()
    if isinstance(as_of, dt.date) and not isinstance(as_of, dt.datetime):
        return as_of.isoformat()
    text = as_of.isoformat() if isinstance(as_of, dt.datetime) else str(as_of)
    try:
        if _DAY.fullmatch(text) is None:
            raise ValueError
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise ConfigurationError(f"`{shown}` is not a date (YYYY-MM-DD)") from None


def day_before(date: str) -> str:
    """The day before a day. OverflowError for the first one of the calendar."""
    return (dt.date.fromisoformat(date) - dt.timedelta(days=1)).isoformat()


def today() -> str:
    """The day that it is now in the time zone of the settings."""
    return _now().date().isoformat()


def zone() -> str:
    """The time zone of today in words: the setting's, else the machine's by what it calls it."""
    return zone_set() or f"{_now().tzname() or 'UTC'}, the machine's time zone"


def zone_set() -> str:
    """The time zone of the settings, blank when they name none. ConfigurationError for one that does not exist."""
    return _checked(os.environ.get("SEEWHY_TIMEZONE", ""))


@lru_cache(maxsize=8)
def _checked(_: str) -> str:
    # Reading all settings takes a millisecond, as long as a small question.
    return read_settings().seewhy_timezone


def _now() -> dt.datetime:
    name = zone_set()
    return dt.datetime.now(ZoneInfo(name)) if name else dt.datetime.now(dt.UTC).astimezone()
