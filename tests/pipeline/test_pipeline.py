"""The pipeline as its users run it: real DVC, real Git, short synthetic records."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from other_databases import write_database
from scratch import ScratchRepository, ran

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    """A repository in which the pipeline has run and its results are committed."""
    repository = ScratchRepository.make(tmp_path_factory.mktemp("pipeline") / "repository")
    repository.repro()
    repository.commit("results")
    return repository


@pytest.fixture
def repository(finished: ScratchRepository) -> ScratchRepository:
    """The finished repository, put back to its commit afterwards."""
    yield finished
    finished.git("checkout", "--quiet", "--force", "main")
    finished.git("clean", "--quiet", "--force")
    finished.dvc("checkout", "--force")


def metrics(repository: ScratchRepository, fusion: str) -> dict:
    return json.loads((repository.root / f"metrics/{fusion}.json").read_text())


def test_a_second_run_does_nothing_and_leaves_git_clean(repository):
    assert repository.repro() == []
    assert repository.git("status", "--porcelain") == ""


def test_synthetic_data_are_named_in_every_metrics_file_and_on_the_report(repository):
    for name in ("early", "late", "hybrid", "noise", "folds"):
        assert metrics(repository, name)["data"]["kind"] == "synthetic"
    assert metrics(repository, "noise")["noise"]["kind"] == "synthetic"
    assert "synthetic" in (repository.root / "report.html").read_text().lower()


def test_the_gate_reruns_late_and_hybrid_and_what_follows_and_changing_back_is_restored(
    repository,
):
    before = metrics(repository, "hybrid")
    repository.set_params({"fusion": {"alpha_init": -2}})
    stale = set(ran(repository.dvc("repro", "--dry")))
    assert {"train@causal", "folds", "learning_curve", "objectives"} <= stale
    assert "train@early" not in stale
    rerun = {
        f"{stage}@{fusion}" for stage in ("train", "evaluate") for fusion in ("late", "hybrid")
    }
    assert set(repository.repro("comparison")) == {*rerun, "comparison"}
    assert metrics(repository, "hybrid") != before
    repository.set_params({"fusion": {"alpha_init": 3.0}})
    assert repository.repro("comparison") == []
    assert metrics(repository, "hybrid") == before
    assert repository.git("status", "--porcelain") == ""


def test_dilations_rerun_the_trainings_and_what_follows_and_nothing_before(repository):
    repository.set_params({"model": {"dilations": [1, 4]}})
    stages = ran(repository.dvc("repro", "--dry"))
    assert {"train@early", "train@late", "train@hybrid"} <= set(stages)
    assert not {"download", "preprocess", "rr"} & set(stages)


def test_the_attention_features_do_not_touch_early_fusion(repository):
    repository.set_params({"rr": {"features": "absolute"}})
    repository.repro("rr")
    stages = ran(repository.dvc("repro", "--dry"))
    assert "train@late" in stages
    assert "train@early" not in stages


def test_changed_test_records_never_rerun_a_training(repository):
    repository.set_params({"split": {"test": ["105"]}})
    repository.repro("rr")
    stages = ran(repository.dvc("repro", "--dry"))
    assert "evaluate@early" in stages
    assert not [stage for stage in stages if stage.startswith("train") or stage == "folds"]


def test_trainings_run_where_the_test_records_do_not_exist(repository):
    for folder in ("data/beats/test", "data/rr/test"):
        shutil.rmtree(repository.root / folder)
    repository.set_params({"train": {"epochs": 1}})
    assert repository.repro("--single-item", "train@hybrid") == ["train@hybrid"]


def test_an_experiment_records_its_parameter_and_its_metrics(repository):
    repository.dvc("exp", "run", "--name", "gate", "-S", "fusion.alpha_init=-1", "evaluate@late")
    rows = csv.DictReader(io.StringIO(repository.dvc("exp", "show", "--csv")))
    (row,) = [row for row in rows if row["Experiment"] == "gate"]
    (alpha,) = [value for name, value in row.items() if name.endswith("fusion.alpha_init")]
    assert float(alpha) == -1
    assert "metrics/late.json" in repository.dvc("exp", "diff", "main", "gate")


def test_queued_experiments_run_one_after_the_other(repository):
    repository.dvc(
        "exp", "run", "--queue", "-S", "fusion.alpha_init=-3,1", "--name", "sweep", "evaluate@late"
    )
    repository.dvc("queue", "start", "--jobs", "1")
    for _ in range(120):
        status = repository.dvc("queue", "status")
        if "Queued" not in status and "Running" not in status:
            break
        time.sleep(2)
    assert status.count("Success") >= 2, status


def test_metrics_of_two_branches_are_compared(repository):
    repository.git("checkout", "--quiet", "-b", "gate-closed")
    repository.set_params({"fusion": {"alpha_init": -2}})
    repository.repro()
    repository.commit("closed gate")
    difference = json.loads(repository.dvc("metrics", "diff", "main", "gate-closed", "--json"))
    changed = difference["metrics/hybrid.json"]
    assert "test.macro_auprc" in changed
    assert "metrics/early.json" not in difference


def test_plots_are_drawn_without_an_error(repository):
    output = repository.dvc("plots", "show", "--out", "shown")
    assert "error" not in output.lower()
    shutil.rmtree(repository.root / "shown")


def test_another_database_is_one_parameter(repository):
    mirror = repository.root.parent / "shared" / "data" / "svdb"
    mirror.mkdir(parents=True)
    write_database(mirror, name="svdb", records=("100", "119"), minutes=0.5)
    repository.set_params({"external": {"databases": ["svdb"]}})
    assert repository.repro() == ["download_external@svdb", "external@svdb", "report"]
    external, own = metrics(repository, "external_svdb"), metrics(repository, "hybrid")
    assert external["data"]["database"] == "svdb"
    assert {*external, "test_without_202"} == {*own, "test_without_202"}
    assert external["valid"] == own["valid"]
    assert set(external["by_record"]) == set(own["by_record"])


def test_a_database_that_no_mirror_has_stops_the_stage_with_its_name(repository):
    repository.set_params({"external": {"databases": ["incartdb"], "source": "mirror"}})
    done = repository.try_dvc("repro", "external@incartdb")
    assert done.returncode != 0
    assert "download_external: error: external.source is 'mirror', but there is none" in done.stdout


def test_a_misspelt_parameter_stops_the_stage_with_its_name_and_keeps_the_results(repository):
    before = metrics(repository, "early")
    path = repository.root / "params.yaml"
    path.write_text(path.read_text().replace("  epochs: 2", "  epoch: 2"))
    done = repository.try_dvc("repro")
    assert done.returncode != 0
    assert "unknown parameter train.epoch; did you mean 'epochs'?" in done.stdout
    assert "Traceback" not in done.stdout
    assert metrics(repository, "early") == before


def test_a_damaged_recording_stops_the_pipeline_with_its_name(repository):
    path = repository.root / "data/raw/mitdb/101.dat"
    content = path.read_bytes()
    path.unlink()  # the file may be a link into the cache
    path.write_bytes(content[: len(content) // 2])
    done = repository.try_dvc("repro", "--single-item", "preprocess", "--force")
    assert done.returncode != 0
    assert "record 101" in done.stdout
    assert "Traceback" not in done.stdout


def test_results_do_not_depend_on_the_number_of_workers(repository, monkeypatch):
    before = {fusion: metrics(repository, fusion) for fusion in ("early", "late", "hybrid")}
    environment = repository.environment() | {"ECGFUSE_WORKERS": "1"}
    monkeypatch.setattr(type(repository), "environment", lambda self: environment)
    repository.repro("--force", "train@late", "--single-item")
    repository.repro()
    assert metrics(repository, "late") == before["late"]


def test_a_small_learning_rate_written_by_dvc_is_read_as_a_number(repository):
    repository.dvc("exp", "run", "--temp", "-S", "train.learning_rate=1e-05", "train@early")
    assert Path(repository.root / "params.yaml").read_text().count("learning_rate: 0.002") == 1


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_training_that_was_ended_goes_on_and_ends_as_if_undisturbed(repository, end):
    repository.set_params({"train": {"epochs": 8, "seeds": [1]}})
    # From the run cache, a training that an earlier test ended would be restored, not run.
    train = ("repro", "--single-item", "--no-run-cache", "train@late")
    process = subprocess.Popen(
        [sys.executable, "-m", "dvc", *train],
        cwd=repository.root,
        env=repository.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # A test runner in the background ignores Ctrl-C, and its children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    checkpoints = repository.root / ".checkpoints"
    deadline = time.monotonic() + 120
    while not list(checkpoints.glob("*/seed-1.pt")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, end)
    assert process.wait(timeout=60) != 0
    assert list(checkpoints.glob("*/seed-1.pt")), "ended before the first epoch, or after the last"
    assert not (repository.root / "data/train/late").exists()

    assert repository.repro(*train[1:]) == ["train@late"]
    resumed = (repository.root / "data/train/late/seed-1.safetensors").read_bytes()
    assert not list(checkpoints.glob("*/seed-1.pt"))
    repository.repro("--single-item", "--force", "train@late")
    undisturbed = (repository.root / "data/train/late/seed-1.safetensors").read_bytes()
    assert resumed == undisturbed
