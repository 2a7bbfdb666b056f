"""A server that goes away and comes back: under an explorer, an export that is being written, and an open reader."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from seewhy import connect
from seewhy.graph.errors import EngineUnavailable
from seewhy.graph.reports.export import export_report
from tests.app.conftest import DAY, served
from tests.app.test_journeys import WAIT, opened, verdict

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.servers.java import JavaNeo4j

TABLES = {
    "systems": "system_id,scheme\ncm,memberships\n",
    "units": "unit_id,kind,name\nnorth,office,North\n",
    "people": "person_id,name\nana,Ana\nbo,Bo\nsam,Sam\n",
    "cases": "case_id,system_id,office_id\nc1,cm,north\nc2,cm,north\n",
    "memberships": "person_id,unit_id,access\nana,north,edit\nbo,north,view\n",
}
"""An organisation with one scheme: a server that was restarted plans every text anew, and each scheme has its own."""


def test_the_explorer_an_export_and_a_question_outlast_a_restart(
    stoppable_neo4j: JavaNeo4j, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has patience (`SEEWHY_RETRY_SECONDS`) is answered when the server is back; whoever has none is told, and
    answered when they ask again. One restart for all of them: what is asked of a server that began anew is planned
    anew."""
    server = stoppable_neo4j
    monkeypatch.setenv("NEO4J_USERNAME", server.username)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password)
    monkeypatch.delenv("NEO4J_DATABASE", raising=False)
    folder = tmp_path / "input"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    with connect(server.uri, write=True) as graph:
        graph.load(folder, DAY)
        whole = export_report(graph.session, "access", tmp_path / "whole.csv", DAY)
        # Where the test is alone its texts are planned here, and not while the page is waited for.
        graph.why("ana", "c1", DAY)
    begun, stopped = threading.Event(), threading.Event()

    def wait_for_the_end(*_: object) -> None:
        begun.set()
        stopped.wait(60)

    monkeypatch.setenv("SEEWHY_RETRY_SECONDS", "150")
    # The server is stopped and started by this thread: it would end with a thread that ended.
    with connect(server.uri) as patient, ThreadPoolExecutor(2) as pool:
        monkeypatch.setenv("SEEWHY_RETRY_SECONDS", "0")
        with served(server.uri, tmp_path) as explorer, connect(server.uri) as hasty:
            page = browser.new_context().new_page()
            opened(page, f"{explorer}/why?person=ana&case=c1&asof={DAY}")
            before = verdict(page)
            asked = hasty.check("ana", "c1", DAY)
            exported = pool.submit(
                export_report, patient.session, "access", tmp_path / "again.csv", DAY, progress=wait_for_the_end
            )
            assert begun.wait(60)
            with pytest.raises(EngineUnavailable, match="no Neo4j server answers at"):
                export_report(hasty.session, "access", tmp_path / "cut.csv", DAY, progress=lambda *_: server.stop())
            assert [file.name for file in tmp_path.glob("cut*")] == [], "what is not whole is not there"
            stopped.set()
            checked = pool.submit(patient.check, "ana", "c1", DAY)
            with pytest.raises(EngineUnavailable, match="no Neo4j server answers at"):
                hasty.check("ana", "c1", DAY)
            page.goto(f"{explorer}/why?person=sam&case=c2&asof={DAY}")
            expect(page.get_by_role("alert")).to_contain_text("No Neo4j server answers", timeout=WAIT)
            assert page.get_by_text("Traceback").count() == 0
            assert not exported.done()
            assert not checked.done()
            server.start()
            again = exported.result(150)
            assert checked.result(150) == hasty.check("ana", "c1", DAY) == asked
            page.get_by_text("Try again").click()
            expect(page.locator("[role=status] h1")).to_contain_text("cannot see case c2", timeout=WAIT)
            page.goto(f"{explorer}/why?person=ana&case=c1&asof={DAY}")
            expect(page.locator("[role=status] h1")).to_have_text(before, timeout=WAIT)
            page.context.close()
    assert (again["rows"], again["sha256"]) == (whole["rows"], whole["sha256"])
    assert whole["rows"] == 4
