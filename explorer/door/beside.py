"""An application that answers in the process of the explorer, below paths of its own and with checks of its own.

The explorer knows none: whoever starts it may hand one in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from starlette.types import ASGIApp


@dataclass(frozen=True, slots=True)
class Beside:
    """It gets every request below its paths as it came, before Streamlit sees it.

    Among the routes of Streamlit a method that it does not take would fall through to a page, an odd path would be
    answered by Streamlit, and its answers would be packed.
    """

    app: ASGIApp
    folders: tuple[str, ...]
    """Beginnings of paths, with a slash at both ends."""
    paths: frozenset[str]
    connection: type[asyncio.Protocol]
    """What speaks HTTP on every connection of the process."""

    def owns(self, path: str) -> bool:
        """Whether a path, as it was decoded, is one of its own."""
        return path in self.paths or path.startswith(self.folders)
