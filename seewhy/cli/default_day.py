"""Answers whose day was left out say which day that was, and where: a server's today is not everybody's."""

from __future__ import annotations

from typing import Any

_left_out = False


def when_left_out(value: str | None) -> str | None:
    """Callback of every option for a day: remembers that the day of this command is today."""
    global _left_out  # one process runs one command
    _left_out = _left_out or value is None
    return value


def begin() -> None:
    """A command begins: nothing is remembered of another one in this process."""
    global _left_out
    _left_out = False


def note() -> str:
    """What the last line of an answer has behind engine and load; empty when the day was given."""
    if not _left_out:
        return ""
    from seewhy.graph.days import today, zone

    return f" · today is {today()} in {zone()}"


def with_zone(value: Any) -> Any:
    """A JSON answer, with `timezone` where the day was left out and `SEEWHY_TIMEZONE` says where today is meant."""
    if not _left_out or not isinstance(value, dict) or "error" in value:
        return value
    from seewhy.graph.days import zone_set

    return {**value, "timezone": zone_set()} if zone_set() else value
