"""The scheme folder that an evidence file carries: the rules of an organisation's own scheme, decided with again.

Files about a built-in scheme carry none: their rules are SeeWhy's. A folder inside is data as any scheme is: linted,
and run in reading sessions under the same limits. It proves what follows from its rules, not whose rules they are; so
its digest is told, and compared with the scheme of that name that is in use here.
"""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seewhy.cypher.folders import in_use, shipped, using
from seewhy.graph.errors import ConfigurationError, SeeWhyError
from seewhy.graph.schemes.in_use import schemes
from seewhy.graph.schemes.places import named
from seewhy.graph.schemes.scheme import Scheme, digest_of, read_scheme

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCHEME = "scheme/"
"""Where the folder lies in the file."""
_PATH = re.compile(r"scheme/(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/){0,4}[A-Za-z0-9_-][A-Za-z0-9_.-]*")
MOST_FILES = 500


def may_be_inside(name: str) -> bool:
    """Whether a member can be a file of a scheme folder."""
    return _PATH.fullmatch(name) is not None


@contextmanager
def only_scheme(name: str) -> Iterator[None]:
    """Use the built-in schemes and this one alone in a block: rows then have the columns that it knows."""
    own = [folder for folder in in_use().own if folder.name == name]
    with using([*shipped().values(), *own]):
        yield


def folder_members(scheme: str) -> dict[str, bytes]:
    """The members that carry a scheme's folder; none for a built-in one."""
    known = schemes()[scheme]
    return {} if known.built_in else {f"{SCHEME}{path}": content for path, content in known.files.items()}


@contextmanager
def rules_of(members: Mapping[str, bytes], shown: str) -> Iterator[Scheme | None]:
    """Use the rules of an evidence file in a block: the folder inside, or the built-in schemes.

    Raises ConfigurationError for a folder that is none.
    """
    files = {name.removeprefix(SCHEME): content for name, content in members.items() if name.startswith(SCHEME)}
    if not files:
        with using(shipped().values()):
            yield None
        return
    if len(files) > MOST_FILES:
        raise ConfigurationError(f"`{shown}` is no readable evidence file: its scheme has {len(files):,} files")
    pack = io.BytesIO()
    with zipfile.ZipFile(pack, "w") as archive:
        for path, content in files.items():
            archive.writestr(f"{SCHEME}{path}", content)
    inside = zipfile.ZipFile(pack)
    inside.filename = shown
    folder = named(zipfile.Path(inside, SCHEME), f"evidence {digest_of(files)}")
    if folder.name in shipped():
        raise ConfigurationError(f"`{shown}` is no readable evidence file: its scheme is called as a built-in one is")
    try:
        scheme = read_scheme(folder)
    except SeeWhyError as error:
        raise ConfigurationError(f"`{shown}` is no readable evidence file: {error.message}") from None
    with using([*shipped().values(), folder]):
        yield scheme


def told_rules(scheme: Scheme | None, here: Mapping[str, Scheme]) -> str:
    """What is to be said of the rules of a file; `here` are the schemes in use. Blank for a built-in scheme."""
    if scheme is None:
        return ""
    known = here.get(scheme.name)
    about = f"The rules are those of the folder inside, the scheme {scheme.name}, digest {scheme.digest[:16]}"
    if known is None:
        return f"{about}; no scheme of that name is in use here, so only you can tell whether they are the right ones."
    if known.digest != scheme.digest:
        return f"{about}; the scheme of that name in use here is another version, digest {known.digest[:16]}."
    return f"{about}, the same as the scheme in use here."
