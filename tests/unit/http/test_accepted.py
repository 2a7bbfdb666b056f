"""The words that a request may use: those of a scheme beside the built-in ones, and the properties it asks for."""

from __future__ import annotations

from seewhy.http.accepted import Accepted

WORDS = Accepted(
    frozenset(["person", "identity"]), {"case": frozenset(), "record": frozenset(["todo"])}, ("view", "delete"),
    frozenset(["resource.status", "action.soft", "subject.role"]),
)  # fmt: skip


def test_a_type_means_the_cases_of_some_systems() -> None:
    assert [WORDS.system_of(one) for one in ("case", "case:cm", "record")] == [
        frozenset(), frozenset(["cm"]), frozenset(["todo"])
    ]  # fmt: skip
    assert [WORDS.system_of(one) for one in ("", "case:", "record:todo", "person")] == [None] * 4
    assert (WORDS.is_subject("identity"), WORDS.is_subject("user")) == (True, False)


def test_only_properties_that_are_asked_for_are_kept() -> None:
    asked = WORDS.asked(
        subject={"role": "admin", "status": "x"}, action={"soft": True}, resource={"status": None, "more": [1]}
    )
    assert asked == (("action.soft", "true"), ("resource.status", "null"), ("subject.role", '"admin"'))
    assert WORDS.asked(subject=None, resource={}) == ()
    assert WORDS.asked(resource={"status": {"b": 1, "a": [2]}}) == (("resource.status", '{"a": [2], "b": 1}'),)
