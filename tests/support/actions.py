"""Counts what somebody does on a page, so that a journey is held to a number of actions.

One click, one key or key combination, one text typed into one field, and one file dropped are one action each, as the
people who were watched were counted. Waiting and looking count nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page


@dataclass(slots=True)
class Actions:
    """The actions of one journey on `page`; `taken` is how many there were."""

    page: Page
    taken: int = 0

    def click(self, place: Locator, *, count: int = 1) -> None:
        """Click or double click: one action."""
        self.taken += 1
        place.click(click_count=count)

    def press(self, keys: str) -> None:
        """One key or combination, wherever the focus is, as Playwright names it: `Enter`, `Control+k`."""
        self.taken += 1
        self.page.keyboard.press(keys)

    def type(self, text: str) -> None:
        """A text into what has the focus, key by key: one action."""
        self.taken += 1
        self.page.keyboard.type(text, delay=20)

    def drop(self, field: Locator, file: Path) -> None:
        """A file for a field that takes files: one action."""
        self.taken += 1
        field.set_input_files(file)
