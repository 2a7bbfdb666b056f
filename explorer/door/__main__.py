"""The process that serves the explorer: `python -P -m seewhy.explorer.door --port 8501`, as `seewhy serve` starts it.

How people sign in the environment says (seewhy.auth.settings). `--address` and `--host` say where it listens and under
which names (the Host header, with its port where it has one) it is asked for. Where nobody has to sign in, only this
machine is served, unless `--i-know`; `--no-token` lets in whoever reaches the address.
"""

from __future__ import annotations

import argparse
import errno
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING, NoReturn

from seewhy.auth import service_log
from seewhy.auth.log.recorder import close_log, open_log
from seewhy.auth.settings import read_sign_in
from seewhy.explorer.door.home import private_folder
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.record import VARIABLE
from seewhy.graph.schemes.places import use_schemes
from seewhy.graph.settings import is_address, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seewhy.explorer.door.beside import Beside


_PASSWORD_FILE = "NEO4J_PASSWORD_FILE"


def main(given: Sequence[str] | None = None, *, beside: Callable[[Sequence[str]], Beside] | None = None) -> int:
    """Serve until Ctrl-C, SIGTERM or SIGHUP; returns the exit code, 2 with a sentence when it cannot begin.

    `beside` makes an application that answers in the same process, from the Host headers that are answered to.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)
    try:
        # A search in the background gives way sooner to the thread that draws a page: 5 % less from click to answer.
        sys.setswitchinterval(0.0005)
        service_log.begin(service_log.chosen())
        options = _arguments(given)
        sign_in = read_sign_in(address=options.address, port=options.port, i_know=options.i_know)
        with _listening(options.address, options.port) as listening:
            _name_graph()
            _open_log()
            use_schemes()
            surroundings = dict(os.environ)
            with private_folder():
                # Here and not above: what Streamlit reads while it is imported it reads in the private folder.
                from seewhy.explorer.door.server import run

                run(
                    listening,
                    address=options.address,
                    hosts=options.host,
                    token=not options.no_token,
                    browser=surroundings if options.browser else None,
                    beside=beside,
                    sign_in=sign_in,
                )
    except SeeWhyError as error:
        said = "".join(f"seewhy: {sentence}\n" for sentence in error.sentences)
        sys.stderr.write(said + (f"hint: {error.hint}\n" if error.hint else ""))
        return 2
    except KeyboardInterrupt:
        pass
    return 0


def _end(*_: object) -> NoReturn:
    """End as Ctrl-C does: the private folder is removed on the way."""
    raise KeyboardInterrupt


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -P -m seewhy.explorer.door", description="Serves the explorer.")
    parser.add_argument("--port", type=int, default=8501, help="the port")
    parser.add_argument("--address", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--host", action="append", default=[], help="one more Host header to answer to")
    parser.add_argument("--no-token", action="store_true", help="let in whoever reaches the address")
    parser.add_argument("--i-know", action="store_true", help="serve others although nobody has to sign in")
    parser.add_argument("--browser", action="store_true", help="open a browser")
    return parser.parse_args(given)


def _listening(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # asyncio sends at once (TCP_NODELAY) only from sockets that say that they are TCP: 15 to 30 ms for each page.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would share the port with another program
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, port))
    except OSError as error:
        made.close()
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            hint = "127.0.0.1 is this machine alone, 0.0.0.0 every address of it"
            raise SeeWhyError(f"`{address}` is no address of this machine", hint) from None
        reason = "may not be used" if isinstance(error, PermissionError) else "is in use"
        raise SeeWhyError(f"port `{port}` {reason}", "choose another one with --port") from None
    return made


def _name_graph() -> None:
    """Name the graph, and the file of its password, so that they are the same from any folder."""
    if file := os.environ.get(_PASSWORD_FILE):
        os.environ[_PASSWORD_FILE] = os.path.abspath(file)
    target = read_settings().target()
    os.environ["SEEWHY_GRAPH"] = target if is_address(target) else os.path.abspath(target)


def _open_log() -> None:
    """Open the question log, if one is named, before anybody is served. Raises LogUnavailable."""
    if named := os.environ.get(VARIABLE):
        os.environ[VARIABLE] = os.path.abspath(named)
        open_log()


def leave(code: int) -> NoReturn:
    """End the process. Nothing here writes, so whatever is still being asked need not come to its end first."""
    close_log()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(main())
