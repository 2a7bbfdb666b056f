"""Answers of `eligible` as values: a verdict with its conditions, or a list of people, each with the reason.

`as_dict()` is the JSON of contract section 6, to which `engine` and `load` are added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seewhy.graph.answers.access import Provenance

ALLOWED, WARNING, REFUSED = "allowed", "warning", "refused"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: `rule` is its id, `source` the rows it rests on (`a.csv:2, b.csv:3`; blank where none speaks).

    `would_meet` says what would meet it, blank when it is met. `warns`: not met, it warns and refuses nothing.
    """

    rule: str
    met: bool
    because: str
    source: str = ""
    would_meet: str = ""
    warns: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Keys rule, met, because, source, would_meet."""
        return {
            "rule": self.rule,
            "met": self.met,
            "because": self.because,
            "source": self.source,
            "would_meet": self.would_meet,
        }


@dataclass(frozen=True, slots=True)
class EligiblePerson:
    """One person of a list, or to turn to: `because` is the reason, `source` the rows it rests on."""

    person: str
    name: str
    because: str
    source: str = ""

    def as_dict(self) -> dict[str, str]:
        """Keys person, name, because, source."""
        return {"person": self.person, "name": self.name, "because": self.because, "source": self.source}


@dataclass(frozen=True, slots=True)
class People:
    """Whom a request concerns: who asks for it, who agrees to it, who authorises it; each by person id."""

    ask: tuple[EligiblePerson, ...] = ()
    agree: tuple[EligiblePerson, ...] = ()
    authorise: tuple[EligiblePerson, ...] = ()

    def as_dict(self) -> dict[str, list[str]]:
        """Keys ask, agree, authorise: lists of person ids."""
        return {
            "ask": [one.person for one in self.ask],
            "agree": [one.person for one in self.agree],
            "authorise": [one.person for one in self.authorise],
        }


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a capability: all conditions together suffice."""

    title: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """May it be done? The verdict follows from the conditions; `sentence` is the question in words.

    `notes` say what the procedure asks for outside the data; `routes` are all ways to a capability, of which
    `conditions` holds the nearest.
    """

    kind: str
    as_of: str
    sentence: str
    conditions: tuple[Condition, ...]
    provenance: Provenance
    work: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    people: People = People()
    notes: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()

    @property
    def verdict(self) -> str:
        """`refused` when a condition is not met, `warning` when only one that warns is not, else `allowed`."""
        unmet = [one for one in self.conditions if not one.met]
        return REFUSED if any(not one.warns for one in unmet) else WARNING if unmet else ALLOWED

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the conditions not met, in order, each once."""
        return tuple(dict.fromkeys(one.rule for one in self.conditions if not one.met))

    @property
    def deciding(self) -> Condition | None:
        """The first condition that the verdict follows from; None when all are met."""
        unmet = [one for one in self.conditions if not one.met]
        return next((one for one in unmet if not one.warns), unmet[0] if unmet else None)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of a verdict."""
        return {
            "kind": self.kind,
            "as_of": self.as_of,
            "verdict": self.verdict,
            "rules": list(self.rules),
            "conditions": [one.as_dict() for one in self.conditions],
            "work": list(self.work),
            "missing": list(self.missing),
            "people": self.people.as_dict(),
            **self.provenance.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class EligiblePeople:
    """Everybody who is offered for a case, complete, by person id; `rules` are those that the list goes by."""

    kind: str
    case: str
    as_of: str
    sentence: str
    people: tuple[EligiblePerson, ...]
    rules: tuple[str, ...]
    provenance: Provenance
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON of a list."""
        return {
            "kind": self.kind,
            "case": self.case,
            "as_of": self.as_of,
            "people": [one.as_dict() for one in self.people],
            "count": len(self.people),
            **self.provenance.as_dict(),
        }
