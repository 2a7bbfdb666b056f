"""A tiny scheme whose cases have dated tags, a list that makes them equivalent, and people cleared for tags."""

from __future__ import annotations

from pathlib import Path

import seewhy
from tests.support.example_schemes import DAY, use, write_organisation

TAGS = {
    "scheme.toml": (
        'name = "tags"\ntitle = "Tags"\nproduct = "Tags"\nversion = "1"\nprofile = ["case_tags"]\nlinks = []\n'
        'blocks = []\n[actions]\nview = "view"\nedit = "edit"\n'
    ),
    "tables/tags.toml": (
        'noun = "tag"\ncolumns = [\n{ name = "tag_id", type = "id", required = true },\n'
        '{ name = "name", type = "text" },\n]\n'
    ),
    "tables/case_tags.toml": (
        'about = "case"\ndated = true\nkey = ["case_id", "tag_id"]\nnoun = "tag of a case"\n'
        'sentence = "the tag {tag_id} of {case_id}"\ncolumns = [\n'
        '{ name = "case_id", references = "cases", required = true },\n'
        '{ name = "tag_id", references = "tags", required = true },\n]\n'
    ),
    "tables/cleared.toml": (
        'about = "person"\ndated = true\nkey = ["person_id", "tag_id"]\nnoun = "clearance"\n'
        'sentence = "the clearance of {person_id} for {tag_id}{level: at level }"\ncolumns = [\n'
        '{ name = "person_id", references = "people", required = true },\n'
        '{ name = "tag_id", references = "tags", required = true },\n'
        '{ name = "level", type = "int" },\n]\n'
    ),
    "graph.toml": (
        '[tags]\nlabel = "Tag"\n[case_tags]\nfrom = "case_id"\ntype = "TAGGED"\nto = "tag_id"\n'
        'sentence = "{a} has the tag {b}"\n[cleared]\nfrom = "person_id"\ntype = "CLEARED_FOR"\nto = "tag_id"\n'
        'properties = ["level"]\nsentence = "{a} is cleared for {b}"\n'
    ),
    "1_tag.cypher": (
        "// step:  tag\n// on:    profile\n// rules: TAG-01\n// says:  view\n// evidence: w, i\n//\n// Cleared.\n"
        "// person:\nMATCH (p:Person)-[w:CLEARED_FOR]->(t:Tag)\nWHERE w.level >= 2 AND ON_DAY(w)\n"
        "// case:\nMATCH (f:AccessProfile)-[i:TAGGED]->(t:Tag)\n"
    ),
    "2_no_rule.cypher": "// step:  no_rule\n// rules: TAG-02\n// otherwise: none\n//\n// Nothing gave access.\n",
    "words.toml": (
        '[tag]\nquestion = "Is {person} cleared?"\nlacks = "{person} is not cleared for {found}"\n'
        'nothing = "the case has no tag"\n[no_rule]\nquestion = "Otherwise"\nmet = "nothing gives {person} access"\n'
    ),
    "rules.toml": "".join(f'[[rule]]\nid = "TAG-0{n}"\nstatement = "Rule {n}."\n\n' for n in (1, 2)),
}
DESK = {
    "systems": "system_id,scheme\nt,tags\n",
    "people": "person_id,name\nana,Ana\nbo,Bo\nlow,Low\nnone,None\n",
    "cases": "case_id,system_id\nc-0,t\nc-1,t\nc-2,t\n",
    "tags": "tag_id,name\nred,Red\nblue,Blue\n",
    "case_tags": "case_id,tag_id,since,until\nc-2,blue,,\nc-1,red,2026-02-01,2026-04-01\nc-1,blue,2026-04-01,\n",
    "cleared": (
        "person_id,tag_id,level,since,until\nana,red,2,,2026-03-01\nbo,red,3,2026-03-01,\nlow,red,1,,\nlow,blue,1,,\n"
    ),
}
"""Case c-1 is red in February and March, then blue; Ana is cleared until the end of February, Bo from March."""


def written(texts: dict[str, str], folder: Path, ending: str = "") -> Path:
    for name, text in texts.items():
        path = folder / f"{name}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def loaded(place: Path) -> Path:
    """The desk and both examples, each loaded into a graph of its name in a folder; all three schemes are in use."""
    use("repositories", "departments", written(TAGS, place / "tags"))
    for name, files in (
        ("desk", written(DESK, place / "desk-files", ".csv")),
        ("repositories", write_organisation("repositories", place / "r-files")),
        ("departments", write_organisation("departments", place / "d-files")),
    ):
        with seewhy.connect(place / name, write=True) as graph:
            graph.load(files, as_of=DAY)
    return place
