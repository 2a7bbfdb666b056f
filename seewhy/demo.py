"""The sample organisation's three questions, and where the demo's graph stands."""

from __future__ import annotations

from typing import NamedTuple

from graph.settings import read_settings


class Questions(NamedTuple):
    """A why (person, case), a who (case), a what (person), asked of `loaders/sample`."""

    why: tuple[str, str]
    who: str
    what: str


QUESTIONS = Questions(("sam", "c-102"), "e-203", "ana")


def target(given: str | None) -> str:
    """The graph of the demo: as given, else by the settings; the sample replaces what the demo's own folder holds."""
    return read_settings().target(given)
