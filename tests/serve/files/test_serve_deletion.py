"""Deletion removes rows and files, of this owner alone; old things are deleted by themselves."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from serving import make_settings
from sqlalchemy import func, select

from ecgfuse.serve.database.tables import (
    AnalysisRow,
    CorrectionRow,
    Owner,
    RecordingRow,
    Table,
    Upload,
    now,
)
from ecgfuse.serve.files import housekeeping
from ecgfuse.serve.files.deletion import delete_recording, delete_upload
from ecgfuse.serve.files.housekeeping import keep_tidy, tidy_up
from ecgfuse.serve.files.ids import new_id
from ecgfuse.serve.services import Services, open_services

PATIENT = "MILLER-1950"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = open_services(make_settings(tmp_path, lifetime_days=30))
    yield opened
    opened.database.close()


def add_owner(services: Services) -> str:
    with services.database.session() as session:
        session.add(owner := Owner())
    return owner.id


def add_recording(services: Services, owner_id: str, *, days_ago: float = 0) -> str:
    """A recording that was analysed and corrected, with files; its id."""
    used = now() - timedelta(days=days_ago)
    with services.database.session() as session:
        row = RecordingRow(owner_id=owner_id, name=PATIENT, kind="wfdb", folder="x", last_used=used)
        session.add(row)
        session.flush()
        session.add(analysis := AnalysisRow(recording_id=row.id, model="best"))
        session.flush()
        session.add(
            CorrectionRow(analysis_id=analysis.id, number=1, sample=1, from_class="N", to_class="V")
        )
    for kind, id in (("recordings", row.id), ("analyses", analysis.id)):
        (services.storage.folder_of(kind, id) / "file").write_text(PATIENT)  # type: ignore[arg-type]
    return row.id


def add_upload(services: Services, owner_id: str, *, days_ago: float = 0) -> str:
    created = now() - timedelta(days=days_ago)
    with services.database.session() as session:
        session.add(row := Upload(owner_id=owner_id, name=PATIENT, size=9, created=created))
    (services.storage.folder_of("uploads", row.id) / "file").write_text(PATIENT)
    return row.id


def count(services: Services, table: type[Table]) -> int:
    with services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def patients(services: Services) -> list[str]:
    """Files of the data folder in which the patient is named."""
    files = [path for path in services.storage.folder.rglob("*") if path.is_file()]
    return [path.name for path in files if PATIENT.encode() in path.read_bytes()]


def test_a_deleted_recording_leaves_nothing(services: Services) -> None:
    owner_id = add_owner(services)
    recording_id = add_recording(services, owner_id)
    assert patients(services)
    assert delete_recording(services, owner_id=owner_id, recording_id=recording_id)
    assert not patients(services)
    assert [count(services, table) for table in (RecordingRow, AnalysisRow, CorrectionRow)] == [
        0, 0, 0,
    ]  # fmt: skip
    assert services.storage.used_bytes() == 0
    assert not delete_recording(services, owner_id=owner_id, recording_id=recording_id)


def test_nobody_deletes_what_belongs_to_another(services: Services) -> None:
    mine, theirs = add_owner(services), add_owner(services)
    recording_id, upload_id = add_recording(services, mine), add_upload(services, mine)
    assert not delete_recording(services, owner_id=theirs, recording_id=recording_id)
    assert not delete_upload(services, owner_id=theirs, upload_id=upload_id)
    assert (count(services, RecordingRow), count(services, Upload)) == (1, 1)
    assert len(patients(services)) >= 3


def test_a_deleted_upload_leaves_nothing(services: Services) -> None:
    owner_id = add_owner(services)
    upload_id = add_upload(services, owner_id)
    assert delete_upload(services, owner_id=owner_id, upload_id=upload_id)
    assert not patients(services)


def test_recordings_and_uploads_have_a_lifetime(services: Services) -> None:
    owner_id = add_owner(services)
    old = [add_recording(services, owner_id, days_ago=30.1)]
    add_recording(services, owner_id, days_ago=29.9)
    add_upload(services, owner_id, days_ago=1.1)
    add_upload(services, owner_id, days_ago=0.9)
    tidy_up(services, at=now())
    with services.database.reading() as session:
        (left,) = session.scalars(select(RecordingRow.id))
    assert left not in old
    assert count(services, Upload) == 1
    assert count(services, Owner) == 1


def test_without_a_lifetime_recordings_stay(tmp_path: Path) -> None:
    services = open_services(make_settings(tmp_path, lifetime_days=0))
    add_recording(services, add_owner(services), days_ago=9999)
    tidy_up(services, at=now())
    assert count(services, RecordingRow) == 1
    services.database.close()


def test_owners_without_anything_are_forgotten_after_a_day(services: Services) -> None:
    add_owner(services)
    add_recording(services, keeper := add_owner(services))
    tidy_up(services, at=now() + timedelta(hours=23))
    assert count(services, Owner) == 2
    tidy_up(services, at=now() + timedelta(hours=25))
    with services.database.reading() as session:
        assert session.scalars(select(Owner.id)).all() == [keeper]


def test_folders_without_a_row_are_deleted_when_they_are_old(services: Services) -> None:
    add_recording(services, add_owner(services))
    new, old = new_id(), new_id()
    for id, age_s in ((new, 0), (old, 7200)):
        folder = services.storage.folder_of("recordings", id)
        (folder / "file").write_text(PATIENT)
        os.utime(folder, (time.time() - age_s,) * 2)
    for id, _ in services.storage.ids("analyses"):  # old, but its row is there
        os.utime(services.storage.folder_of("analyses", id), (0, 0))
    tidy_up(services, at=now())
    assert old not in dict(services.storage.ids("recordings"))
    assert len(dict(services.storage.ids("recordings"))) == 2
    assert len(dict(services.storage.ids("analyses"))) == 1


def test_housekeeping_goes_on_after_a_failure(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    rounds: list[int] = []

    def fail(*_: object, **__: object) -> None:
        rounds.append(1)
        if len(rounds) == 3:
            stop.set()
        raise OSError

    monkeypatch.setattr(housekeeping, "tidy_up", fail)
    monkeypatch.setattr(housekeeping, "EVERY_S", 0.001)
    keep_tidy(services, stop=stop)
    assert len(rounds) == 3
