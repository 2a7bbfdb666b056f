"""A server that goes away and comes back: under readers, an explorer that is open, and exports that are written."""

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

    from seewhy.api import Graph
    from tests.servers.java import JavaNeo4j

SAMPLE = Path(__file__).parent.parent.parent / "loaders" / "sample"


def test_readers_the_explorer_and_exports_outlast_a_restart(
    stoppable_neo4j: JavaNeo4j, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One restart under all that is open. Who does not wait is told; who waits gets the answer of before."""
    server = stoppable_neo4j
    monkeypatch.setenv("NEO4J_USERNAME", server.username)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password)
    monkeypatch.delenv("NEO4J_DATABASE", raising=False)
    with connect(server.uri, write=True) as graph:
        graph.load(SAMPLE, DAY)
        whole = export_report(graph.session, "access", tmp_path / "whole.csv", DAY)
    begun, stopped = threading.Event(), threading.Event()

    def wait_for_the_end(*_: object) -> None:
        begun.set()
        stopped.wait(120)

    def seen(graph: Graph) -> tuple[str, str]:
        answer = graph.check("ana", "m-101", DAY)
        return answer.value, answer.step

    monkeypatch.setenv("SEEWHY_RETRY_SECONDS", "240")
    with connect(server.uri) as exporting, connect(server.uri) as patient, ThreadPoolExecutor(2) as pool:
        expected = seen(patient)
        monkeypatch.setenv("SEEWHY_RETRY_SECONDS", "0")
        with served(server.uri, tmp_path) as explorer, connect(server.uri) as hasty:
            page = browser.new_context().new_page()
            opened(page, f"{explorer}/why?person=ana&case=m-101&asof={DAY}")
            before = verdict(page)
            running = pool.submit(
                export_report, exporting.session, "access", tmp_path / "again.csv", DAY, progress=wait_for_the_end
            )
            try:
                assert begun.wait(60)
                # The server is stopped and started by this thread: it would end with a thread that ended.
                with pytest.raises(EngineUnavailable, match="no Neo4j server answers"):
                    export_report(hasty.session, "access", tmp_path / "cut.csv", DAY, progress=lambda *_: server.stop())
            finally:
                stopped.set()
            assert [file.name for file in tmp_path.glob("cut*")] == [], "what is not whole is not there"
            with pytest.raises(EngineUnavailable, match="no Neo4j server answers at"):
                seen(hasty)
            answered = pool.submit(seen, patient)
            page.goto(f"{explorer}/why?person=sam&case=c-102&asof={DAY}")
            expect(page.get_by_role("alert")).to_contain_text("No Neo4j server answers", timeout=WAIT)
            assert page.get_by_text("Traceback").count() == 0
            assert not answered.done()
            server.start()
            page.get_by_text("Try again").click()
            expect(page.locator("[role=status] h1")).to_contain_text("cannot see case c-102", timeout=WAIT)
            page.goto(f"{explorer}/why?person=ana&case=m-101&asof={DAY}")
            expect(page.locator("[role=status] h1")).to_have_text(before, timeout=WAIT)
            page.context.close()
            assert seen(hasty) == expected
        assert answered.result(240) == expected, "asked while the server was away, answered when it is back"
        again = running.result(240)
    assert (again["rows"], again["sha256"]) == (whole["rows"], whole["sha256"])
