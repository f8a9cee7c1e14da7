"""The noise stage writes scores, tables and a figure, and marks synthetic data."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from noise_inputs import CONFIG, RECORDS
from serial_pool import serial_pool

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.evaluate.metrics import score
from ecgfuse.studies.noise.predict import load_fusions, predict_noisy
from ecgfuse.studies.noise.run import NoisePaths, stress_test

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def done(noise_paths: NoisePaths) -> NoisePaths:
    """The outputs of the stage, run with two processes."""
    stress_test(RECORDS, paths=noise_paths, config=CONFIG, workers=2)
    return noise_paths


def results_of(paths: NoisePaths) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(paths.results.read_text())
    return content


def has_list(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(has_list, value.values()))
    return isinstance(value, list)


def test_scores_are_those_of_the_beats_of_all_recordings_together(done: NoisePaths) -> None:
    models = load_fusions(done.models)
    parts = [
        predict_noisy(done.recordings / name, noise=done.noise, models=models, config=CONFIG)
        for name in RECORDS
    ]
    labels = np.concatenate([part.labels for part in parts])
    metrics = results_of(done)
    for fusion in FUSIONS:
        shown = [
            metrics[fusion]["clean"],
            *(metrics[fusion][kind][ratio] for kind in ("bw", "ma") for ratio in ("12", "-6")),
        ]
        for place, few in enumerate(shown):
            pooled = np.concatenate([part.probabilities[fusion][place] for part in parts])
            full = score(labels, pooled, classes=CLASSES)
            for name in ("macro_f1", "macro_auprc", "macro_auroc"):
                assert few[name] == full[name]
            assert few["f1"] == {name: full[name]["f1"] for name in "SVF"}


def test_results_tell_real_from_synthetic_data_and_hold_no_list(done: NoisePaths) -> None:
    metrics = results_of(done)
    assert metrics["data"] == {"database": "mitdb", "kind": "real"}
    assert metrics["noise"] == {"database": "nstdb", "kind": "synthetic"}
    assert not has_list(metrics)


@pytest.mark.parametrize("curve", ["macro_f1", "macro_auprc"])
def test_tables_hold_each_score_by_ratio(done: NoisePaths, curve: str) -> None:
    table = pd.read_csv(done.plots / f"{curve}.csv")
    assert table["snr_db"].tolist() == [12.0, -6.0]
    metrics = results_of(done)
    for fusion in FUSIONS:
        for kind in CONFIG.kinds:
            expected = [metrics[fusion][kind][ratio][curve] for ratio in ("12", "-6")]
            assert table[f"{fusion}_{kind}"].tolist() == pytest.approx(expected, abs=1e-6)
    assert len(table.columns) == 1 + 3 * 2


def test_results_are_the_same_bytes_whatever_the_number_of_workers(
    done: NoisePaths, tmp_path: Path
) -> None:
    again = dataclasses.replace(
        done,
        plots=tmp_path / "plots",
        results=tmp_path / "noise.json",
        metrics=tmp_path / "metrics.json",
    )
    stress_test(RECORDS, paths=again, config=CONFIG, workers=1)
    assert again.results.read_bytes() == done.results.read_bytes()
    names = sorted(path.name for path in again.plots.iterdir())
    assert names == ["macro_auprc.csv", "macro_f1.csv", "noise.png"]
    for name in names:
        assert (again.plots / name).read_bytes() == (done.plots / name).read_bytes()


def test_a_failure_leaves_no_half_written_results(
    noise_paths: NoisePaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecgfuse.studies.noise.run.process_pool", serial_pool)
    monkeypatch.setattr("ecgfuse.studies.noise.run.keep_freed_memory", lambda: None)
    paths = dataclasses.replace(
        noise_paths,
        plots=tmp_path / "plots",
        results=tmp_path / "noise.json",
        metrics=tmp_path / "metrics.json",
    )
    with pytest.raises(ValueError, match=r"record 999: .*999\.hea"):
        stress_test(["999"], paths=paths, config=CONFIG, workers=1)
    assert list(tmp_path.iterdir()) == []
