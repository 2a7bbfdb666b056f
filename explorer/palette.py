"""Colours and kinds, once: the style sheet, the picture, the printed page and Streamlit's theme read them here.

Verdict colours are not green and red on purpose: "yes" is not "good". Text has a contrast of 4.5:1 or more.
"""

from __future__ import annotations

from typing import NamedTuple

LIGHT, DARK = 0, 1

COLOURS: dict[str, tuple[str, str]] = {
    "page": ("#F6F7F9", "#0F151B"),
    "surface": ("#FFFFFF", "#18212A"),
    "sunk": ("#EEF1F4", "#121A21"),
    "line": ("#D5DCE3", "#33404C"),
    "ink": ("#16212C", "#E6EBF0"),
    "muted": ("#54626F", "#A3B1BD"),
    "faint": ("#64717D", "#8A98A5"),
    "brand": ("#0B6E75", "#4FC3C7"),
    # verdicts, each with its tint
    "yes": ("#0B6E75", "#4FC3C7"),
    "yes-tint": ("#E3F2F2", "#12333A"),
    "no": ("#4A5764", "#B3BFCA"),
    "no-tint": ("#E9EDF1", "#232E38"),
    "blocked": ("#A8321F", "#FF9B87"),
    "blocked-tint": ("#FBE9E5", "#3B1D19"),
    "depends": ("#8A5A00", "#F0BF5A"),
    "depends-tint": ("#FDF1D8", "#372A10"),
    # what a card is about
    "person": ("#1F5FA8", "#79B4F2"),
    "holding": ("#7A4BA8", "#C7A2EE"),
    "place": ("#9A5B13", "#E9B06A"),
    "case": ("#16212C", "#E6EBF0"),
    "rule": ("#0B6E75", "#4FC3C7"),
}
"""Name to (light, dark)."""


class Kind(NamedTuple):
    """How a kind of thing is shown: its word, its icon (bundled Material Symbols), its colour."""

    word: str
    icon: str
    colour: str


KINDS: dict[str, Kind] = {
    "person": Kind("person", "person", "person"),
    "everyone": Kind("everyone", "groups", "person"),
    "roster": Kind("roster", "list_alt", "person"),
    "case": Kind("case", "folder", "case"),
    "unit": Kind("unit", "account_tree", "place"),
    "case_type": Kind("case type", "category", "place"),
    "queue": Kind("queue", "inbox", "place"),
    "system": Kind("system", "dns", "place"),
    "position": Kind("position", "event_seat", "holding"),
    "work": Kind("work", "task", "place"),
    "role": Kind("role", "badge", "holding"),
    "privilege": Kind("privilege", "key", "holding"),
    "group": Kind("security group", "shield_person", "holding"),
    "permission": Kind("permission", "key", "holding"),
    "rule": Kind("access rule", "rule", "rule"),
    "access_rule": Kind("access rule", "rule", "rule"),
    "link": Kind("link", "assignment_ind", "holding"),
    "fact": Kind("setting", "tune", "rule"),
    "limit": Kind("limit", "lock", "rule"),
    "tried": Kind("step without result", "close", "rule"),
}

VALUES = {"edit": "Edit", "view": "View", "none": "None"}


def kind(name: str) -> Kind:
    """The look of a kind of thing; an unknown one is shown as a setting under its own name."""
    return KINDS.get(name) or KINDS["fact"]._replace(word=name.replace("_", " "))


def css() -> str:
    """The colours as custom properties that follow Streamlit's theme."""
    pairs = "".join(f"--{name}:light-dark({light},{dark});" for name, (light, dark) in COLOURS.items())
    return ":root{" + pairs + "}"


def theme() -> dict[str, str]:
    """Streamlit's theme options, as `.streamlit/config.toml` and the command line of `seewhy serve` set them."""
    options = {
        "theme.font": "sans-serif",
        "theme.baseFontSize": "15",
        "theme.baseRadius": "8px",
        "theme.showWidgetBorder": "true",
        "theme.paddingTop": "1rem",
    }
    for name, mode in (("light", LIGHT), ("dark", DARK)):
        options |= {
            f"theme.{name}.primaryColor": COLOURS["brand"][mode],
            f"theme.{name}.backgroundColor": COLOURS["surface"][mode],
            f"theme.{name}.secondaryBackgroundColor": COLOURS["sunk"][mode],
            f"theme.{name}.textColor": COLOURS["ink"][mode],
            f"theme.{name}.borderColor": COLOURS["line"][mode],
            f"theme.{name}.linkColor": COLOURS["brand"][mode],
        }
    return options
