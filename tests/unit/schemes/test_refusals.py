"""Rungs that say `none`: in lists, in the words of a refusal, and as guards."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from seewhy.cypher.folders import shipped, using
from seewhy.graph.rules.catalogue import rule
from seewhy.graph.schemes.faults import SchemeRejected
from seewhy.graph.schemes.in_use import schemes
from seewhy.graph.schemes.places import folders_at
from seewhy.graph.schemes.scheme import read_scheme
from seewhy.schemes.new import begin
from tests.support.story_files import SCHEMES
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


FAULTS = {
    "the last rung gives access": ("3_no_rule.cypher", "otherwise: none", "otherwise: view", "`otherwise` is `none`"),
    "a rung names no rule": ("2_owner.cypher", "OWN-01", "OWN-91", "`OWN-91` is no rule of rules.toml"),
    "nothing names a rule": ("rules.toml", '"OWN-02"', '"OWN-92"', "no finding names the rule `OWN-92`"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_rules_and_rungs_agree(place: Path, name: str) -> None:
    """Each would be told late, or not at all: a pair that lists leave out, a rule that cannot be shown."""
    file, before, after, told = FAULTS[name]
    text = (place / file).read_text("utf-8")
    assert before in text
    (place / file).write_text(text.replace(before, after), "utf-8")
    with pytest.raises(SchemeRejected) as refused:
        read_scheme(*folders_at(place))
    assert [one for one in refused.value.faults if told in str(one) and one.file == file]


def test_a_copy_of_a_scheme_has_its_rules(tmp_path: Path) -> None:
    """Rules of the same words may stand in two schemes, such as two versions side by side; others may not."""
    copy = tmp_path / "copied"
    shutil.copytree(SCHEMES / "memberships", copy)
    about = (copy / "scheme.toml").read_text("utf-8")
    (copy / "scheme.toml").write_text(about.replace('name = "memberships"', 'name = "copied"'), "utf-8")
    shutil.rmtree(copy / "findings")
    about = re.sub(r"(?ms)^findings = \[.*?\]\n", "", (copy / "scheme.toml").read_text("utf-8"))
    (copy / "scheme.toml").write_text(about, "utf-8")
    rules_ = copy / "rules.toml"
    text = re.sub(r'(?m)^carried_by = .*"finding:.*\n', 'carried_by = ["answer:value"]\n', rules_.read_text("utf-8"))
    rules_.write_text(text, "utf-8")
    with using([*shipped().values(), *folders_at(copy)]):
        assert len(rule("MEM-37").carriers("rung")) >= 1
    rules_.write_text(rules_.read_text("utf-8").replace("Limit", "Bound"), "utf-8")
    with using([*shipped().values(), *folders_at(copy)]), pytest.raises(SchemeRejected, match="means something else"):
        schemes()
