"""The sample organisation, loaded once for all tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from seewhy.api import Graph
from seewhy.graph.engines import open_engine
from seewhy.loaders.load import load_folder


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the sample as of 2026-11-22."""
    target = tmp_path_factory.mktemp("sample") / "graph"
    engine = open_engine(str(target), write=True)
    with as_file(files("seewhy.loaders") / "sample") as sample:
        load_folder(engine, sample, as_of="2026-11-22")
    engine.close()
    return target


@pytest.fixture(scope="module")
def graph(folder: Path) -> Iterator[Graph]:
    """It, open for reading."""
    with Graph(open_engine(str(folder))) as opened:
        yield opened
