"""What components of pages call."""

from __future__ import annotations


def ignored() -> None:
    """Does nothing: Streamlit returns a component's value only where a callback is given."""
