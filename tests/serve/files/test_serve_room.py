"""What was promised to one person is not promised to another, however many come at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from serve_cases import add_analysis, make_services, send, take_in, write_wfdb
from servers import postgresql
from sqlalchemy import delete, update

from ecgfuse.serve.database.tables import AnalysisRow, RecordingRow
from ecgfuse.serve.files.room import first_result_bytes, promised
from ecgfuse.serve.files.storage import NoRoomError, Storage
from ecgfuse.serve.intake.intake import IntakeOptions, take_in_uploads
from ecgfuse.serve.intake.uploads import create_upload
from ecgfuse.serve.services import Services
from ecgfuse.serve.starting import start_analysis

MB = 2**20
GB_OF_MB = 1 / 1024


def at_once(work: Callable[[], object], *, times: int) -> int:
    """How many of some calls at the same time are not refused."""
    barrier = threading.Barrier(times)

    def one() -> bool:
        barrier.wait()
        try:
            work()
        except NoRoomError:
            return False
        return True

    with ThreadPoolExecutor(times) as pool:
        return sum(pool.map(lambda _: one(), range(times)))


def wait_after_looking(monkeypatch: pytest.MonkeyPatch, *, times: int) -> None:
    """Let all look at the files before one of them goes on."""
    real, barrier = Storage.stored_bytes, threading.Barrier(times)

    def stored_bytes(storage: Storage) -> int:
        found = real(storage)
        barrier.wait(30)
        return found

    monkeypatch.setattr(Storage, "stored_bytes", stored_bytes)


def test_eight_uploads_at_once_do_not_exceed_the_quota(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, owner = make_services(tmp_path, quota_gb=20 * GB_OF_MB)
    wait_after_looking(monkeypatch, times=8)
    n = at_once(lambda: create_upload(services, owner_id=owner, name="a.edf", size=6 * MB), times=8)
    assert n == 3
    assert len(list(services.storage.ids("uploads"))) == 3


@pytest.mark.slow
def test_nor_do_they_with_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgresql(tmp_path) as url:
        services, owner = make_services(tmp_path, quota_gb=20 * GB_OF_MB, database=url)
        wait_after_looking(monkeypatch, times=8)
        n = at_once(
            lambda: create_upload(services, owner_id=owner, name="a.edf", size=6 * MB), times=8
        )
        services.database.close()
    assert n == 3


def used_up(services: Services, n_bytes: int) -> bool:
    """Whether there is no room for so many bytes."""
    try:
        with promised(services, n_bytes):
            return False
    except NoRoomError:
        return True


def room(services: Services) -> int:
    """Bytes that can still be promised."""
    low, high = 0, services.storage.quota_bytes
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (low, middle - 1) if used_up(services, middle) else (middle, high)
    return low


def test_a_recording_needs_room_for_its_result_until_it_is_written(tmp_path: Path) -> None:
    services, owner = make_services(tmp_path)
    before = room(services)
    files = write_wfdb(tmp_path / "in")
    n_bytes = sum(path.stat().st_size for path in files)
    (recording,) = take_in(services, owner, files).recordings
    n_result = first_result_bytes(recording)
    assert n_result > recording.n_samples * 3 * 2  # two leads, and the filtered one
    assert room(services) == before - n_bytes - n_result
    analysis_id = add_analysis(services, recording)
    assert room(services) == before - n_bytes - n_result
    with services.database.session() as session:
        session.execute(update(AnalysisRow).values(status="done"))
    assert room(services) == before - n_bytes
    with services.database.session() as session:
        session.execute(delete(AnalysisRow).where(AnalysisRow.id == analysis_id))


def test_a_recording_without_room_for_its_result_is_refused_and_its_uploads_stay(
    tmp_path: Path,
) -> None:
    files = write_wfdb(tmp_path / "in")
    n_bytes = sum(path.stat().st_size for path in files)
    services, owner = make_services(tmp_path)
    (row,) = take_in(services, owner, files).recordings
    needed = n_bytes + first_result_bytes(row)
    for spare, n_recordings in ((-1, 0), (0, 1)):
        folder = tmp_path / str(spare)
        services, owner = make_services(folder)
        services.storage.quota_bytes = needed + spare
        intake = take_in(services, owner, files)
        assert len(intake.recordings) == n_recordings
        assert len(list(services.storage.ids("uploads"))) == (0 if n_recordings else 3)
        assert ["has no room" in one.detail for one in intake.problems] == [True] * (
            1 - n_recordings
        )


def test_recordings_taken_in_at_once_do_not_exceed_the_quota(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, owner = make_services(tmp_path)
    files = write_wfdb(tmp_path / "in")
    (row,) = take_in(services, owner, files).recordings
    of_one = row.bytes + first_result_bytes(row)
    services.storage.quota_bytes = of_one + 4 * row.bytes + 2 * first_result_bytes(row)
    batches = iter([[send(services, owner, path) for path in files] for _ in range(4)])
    found: list[RecordingRow] = []

    def one() -> None:
        intake = take_in_uploads(
            services, owner_id=owner, upload_ids=next(batches), options=IntakeOptions()
        )
        found.extend(intake.recordings)

    wait_after_looking(monkeypatch, times=4)
    at_once(one, times=4)
    assert len(found) == 2


def test_another_model_needs_room_for_its_result(tmp_path: Path) -> None:
    services, owner = make_services(tmp_path)
    (recording,) = take_in(services, owner, write_wfdb(tmp_path / "in")).recordings
    services.storage.quota_bytes = recording.bytes + first_result_bytes(recording)
    first = start_analysis(services, recording=recording, model="best", lead=None)
    with pytest.raises(NoRoomError, match="quota"):
        start_analysis(services, recording=recording, model="hybrid", lead=None)
    again = start_analysis(services, recording=recording, model="best", lead=None)
    assert again.id == first.id
