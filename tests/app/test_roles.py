"""Every page for every role, each really drawn or refused, and the functions behind the pages asked past them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from seewhy.auth import asker as askers
from seewhy.auth.actor import Actor
from seewhy.auth.asker import Asker, SessionEnded, asked_as_now, asked_by, find_by
from seewhy.auth.rights import KINDS, Denied, Roles
from seewhy.explorer.data import answers, evidence, findings, tables, trials
from seewhy.explorer.page_list import DENIED, IN_NO_BAR, Entry, grouped
from seewhy.explorer.page_list import PAGES as EVERY
from tests.app.conftest import html
from tests.support import bar

PAGES = tuple(entry for entry in EVERY if not entry.needs)
"""Those that are there without a log."""
LINKED = {entry.title for entry in EVERY if entry.address in IN_NO_BAR}
"""Pages that only links lead to."""
REFUSED = "your role does not include this question", "you have no role here"
OPEN = {
    "admin": {entry.title for entry in PAGES},
    "auditor": {entry.title for entry in PAGES},
    "owner": {entry.title for entry in PAGES} - {"Query"},
    "analyst": {entry.title for entry in PAGES} - {"Why", "Time", "What if", "Row", "Paths", "Query"},
    "self": {"Ask", "Why", "What can they see", "Time", "Verify"},
    "api": {"Ask"},
    "": set(),
}
ASKED = ("why", "would_change", "timeline", "structure", "own_structure", "unit", "person", "eligible",
         "paths", "query")  # fmt: skip
LISTED = ("who", "what", "compared")


def asker(role: str) -> Asker:
    who = Actor("u-1", "Ana <b>Ferreira</b>", "ana@example.org")
    return Asker(who, Roles(frozenset([role] if role else [])), "key", "/auth/sign-out?of=proof", "The access team")


@pytest.fixture(autouse=True)
def _sign_in_off_again() -> Iterator[None]:
    yield
    find_by(None)


def test_every_page_for_every_role(app: Callable[..., AppTest], sample_graph: Path) -> None:
    assert set(OPEN) == {*KINDS, ""}
    wrong = []
    for role, titles in OPEN.items():
        find_by(lambda role=role: asker(role))
        test = app(sample_graph)
        shown = {*bar.links(html(test))}
        if shown != titles - LINKED:
            wrong.append((role, "the bar", shown ^ (titles - LINKED)))
        for entry in (*PAGES, DENIED):
            test.switch_page(entry.file)
            test.run()
            text = html(test).lower()
            refused = any(sentence in text for sentence in REFUSED)
            if test.exception or (refused == (entry.title in titles) and entry is not DENIED):
                wrong.append((role, entry.title, refused))
            if (refused or entry is DENIED) and "the access team can change that" not in text:
                wrong.append((role, entry.title, "nobody who could help"))
            if "ana &lt;b&gt;ferreira" not in text or "<b>ferreira" in text:
                wrong.append((role, entry.title, "who is signed in"))
    assert not wrong


def test_a_function_behind_a_page_asks_again(app: Callable[..., AppTest], sample_graph: Path) -> None:
    """Also for an answer that is kept because somebody else may ask it."""
    functions: dict[str, Callable[[], Any]] = {
        **{name: lambda name=name: getattr(answers, name)(None, "", "", "") for name in ASKED},  # type: ignore[misc]
        **{name: lambda name=name: getattr(tables, name)(None, "", "") for name in LISTED},  # type: ignore[misc]
        "kept evidence": lambda: evidence.kept("", "", ""),
        "checked evidence": lambda: evidence.checked({}),
        "findings": lambda: findings.of_day(None, ""),  # type: ignore[arg-type]
        "what if": lambda: trials.whatif(None, "", "{}"),  # type: ignore[arg-type]
        "findings of a kind": lambda: findings.of_kind(None, "", ""),  # type: ignore[arg-type]
    }
    answered = []
    for role in ("api", ""):
        with asked_by(asker(role)):
            for name, ask in functions.items():
                try:
                    ask()
                except Denied:
                    continue
                answered.append((role, name))
            assert findings.of_start(None, "", 0) is None  # type: ignore[arg-type]
    assert not answered


def test_a_file_is_made_for_whom_the_button_was_drawn() -> None:
    """Streamlit makes it in a thread of its own, which knows of nobody."""
    find_by(lambda: asker("auditor"))
    made = asked_as_now(lambda: askers.actor())
    find_by(lambda: None)
    with ThreadPoolExecutor(1) as beside:
        assert beside.submit(made).result() == asker("auditor").actor
        with pytest.raises(SessionEnded):
            beside.submit(askers.actor).result()


def test_with_sign_in_off_nothing_of_it_shows(app: Callable[..., AppTest], sample_graph: Path) -> None:
    test = app(sample_graph)
    assert {*bar.links(html(test))} == {entry.title for entry in PAGES} - LINKED
    text = html(test)
    assert ("Signed in" in text, "Sign out" in text, 'class="asker"' in text) == (False, False, False)
    assert "Shows everything to whoever can reach this page." in text


def test_the_bar_groups_what_is_not_in_it_and_marks_the_page(app: Callable[..., AppTest], sample_graph: Path) -> None:
    other = Entry("", "New", ":material/help:", "new")
    row = Entry("", "Row", ":material/help:", "row")
    groups = grouped((*EVERY, other, row))
    placed = [entry for entries in groups.values() for entry in entries]
    assert sorted(placed) == sorted((*(entry for entry in EVERY if entry.address not in IN_NO_BAR), other))
    assert groups["Reports and evidence"][-1] == other
    for page, first in (("why", True), ("rules", False)):
        text = html(app(sample_graph, f"../pages/{page}.py"))
        nav = text[text.index("<nav ") : text.index("</nav>")]
        assert nav.count('aria-current="page"') == 1
        assert re.search(rf'aria-current="page" class="go" href="{page}\b', nav)
        assert ("More" in nav) == first
