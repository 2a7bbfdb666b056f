"""The documentation is true: generated pages are fresh, examples print what is shown, links lead somewhere."""

from __future__ import annotations

import ast
import doctest
import io
import re
import shlex
import shutil
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import seewhy
from docs import generate
from docs.pictures import SHOTS
from seewhy.cli import main
from seewhy.cypher.header import RUNG_KEYS
from seewhy.explorer.door.options import OPTIONS
from seewhy.explorer.page_list import DENIED
from seewhy.explorer.page_list import PAGES as ENTRIES
from seewhy.graph.inputs.files import FILES
from seewhy.graph.reports.tables import REPORTS
from seewhy.graph.schemes.columns import PERIOD
from seewhy.graph.schemes.in_use import schemes
from seewhy.graph.settings import Settings
from tests.contract.repository import FOLDERS, PACKAGES, ROOT, python_files, text_files
from tests.contract.test_layering import ROOMS

DOCS = ROOT / "docs"
DAY = "2026-11-25"
"""The day of the examples."""
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
PROSE = [*PAGES, ROOT / "CONTRIBUTING.md"]
LINKED = [*PROSE, ROOT / "CHANGELOG.md", ROOT / "loaders/sample/README.md", ROOT / "tests/stories/README.md"]
COMMANDS = dict(generate.commands())
LEFT_OUT = "…"
_FENCE = re.compile(r"^```(\w+)?(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its language, the file that it is (blank: none), its text, the line that it begins on."""

    language: str
    file: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text("utf-8")
    return [
        Block(found[1] or "", found[2] or "", found[3], text.count("\n", 0, found.start()) + 2)
        for found in _FENCE.finditer(text)
    ]


def shown(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def text_of(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def named(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


# Generated pages


@pytest.mark.parametrize("name", generate.PAGES)
def test_a_generated_page_is_fresh(name: str) -> None:
    assert text_of(name) == generate.PAGES[name](), "run make docs"


def test_make_docs_writes_these_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\tdocs.generate" in (ROOT / "Makefile").read_text("utf-8").replace("$(BIN)/python -m ", "")
    monkeypatch.setattr(generate, "FOLDER", tmp_path)
    generate.write()
    assert {path.name for path in tmp_path.iterdir()} == set(generate.PAGES)


# Commands


def test_every_command_and_its_options_are_documented() -> None:
    page, wrong = text_of("commands.md"), []
    for name, command in COMMANDS.items():
        wrong += [] if command.help else [f"{name} needs help"]
        section = page.split(f" {name}\n", 1)[1].split("\n#", 1)[0] if name != "seewhy" else page
        for parameter in command.params:
            for option in parameter.opts if parameter.param_type_name == "option" else ():
                wrong += [] if parameter.help else [f"{name} {option} needs help"]
                wrong += [] if f"`{option}`" in section else [f"{name} {option} is not on the page"]
        assert not hasattr(command, "list_commands") or command.list_commands(None)
    assert not wrong, "\n".join(wrong)


# Links


def anchors(page: Path) -> set[str]:
    """Headings as GitHub makes addresses of them."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    found = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_every_relative_link_leads_somewhere() -> None:
    wrong = []
    for page in LINKED:
        for link in _LINK.findall(_FENCE.sub("", page.read_text("utf-8"))):
            if link.startswith("https://"):
                continue
            path, _, heading = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if not target.exists() or not target.is_relative_to(ROOT) or (heading and heading not in anchors(target)):
                wrong.append(f"{shown(page)}: {link}")
    assert not wrong, "\n".join(wrong)


def test_every_page_can_be_found_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    lost = [shown(page) for page in sorted(DOCS.rglob("*.md")) if f"({shown(page)})" not in readme]
    assert not lost, "link it below “Read on”"


# Citations


_CITED = re.compile(
    r"\b(?:contract|architecture|performance|house|schemes|taste)(?:'s)?,? (?:section )?\d+(?:\.\d+)?\b"
    r"|\bcontract sections?\b|\bissue #?\d+|[\w./-]*\w\.md\b",
    re.IGNORECASE,
)


def said_about_code(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of what a file tells its reader: comments and docstrings of Python, every line of other files."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        yield from enumerate(text.splitlines(), 1)
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield from enumerate(node.value.value.splitlines(), node.lineno)


def test_nothing_cites_a_document_that_is_not_here() -> None:
    ours = {path.name for path in text_files() if path.suffix == ".md"}
    told = (".py", ".cypher", ".toml", ".js", ".css", ".md", ".yaml", ".csv")

    def cited(text: str) -> list[str]:
        return [found[0] for found in _CITED.finditer(text) if found[0].rpartition("/")[2] not in ours]

    wrong = [
        f"{shown(path)}:{number}: {found}"
        for path in text_files()
        if path.suffix in told and path.is_relative_to(ROOT / "tests/contract/data") is False
        if cited(path.read_text("utf-8"))  # Taking a file apart takes longer than everything else.
        for number, line in said_about_code(path)
        for found in cited(line)
    ]
    assert not wrong, "\n".join(wrong)


# Examples


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph that the demo leaves, loaded on the day of the examples."""
    folder = tmp_path_factory.mktemp("sample") / "seewhy-graph"
    with seewhy.connect(folder, write=True) as graph:
        graph.load(ROOT / "loaders" / "sample", DAY)
    return folder


@pytest.fixture
def desk(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of one's own, as after `make demo` in a clone."""
    shutil.copytree(sample, tmp_path / "seewhy-graph")
    shutil.copytree(ROOT / "loaders" / "sample", tmp_path / "loaders" / "sample")
    monkeypatch.chdir(tmp_path)
    for variable in ("SEEWHY_GRAPH", "NEO4J_URI"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


def with_day(words: list[str]) -> list[str]:
    """The command about the day of the examples, where it takes a day and names none."""
    name = next(n for n in (" ".join(words[:3]), " ".join(words[:2])) if n in COMMANDS)
    takes = any("--as-of" in parameter.opts for parameter in COMMANDS[name].params)
    return [*words[1:], *(["--as-of", DAY] if takes and "--as-of" not in words else [])]


def fits(got: list[str], expected: list[str]) -> bool:
    """Whether the lines are those expected, `…` standing for any number of lines."""
    if not expected:
        return not got
    if expected[0] == LEFT_OUT:
        return any(fits(got[skipped:], expected[1:]) for skipped in range(len(got) + 1))
    return bool(got) and got[0] == expected[0] and fits(got[1:], expected[1:])


def stripped(text: str) -> list[str]:
    """Lines without trailing blanks and without blank lines at the end."""
    return [line.rstrip() for line in text.rstrip().splitlines()]


@pytest.mark.parametrize("page", [p for p in PAGES if any(b.language == "console" for b in blocks(p))], ids=shown)
def test_a_command_prints_what_the_page_shows(page: Path, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for block in blocks(page):
        if block.file:
            (desk / block.file).parent.mkdir(parents=True, exist_ok=True)
            (desk / block.file).write_text(block.text, encoding="utf-8")
        if block.language != "console":
            continue
        first, *calls = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
        assert not first, f"line {block.line}: a console block begins with a command"
        for call in calls:
            line, _, expected = call.partition("\n")
            words = shlex.split(line)
            if words[0] == "rm":
                for name in words[1:]:
                    (desk / name).unlink()
                continue
            assert words[0] == "seewhy", line
            with pytest.raises(SystemExit):
                main(with_day(words))
            told = capsys.readouterr()
            got = stripped(told.out + told.err)
            assert fits(got, stripped(expected)), f"{shown(page)}: {line} now prints\n" + "\n".join(got)


@pytest.mark.parametrize("page", [p for p in PAGES if any(b.language == "pycon" for b in blocks(p))], ids=shown)
@pytest.mark.usefixtures("desk")
def test_a_python_example_gives_what_the_page_shows(page: Path) -> None:
    runner, told = doctest.DocTestRunner(), io.StringIO()
    names: dict[str, object] = {}
    for block in blocks(page):
        if block.language == "pycon":
            test = doctest.DocTestParser().get_doctest(block.text, names, shown(page), shown(page), block.line)
            runner.run(test, out=told.write, clear_globs=False)
            names = test.globs
    assert not runner.failures, told.getvalue()
    assert runner.tries


def test_an_example_that_prints_something_else_is_found() -> None:
    assert fits(["a", "b", "c"], ["a", LEFT_OUT, "c"])
    assert fits(["a"], ["a", LEFT_OUT])
    assert not fits(["a", "b", "c"], ["a", "c"])
    assert not fits(["a", "b"], ["a", LEFT_OUT, "c"])
    assert not fits(["a", "b"], ["a"])


def test_the_readme_asks_what_the_demo_asks() -> None:
    from seewhy.demo import QUESTIONS

    readme = (ROOT / "README.md").read_text("utf-8")
    for line in (f"why {' '.join(QUESTIONS.why)}", f"who {QUESTIONS.who}", f"what {QUESTIONS.what}"):
        assert f"$ seewhy {line}\n" in readme


def test_every_target_of_the_makefile_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        found = re.findall(r"(?:`|^)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)
        assert set(found) <= targets, shown(page)


# Pages that tell of code


def test_python_names_every_public_name_and_question() -> None:
    page = text_of("python.md")
    questions = [name for name in vars(seewhy.Graph) if not name.startswith("_")]
    assert {"why", "who", "whatif"} <= set(questions)
    absent = [name for name in questions if not re.search(rf"\.{name}\b|`{name}\(", page) and name != "session"]
    assert not absent
    assert not [name for name in seewhy.__all__ if name not in page and name != "Graph"]


def input_rows(head: str) -> list[list[str]]:
    """The rows of every table of input.md with this first heading."""
    found = []
    for table in text_of("input.md").split("\n\n"):
        lines = table.strip().splitlines()
        if lines and lines[0].startswith(f"| {head} |"):
            found += [cells(line) for line in lines[2:]]
    return found


def test_input_has_every_file_with_its_columns_and_key() -> None:
    told = {}
    for name, _, columns, key in input_rows("file"):
        told[name.strip("` ⏱")] = (tuple(named(columns)), tuple(named(key)), "⏱" in name)
    period = {column.name for column in PERIOD}
    assert told == {
        stem: (
            tuple(
                column.name + "*" * column.required
                for column in spec.columns
                if not (spec.dated and column.name in period)
            ),
            spec.key,
            spec.dated,
        )
        for stem, spec in FILES.items()
    }


def test_input_names_every_choice_of_a_required_word() -> None:
    wrong = []
    for stem in FILES:
        [says] = [row[1] for row in input_rows("file") if row[0].startswith(f"`{stem}`")]
        for column in FILES[stem].columns:
            if column.kind == "enum" and column.required and column.name != "effect":
                wrong += [f"{stem}.{column.name}: {choice}" for choice in set(column.choices) - set(named(says))]
    assert not wrong, "\n".join(wrong)


def test_input_has_every_policy_with_its_default() -> None:
    told = {(row[0].strip("`"), row[1].strip("`"), row[2]) for row in input_rows("scheme")}
    known = [(scheme, one) for scheme, own in schemes().items() for one in own.policies.values()]
    assert told == {(scheme, one.name, one.default) for scheme, one in known}


def test_input_has_every_problem() -> None:
    """Codes stand as words in the calls that make a problem, or in what a name `code` is given."""
    told = {code for row in input_rows("code") for code in named(row[0])}
    texts, given = set(), set()
    for path in python_files("graph/inputs", "loaders"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in ("Problem", "say", "column"):
                    given.add(node.args[0].value)
    assert given <= told
    assert told <= texts
    assert {"unknown_policy", "two_active_holdings", "rule_combination"} <= told


def test_architecture_has_every_room_in_its_order() -> None:
    """In the picture what may import stands above, on a line to the left; ROOMS counts from the ground."""
    [picture] = [block.text for block in blocks(DOCS / "architecture.md") if block.language == "text"]
    drawn: dict[str, list[str]] = {}
    for line in picture.splitlines():
        if re.match(r"\w+/", line):
            folder = line.partition("/")[0]
            drawn[folder] = []
        elif line:
            drawn[folder] += line[2:].partition("  ")[0].split()
    assert list(drawn) == [*reversed(PACKAGES)]
    told = {folder: " ".join(reversed(rooms)) for folder, rooms in drawn.items() if rooms}
    assert told == {folder: rooms.replace(" __init__", "") for folder, rooms in ROOMS.items()}


@pytest.mark.parametrize("page", PROSE, ids=shown)
def test_a_file_that_a_page_names_exists(page: Path) -> None:
    """Words in backticks that begin with a folder of the repository are paths; `NAME` stands for any name."""
    found = re.findall(r"`((?:" + "|".join(map(re.escape, FOLDERS)) + r")/[^` ]*)`", page.read_text("utf-8"))
    assert not [path for path in found if not _exists(path)]


def _exists(path: str) -> bool:
    """Whether there is such a file, and in it the test behind `::`. SCHEME or PLACE_STEP stand for any name."""
    name, _, test = path.partition("::")
    files = [*ROOT.glob(re.sub(r"(?<![a-z])[A-Z]{4,}(?:_[A-Z]+)*(?![a-z])", "*", name))]
    return bool(files) and all(f"def {test}(" in file.read_text("utf-8") for file in files if test)


def test_rules_links_every_text_that_carries_a_rule() -> None:
    linked = set(_LINK.findall(text_of("rules.md")))
    texts = [path for path in (ROOT / "cypher").rglob("*.cypher") if path.parent.name not in ("load", "schema")]
    carrying = [path for path in texts if re.search(r"^// rules:", path.read_text("utf-8"), re.MULTILINE)]
    assert len(carrying) > 50
    assert not [shown(path) for path in carrying if f"../{shown(path)}" not in linked]


def test_queries_has_every_header_key_and_a_real_rung() -> None:
    page = text_of("queries.md")
    keys = [key for line in page.splitlines() if line.startswith("| `") for key in named(cells(line)[0])]
    assert sorted(keys) == sorted(RUNG_KEYS)
    rungs = [path.read_text("utf-8") for path in (ROOT / "cypher").rglob("*.cypher")]
    examples = [block.text for block in blocks(DOCS / "queries.md") if block.language == "cypher"]
    assert examples
    assert all(example in rungs for example in examples)


def test_explorer_has_every_option_with_its_value() -> None:
    told: dict[str, str] = {}
    for line in text_of("explorer.md").splitlines():
        if line.startswith("| `"):
            names, value, _ = cells(line)
            told |= dict.fromkeys(named(names), value.strip("`"))
    assert told == {name: _as_told(value) for name, value in OPTIONS.items()}


def _as_told(value: object) -> str:
    if isinstance(value, list | dict):
        return ", ".join(value) or "none"
    return "none" if value in (None, "") else str(value).lower()


def test_explorer_has_every_page() -> None:
    told = re.findall(r"^\| \[([^\]]+)\]\([^)]+\), (?:the start|`/(\w+)`)", text_of("explorer.md"), re.MULTILINE)
    assert told == [(entry.title, entry.address) for entry in ENTRIES]


def test_every_page_of_the_explorer_is_on_its_list() -> None:
    files = {path.stem for path in (ROOT / "explorer/pages").glob("*.py")} - {"__init__"}
    assert {Path(entry.file).stem for entry in (*ENTRIES, DENIED)} == files


def test_every_page_has_its_pictures() -> None:
    assert set(SHOTS) == {entry.address or Path(entry.file).stem for entry in ENTRIES}


def test_the_exports_page_and_the_help_name_every_report() -> None:
    help_ = next(one.help for one in COMMANDS["seewhy export"].params if one.metavar == "REPORT")
    for report in REPORTS:
        assert f"`{report}`" in text_of("exports.md")
        assert re.search(rf"\b{report}\b", help_), report


def test_every_setting_is_documented() -> None:
    pages = "".join(page.read_text("utf-8") for page in PAGES)
    for name in Settings.model_fields:
        assert f"`{name.upper()}`" in pages


def test_every_folder_of_tests_and_every_room_is_on_its_map() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if (path / "__init__.py").exists()}
    assert folders == set(re.findall(r"^\| `tests/(\w+)`", text_of("testing.md"), re.MULTILINE))
    readme = (ROOT / "README.md").read_text("utf-8")
    assert all(f"| `{room}/` |" in readme for room in PACKAGES)


def test_the_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "## [Unreleased]" in text
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.*)$", text, re.MULTILINE)) <= kinds
    assert "★" in text
