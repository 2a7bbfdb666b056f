"""What every test may ask for: a real Neo4j, a real browser, and a run that says aloud what it left out.

`SEEWHY_REQUIRE=neo4j,browser` turns a missing server or browser from a skip into a failure.
`HYPOTHESIS_PROFILE` is `dev` (default), `ci` (default where CI is set) or `long`.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import pytest
from hypothesis import HealthCheck, settings

from seewhy.cli.actor import ask_as
from seewhy.cli.output import wants_json
from seewhy.cypher import folders
from tests.servers import ServerUnavailable
from tests.servers import chromium as chromium_server
from tests.servers import neo4j as neo4j_servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.servers.java import JavaNeo4j
    from tests.servers.neo4j import Neo4jServer

_Started = TypeVar("_Started")

PICTURES = Path(__file__).parent.parent / "test-results"
"""Where the page of a failed browser test is kept as a picture."""

# No deadline: two workers share two cores, and one slow example says nothing about the code.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci", max_examples=50, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "long", max_examples=3000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))

# Tests that use one of these fixtures carry its mark and run in one worker, in this order, before the others:
# a community server has one database, and what takes longest should begin first.
_GROUPS = (
    ("neo4j", frozenset({"neo4j_server", "clean_neo4j", "stoppable_neo4j"})),
    ("browser", frozenset({"browser", "visited", "page"})),
)
# In the group of Neo4j: kills of large loads need plans of their own and end by throwing all plans away, so they come
# first; EXPLAIN of every text finds at the end most of them planned; a restart forgets all of them.
_FIRST = ("tests/integration/test_crashes.py",)
_LAST = ("tests/contract/test_queries.py", "tests/integration/test_restart.py")
# The files with the longest tests come next, so that the run ends with short ones and no worker waits for the other.
_LONG = ("tests/laws/", "tests/differential/", "tests/integration/", "tests/app/", "tests/unit/evidence/")


_REQUIRED = {name.strip() for name in os.environ.get("SEEWHY_REQUIRE", "").split(",")} - {""}


def pytest_configure() -> None:
    """A name that is none would require nothing, and what it was meant for would be skipped."""
    known = [name for name, _ in _GROUPS]
    if unknown := sorted(_REQUIRED - {*known}):
        named = ", ".join(f"`{name}`" for name in unknown)
        raise pytest.UsageError(f"SEEWHY_REQUIRE names {named}: it takes {' and '.join(known)}, with a comma between")


def _missing(what: str, reason: str) -> NoReturn:
    if what in _REQUIRED:
        pytest.fail(f"{what} is required and missing: {reason}", pytrace=False)
    pytest.skip(f"no {what}: {reason}")


def _started(what: str, server: AbstractContextManager[_Started]) -> Generator[_Started, None, None]:
    try:
        started = server.__enter__()
    except ServerUnavailable as error:
        _missing(what, str(error))
    try:
        yield started
    finally:
        server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Neo4jServer]:
    """A disposable Neo4j, shared by the run and not emptied between tests: see `clean_neo4j`. It knows every name and
    index from the beginning, so that no load throws away the plans that tests share."""
    from tests.support.known_names import prepare

    for server in _started("neo4j", neo4j_servers.neo4j_server(brief=True)):
        prepare(server)
        yield server


@pytest.fixture
def clean_neo4j(neo4j_server: Neo4jServer) -> Neo4jServer:
    """The disposable Neo4j without data; constraints, indexes and plans of earlier tests stay (see `empty`)."""
    neo4j_server.empty(plans=False)
    return neo4j_server


@pytest.fixture
def stoppable_neo4j(clean_neo4j: Neo4jServer) -> Iterator[JavaNeo4j]:
    """A Neo4j without data to stop, kill and start again: that of the run, or one of this test's own where the run has
    one that cannot be stopped. It runs again afterwards, without its plans."""
    if (process := clean_neo4j.process) is None:
        yield from _started("neo4j", neo4j_servers.java_server(brief=True))
        return
    try:
        yield process
    finally:
        process.start()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless chromium. While it runs this thread has an event loop: no `asyncio.run` in the same test."""
    yield from _started("browser", chromium_server.browser())


@pytest.fixture(scope="session")
def visited(browser: Browser) -> Iterator[BrowserContext]:
    """What the pages of all tests share: scripts and styles that were fetched and compiled once, for as long as a page
    of the same host is open. That is the first one, which shows nothing."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    stays = context.new_page()
    stays.route("**", lambda route: route.fulfill(body=""))
    stays.goto("http://127.0.0.1/")
    yield context
    context.close()


@pytest.fixture
def page(visited: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a visitor who knows nothing of earlier ones but files of the explorer; when the test fails, a picture
    of it is kept in `test-results/`."""
    opened = visited.new_page()
    yield opened
    report = request.node.stash.get(_REPORT, None)
    if report is not None and report.failed:
        PICTURES.mkdir(exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9_.-]+", "_", request.node.nodeid)
        opened.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    for left in visited.pages[1:]:
        if left.url.startswith("http"):
            left.evaluate("localStorage.clear()")
        left.close()
    visited.clear_cookies()


_REPORT = pytest.StashKey[pytest.TestReport]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_REPORT] = report
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark and group (for `-n 2 --dist loadgroup`): all of Neo4j together, all of the browser, else file by file."""

    def group(item: pytest.Item) -> str:
        fixtures = frozenset(getattr(item, "fixturenames", ()))
        return next((name for name, needed in _GROUPS if fixtures & needed), "")

    order = [name for name, _ in _GROUPS]

    def place(item: pytest.Item) -> tuple[int, int]:
        if name := group(item):
            places = {file: n for n, file in enumerate((*_FIRST, "", *_LAST), start=-len(_FIRST))}
            return order.index(name), places.get(item.nodeid.split("::")[0], 0)
        return len(order), int(not item.nodeid.startswith(_LONG))

    for item in items:
        if name := group(item):
            item.add_marker(name)
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(name or item.nodeid.split("::")[0]))
    items.sort(key=place)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each comparison with its size, and for each reason why something was not tested."""
    compared = [
        str(told)
        for report in terminalreporter.stats.get("passed", [])
        for name, told in report.user_properties
        if name == "compared"
    ]
    if compared:
        terminalreporter.section("COMPARED")
        for told in sorted(compared):
            terminalreporter.line(told)
    skipped: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        skipped[reason.removeprefix("Skipped: ")] += 1
    if skipped:
        terminalreporter.section("NOT TESTED", yellow=True)
        for reason, count in sorted(skipped.items()):
            terminalreporter.line(f"{count} skipped: {reason}", yellow=True)


@pytest.fixture(autouse=True, scope="session")
def _no_waiting_for_the_disk() -> Iterator[None]:
    """A kill loses nothing that was given to the system, only a power cut would, which no test can have. A load syncs
    thirty files; that it does is shown by `tests/unit/engines/test_embedded.py`. Processes of their own sync."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        patch.setattr(os, "fdatasync", lambda _: None, raising=False)
        yield


@pytest.fixture(autouse=True)
def _nothing_is_left_for_the_next_test() -> Iterator[None]:
    """What a command in this process, or a test, set for the whole process: schemes, `--as`, `--json`. A command that
    is run without `seewhy.cli.main` would find it."""
    yield
    ask_as("")
    wants_json(False)
    os.environ.pop("SEEWHY_SCHEMES", None)
    if folders.in_use().own:
        folders.use(())
