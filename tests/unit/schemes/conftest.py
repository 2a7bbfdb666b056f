"""The command line in this process; each command as in a process of its own, without the schemes of the last one."""

from __future__ import annotations

import os

import pytest

from seewhy.cypher import folders
from tests.unit.cli.conftest import Ran, Run
from tests.unit.cli.conftest import run as together

__all__ = ["run", "together"]


@pytest.fixture
def run(together: Run) -> Run:
    """A command in an empty working folder."""

    def command(*words: object) -> Ran:
        before = os.environ.get("SEEWHY_SCHEMES")
        try:
            return together(*words)
        finally:
            os.environ.pop("SEEWHY_SCHEMES", None)
            if before is not None:
                os.environ["SEEWHY_SCHEMES"] = before
            folders.use(())

    return command
