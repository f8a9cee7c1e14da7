"""Uploads: pieces arrive in order and once, limits are kept, nothing has its own name."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serve_cases import make_services

from ecgfuse.serve.database.tables import Owner, Upload
from ecgfuse.serve.files.storage import NoRoomError
from ecgfuse.serve.intake.file_names import check_content, plain_name
from ecgfuse.serve.intake.uploads import (
    OffsetError,
    UnknownUploadError,
    append_piece,
    create_upload,
    find_upload,
    upload_path,
)
from ecgfuse.serve.services import Services

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return make_services(tmp_path)[0]


@pytest.fixture
def owner(services: Services) -> str:
    with services.database.session() as session:
        row = Owner()
        session.add(row)
    return row.id


def start(
    services: Services, owner: str, name: str = "100.dat", size: int = len(CONTENT)
) -> Upload:
    return create_upload(services, owner_id=owner, name=name, size=size)


def append(services: Services, owner: str, upload: Upload, *, offset: int, piece: bytes) -> int:
    return append_piece(services, owner_id=owner, upload_id=upload.id, offset=offset, piece=piece)


def test_pieces_become_the_file_under_an_id(services: Services, owner: str) -> None:
    upload = start(services, owner, name="홍 길동.dat")
    for offset in range(0, len(CONTENT), 1000):
        piece = CONTENT[offset : offset + 1000]
        end = append(services, owner, upload, offset=offset, piece=piece)
        assert end == offset + len(piece)
    found = find_upload(services, owner_id=owner, upload_id=upload.id)
    assert found.received == found.size == len(CONTENT)
    assert found.finished is not None
    path = upload_path(services.storage, upload.id)
    assert path.read_bytes() == CONTENT
    assert not [p for p in services.storage.folder.rglob("*") if "길동" in p.name]


def test_a_wrong_offset_is_answered_by_the_right_one(services: Services, owner: str) -> None:
    upload = start(services, owner)
    append(services, owner, upload, offset=0, piece=CONTENT[:100])
    for offset in (0, 50, 101):
        with pytest.raises(OffsetError) as error:
            append(services, owner, upload, offset=offset, piece=CONTENT[offset:200])
        assert error.value.offset == 100
    assert append(services, owner, upload, offset=100, piece=CONTENT[100:]) == len(CONTENT)
    assert upload_path(services.storage, upload.id).read_bytes() == CONTENT


def test_a_piece_that_two_requests_send_at_once_is_stored_once(
    services: Services, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = start(services, owner)
    real = os.pwrite

    def other_request_first(file: int, data: memoryview, place: int) -> int:
        monkeypatch.setattr(os, "pwrite", real)
        append(services, owner, upload, offset=0, piece=bytes(data))
        return real(file, data, place)

    monkeypatch.setattr(os, "pwrite", other_request_first)
    with pytest.raises(OffsetError) as error:
        append(services, owner, upload, offset=0, piece=CONTENT[:100])
    assert error.value.offset == 100


def test_more_than_announced_is_refused(services: Services, owner: str) -> None:
    upload = start(services, owner, size=10)
    with pytest.raises(ValueError, match=r"announced with 10 bytes, but 11 have been sent"):
        append(services, owner, upload, offset=0, piece=b"x" * 11)
    assert upload_path(services.storage, upload.id).read_bytes() == b""


def test_of_others_nothing_is_found(services: Services, owner: str) -> None:
    upload = start(services, owner)
    with services.database.session() as session:
        other = Owner()
        session.add(other)
    for stranger, upload_id in ((other.id, upload.id), (owner, "x" * 22), (owner, "../../etc")):
        with pytest.raises(UnknownUploadError, match="no such upload"):
            find_upload(services, owner_id=stranger, upload_id=upload_id)
        with pytest.raises(UnknownUploadError):
            append_piece(services, owner_id=stranger, upload_id=upload_id, offset=0, piece=b"x")


def test_an_upload_that_is_deleted_while_a_piece_arrives_is_unknown(
    services: Services, owner: str
) -> None:
    upload = start(services, owner)
    services.storage.delete("uploads", upload.id)
    with pytest.raises(UnknownUploadError, match="start it again"):
        append(services, owner, upload, offset=0, piece=b"x")


def test_a_full_disk_loses_only_the_piece(
    services: Services, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = start(services, owner)
    append(services, owner, upload, offset=0, piece=CONTENT[:100])

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space left"):
            append(services, owner, upload, offset=100, piece=CONTENT[100:])
    assert find_upload(services, owner_id=owner, upload_id=upload.id).received == 100
    append(services, owner, upload, offset=100, piece=CONTENT[100:])
    assert upload_path(services.storage, upload.id).read_bytes() == CONTENT


def test_what_was_announced_counts_as_used(tmp_path: Path) -> None:
    services, owner = make_services(tmp_path, quota_gb=0.01)
    create_upload(services, owner_id=owner, name="a.edf", size=6_000_000)
    with pytest.raises(NoRoomError, match="quota"):
        create_upload(services, owner_id=owner, name="b.edf", size=6_000_000)


@pytest.mark.parametrize(
    ("name", "size", "message"),
    [
        ("a.edf", 0, "a.edf is empty"),
        ("a.edf", 3 << 20, "has 3 MB, but a file may have 1 MB"),
        ("", 1, "is not the name of a file"),
        ("..", 1, "is not the name of a file"),
        ("../a.edf", 1, "is not the name of a file"),
        ("C:\\a.edf", 1, "is not the name of a file"),
        ("a\n.edf", 1, "characters that cannot be shown"),
        ("a\0.edf", 1, "characters that cannot be shown"),
        ("a\u202egpj.edf", 1, "characters that cannot be shown"),
        (".DS_Store", 1, "is a hidden file"),
        ("~a.edf", 1, "is a hidden file"),
        ("가" * 100 + ".edf", 1, "is too long"),
        ("day.zip", 1, "day.zip is an archive or a compressed file; unpack it"),
        ("day.TAR.GZ", 1, "is an archive"),
    ],
)
def test_bad_files_are_refused_before_they_are_sent(
    tmp_path: Path, name: str, size: int, message: str
) -> None:
    services, owner = make_services(tmp_path, max_file_mb=1.0)
    with pytest.raises(ValueError, match=message):
        create_upload(services, owner_id=owner, name=name, size=size)
    assert list(services.storage.ids("uploads")) == []


@given(st.text(max_size=300))
def test_any_name_is_made_harmless_or_refused(name: str) -> None:
    try:
        plain = plain_name(name)
    except ValueError:
        return
    assert plain
    assert not set(plain) & set("/\\\0\n\r")
    assert not plain.startswith(".")
    assert len(plain.encode()) <= 200
    assert plain_name(plain) == plain


@pytest.mark.parametrize(
    "start", [b"PK\x03\x04rest", b"\x1f\x8b\x08rest", b"7z\xbc\xaf\x27\x1c", b"x" * 257 + b"ustar"]
)
def test_archives_are_known_by_their_content(start: bytes) -> None:
    with pytest.raises(ValueError, match="is an archive or a compressed file; unpack it"):
        check_content(start, name="a.csv")
