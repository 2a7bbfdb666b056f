"""Pages within a scope: what somebody may not ask about is on none of them, and they say how much that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import seewhy
from seewhy.api import scoped
from seewhy.auth.access import Access
from seewhy.auth.actor import Actor
from seewhy.auth.asker import Asker, find_by
from seewhy.explorer.data import connection
from seewhy.explorer.page_list import shown
from tests.app.conftest import html

ASKED = {
    "why": {"person": "rosa", "case": "c-101"},
    "who": {"case": "c-101"},
    "what": {"person": "rosa"},
    "time": {"person": "rosa", "case": "c-101"},
}


@pytest.fixture(autouse=True)
def _sign_in_off_again() -> Iterator[None]:
    yield
    find_by(None)


@pytest.fixture
def access(tmp_path: Path) -> Access:
    file = tmp_path / "access.toml"
    file.write_text('[roles.owner]\ngroups = ["*"]\nscope = {unit = "north"}\n', "utf-8")
    file.chmod(0o600)
    return Access(file)


def test_no_page_shows_what_is_outside(app: Callable[..., AppTest], sample_graph: Path, access: Access) -> None:
    permissions = access.of(Actor("u-1", "Zoe Quist", "zoe@example.org"))
    with seewhy.connect(sample_graph) as graph:
        everybody, mine = (one.session.run("organisation/people") for one in (graph, scoped(graph, permissions)))
    inside = {row["id"] for row in mine}
    outside = {row["name"] for row in everybody if row["id"] not in inside}
    assert inside
    assert outside
    app(sample_graph)
    everybodys = connection.newest_revision().key
    find_by(lambda: Asker(Actor("u-1", "Zoe Quist", "zoe@example.org"), permissions, "key", "/auth/sign-out"))
    assert connection.newest_revision().key != everybodys, "what is kept for who may ask everything is not theirs"
    faults = []
    for entry in shown():
        test = app(sample_graph, entry.file, **ASKED.get(entry.address, {}))
        text = html(test)
        if test.exception:
            faults.append((entry.title, test.exception))
        faults += [(entry.title, name) for name in sorted(outside) if name in text]
        if entry.address and entry.kind != "log" and "Hidden from you" in text and "people and" not in text:
            faults.append((entry.title, "does not say how much is hidden"))
    assert not faults
