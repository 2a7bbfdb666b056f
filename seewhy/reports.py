"""Reports of an open graph to files, for the command line and scripts: `graph/reports/export.py` writes them."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from seewhy.graph.errors import ConfigurationError, LoadRejected
from seewhy.graph.evidence.pseudonyms import Pseudonyms
from seewhy.graph.files.atomic import appearing
from seewhy.graph.files.formulas import safe
from seewhy.graph.files.signatures import Signer
from seewhy.graph.inputs.regular import read_regular
from seewhy.graph.questions.batch import batch, lines_of
from seewhy.graph.reports import export
from seewhy.graph.reports.export import ENDINGS
from seewhy.graph.reports.parts import check_parts, parts_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seewhy.api import Graph
    from seewhy.graph.answers.batch import BatchAnswer

__all__ = ["ENDINGS", "batch_file", "batch_of", "check_parts", "export_report", "ids_of", "parts_in", "safe"]


def ids_of(path: Path, kind: str) -> dict[str, int]:
    """The ids in a file, each with its line: one in each line, or a csv with `person_id` or `case_id`, as `kind` is
    person or case.

    Raises ConfigurationError for what cannot be read, is no UTF-8 text, or holds no id.
    """
    try:
        found = lines_of(read_regular(path).decode("utf-8"), kind)
    except UnicodeDecodeError:
        raise ConfigurationError(f"`{path}` is no UTF-8 text") from None
    except csv.Error as error:
        raise ConfigurationError(f"`{path}` is no list of ids: {error}") from None
    if not found:
        raise ConfigurationError(f"`{path}` holds no id", f"one {kind} id in each line, or a column `{kind}_id`")
    return found


def batch_of(graph: Graph, people: Path, cases: Path, as_of: str | None = None) -> BatchAnswer:
    """What each of the people of one file may do with each of the cases of another, read from one load, 10,000 pairs at
    the most.

    Raises what `ids_of` raises, and LoadRejected with every unknown id, each with its file and its line there.
    """
    places = {"people": (people, ids_of(people, "person")), "cases": (cases, ids_of(cases, "case"))}
    try:
        with graph.session.engine.snapshot():
            return batch(graph.session, list(places["people"][1]), list(places["cases"][1]), as_of)
    except LoadRejected as error:
        found = []
        for problem in error.problems:
            path, lines = places[problem.file]
            found.append(replace(problem, file=path.name, row=list(lines.values())[problem.row - 1]))
        raise LoadRejected(error.message, found, error.hint) from None


def batch_file(graph: Graph, answer: BatchAnswer, output: Path, *, overwrite: bool = False) -> dict[str, Any]:
    """Write the pairs of a batch and their manifest; returns the manifest. Both are there, complete, or neither."""
    if output.suffix not in ENDINGS:
        raise ConfigurationError(f"`{output.name}` has no ending that can be written", f"endings: {', '.join(ENDINGS)}")
    columns = ("person", "name", "case", "title", "system", "value", "value_now", "step")
    rows = pa.Table.from_pylist(answer.rows(), schema=pa.schema([(name, pa.string()) for name in columns]))
    people, cases = len(answer.people), len(answer.cases)
    question = f"what {people:,} people may do with {cases:,} cases"
    engine = graph.session.engine
    content, manifest = export.answer_file(
        rows,
        output.name,
        question=question,
        as_of=answer.as_of,
        engine=f"{engine.name} {engine.version}",
        load=graph.session.newest(),
    )
    with appearing(export.manifest_file(output), output, overwrite=overwrite) as (beside, file):
        file.write(content)
        beside.write(export.manifest_text(manifest).encode())
    return manifest


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
