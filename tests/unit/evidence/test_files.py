"""Evidence files: the same bytes each time, every change is noticed, what is no evidence ends in one sentence."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import seewhy
from seewhy import ConfigurationError, EngineUnavailable, UnknownEntity
from seewhy.graph.evidence.archive import FIXED, MANIFEST, canonical, manifest, packed
from tests.unit.evidence.conftest import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from seewhy import Graph


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


NAMES = (*FIXED, "rows/memberships.csv", "rows/people.csv", "rows/cases.csv")


def test_the_same_answer_is_the_same_bytes(graph: Graph, proof: Path, tmp_path: Path) -> None:
    made = graph.evidence("ana", "c-1", tmp_path / "again.zip", DAY)
    assert (tmp_path / "again.zip").read_bytes() == proof.read_bytes()
    assert set(members(proof)) >= {*NAMES, MANIFEST}
    assert json.loads(members(proof)[MANIFEST])["digest"] == made.digest
    assert not list(tmp_path.glob("*.part"))


def test_it_holds_and_says_so(graph: Graph, proof: Path) -> None:
    found = seewhy.verify(proof)
    assert found.holds
    assert found.sentences[0] == (
        "The members are as the manifest in the file says; "
        "it is not signed, whoever can write the file can make both anew."
    )
    assert "The answer follows from the 8 rows inside: Yes. Ana Ferreira can see case c-1" in found.sentences[1]
    asked = seewhy.verify(proof, graph)
    assert (asked.holds, asked.graph) == (True, "same")
    assert asked.as_dict()["value"] == "edit"


def test_it_tells_nothing_of_others(proof: Path) -> None:
    whole = b"".join(members(proof).values())
    assert not [word for word in (b"zoe", b"Zoe", b"c-2", b"South", b"would_change") if word in whole]


def test_a_no_is_proven_as_well(graph: Graph, tmp_path: Path) -> None:
    made = graph.evidence("ben", "c-1", tmp_path / "no.zip", DAY)
    assert (made.answer.check.value, made.answer.check.step) == ("none", "memberships")
    assert seewhy.verify(tmp_path / "no.zip", graph).holds
    earlier = graph.evidence("ben", "c-1", tmp_path / "earlier.zip", "2025-12-31")
    assert (earlier.answer.check.value, earlier.answer.check.step) == ("view", "other_staff")
    assert seewhy.verify(tmp_path / "earlier.zip", graph).holds


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_member_is_noticed(proof: Path, tmp_path: Path, name: str) -> None:
    data = proof.read_bytes()
    content = members(proof)[name]
    at = data.index(content) + len(content) // 2
    changed = tmp_path / "changed.zip"
    changed.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    found = seewhy.verify(changed)
    assert not found.holds
    assert found.changed == (name,)
    assert found.sentences[0].startswith(f"The file was changed: {name} is not as the manifest says")


def forged(proof: Path, path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A file with other members and a manifest that fits them."""
    inside = members(proof)
    del inside[MANIFEST]
    change(inside)
    path.write_bytes(packed(inside))
    return path


def replaced(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(inside: dict[str, bytes]) -> None:
        assert old in inside[name]
        inside[name] = inside[name].replace(old, new)

    return change


FORGERIES = {
    "value": (replaced("answer.json", b'"value": "edit"', b'"value": "view"'), "`value` is `view` in the file"),
    "sentence": (replaced("answer.json", b"Ana Ferreira is a member", b"Ana Ferreira is no member"), "a reason"),
    "extra key": (replaced("answer.json", b'{\n "person"', b'{\n "note": "x",\n "person"'), "`answer.json` says more"),
    "membership": (replaced("rows/memberships.csv", b"ana,north,edit", b"ana,north,deny"), "`value` is `edit`"),
    "period": (replaced("rows/provenance.csv", b"open,2,mem", b"2026-06-15,2,mem"), "`value` is `edit`"),
    "source": (replaced("rows/provenance.csv", b"memberships.csv:2", b"memberships.csv:9"), "a reason"),
    "page": (replaced("page.html", b"can see case", b"cannot see case"), "`page.html` does not say what"),
    "rules": (replaced("rules.json", b'"MEM-20"', b'"MEM-21"'), "`rules.json` does not say what"),
    "query": (replaced("queries/check.cypher", b"MATCH", b"match"), "`queries/check.cypher` does not say what"),
    "parameters": (replaced("queries/parameters.json", b"c-1", b"c-2"), "`queries/parameters.json` does not say what"),
    "person": (replaced("record.json", b'"ana"', b'"ben"'), "`person` is `ana` in the file, and `ben`"),
    "stranger": (replaced("record.json", b'"ana"', b'"zoe"'), "no row tells of the person that the record names"),
    "system": (replaced("rows/systems.csv", b"memberships", b"portal"), "`scheme`"),
}


@pytest.mark.parametrize("name", sorted(FORGERIES))
def test_a_forgery_with_a_fitting_manifest_is_found_out(proof: Path, tmp_path: Path, name: str) -> None:
    change, expected = FORGERIES[name]
    found = seewhy.verify(forged(proof, tmp_path / "forged.zip", change))
    assert not found.changed
    assert not found.holds
    assert expected in " ".join(found.sentences)


def test_another_content_of_the_same_load_is_found_out_by_the_graph(graph: Graph, proof: Path, tmp_path: Path) -> None:
    """Rows and answer forged together agree; only the graph knows better."""
    other = tmp_path / "other"
    rows = members(proof)
    del rows[MANIFEST]
    change = replaced("record.json", json.loads(rows["record.json"])["loads"][0]["digest"].encode(), b"0" * 64)
    found = seewhy.verify(forged(proof, other, change), graph)
    assert found.graph == "differs" or not found.holds
    quiet = seewhy.verify(proof, graph, insist=False)
    assert quiet.graph == "same"


def entry(name: str, data: bytes = b"x", **more: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    for key, value in more.items():
        setattr(info, key, value)
    return info


def archive(*entries: tuple[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, data in entries:
            made.writestr(zipfile.ZipInfo(name), data, compress_type=compression)
    return out.getvalue()


def whole() -> list[tuple[str, bytes]]:
    inside = dict.fromkeys(FIXED, b"{}")
    return [*inside.items(), (MANIFEST, canonical(manifest(inside)))]


HOSTILE = {
    "empty": (b"", "it is no zip"),
    "text": (b"not a zip at all", "it is no zip"),
    "cut off": (archive(*whole())[:-30], "it is no zip"),
    "nothing inside": (archive(), f"it lacks `{MANIFEST}`"),
    "path traversal": (archive(*whole(), ("../../evil.txt", b"x")), "it holds `../../evil.txt`"),
    "absolute path": (archive(*whole(), ("/evil", b"x")), "it holds `/evil`"),
    "other member": (archive(*whole(), ("rows/evil.csv", b"x")), "it holds `rows/evil.csv`"),
    "missing member": (archive(*whole()[1:]), "it lacks `answer.json`"),
    "no manifest": (archive(*whole()[:-1]), f"it lacks `{MANIFEST}`"),
    "bomb": (archive(*whole(), ("rows/work.csv", b"0" * 1_000_000), compression=zipfile.ZIP_DEFLATED), "compressed"),
    "manifest of text": (archive(*whole()[:-1], (MANIFEST, b"hello")), "is no JSON object"),
    "manifest too deep": (archive(*whole()[:-1], (MANIFEST, b"[" * 100_000)), "is no JSON object"),
    "manifest of nothing": (
        archive(*whole()[:-1], (MANIFEST, b'{"format":"seewhy-evidence","version":1}')),
        "names no members",
    ),
    "another format": (archive(*whole()[:-1], (MANIFEST, b'{"format":"x"}')), "of another format"),
    "answers nothing": (packed(dict.fromkeys(FIXED, b"{}")), "its answer or record is not as evidence has it"),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_what_is_no_evidence_ends_in_one_sentence(tmp_path: Path, name: str) -> None:
    data, expected = HOSTILE[name]
    path = tmp_path / "hostile.zip"
    path.write_bytes(data)
    with pytest.raises(ConfigurationError) as caught:
        seewhy.verify(path)
    assert expected in caught.value.message
    assert "\n" not in caught.value.message
    assert [one.name for one in tmp_path.iterdir()] == ["hostile.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_twice(proof: Path, tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    path.write_bytes(archive(*members(proof).items(), ("answer.json", b"{}")))
    with pytest.raises(ConfigurationError, match=r"it holds `answer\.json` twice"):
        seewhy.verify(path)


def test_a_member_that_says_it_is_huge(proof: Path, tmp_path: Path) -> None:
    data = bytearray(proof.read_bytes())
    central = data.rindex(b"PK\x01\x02")
    data[central + 20 : central + 28] = struct.pack("<II", 2**31, 2**31)
    path = tmp_path / "huge.zip"
    path.write_bytes(bytes(data))
    with pytest.raises(ConfigurationError, match="cut off"):
        seewhy.verify(path)


@pytest.mark.parametrize(
    "change", [lambda data: data + b"\0", lambda data: b"\0" + data, lambda data: data[:-2] + b"\x01\x00" + b"x"]
)
def test_bytes_around_the_members_are_noticed(proof: Path, tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "around.zip"
    path.write_bytes(change(proof.read_bytes()))
    try:
        found = seewhy.verify(path)
    except ConfigurationError:
        return  # no zip any more
    assert found.changed == ("the zip around the members",)
    assert not found.holds


def test_every_byte_counts(proof: Path, tmp_path: Path) -> None:
    """A flipped bit anywhere, the zip's own bytes included, is noticed or makes the file unreadable."""
    data, path = proof.read_bytes(), tmp_path / "flipped.zip"
    from seewhy.graph.evidence.archive import opened

    for at in range(0, len(data), 97):
        flipped = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]
        try:
            assert opened(flipped, "x").changed, at
        except ConfigurationError:
            continue
    path.write_bytes(data)
    assert not opened(data, "x").changed


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("rows/memberships.csv", b"ana,north,edit", b"ana,north,all", "`access` cannot be `all`"),
        ("rows/memberships.csv", b"person_id,", b"person,", "the columns are person_id, unit_id"),
        ("rows/people.csv", b",true,", b",maybe,", "`active` is true or false"),
        ("rows/provenance.csv", b"systems.csv,2", b"systems.csv,3", "every record of every file is told of once"),
        ("rows/provenance.csv", b"0000-01-01", b"long ago", "`since` cannot be another text"),
        ("rows/provenance.csv", b"file,record", b"file,number", "the columns are file, record"),
        ("rows/people.csv", b"Ana Ferreira", b"Ana, Ferreira", "a record has 11 cells, this one 12"),
        ("rows/people.csv", b"Ana Ferreira", b"\xff", "is no CSV text in UTF-8"),
        ("record.json", b'"loads": [', b'"loads": 3, "x": [', "its answer or record is not as evidence has it"),
        ("answer.json", b'"reasons": [', b'"reasons": [7,', "its answer or record is not as evidence has it"),
    ],
)
def test_members_that_cannot_be_read(
    proof: Path, tmp_path: Path, name: str, old: bytes, new: bytes, expected: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        seewhy.verify(forged(proof, tmp_path / "forged.zip", replaced(name, old, new)))
    assert expected in caught.value.message


def test_unknown_ids_and_paths(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(UnknownEntity, match="unknown person `anna`"):
        graph.evidence("anna", "c-1", tmp_path / "x.zip", DAY)
    with pytest.raises(ConfigurationError, match="there is no folder"):
        graph.evidence("ana", "c-1", tmp_path / "nowhere" / "x.zip", DAY)
    with pytest.raises(ConfigurationError, match="does not exist"):
        seewhy.verify(tmp_path / "x.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_graph_that_keeps_no_rows_says_so(proof: Path, graph: Graph, tmp_path: Path) -> None:
    from seewhy.graph.change.in_memory import history_of, in_memory

    session = in_memory(history_of(graph.session), DAY, graph.session.engine.loads(), dangling=True)
    with pytest.raises((ConfigurationError, EngineUnavailable), match="keeps no rows"):
        seewhy.Graph(session.engine).evidence("ana", "c-1", tmp_path / "x.zip", DAY)


def test_the_page_is_safe_and_whole(graph: Graph, tmp_path: Path) -> None:
    graph.evidence("ben", "c-1", tmp_path / "ben.zip", DAY)
    page = members(tmp_path / "ben.zip")["page.html"].decode()
    assert "<script" not in page
    assert "Ben &lt;script&gt;alert(1)&lt;/script&gt; cannot see case c-1" in page
    assert "default-src 'none'; style-src 'sha256-" in page
    assert not re.search(r"\b(?:src|href|action)=", page)
    assert "@page{size:A4" in page
    for text in ("memberships.csv:3", "MEM-34", "Every rung", "seewhy verify", "North office"):
        assert text in page
