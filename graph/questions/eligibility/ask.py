"""`eligible`: one question for all kinds, arguments by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.checks.cells import FALSE, TRUE
from seewhy.graph.nearest import nearest
from seewhy.graph.questions.eligibility.capability import capability
from seewhy.graph.questions.eligibility.memberships import assign, task
from seewhy.graph.questions.eligibility.privileges import advise, cc, contribute, draft, qa
from seewhy.graph.questions.eligibility.reassign import reassign
from seewhy.graph.questions.eligibility.removal import removal
from seewhy.graph.questions.eligibility.secondary_access import secondary_access
from seewhy.graph.record import question
from seewhy.graph.scope.question import from_rows
from seewhy.graph.session import day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from seewhy.graph.answers.eligibility import EligiblePeople, Verdict
    from seewhy.graph.session import Session


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: what answers it, and its arguments."""

    ask: Callable[..., Verdict | EligiblePeople]
    needs: tuple[str, ...]
    takes: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {
    "secondary-access": Kind(secondary_access, ("person", "position", "access"), ("functionally_unique",)),
    "removal": Kind(removal, ("person", "position")),
    "reassign": Kind(reassign, ("work", "person")),
    "assign": Kind(assign, ("case",)),
    "task": Kind(task, ("case", "role")),
    "draft": Kind(draft, ("case",), ("reopened_after_transfer",)),
    "contribute": Kind(contribute, ("case",)),
    "cc": Kind(cc, ("case",)),
    "advise": Kind(advise, ("case",)),
    "qa": Kind(qa, ("case", "type")),
    "capability": Kind(capability, ("person", "name"), ("unit",)),
}
_TRUTHS = ("functionally_unique", "reopened_after_transfer")


@question("eligible")
@from_rows("eligible")
def eligible(
    session: Session, /, kind: str, as_of: str | dt.date | None = None, **arguments: Any
) -> Verdict | EligiblePeople:
    """Ask one kind. `position` is one id or, for secondary access, several.

    An unknown kind, argument or combination is a ConfigurationError, an unknown id UnknownEntity with the nearest ones.
    """
    if kind not in KINDS:
        raise ConfigurationError(
            f"`{kind}` is no kind of eligibility", nearest(kind, tuple(KINDS)) or f"one of {', '.join(KINDS)}"
        )
    chosen = KINDS[kind]
    allowed = (*chosen.needs, *chosen.takes)
    for name in arguments:
        if name not in allowed:
            raise ConfigurationError(f"`{kind}` takes no `{name}`", f"it takes {', '.join(allowed)}")
    given = {name: value for name, value in arguments.items() if value is not None and value != ""}
    missing = [name for name in chosen.needs if name not in given]
    if missing:
        raise ConfigurationError(f"`{kind}` needs `{missing[0]}`", f"it takes {', '.join(allowed)}")
    arguments = {name: _argument(kind, name, value) for name, value in given.items()}
    return chosen.ask(session, day(as_of), **arguments)


def _argument(kind: str, name: str, value: Any) -> Any:
    if name in _TRUTHS:
        if isinstance(value, str) and value.lower() in (*TRUE, *FALSE):
            return value.lower() in TRUE
        if not isinstance(value, bool):
            raise ConfigurationError(f"`{name}` is true or false, not `{value}`")
        return value
    if kind == "secondary-access" and name == "position":
        return (value,) if isinstance(value, str) else tuple(str(one) for one in value)
    if isinstance(value, list | tuple):
        if len(value) != 1:
            raise ConfigurationError(f"`{kind}` takes one `{name}`, not {len(value)}")
        return str(value[0])
    return str(value)
