"""The rooms: who may import whom, where Cypher may stand, and what no file of the repository holds."""

from __future__ import annotations

import ast
import re
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.contract.repository import (
    FOLDERS,
    PACKAGES,
    ROOT,
    imported,
    modules_imported,
    python_files,
    shown,
    strings,
    text_files,
)

OURS = frozenset(FOLDERS)
MAY_IMPORT = {
    "cypher": frozenset[str](),
    "graph": frozenset({"cypher"}),
    "loaders": frozenset({"cypher", "graph"}),
    "auth": frozenset({"graph"}),
    "explorer": frozenset({"graph", "auth"}),
    "seewhy": frozenset({"cypher", "graph", "loaders", "auth", "explorer"}),
}
# The rooms of a folder and the modules beside them, from the ground up: each may import what stands before it.
ROOMS = {
    "graph": (
        "loads vocabulary problems lookalike errors nearest settings schemes rules answers inputs derivation days "
        "files engines garbage_collection record session explain matrix change scope findings questions counterfactual "
        "evidence reports"
    ),
    "explorer": (
        "urls palette titles callbacks page_list navigation components data picture suggestions entry_notice "
        "page_shell answer_bar widgets bar tab_title print_page warm_up pages door"
    ),
    "seewhy": "ids yaml_files demo serving api __init__ assertions reports request_files change_files schemes http cli",
}
# A library that only one place may know.
ONLY_IN = {
    "kglite": ("graph/engines/",),
    "neo4j": ("graph/engines/",),
    "py2neo": ("graph/engines/",),
    "streamlit": ("explorer/",),
    "pyvis": ("explorer/",),
    "typer": ("seewhy/",),
    "duckdb": ("seewhy/schemes/",),
    "prometheus_client": ("seewhy/http/",),
}
LONGEST = 300

_CYPHER = re.compile(
    r"\b(?:MATCH|MERGE|CREATE|DELETE)\s*\(|\bDETACH\s+DELETE\b|\bUNWIND\s+\S+\s+AS\b|\bWITH\s+\w+\s+(?:AS|WHERE|MATCH)\b"
    r"|\bCALL\s*(?:\(|\{|db\.|dbms\.|apoc\.)|\bRETURN\s+(?:\w+\.\w+|count|\d)|\)-\[|\]->\("
    r"|\b(?:SHOW|CREATE|DROP)\s+(?:CONSTRAINT|INDEX)"
)
# Written in pieces, so that this file does not find itself.
_LATER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME)\b")
_MACHINE = re.compile(r"(?<![\w.:/}])/(?:wo" r"rk|tm" r"p|ro" r"ot|ho" r"me|Us" r"ers)/[\w.]")
_HOSTS = re.compile(r"py" r"pi\.org|python" r"hosted|repo\d?\.mav" r"en|npm" r"js\.org|crat" r"es\.io|deb\.deb" r"ian")
_REASON = re.compile(r"(?i)\b300 lines\b.*\b(?:because|since|so that)\b|\blong because\b", re.DOTALL)


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_one_way(package: str) -> None:
    wrong = {
        shown(path): sorted(crossed)
        for path in python_files(package)
        if (crossed := (imported(path) & OURS) - MAY_IMPORT[package] - {package})
    }
    assert not wrong


def test_our_packages_are_imported_below_seewhy() -> None:
    # The folders stand at the top of the repository, so `import graph` works here and in nobody's installation.
    wrong = {
        shown(path): sorted(bare)
        for path in python_files(*FOLDERS)
        if (bare := {name.partition(".")[0] for name in modules_imported(path)} & (set(PACKAGES) - {"seewhy"}))
    }
    assert not wrong


def _room(folder: str, module: str) -> str:
    """The room of a folder that a module belongs to; blank when it is none of that folder."""
    first, *rest = module.removeprefix("seewhy.").split(".") if module.startswith("seewhy.") else [""]
    if folder == "seewhy":
        return first if first not in PACKAGES else ""
    return rest[0] if first == folder and len(rest) > 1 else ""


def test_rooms_import_only_what_stands_below_them() -> None:
    wrong = []
    for folder, rooms in ROOMS.items():
        order = {room: place for place, room in enumerate(rooms.split())}
        for path in python_files(folder):
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            if folder != "seewhy" and parts == ("__init__",):
                continue
            here = order[parts[0]]
            wrong += [
                f"{shown(path)}: {module}"
                for module in sorted(modules_imported(path))
                if (room := _room(folder, module)) and order.get(room, here) > here
            ]
    assert not wrong, "\n".join(wrong)


def test_no_module_imports_itself_by_a_detour() -> None:
    ours = {_dotted(path): path for path in python_files(*PACKAGES)}
    arrows = {
        name: {found for module in modules_imported(path) if (found := _ours(module, ours)) and found != name}
        for name, path in ours.items()
    }
    TopologicalSorter(arrows).prepare()


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(part for part in parts if part != "__init__")
    return name if parts[0] == "seewhy" else f"seewhy.{name}"


def _ours(module: str, ours: dict[str, Path]) -> str | None:
    """The module of ours behind `a.b.name`: a module itself, or the one that holds the name."""
    if module == "seewhy" or module.startswith("seewhy."):
        return next((name for name in (module, module.rpartition(".")[0]) if name in ours), None)
    return None


def test_the_reader_of_query_files_needs_only_the_standard_library() -> None:
    foreign = {shown(path): imported(path) - sys.stdlib_module_names - {"cypher"} for path in python_files("cypher")}
    assert not {path: names for path, names in foreign.items() if names}


def test_a_library_is_known_in_one_place() -> None:
    outside = [
        f"{shown(path)}: {library}"
        for path in python_files(*PACKAGES)
        for library in sorted(imported(path) & ONLY_IN.keys())
        if not shown(path).startswith(ONLY_IN[library])
    ]
    assert not outside, "\n".join(outside)


def test_the_definition_knows_nothing_of_the_product() -> None:
    assert not [shown(path) for path in python_files("tests/definition") if imported(path) & set(PACKAGES)]


def test_no_page_hides_a_root_package() -> None:
    # `streamlit run` puts explorer/ first on the path: a module there would be found before the package of that name.
    names = {path.stem for path in (ROOT / "explorer").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert not names & ({"cypher", "graph", "loaders", "seewhy", "tests"} | (sys.stdlib_module_names - {"__main__"}))


def test_no_cypher_in_python_strings() -> None:
    found = [
        f"{shown(path)}:{line}: {text.strip()[:80]}"
        for path in python_files("graph", "loaders", "explorer", "seewhy")
        for line, text in strings(path)
        if _CYPHER.search(text)
    ]
    assert not found


def test_cypher_is_recognised() -> None:
    texts = [
        "MATCH (p:Person) RETURN p.id AS id",
        "UNWIND $rows AS row",
        "CREATE INDEX a IF NOT EXISTS",
        "… )-[r:MEMBER_OF]->(u)",
        "RETURN count(*) AS c",
    ]
    assert not [text for text in texts if not _CYPHER.search(text)]


def test_a_sentence_is_not_cypher() -> None:
    texts = ["no match (see above)", "create a graph", "with the case, as shown", "call the office"]
    assert not [text for text in texts if _CYPHER.search(text)]


def _opening(path: Path, text: str) -> str:
    """The docstring of a module, or the comment that it begins with."""
    return (ast.get_docstring(ast.parse(text)) or "") + "\n".join(
        line for line in text.splitlines()[:10] if line.startswith("#")
    )


def test_no_module_is_long_without_a_reason() -> None:
    long = {}
    for path in python_files(*PACKAGES, "benchmarks", "docs"):
        text = path.read_text(encoding="utf-8")
        if (lines := text.count("\n")) > LONGEST and not _REASON.search(_opening(path, text)):
            long[shown(path)] = lines
    assert not long, f"over {LONGEST} lines and no `Long because …` in the docstring: {long}"


def test_names_say_what_a_module_is_about() -> None:
    assert not [
        shown(path) for path in python_files(*PACKAGES) if re.search(r"util|helper|manager|common|misc", path.stem)
    ]


def _places(pattern: re.Pattern[str], *, besides: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{shown(path)}:{number}: {line.strip()[:80]}"
        for path in text_files()
        if shown(path) not in besides
        if pattern.search(text := path.read_text(encoding="utf-8"))
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_nothing_is_left_for_later() -> None:
    assert not _places(_LATER)


def test_no_path_of_a_machine() -> None:
    # The image has a home folder of its own.
    assert not _places(_MACHINE, besides=("Dockerfile",))


def test_no_host_of_a_registry() -> None:
    assert not _places(_HOSTS)
