"""What `findings` answers: each occurrence of something wrong or odd in the data, with the rows that show it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from seewhy.graph.rules.reading import SEVERITIES

if TYPE_CHECKING:
    import pandas as pd

    from seewhy.graph.answers.as_json import Provenance
    from seewhy.graph.answers.reasons import PathStep


def finding_id(*key: str) -> str:
    """The id of a finding of kind, rule, person, position, case, unit, what else tells it from others, and system: of
    the case and the system that one which its cause shows on many cases has the system, any other the case."""
    return "f-" + blake2b("\x1f".join(key).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One finding: `rule` is what it is about, `name` its kind, `about` a further id that tells it from others.

    Blank where something does not apply. `case` stands for all of `case` and `also` where one cause shows on many
    cases; then the facts are those of `case`.
    """

    rule: str
    name: str
    severity: str
    message: str
    facts: tuple[PathStep, ...]
    system: str = ""
    person: str = ""
    position: str = ""
    case: str = ""
    unit: str = ""
    about: str = ""
    also: tuple[str, ...] = ()
    grouped: bool = False

    @property
    def id(self) -> str:
        """The same for the same finding on every day, in every load and on every engine."""
        case, system = ("", self.system) if self.grouped else (self.case, "")
        return finding_id(self.name, self.rule, self.person, self.position, case, self.unit, self.about, system)

    def ask(self, as_of: str) -> str:
        """The command that explains it: `why` for a person and a case, `who` for a case; blank otherwise."""
        if self.case:
            words = f"why {self.person} {self.case}" if self.person else f"who {self.case}"
            return f"seewhy {words} --as-of {as_of}"
        return ""

    def as_dict(self, as_of: str) -> dict[str, Any]:
        """The JSON of one finding: keys that do not apply are missing."""
        found: dict[str, Any] = {"rule": self.rule, "severity": self.severity}
        found |= {key: value for key in ("person", "position", "case", "unit") if (value := getattr(self, key))}
        found |= {"message": self.message, "facts": [fact.as_dict() for fact in self.facts]}
        found |= {"id": self.id, "name": self.name}
        found |= {key: value for key in ("system", "about") if (value := getattr(self, key))}
        if self.also:
            found["also"] = list(self.also)
        if ask := self.ask(as_of):
            found["why"] = ask
        return found


@dataclass(frozen=True, slots=True)
class FindingsAnswer:
    """All findings of a day, the most severe first."""

    as_of: str
    findings: tuple[Occurrence, ...]
    provenance: Provenance

    @property
    def counts(self) -> dict[str, int]:
        """Number of findings by severity, high first."""
        counted = Counter(one.severity for one in self.findings)
        return {severity: counted[severity] for severity in SEVERITIES if counted[severity]}

    def at_least(self, severity: str) -> bool:
        """Whether there is a finding of this severity or above."""
        enough = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return any(one.severity in enough for one in self.findings)

    def to_pandas(self) -> pd.DataFrame:
        """Columns rule, severity, name, person, position, case, unit, message, sources."""
        import pandas as pd

        names = ["rule", "severity", "name", "person", "position", "case", "unit", "message"]
        rows = [[*(getattr(one, n) for n in names), ", ".join(f.source for f in one.facts)] for one in self.findings]
        return pd.DataFrame(rows, columns=[*names, "sources"])

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `findings`."""
        return {
            "as_of": self.as_of,
            "findings": [finding.as_dict(self.as_of) for finding in self.findings],
            "count": len(self.findings),
            **self.provenance.as_dict(),
        }
