"""Entry of the explorer: `seewhy serve` runs it. Bar and style, then the page that is asked for."""

from __future__ import annotations

import logging
from importlib.resources import files

import streamlit as st

from seewhy.auth.asker import SessionEnded, asked_by, asker
from seewhy.auth.rights import Denied
from seewhy.explorer import bar, page_list, page_shell, tab_title
from seewhy.explorer.data import connection
from seewhy.explorer.door.pulse import PULSE
from seewhy.explorer.widgets import load_notice
from seewhy.graph.errors import EngineUnavailable, SeeWhyError

with PULSE.running():
    st.set_page_config(
        page_title="SeeWhy",
        page_icon=str(files("seewhy.explorer") / "favicon.svg"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    chosen = st.navigation(list(page_list.pages().values()), position="hidden")
    page_shell.style()
    try:
        # Found once for the run, for whatever it begins beside itself as well.
        with asked_by(asker()):
            bar.draw(chosen.url_path)
            page_list.check(chosen.title)
            connection.visit(chosen.url_path)
            load_notice.draw()
            with connection.page():
                tab_title.draw(chosen.url_path, chosen.title)
                chosen.run()
    except SessionEnded as error:
        page_shell.signed_out(error)
    except Denied as error:
        page_shell.denied(error)
    except SeeWhyError as error:
        page_shell.trouble(error, retry=isinstance(error, EngineUnavailable))
    except Exception:
        # A defect of ours: its trace is for the log, the page stays one that can be left or asked again.
        logging.getLogger("seewhy.explorer").exception("a page failed")
        page_shell.trouble(SeeWhyError("this page failed", "the log of the explorer says where"), retry=True)
