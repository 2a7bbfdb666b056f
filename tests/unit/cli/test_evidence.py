"""`key new`, `evidence`, `verify`: exit codes, and what is written where."""

from __future__ import annotations

import json
import stat
import zipfile
from typing import TYPE_CHECKING

from seewhy.graph.evidence.archive import MANIFEST, canonical, packed
from seewhy.graph.files.signatures import PublicKey

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Run


def test_a_signed_answer_from_key_to_page(run: Run, sample: str, tmp_path: Path) -> None:
    made = run("key", "new", "-o", "key", "--json").json()
    assert made["fingerprint"].startswith("sha256:")
    assert run("key", "new", "-o", "key").code == 2
    told = run("evidence", "sam", "c-102", "-o", "a.zip", "--graph", sample, "--sign", "key")
    assert (told.code, made["fingerprint"] in told.out) == (0, True)
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600
    again = run("evidence", "sam", "c-102", "-o", "a.zip", "--graph", sample)
    assert (again.code, "`a.zip` exists already" in again.err) == (2, True)
    held = run("verify", "a.zip", "--graph", sample, "--signed-by", "key.pub", "--page", "a.html")
    assert held.code == 0, held
    assert held.out.splitlines()[-2:] == ["wrote `a.html`", "the evidence holds"]
    assert "Sam O&#x27;Neill cannot see case c-102" in (tmp_path / "a.html").read_text("utf-8")
    for wrong in ("key", "a.html", "none"):
        refused = run("verify", "a.zip", "--signed-by", wrong)
        assert (refused.code, refused.err.startswith("seewhy: ")) == (2, True)
    assert run("verify", "a.zip", "--page", "a.html").code == 2
    assert run("evidence", "sam", "c-102", "-o", "a.zip", "--graph", sample, "--overwrite").code == 0
    unsigned = run("verify", "a.zip", "--signed-by", "key.pub", "--json")
    assert (unsigned.code, unsigned.json()["parts"]["signature"]["outcome"]) == (1, "differs")


def test_a_signed_report(run: Run, sample: str, tmp_path: Path) -> None:
    assert run("key", "new", "-o", "key").code == 0
    assert run("export", "people", "-o", "p.csv", "--graph", sample, "--sign", "key").code == 0
    told, signature = ((tmp_path / f"p.csv.manifest.json{end}").read_bytes() for end in ("", ".sig"))
    public = PublicKey.read(tmp_path / "key.pub")
    assert public.signed(told, signature)
    assert not public.signed(told + b" ", signature)
    assert json.loads(told)["signed_by"] == public.as_dict()
    again = run("export", "people", "-o", "p.csv", "--graph", sample, "--sign", "key")
    assert (again.code, "`p.csv.manifest.json.sig`" in again.err) == (2, True)

    assert run("key", "new", "-o", "other").code == 0
    for name in ("p.csv", "p.csv.manifest.json"):
        assert run("verify", name, "--signed-by", "key.pub").out.splitlines()[-1] == "the export holds"
        assert run("verify", name, "--signed-by", "other.pub").code == 1
    assert "was not compared with a key that you trust" in run("verify", "p.csv").out
    for name, changed in (
        ("p.csv", (tmp_path / "p.csv").read_bytes().replace(b"sam", b"sum", 1)),
        ("p.csv.manifest.json", told.replace(b'"rows": ', b'"rows": 1')),
        ("p.csv.manifest.json.sig", bytes(64)),
    ):
        kept = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(changed)
        wrong = run("verify", "p.csv", "--json")
        assert (wrong.code, wrong.json()["holds"]) == (1, False), name
        (tmp_path / name).write_bytes(kept)
    (tmp_path / "p.csv.manifest.json.sig").unlink()
    assert run("verify", "p.csv").code == 1  # half of a signature
    assert run("export", "people", "-o", "p.csv", "--graph", sample, "--overwrite").code == 0
    unsigned = run("verify", "p.csv")
    assert unsigned.code == 0
    assert "it is not signed, whoever can write the file can make both anew" in unsigned.out
    assert run("verify", "p.csv", "--signed-by", "key.pub").code == 1
    (tmp_path / "p.csv").unlink()
    assert run("verify", "p.csv.manifest.json").code == 2


def test_another_version_is_exit_code_3(run: Run, sample: str, tmp_path: Path) -> None:
    assert run("evidence", "sam", "c-102", "-o", "a.zip", "--graph", sample).code == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        inside = {name: archive.read(name) for name in archive.namelist() if name != MANIFEST}
    record, answer = json.loads(inside["record.json"]), json.loads(inside["answer.json"])
    record["versions"]["seewhy"] = "99"
    answer["sentence"] = "Yes. Mallory says so."
    inside |= {"record.json": canonical(record), "answer.json": canonical(answer)}
    (tmp_path / "b.zip").write_bytes(packed(inside))
    told = run("verify", "b.zip")
    assert told.code == 3
    assert told.out.splitlines()[-1].startswith("the evidence holds as far as it could be checked: another version")
    assert "Mallory" not in told.out + told.err
    answer["value"] = "edit"
    (tmp_path / "c.zip").write_bytes(packed({**inside, "answer.json": canonical(answer)}))
    told = run("verify", "c.zip")
    assert (told.code, told.out.splitlines()[-1]) == (1, "the evidence does not hold")
    assert "Mallory" not in told.out + told.err


def test_notes_only_when_asked_for(run: Run, tmp_path: Path) -> None:
    organisation = {
        "systems.csv": "system_id,scheme\ncm,memberships\n",
        "people.csv": "person_id,name,note\nana,Ana,likes Ben\n",
        "units.csv": "unit_id,kind,name\nnorth,office,North\n",
        "memberships.csv": "person_id,unit_id,access,note\nana,north,edit,told by Carla\n",
        "cases.csv": "case_id,system_id,office_id,note\nc1,cm,north,secret of Dora\n",
    }
    (tmp_path / "in").mkdir()
    for name, text in organisation.items():
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    assert run("load", "in", "--graph", "g").code == 0
    key = tmp_path / "names"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    said = {}
    for name, more in {"plain": (), "noted": ("--notes",), "masked": ("--pseudonyms", "names")}.items():
        assert run("evidence", "ana", "c1", "-o", f"{name}.zip", "--graph", "g", *more).code == 0
        with zipfile.ZipFile(tmp_path / f"{name}.zip") as archive:
            said[name] = b"".join(archive.read(one) for one in archive.namelist())
        asked = ("--pseudonyms", "names") if name == "masked" else ()
        assert run("verify", f"{name}.zip", "--graph", "g", *asked).code == 0
    for note in (b"likes Ben", b"told by Carla", b"secret of Dora"):
        assert [note in said[name] for name in ("plain", "noted", "masked")] == [False, True, False]
    refused = run("evidence", "ana", "c1", "-o", "x.zip", "--graph", "g", "--notes", "--pseudonyms", "names")
    assert (refused.code, "notes are free text and may name people" in refused.err) == (2, True)
