"""For somebody who may not ask: what they may, and who could help with the rest."""

from __future__ import annotations

from seewhy.explorer import page_shell
from seewhy.graph.errors import SeeWhyError

page_shell.denied(SeeWhyError("something may not be for your role"))
