"""The files of the repository, as the contract tests read them: packages, tests and the loose files beside them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("cypher", "graph", "loaders", "auth", "explorer", "seewhy")
FOLDERS = (*PACKAGES, "tests", "benchmarks", "docs", ".ci")
_OTHERS = frozenset({".png", ".jpg", ".ico", ".woff2", ".gz", ".parquet", ".xlsx", ".pdf", ".pyc"})


def text_files() -> Iterator[Path]:
    """Every text file of the repository; nothing that a run or an installation leaves."""
    for path in sorted(ROOT.iterdir()):
        if path.is_file() and path.name != ".env" and path.suffix not in (".log", ".tmp", *_OTHERS):
            yield path
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix not in _OTHERS:
                yield path


def python_files(*folders: str) -> list[Path]:
    """The Python files below these root folders."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "__pycache__" not in path.parts)


def shown(path: Path) -> str:
    """The path as a message names it."""
    return path.relative_to(ROOT).as_posix()


@cache
def modules_imported(path: Path) -> frozenset[str]:
    """The modules that a file imports, anywhere in it, for types as well; `from a import b` gives `a.b`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{shown(path)}:{node.lineno}: a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def imported(path: Path) -> set[str]:
    """The libraries that a file imports, and of our own packages the folder: `graph` for `seewhy.graph.errors`."""
    names = set[str]()
    for name in modules_imported(path):
        first, _, rest = name.partition(".")
        room = rest.partition(".")[0]
        names.add(room if first == "seewhy" and room in PACKAGES else first)
    return names


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every string that is no docstring; the fixed parts of an f-string are joined by a gap."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else " … " for part in node.values]
            left_out |= {id(part) for part in node.values}
            yield node.lineno, "".join(map(str, parts))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.lineno, node.value
