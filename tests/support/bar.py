"""The bar of the pages, as tests read and use it."""

from __future__ import annotations

import re
from html import unescape

from playwright.sync_api import Page

_LINK = re.compile(r'<a (?:aria-current="page" )?class="go" href="([^"]*)"[^>]*>.*?<span>([^<]*)</span></a>')


def links(html: str) -> dict[str, str]:
    """Title to address of every page in the bar, from the HTML of a page."""
    bar = html[html.index('<nav aria-label="Pages">') : html.index("</nav>")]
    return {unescape(title): unescape(address) for address, title in _LINK.findall(bar)}


def go(page: Page, title: str) -> None:
    """Go to a page by the bar, through its menu where it stands there."""
    link = page.locator(".st-key-bar").get_by_role("link", name=title, exact=True)
    if not link.is_visible():
        page.locator(".st-key-bar summary").click()
    link.click()
