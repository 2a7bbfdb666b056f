"""Keep as evidence, and the page that checks a file: one click, words to read out, every part, every kind of file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

import seewhy
from seewhy.cli.app import app as commands
from seewhy.graph.evidence.words import digest_words, word_lines
from tests.app.conftest import DAY, html
from tests.app.test_journeys import WAIT, opened
from tests.support.actions import Actions

App = Callable[..., AppTest]
VERIFY = "../pages/verify.py"


@pytest.fixture(scope="module")
def kept(sample_graph: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "sam.zip"
    with seewhy.connect(sample_graph) as graph:
        graph.evidence("sam", "c-102", path, DAY)
    return path


def dropped(app: App, graph: Path, *files: tuple[str, bytes], key: str = "") -> str:
    test = app(graph, VERIFY)
    if key:
        test.text_area(key="public").set_value(key)
    test.file_uploader(key="dropped").set_value([(name, content, "application/zip") for name, content in files]).run()
    assert not test.exception
    return html(test)


def changed(path: Path, member: str, before: bytes, after: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry, content.replace(before, after) if entry.filename == member else content)
    return out.getvalue()


def test_the_words_are_those_of_the_list(kept: Path) -> None:
    # The vectors that BIP-39 publishes for 256 bits.
    assert digest_words("00" * 32) == (*["abandon"] * 23, "art")
    assert digest_words("ff" * 32) == (*["zoo"] * 23, "vote")
    assert [len(line.split()) for line in word_lines("7f" * 32)] == [6, 6, 6, 6]
    with pytest.raises(ValueError, match="hexadecimal"):
        digest_words("no digest")


def test_a_file_that_holds_says_so_part_by_part_and_in_the_words_of_the_command(
    app: App, sample_graph: Path, kept: Path
) -> None:
    shown = dropped(app, sample_graph, ("sam.zip", kept.read_bytes()))
    with seewhy.connect(sample_graph) as graph:
        found = seewhy.verify(kept, graph)
    assert "<b>The evidence holds.</b>" in shown
    for part in found.parts:
        cell = rf">{part.name}</b></td><td[^>]*>"
        assert re.search(rf"{cell}<span class=\"tag whole \w*\">.*?{part.outcome}</span>", shown)
    lines = word_lines(found.digest)
    said = CliRunner().invoke(commands, ["verify", str(kept), "--graph", str(sample_graph)])
    assert (said.exit_code, [line for line in lines if line not in said.output or line not in shown]) == (0, [])


def test_every_other_file_has_its_sentence(app: App, sample_graph: Path, kept: Path, tmp_path: Path) -> None:
    evil, fails = b"<b>No.</b> Everybody can see everything", "The evidence does not hold."
    cases = {
        "a member that was changed": (changed(kept, "answer.json", b"blocked", b"granted"), fails),
        "a sentence of its own": (changed(kept, "page.html", b"</body>", evil + b"</body>"), fails),
        "cut off": (kept.read_bytes()[:-300], "is no zip"),
        "no zip": (b"hello", "is no zip"),
        "empty": (b"", "is no zip"),
        "a foreign zip": (_zip({"letter.docx": b"x"}), "which no evidence file has"),
        "another format": (changed(kept, "MANIFEST.json", b'"version": 1', b'"version": 9'), "is of another format"),
        "rules of its own": (_with_scheme(kept), "brings rules of its own along"),
        "half a proof": (b"x\nc2sp.org/tlog-proof@v1\nindex 1\n\n", "does not hold"),
    }
    for what, (content, says) in cases.items():
        shown = dropped(app, sample_graph, ("sam.zip", content))
        assert says in shown, (what, shown[-1500:])
        assert "Everybody can see everything" not in shown, what
        assert "Traceback" not in shown, what
        assert str(tmp_path.parent.parent) not in shown, what
        assert "class=\"words\"" not in shown, f"{what}: words would be compared that prove nothing"
    assert "is named with letters" in dropped(app, sample_graph, ("../../sam.zip", kept.read_bytes()))
    assert "do not belong together" in dropped(app, sample_graph, ("a.zip", b"1"), ("b.zip", b"2"))


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _with_scheme(path: Path) -> bytes:
    from seewhy.graph.evidence.archive import opened, packed

    members = dict(opened(path.read_bytes(), "sam.zip").members)
    return packed({**members, "scheme/scheme.toml": b"name = 'mine'"})


def test_signed_and_exported_files_are_checked_with_the_key(app: App, sample_graph: Path, tmp_path: Path) -> None:
    from seewhy.graph.files.signatures import new_key

    for name in ("one", "two"):
        new_key(tmp_path / name)
    with seewhy.connect(sample_graph) as graph:
        graph.evidence("sam", "c-102", tmp_path / "sam.zip", DAY, sign=tmp_path / "one")
    runner, report = CliRunner(), tmp_path / "roster.csv"
    runner.invoke(commands, ["export", "people", "-o", str(report), "--graph", str(sample_graph)])
    one, two = ((tmp_path / f"{name}.pub").read_text("ascii") for name in ("one", "two"))
    content = (tmp_path / "sam.zip").read_bytes()
    assert "signed with the key that was named" in dropped(app, sample_graph, ("sam.zip", content), key=one)
    assert "signed with another key" in dropped(app, sample_graph, ("sam.zip", content), key=two)
    assert "holds no public key" in dropped(app, sample_graph, ("sam.zip", content), key="hello")
    both = [(file.name, file.read_bytes()) for file in sorted(tmp_path.glob("roster.csv*"))]
    assert "The export holds." in dropped(app, sample_graph, *both)
    assert "The export does not hold." in dropped(app, sample_graph, (both[0][0], b"x"), *both[1:])


def test_kept_in_one_action_and_checked_in_two(explorer: str, page: Page, tmp_path: Path) -> None:
    outside = opened(page, f"{explorer}/why?person=ana&case=m-101&asof={DAY}")
    done = Actions(page)
    with page.expect_download(timeout=WAIT) as download:
        done.click(page.get_by_role("button", name="Keep as evidence"))
    assert done.taken == 1
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert seewhy.verify(file).holds
    words = page.get_by_role("dialog").locator("ol.words").inner_text()
    assert len(words.split()) == 24
    done.click(page.get_by_role("dialog").get_by_role("link", name="Verify"))
    field = page.locator("input[type=file]")
    expect(field).to_be_attached(timeout=WAIT)
    done.drop(field, file)
    expect(page.locator("[role=status] h1", has_text="The evidence holds.")).to_be_visible(timeout=WAIT)
    assert page.locator("ol.words").inner_text() == words
    assert (done.taken, outside) == (3, [])
