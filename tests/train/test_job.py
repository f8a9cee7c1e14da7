"""Training jobs have the data and settings of the root pipeline."""

import shutil
from pathlib import Path

import pytest
from root import ROOT

from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.pipeline.params import load_params
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.job import load_training_job
from ecgfuse.train.trained_model import COMPARED, TrainedModel


@pytest.fixture(autouse=True)
def in_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", COMPARED)
def test_the_compared_networks_have_the_same_data_and_parameters(name: str) -> None:
    model = TrainedModel(name)
    job = load_training_job(model)
    assert job.fusion == model.fusion
    assert job.model == load_params(ModelConfig)
    assert job.train == load_params(TrainConfig)
    assert job.augment == load_params(AugmentConfig)
    assert job.block == model.block(load_params(FusionConfig))
    assert (job.beats, job.rr) == (Path("data/beats"), Path("data/rr"))
    assert job.backbone == (None if name == "rr" else Path("data/pretrain"))


def test_causal_job_reads_causal_features_and_may_start_from_scratch() -> None:
    job = load_training_job(TrainedModel("causal"), backbone=None)
    assert job.fusion == "hybrid"
    assert job.beats == Path("studies/causal/data/beats")
    assert job.augment.noisy_beats == 0
    assert job.backbone is None
    assert job.noisy_beats == Path("data/noisy_beats")
