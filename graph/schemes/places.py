"""Where schemes are found: built in, given by `--schemes` or `SEEWHY_SCHEMES`, or shipped by an installed package.

A place is a scheme folder, a folder of scheme folders, or a file that `scheme pack` wrote.
"""

from __future__ import annotations

import os
import tomllib
import zipfile
import zlib
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from lzma import LZMAError
from pathlib import Path
from typing import TYPE_CHECKING

from seewhy.cypher.folders import FILE, Folder, shipped, use
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.schemes.scheme import NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable

VARIABLE = "SEEWHY_SCHEMES"
GROUP = "seewhy.schemes"
"""The entry-point group of packages that ship a scheme folder: `name = "package.with.the.folder"`."""
LARGEST_PACK = 16 * 1024 * 1024


def folders_at(place: str | os.PathLike[str]) -> list[Folder]:
    """The scheme folders at a place; ConfigurationError where there is none."""
    path = Path(place)
    if path.is_file():
        return [packed(path)]
    if not path.is_dir():
        raise ConfigurationError(f"there is no scheme folder `{path}`")
    if (path / FILE).is_file():
        return [named(path.absolute(), str(path))]
    found = [named(one.absolute(), str(one)) for one in sorted(path.iterdir()) if (one / FILE).is_file()]
    if not found:
        raise ConfigurationError(f"`{path}` holds no scheme", f"a scheme is a folder with a `{FILE}`")
    return found


def named(path: Traversable, origin: str, name: str = "") -> Folder:
    """A scheme folder by the name that its scheme.toml says; where that cannot be read, by that of the folder."""
    try:
        said = tomllib.loads((path / FILE).read_text("utf-8")).get("name")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        said = None
    shown = name or path.name or "scheme"
    return Folder(said if isinstance(said, str) and NAME.fullmatch(said) else shown, path, origin)


def packed(path: Path) -> Folder:
    """The scheme in a file that `scheme pack` wrote."""
    try:
        if path.stat().st_size > LARGEST_PACK:
            raise ConfigurationError(f"`{path}` is larger than {LARGEST_PACK:,} bytes")
        _sound(path)
        inside = zipfile.Path(path.absolute())
        tops = [one for one in inside.iterdir() if one.is_dir() and (one / FILE).is_file()]
    except (OSError, zipfile.BadZipFile, RuntimeError, ValueError, OverflowError, EOFError, zlib.error, LZMAError):
        raise ConfigurationError(f"`{path}` is no packed scheme", "write one with `seewhy scheme pack`") from None
    if len(tops) != 1:
        raise ConfigurationError(f"`{path}` holds {len(tops)} schemes", "write one with `seewhy scheme pack`")
    return named(tops[0], str(path), tops[0].name)


def _sound(path: Path) -> None:
    """Every file of a pack can be read: a damaged one is told here, and not in the middle of a question."""
    with zipfile.ZipFile(path) as pack:
        if sum(one.file_size for one in pack.infolist()) > LARGEST_PACK:
            raise ConfigurationError(f"`{path}` is larger than {LARGEST_PACK:,} bytes")
        if damaged := pack.testzip():
            raise zipfile.BadZipFile(damaged)


def _of_environment() -> Iterator[str]:
    yield from filter(None, (one.strip() for one in os.environ.get(VARIABLE, "").split(os.pathsep)))


@cache
def _points() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))


def _of_packages() -> Iterator[Folder]:
    for point in _points():
        package, _, inside = point.value.partition(":")
        try:
            folder = files(package)
        except Exception:  # whatever a package does when it is imported
            raise ConfigurationError(
                f"the package of the scheme `{point.name}` (`{point.value}`) cannot be found"
            ) from None
        for part in filter(None, inside.split("/")):
            folder = folder / part
        yield named(folder, f"package {point.dist.name if point.dist else package}", point.name)


def found_schemes(places: Iterable[str | os.PathLike[str]] = ()) -> dict[str, Folder]:
    """Every scheme folder beside those that ship, by name; of one name the first counts: given, environment, packages.

    The name of a built-in scheme, and two different folders of one name at the given places, are ConfigurationErrors.
    """
    found: dict[str, Folder] = {}
    for source in (places, _of_environment()):
        for folder in (one for place in source for one in folders_at(place)):
            if folder.name in shipped():
                raise ConfigurationError(
                    f"the scheme in `{folder.origin}` is called `{folder.name}`, as a built-in one is",
                    "give it a name of its own in scheme.toml",
                )
            known = found.setdefault(folder.name, folder)
            if source is places and known.origin != folder.origin:
                raise ConfigurationError(
                    f"two schemes are called `{folder.name}`: `{known.origin}` and `{folder.origin}`"
                )
    for folder in _of_packages():
        if folder.name not in shipped():
            found.setdefault(folder.name, folder)
    return found


def use_schemes(places: Iterable[str | os.PathLike[str]] = ()) -> None:
    """Use every scheme that can be found, in the whole process."""
    use(found_schemes(places).values())
