"""Streamlit's options as the explorer runs: each is pinned here, or named as one that opens nothing.

Nothing else is obeyed: no file of the current folder or of the home folder, no variable of the environment.
"""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Any

from seewhy.explorer.page_list import MOST_MEGABYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

OPTIONS: dict[str, Any] = {
    # Who reaches it. The middleware of this package asks first, and asks for more; this stays on behind it.
    "server.address": "127.0.0.1",
    "server.allowedHosts": ["127.0.0.1", "localhost", "::1"],
    "server.corsAllowedOrigins": [],
    "client.allowedOrigins": [],
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.xsrfCookieSameSite": "strict",
    "server.trustedUserHeaders": {},
    "server.unsafeMetricsUserAttributes": [],
    "server.baseUrlPath": "",
    "server.customComponentBaseUrlPath": "",
    "server.sslCertFile": None,
    "server.sslKeyFile": None,
    # Without it Streamlit would ask the internet for the address of this machine.
    "browser.serverAddress": "localhost",
    # What it would offer beside the pages.
    "server.enableAgentApi": False,
    "server.enableStaticServing": False,
    "server.scriptHealthCheckEnabled": False,
    "server.enableExpensiveMemoryStats": False,
    "server.maxUploadSize": MOST_MEGABYTES,
    "server.maxWidgetStateSize": 5,
    "server.maxMessageSize": 200,
    "server.enableWebsocketCompression": False,
    "secrets.files": [],
    # What it would send, to whom.
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "server.showEmailPrompt": False,
    "server.headless": True,
    "logger.level": "error",
    "logger.hideWelcomeMessage": True,
    # Code that runs, and when.
    "global.developmentMode": False,
    "global.e2eTest": False,
    "global.unitTest": False,
    "global.appTest": False,
    "server.fileWatcherType": "none",
    "server.folderWatchList": [],
    "server.runOnSave": False,
    "server.allowRunOnSave": False,
    "runner.magicEnabled": False,
    # Else all kept rows are searched for garbage after each run: 0.1 s at 100,000 cases, before the answer is sent.
    "runner.postScriptGC": False,
    # No message is kept in the browser to be named instead of sent again: where pages follow quickly (Back twice), the
    # browser has let go of what is named, and the page ends in a connection error.
    "global.minCachedMessageSize": 1e9,
    # Themes and typefaces can be addresses that are fetched.
    "theme.base": None,
    "theme.fontFaces": None,
    "theme.headingFont": None,
    "theme.codeFont": None,
}
"""Why each: docs/explorer.md. Port, theme and the secret of the cookies come from `pinned`."""

_DEFAULT = "Streamlit's own default is meant; it opens nothing"
_COLOURS = "looks only; what we need of it palette.theme() pins"
HARMLESS: dict[str, str] = {
    "theme.": _COLOURS,
    "global.disableWidgetStateDuplicationWarning": "a warning in the log",
    "global.showWarningOnDirectExecution": "a warning in the log",
    "global.suppressDeprecationWarnings": "a warning in the log",
    "global.maxCachedMessageAge": "what one browser keeps of its own messages",
    "logger.messageFormat": "the form of a line of the log",
    "logger.enableRich": "the form of a line of the log",
    "client.disableDataExport": "a button that saves what the browser shows already",
    "client.showSidebarNavigation": "there is no sidebar",
    "runner.fastReruns": _DEFAULT,
    "runner.enforceSerializableSessionState": _DEFAULT,
    "runner.enumCoercion": _DEFAULT,
    "runner.parallelMaxWorkers": "no page runs in parallel",
    "runner.cacheBackgroundRefreshMaxWorkers": "no cache is refreshed in the background",
    "runner.cacheBackgroundRefreshTTLMultiplier": "no cache is refreshed in the background",
    "runner.connectionDefaultTTL": "no page uses connections of Streamlit",
    "runner.cacheHashSeed": "keys of caches in this process",
    "server.folderWatchBlacklist": "no folder is watched",
    "server.maxCacheDataSize": "how much is kept in memory; every cache has its own limit",
    "server.websocketPingInterval": "the server is started with an interval of its own",
    "server.disconnectedSessionTTL": "how long a lost connection may come back",
    "server.agentWaitTimeout": "of the agent interface, which is off",
    "server.agentSessionTTL": "of the agent interface, which is off",
    "server.agentMaxSessions": "of the agent interface, which is off",
    "server.agentPreviewRows": "of the agent interface, which is off",
    "browser.serverPort": "follows the port",
    "ui.hideTopBar": "looks only",
    "magic.displayRootDocString": "of the magic, which is off",
    "magic.displayLastExprIfNoSemicolon": "of the magic, which is off",
}
"""Options that are left as they are: name, or beginning of names with a dot at its end, to the reason."""


def pinned(address: str, port: int, hosts: tuple[str, ...]) -> dict[str, Any]:
    """Every option that is set, by name: `hosts` are the names (without port) that requests may give as Host."""
    from seewhy.explorer.palette import theme

    return {
        **OPTIONS,
        **{name: _typed(value) for name, value in theme().items()},
        "server.address": address,
        "server.port": port,
        "server.allowedHosts": list(hosts),
        "server.cookieSecret": secrets.token_hex(32),
    }


def _typed(value: str) -> str | int | bool:
    """The text as a truth value or a whole number where it is one."""
    return {"true": True, "false": False}.get(value, int(value) if value.isdecimal() else value)


def log_here() -> None:
    """Let what Streamlit logs go to the handlers of this process instead of those it makes for each of its loggers."""
    from streamlit import logger

    def passed_on(logger: logging.Logger) -> None:
        logger.handlers, logger.propagate = [], True

    logger.setup_formatter = passed_on
    logger.update_formatter()


def set_here(options: Mapping[str, Any]) -> None:
    """Set the options in this process, above whatever else Streamlit would read them from."""
    from streamlit import config

    config.get_config_options(force_reparse=True, options_from_flags=dict(options))
