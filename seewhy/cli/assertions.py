"""`test`: runs assertion files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seewhy.cli.app import app
from seewhy.cli.options import GraphOption, JsonOption, OverwriteOption
from seewhy.cli.output import out, say_json, wants_json


@app.command(name="test")
def assertions(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Assertion files or folders of them.")],
    graph_: GraphOption = None,
    json: JsonOption = False,
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Also write JUnit XML.")] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Run assertion files: a line per wrong answer (of a broken invariant the first pairs below it), then `N passed, N
    failed`. Exit code 1 when something failed, 2 for a wrong file. A JUnit report of before is replaced, another file
    only with --overwrite."""
    from seewhy.assertions.run import check_junit, run_files

    wants_json(json)
    if junit is not None:
        check_junit(junit, overwrite=overwrite)
    result = run_files(files, graph_)
    if junit is not None:
        result.write_junit(junit, overwrite=overwrite)
    if json:
        say_json(result.as_dict())
    else:
        for outcome in result.outcomes:
            if sentence := outcome.short or outcome.wrong or outcome.note:
                out.print(f"{outcome.file} test {outcome.test}: {outcome.question}: {sentence}")
            for line in outcome.why.splitlines() if outcome.short else ():
                out.print(f"  {line}")
        on = f", today is {result.today}" if result.today else ""
        out.print(f"{result.passed} passed, {result.failed} failed ({result.engine}{on})")
    raise typer.Exit(1 if result.failed else 0)
