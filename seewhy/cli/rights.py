"""What each command needs where an access file is in force (`SEEWHY_ACCESS`); a command that stands here nowhere is
refused then."""

from __future__ import annotations

EVERYBODY = ""
"""Tells nothing of the graph, so nobody needs a role for it."""
ADMIN = "the role admin"
"""Writes, or opens a door to others."""
EVERYTHING = "everything about everybody"
"""Cannot be cut: for roles that may ask everything about everybody."""
SIGNED_IN = "everything about everybody, unless people sign in"
"""Shows everything to whoever comes, unless they are asked who they are."""

NEEDS = {
    **{name: name for name in ("check", "why", "who", "what", "person", "findings", "diff", "whatif")},
    **{name: name for name in ("eligible", "export", "evidence", "row", "paths")},
    "batch": "who",
    **dict.fromkeys(("rules", "rungs", "queries", "privileges", "organogram", "parts", "verify", "key"), EVERYBODY),
    **dict.fromkeys(("scheme list", "scheme new", "scheme check", "scheme test", "scheme pack", "doctor"), EVERYBODY),
    **dict.fromkeys(("test", "scheme diff"), EVERYTHING),
    "log": "log",
    **dict.fromkeys(("log retire", "log erase"), ADMIN),
    **dict.fromkeys(("load", "demo", "repair", "backup", "restore", "upgrade", "forget", "token", "session"), ADMIN),
    "serve": SIGNED_IN,
    "api": EVERYBODY,
}
"""Command, or a group for all of its own, to what it needs: a kind of question (`auth/rights.py`) or one of the above.

`verify` and `scheme test` ask a graph only of those who may ask everything, and `scheme list` as they may ask it; `api`
answers nobody without a token, and tells those by their role.
"""


def needed(command: str) -> str | None:
    """What a command such as `eligible assign` needs; None for one that nobody decided about."""
    return NEEDS.get(command, NEEDS.get(command.partition(" ")[0]))
