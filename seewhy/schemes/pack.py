"""A scheme as one file: a zip of its folder, the same bytes for the same content, and its digest."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seewhy.graph.schemes.scheme import Scheme

_DATE = (1980, 1, 1, 0, 0, 0)


def packed_bytes(scheme: Scheme) -> bytes:
    """The zip: every file below a folder that is called as the scheme is, in order, stored, with a fixed date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as pack:
        for name in ("", *sorted(scheme.files)):
            info = zipfile.ZipInfo(f"{scheme.name}/{name}", _DATE)
            info.external_attr = (0o40755 << 16) | 0x10 if not name else 0o100644 << 16
            pack.writestr(info, scheme.files.get(name, b""))
    return out.getvalue()
