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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from made_up_recordings import write_ptbxl
from other_databases import write_database
from pipelines import STAGES, Stage
from scratch import ScratchRepository, ran
from small_database import write_sums
from traced import TRACING, executed, missing

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(900)]


SSL12_ROWS = [
    {
        "patient": number,
        "fold": 1 + number % 10,
        "codes": {("NORM", "IMI")[number // 10 % 2]: 100.0, ("SR", "AFIB")[number // 20 % 2]: 0.0},
    }
    for number in range(80)
] + [{"patient": 100 + n // 2, "fold": 1, "codes": {"NORM": 100.0, "SR": 0.0}} for n in range(8)]
"""80 patients with a recording each, and four with two, who are to be identified."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> ScratchRepository:
    """A repository in which all pipelines have run and their results are committed."""
    folder = tmp_path_factory.mktemp("pipeline")
    repository = ScratchRepository.make(folder / "repository")
    mirror = folder / "shared" / "data"
    for name in ("svdb", "ptbxl"):
        (mirror / name).mkdir(parents=True)
    write_database(mirror / "svdb", name="svdb", records=("100", "119"), minutes=0.5)
    write_ptbxl(mirror / "ptbxl", SSL12_ROWS)
    write_sums(mirror / "ptbxl")
    with traced(repository):
        repository.repro("-P")
    repository.repro()  # the page, which the studies were too late for
    repository.commit("results")
    return repository


def trace_name(stage: Stage) -> str:
    """Folder of the records of a stage, as DVC names the stage to its command."""
    return stage.name if stage.pipeline == "." else f"{stage.pipeline}/dvc.yaml:{stage.name}"


@contextmanager
def traced(repository: ScratchRepository) -> Iterator[None]:
    """Record every function of the project that runs, stage by stage, in traces/."""
    hook = repository.root / "src" / "sitecustomize.py"  # stages have src/ on their path
    shutil.copy(TRACING / hook.name, hook)
    folder = repository.root.parent / "traces"
    folder.mkdir(exist_ok=True)
    repository.variables["ECGFUSE_TRACE_FOLDER"] = str(folder)
    yield
    del repository.variables["ECGFUSE_TRACE_FOLDER"]
    hook.unlink()


@pytest.fixture
def repository(finished: ScratchRepository) -> Iterator[ScratchRepository]:
    """The finished repository, put back to its commit afterwards."""
    yield finished
    finished.git("checkout", "--quiet", "--force", "main")
    finished.git("clean", "--quiet", "--force")
    finished.dvc("checkout", "--force", "dvc.yaml")


def metrics(repository: ScratchRepository, fusion: str) -> dict:
    return json.loads((repository.root / f"metrics/{fusion}.json").read_text())


def results(repository: ScratchRepository, study: str, name: str | None = None) -> dict:
    path = repository.root / f"studies/{study}/results/{name or study}.json"
    return json.loads(path.read_text())


def test_a_second_run_does_nothing_and_leaves_git_clean(repository):
    assert repository.repro() == []
    assert repository.git("status", "--porcelain") == ""


def test_every_function_that_a_stage_ran_is_in_its_fingerprints(finished):
    traces = finished.root.parent / "traces"
    for stage in STAGES:
        items = ["svdb"] if stage.pipeline == "studies/external" else stage.items
        names = (
            [trace_name(stage)] if items is None else [f"{trace_name(stage)}@{i}" for i in items]
        )
        for name in names:
            assert executed(traces / name), f"nothing of {name} was recorded"
            assert missing(traces / name, stage.script, finished.root) == []


def test_optional_work_is_in_the_fingerprints_too(repository):
    repository.set_params({"augment": {"noisy_beats": 0.5}, "pretrain": {"objective": "mae_moco"}})
    with traced(repository):
        repository.repro("train@hybrid")
    for name, script in (
        ("noisy_beats", "stages/noisy_beats.py"),
        ("pretrain", "stages/pretrain.py"),
        ("train@hybrid", "stages/train.py"),
    ):
        traces = repository.root.parent / "traces" / name
        assert missing(traces, Path(script), repository.root) == []


def test_a_docstring_and_a_comment_rerun_nothing_but_the_fingerprints(repository):
    path = repository.root / "src/ecgfuse/files.py"
    path.write_text(path.read_text().replace('"""Write files', '# Why.\n"""Put down files', 1))
    assert repository.repro("-P") == ["code"]
    assert repository.git("status", "--porcelain", "code") == ""


def test_an_edit_reruns_the_stages_that_reach_it(repository):
    path = repository.root / "src/ecgfuse/rr/intervals.py"
    text = path.read_text()
    path.write_text(text + "\n\ndef unused() -> None:\n    pass\n")
    assert repository.repro() == ["code"]
    edited = text.replace("    pre = rr[:-1]\n", "    pre = rr[:-1] + 0\n", 1)
    assert edited != text
    path.write_text(edited)
    repository.repro("code")
    changed = repository.git("diff", "--name-only", "code").split()
    assert "code/rr.txt" in changed
    assert "code/train.txt" not in changed
    stale = ran(repository.dvc("repro", "--dry"))
    assert "rr" in stale
    assert "download" not in stale


def test_a_new_version_of_a_library_reruns_what_uses_it(repository):
    path = repository.root / "requirements.txt"
    path.write_text(path.read_text().replace("torch==", "torch==9.9.9  # ", 1))
    repository.repro("code")
    changed = repository.git("diff", "--name-only", "code").split()
    assert {"code/train.txt", "code/noise/noise.txt"} <= set(changed)
    assert "code/download.txt" not in changed


def test_the_report_says_which_studies_are_not_current(repository):
    page = (repository.root / "report.html").read_text()
    assert "not current" not in page.lower()
    repository.set_params({"noise": {"snr_db": [12.0]}})
    assert repository.repro() == ["report"]
    page = (repository.root / "report.html").read_text()
    assert "not current: studies/noise/params.yaml:noise changed" in page


def test_synthetic_data_are_named_in_every_metrics_file_and_on_the_report(repository):
    for name in ("early", "late", "hybrid"):
        assert metrics(repository, name)["data"]["kind"] == "synthetic"
    for name in ("noise", "folds"):
        assert results(repository, name)["data"]["kind"] == "synthetic"
    assert results(repository, "noise")["noise"]["kind"] == "synthetic"
    assert "synthetic" in (repository.root / "report.html").read_text().lower()


def test_the_gate_reruns_late_and_hybrid_and_what_follows_and_no_study(repository):
    before = metrics(repository, "hybrid")
    repository.set_params({"fusion": {"alpha_init": -2}})
    fusions = ("late", "hybrid")
    scored = {f"evaluate@{fusion}" for fusion in fusions} | {"comparison", "report"}
    rerun = {f"{stage}@{fusion}" for stage in ("train", "predict") for fusion in fusions} | scored
    kept = {f"export@{fusion}" for fusion in fusions}
    assert set(repository.repro()) == rerun | kept
    assert metrics(repository, "hybrid") != before
    studies = ran(repository.dvc("repro", "-P", "--dry"))
    assert {f"studies/{name}/dvc.yaml:{name}" for name in ("folds", "objectives")} <= set(studies)
    repository.set_params({"fusion": {"alpha_init": 3.0}})
    assert set(repository.repro()) == scored | kept  # networks come from the run cache
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
    assert not [stage for stage in stages if stage.startswith("train")]
    folds = ran(repository.dvc("repro", "--dry", "studies/folds/dvc.yaml"))
    assert "studies/folds/dvc.yaml:folds" not in folds


def test_trainings_run_where_the_test_records_do_not_exist(repository):
    for folder in ("data/beats/test", "data/rr/test"):
        shutil.rmtree(repository.root / folder)
    repository.set_params({"train": {"epochs": 1}})
    assert repository.repro("--single-item", "train@hybrid") == ["train@hybrid"]


def test_an_experiment_records_its_parameter_and_its_metrics(repository):
    repository.dvc("exp", "run", "--name", "gate", "-S", "fusion.alpha_init=-1", "evaluate@late")
    columns = repository.dvc("exp", "show", "--csv", "--only-changed").splitlines()[0].split(",")
    assert len(columns) < 45
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


def test_another_database_is_scored_as_the_first(repository):
    external, own = results(repository, "external", "svdb"), results_of_hybrid(repository)
    assert external["data"]["database"] == "svdb"
    assert {*external, "test_without_202"} == {*own, "test_without_202"}
    assert external["valid"] == own["valid"]
    assert set(external["by_record"]) == set(own["by_record"])


def results_of_hybrid(repository: ScratchRepository) -> dict:
    return json.loads((repository.root / "results/hybrid.json").read_text())


def test_a_database_that_no_mirror_has_stops_the_stage_with_its_name(repository):
    repository.set_params({"external": {"databases": ["incartdb"], "source": "mirror"}})
    shutil.move(repository.root.parent / "shared", repository.root.parent / "away")
    done = repository.try_dvc("repro", "studies/external/dvc.yaml:external@incartdb")
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
