"""What the pipelines leave on short synthetic records: metrics, results, plots, experiments."""

import csv
import io
import json
import shutil
import time
from typing import Any

import pytest

from ecgfuse.train.trained_model import EXPORTED

pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("finished"),
]


def content(finished, path: str) -> dict[str, Any]:
    """A file of metrics or results."""
    return json.loads((finished.root / path).read_text())


def test_synthetic_data_are_marked_in_every_metrics_file_and_in_the_report(finished):
    for name in ("early", "late", "hybrid"):
        assert content(finished, f"metrics/{name}.json")["data"]["kind"] == "synthetic"
    for name in ("noise", "folds"):
        path = f"studies/{name}/results/{name}.json"
        assert content(finished, path)["data"]["kind"] == "synthetic"
    noise = content(finished, "studies/noise/results/noise.json")
    assert noise["noise"]["kind"] == "synthetic"
    assert "synthetic" in (finished.root / "report.html").read_text().lower()


def test_every_exported_model_is_scored_on_another_database(finished):
    external = content(finished, "studies/external/results/svdb.json")
    assert external["data"]["database"] == "svdb"
    assert external["data"]["records"] == 2
    assert set(external["models"]) == set(EXPORTED)
    reported = {name for name, count in external["classes"].items() if count["reported"]}
    for model in external["models"].values():
        assert {*model} - {"seeds", "macro_f1", "macro_f1_sd", "ci"} == reported


def test_plots_are_drawn_without_an_error(repository):
    output = repository.dvc("plots", "show", "--out", "shown")
    assert "error" not in output.lower()
    shutil.rmtree(repository.root / "shown")


def test_queued_experiments_record_their_parameters_and_metrics(repository):
    # DVC writes a rate of 1e-05 in a form that YAML 1.1 reads as text.
    settings = ("-S", "fusion.alpha_init=-3,-1", "-S", "train.learning_rate=1e-05")
    repository.dvc("exp", "run", "--queue", *settings, "--name", "sweep", "evaluate@late")
    repository.dvc("queue", "start", "--jobs", "1")
    for _ in range(300):
        status = repository.dvc("queue", "status")
        if "Queued" not in status and "Running" not in status:
            break
        time.sleep(2)
    assert status.count("Success") == 2, status
    assert repository.git("status", "--porcelain", "--untracked-files=no") == ""

    columns = repository.dvc("exp", "show", "--csv", "--only-changed").splitlines()[0].split(",")
    assert len(columns) < 45
    rows = csv.DictReader(io.StringIO(repository.dvc("exp", "show", "--csv")))
    experiments = [row for row in rows if row["Experiment"].startswith("sweep")]
    assert sorted(value_of("fusion.alpha_init", row) for row in experiments) == [-3, -1]
    assert [value_of("train.learning_rate", row) for row in experiments] == [0.00001] * 2
    assert "metrics/late.json" in repository.dvc(
        "exp", "diff", "main", experiments[0]["Experiment"]
    )


def value_of(parameter: str, row: dict[str, str]) -> float:
    """A parameter in a row of 'dvc exp show'."""
    (value,) = [value for name, value in row.items() if name.rpartition(":")[2] == parameter]
    return float(value)
