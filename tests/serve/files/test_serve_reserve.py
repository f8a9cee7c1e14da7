"""On a full disk people can still delete, and a job can still say that it has failed."""

import errno
import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from serve_cases import make_services
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ecgfuse.serve.database.connect import is_full, open_database
from ecgfuse.serve.files.deletion import delete_upload
from ecgfuse.serve.files.reserve import (
    NEARLY_FULL_BYTES,
    RESERVE_BYTES,
    give_up_reserve,
    keep_reserve,
    require_some_room,
)
from ecgfuse.serve.intake.uploads import append_piece, create_upload, find_upload
from ecgfuse.serve.services import Services

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def services_and_owner(tmp_path: Path) -> tuple[Services, str]:
    return make_services(tmp_path)


def leave(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """Let the disk have so many free bytes."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(free, 0, free))


def full() -> OperationalError:
    """The error of SQLite on a full disk."""
    origin = sqlite3.OperationalError("database or disk is full")
    origin.sqlite_errorcode = sqlite3.SQLITE_FULL  # type: ignore[misc]
    return OperationalError("DELETE", {}, origin)


def let_writing_fail(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be stored as long as the reserve is there."""
    real = services.database.session

    @contextmanager
    def session() -> Iterator[Session]:
        with real() as found:
            yield found
            if (services.storage.folder / "reserve").exists():
                raise full()

    monkeypatch.setattr(services.database, "session", session)


def test_the_reserve_takes_real_room_until_it_is_given_up(tmp_path: Path) -> None:
    keep_reserve(tmp_path)
    keep_reserve(tmp_path)
    stat = (tmp_path / "reserve").stat()
    assert stat.st_size == RESERVE_BYTES <= 512 * stat.st_blocks
    assert give_up_reserve(tmp_path)
    assert not give_up_reserve(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_nearly_full_disk_gets_no_reserve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(monkeypatch, NEARLY_FULL_BYTES - 1)
    keep_reserve(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match="No space left") as error:
        require_some_room(tmp_path)
    assert error.value.errno == errno.ENOSPC
    leave(monkeypatch, NEARLY_FULL_BYTES)
    require_some_room(tmp_path)


def test_pieces_do_not_take_the_last_room_and_continue_when_there_is_more(
    services_and_owner: tuple[Services, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    services, owner = services_and_owner
    upload = create_upload(services, owner_id=owner, name="a.edf", size=10)
    with monkeypatch.context() as patch:
        leave(patch, NEARLY_FULL_BYTES - 1)
        with pytest.raises(OSError, match="No space left"):
            append_piece(services, owner_id=owner, upload_id=upload.id, offset=0, piece=b"12345")
    found = find_upload(services, owner_id=owner, upload_id=upload.id)
    assert found.received == 0
    append_piece(services, owner_id=owner, upload_id=upload.id, offset=0, piece=b"1234567890")


def test_an_upload_can_be_deleted_on_a_full_disk(
    services_and_owner: tuple[Services, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    services, owner = services_and_owner
    upload = create_upload(services, owner_id=owner, name="a.edf", size=10)
    keep_reserve(services.storage.folder)
    let_writing_fail(services, monkeypatch)
    assert delete_upload(services, owner_id=owner, upload_id=upload.id)
    assert not (services.storage.folder / "reserve").exists()
    assert list(services.storage.ids("uploads")) == []


def test_a_full_disk_and_a_locked_database_are_told_apart(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'small.sqlite'}")
    with database.session() as session:
        session.execute(text("CREATE TABLE filler (content BLOB)"))
        session.execute(text("PRAGMA max_page_count=4"))
        with pytest.raises(OperationalError) as error:
            session.execute(text("INSERT INTO filler VALUES (zeroblob(100000))"))
    assert is_full(error.value)
    database.close()
    assert not is_full(OperationalError("UPDATE", {}, sqlite3.OperationalError("locked")))
    assert not is_full(OSError(errno.ENOSPC, "No space left on device"))
