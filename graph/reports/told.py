"""What a workbook says of the rows that it holds: the question, the day, the load, how to verify, what the ids mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from seewhy.graph.files.workbook import Names, Told
from seewhy.graph.rules.catalogue import rule_version
from seewhy.graph.scope.question import from_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seewhy.graph.loads import Load
    from seewhy.graph.session import Session

_CASES = 5_000
"""Cases whose titles are asked for at once."""


def told(
    question: str,
    as_of: str,
    load: Load,
    *,
    about: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
    root: str = "",
    names: Callable[[Sequence[str], Sequence[str]], Mapping[str, Names]] | None = None,
) -> Told:
    """What is told of a file: nothing that differs between its names, or two engines that hold the same load.

    `about` are ids that all rows share (`case` for who can see a case). `more` are further facts by label. `root` is
    the address of the explorer, blank where it is not known: then no row has a link.
    """
    facts = {
        "Question": question,
        "As of": as_of,
        **(more or {}),
        "Load": f"{load.id}, true for {load.as_of}",
        "Digest of the load": load.digest,
        "Rules": rule_version(),
        "How to verify": "`seewhy verify FILE`, with FILE.manifest.json beside it, says whether this is still the file "
        "that was written. Whether its rows are true only a graph can tell: the same question to the same load "
        "gives the same file.",
    }

    def link(ids: Mapping[str, str]) -> str:
        person, case = ({**ids, **(about or {})}.get(kind, "") for kind in ("person", "case"))
        page = "why" if person and case else "what" if person else "who" if case else ""
        asked = {key: value for key, value in (("person", person), ("case", case)) if value}
        return f"{root}/{page}?{urlencode({**asked, 'asof': as_of})}" if page else ""

    title = question[:1].upper() + question[1:]
    return Told(title, [(label, str(text)) for label, text in facts.items()], link if root else None, names)


@from_rows("export")
def names_of(session: Session, people: Sequence[str], cases: Sequence[str]) -> dict[str, Names]:
    """Names and job titles of people, titles and systems of cases, as sheets of a workbook; ids that nobody knows, or
    that may not be told, are left out."""
    found: dict[str, Names] = {}
    if people:
        wanted = set(people)
        rows = (row for row in session.run("organisation/people") if row["id"] in wanted)
        listed = sorted((row["id"], row["name"] or "", row["job_title"] or "") for row in rows)
        found["People"] = Names(("person", "name", "job_title"), listed)
    if cases:
        named = [
            row
            for begin in range(0, len(cases), _CASES)
            for row in session.run("organisation/cases_named", cases=list(cases[begin : begin + _CASES]))
        ]
        titles = sorted((row["id"], row["caption"] or "") for row in named)
        found["Cases"] = Names(("case", "title"), titles)
    return {title: names for title, names in found.items() if names.rows}
