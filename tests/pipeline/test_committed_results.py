"""What is committed belongs together: code, parameters, dvc.lock, metrics, plots, models."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from imports import ROOT

from ecgfuse.export.deployable import load_deployable
from ecgfuse.params import load_params
from ecgfuse.train.config import TrainConfig


@pytest.mark.pipeline
@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_in_a_clone_without_data_everything_is_up_to_date(tmp_path: Path):
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "repro", "--dry", "--allow-missing"],
        cwd=clone,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Running stage" not in done.stdout
    assert "up to date" in done.stdout


@pytest.mark.parametrize("fusion", ["early", "late", "hybrid"])
def test_the_committed_metrics_are_of_real_recordings(fusion):
    metrics = json.loads((ROOT / f"metrics/{fusion}.json").read_text())
    assert metrics["data"]["kind"] == "real"
    assert metrics["data"]["test_beats"] == 49_661
    assert metrics["seeds"] == len(load_params(TrainConfig, path=ROOT / "params.yaml").seeds) == 5


@pytest.mark.parametrize("fusion", ["early", "late", "hybrid"])
def test_the_committed_model_is_small_and_says_how_to_prepare_a_recording(fusion):
    path = ROOT / f"models/{fusion}.safetensors"
    assert path.stat().st_size < 1_000_000
    model = load_deployable(path)
    assert model.stored.spec.n_signal_rows == len(model.preprocess.rows)
