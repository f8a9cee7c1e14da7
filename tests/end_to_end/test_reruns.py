"""A change of code, libraries or parameters reruns the stages that depend on it, and no others."""

import json
from typing import Any

import pytest

pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("finished"),
]


def metrics(repository, fusion: str) -> dict[str, Any]:
    return json.loads((repository.root / f"metrics/{fusion}.json").read_text())


def edit(repository, path: str, old: str, new: str) -> None:
    """Replace a text that occurs in a file."""
    file = repository.root / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def changed_fingerprints(repository) -> set[str]:
    """The files in code/ that the stage code changes."""
    repository.repro("code")
    return set(repository.git("diff", "--name-only", "code").split())


def test_a_second_run_does_nothing_and_leaves_git_clean(repository):
    assert repository.repro() == []
    assert repository.git("status", "--porcelain") == ""


def test_docstrings_comments_and_error_messages_rerun_only_the_fingerprints(repository):
    path = "src/ecgfuse/pipeline/params.py"
    edit(repository, path, '"""Read parameter files', '# Why.\n"""Load parameter files')
    edit(repository, path, "is missing; restore it", "does not exist; restore it")
    assert repository.repro("-P") == ["code"]
    assert repository.git("status", "--porcelain", "code") == ""


def test_an_edit_reruns_the_stages_that_reach_it(repository):
    path = "src/ecgfuse/rr/intervals.py"
    edit(repository, path, "\n\ndef ", "\n\ndef unused() -> None:\n    pass\n\n\ndef ")
    assert repository.repro() == ["code"]
    edit(repository, path, "    pre = rr[:-1]\n", "    pre = rr[:-1] + 0\n")
    changed = changed_fingerprints(repository)
    assert "code/rr.txt" in changed
    assert "code/train.txt" not in changed
    stale = repository.would_run()
    assert "rr" in stale
    assert "download" not in stale


def test_a_new_version_of_a_library_reruns_the_stages_that_use_it(repository):
    edit(repository, "requirements.txt", "torch==", "torch==9.9.9  # ")
    changed = changed_fingerprints(repository)
    assert {"code/train.txt", "code/noise/noise.txt"} <= changed
    assert "code/download.txt" not in changed


def test_the_gate_reruns_the_networks_that_have_one_and_what_follows_but_no_study(repository):
    before = metrics(repository, "hybrid")
    trained = [f"train@{name}" for name in ("waveform", "early", "late")]

    repository.git("checkout", "--quiet", "-b", "gate-closed")
    repository.set_params({"fusion": {"alpha_init": -2}})
    hybrid = [f"{stage}@hybrid" for stage in ("train", "predict", "evaluate")]
    assert repository.repro("evaluate@hybrid") == hybrid
    # A stage whose input would change is not named before it has.
    assert repository.would_run() == {*trained, "export@hybrid", "comparison", "report"}
    assert metrics(repository, "hybrid") != before
    studies = {f"studies/{name}/dvc.yaml:{name}" for name in ("folds", "pretrain_comparison")}
    assert studies <= repository.would_run("-P")
    repository.commit("closed gate")
    difference = json.loads(repository.dvc("metrics", "diff", "main", "gate-closed", "--json"))
    assert "test.macro_auprc" in difference["metrics/hybrid.json"]
    assert "metrics/concat.json" not in difference

    repository.set_params({"fusion": {"alpha_init": 3.0}})
    # Networks and predictions come from the run cache.
    assert repository.repro("evaluate@hybrid") == ["evaluate@hybrid"]
    assert metrics(repository, "hybrid") == before
    assert repository.git("diff", "--name-only", "main", "--", "results/hybrid.json") == ""


def test_dilations_rerun_the_trainings_and_nothing_before(repository):
    repository.set_params({"model": {"dilations": [1, 4]}})
    stages = repository.would_run()
    assert {"train@early", "train@late", "train@hybrid"} <= stages
    assert not {"download", "preprocess", "rr"} & stages


def test_changed_test_records_never_rerun_a_training(repository):
    repository.set_params({"split": {"test": ["105"]}})
    repository.repro("rr")
    stages = repository.would_run()
    assert "evaluate@early" in stages
    assert not [stage for stage in stages if stage.startswith("train")]
    folds = "studies/folds/dvc.yaml"
    assert f"{folds}:folds" not in repository.would_run(folds)


def test_the_report_names_the_studies_that_are_not_current(repository):
    page = (repository.root / "report.html").read_text()
    assert "not current" not in page.lower()
    repository.set_params({"noise": {"snr_db": [12.0]}})
    assert repository.repro() == ["report"]
    page = (repository.root / "report.html").read_text()
    assert "not current: studies/noise/params.yaml:noise changed" in page
