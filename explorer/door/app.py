"""Entry of the explorer: `seewhy serve` runs it. Bar and style, then the page that is asked for."""

from __future__ import annotations

import logging
import time
from importlib.resources import files

import streamlit as st

from seewhy.auth import service_log
from seewhy.auth.asker import SessionEnded, asked_by, asker
from seewhy.auth.rights import Denied
from seewhy.explorer import bar, page_list, page_shell, tab_title
from seewhy.explorer.components.marks import found_by
from seewhy.explorer.data import background, connection, marks
from seewhy.explorer.data.run import one_run
from seewhy.explorer.door import windows
from seewhy.explorer.door.pulse import PULSE
from seewhy.explorer.widgets import everywhere, load_notice
from seewhy.graph.errors import EngineUnavailable, LimitReached, SeeWhyError


def told(outcome: str, error: Exception) -> None:
    """Write that this page ended otherwise than with an answer."""
    kind, seconds = chosen.url_path or "ask", time.perf_counter() - began
    service_log.line(
        "page", request_id=run, door="page", kind=kind, outcome=outcome, error=type(error).__name__, seconds=seconds
    )


found_by(marks.marks_of)
with PULSE.running(), one_run() as run:
    began = time.perf_counter()
    st.set_page_config(
        page_title="SeeWhy",
        page_icon=str(files("seewhy.explorer") / "favicon.svg"),
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    chosen = st.navigation(list(page_list.pages().values()), position="hidden")
    page_shell.style()
    background.turn_page()
    try:
        # Found once for the run, for whatever it begins beside itself as well.
        with asked_by(asker()):
            windows.check(st.context.headers.get_all(windows.HEADER.decode()))
            search = bar.draw(chosen.url_path)
            page_list.check(chosen.title)
            connection.visit(chosen.url_path)
            load_notice.draw()
            with connection.page():
                try:
                    tab_title.draw(chosen.url_path, chosen.title)
                finally:
                    with search:
                        everywhere.draw()
                chosen.run()
    except LimitReached as error:
        told("refused", error)
        page_shell.trouble(error)
        page_shell.again("Open this page again")
    except SessionEnded as error:
        told("refused", error)
        page_shell.signed_out(error)
    except Denied as error:
        told("refused", error)
        page_shell.denied(error)
    except SeeWhyError as error:
        told("failed" if isinstance(error, EngineUnavailable) else "refused", error)
        page_shell.trouble(error, retry=isinstance(error, EngineUnavailable))
    except Exception as error:
        # A defect of ours: its trace is for the log, the page stays one that can be left or asked again.
        told("failed", error)
        said = {"event": "fault", "request_id": run}
        logging.getLogger("seewhy.explorer").exception("a page failed, request %s", run, extra={"said": said})
        hint = f"the log of the explorer says where, under the request `{run}`"
        page_shell.trouble(SeeWhyError("this page failed", hint), retry=True)
