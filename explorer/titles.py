"""Names of steps as titles, for pages and pictures alike."""

from __future__ import annotations


def step_title(step: str) -> str:
    """A step's name as a title: `other_staff` is `Other staff`."""
    return step.replace("_", " ").capitalize()
