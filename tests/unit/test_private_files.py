"""What SeeWhy makes is its owner's; a secret is read only from a file that nobody else can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from seewhy import ConfigurationError
from seewhy.graph.files.private import create, file_mode, folder_mode, make_folder, protect, read_secret


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(("group", "file", "folder"), [("", 0o600, 0o700), ("true", 0o640, 0o750)])
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_modes_do_not_hang_on_the_umask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str, file: int, folder: int, umask: int
) -> None:
    monkeypatch.setenv("SEEWHY_GROUP_READABLE", group)
    before = os.umask(umask)
    try:
        made = make_folder(tmp_path / "one" / "two")
        with create(made / "new") as new:
            new.write(b"x")
        with create(made / "secret", 0o600):
            pass
        (made / "by a library").write_bytes(b"y")
        protect(made / "by a library")
    finally:
        os.umask(before)
    assert (mode(made), mode(made.parent)) == (folder, folder)
    assert (mode(made / "new"), mode(made / "by a library"), mode(made / "secret")) == (file, file, 0o600)
    assert (file_mode(), folder_mode()) == (file, folder)


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_folder(tmp_path / "new")
    make_folder(tmp_path)
    assert mode(tmp_path) == 0o755


def test_nothing_that_lies_there_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    (tmp_path / "to the file").symlink_to(tmp_path / "file")
    (tmp_path / "to nothing").symlink_to(tmp_path / "nothing")
    for name in ("file", "to the file", "to nothing"):
        with pytest.raises(FileExistsError):
            create(tmp_path / name)
    assert (tmp_path / "file").read_bytes() == b"mine"
    assert not (tmp_path / "nothing").exists()


def test_a_setting_that_is_no_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEWHY_GROUP_READABLE", "perhaps")
    with pytest.raises(ConfigurationError, match="the setting `SEEWHY_GROUP_READABLE` cannot be `perhaps`"):
        file_mode()


def test_secrets(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"secret")
    for wrong in (0o640, 0o604, 0o620, 0o602, 0o644, 0o777):
        key.chmod(wrong)
        with pytest.raises(
            ConfigurationError, match=rf"the key `.*` can be read or written by others \(mode {wrong:04o}"
        ):
            read_secret(key, "the key")
    key.chmod(0o600)
    assert read_secret(key, "the key") == b"secret"
    (tmp_path / "link").symlink_to(key)
    assert read_secret(tmp_path / "link", "the key") == b"secret"
    os.mkfifo(tmp_path / "fifo", 0o600)
    for path in (tmp_path / "fifo", tmp_path, "/dev/zero"):
        with pytest.raises(ConfigurationError, match=r"is no regular file|cannot be read"):
            read_secret(path, "the key")
    for path in (tmp_path / "none", "a\0b"):
        with pytest.raises(ConfigurationError, match="cannot be read"):
            read_secret(path, "the key")
    key.write_bytes(b"x" * 70_000)
    with pytest.raises(ConfigurationError, match="is larger than 64 kB"):
        read_secret(key, "the key")
