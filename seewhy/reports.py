"""Reports of an open graph to files, for the command line and scripts: `graph/reports/export.py` writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.evidence.pseudonyms import Pseudonyms
from seewhy.graph.files.formulas import safe
from seewhy.graph.files.signatures import Signer
from seewhy.graph.reports import export
from seewhy.graph.reports.export import ENDINGS
from seewhy.graph.reports.parts import check_parts, parts_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seewhy.api import Graph

__all__ = ["ENDINGS", "check_parts", "export_report", "parts_in", "safe"]


def export_report(
    graph: Graph,
    report: str,
    output: Path,
    as_of: str | None = None,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    pseudonyms: Path | None = None,
    overwrite: bool = False,
    sign: Path | None = None,
    action: str = "view",
    part: str | None = None,
) -> dict[str, Any]:
    """Write one report and its manifest; returns the manifest. Both are there, complete, or neither.

    A file that lies under one of the two names is refused (ConfigurationError) without `overwrite`. `sign` is the file
    of a private key that signs the manifest. With `pseudonyms`, the file of a key, the report is that of a copy of the
    graph in which they replace all ids, names and texts: it costs the memory and the time of a load. With an `action`
    that a scheme knows, `access` has the pairs on which it is allowed; with a `part`, such as `3/8`, those of an eighth
    of the people, and a part of another load in the same folder is refused without `overwrite`.
    """
    key = None if pseudonyms is None else Pseudonyms.read(pseudonyms)
    signer = None if sign is None else Signer.read(sign)
    return export.export_report(
        graph.session,
        report,
        output,
        as_of,
        progress=progress,
        pseudonyms=key,
        overwrite=overwrite,
        signer=signer,
        action=action,
        part=part,
    )
