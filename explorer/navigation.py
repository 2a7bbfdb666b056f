"""Links inside text: `link` writes one, `follow` opens it without loading the page anew. The same listener closes the
menu of the bar and leads past it.

A link is a relative address, so that it can be copied, opened in another tab, and followed when scripts are off.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

import streamlit as st

from seewhy.explorer import urls
from seewhy.explorer.callbacks import ignored
from seewhy.explorer.page_list import PAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Streamlit sends the new parameters before the new page, as two steps of the history; the first one is left out, so
# that one Back undoes one click.
_JS = """
const before = new WeakMap();
let send, waiting;
const holds = (name, value) => new URLSearchParams(location.search).getAll(name).includes(value);
const arrived = target => location.pathname === target.pathname
  && [...target.searchParams].every(([name, value]) => holds(name, value));
// A page that is being drawn anew can swallow a step: it is said once more, and at last the browser goes by itself;
// not where somebody has gone Back meanwhile.
window.addEventListener('popstate', () => clearInterval(waiting));
function insist(to, target) {
  clearInterval(waiting);
  let tenths = 0;
  waiting = setInterval(() => {
    tenths += 1;
    if (arrived(target)) clearInterval(waiting);
    else if (tenths === 50 || tenths === 100) send('gone', { to, at: performance.now() });
    else if (tenths === 200) { clearInterval(waiting); location.assign(target); }
  }, 100);
}
function oneStep(target) {
  const push = history.pushState, end = performance.now() + 10000;
  history.pushState = function (state, title, url) {
    const between = new URL(url, location.href).pathname === location.pathname && target.pathname !== location.pathname;
    if (between && performance.now() < end) return;
    history.pushState = push;
    push.call(history, state, title, url);
  };
}
export default function (component) {
  const { parentElement } = component;
  send = component.setTriggerValue;
  before.get(parentElement)?.();
  const go = to => {
    const target = new URL(to, location.href);
    oneStep(target);
    // Whatever else this page would still tell draws it anew, and the step would be lost.
    document.dispatchEvent(new CustomEvent('seewhy-left'));
    send('gone', { to, at: performance.now() });
    insist(to, target);
  };
  const menu = () => document.querySelector('.sw details.menu[open]');
  const shut = () => menu()?.removeAttribute('open');
  const pressed = event => {
    if (event.key !== 'Escape' || !menu()) return;
    const summary = menu().querySelector('summary');
    shut();
    summary.focus();
  };
  const clicked = event => {
    if (!event.target.closest?.('.sw details.menu')) shut();
    if (event.target.closest?.('[data-testid=stSkipToContent]')) {
      event.preventDefault();
      event.stopPropagation();
      const page = document.querySelector('[data-testid=stMain] h1') ?? document.querySelector('.st-key-footer');
      page?.setAttribute('tabindex', '-1');
      page?.focus();
    }
    const jump = event.target.closest?.('.sw a.jump');
    if (jump) {
      event.preventDefault();
      const place = document.querySelector('.st-key-' + jump.hash.slice(1));
      place?.setAttribute('tabindex', '-1');
      place?.focus({ preventScroll: true });
      place?.scrollIntoView({ block: 'center' });
      return;
    }
    const link = event.target.closest?.('.sw a.go');
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    shut();
    go(link.getAttribute('href'));
  };
  const sent = event => go(event.detail);
  document.addEventListener('click', clicked, true);
  document.addEventListener('keydown', pressed);
  document.addEventListener('seewhy-go', sent);
  // Whoever clicks before this has the page loaded anew, as by any link.
  document.documentElement.dataset.links = 'followed';
  const end = () => {
    document.removeEventListener('click', clicked, true);
    document.removeEventListener('keydown', pressed);
    document.removeEventListener('seewhy-go', sent);
    before.delete(parentElement);
  };
  before.set(parentElement, end);
  return end;
}
"""
_follower = st.components.v2.component("seewhy.follow", js=_JS)


def address(page: str, /, **parameters: str | Sequence[str]) -> str:
    """The relative address of a page (`why`; blank for the start page) with parameters; blank ones are left out."""
    asked = {name: value for name, value in parameters.items() if value}
    return f"{page or '.'}?{urlencode(asked, doseq=True)}" if asked else page or "."


def link(body: str, page: str, /, **parameters: str | Sequence[str]) -> str:
    """A link around `body`, which is HTML already; the day of the question goes along."""
    asof = "" if "asof" in parameters else urls.parameter("asof")
    target = escape(address(page, **parameters, **({"asof": asof} if asof else {})))
    return f'<a class="go" href="{target}" target="_self">{body}</a>'


def to(text: str, page: str, /, **parameters: str | Sequence[str]) -> str:
    """A link around text, which is escaped."""
    return link(escape(text), page, **parameters)


def follow() -> None:
    """Mount the listener for links; a click on one opens its page here, before anything else is drawn."""
    with st.container(key="follow"):
        gone = _follower(key="links", height=1, on_gone_change=ignored).get("gone")
    # An event may come again in a later run (after Back); it is followed once.
    if gone and gone["at"] != st.session_state.get("gone"):
        st.session_state["gone"] = gone["at"]
        page, _, query = str(gone["to"]).partition("?")
        entry = next((known for known in PAGES if known.address == page.strip("./")), None)
        if entry is not None:
            _open(entry.file, parse_qs(query))


def _open(file: str, parameters: Mapping[str, list[str]]) -> None:
    st.switch_page(file, query_params=dict(parameters))
