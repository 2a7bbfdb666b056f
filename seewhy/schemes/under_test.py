"""A scheme with both of its texts, the rungs and the definition, and what its tables and policies are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seewhy.cypher.folders import in_use
from seewhy.cypher.ladder_files import read_ladder
from seewhy.cypher.ladders import gate, schemes
from seewhy.graph.errors import ConfigurationError
from seewhy.graph.inputs.files import FILES
from seewhy.graph.nearest import nearest
from seewhy.graph.schemes.in_use import policies_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from seewhy.cypher.ladder import Ladder
    from seewhy.graph.schemes.columns import FileSpec
    from seewhy.graph.schemes.policies import Policy

DEFINITION = "definition.sql"
LONGEST = 1_000_000
"""Bytes of a definition; ours have ten thousand."""


@dataclass(frozen=True, slots=True)
class SchemeUnderTest:
    """What a comparison needs to know of a scheme: `specs` are all input files, its own tables and columns included.

    `definition` is the text of `definition_file` (a path for messages).
    """

    name: str
    ladder: Ladder
    definition: str
    definition_file: str
    specs: Mapping[str, FileSpec]
    policies: Mapping[str, Policy]

    @classmethod
    def read(
        cls,
        name: str,
        folder: Traversable | None = None,
        *,
        specs: Mapping[str, FileSpec] = FILES,
        policies: Mapping[str, Policy] | None = None,
        needs_definition: bool = True,
    ) -> SchemeUnderTest:
        """The scheme of this name in a folder, by default the one that is in use.

        Raises ConfigurationError for a folder without a definition that can be read, QueryFileError for a wrong rung.
        """
        if folder is None:
            if name not in schemes():
                raise ConfigurationError(f"unknown scheme `{name}`", nearest(name, schemes(), always=True))
            folder = in_use().folders[name].path
        where = f"{name}/{DEFINITION}"
        policies = policies_of(name) if policies is None else policies
        if not needs_definition and not (folder / DEFINITION).is_file():
            return cls(name, read_ladder(name, folder), "", where, specs, policies)
        try:
            content = (folder / DEFINITION).read_bytes()
        except OSError:
            raise ConfigurationError(f"the scheme `{name}` has no `{DEFINITION}`") from None
        if len(content) > LONGEST:
            raise ConfigurationError(f"`{where}` is larger than {LONGEST:,} bytes")
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            raise ConfigurationError(f"`{where}` is no UTF-8") from None
        return cls(name, read_ladder(name, folder), text, where, specs, policies)

    @property
    def steps(self) -> tuple[str, ...]:
        """Every step that can decide, the gate's two first."""
        return (*gate(), *self.ladder.steps)

    @property
    def value_now(self) -> bool:
        """Whether some rung tells what holds now apart from what holds at all."""
        return any("now" in rung.block.head for rung in self.ladder.rungs)

    @property
    def search(self) -> bool:
        """Whether cases can be found by search."""
        return "search" in self.ladder.upgrades

    @property
    def rung_texts(self) -> tuple[str, ...]:
        """The bodies of the rungs and of what lifts a value, one text each."""
        return (*self.ladder.texts.values(), *(rung.block.body for rung in self.ladder.upgrades.values()))

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that the scheme says about its tables: the rungs and the definition."""
        return (*self.rung_texts, self.definition)
