"""Graphs and a running explorer for the tests of the pages."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from unittest import mock

import polars as pl
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import seewhy
from seewhy.explorer.data import background
from seewhy.explorer.page_list import PAGES
from tests.app.hostile import write_hostile
from tests.servers.explorer import served

ROOT = Path(__file__).parent.parent.parent
DAY = "2026-11-25"
"""The day that the sample is asked about, so that answers do not change with the calendar."""
START = "../pages/ask.py"
_LASTING: set[Path] = set()
"""Graphs that all tests share and none changes."""
_OPEN: list[tuple[str, ...]] = []
"""What the pages of this process have open: the graph and the settings it was opened with; empty: nothing."""


@pytest.fixture(scope="session")
def sample_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample organisation in an embedded graph."""
    target = tmp_path_factory.mktemp("sample") / "graph"
    with seewhy.connect(target, write=True) as graph, as_file(files("seewhy.loaders") / "sample") as folder:
        graph.load(folder, as_of=DAY)
    _LASTING.add(target)
    return target


@pytest.fixture(scope="session")
def hostile_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small organisation whose names and ids are markup."""
    folder = tmp_path_factory.mktemp("hostile")
    write_hostile(folder / "input")
    with seewhy.connect(folder / "graph", write=True) as graph:
        graph.load(folder / "input", as_of=DAY)
    _LASTING.add(folder / "graph")
    return folder / "graph"


def _closed() -> None:
    _OPEN.clear()
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture(autouse=True, scope="session")
def _installed_components_are_looked_for_once() -> Iterator[None]:
    """Every run of an `AppTest` reads what each installed package says of itself: a quarter of a second."""
    with mock.patch.object(
        manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
    ):
        yield


@pytest.fixture(autouse=True, scope="module")
def _nothing_stays_open() -> Iterator[None]:
    """Nor goes on being asked beside the tests of the next file, which share the process."""
    yield
    _closed()
    background._POOL.shutdown(cancel_futures=True)
    background._POOL = ThreadPoolExecutor(background._WORKERS, thread_name_prefix="seewhy-background")


@pytest.fixture(autouse=True)
def _nothing_is_open(request: pytest.FixtureRequest) -> None:
    """A test that draws no page by `app` finds what a new process has."""
    if _OPEN and "app" not in request.fixturenames:
        _closed()


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """Runs a page without a browser, as the first of a window: `app(graph, "../pages/why.py", person="ana", …)`.

    A graph is opened anew for each test; what all tests share stays open from test to test of a file for as long as
    the settings are the same.
    """
    asked: set[Path] = set()

    def run(graph: Path, page: str = START, **parameters: str) -> AppTest:
        monkeypatch.setenv("SEEWHY_GRAPH", str(graph))
        settings = (f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith("SEEWHY_"))
        wanted = (str(graph), *settings)
        if [wanted] != _OPEN or graph not in _LASTING | asked:
            _closed()
            _OPEN.append(wanted)
        asked.add(graph)
        test = AppTest.from_file(str(ROOT / "explorer" / "door" / "app.py"), default_timeout=300)
        # `switch_page` knows no address of a page before a first run, and would draw the start page.
        if page != START:
            test._page_hash = calc_hash(next(entry.address for entry in PAGES if entry.file == page))
        for name, value in parameters.items():
            test.query_params[name] = value
        test.run()
        assert not test.exception
        return test

    yield run
    if asked - _LASTING:
        _closed()


def listed(test: AppTest) -> pl.DataFrame:
    """The grid of the page, as its cells read; without columns where there is none."""
    drawn = [one.proto for one in test.get("bidi_component")]
    rows: dict[str, list[str]] = {}
    for grid in [json.loads(one.json) for one in drawn if one.component_name.endswith("grid")]:
        for place, column in enumerate(grid["columns"]):
            cells = [row["cells"][place] for row in grid["rows"]]
            rows[column["name"]] = [cell if isinstance(cell, str) else cell["text"] for cell in cells]
        rows["row"], rows["opens"] = ([row[name] for row in grid["rows"]] for name in ("id", "href"))
    return pl.DataFrame(rows)


def html(test: AppTest) -> str:
    """Everything that a page wrote with `st.html`, one block after another, without what keeps a word in one line."""
    return re.sub(r'<span class="nb">([^<]*)</span>', r"\1", "\n".join(block.proto.body for block in test.get("html")))


@pytest.fixture(scope="session")
def explorer(sample_graph: Path) -> Iterator[str]:
    """The address of an explorer of the sample organisation."""
    with served(sample_graph) as address:
        yield address


@pytest.fixture(scope="session")
def hostile_explorer(hostile_graph: Path) -> Iterator[str]:
    """The address of an explorer of the hostile names."""
    with served(hostile_graph) as address:
        yield address
