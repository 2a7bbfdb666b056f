"""A small loaded graph, and evidence files made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import seewhy
from tests.worlds.tables import write_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.worlds.tables import Rows

DAY = "2026-06-15"
ROWS: Rows = {
    "systems": [{"system_id": "cm", "name": "Case Manager", "scheme": "memberships"}],
    "people": [
        {"person_id": "ana", "name": "Ana Ferreira", "email": "ana@lawfirm.example", "job_title": "Registrar"},
        {"person_id": "ben", "name": "Ben <script>alert(1)</script>", "manager_id": "ana", "note": "on leave soon"},
        {"person_id": "zoe", "name": "Zoe Quiet", "email": "zoe@lawfirm.example"},
    ],
    "units": [
        {"unit_id": "hq", "kind": "organisation", "name": "Headquarters"},
        {"unit_id": "north", "kind": "office", "name": "North office", "parent_id": "hq"},
        {"unit_id": "south", "kind": "office", "name": "South office", "parent_id": "hq"},
    ],
    "memberships": [
        {"person_id": "ana", "unit_id": "north", "access": "edit", "note": "since the merger"},
        {"person_id": "ben", "unit_id": "north", "access": "deny"},
        {"person_id": "zoe", "unit_id": "south", "access": "view"},
    ],
    "cases": [
        {"case_id": "c-1", "system_id": "cm", "title": "Doe against Roe", "office_id": "north"},
        {"case_id": "c-2", "system_id": "cm", "title": "Something else", "office_id": "south"},
    ],
    "case_people": [
        {"case_id": "c-1", "person_id": "ben", "link": "other_staff", "access": "view", "until": "2026-01-01"}
    ],
}


def secret(path: Path, content: bytes) -> Path:
    """A file that only its owner can read."""
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[seewhy.Graph]:
    place = tmp_path_factory.mktemp("evidence")
    with seewhy.connect(place / "graph", write=True) as opened:
        opened.load(write_folder(ROWS, place / "organisation"), as_of=DAY)
        yield opened


@pytest.fixture(scope="session")
def proof(graph: seewhy.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ana may edit c-1."""
    path = tmp_path_factory.mktemp("files") / "ana.zip"
    graph.evidence("ana", "c-1", path, DAY)
    return path
