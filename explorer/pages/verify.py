"""Does an evidence file still hold? Drop it: every part is checked here, and nothing of it is believed."""

from __future__ import annotations

from html import escape

import streamlit as st

from seewhy.explorer import page_shell, urls
from seewhy.explorer.components import blocks, links, tiles
from seewhy.explorer.data import connection, evidence
from seewhy.explorer.page_list import MOST_MEGABYTES
from seewhy.explorer.widgets.keep_evidence import digest_told
from seewhy.graph.errors import EngineUnavailable, SeeWhyError
from seewhy.graph.evidence.parts import DIFFERS, HOLDS

_LOOK = {
    True: ("yes", "verified"),
    False: ("blocked", "gpp_bad"),
    None: ("depends", "gpp_maybe"),
}
_OUTCOMES = {HOLDS: ("check", ""), DIFFERS: ("close", "blocked")}
_MOST_FILES = 4
"""A report, its manifest and the signature of that; one more is told that it does not belong."""


# Streamlit names the place that takes files and says that it is none to speak of: its name would not be read out.
_JS = """
export default function () {
  const name = () => document.querySelectorAll('[data-testid=stFileUploaderDropzone][role=presentation]')
    .forEach(place => place.setAttribute('role', 'group'));
  name();
  const looking = new MutationObserver(name);
  looking.observe(document.body, { childList: true, subtree: true });
  return () => looking.disconnect();
}
"""
_named_place = st.components.v2.component("seewhy.named_place", js=_JS)


def page() -> None:
    """Draw the page."""
    revision = connection.newest_revision()
    urls.as_of()  # the day of the address goes along to the next page, so it has to be one
    blocks.show(
        tiles.heading(
            "rule", "Does this file hold?", ("An evidence file, a report with its manifest, or a proof of the log",)
        )
    )
    with st.container(key="verify"):
        dropped = st.file_uploader(
            f"Drop the file here (at most {MOST_MEGABYTES} MB)",
            accept_multiple_files=True,
            max_upload_size=MOST_MEGABYTES,
            key="dropped",
        )
        _named_place(key="place")
        with st.expander("Whose signature it must bear (optional)"):
            key = st.text_area(
                "Public key (the text of the .pub file)",
                key="public",
                height=110,
                max_chars=4_000,
                placeholder="-----BEGIN PUBLIC KEY-----",
            )
    if not dropped:
        blocks.show(
            '<p class="lead">The answer is decided again from the rows inside, here and without believing the file. '
            "Nothing is stored: the file is forgotten with the page.</p>"
        )
    else:
        _checked({file.name: file.getvalue() for file in dropped[:_MOST_FILES]}, key or "")
    page_shell.footer(revision)


def _checked(files: dict[str, bytes], key: str) -> None:
    try:
        with st.spinner("Checking every part, and deciding the answer again …"):
            found = evidence.checked(files, key)
    except EngineUnavailable:
        raise
    except SeeWhyError as error:
        page_shell.trouble(error)
        return
    tone, mark = _LOOK[found.holds]
    said = "".join(f'<p class="sub">{links.marked(blocks.sentence(sentence))}</p>' for sentence in found.sentences)
    names = escape(", ".join(files))  # the field has no room for a whole name
    blocks.show(
        f'<section class="v {tone}" role="status"><div class="big">{blocks.icon(mark)}</div>'
        f'<div><h1><b>{escape(blocks.sentence(found.verdict))}</b></h1><p class="src">{names}</p>{said}</div></section>'
    )
    rows = ((f"<b class='whole'>{escape(p.name)}</b>", _outcome(p.outcome), links.marked(p.how)) for p in found.parts)
    if found.parts:
        blocks.show(
            blocks.section("Part by part", links.table(("Part", "Outcome", "How it was checked"), rows, noun="parts"))
        )
    if found.digest:
        blocks.show(f'<section class="card">{digest_told(found.digest)}</section>')


def _outcome(outcome: str) -> str:
    mark, tone = _OUTCOMES.get(outcome, ("remove", "mut"))
    return f'<span class="tag whole {tone}">{blocks.icon(mark)}{escape(outcome)}</span>'


page()
