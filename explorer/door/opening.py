"""The address as the terminal shows it, and the browser that opens it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPEN = "import sys, webbrowser; webbrowser.open(sys.stdin.read())"


class Opening:
    """Announces the address: at the start, and whenever its token was used."""

    def __init__(
        self, port: int, environment: Mapping[str, str] | None, public: str = "", note: str = ""
    ) -> None:
        """`environment` is the one that a browser is opened in, once; None opens none. `public` is the address that
        browsers know the explorer by, where it is another one; `note` is said with it."""
        self._address = f"{public or f'http://127.0.0.1:{port}'}/"
        self._environment = environment
        self._note = f"{note}\n" if note else ""
        self._begun = False

    def announce(self, token: str = "") -> None:
        """Write the address to the terminal, and open it the first time."""
        address = f"{self._address}?token={token}" if token else self._address
        if self._begun:
            self._say(f"The address was used. For another browser: {address}\n")
            return
        self._begun = True
        once = "This address lets in one browser, once. " if token else ""
        self._say(f"The explorer is open at {address}\n{once}{self._note}Ctrl-C ends it.\n")
        if self._environment is not None:
            self._open(address)

    def _say(self, text: str) -> None:
        # Without a terminal, or with one that is gone, it is served all the same.
        with suppress(OSError, ValueError, AttributeError):
            sys.stdout.write(text)
            sys.stdout.flush()

    def _open(self, address: str) -> None:
        """In the user's own surroundings, and not ended by the Ctrl-C that ends the explorer.

        The address is no argument of a command of ours: others on the machine can list those.
        """
        with suppress(OSError):
            opener = subprocess.Popen(
                [sys.executable, "-P", "-c", _OPEN],
                env=dict(self._environment or {}),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                text=True,
                start_new_session=True,
            )
            if opener.stdin is not None:
                with opener.stdin as pipe:
                    pipe.write(address)
