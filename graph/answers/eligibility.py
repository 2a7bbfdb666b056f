"""Answers of `eligible`: a verdict with its conditions, or a list of people, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from seewhy.graph.answers.as_json import HIDDEN, Answer, Provenance, plain

ALLOWED, WARNING, REFUSED = "allowed", "warning", "refused"


@dataclass(frozen=True, slots=True)
class Condition(Answer):
    """One condition: `rule` is its id, `source` the rows it rests on (`a.csv:2, b.csv:3`; blank where none speaks).

    `would_meet` says what would meet it, blank when it is met. `warns`: not met, it warns and refuses nothing.
    """

    rule: str
    met: bool
    because: str
    source: str = ""
    would_meet: str = ""
    warns: bool = field(default=False, metadata=HIDDEN)


@dataclass(frozen=True, slots=True)
class EligiblePerson(Answer):
    """One person of a list, or to turn to: `because` is the reason, `source` the rows it rests on."""

    person: str
    name: str
    because: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Whom a request concerns: who asks for it, who agrees to it, who authorises it; each by person id."""

    ask: tuple[EligiblePerson, ...] = ()
    agree: tuple[EligiblePerson, ...] = ()
    authorise: tuple[EligiblePerson, ...] = ()

    def as_dict(self) -> dict[str, list[str]]:
        """Keys ask, agree, authorise: lists of person ids."""
        return {
            "ask": [person.person for person in self.ask],
            "agree": [person.person for person in self.agree],
            "authorise": [person.person for person in self.authorise],
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
        unmet = [condition for condition in self.conditions if not condition.met]
        return REFUSED if any(not condition.warns for condition in unmet) else WARNING if unmet else ALLOWED

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the conditions not met, in order, each once."""
        return tuple(dict.fromkeys(condition.rule for condition in self.conditions if not condition.met))

    @property
    def deciding(self) -> Condition | None:
        """The first condition that the verdict follows from; None when all are met."""
        unmet = [condition for condition in self.conditions if not condition.met]
        return next((condition for condition in unmet if not condition.warns), unmet[0] if unmet else None)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of a verdict."""
        return {
            "kind": self.kind,
            "as_of": self.as_of,
            "verdict": self.verdict,
            "rules": list(self.rules),
            "conditions": plain(self.conditions),
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
            "people": plain(self.people),
            "count": len(self.people),
            **self.provenance.as_dict(),
        }
