"""The headers that every answer carries: what a browser may load, run, frame and send."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files

from seewhy.explorer.door import first_page

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def inline_scripts() -> tuple[str, ...]:
    """The scripts in the page of the installed Streamlit and the one that we add, as sources of a content security
    policy."""
    page = files("streamlit").joinpath("static/index.html").read_text("utf-8")
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE.findall(page))
    return (*(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests), first_page.SOURCE)


def policy(host: str, scripts: tuple[str, ...] = ()) -> str:
    """The content security policy for pages that are asked for under `host` (name and port)."""
    sources = {
        "default-src": "'self'",
        # Components of the pages (search box, picture) come over the websocket and are run from a blob.
        # Streamlit tries whether the browser has WebAssembly; scripts made from text stay forbidden.
        "script-src": " ".join(("'self'", "blob:", "'wasm-unsafe-eval'", *scripts)),
        # Streamlit writes its styles into the page, and the pages theirs.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self' ws://{host} wss://{host}",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "frame-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def headers(host: str, scripts: tuple[str, ...] = ()) -> list[tuple[bytes, bytes]]:
    """Names (lower case) and values, as an ASGI server takes them."""
    values = {
        "content-security-policy": policy(host, scripts),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
    }
    return [(name.encode(), value.encode("latin-1")) for name, value in values.items()]
