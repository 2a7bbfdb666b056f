"""Every error a user can meet, one tree.

    SeeWhyError
    ├── ConfigurationError    a setting, a path or a date that cannot be used
    ├── EngineUnavailable     the graph cannot be reached, opened, or answered from now
    ├── UnknownEntity         a person, case, rule … that the graph does not know
    ├── LoadRejected          an input folder with problems; nothing was written
    ├── NotAllowed            a question that the one who asks may not ask
    ├── QueryContractError    a query file that breaks its own header (a defect of ours)
    └── LimitReached          a question stopped by its time or work limit; no part answer exists

Messages are one lower-case sentence with the offending value in backticks; the hint stands apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seewhy.graph.problems import Problem


class SeeWhyError(Exception):
    """Base of all errors: `message` is the sentence, `hint` what to try (may be empty).

    `sentences` are those of an error about several things, one for each; otherwise the message alone.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.sentences: tuple[str, ...] = (message,)


class ConfigurationError(SeeWhyError):
    """A setting, path, date or option that cannot be used."""

    @classmethod
    def of_all(cls, sentences: Sequence[str]) -> ConfigurationError:
        """One error that says several things that are wrong."""
        error = cls("; ".join(sentences))
        error.sentences = tuple(sentences)
        return error


class EngineUnavailable(SeeWhyError):
    """The graph cannot be reached, opened, or answered from at the moment."""


class UnknownEntity(SeeWhyError):
    """An id that the graph does not know; the hint names the nearest known ones."""


class NotAllowed(SeeWhyError):
    """A question that the one who asks may not ask; whether what it names exists does not matter."""


class QueryContractError(SeeWhyError):
    """A query file whose header and body disagree, with file, line and what was expected."""


class LimitReached(SeeWhyError):
    """A question was stopped by its time or work limit; nothing partial is returned."""


class LoadRejected(SeeWhyError):
    """An input with problems: `problems` holds all of them, and nothing was written."""

    def __init__(self, message: str, problems: Sequence[Problem], hint: str = "") -> None:
        super().__init__(message, hint)
        self.problems = tuple(problems)
