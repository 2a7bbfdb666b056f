"""No code names a scheme: what a scheme is stands in its folder, and is asked for by what it reads or declares.

The sample, generators of organisations and the organograms make systems of built-in schemes, and may name them.
"""

from __future__ import annotations

import ast
import re

from seewhy.cypher.folders import shipped
from tests.contract.repository import PACKAGES, ROOT, python_files, shown

MAY = ("loaders/sample/", "loaders/organogram/")
NAMES = frozenset(shipped())
# These three are files of the input, too, and `privileges` a report and a list of the product.
ALSO_FILES = frozenset({"positions", "memberships", "privileges"})
_TEXT = re.compile(rf"^(?:check|who|what|why|candidates|halves|seers|find|guarded)/({'|'.join(sorted(NAMES))})\b")
_IN_CYPHER = re.compile(rf"scheme\s*(?:=|<>|IN)\s*\[?\s*'({'|'.join(sorted(NAMES))})'")


def _speaks_of_schemes(node: ast.AST) -> bool:
    named = ("scheme" in getattr(one, "id", getattr(one, "attr", "")).lower() for one in ast.walk(node))
    return any(named) or any(
        isinstance(one, ast.Call) and getattr(one.func, "id", "") in ("ladders", "policies_of")
        for one in ast.walk(node)
    )


def _named(text: str, place: str = "") -> list[str]:
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value in NAMES - ALSO_FILES or _TEXT.match(node.value):
                found.append(f"{place}:{node.lineno}: `{node.value}`")
        elif isinstance(node, ast.Compare | ast.Subscript) and _speaks_of_schemes(node):
            words = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)} & NAMES
            found += [f"{place}:{node.lineno}: `{word}` beside a scheme" for word in sorted(words)]
    return found


def test_no_module_names_a_scheme() -> None:
    paths = [path for path in python_files(*PACKAGES) if not shown(path).startswith(MAY)]
    assert [fault for path in paths for fault in _named(path.read_text("utf-8"), shown(path))] == []


def test_no_text_outside_the_scheme_folders_names_a_scheme() -> None:
    faults = [
        f"{shown(path)}: `{found[1]}`"
        for path in sorted((ROOT / "cypher").rglob("*.cypher"))
        if path.relative_to(ROOT / "cypher").parts[0] != "schemes"
        for found in _IN_CYPHER.finditer(path.read_text("utf-8"))
    ]
    assert faults == []


def test_a_module_that_named_one_would_be_found() -> None:
    named = (
        "if answer.scheme == 'positions': pass",
        "ladders()['memberships']",
        "run('why/privileges', case=1)",
        "KINDS = {'portal': 1}",
    )
    assert [text for text in named if not _named(text)] == []
    other = ("run('organisation/memberships')", "history['positions']", "report == 'privileges'")
    assert [text for text in other if _named(text)] == []
