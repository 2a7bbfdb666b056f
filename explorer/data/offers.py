"""What may be meant by what somebody typed, as places to go: a question about two ids or names, things, and pages.

    rosa c-101      why can Rosa see c-101: the id of a case and what names a person, in either order
    rosa water      the same, where no one thing is called that: each word belongs to the person or to the case
    rosa sam        two people side by side
    rosa            what names Rosa: what can she see, and why the case that the page is about
    findings        a page
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from seewhy.auth.asker import may
from seewhy.explorer import navigation
from seewhy.explorer.data.search import Found, exact, search
from seewhy.explorer.data.search_index import folded, named
from seewhy.explorer.page_list import IN_NO_BAR, allowed
from seewhy.graph.record import preparing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.data.search_index import Thing

_PAIRS = 3
"""Questions about two that are offered at the most."""
_WORDS = 8
"""Words up to which one text is taken for two names."""
_BESIDE = frozenset({"why", "can", "does", "see", "sees", "who", "and", "vs", "with", "the", "case"})
"""Words of a question that name nothing; tried without them when with them nothing is found."""
_PAGE = {"person": "what", "case": "who", "unit": "structure", "rule": "rules"}
"""Where a thing leads; the others are shown by the start page."""


class Offer(NamedTuple):
    """A place to go: its address, the kind of thing it is about (`question` and `page` besides), what it is called."""

    address: str
    kind: str
    title: str
    note: str


def offers(revision: Revision, text: str, here: Mapping[str, str]) -> tuple[list[Offer], Found]:
    """Where the text may lead, the likeliest first, and what was found for it as one name. `here` is the question of
    the page (person, case, asof), whose day goes along."""
    day = _day(here)
    if not text.strip():
        return [], Found((), 0)
    found = search(revision, text, near=False)
    # One text is one question, in however many ways it is tried.
    with preparing():
        questions = list(_questions(revision, text, found, day))
        if not found.total and not questions:
            found = search(revision, text)
        beside = _with_here(revision, found.hits[0], here, day) if found.hits and not found.near else []
    first, last = _pages(text, day)
    things = [_thing(one, day) for one in found.hits]
    return [*questions, *first, *things[:1], *beside, *things[1:], *last], found


def questions_in(revision: Revision, text: str, here: Mapping[str, str]) -> list[Offer]:
    """The questions about two that the text may be."""
    with preparing():
        return list(_questions(revision, text, search(revision, text, near=False), _day(here)))


def _day(here: Mapping[str, str]) -> dict[str, str]:
    return {"asof": here["asof"]} if here.get("asof") else {}


def _pages(text: str, day: Mapping[str, str]) -> tuple[list[Offer], list[Offer]]:
    """The pages that are called that, which are meant before what only holds the word, and those that begin so."""
    asked = folded(text).strip()
    found = [
        Offer(navigation.address(entry.address, **day), "page", entry.title, "page")
        for entry in allowed()
        if entry.address not in IN_NO_BAR and folded(entry.title).startswith(asked)
    ]
    first = [page for page in found if folded(page.title) == asked]
    return first, [page for page in found if page not in first]


def why(person: Thing, case: Thing, day: Mapping[str, str]) -> Offer:
    """The question about a person and a case."""
    address = navigation.address("why", person=person.id, case=case.id, **day)
    return Offer(address, "question", f"Why can {person.name or person.id} see {case.id}, or why not?", case.name)


def _thing(one: Thing, day: Mapping[str, str]) -> Offer:
    page = _PAGE.get(one.kind, "")
    name = "id" if one.kind == "rule" else one.kind
    asked = {name: one.id} if page else {"show": f"{one.kind}:{one.id}"}
    if one.kind == "person" and not may("what"):
        page, asked = "structure", {"person": one.id}
    return Offer(navigation.address(page, **asked, **day), one.kind, one.name or one.id, one.id)


def _with_here(revision: Revision, one: Thing, here: Mapping[str, str], day: Mapping[str, str]) -> list[Offer]:
    """The best hit with the other half of the page's own question."""
    other = {"person": "case", "case": "person"}.get(one.kind, "")
    beside = named(revision, other, here.get(other, "")) if other and may("why") else None
    if beside is None:
        return []
    return [why(one, beside, day) if one.kind == "person" else why(beside, one, day)]


def _questions(revision: Revision, text: str, found: Found, day: Mapping[str, str]) -> Iterator[Offer]:
    words = text.replace(",", " ").replace("?", " ").split()
    for tried in (words, [word for word in words if word.lower() not in _BESIDE]):
        if 2 <= len(tried) <= _WORDS and (pairs := list(_pairs(revision, tried, found))):
            for one, other in pairs[:_PAIRS]:
                if other.kind == "case" and may("why"):
                    yield why(one, other, day)
                elif other.kind == "person" and may("compare"):
                    title = f"Compare {one.name or one.id} and {other.name or other.id}"
                    yield Offer(navigation.address("compare", a=one.id, b=other.id, **day), "question", title, "")
            return


def _pairs(revision: Revision, words: list[str], found: Found) -> Iterator[tuple[Thing, Thing]]:
    """Who and what two names stand for. The id of a case is looked for first: one look, and no doubt."""
    for at in (-1, 0):
        if (case := exact(revision, "case", words[at])) is not None:
            rest = " ".join(words[:-1] if at else words[1:])
            people = _called(revision, rest, "person")
            yield from ((person, case) for person in people.hits[:_PAIRS])
            if people.hits:
                return
    if found.total:
        return
    exactly = False
    splits = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
    for kind in ("case", "person"):
        for one, other in splits:
            for name, rest in ((one, other), (other, one))[: 2 if kind == "case" else 1]:
                named_so = search(revision, name, ("person",), near=False).hits
                things = search(revision, rest, (kind,), near=False).hits if named_so else ()
                if things:
                    yield named_so[0], things[0]
                    exactly = True
    # A wrong letter in a name beside what only a case is called.
    for one, other in () if exactly else splits:
        for name, rest in ((one, other), (other, one)):
            cases = search(revision, rest, ("case",), near=False).hits if any(map(str.isdigit, rest)) else ()
            if cases and (nearly := search(revision, name, ("person",)).hits):
                yield from ((person, cases[0]) for person in nearly[:_PAIRS])
                return


def _called(revision: Revision, name: str, kind: str) -> Found:
    """The thing with this id alone, else what is called that, or nearly."""
    one = exact(revision, kind, name)
    return Found((one,), 1) if one else search(revision, name, (kind,))
