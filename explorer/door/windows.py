"""How many windows of the explorer may be open: in all, and of one person who signed in.

Each window is a connection with a memory of its own in this process. One too many is let in only as far as to be told:
the page says so and asks nothing. Past `SPARE` of these the connection itself is refused.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seewhy.graph.errors import LimitReached
from seewhy.graph.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = b"x-seewhy-full"
"""What tells a page that its window is one too many; no browser may say it."""
IN_ALL, OF_ONE, REFUSED = "all", "one", "refused"
SPARE = 20
FULL = "SeeWhy is open in as many windows as it serves: please try again in a moment."


class Windows:
    """The windows that are open now; counted in the loop of the server."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._open: Counter[str] = Counter()

    @contextmanager
    def opened(self, who: str = "") -> Iterator[str]:
        """A window is open for the length of the block; gives IN_ALL, OF_ONE or REFUSED when it is one too many, else
        nothing. `who` is blank where nobody signs in: then all are everybody's."""
        total, own = self._open.total(), self._open[who]
        self._open[who] += 1
        try:
            if total >= self._most + SPARE or (who and own >= self._most_of_one + SPARE):
                yield REFUSED
            elif who and own >= self._most_of_one:
                yield OF_ONE
            else:
                yield IN_ALL if total >= self._most else ""
        finally:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]


def check(said: list[str]) -> None:
    """Raises LimitReached for a window that is one too many, by the values of HEADER that its page was given."""
    settings = read_settings()
    if OF_ONE in said:
        most = settings.seewhy_most_windows_each
        raise LimitReached(f"you have `{most}` windows of SeeWhy open, and one person may have no more", "close one")
    if said:
        most = settings.seewhy_most_windows
        raise LimitReached(f"SeeWhy is open in `{most}` windows, as many as it serves", "try again in a moment")
