"""The search field as a component: a combobox that asks Python while somebody types, whatever the size of the graph."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer import urls
from seewhy.explorer.callbacks import ignored
from seewhy.explorer.data import search_index
from seewhy.explorer.data.offers import questions_in
from seewhy.explorer.data.search import KINDS, MOST, search
from seewhy.explorer.palette import kind
from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from seewhy.explorer.data.connection import Revision
    from seewhy.explorer.data.offers import Offer
    from seewhy.explorer.data.search import Found
    from seewhy.explorer.data.search_index import Thing

_HTML = """<div class="box"><label></label>
<div class="field"><input type="text" role="combobox" aria-label="Search" aria-autocomplete="list" aria-expanded="false"
 autocomplete="off" spellcheck="false">
<div class="drop" hidden><ul role="listbox" hidden></ul><div class="count" hidden></div></div></div>
<div class="said" aria-live="polite"></div></div>"""
_box = st.components.v2.component(
    "seewhy.search",
    html=_HTML,
    css=(files("seewhy.explorer.widgets") / "search_box.css").read_text("utf-8"),
    js=(files("seewhy.explorer.widgets") / "search_box.js").read_text("utf-8"),
)


def search_box(
    revision: Revision,
    key: str,
    label: str,
    choose: Callable[[str, str], None],
    *,
    kinds: tuple[str, ...] = KINDS,
    shown: str = "",
    placeholder: str = "",
    questions: bool = False,
) -> None:
    """Draw the field; `choose(kind, id)` is called before the rerun that follows a choice.

    `shown` is the text of the field while nobody types: the name of the thing that is chosen already. With `questions`
    two names are a question, which is opened when it is chosen.
    """

    def chosen() -> None:
        kind_name, _, id = str(st.session_state[key].get("chosen") or "").partition(":")
        if id:
            choose(kind_name, id)

    text = str((st.session_state.get(key) or {}).get("text") or "")
    found = search(revision, text, kinds)
    pairs = questions_in(revision, text, urls.current()) if questions else []
    data = {
        "name": key,
        "label": label,
        "placeholder": placeholder,
        "shown": shown,
        "keep": bool(shown) or len(kinds) == 1,
        "text": text,
        "hits": [*map(_question, pairs), *_hits(revision, () if pairs and found.near else found.hits)],
        "note": "" if pairs else note_of(found),
    }
    _box(key=key, data=data, on_text_change=ignored, on_chosen_change=chosen)


def title(thing: Thing) -> str:
    """How a thing is called in a field: `Ana Costa · ana`, or its id where it has no other name."""
    if thing.kind in ("case", "rule"):
        return f"{thing.id} · {thing.name}" if thing.name and thing.kind == "case" else thing.id
    return f"{thing.name} · {thing.id}" if thing.name and thing.name != thing.id else thing.id


def _hits(revision: Revision, found: Sequence[Thing]) -> list[dict[str, str]]:
    """What was found, positions with the unit that they are in."""
    ids = tuple(thing.id for thing in found if thing.kind == "position")
    try:
        at = search_index.places(revision, ids, urls.as_of()) if ids else {}
    except ConfigurationError:
        at = {}  # the day of the address is none, which the page says
    return [_hit(thing._replace(about=at.get(thing.id, "")) if thing.id in at else thing) for thing in found]


def _hit(thing: Thing) -> dict[str, str]:
    look = kind(thing.kind)
    about = thing.about_words
    note = {
        "person": about,
        "case": f"in {about}",
        "unit": about,
        "position": f"in {about}" if about else "",
        "system": "system",
        "rule": thing.name[:90],
    }.get(thing.kind, look.word)
    return {"kind": thing.kind, "id": thing.id, "title": title(thing), "note": note or look.word, "icon": look.icon}


def _question(offer: Offer) -> dict[str, str]:
    return {"href": offer.address, "title": offer.title, "note": offer.note, "icon": "help"}


def note_of(found: Found) -> str:
    """How many things were found, and what to do where not all are shown."""
    count = found.total
    if count == 0:
        return "nothing is called that, by name or by id, nor nearly"
    if found.near:
        return f"nothing is called exactly that; the nearest {'one' if count == 1 else 'ones'}"
    if count <= MOST:
        return f"{count} found" if count > 1 else "1 found"
    return f"{MOST} of {count:,} shown: type more to narrow them down"
