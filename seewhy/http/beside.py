"""The interface in the process of the explorer: `python -P -m seewhy.http.beside --port 8501`, as `seewhy serve --api`
starts it. It asks the graph that the pages ask; its other options are those of the explorer's door. Where people sign
in, programs need a token.
"""

from __future__ import annotations

import argparse
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seewhy.api import Graph
from seewhy.auth.settings import NONE, OPTIONS, state_folder
from seewhy.auth.store import Store
from seewhy.auth.tokens import Tokens
from seewhy.explorer.door import __main__ as door
from seewhy.explorer.door.beside import Beside
from seewhy.explorer.door.pulse import PULSE
from seewhy.http.application import application
from seewhy.http.connections import Connection
from seewhy.http.metrics import Measures
from seewhy.http.server import checked_address, serve_metrics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FOLDERS = ("/access", "/v1", "/.well-known")
PATHS = ("/livez", "/readyz", "/openapi.json")


def main(given: Sequence[str] | None = None) -> int:
    """Serve both until Ctrl-C or SIGTERM; returns the exit code, 2 with a sentence when it cannot begin."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--public-url", default=os.environ.get("SEEWHY_PUBLIC_URL") or None)
    parser.add_argument("--metrics-port", type=int)
    ours, rest = parser.parse_known_args(given)
    state = state_folder()  # here and not below, where the process works in another folder
    return door.main(rest, beside=lambda hosts: beside(hosts, ours.public_url, ours.metrics_port, state))


def beside(
    hosts: Sequence[str], public_url: str | None = None, metrics_port: int | None = None, state: Path | None = None
) -> Beside:
    """What the explorer takes in; `hosts` are the Host headers that it answers to, `state` holds the tokens.

    Raises ConfigurationError.
    """
    checked_address(public_url)
    measures = Measures(lambda: PULSE.visitors)
    tokens = Tokens(Store(state or state_folder()))
    app = application(
        _graph_of_the_pages,
        public_url=public_url,
        hosts=tuple(hosts),
        measures=measures,
        tokens=tokens,
        always=(os.environ.get(OPTIONS["--sign-in"]) or NONE) != NONE,
    )
    serve_metrics(measures, metrics_port)
    return Beside(app, tuple(f"{folder}/" for folder in FOLDERS), frozenset(PATHS), Connection)


@contextmanager
def _graph_of_the_pages() -> Iterator[Graph]:
    # Imported when Streamlit runs: its caches are made for it.
    from seewhy.explorer.data import connection

    session = connection.shared_session()
    graph = Graph(session.engine)
    graph.session = session  # the one that remembers what the pages asked for
    yield graph


if __name__ == "__main__":
    door.leave(main())
