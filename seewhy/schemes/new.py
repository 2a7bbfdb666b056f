"""A scheme folder begun: one rung, one story, words, rules. `scheme test` is green at once."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from seewhy.cypher.folders import shipped
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.schemes.scheme import NAME, files_of
from seewhy.loaders.load import product_version

if TYPE_CHECKING:
    from pathlib import Path


def begin(folder: Path) -> list[Path]:
    """Write the files into a folder that is new or empty, and is called what the scheme is to be called.

    Raises ConfigurationError for a name that no scheme can have, and for a folder that holds something.
    """
    name = folder.resolve().name
    if not NAME.fullmatch(name):
        raise ConfigurationError(
            f"`{name}` is no name of a scheme", "lower case letters, digits, `_` and `-`, beginning with a letter"
        )
    if name in shipped():
        raise ConfigurationError(f"`{name}` is a built-in scheme", "call the folder otherwise")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigurationError(f"`{folder}` holds something already", "name a new folder")
    written = []
    try:
        for path, file in files_of(files("seewhy.schemes") / "begun"):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            text = file.read_text("utf-8").replace("NAME", name).replace("SINCE", product_version())
            target.write_text(text, "utf-8", newline="\n")
            written.append(target)
    except OSError as error:
        raise ConfigurationError(
            f"`{folder}` cannot be written: {(error.strerror or 'unknown reason').lower()}"
        ) from None
    return written
