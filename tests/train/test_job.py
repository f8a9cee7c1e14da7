"""Training jobs have the data and settings of the root pipeline."""

import shutil
from pathlib import Path

import pytest
from root import ROOT

from ecgfuse.datasets.fusions import FUSIONS, Fusion, uses_rr_block
from ecgfuse.pipeline.params import load_params
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.job import load_training_job
from ecgfuse.train.trained_model import TrainedModel


@pytest.fixture(autouse=True)
def in_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_job_has_the_root_parameters_and_an_rr_block_if_the_fusion_has_one(fusion: Fusion) -> None:
    job = load_training_job(TrainedModel(fusion))
    assert job.fusion == fusion
    assert job.train == load_params(TrainConfig)
    assert job.augment == load_params(AugmentConfig)
    assert (job.rr_block is not None) == uses_rr_block(fusion)
    assert (job.beats, job.rr) == (Path("data/beats"), Path("data/rr"))
    assert job.backbone == Path("data/pretrain")


def test_causal_job_reads_causal_features_and_may_start_from_scratch() -> None:
    job = load_training_job(TrainedModel("causal"), backbone=None)
    assert job.fusion == "hybrid"
    assert job.beats == Path("studies/causal/data/beats")
    assert job.augment.noisy_beats == 0
    assert job.backbone is None
    assert job.noisy_beats == Path("data/noisy_beats")
