"""The surroundings of the process: an empty folder of its own to work in, which is also its home, and no variable that
Streamlit would read options from."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HOMES = ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")


def outside(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for the process: no options of Streamlit, and of Python's own only where packages are.

    `PYTHONPATH` is how this program may have been found, so it stays; its relative places do not, because they would be
    in the current folder.
    """
    kept = {name: value for name, value in environment.items() if not name.upper().startswith(("STREAMLIT_", "PYTHON"))}
    places = [place for place in environment.get("PYTHONPATH", "").split(os.pathsep) if os.path.isabs(place)]
    if places:
        kept["PYTHONPATH"] = os.pathsep.join(places)
    return kept


@contextmanager
def private_folder() -> Iterator[Path]:
    """Work in an empty folder that nobody else can look into, for the length of the block; then it is removed.

    Yields the folder. Home and current folder of this process are it, and what is left of `STREAMLIT_…` is gone.
    """
    folder = Path(tempfile.mkdtemp(prefix="seewhy-"))
    before = dict(os.environ)
    try:
        for name in [name for name in os.environ if name.upper().startswith("STREAMLIT_")]:
            del os.environ[name]
        for name in _HOMES:
            if name in ("HOME", "USERPROFILE") or name in os.environ:
                os.environ[name] = str(folder)
        os.chdir(folder)
        yield folder
    finally:
        os.environ.clear()
        os.environ.update(before)
        with suppress(OSError):
            os.chdir(folder.anchor)
        shutil.rmtree(folder, ignore_errors=True)
