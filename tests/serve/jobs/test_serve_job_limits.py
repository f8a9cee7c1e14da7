"""A job ends in time and within its memory, whatever it was given."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from serve_cases import add_analysis, analysis_row, make_services, take_in, write_csv_file

from ecgfuse.serve.analysis.limits import Limits
from ecgfuse.serve.analysis.pyramid import FOLDER
from ecgfuse.serve.database.tables import AnalysisRow
from ecgfuse.serve.jobs import tasks
from ecgfuse.serve.jobs.tasks import Workshop, run_job
from ecgfuse.serve.services import Services

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def services_and_job(tmp_path: Path) -> tuple[Services, str]:
    """A table without a time column, whose length is not known before it is read."""
    services, owner = make_services(tmp_path)
    files = write_csv_file(tmp_path / "in")
    (recording,) = take_in(services, owner, files, fs=360.0, lead="II").recordings
    return services, add_analysis(services, recording)


def do(services: Services, analysis_id: str, workshop: Workshop) -> AnalysisRow:
    run_job(analysis_id, workshop=workshop, stop=threading.Event())
    return analysis_row(services, analysis_id)


def workshop(services: Services, **options: object) -> Workshop:
    return Workshop(
        database=services.database,
        storage=services.storage,
        beat_s=0.02,
        **options,  # type: ignore[arg-type]
    )


def test_a_job_that_takes_too_long_fails_with_the_cure(
    services_and_job: tuple[Services, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    services, analysis_id = services_and_job

    def go_on(*_: object, **__: object) -> None:
        while True:
            time.sleep(0.01)

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "analyse_recording", go_on)
        row = do(services, analysis_id, workshop(services, limits=Limits(seconds=0.1)))
    assert row.status == "failed"
    assert row.error is not None
    assert row.error.startswith("the analysis took longer than 0.00166667 minutes; cut the rec")
    assert "--job-minutes" in row.error


def test_a_job_that_cannot_be_interrupted_fails_in_time_and_its_process_is_given_up(
    services_and_job: tuple[Services, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    services, analysis_id = services_and_job
    given_up = threading.Event()
    said: list[str] = []

    def give_up() -> None:
        said.append(analysis_row(services, analysis_id).status)
        given_up.set()

    def hang(*_: object, **__: object) -> None:  # as in one call of a library
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
        assert given_up.wait(60)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
        time.sleep(60)

    monkeypatch.setattr(tasks, "analyse_recording", hang)
    shop = workshop(services, limits=Limits(seconds=0.1), abandon=give_up, grace_s=0.1)
    assert do(services, analysis_id, shop).status == "failed"
    assert said == ["failed"]


def test_a_recording_whose_length_shows_only_while_it_is_read_is_refused_then(
    services_and_job: tuple[Services, str],
) -> None:
    services, analysis_id = services_and_job
    row = do(services, analysis_id, workshop(services, limits=Limits(recording_s=10)))
    assert row.status == "failed"
    assert "is longer than 0 hours, the longest recording for which" in str(row.error)
    home = services.storage.folder_of("recordings", row.recording_id)
    assert not [path for path in home.iterdir() if FOLDER in path.name]
    row = do(services, add_again(services, row), workshop(services, limits=Limits(recording_s=20)))
    assert (row.status, row.error) == ("done", None)


def add_again(services: Services, row: AnalysisRow) -> str:
    with services.database.session() as session:
        again = AnalysisRow(recording_id=row.recording_id, model="best", lead="II")
        session.add(again)
    return again.id


def test_a_table_with_a_line_that_would_take_all_memory_is_refused(tmp_path: Path) -> None:
    services, owner = make_services(tmp_path)
    (path,) = write_csv_file(tmp_path / "in")
    with path.open("a") as file:
        file.write("0.1," * 1_000_000)
        file.write("\n0.1,0.1\n")
    (recording,) = take_in(services, owner, [path], fs=360.0, lead="II").recordings
    row = do(services, add_analysis(services, recording), workshop(services))
    assert row.status == "failed"
    assert "c1.csv: line 7,202 is longer than 1,048,576 bytes" in str(row.error)


@pytest.mark.slow
def test_a_process_gets_no_more_memory_than_it_may() -> None:
    code = (
        "import numpy as np\n"
        "from ecgfuse.serve.processes.job_process import limit_memory\n"
        "limit_memory(200 * 2**20)\n"
        "held = np.ones(100 * 2**20, np.uint8)\n"
        "try:\n"
        "    np.ones(150 * 2**20, np.uint8)\n"
        "except MemoryError:\n"
        "    print('refused')\n"
        "del held\n"
        "print(len(np.ones(150 * 2**20, np.uint8)) // 2**20)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.split() == ["refused", "150"]
