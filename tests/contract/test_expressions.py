"""What may not stand in the product, because two sessions at once could wait for each other for good: Python inside an
expression of polars, whose workers would wait for the interpreter, and frames that are made into pandas for a page."""

from __future__ import annotations

import ast

import polars as pl
import pytest

from seewhy.explorer.titles import step_title
from seewhy.explorer.widgets.data_table import step_titles
from tests.contract.repository import PACKAGES, python_files, shown

CALLS_BACK = frozenset(
    [
        "map_elements",
        "map_batches",
        "map_groups",
        "map_rows",
        "map_columns",
        "map_fields",
        "rolling_map",
        "apply",
        "cum_fold",
        "cum_reduce",
        "sink_batches",
        "defer",
        "register_io_source",
        "register_plugin_function",
        "register_plugin",
    ]
)
"""Methods and functions that call Python for rows, groups or parts of a frame."""
OF_POLARS = frozenset({"fold", "reduce", "map"})
"""Names that only polars' own `pl.fold`, `pl.reduce`, `pl.map` and `expression.name.map` make dangerous."""


def called_back(text: str) -> list[int]:
    """The lines that hand a Python function to polars."""
    lines = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            named = {alias.name for alias in node.names} if (node.module or "").startswith("polars") else set()
            if named & (CALLS_BACK | OF_POLARS):
                lines.append(node.lineno)
        elif isinstance(node, ast.Attribute):
            on = node.value
            polars = isinstance(on, ast.Name) and on.id in ("pl", "polars")
            of_names = isinstance(on, ast.Attribute) and on.attr == "name"
            if node.attr in CALLS_BACK or (node.attr in OF_POLARS and (polars or of_names)):
                lines.append(node.lineno)
    return lines


@pytest.mark.parametrize(
    "text",
    [
        "pl.col('step').map_elements(step_title, return_dtype=pl.String)",
        "frame.with_columns(pl.col('a').map_batches(len))",
        "frame.group_by('a').map_groups(f)",
        "frame.map_rows(f)",
        "pl.fold(0, f, pl.all())",
        "pl.reduce(f, pl.all())",
        "pl.all().name.map(str.upper)",
        "pl.defer(f, schema=s)",
        "made = pl.col('a').map_elements",
        "frame.rolling_map(f, 3)",
        "from polars.plugins import register_plugin_function",
        "from polars.io.plugins import register_io_source",
    ],
)
def test_python_in_an_expression_is_recognised(text: str) -> None:
    assert called_back(text)


@pytest.mark.parametrize("text", ["pool.map(f, rows)", "functools.reduce(f, rows)", "map(f, rows)", "frame.pipe(f)"])
def test_python_outside_of_polars_is_none(text: str) -> None:
    assert not called_back(text)


def test_no_python_runs_inside_an_expression_of_polars() -> None:
    found = [
        f"{shown(path)}:{line}" for path in python_files(*PACKAGES) for line in called_back(path.read_text("utf-8"))
    ]
    assert not found


def test_pages_draw_no_table_that_streamlit_makes_of_pandas() -> None:
    drawn, converted = [], []
    for path in python_files("explorer"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("dataframe", "data_editor", "table", "write"):
                if isinstance(node.value, ast.Name) and node.value.id == "st":
                    drawn.append(shown(path))
            elif isinstance(node, ast.Attribute) and node.attr in ("to_pandas", "from_pandas"):
                converted.append(f"{shown(path)}:{node.lineno}")
    assert (drawn, converted) == ([], [])


def test_a_column_of_steps_is_worded_as_one_step_is() -> None:
    steps = ["other_staff", "no_case", "view_all", "own", "", "a__b", "Ähnlich_X"]
    titles = pl.DataFrame({"step": [*steps, None]}).select(step_titles("step")).to_series().to_list()
    assert titles == [*map(step_title, steps), None]
