"""Answers and reports to files, each with a manifest beside it; never truncated.

A report is a stream of tables of at most `ROWS` rows, so that memory does not grow with it. How tables are written, and
what keeps a spreadsheet from running a text as a formula, is `graph.table_files`. Report and manifest appear together
or not at all (`graph.appearing`). The same rows give the same bytes, so that a manifest can be made again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from functools import partial
from typing import TYPE_CHECKING, Any

from seewhy.graph.change.in_memory import in_memory, kept_history
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.files.atomic import appearing
from seewhy.graph.files.table_files import WRITERS
from seewhy.graph.files.workbook import write_workbook
from seewhy.graph.nearest import nearest
from seewhy.graph.questions.check import SEARCH, VIEW, action_of
from seewhy.graph.record import question
from seewhy.graph.reports.chosen import Chosen
from seewhy.graph.reports.parts import Part, refuse_strangers
from seewhy.graph.reports.tables import REPORTS, people_of, report_columns, report_tables
from seewhy.graph.reports.told import names_of, told
from seewhy.graph.rules.catalogue import rule_version
from seewhy.graph.scope.elsewhere import renamed
from seewhy.graph.scope.pairs import visible_pairs
from seewhy.graph.scope.question import from_rows, keeps_itself, view_of, whole_of
from seewhy.graph.session import day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    import pyarrow as pa

    from seewhy.graph.evidence.pseudonyms import Pseudonyms
    from seewhy.graph.files.signatures import Signer
    from seewhy.graph.files.workbook import Names, Told
    from seewhy.graph.loads import Load
    from seewhy.graph.session import Session

ENDINGS = tuple(WRITERS)
_WITHOUT_NAMES = ("access", "findings", "secondary_access")
"""Reports whose columns have ids only; a workbook says the names on sheets of their own."""


@question("export")
@keeps_itself("export")
def export_report(
    session: Session,
    report: str,
    output: Path,
    as_of: str | None = None,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    pseudonyms: Pseudonyms | None = None,
    overwrite: bool = False,
    signer: Signer | None = None,
    action: str = VIEW,
    part: str | None = None,
    only: str = "",
    root: str = "",
) -> dict[str, Any]:
    """Write one report and its manifest; returns the manifest. Both are there, complete, or neither.

    A file that lies under one of the names is refused without `overwrite`. `signer` signs the exact bytes of the
    manifest, which then names the key, and the signature appears beside it. With `pseudonyms` it is asked of a copy
    in memory in which they stand for all ids, names and texts: it costs the memory and the time of a load. With another
    `action` than view the report `access` has the pairs on which it is allowed, and with a `part`, such as `3/8`, only
    those of its people (`parts`); a part of another load beside it is refused without `overwrite`. `only` keeps the
    rows that have a text in a column, such as `severity=high`; the manifest then says how many of how many, and that it
    is not complete. `root` is the address of an explorer, to which the rows of a workbook lead.
    """
    if report not in REPORTS:
        hint = nearest(report, list(REPORTS)) or f"reports: {', '.join(REPORTS)}"
        raise ConfigurationError(f"unknown report `{report}`", hint)
    _check_action(report, action)
    _check_ending(output)
    slice_ = _part_of(report, part)
    chosen = Chosen.of_report(report, only)
    names = [manifest_file(output), output]
    if signer is not None:
        names.insert(0, signature_file(output))
    with appearing(*names, overwrite=overwrite) as (*signed, manifest_out, file):
        with session.engine.snapshot():
            load, view = session.newest(), view_of(session, "export", as_of)
            reported = session
            if pseudonyms is not None:
                history = pseudonyms.history(kept_history(whole_of(session)))
                copy = in_memory(history, day(as_of), session.engine.loads(), dangling=True)
                reported = renamed(session, copy, pseudonyms.of, as_of)
            about: dict[str, Any] = {"report": report, **({} if action == VIEW else {"action": action})}
            masked = {} if pseudonyms is None else {"pseudonyms": pseudonyms.as_dict()}
            if slice_ is not None:
                about["part"] = slice_.as_dict(load, people_of(reported))
                if not overwrite:
                    refuse_strangers(output, slice_, {**about, **masked, "as_of": day(as_of), **_of_load(load)})
            date, tables = report_tables(reported, report, as_of, progress, action=action, part=slice_)
            engine = f"{session.engine.name} {session.engine.version}"
            words = told(
                _titled(report, action), date, load, more={**_more(about, masked), **chosen.words()}, root=root,
                names=partial(names_of, reported) if report in _WITHOUT_NAMES else None,
            )  # fmt: skip
            rows = _written(output.suffix, file, report_columns(report), chosen.among(tables), words)
        manifest = {
            **about,
            **_manifest(REPORTS[report], date, output.name, rows, report_columns(report), _sha256(file), engine, load),
            **chosen.as_dict(rows),
            **({} if view is None else {"hidden": view.hidden.as_dict()}),
            **masked,
            **({} if signer is None else {"signed_by": signer.public.as_dict()}),
        }
        content = manifest_text(manifest).encode()
        manifest_out.write(content)
        if signer is not None:
            signed[0].write(signer.sign(content))
    return manifest


def _part_of(report: str, part: str | None) -> Part | None:
    if part is None:
        return None
    if report != "access":
        raise ConfigurationError(f"the report `{report}` has no parts", "`access` is the one that takes `--part`")
    return Part.read(part)


def _check_action(report: str, action: str) -> None:
    if action == VIEW:
        return
    if report != "access":
        raise ConfigurationError(f"the report `{report}` has no action", "`access` is the one that takes `--action`")
    if action_of(action) == SEARCH:
        raise ConfigurationError("`search` decides no access", "`what` and `who` list what is found")


def answer_file(
    table: pa.Table,
    name: str,
    *,
    question: str,
    as_of: str,
    engine: str,
    load: Load,
    about: Mapping[str, str] | None = None,
    selected: Mapping[str, Any] | None = None,
    root: str = "",
    names: Callable[[Sequence[str], Sequence[str]], Mapping[str, Names]] | None = None,
) -> tuple[bytes, dict[str, Any]]:
    """The rows of one answer as the bytes of a file of that name, and its manifest.

    All of them, unless `selected` says what was chosen among how many (`of`); then the manifest says so, and that it is
    not complete. `about`, `root` and `names` are those of `told`.
    """
    ending = name[name.rindex(".") :]
    file = io.BytesIO()
    chosen = {"Chosen": _chosen(selected)} if selected else {}
    words = told(question, as_of, load, about=about, more=chosen, root=root, names=names)
    rows = _written(ending, file, table.schema, [table], words)
    manifest = _manifest(question, as_of, name, rows, table.schema, _sha256(file), engine, load)
    if selected:
        manifest |= {"selected": dict(selected), "complete": False}
    return file.getvalue(), manifest


def _chosen(selected: Mapping[str, Any]) -> str:
    """`12 of 231 rows: show edit`."""
    filters = ", ".join(f"{name} {value}" for name, value in selected.items() if name not in ("rows", "of"))
    return f"{selected['rows']:,} of {selected['of']:,} rows: {filters}"


def _written(ending: str, file: BinaryIO, schema: pa.Schema, tables: Iterable[pa.Table], words: Told) -> int:
    if ending == ".xlsx":
        return write_workbook(file, schema, tables, words)
    return WRITERS[ending](file, schema, tables)


def _titled(report: str, action: str) -> str:
    return REPORTS[report] if action == VIEW else f"{REPORTS[report]}, as far as it allows `{action}`"


def _more(about: Mapping[str, Any], masked: Mapping[str, Any]) -> dict[str, str]:
    part = {"Part": f"{about['part']['number']} of {about['part']['of']}"} if "part" in about else {}
    return {"Report": about["report"], **part, **({"Pseudonyms": "all ids, names and texts are"} if masked else {})}


@question("count")
@from_rows("export")
def count_rows(session: Session, report: str, as_of: str | None = None) -> int | None:
    """How many rows a report will have, when that is known without building it; else None."""
    date = day(as_of)
    if report == "people":
        return len(session.run("organisation/people"))
    if report == "cases":
        return sum(int(row["cases"]) for row in session.run("organisation/profile_counts", as_of=date))
    if report == "secondary_access":
        return len(session.run("organisation/secondary_access", as_of=date))
    if report == "privileges":
        names = ("role_contents", "held_privileges")
        return sum(len(session.run(f"organisation/{name}", as_of=date)) for name in names)
    return None


@question("count")
@from_rows("export")
def count_by_asking(
    session: Session, report: str, as_of: str | None = None, progress: Callable[[str, int, int], None] | None = None
) -> int:
    """How many rows a report will have: everything is asked and decided, nothing is written."""
    if report != "access":
        return sum(len(table) for table in report_tables(session, report, as_of, progress)[1])
    pairs, total = visible_pairs(session, as_of), 0
    place = {person: n for n, person in enumerate(pairs.people, 1)}
    for sight in pairs:
        total += len(sight.cases)
        if progress:
            progress("people", place[sight.person], len(pairs.people))
    return total


def manifest_text(manifest: dict[str, Any]) -> str:
    """A manifest as it stands in its file."""
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


def manifest_file(output: Path) -> Path:
    """The manifest beside a report."""
    return output.with_name(output.name + ".manifest.json")


def signature_file(output: Path) -> Path:
    """The signature of the manifest beside a report."""
    return output.with_name(output.name + ".manifest.json.sig")


def _check_ending(output: Path) -> None:
    if output.suffix not in WRITERS:
        raise ConfigurationError(f"`{output.name}` has no ending that can be written", f"endings: {', '.join(ENDINGS)}")


def _manifest(
    question: str, date: str, name: str, rows: int, schema: pa.Schema, digest: str, engine: str, load: Load
) -> dict[str, Any]:
    return {
        "question": question,
        "as_of": date,
        "file": name,
        "rows": rows,
        "columns": list(schema.names),
        "sha256": digest,
        "engine": engine,
        **_of_load(load),
        "rule_version": rule_version(),
        "product": load.product,
        "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "complete": True,
    }


def _of_load(load: Load) -> dict[str, str]:
    return {"load": load.id, "load_digest": load.digest, "loaded_as_of": load.as_of}


def _sha256(file: BinaryIO) -> str:
    total = hashlib.sha256()
    file.seek(0)
    while part := file.read(1 << 20):
        total.update(part)
    return total.hexdigest()
