"""A report that is narrowed: the rows with one text in one column, and what file and manifest say of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.nearest import nearest
from seewhy.graph.reports.tables import report_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa


@dataclass(slots=True)
class Chosen:
    """The rows of a report that are kept: those with this text in this column, all where the column is blank."""

    column: str = ""
    value: str = ""
    of: int = 0
    """How many went by."""

    @classmethod
    def of_report(cls, report: str, only: str) -> Chosen:
        """`severity=high`, or blank; raises ConfigurationError for what is no column of texts of the report."""
        column, given, value = only.partition("=")
        kinds = {one.name: str(one.type) for one in report_columns(report)}
        texts = [name for name, kind in kinds.items() if kind == "string" or kind.startswith("dictionary")]
        if only and (not given or column not in texts):
            hint = nearest(column, texts) or f"columns: {', '.join(texts)}"
            raise ConfigurationError(f"`{only}` names no column of the report `{report}` and its text", hint)
        return cls(column, value)

    def among(self, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """The tables with the rows that are kept."""
        for table in tables:
            self.of += len(table)
            yield table.filter(pc.equal(table[self.column].cast("string"), self.value)) if self.column else table

    def words(self) -> dict[str, str]:
        """What a workbook says of the choice."""
        return {"Chosen": f"the rows with {self.column} {self.value}"} if self.column else {}

    def as_dict(self, rows: int) -> dict[str, Any]:
        """What the manifest says of the choice."""
        chosen = {"rows": rows, "of": self.of, self.column: self.value}
        return {"selected": chosen, "complete": False} if self.column else {}
