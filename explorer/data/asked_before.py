"""The questions of one browser window, newest first: kept with its session in this process, told to nobody else."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from seewhy.auth.asker import actor

_KEY = "asked before"
_MOST = 12


class Before(NamedTuple):
    """A question that was asked: its relative address, its title, and who asked it (blank with sign-in off)."""

    address: str
    title: str
    actor: str


def _who() -> str:
    found = actor()
    return found.id if found else ""


def remember(address: str, title: str) -> None:
    """Put a question before those asked so far; one that is among them moves."""
    kept: list[Before] = st.session_state.get(_KEY, [])
    st.session_state[_KEY] = [Before(address, title, _who()), *(one for one in kept if one.address != address)][:_MOST]


def newest(most: int = _MOST) -> list[Before]:
    """The questions of whoever looks, newest first."""
    who = _who()
    return [one for one in st.session_state.get(_KEY, []) if one.actor == who][:most]
