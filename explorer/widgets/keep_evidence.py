"""Keep as evidence: one click gives the evidence file of an answer, and says its digest in words."""

from __future__ import annotations

import base64
import secrets
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from seewhy.auth.asker import may
from seewhy.explorer import navigation
from seewhy.explorer.components import blocks, links
from seewhy.explorer.data import evidence
from seewhy.graph.errors import SeeWhyError
from seewhy.graph.evidence.words import word_lines

if TYPE_CHECKING:
    from seewhy.explorer.data.evidence import KeptFile

# The file is there only once its question was asked, so the browser is told to save it; each is saved once.
_JS = """
const saved = new Set();
export default function (component) {
  const { data } = component;
  if (!data || saved.has(data.once)) return;
  saved.add(data.once);
  const bytes = Uint8Array.from(atob(data.content), character => character.charCodeAt(0));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/zip' }));
  link.download = data.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
"""
LABEL = "Keep as evidence"
_saver = st.components.v2.component("seewhy.save", js=_JS)


def keep_evidence(person: str, case: str, as_of: str, *, key: str = "one", label: str = LABEL) -> None:
    """Draw the button for one answer, for those who may have evidence; `key` tells several on a page apart."""
    if not may(evidence.KIND):
        return
    if st.button(label, icon=":material/verified:", key=f"keep-{key}", width="content"):
        _kept(person, case, as_of)


@st.dialog("Kept as evidence", icon=":material/verified:", width="large")
def _kept(person: str, case: str, as_of: str) -> None:
    try:
        with st.spinner("Making the file …"):
            made = evidence.kept(person, case, as_of)
    except SeeWhyError as error:
        blocks.show(f'<p class="lead">{links.marked(blocks.sentence(error.message))}</p>')
        return
    _saver(
        key="saver",
        data={"name": made.name, "content": base64.b64encode(made.content).decode(), "once": secrets.token_hex(8)},
        height=1,
    )
    blocks.show(_told(made))
    st.download_button(
        "Save it once more",
        made.content,
        file_name=made.name,
        mime="application/zip",
        icon=":material/download:",
        on_click="ignore",
    )


def _told(made: KeptFile) -> str:
    return (
        f'<p>{escape(made.verdict)}</p><p class="src">{escape(made.name)}, with the {made.rows:,} rows that the answer '
        f"rests on. It can be checked without this graph: on the page {navigation.to('Verify', 'verify')}, or with "
        "<code>seewhy verify</code>.</p>"
        f"{digest_told(made.digest)}"
    )


def digest_told(digest: str) -> str:
    """A digest in words and as it is, with what to do with them."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in word_lines(digest))
    return (
        '<h2 class="small">The digest, to be read over the telephone</h2>'
        f'<ol class="words">{lines}</ol>'
        '<p class="src">Whoever checks the same file reads the same words; another word is another file.</p>'
        f'<p class="src">SHA-256 <code>{escape(digest)}</code></p>'
    )
