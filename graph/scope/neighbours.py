"""What joins things, cut to what may be told: no path leads over what is outside, so nothing hints at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.cypher.explained import EVIDENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seewhy.graph.scope.view import View


def neighbours(view: View, rows: list[dict[str, Any]], parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Facts that join two things: neither may be outside, nor be work on a case outside, and both be told together."""
    found, cases = [], dict[str, str]()
    granted, note = EVIDENCE.index("granted_by"), EVIDENCE.index("note")

    def case_of(work: str) -> str | None:
        """The case of a piece of work, None where it is not known, and so is outside."""
        if work not in cases:
            place = view.whole.run("eligibility/reassign/place", work=work, as_of=parameters["as_of"])
            cases[work] = next((one["case_id"] or "" for one in place), "")
        return cases[work] or None

    for row in rows:
        cells = list(row["cells"])
        things = [(cells[0], cells[1]), (cells[4], cells[5])]
        of_work = [case_of(id) for label, id in things if label == "WorkItem"]
        people = [id for label, id in things if label == "Person"]
        named = [id for label, id in things if label == "CaseFile"] + [row["case_id"], *of_work]
        if None in named or not view.all(people, named):
            continue
        for label, at in ((0, 2), (4, 6)):
            if cells[label] == "CaseFile" and not view.titled(cells[label + 1]):
                cells[at] = ""
        if not view.person(cells[granted] or ""):
            cells[granted] = ""
        cells[note] = ""
        titled = not row["case_id"] or view.titled(row["case_id"])
        found.append({**row, "cells": cells, "case_name": row["case_name"] if titled else ""})
    return found
