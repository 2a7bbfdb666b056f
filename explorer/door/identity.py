"""Who asks in this run of the script: found by the key that the door put into the connection, never by what a browser
says, and anew at every question, so that a session that ended counts at the next run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from seewhy.auth.asker import Asker, find_by
from seewhy.explorer.door.people import SESSION_HEADER

if TYPE_CHECKING:
    from seewhy.auth.rights import Access
    from seewhy.explorer.door.people import People


def ask_people(people: People, access: Access, contact: str) -> None:
    """From now on questions are asked by who has signed in at the door, with what `access` gives them then."""

    def find() -> Asker | None:
        given = st.context.headers.get_all(SESSION_HEADER.decode())
        session = people.sessions.live(given[0]) if len(given) == 1 else None
        if session is None:
            return None
        sign_out = people.sign_out_address(session.key)
        return Asker(session.actor, access.of(session.actor), session.key, sign_out, contact)

    find_by(find)
