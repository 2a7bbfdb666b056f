"""A Neo4j that knows every name and has every index before anything is asked of it.

A constraint or an index that is new throws away the plans of all texts, and a name that a text holds throws away that
text's when the first node has it. Where loads of other schemes and columns come one by one, as tests have them, each
text would be planned several times, and a plan of a ladder takes seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.cypher.folders import shipped, using
from seewhy.graph.engines.neo4j import SCHEMA_FILES
from seewhy.graph.engines.texts import OWN_LABELS, text
from seewhy.graph.schemes.in_use import labels, relationships
from seewhy.graph.schemes.places import folders_at
from seewhy.graph.vocabulary import DATED
from tests.support.example_schemes import EXAMPLES, NAMES

if TYPE_CHECKING:
    from tests.servers.neo4j import Neo4jServer

LOAD = {"started", "finished", "as_of", "model", "digest", "facts", "product", "schemes"}
"""What a load says of itself."""
RENAMED = ("Branch",)
"""Labels of examples that tests change."""


def make_names_known(server: Neo4jServer) -> None:
    """By one node and its relationships, which are deleted again: those of the schemes in use, and of the examples."""
    kinds = ", ".join(f"(a)-[:{kind}]->(a)" for kind in relationships())
    keys = {"id", "name", *DATED, *LOAD, *(key for keys in labels().values() for key in keys)}
    keys |= {key for one in relationships().values() for key, _ in one.properties}
    words = ", ".join(f"{key}: 1" for key in sorted(keys))
    server.rows(f"CREATE (a:{':'.join([*labels(), 'Load'])} {{{words}}}), {kinds} DETACH DELETE a")


def prepare(server: Neo4jServer) -> None:
    """Names, constraints and indexes of the built-in schemes and of the examples."""
    examples = [folder for name in NAMES for folder in folders_at(EXAMPLES / name)]
    with using([*shipped().values(), *examples]):
        for label in (*labels(), *OWN_LABELS):
            server.rows(text("schema/unique_id", LABEL=label))
        for label in RENAMED:
            server.rows(text("schema/unique_id", LABEL="Person").replace("Person", label))
        for name in SCHEMA_FILES:
            server.rows(text(f"schema/{name}"))
        make_names_known(server)
