"""YAML files that people write: assertion files and changes, read in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.plain_yaml import MOST_BYTES, NotPlain, read_plain
from seewhy.graph.inputs.regular import read_regular

if TYPE_CHECKING:
    from pathlib import Path


def read_plain_file(path: Path, what: str) -> Any:
    """The document of a file (`read_plain`). `what` says what it should be, such as "an assertion file".

    Raises ConfigurationError with everything that is wrong, naming the file.
    """
    if not path.exists() and not path.is_symlink():
        raise ConfigurationError(f"there is no file or folder `{path}`")
    data = read_regular(path, MOST_BYTES)
    try:
        return read_plain(data)
    except NotPlain as error:
        raise ConfigurationError(f"`{path}` cannot be read as {what}: {error.message}", error.hint) from None
