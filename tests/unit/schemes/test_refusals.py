"""Rungs that say `none`: in lists, in the words of a refusal, and as guards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seewhy.cypher.folders import shipped, using
from seewhy.graph.schemes.faults import SchemeRejected
from seewhy.graph.schemes.places import folders_at
from seewhy.graph.schemes.scheme import read_scheme
from seewhy.schemes.new import begin
from tests.support.world_graphs import embedded
from tests.worlds.builder import DAY

if TYPE_CHECKING:
    from pathlib import Path

WATCHING = """// step:  watching
// on:    case
// rules: OWN-01
// says:  none
// evidence: x
//
// Whoever is listed as a watcher sees nothing, the owner too.
// person:
MATCH (p:Person)
// case:
MATCH (c:CaseFile)-[x:WATCHER]->(p:Person)
WHERE ON_DAY(x)
"""

WORDS = """
[watching]
question = "Does {person} only watch the case?"
met = "{person} watches the case"
nothing = "{person} does not watch it"
"""
ROWS = {
    "systems": [{"system_id": "s", "name": "S", "scheme": "watched"}],
    "people": [{"person_id": one, "name": one} for one in ("ann", "ben", "cy")],
    "cases": [{"case_id": "c-1", "system_id": "s", "title": "T"}],
    "case_people": [
        {"case_id": "c-1", "person_id": "ann", "link": "owner"},
        {"case_id": "c-1", "person_id": "ben", "link": "owner"},
        {"case_id": "c-1", "person_id": "ben", "link": "watcher"},
        {"case_id": "c-1", "person_id": "cy", "link": "watcher"},
    ],
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A scheme in which watchers see nothing, owners or not."""
    folder = tmp_path / "watched"
    begin(folder)
    for old, new in (("2_no_rule", "3_no_rule"), ("1_owner", "2_owner")):
        (folder / f"{old}.cypher").rename(folder / f"{new}.cypher")
    (folder / "1_watching.cypher").write_text(WATCHING, "utf-8")
    about = (folder / "scheme.toml").read_text("utf-8")
    about = about.replace('["owner"]', '["owner", "watcher"]').replace("blocks = []", 'blocks = ["watching"]')
    (folder / "scheme.toml").write_text(about, "utf-8")
    words = (folder / "words.toml").read_text("utf-8")
    (folder / "words.toml").write_text(words + WORDS, "utf-8")
    return folder


def test_a_rung_that_says_none_closes_what_stands_below_it(place: Path) -> None:
    with using([*shipped().values(), *folders_at(place)]):
        graph = embedded(ROWS, DAY)
        assert {row.person: row.value for row in graph.who("c-1").people} == {"ann": "edit"}
        assert [graph.check(one, "c-1").step for one in ("ann", "ben", "cy")] == ["owner", "watching", "watching"]
        assert graph.what("ben").cases == ()
        why = graph.why("ben", "c-1")
        assert "blocked, because ben watches the case" in why.verdict
        assert [(one.step, one.value, one.decides) for one in why.reasons] == [
            ("watching", "none", True),
            ("owner", "edit", False),
        ]


def test_what_is_said_of_a_refusal_is_what_the_words_say(place: Path) -> None:
    words = place / "words.toml"
    words.write_text(words.read_text("utf-8").replace('met = "{person} watches the case"\n', ""), "utf-8")
    with pytest.raises(SchemeRejected) as refused:
        read_scheme(*folders_at(place))
    (fault,) = refused.value.faults
    assert (fault.file, "says neither `blocked` nor `met`" in str(fault)) == ("scheme.toml", True)
    assert fault.line == (place / "scheme.toml").read_text("utf-8").split("\n").index('blocks = ["watching"]') + 1


def test_a_guard_is_about_everybody(place: Path) -> None:
    rung = place / "1_watching.cypher"
    rung.write_text(WATCHING.replace("// evidence", "// guard: yes\n// evidence"), "utf-8")
    with pytest.raises(SchemeRejected) as refused:
        read_scheme(*folders_at(place))
    assert ["says it without `guard`" in str(one) for one in refused.value.faults] == [True]
