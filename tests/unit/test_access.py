"""The access file: who has which role, and what each role is answered."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

import pytest

from seewhy.api import Graph, scoped
from seewhy.auth.access import Access, AccessRejected, read_rules, scope_of
from seewhy.auth.actor import Actor
from seewhy.auth.rights import KINDS
from seewhy.graph.errors import NotAllowed, SeeWhyError, UnknownEntity
from seewhy.graph.evidence.pseudonyms import Pseudonyms
from seewhy.graph.questions.structure import structure
from seewhy.graph.questions.timeline import timeline
from tests.unit.test_scope_attacks import BEFORE, DAY, organisation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from seewhy.auth.permissions import Permissions

FILE = """
[roles.admin]
emails = ["Root@Example.org"]

[roles.auditor]
groups = ["sg-audit"]

[roles.analyst]
groups = ["sg-mi"]

[roles.owner]
groups = ["sg-managers"]

[roles.self]
groups = ["*"]

[roles.api]
groups = ["sg-api"]
scope = {people = {unit = "north"}, cases = {ids = ["m1", "p1"]}}
"""
KEY = Pseudonyms(b"0123456789abcdef0123456789abcdef")


def actor(email: str, *groups: str, **claims: Any) -> Actor:
    return Actor(email, email, email, frozenset(groups), claims)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "access.toml", FILE)


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def test_a_wrong_file_is_told_with_all_its_faults(tmp_path: Path) -> None:
    path = written(tmp_path / "access.toml", """
[roles.ownr]
groups = ["a"]
[roles.auditor]
group = ["a"]
[roles.analyst]
emails = ["nobody"]
scope = "own unit"
[roles.owner]
groups = ["a"]
scope = {unit = "north", people = {unit = "south", units = "x"}, case_typ = "y"}
[roles.self]
groups = ["*"]
scope = "everything"
[roles.api]
groups = "all"
scope = {case_type = []}
[identiy]
person = "email"
""")  # fmt: skip
    path.chmod(0o666)
    with pytest.raises(AccessRejected) as caught:
        Access(path)
    told = "\n".join(caught.value.sentences)
    for one in (
        "access.toml:1: others than its owner can write it; use mode 0644 or 0600",
        "access.toml:2: `ownr` is no role (known: admin, auditor, analyst, owner, self, api); did you mean `owner`?",
        "`group` is no key of `[roles.auditor]`; did you mean `groups`?",
        "nobody can have the role `auditor`: it has neither `groups` nor `emails`",
        "`nobody` is no e-mail address",
        "`own unit` is no scope (known: everything, own units, self); did you mean `own units`?",
        "`unit` stands twice, for people and for both",
        "unknown selector `units` (did you mean `unit`, `ids`?) of people",
        "`case_typ` is no key of `[roles.owner.scope]`; did you mean `case_type`, `cases`?",
        'the scope of the role `self` is "self"',
        "`groups` is a list of texts",
        "`case_type` of `cases` is one id or a list of ids",
        "`identiy` is no key of this file; did you mean `identity`?",
    ):
        assert one in told, f"{one}\nnot in\n{told}"
    none = "names at least one role"
    for text, fault in (("", none), ("[roles", "no TOML"), ("roles = 1", none)):
        with pytest.raises(AccessRejected, match=fault):
            read_rules(written(path, text))
    with pytest.raises(AccessRejected, match="the file is missing"):
        Access(tmp_path / "none.toml")


def test_a_file_that_changes_is_read_again_and_a_wrong_one_changes_nothing(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    access, ana = Access(file), actor("ana@example.org", "sg-audit")
    assert access.of(ana).roles == {"auditor", "self"}
    written(file, FILE.replace("sg-audit", "sg-others"))
    assert access.of(ana).roles == {"self"}
    with caplog.at_level(logging.ERROR, "seewhy.auth"):
        written(file, FILE.replace("[roles.auditor]", "[roles.auditr]"))
        assert access.of(ana).roles == {"self"}
    assert "did you mean `auditor`?" in caplog.text
    assert access.faults
    os.unlink(file)
    assert access.of(ana).roles == {"self"}
    assert "missing" in access.faults[0]
    written(file, FILE)
    assert access.of(ana).roles == {"auditor", "self"}
    assert not access.faults


def test_roles_come_from_groups_and_addresses(file: Path) -> None:
    access = Access(file)
    assert access.of(actor("root@EXAMPLE.org")).roles == {"admin", "self"}
    assert access.of(actor("x@example.org", "SG-AUDIT")).roles == {"self"}  # groups are compared exactly
    assert access.of(actor("", "sg-mi", "sg-managers")).roles == {"analyst", "owner", "self"}
    nobody = Access(written(file, FILE.replace('["*"]', '["x"]'))).of(actor("x@example.org"))
    assert (nobody.roles, nobody.scope_text, nobody.may("check")) == (frozenset(), "", False)
    graph = scoped(organisation(), nobody)
    with pytest.raises(NotAllowed):
        graph.check("pat", "p1", DAY)
    with pytest.raises(NotAllowed):
        graph.pairs(DAY)


ASK: dict[str, Callable[[Graph], Any]] = {
    "check": lambda g: g.check("pat", "m1", DAY),
    "why": lambda g: g.why("pat", "m1", DAY),
    "who": lambda g: g.who("m1", DAY),
    "what": lambda g: g.what("pat", DAY),
    "person": lambda g: g.person("pat", DAY),
    "findings": lambda g: g.findings(DAY),
    "row": lambda g: g.row("units", 2, DAY),
    "structure": lambda g: structure(g.session, DAY),
    "diff": lambda g: g.diff(BEFORE, DAY),
    "timeline": lambda g: timeline(g.session, "pat", "m1"),
    "eligible": lambda g: g.eligible("assign", DAY, case="m1"),
    "export": lambda g: g.pairs(DAY),
    "whatif": lambda g: g.whatif({"end": {"memberships": [{"person_id": "pat", "unit_id": "north"}]}}, DAY),
}
GROUP = {"auditor": "sg-audit", "owner": "sg-managers", "api": "sg-api"}


@pytest.mark.parametrize("role", ["admin", "auditor", "owner", "self", "api"])
def test_each_role_is_answered_its_kinds_and_no_other(file: Path, role: str) -> None:
    text = FILE if role == "self" else FILE.replace('["*"]', '["none"]')
    groups = [GROUP[role]] if role in GROUP else []
    asker = actor("root@example.org" if role == "admin" else "pat@example.org", *groups)
    permissions = Access(written(file, text)).of(asker)
    assert permissions.roles == {role}
    graph = scoped(organisation(), permissions)
    assert (graph is organisation()) == (role in ("admin", "auditor"))
    through_a_door = {"api": {"check", "who", "what", "why"}}.get(role, set())
    wrong = []
    for kind, ask in ASK.items():
        try:
            ask(graph)
            answered = True
        except NotAllowed:
            answered = False
        if answered != (kind in KINDS[role] | through_a_door):
            wrong.append(f"{kind}: {answered}")
    assert not wrong
    assert permissions.may("log") == (role == "auditor")


def test_own_units_are_those_that_somebody_leads_today(file: Path) -> None:
    graph = scoped(organisation(), Access(file).of(actor("pat@example.org", "sg-managers")))
    # No Lou, who is of the south.
    assert [one.person for one in graph.who("m1", DAY).people] == ["eve", "kim", "pat"]
    assert graph.who("m1", DAY).provenance.hidden.as_dict() == {"people": 1, "cases": 3}  # `self` does not ask who
    with pytest.raises(UnknownEntity):
        graph.what("lou", DAY)
    # Kim leads the seat, by absence access.
    kim = scoped(organisation(), Access(file).of(actor("kim@example.org", "sg-managers")))
    assert [one.person for one in kim.who("w1", DAY).people] == ["eve", "kim", "pat"]
    plain = scoped(organisation(), Access(file).of(actor("lou@example.org", "sg-managers")))
    with pytest.raises(UnknownEntity):
        plain.check("pat", "m1", DAY)


def test_self_is_about_oneself_and_tells_no_title_of_what_one_may_not_see(file: Path) -> None:
    graph = scoped(organisation(), Access(file).of(actor("EVE@example.org")))
    found = graph.what("eve", DAY)
    seen = [("m1", "Moving"), ("p1", "Plain one"), ("w1", "Work"), ("x1", "Secret title")]
    assert [(one.case, one.title) for one in found.cases] == seen
    assert [(one.case, one.title) for one in found.blocked] == [("x2", "")]
    assert [row["id"] for row in graph.session.run("organisation/people")] == ["eve"]
    why = graph.why("eve", "x2", DAY)
    assert (why.blocked, why.case_name) == (True, "")
    assert "Secret" not in str(why.as_dict())
    titles = {title for row in graph.session.run("organisation/case_names") for title in row["titles"]}
    assert titles == {"Moving", "", "Work", "Plain one", "Secret title"}
    for ask in (lambda: graph.check("pat", "p1", DAY), lambda: graph.what("kim", DAY)):
        with pytest.raises(UnknownEntity):
            ask()
    kim = scoped(organisation(), Access(file).of(actor("kim@example.org")))
    with pytest.raises(UnknownEntity, match="unknown case `p1`"):  # nothing connects Kim with it
        kim.check("kim", "p1", DAY)
    with pytest.raises(NotAllowed):
        graph.who("m1", DAY)
    stranger = scoped(organisation(), Access(file).of(actor("stranger@example.org")))
    with pytest.raises(UnknownEntity):
        stranger.what("eve", DAY)


def test_a_claim_other_than_the_address_is_a_person_id(file: Path) -> None:
    access = Access(written(file, FILE + '\n[identity]\nperson = "employee"\n'))
    graph = scoped(organisation(), access.of(actor("other@example.org", employee="kim")))
    assert graph.what("kim", DAY).cases
    with pytest.raises(UnknownEntity):
        scoped(organisation(), access.of(actor("kim@example.org"))).what("kim", DAY)


def test_an_analyst_is_told_pseudonyms_only(file: Path) -> None:
    permissions = Access(file).of(actor("mi@example.org", "sg-mi"))
    assert permissions.pseudonyms
    with pytest.raises(NotAllowed, match="no key to make them with"):
        scoped(organisation(), permissions)
    graph = scoped(organisation(), permissions, KEY)
    case, person = KEY.of("case", "m1"), KEY.of("person", "pat")
    people = graph.who(case, DAY).people
    assert person in [one.person for one in people]
    assert all(one.name.startswith("person-") for one in people)
    assert [one.case for one in graph.what(person, DAY).cases]
    assert [p.because for p in graph.diff(BEFORE, DAY).pairs()]
    with pytest.raises(UnknownEntity):
        graph.what("pat", DAY)
    with pytest.raises(NotAllowed):
        graph.why(person, case, DAY)
    # One who also has a role that tells names asks with that one.
    both = Access(file).of(actor("pat@example.org", "sg-mi", "sg-managers"))
    assert not both.pseudonyms
    assert scoped(organisation(), both).who("m1", DAY).people[0].name == "Eve Hidden"


def test_what_narrows_a_role_never_widens_it(file: Path) -> None:
    rules = read_rules(file)

    def cases(permissions: Permissions) -> list[str]:
        return [one.case for one in scoped(organisation(), permissions).what("pat", DAY).cases]

    assert cases(rules.of_role("api")) == ["m1", "p1"]
    assert cases(rules.of_role("api", scope='system = "cm"')) == ["m1"]
    assert cases(rules.of_role("api", scope='ids = "m1"'.replace("ids", "cases = {ids") + "}")) == ["m1"]
    assert cases(rules.of_role("auditor", scope="cases = {ids = ['x1']}")) == ["x1"]
    only = rules.of_role("api", only=["evaluation"])
    assert (only.may("evaluation"), only.may("search"), only.may("whatif")) == (True, False, False)
    with pytest.raises(NotAllowed):
        cases(only)
    assert rules.of_role("api", scope='unit = "north"').scope_text.count("of it") == 1
    for wrong in ("self", "own units", "unit = ", "unit", "nowhere = 1"):
        with pytest.raises(AccessRejected):
            scope_of(wrong)
    with pytest.raises(SeeWhyError, match="unknown unit `nowhere`"):
        cases(rules.of_role("api", scope='unit = "nowhere"'))
