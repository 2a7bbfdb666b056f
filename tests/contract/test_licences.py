"""Everything that is installed is under a licence of this list; a package that says another one, or none, fails."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.message import Message
from importlib.metadata import distributions
from typing import cast

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0",
    "Python-2.0", "Zlib",
    # Binds whoever changes its files: nothing of it is changed or copied into SeeWhy.
    "MPL-2.0",
}  # fmt: skip
"""As SPDX names them."""
SAID = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
"""How packages say it that do not yet say it as SPDX does."""
IN_A_FILE = {
    # Its licence file; the axe-core that it brings is under MPL-2.0.
    "axe-playwright-python": {"MIT", "MPL-2.0"},
}
"""What packages say in no field of theirs, as it was read."""


def licences(metadata: Message) -> set[str]:
    """Every licence that a package names: its expression, else its classifiers, else the first line of `License`."""
    if expression := metadata.get("License-Expression"):
        return set(re.split(r"\s+(?:AND|OR|WITH)\s+|[()]", expression)) - {""}
    classifiers = [text.split(" :: ")[-1] for text in metadata.get_all("Classifier") or () if "License ::" in text]
    said = set(classifiers) - {"OSI Approved"} or {*(metadata.get("License") or "").strip().splitlines()[:1]}
    return {SAID.get(text, text) for text in said}


def unlisted(installed: Iterable[Message]) -> dict[str, set[str]]:
    """Package to the licences that are not on the list; `nothing` where it names none."""
    said = {one["Name"]: licences(one) or IN_A_FILE.get(one["Name"], {"nothing"}) for one in installed}
    return {name: wrong for name, of_one in said.items() if (wrong := of_one - ALLOWED)}


def test_everything_installed_is_under_a_licence_of_the_list() -> None:
    found = [cast("Message", one.metadata) for one in distributions()]
    assert len(found) > 80
    assert not unlisted(found)


def test_another_licence_and_none_are_found() -> None:
    packages = []
    for name, field, text in (
        ("free", "License-Expression", "MIT OR (GPL-3.0-only AND BSD-3-Clause)"),
        ("old", "Classifier", "License :: OSI Approved :: GNU Affero General Public License v3"),
        ("words", "License", "Proprietary\nall rights reserved"),
        ("silent", "Summary", "says nothing"),
        ("fine", "License", "Apache 2.0"),
    ):
        packages.append(metadata := Message())
        metadata["Name"], metadata[field] = name, text
    assert unlisted(packages) == {
        "free": {"GPL-3.0-only"},
        "old": {"GNU Affero General Public License v3"},
        "words": {"Proprietary"},
        "silent": {"nothing"},
    }
