"""Errors stop the pipeline with one line that names the cause, and an ended training resumes."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("finished"),
]


def test_a_misspelt_parameter_is_named_and_the_results_are_kept(repository_with_other_data):
    repository = repository_with_other_data
    metrics = repository.root / "metrics/early.json"
    before = metrics.read_text()
    path = repository.root / "params.yaml"
    path.write_text(path.read_text().replace("  epochs: 2", "  epoch: 2"))
    done = repository.try_dvc("repro")
    assert done.returncode != 0
    assert "unknown parameter train.epoch; did you mean 'epochs'?" in done.stdout
    assert "Traceback" not in done.stdout
    assert metrics.read_text() == before


def test_a_damaged_recording_is_named(repository_with_other_data):
    repository = repository_with_other_data
    path = repository.root / "data/raw/mitdb/101.dat"
    content = path.read_bytes()
    path.unlink()  # the file may be a link into the cache
    path.write_bytes(content[: len(content) // 2])
    done = repository.try_dvc("repro", "--single-item", "preprocess", "--force")
    assert done.returncode != 0
    assert "record 101" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_database_without_a_mirror_is_named(repository):
    repository.set_params({"external": {"databases": ["incartdb"], "source": "mirror"}})
    away = repository.mirror.with_name("away")
    repository.mirror.rename(away)
    try:
        done = repository.try_dvc("repro", "studies/external/dvc.yaml:external@incartdb")
    finally:
        away.rename(repository.mirror)
    assert done.returncode != 0
    assert (
        "download_external: error: external.source is 'mirror', but none was found" in done.stdout
    )


def test_trainings_run_where_the_test_records_do_not_exist(repository_with_other_data):
    repository = repository_with_other_data
    for folder in ("data/beats/test", "data/rr/test"):
        shutil.rmtree(repository.root / folder)
    repository.set_params({"train": {"epochs": 1}})
    assert repository.repro("--single-item", "train@hybrid") == ["train@hybrid"]


def test_a_training_that_was_killed_and_interrupted_ends_as_if_undisturbed(
    repository_with_other_data,
):
    repository = repository_with_other_data
    repository.set_params({"train": {"epochs": 100}})
    # The run cache could restore the training of an earlier run.
    train = ("--single-item", "--no-run-cache", "train@late")
    network = repository.root / "data/train/late/seed-1.safetensors"
    checkpoints = repository.root / ".checkpoints"
    reached = 0.0
    for end in (signal.SIGKILL, signal.SIGINT):
        process = start(repository, "repro", *train)
        reached = wait_for_checkpoint(checkpoints, newer_than=reached)
        os.killpg(process.pid, end)
        assert process.wait(timeout=60) != 0
        assert list(checkpoints.glob("*/seed-1.pt")), "the training was complete"
        assert not network.parent.exists()

    assert repository.repro(*train) == ["train@late"]
    resumed = network.read_bytes()
    assert not list(checkpoints.glob("*/seed-1.pt"))
    repository.repro("--force", *train)
    assert network.read_bytes() == resumed


def start(repository, *arguments: str) -> subprocess.Popen[bytes]:
    """Start DVC in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "dvc", *arguments],
        cwd=repository.root,
        env=repository.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # A test runner in the background ignores Ctrl-C, and its children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def wait_for_checkpoint(folder, *, newer_than: float) -> float:
    """Wait until the training writes a checkpoint; return its time of modification."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        for path in folder.glob("*/seed-1.pt"):
            written = path.stat().st_mtime
            if written > newer_than:
                return written
        time.sleep(0.02)
    raise AssertionError("no checkpoint was written")
