"""The query book keeps to the vocabulary of the graph, to its own headers, and to what Neo4j can plan well."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import neo4j
import pytest

from seewhy.cypher.catalogue import Query, book
from seewhy.cypher.explained import DETAILS, cells
from seewhy.cypher.header import parameters_in
from seewhy.cypher.ladders import gate, ladders
from seewhy.graph.rules.catalogue import rules
from seewhy.graph.rules.findings import findings
from seewhy.graph.schemes.in_use import labels as labels_in_use
from seewhy.graph.schemes.in_use import relationships
from seewhy.graph.vocabulary import DATED
from tests.contract.repository import ROOT, python_files
from tests.support.known_names import LOAD, make_names_known

if TYPE_CHECKING:
    from tests.servers.neo4j import Neo4jServer

PARAMETERS = {
    *("as_of", "person", "case", "people", "keys", "action", "cases", "profiles", "reaches", "positions", "position"),
    *("unit", "units", "types", "roles", "system", "systems", "privilege", "privileges", "segment", "work", "thing"),
    *("tick", "place", "other", "in_hopper", "most", "above", "functionally_unique", "codes", "clearance_above"),
    *("max_positions", "horizon", "duties", "organisation_wide", "private_office", "team_level", "pairs"),
    *("schemes", "of_groups", "of_roles", "id", "ids", "kinds"),
}
"""Every parameter of every text; a new one is a decision."""
LISTS = PARAMETERS & {
    *("people", "keys", "cases", "profiles", "reaches", "positions", "units", "types", "roles", "systems"),
    *("privileges", "codes", "duties", "organisation_wide", "private_office", "team_level"),
    *("schemes", "of_groups", "of_roles", "ids", "kinds"),
}
VALUES = {
    **dict.fromkeys(PARAMETERS, "x"),
    **{key: ["x"] for key in LISTS},
    **dict.fromkeys(("in_hopper", "functionally_unique"), True),
    "pairs": [["x", "x"]],
    **dict.fromkeys(("most", "above", "clearance_above", "max_positions"), 2),
}
"""A value of the right kind for every parameter: the planner looks at kinds."""
_STARTS = re.compile(r"startNode\((\w+)\)")
_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|//[^\n]*")
_NODE = re.compile(r"\(\s*(\w*)\s*((?::\s*[\w|&!:]+)?)")
_ARROW = re.compile(r"\[\s*(\w*)\s*:\s*([\w|]+)")
_PROPERTY = re.compile(r"(?<![\w$.])([a-z]\w*)\.(\w+)")


def bare(query: Query) -> str:
    """The text without strings, comments, and the cells of evidence, which are asked of every relationship alike."""
    text = query.text
    for name in set(_STARTS.findall(text)):
        text = text.replace(cells(name), "[]")
    return _TEXT.sub("''", text)


def types_of(text: str) -> dict[str, set[str]]:
    """Relationship variable -> the types it may have anywhere in the text."""
    found: dict[str, set[str]] = {}
    for name, kinds in _ARROW.findall(text):
        found.setdefault(name, set()).update(kinds.split("|"))
    return found


def test_relationship_types_are_of_the_vocabulary() -> None:
    used = {
        name: {kind for kinds in types_of(bare(query)).values() for kind in kinds} for name, query in book().items()
    }
    assert {name: kinds - set(relationships()) for name, kinds in used.items() if kinds - set(relationships())} == {}
    assert set().union(*used.values()) > {"MEMBER_OF", "HAS_PROFILE"}


def labels_of(text: str) -> set[str]:
    """Labels that the nodes of a text have."""
    without_arrows = re.sub(r"\[[^\]]*\]", "[]", text)
    written = (re.split(r"[|&!:]", labels.replace(" ", "")) for _, labels in _NODE.findall(without_arrows))
    return {label for labels in written for label in labels if label}


def test_labels_are_of_the_vocabulary() -> None:
    used = {name: labels_of(bare(query)) for name, query in book().items()}
    known = {*labels_in_use(), "Load"}
    assert {name: labels - known for name, labels in used.items() if labels - known} == {}
    assert set().union(*used.values()) > {"Person", "AccessProfile"}


def test_properties_of_relationships_are_of_their_types() -> None:
    faults, seen = [], 0
    for query in book().values():
        text = bare(query)
        kinds = types_of(text)
        for name, key in _PROPERTY.findall(text):
            if name in kinds:
                seen += 1
                known = {
                    *(key for kind in kinds[name] for key, _ in relationships()[kind].properties),
                    *(DATED if any(relationships()[kind].dated for kind in kinds[name]) else ()),
                }
                if key not in known:
                    faults.append(f"{query.name}: {name}.{key}")
    assert faults == []
    assert seen > 1_000


def test_cells_of_evidence_are_properties_of_some_relationship() -> None:
    assert set(DETAILS) <= {key for one in relationships().values() for key, _ in one.properties}


def test_properties_of_nodes_are_of_their_labels() -> None:
    faults, seen = [], 0
    for query in book().values():
        text = bare(query)
        labels: dict[str, set[str]] = {}
        for name, written in _NODE.findall(re.sub(r"\[[^\]]*\]", "[]", text)):
            if name and written:
                labels.setdefault(name, set()).update(re.findall(r"\w+", written))
        relationships = types_of(text)
        for name, key in _PROPERTY.findall(text):
            if name in labels and name not in relationships:
                seen += 1
                known = {"id", "name", *(key for label in labels[name] for key in labels_in_use().get(label, LOAD))}
                if key not in known:
                    faults.append(f"{query.name}: {name}.{key}")
    assert faults == []
    assert seen > 500


def test_the_header_says_what_the_text_takes_and_gives() -> None:
    faults = []
    for name, query in book().items():
        last = query.text[query.text.rindex("RETURN") :]
        told = {
            "parameters": query.parameters == parameters_in(query.text) and query.parameters <= PARAMETERS,
            "columns": bool(query.returns) and len(set(query.returns)) == len(query.returns),
            "returned": all(re.search(rf"\b{column}\b", last) for column in query.returns),
            "sentence": bool(query.doc.strip()),
        }
        faults += [f"{name}: {what}" for what, right in told.items() if not right]
    assert faults == []
    assert len(book()) > 200


_DAY = re.compile(r"ON_DAY\((\w+)\)|\b(\w+)\.since\b")


def undated(text: str) -> set[str]:
    """Dated relationships of a text as written that say no dates, by name; `:TYPE` for one without a name."""
    said = {one or other for one, other in _DAY.findall(text)}
    found = re.findall(r"\[(\w*):([\w|]+)\]", text)
    dated = [(name, kinds) for name, kinds in found if any(relationships()[kind].dated for kind in kinds.split("|"))]
    return {name or f":{kinds}" for name, kinds in dated if name not in said}


def test_every_dated_relationship_of_a_rung_says_its_dates() -> None:
    faults = {}
    for file in sorted((ROOT / "cypher" / "schemes").rglob("*.cypher")):
        lines = file.read_text("utf-8").splitlines()
        half = "\n".join(line for line in lines if not line.startswith("//"))
        begun = {"z", "m"} if file.stem == "3_supervisor" else set()  # they only have to have begun
        if missing := undated(half) - begun:
            faults[file.stem] = missing
    assert faults == {}
    assert undated("MATCH (p)-[m:MEMBER_OF]->(:Unit)<-[:IN_TEAM]-(f)-[:LEADS]->(u)") == {"m", ":LEADS"}


def test_every_file_is_asked() -> None:
    """A rung's file is in the ladder that composes it, a definition in a rung. The name of a question stands in the
    code, whole, or behind the beginning that the code puts before it (`organisation/person_{what}`)."""
    code = "\n".join(path.read_text("utf-8") for path in python_files("graph", "explorer", "seewhy", "loaders"))
    begun = set(re.findall(r"/(\w+_)\{", code))
    composed = {rung.file for rung in gate().values()}
    for ladder in ladders().values():
        composed |= {rung.file for rung in (*ladder.rungs, *ladder.upgrades.values())}
        composed |= {f"cypher/schemes/{ladder.scheme}/{len(ladder.steps)}_{ladder.otherwise[0]}.cypher"}
    faults = []
    for path in sorted((ROOT / "cypher").rglob("*.cypher")):
        file, text = path.relative_to(ROOT / "cypher").as_posix(), path.read_text("utf-8")
        if defined := re.match(r"// define: (\w+)", text):
            others = [other for other in path.parent.glob("*.cypher") if other != path]
            asked = any(f"{{{defined[1]}}}" in other.read_text("utf-8") for other in others)
        elif path.parent.name != "findings" and file.startswith("schemes/"):
            asked = f"cypher/{file}" in composed
        elif path.parent.name == "findings":
            asked = path.stem in {one.name for one in findings()}
        else:
            names = {path.stem, *(path.stem.removeprefix(one) for one in begun)}
            asked = re.search(rf"[\"'/]({'|'.join(names)})[\"']", code) is not None
        if not asked:
            faults.append(file)
    assert faults == []


def test_a_path_is_told_once_behind_all_rungs() -> None:
    """The more expressions stand in a text, the longer a server plans it; and sorting by columns of the rungs makes it
    plan each of them for that order as well."""
    whys = {name: query.text for name, query in book().items() if name.startswith("why/")}
    assert len(whys) >= 12
    rungs_told = {name: text.rpartition("\n}\n")[0].count("startNode(") for name, text in whys.items()}
    assert rungs_told == dict.fromkeys(whys, 0)
    sorted_by = {name: text.rpartition(" ORDER BY ")[2] for name, text in whys.items()}
    assert set(sorted_by.values()) == {"-rank, [way, path]", "[person, case_id, -rank, way, path]"}


def test_no_parameter_is_only_in_this_list() -> None:
    assert {name for query in book().values() for name in query.parameters} == PARAMETERS


def test_names_are_known_once() -> None:
    assert all(name == query.name for name, query in book().items())
    texts: dict[str, str] = {}
    for name, query in book().items():
        if query.text in texts:
            # The halves of two rungs may be the same; a written question may not be there twice.
            assert query.composed, (name, texts[query.text])
        texts.setdefault(query.text, name)


@cache
def rule_ids() -> frozenset[str]:
    return frozenset(rule.id for rule in rules())


def test_rule_ids_of_headers_are_known() -> None:
    named = {
        **{query.name: re.findall(r"[A-Z]+-\d+", query.head.get("rules", "")) for query in book().values()},
        **{
            f"{rung.file} {rung.number}": list(rung.block.names("rules"))
            for ladder in ladders().values()
            for rung in ladder.rungs
        },
    }
    assert {name: [one for one in ids if one not in rule_ids()] for name, ids in named.items()} == {
        name: [] for name in named
    }
    assert sum(map(len, named.values())) > 100


CROSSED, UNKNOWN, DEPRECATED = ("03N90",), ("01N50", "01N51", "01N52"), ("01N00", "01N01", "01N02")
"""GQL status codes: a cartesian product; an unknown label, type or property; something deprecated."""


@pytest.fixture(scope="module")
def planned(neo4j_server: Neo4jServer) -> dict[str, list[tuple[str, str]]]:
    """What a Neo4j that knows the vocabulary says to EXPLAIN of every text: (GQL status, description).

    All names are known (see `make_names_known`): whatever is unknown then is misspelt. Plans of texts that other tests
    asked are kept, with their notes.
    """
    neo4j_server.empty(plans=False)
    make_names_known(neo4j_server)
    told: dict[str, list[tuple[str, str]]] = {}
    with neo4j_server.driver() as driver, driver.session(database=neo4j_server.database) as session:
        for name, query in book().items():
            given = {key: VALUES[key] for key in query.parameters}
            summary = session.run(neo4j.Query(f"EXPLAIN {query.text}"), given).consume()
            told[name] = [(one.gql_status, one.status_description) for one in summary.gql_status_objects]
    return told


def told_of(planned: dict[str, list[tuple[str, str]]], codes: tuple[str, ...]) -> dict[str, list[str]]:
    found = {name: [text for code, text in notes if code in codes] for name, notes in planned.items()}
    return {name: texts for name, texts in found.items() if texts}


def test_neo4j_knows_every_label_type_and_property(planned: dict[str, list[tuple[str, str]]]) -> None:
    assert told_of(planned, UNKNOWN) == {}


def test_nothing_is_deprecated(planned: dict[str, list[tuple[str, str]]]) -> None:
    assert told_of(planned, DEPRECATED) == {}


def test_no_text_multiplies_unrelated_rows(planned: dict[str, list[tuple[str, str]]]) -> None:
    assert set(told_of(planned, CROSSED)) == set()
