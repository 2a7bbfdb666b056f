"""Reports that are one table each: findings, the register of secondary access, and who holds which privilege."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from seewhy.graph.questions.findings import findings
from seewhy.graph.questions.person import review_due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TypeAlias

    from seewhy.graph.session import Session

    Progress: TypeAlias = Callable[[str, int, int], None] | None


def _texts(*names: str, truths: tuple[str, ...] = ()) -> pa.Schema:
    return pa.schema([(name, pa.bool_() if name in truths else pa.string()) for name in names])


REGISTERS = {
    "findings": "every rule breach and oddity in the data, with its source rows",
    "secondary_access": "every holding of secondary access, with its papers, its review and when that is due",
    "privileges": "every privilege of every role, and of every person with where it is held and through what",
}
SCHEMAS: Mapping[str, pa.Schema] = {
    "findings": _texts("rule", "severity", "person", "position", "case", "unit", "message", "sources"),
    "secondary_access": _texts(
        *("person", "position", "kind", "system", "since", "covers", "authorised_by", "lending_by", "borrowing_by"),
        *("form_received_on", "emergency", "reviewed_on", "review_due", "overdue", "source"),
        truths=("emergency", "overdue"),
    ),
    "privileges": _texts(
        *("holder", "id", "name", "privilege", "rule", "through", "unit", "case_type", "placement", "source")
    ),
}


def _table(report: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=SCHEMAS[report])


def _findings(session: Session, date: str, progress: Progress) -> Iterator[pa.Table]:
    del progress
    rows = []
    for one in findings(session, date).findings:
        sources = ", ".join(dict.fromkeys(fact.source for fact in one.facts))
        rows.append({**{name: getattr(one, name, "") for name in SCHEMAS["findings"].names}, "sources": sources})
    yield _table("findings", rows)


def _secondary_access(session: Session, date: str, progress: Progress) -> Iterator[pa.Table]:
    """Absence access is reviewed (CMS-12), hierarchical access is not: its `review_due` is blank."""
    del progress
    rows = []
    for row in session.run("organisation/secondary_access", as_of=date):
        due = review_due(session, row, date)
        overdue = row["kind"] == "absence" and due < date
        rows.append({**row, "position": row["position_id"], "review_due": due, "overdue": overdue})
    yield _table("secondary_access", rows)


def _privileges(session: Session, date: str, progress: Progress) -> Iterator[pa.Table]:
    del progress
    bundled: list[dict[str, Any]] = [
        {**row, "holder": "role", "id": row["role"], "through": "", "unit": "", "case_type": "", "placement": ""}
        for row in session.run("organisation/role_contents", as_of=date)
    ]
    held = [
        {**row, "holder": "person", "id": row["person"], "through": row["role"] or "grant"}
        for row in session.run("organisation/held_privileges", as_of=date)
    ]
    yield _table("privileges", [*bundled, *held])


STREAMS: Mapping[str, Callable[[Session, str, Progress], Iterator[pa.Table]]] = {
    "findings": _findings,
    "secondary_access": _secondary_access,
    "privileges": _privileges,
}
