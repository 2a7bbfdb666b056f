"""The input files: those of SeeWhy and of the schemes in use, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from seewhy.cypher.folders import per_set
from seewhy.graph.schemes.in_use import input_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seewhy.graph.schemes.columns import FileSpec


class _InUse(Mapping[str, "FileSpec"]):
    """Looks up in the set of schemes that is in use now."""

    def __getitem__(self, stem: str) -> FileSpec:
        return input_files()[stem]

    def __iter__(self) -> Iterator[str]:
        return iter(input_files())

    def __len__(self) -> int:
        return len(input_files())


FILES: Mapping[str, FileSpec] = _InUse()
"""Every input file by its stem."""


def files_about(owner: str) -> tuple[str, ...]:
    """The files whose rows are a person's (`person`) or a case's own (`case`), or `structure`."""
    return _by_owner().get(owner, ())


@per_set
def _by_owner() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for stem, spec in input_files().items():
        found[spec.about] = (*found.get(spec.about, ()), stem)
    return found
