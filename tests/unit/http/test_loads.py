"""A new load while requests run: each answer is of one load, and pages of the old one say so."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest

import seewhy
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.matrix import profile_cases
from tests.unit.http.conftest import DAY, Client

LATER = "2026-12-01"
SEARCH = {
    "subject": {"type": "person", "id": "ana"}, "action": {"name": "view"}, "resource": {"type": "case"},
    "context": {"as_of": LATER},
}  # fmt: skip
ITEMS = [
    {"subject": {"id": person}, "resource": {"id": case}} for person in ("ana", "sam") for case in ("c-101", "m-101")
]
BATCH = {**SEARCH, "evaluations": ITEMS, "options": {"reasons": True}}
REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/access/v1/search/resource", {"json": SEARCH}),
    ("POST", "/access/v1/search/subject", {"json": SEARCH | {"resource": {"type": "case", "id": "c-101"}}}),
    ("POST", "/access/v1/evaluations", {"json": BATCH}),
    ("GET", "/v1/check", {"params": {"person": "ana", "case": "c-101", "as_of": LATER}}),
    ("GET", "/v1/what", {"params": {"person": "ana", "as_of": LATER}}),
]
TOGETHER = 50


@pytest.fixture
def target(tmp_path: Path) -> str:
    """An empty graph that may be written."""
    return str(tmp_path / "graph")


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two organisations: in the second nobody is a member of a group of the first system, and sam leaves."""
    with as_file(files("seewhy.loaders") / "sample") as folder:
        shutil.copytree(folder, tmp_path / "first")
        shutil.copytree(folder, tmp_path / "second")
    for name in ("memberships", "group_members"):
        file = tmp_path / "second" / f"{name}.csv"
        file.write_text(file.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    return tmp_path / "first", tmp_path / "second"


def answers(client: Client, requests: list[tuple[str, str, dict[str, Any]]]) -> list[tuple[int, str]]:
    return [(told.status_code, told.text) for told in client.together(requests)]


def test_each_answer_is_of_one_load(target: str, two: tuple[Path, Path]) -> None:
    with seewhy.connect(target, write=True) as writer:
        writer.load(two[0], DAY)
        with seewhy.connect(target) as graph, ThreadPoolExecutor(1) as beside:
            client = Client(graph)
            after = answers(client, REQUESTS)
            assert {status for status, _ in after} == {200}
            seen: set[bool] = set()
            for number in (1, 2):
                before = after
                loading = beside.submit(writer.load, two[number % 2], f"2026-11-2{5 + number}")
                rounds = []
                while not rounds or not loading.done():
                    rounds.append(answers(client, REQUESTS * (TOGETHER // len(REQUESTS))))
                loading.result()
                after = answers(client, REQUESTS)
                # Otherwise there would be nothing to see.
                assert all(old != new for old, new in zip(before, after, strict=True))
                for told in (one for some in rounds for one in some):
                    known = told in before or told in after
                    assert known or (told[0] == 503 and "graph cannot be asked" in told[1]), told
                    seen |= {told in before}
            assert seen == {True, False}


def test_a_load_in_the_middle_of_a_walk_is_said(target: str, two: tuple[Path, Path]) -> None:
    with seewhy.connect(target, write=True) as writer:
        writer.load(two[0], DAY)
        with seewhy.connect(target) as graph:
            client = Client(graph)
            path = "/access/v1/search/resource"
            first = client.post(path, {**SEARCH, "page": {"limit": 2}})
            token = {"token": first["page"]["next_token"]}
            assert client.post(path, {**SEARCH, "page": token})["page"]["count"] == 2
            writer.load(two[1], "2026-11-26")
            assert "newer load" in client.refused(path, {**SEARCH, "page": token})
            again = client.post(path, {**SEARCH, "page": {"limit": 2}})
            assert again["page"]["total"] < first["page"]["total"]


def test_a_list_is_read_to_its_end_from_the_load_that_was_asked(
    target: str, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or, on a server, says that it is gone; and closing the graph does not end it."""
    monkeypatch.setattr(profile_cases, "SMALL", 0)
    with seewhy.connect(target, write=True) as writer:
        writer.load(two[0], DAY)
        with seewhy.connect(target) as graph:
            whole = list(graph.what("ana", LATER).cases)
            before, closed = graph.what("ana", LATER), graph.what("ana", LATER)
            assert [*before.cases[:2], *closed.cases[:2]] == whole[:2] * 2
        assert list(closed.cases) == whole
        with seewhy.connect(target) as graph:
            before = graph.what("ana", LATER)
            writer.load(two[1], "2026-11-26")
            assert len(graph.what("ana", LATER).cases) < len(whole)
            if graph.session.engine.name == "embedded":
                assert list(before.cases) == whole
            else:
                with pytest.raises(EngineUnavailable, match="a load was published"):
                    list(before.cases)
            assert sum(before.counts.values()) == len(before.cases) == len(whole) > 2
