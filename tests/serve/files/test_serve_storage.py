"""Files lie by random ids in the data folder, within the quota, and deletion is real."""

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from ecgfuse.serve.files.ids import is_id, new_id
from ecgfuse.serve.files.storage import FREE_BYTES, NoRoomError, Storage

MB = 2**20
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "data", 10 * MB)


def test_ids_are_random_and_safe_in_file_names() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(map(is_id, ids))


def test_a_folder_lies_in_the_data_folder_for_its_owner_alone(storage: Storage) -> None:
    id = new_id()
    folder = storage.folder_of("recordings", id)
    assert folder == storage.folder / "recordings" / id == storage.folder_of("recordings", id)
    for path in (folder, folder.parent, storage.folder):
        assert path.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "id",
    ["", ".", "..", "../../etc", "/etc/passwd", "a" * 21, "a" * 23, "a" * 21 + "/", "a" * 21 + "."],
)
def test_what_is_no_id_is_refused(storage: Storage, id: str) -> None:
    with pytest.raises(ValueError, match="is malformed"):
        storage.folder_of("recordings", id)
    with pytest.raises(ValueError, match="is malformed"):
        storage.delete("recordings", id)


def test_an_unknown_kind_is_refused(storage: Storage) -> None:
    with pytest.raises(ValueError, match="use one of uploads, recordings, analyses"):
        storage.folder_of("../etc", new_id())  # type: ignore[arg-type]


def test_deletion_is_real(storage: Storage) -> None:
    id, other = new_id(), new_id()
    for one in (id, other):
        (storage.folder_of("uploads", one) / "part").write_bytes(b"x")
    storage.delete("uploads", id)
    left = [path for path in storage.folder.rglob("*") if path.is_file()]
    assert left == [storage.folder / "uploads" / other / "part"]
    storage.delete("uploads", id)  # nothing is left to do


def test_what_an_interrupted_deletion_left_is_deleted_later(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = new_id()
    (storage.folder_of("uploads", id) / "part").write_bytes(b"x")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        storage.delete("uploads", id)
    assert not (storage.folder / "uploads" / id).exists()
    storage.empty_trash()
    assert not [path for path in storage.folder.rglob("*") if path.is_file()]


def test_all_kinds_count_for_the_quota(storage: Storage) -> None:
    for kind in ("uploads", "recordings", "analyses"):
        folder = storage.folder_of(kind, new_id()) / "deeper"  # type: ignore[arg-type]
        folder.mkdir()
        (folder / "file").write_bytes(bytes(MB))
    assert storage.used_bytes() == 3 * MB
    storage.require_room(7 * MB)
    with pytest.raises(NoRoomError, match=r"quota of 10\.0 MB has no room for 7\.0 MB .7\.0 MB"):
        storage.require_room(7 * MB + 1)


def test_links_are_not_followed(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(MB))
    folder = storage.folder_of("recordings", new_id())
    (folder / "link").symlink_to(tmp_path / "big")
    (folder / "up").symlink_to(tmp_path)
    assert storage.used_bytes() < MB


def test_a_full_disk_is_refused_before_anything_is_written(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10 * MB, 0, FREE_BYTES + MB))
    storage.require_room(MB)
    with pytest.raises(NoRoomError, match=r"disk of the server has no room .*; delete recordings"):
        storage.require_room(MB + 1)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_without_permission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(ValueError, match=r"--data .* cannot be created"):
        Storage(tmp_path / "locked" / "data", MB)


def test_a_data_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ValueError, match=r"--data .* cannot be created"):
        Storage(tmp_path / "file" / "data", MB)
