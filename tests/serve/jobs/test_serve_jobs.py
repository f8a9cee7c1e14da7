"""A job ends with a result or a sentence, and survives whatever happens to its process."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from root import ROOT
from serve_cases import (
    FS,
    add_analysis,
    analysis_row,
    make_services,
    recording_row,
    take_in,
    write_beats_csv,
    write_csv_file,
    write_wfdb,
)
from single_beat_files import write_single_beat_file
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from ecgfuse.serve.analysis.pyramid import FOLDER, has_pyramid
from ecgfuse.serve.analysis.result import has_result, load_result
from ecgfuse.serve.database.tables import AnalysisRow, RecordingRow, now
from ecgfuse.serve.files.deletion import delete_recording
from ecgfuse.serve.jobs import progress as states
from ecgfuse.serve.jobs import tasks
from ecgfuse.serve.jobs.messages import JsonSerializer
from ecgfuse.serve.jobs.queue import open_queue
from ecgfuse.serve.jobs.tasks import Workshop, run_job
from ecgfuse.serve.services import Services
from ecgfuse.serve.settings import Settings

pytestmark = pytest.mark.timeout(120)
Case = tuple[Services, RecordingRow, str]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Services, a recording and a queued analysis of it."""
    services, owner = make_services(tmp_path)
    (recording,) = take_in(services, owner, write_wfdb(tmp_path / "in")).recordings
    return services, recording, add_analysis(services, recording)


def workshop(services: Services, *, beat_s: float = 0.05) -> Workshop:
    return Workshop(database=services.database, storage=services.storage, beat_s=beat_s)


def do(services: Services, analysis_id: str, **options: float) -> AnalysisRow:
    """Run a job here, and return its row."""
    run_job(analysis_id, workshop=workshop(services, **options), stop=threading.Event())
    return analysis_row(services, analysis_id)


def result_folder(services: Services, analysis_id: str) -> Path:
    return services.storage.folder_of("analyses", analysis_id)


def test_a_job_is_done_and_completes_its_recording(tmp_path: Path) -> None:
    services, owner = make_services(tmp_path)
    files = write_csv_file(tmp_path / "in")
    (recording,) = take_in(services, owner, files, fs=360.0, lead="V1").recordings
    row = do(services, add_analysis(services, recording))
    assert (row.status, row.error, row.attempts, row.eta_s) == ("done", None, 1, 0)
    assert row.progress == 1
    assert row.finished is not None
    assert row.lead is None
    result = load_result(result_folder(services, row.id))
    assert result.summary["lead"] == "V1"
    assert result.summary["recording"] == "c1"
    found = recording_row(services, recording.id)
    assert (found.n_samples, found.fs, found.leads) == (7200, FS, ["II", "V1"])


def test_a_failed_job_says_why_in_the_words_of_the_page(tmp_path: Path) -> None:
    services, owner = make_services(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "홍.csv").write_text("a,b\n" + "0.1,0.2\n0.2,0.1\n" * 3600)
    files = [tmp_path / "in" / "홍.csv"]
    (recording,) = take_in(services, owner, files, fs=360.0).recordings
    row = do(services, add_analysis(services, recording))
    assert row.status == "failed"
    assert row.error is not None
    assert row.error.startswith("홍.csv: it cannot be known which of 1 a, 2 b is the ECG; choose")
    assert 'the field "Lead"' in row.error
    row = do(services, add_analysis(services, recording, model="no_such_model"))
    assert row.error is not None
    assert row.error.startswith("there is no model 'no_such_model'; available: ")


def test_an_unexpected_error_is_logged_and_not_shown(
    case: Case, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    services, _, analysis_id = case

    def fail(*_: object, **__: object) -> None:
        raise KeyError("secret detail")

    monkeypatch.setattr(tasks, "analyse_recording", fail)
    row = do(services, analysis_id)
    assert row.status == "failed"
    assert "unexpected error (KeyError)" in str(row.error)
    assert "secret" not in str(row.error)
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "the disk of the server is full"),
        (MemoryError(), "too little memory"),
    ],
)
def test_lack_of_room_or_memory_is_explained(
    case: Case, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    services, _, analysis_id = case

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(tasks, "analyse_recording", fail)
    assert words in str(do(services, analysis_id).error)
    monkeypatch.undo()
    assert states.restart(services.database, analysis_id)
    row = do(services, analysis_id)
    assert (row.status, row.error) == ("done", None)


def test_only_one_process_gets_a_job(case: Case) -> None:
    services, _, analysis_id = case
    claims = [states.claim(services.database, analysis_id) for _ in range(3)]
    assert [one is not None for one in claims] == [True, False, False]


def test_a_process_that_was_taken_for_dead_changes_nothing_any_more(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, _, analysis_id = case
    slow = states.claim(services.database, analysis_id)
    assert slow is not None
    later = now() + timedelta(seconds=states.STALE_S + 1)
    assert states.take_up(services.database, moment=later) == [analysis_id]
    assert do(services, analysis_id).status == "done"
    assert not states.fail(services.database, slow, "too late")
    assert not states.release(services.database, slow)
    row = analysis_row(services, analysis_id)
    assert (row.status, row.attempts) == ("done", 2)


def test_a_job_that_no_process_survives_has_failed(case: Case) -> None:
    services, _, analysis_id = case
    later = now() + timedelta(seconds=states.STALE_S + 1)
    for _ in range(states.MOST_ATTEMPTS):
        assert analysis_row(services, analysis_id).status == "queued"
        assert states.claim(services.database, analysis_id) is not None
        states.take_up(services.database, moment=later)
    row = analysis_row(services, analysis_id)
    assert row.status == "failed"
    assert "was interrupted 3 times" in str(row.error)


def waiting(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Replace the analysis by one that only waits; tells when it runs."""
    runs = threading.Event()

    def wait(*_: object, **__: object) -> None:
        runs.set()
        end = time.monotonic() + 60
        while time.monotonic() < end:
            time.sleep(0.01)
        raise AssertionError("was not interrupted")

    monkeypatch.setattr(tasks, "analyse_recording", wait)
    return runs


def later(condition: threading.Event, action: Callable[[], object]) -> None:
    """Do something in another thread as soon as an event is set."""

    def run() -> None:
        condition.wait(60)
        action()

    threading.Thread(target=run, daemon=True).start()


def test_a_cancelled_job_ends_at_once(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    services, _, analysis_id = case
    runs = waiting(monkeypatch)
    later(runs, lambda: states.cancel(services.database, analysis_id))
    row = do(services, analysis_id)
    assert row.status == "cancelled"
    assert not states.cancel(services.database, analysis_id)
    monkeypatch.undo()
    assert do(services, analysis_id).status == "cancelled"


def test_a_job_of_a_deleted_recording_ends_at_once(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, recording, analysis_id = case
    runs = waiting(monkeypatch)
    later(
        runs,
        lambda: delete_recording(services, owner_id=recording.owner_id, recording_id=recording.id),
    )
    run_job(analysis_id, workshop=workshop(services), stop=threading.Event())
    with services.database.reading() as session:
        assert session.get(AnalysisRow, analysis_id) is None
    run_job(analysis_id, workshop=workshop(services), stop=threading.Event())


def test_a_process_that_is_told_to_stop_gives_its_job_back(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, _, analysis_id = case
    stop = threading.Event()
    later(waiting(monkeypatch), stop.set)
    run_job(analysis_id, workshop=workshop(services), stop=stop)
    row = analysis_row(services, analysis_id)
    assert (row.status, row.attempts, row.heartbeat) == ("queued", 0, None)
    monkeypatch.undo()
    assert do(services, analysis_id).status == "done"


def locked(times: int, real: Callable[..., bool]) -> Callable[..., bool]:
    """A change of the database that fails at first, since another process holds the lock."""
    left = [times]

    def change(*arguments: object, **options: object) -> bool:
        if left[0]:
            left[0] -= 1
            raise OperationalError("UPDATE", {}, sqlite3.OperationalError("database is locked"))
        return real(*arguments, **options)

    return change


def test_a_database_that_is_locked_for_a_while_loses_nothing(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, _, analysis_id = case
    monkeypatch.setattr("ecgfuse.serve.jobs.heart.report", locked(2, states.report))
    monkeypatch.setattr(tasks, "finish", locked(2, states.finish))
    assert do(services, analysis_id, beat_s=0.01).status == "done"


def test_a_database_that_stays_locked_leaves_the_job_to_be_taken_up(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, _, analysis_id = case
    monkeypatch.setattr(tasks, "_PATIENCE_S", 0.0)
    monkeypatch.setattr(tasks, "finish", locked(99, states.finish))
    with pytest.raises(OperationalError):
        do(services, analysis_id)
    monkeypatch.undo()
    later_on = now() + timedelta(seconds=states.STALE_S + 1)
    assert states.take_up(services.database, moment=later_on) == [analysis_id]
    assert do(services, analysis_id).status == "done"


def test_an_attempt_removes_what_the_last_one_left(case: Case) -> None:
    services, recording, analysis_id = case
    home = services.storage.folder_of("recordings", recording.id)
    folder = result_folder(services, analysis_id)
    part = home / f".{FOLDER}.{analysis_id}.7.part"
    part.mkdir()
    (part / "0.1.npy").write_bytes(b"cut")
    (folder / ".beats.npz.123.part").write_bytes(b"cut")
    assert do(services, analysis_id).status == "done"
    assert not [p for p in (*home.rglob("*"), *folder.rglob("*")) if p.name.startswith(".")]


def test_two_models_share_the_signals_of_a_recording(case: Case) -> None:
    services, recording, analysis_id = case
    other = add_analysis(services, recording, model="hybrid")
    shop = workshop(services)
    for one in (analysis_id, other):
        run_job(one, workshop=shop, stop=threading.Event())
    home = services.storage.folder_of("recordings", recording.id)
    assert {path.name for path in home.iterdir()} == {"files", FOLDER}
    models = [
        load_result(result_folder(services, one)).summary["model"] for one in (analysis_id, other)
    ]
    assert models == ["best", "hybrid"]


def test_single_beats_are_classified_row_by_row(tmp_path: Path) -> None:
    services, owner = make_services(tmp_path)
    model = write_single_beat_file(tmp_path / "beats_model.onnx")
    path = write_beats_csv(tmp_path / "in", labels=True)
    (recording,) = take_in(services, owner, [path], label_column="last").recordings
    row = do(services, add_analysis(services, recording, model=str(model)))
    assert (row.status, row.error) == ("done", None)
    assert recording_row(services, recording.id).n_samples == 30
    result = load_result(result_folder(services, row.id))
    assert result.beats["sample"].tolist() == list(range(30))
    expected = ["N" if i % 5 == 0 else "abnormal" for i in range(30)]
    assert result.beats["reference"].tolist() == expected
    assert result.classes.names == ("N", "abnormal")
    row = do(services, add_analysis(services, recording, model="best"))
    assert "judges beats in their recording" in str(row.error)


# Processes


def until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    folder = tmp_path / "gate"
    folder.mkdir()
    return folder


@pytest.fixture
def start_consumer(gate: Path) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    started: list[subprocess.Popen[bytes]] = []

    def start(services: Services) -> "subprocess.Popen[bytes]":
        (gate / "ready").unlink(missing_ok=True)
        settings = services.settings
        script = Path(__file__).with_name("gated_consumer.py")
        process = subprocess.Popen(
            [sys.executable, script, settings.data, gate, settings.queue],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
        started.append(process)
        until((gate / "ready").exists)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def age(services: Services, analysis_id: str) -> None:
    """Let the last sign of life be long ago."""
    with services.database.session() as session:
        session.execute(
            update(AnalysisRow)
            .where(AnalysisRow.id == analysis_id)
            .values(heartbeat=now() - timedelta(seconds=states.STALE_S + 1))
        )


@pytest.mark.slow
def test_the_job_of_a_killed_process_is_taken_up_by_another_one(
    case: Case, gate: Path, start_consumer: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    services, recording, analysis_id = case
    first = start_consumer(services)
    services.queue.enqueue(analysis_id)
    until((gate / f"started-{analysis_id}.1").exists)
    beat = analysis_row(services, analysis_id).heartbeat
    until(lambda: analysis_row(services, analysis_id).heartbeat != beat)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert analysis_row(services, analysis_id).status == "running"
    age(services, analysis_id)
    start_consumer(services)
    until((gate / f"started-{analysis_id}.2").exists)
    (gate / "go").touch()
    until(lambda: analysis_row(services, analysis_id).status == "done")
    assert has_result(result_folder(services, analysis_id))
    assert has_pyramid(services.storage.folder_of("recordings", recording.id) / FOLDER)


@pytest.mark.slow
def test_a_job_without_a_message_is_found_and_a_stop_loses_nothing(
    case: Case, gate: Path, start_consumer: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    services, _, analysis_id = case  # in the database alone
    process = start_consumer(services)
    until((gate / f"started-{analysis_id}.1").exists)
    (gate / "stop").touch()
    assert process.wait(30) == 0
    assert (gate / "ended").exists()
    row = analysis_row(services, analysis_id)
    assert (row.status, row.attempts) == ("queued", 0)


@pytest.mark.slow
def test_many_jobs_on_two_consumers_are_each_done_once(
    tmp_path: Path, gate: Path, start_consumer: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    services, owner = make_services(tmp_path)
    ids = []
    for number in range(4):
        files = write_wfdb(tmp_path / "in", f"r{number}")
        (recording,) = take_in(services, owner, files).recordings
        ids.append(add_analysis(services, recording))
        services.queue.enqueue(ids[-1])
        services.queue.enqueue(ids[-1])
    (gate / "go").touch()
    for _ in range(2):
        start_consumer(services)
    until(lambda: all(analysis_row(services, one).status == "done" for one in ids))
    assert [analysis_row(services, one).attempts for one in ids] == [1] * 4


@pytest.mark.slow
def test_a_consumer_never_imports_torch(tmp_path: Path) -> None:
    code = (
        "import sys, threading\n"
        "from pathlib import Path\n"
        "from serve_cases import *\n"
        "from ecgfuse.serve.jobs.tasks import Workshop, run_job\n"
        "services, owner = make_services(Path(sys.argv[1]))\n"
        "files = write_wfdb(Path(sys.argv[1]) / 'in')\n"
        "(recording,) = take_in(services, owner, files).recordings\n"
        "one = add_analysis(services, recording)\n"
        "shop = Workshop(database=services.database, storage=services.storage)\n"
        "run_job(one, workshop=shop, stop=threading.Event())\n"
        "assert analysis_row(services, one).status == 'done'\n"
        "import ecgfuse.serve.intake.examples, ecgfuse.serve.exports.strip\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'torch'])\n"
    )
    paths = [ROOT / "src", ROOT / "tests/support", ROOT / "tests/serve"]
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path],
        env={**os.environ, "PYTHONPATH": ":".join(map(str, paths))},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


# The queue


def test_messages_are_plain_json(tmp_path: Path) -> None:
    services, _ = make_services(tmp_path)
    services.queue.enqueue("an-id")
    with sqlite3.connect(services.settings.data / "queue.sqlite") as connection:
        ((content,),) = connection.execute("SELECT data FROM task").fetchall()
    message = json.loads(content)
    assert message["args"] == ["an-id"]
    assert set(message) == {"id", "name", "retries", "args", "kwargs"}
    again = JsonSerializer().deserialize(content)
    assert again.args == ("an-id",)
    with pytest.raises(ValueError, match="decode"):
        JsonSerializer().deserialize(b"\x80\x05cos\nsystem\n.")  # a pickle


def test_a_queue_that_cannot_be_reached_loses_no_job(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    services, _, analysis_id = case
    settings = Settings(data=services.settings.data, queue="redis://127.0.0.1:1/0")
    queue = open_queue(settings)
    queue.enqueue(analysis_id)
    assert "no message for job" in caplog.text
    with pytest.raises(Exception, match="refused"):
        queue.check()
    services.queue.check()
    assert states.take_up(services.database) == [analysis_id]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")
def test_redis_carries_the_messages_of_many_machines(
    tmp_path: Path, gate: Path, start_consumer: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as server:
        try:
            services, owner = make_services(tmp_path, queue=f"redis://127.0.0.1:{port}/0")
            until(lambda: is_up(services))
            (recording,) = take_in(services, owner, write_wfdb(tmp_path / "in")).recordings
            analysis_id = add_analysis(services, recording)
            services.queue.enqueue(analysis_id)
            (gate / "go").touch()
            start_consumer(services)
            until(lambda: analysis_row(services, analysis_id).status == "done")
        finally:
            server.terminate()


def is_up(services: Services) -> bool:
    try:
        services.queue.check()
    except Exception:  # those of the client of Redis
        return False
    return True


def test_a_malformed_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="--queue redis://:x is malformed"):
        open_queue(Settings(data=tmp_path, queue="redis://:x"))
