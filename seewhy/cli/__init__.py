"""The command line: each command is a question or a chore of contract section 5, said in one small function."""

from __future__ import annotations

import sys

from seewhy.cli import ask, book, data, run  # noqa: F401  each registers its commands
from seewhy.cli.frame import app, fail

__all__ = ["main"]


def main() -> None:
    """Run the command line; every known error is one sentence on standard error and exit code 2."""
    from graph.errors import SeeWhyError

    try:
        app()
    except SeeWhyError as error:
        fail(error)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
