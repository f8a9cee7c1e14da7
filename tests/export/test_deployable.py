"""The exported model is the best seed, complete with its preprocessing."""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from small_networks import assert_identical, random_inputs, stored_model

from ecgfuse.annotate.model_file import ModelFile
from ecgfuse.annotate.network import Network
from ecgfuse.export.deployable import export_model, load_deployable
from ecgfuse.models.store import save_model
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig

pytestmark = pytest.mark.slow

RR = RRConfig(features="absolute", causal=True, local_beats=7, irregularity_beats=65)
CANDIDATES = [
    stored_model("hybrid", seed=seed, auprc=auprc) for seed, auprc in [(1, 0.5), (2, 0.7), (3, 0.6)]
]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, preprocess_config: PreprocessConfig) -> Path:
    """Both files of a model; do not write into the folder."""
    out = tmp_path_factory.mktemp("models") / "hybrid.safetensors"
    export_model(CANDIDATES, preprocess=preprocess_config, rr=RR, out=out)
    return out


@pytest.fixture
def path(exported: Path, tmp_path: Path) -> Path:
    """A copy of the model file."""
    return Path(shutil.copy(exported, tmp_path / exported.name))


def test_seed_with_the_best_validation_auprc_is_exported(path: Path) -> None:
    # The best one is neither the first nor the last candidate.
    stored, best = load_deployable(path).stored, CANDIDATES[1]
    assert stored.origin["seed"] == 2
    assert_identical(dict(stored.network.state_dict()), dict(best.network.state_dict()))
    assert torch.equal(stored.network(random_inputs(3)), best.network(random_inputs(3)))


def test_the_same_model_is_written_as_onnx(exported: Path) -> None:
    network = Network(ModelFile(exported.with_suffix(".onnx")))
    inputs = random_inputs(5)
    found = network.predict({name: part.numpy() for name, part in inputs._asdict().items()})
    expected = CANDIDATES[1].network(inputs).softmax(dim=1).detach().numpy()
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert network.rr == RR


def test_preprocessing_is_stored_with_the_model(
    path: Path, preprocess_config: PreprocessConfig
) -> None:
    model = load_deployable(path)
    assert model.preprocess == preprocess_config
    assert model.rr == RR
    assert model.stored.spec == CANDIDATES[1].spec


def test_origin_has_the_score_of_the_seed(path: Path) -> None:
    origin = load_deployable(path).stored.origin
    assert (origin["epoch"], origin["valid_macro_auprc"]) == (1, 0.7)


def test_model_without_preprocessing_is_refused(tmp_path: Path) -> None:
    stored = CANDIDATES[0]
    weights = stored.network.state_dict()
    save_model(weights, tmp_path / "seed-1", spec=stored.spec, origin=stored.origin)
    message = r"seed-1: this model file has no preprocessing settings; use one from models/"
    with pytest.raises(ValueError, match=message):
        load_deployable(tmp_path / "seed-1")


def test_preprocessing_of_another_version_is_refused_by_file(tmp_path: Path, path: Path) -> None:
    stored = load_deployable(path).stored
    origin = {**stored.origin, "rr": {**dataclasses.asdict(RR), "window": 3}}
    save_model(stored.network.state_dict(), path, spec=stored.spec, origin=origin)
    with pytest.raises(
        ValueError, match=r"hybrid.*another version.*rr\.window.*run the stage that exports"
    ):
        load_deployable(path)


def test_missing_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such model file"):
        load_deployable(tmp_path / "hybrid.safetensors")
