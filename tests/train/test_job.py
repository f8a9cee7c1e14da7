"""The training of a fusion is what params.yaml says."""

import shutil
from pathlib import Path

import pytest
from root import ROOT

from ecgfuse.datasets.fusions import FUSIONS, uses_attention
from ecgfuse.params import load_params
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.job import load_training_job


@pytest.fixture(autouse=True)
def in_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_a_job_has_the_parameters_of_the_root_and_attention_where_the_fusion_has_it(fusion):
    job = load_training_job(fusion)
    assert job.fusion == fusion
    assert job.train == load_params(TrainConfig)
    assert job.augment == load_params(AugmentConfig)
    assert (job.attention is not None) == uses_attention(fusion)
    assert (job.beats, job.rr) == (Path("data/beats"), Path("data/rr"))
    assert job.backbone == Path("data/pretrain")


def test_features_of_another_pipeline_and_a_start_from_scratch_can_be_asked_for():
    job = load_training_job("hybrid", features=Path("studies/causal/data"), backbone=None)
    assert job.beats == Path("studies/causal/data/beats")
    assert job.backbone is None
    assert job.noisy_beats == Path("data/noisy_beats")
