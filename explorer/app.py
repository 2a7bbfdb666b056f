"""Entry of the explorer: `seewhy serve` runs it. Bar and style, then the page that is asked for."""

from __future__ import annotations

from importlib.resources import files

import streamlit as st

from explorer import frame, pagemap
from explorer.door.pulse import PULSE
from graph.errors import EngineUnavailable, SeeWhyError

with PULSE.running():
    st.set_page_config(
        page_title="SeeWhy",
        page_icon=str(files("explorer") / "favicon.svg"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    chosen = st.navigation(list(pagemap.pages().values()), position="hidden")
    frame.style()
    frame.bar()
    try:
        chosen.run()
    except SeeWhyError as error:
        frame.trouble(error, retry=isinstance(error, EngineUnavailable))
