"""Buttons that the browser carries out by itself: Copy link copies, Print page prints.

The click is caught before it reaches the page, so nothing is asked again. Where the browser refuses to copy (a page
that is neither from this machine nor encrypted, a rule of the organisation) a dialog shows the address instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from seewhy.explorer.callbacks import ignored

if TYPE_CHECKING:
    from collections.abc import Callable

_JS = """
const before = new WeakMap();
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  before.get(parentElement)?.();
  const said = document.createElement('p');
  said.setAttribute('role', 'status');
  said.className = 'said';
  parentElement.replaceChildren(said);
  const tell = (button, words) => {
    const label = button.querySelector('p') ?? button, text = label.textContent;
    if (text === words) return;
    label.textContent = said.textContent = words;
    setTimeout(() => { label.textContent = text; said.textContent = ''; }, 2500);
  };
  const clicked = event => {
    const button = event.target.closest?.('.st-key-copylink button, .st-key-printpage button');
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    if (button.closest('.st-key-printpage')) { window.print(); return; }
    const refused = () => setTriggerValue('refused', performance.now());
    if (!navigator.clipboard?.writeText) { refused(); return; }
    navigator.clipboard.writeText(data.address).then(() => tell(button, 'Copied'), refused);
  };
  // What is folded would not be on paper.
  const unfold = () => document.querySelectorAll('.sw details').forEach(folded => { folded.open = true; });
  document.addEventListener('click', clicked, true);
  window.addEventListener('beforeprint', unfold);
  const end = () => {
    document.removeEventListener('click', clicked, true);
    window.removeEventListener('beforeprint', unfold);
    before.delete(parentElement);
  };
  before.set(parentElement, end);
  return end;
}
"""
_hand = st.components.v2.component("seewhy.hand", js=_JS)


def copy_link(address: str, refused: Callable[[str], None]) -> None:
    """The button that copies the address; `refused` shows it where that is not allowed."""
    clicked = st.button("Copy link", icon=":material/link:", type="primary", key="copylink")
    with st.container(key="hand"):
        at = _hand(key="hand-on", data={"address": address}, height=1, on_refused_change=ignored).get("refused")
    if clicked or (at and at != st.session_state.get("copy refused")):
        st.session_state["copy refused"] = at
        refused(address)


def print_page() -> None:
    """The button that prints the page as it is; drawn beside `copy_link`, which listens for it."""
    st.button("Print page", icon=":material/print:", key="printpage")
