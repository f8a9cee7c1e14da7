"""The exported models are those with the lowest validation loss, and are complete."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from root import ROOT
from small_networks import assert_identical, stored_model

from ecgfuse.export import deployable, single_beat
from ecgfuse.export.deployable import load_deployable
from ecgfuse.export.single_beat import load_single_beat
from ecgfuse.models.single_beat import SingleBeatNet, build_single_beat
from ecgfuse.models.store import save_model
from ecgfuse.ood.detector import Detector, save_detector
from ecgfuse.ood.scores import Energy
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.heartbeat.export import choose_seed, export_models, read_sources
from ecgfuse.studies.heartbeat.kaggle import write_kaggle
from ecgfuse.studies.heartbeat.networks import (
    MEMBERS,
    RUNS,
    SECOND,
    runs_of,
    save_trained,
    trained_path,
)
from ecgfuse.studies.heartbeat.training import Fitted

RR = RRConfig(features="absolute", causal=True, local_beats=7, irregularity_beats=65)
SEEDS = (1, 2, 3)


def network_of(run: str, *, seed: int) -> SingleBeatNet:
    torch.manual_seed(seed)
    return build_single_beat(RUNS[run].network)


def write_trained(folder: Path, *, run: str, seed: int, losses: Sequence[float]) -> None:
    """As the stage networks writes it: the weights are those of the epoch with the lowest loss."""
    fitted = Fitted(
        weights=network_of(run, seed=seed).state_dict(),
        history=[{"epoch": i, "valid_loss": loss} for i, loss in enumerate(losses, start=1)],
        epoch=int(np.argmin(losses)) + 1,
    )
    path = trained_path(folder, run=run, seed=seed)
    save_trained(fitted, path, network=RUNS[run].network)


def write_inputs(folder: Path) -> None:
    """networks/, ood/, small/, beats/ and dataset.json, of synthetic recordings.

    The best seed is 2, but of the network for the second database it is 3.
    """
    write_kaggle(None, out=folder / "beats/kaggle")
    (folder / "dataset.json").write_text(json.dumps({"database": "mitdb", "kind": "synthetic"}))
    for run in [name for name in runs_of("inter") if not RUNS[name].all_classes]:
        best = 3 if run == SECOND else 2
        for seed in SEEDS:
            losses = [0.5, 0.3 if seed == best else 0.4, 0.9]
            write_trained(folder / "networks", run=run, seed=seed, losses=losses)
            detector = Detector(name="energy", score=Energy(), threshold=-seed / 10)
            save_detector(detector, folder / "ood" / f"{run}-{seed}.safetensors")
    stored = stored_model("hybrid", seed=1)
    save_model(
        stored.network.state_dict(),
        folder / "small" / "seed-1.safetensors",
        spec=stored.spec,
        origin=stored.origin,
    )


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, preprocess_config: PreprocessConfig) -> Path:
    """The output folder of the stage, with empty ONNX files; do not write into it."""
    folder = tmp_path_factory.mktemp("heartbeat")
    write_inputs(folder)

    def touch(_: object, path: Path, **__: object) -> None:
        path.touch()

    with pytest.MonkeyPatch.context() as patch:  # writing one takes seconds
        patch.setattr(single_beat, "write_onnx", touch)
        patch.setattr(deployable, "save_onnx", touch)
        export_models(
            seeds=SEEDS,
            beats=folder / "beats",
            dataset=folder / "dataset.json",
            networks=folder / "networks",
            ood=folder / "ood",
            small=folder / "small",
            preprocess=preprocess_config,
            rr=RR,
            out=folder / "models",
        )
    return folder / "models"


def test_the_seed_with_the_lowest_validation_loss_is_chosen(tmp_path: Path) -> None:
    for seed, losses in ((1, [0.4, 0.35]), (2, [0.3, 0.6]), (3, [0.31, 0.3])):
        write_trained(tmp_path, run="cnn_lstm", seed=seed, losses=losses)
    chosen = choose_seed("cnn_lstm", seeds=SEEDS, folder=tmp_path)
    # Not the lowest last loss (3), and of two equal ones the first.
    assert (chosen.seed, chosen.trained.epoch, chosen.valid_loss) == (2, 1, 0.3)


def test_all_declared_files_are_written(models: Path) -> None:
    stage = yaml.safe_load((ROOT / "studies/heartbeat/dvc.yaml").read_text())["stages"]["export"]
    declared = {Path(path) for out in stage["outs"] for path in out}
    assert {path.parent for path in declared} == {Path("models/heartbeat")}
    assert {path.name for path in models.iterdir()} == {path.name for path in declared}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_model_has_its_best_networks_and_the_detector_of_the_first(
    models: Path, name: str
) -> None:
    stored = load_single_beat(models / f"{name}.safetensors")
    runs = ["cnn_lstm_dropout", SECOND] if name == "ensemble" else [name]
    for run, network, member in zip(
        runs, stored.model.networks, stored.origin["members"], strict=True
    ):
        seed = 3 if run == SECOND else 2
        expected = network_of(run, seed=seed).state_dict()
        assert_identical(dict(network.state_dict()), dict(expected))
        assert member == {
            "database": "ptb-xl" if run == SECOND else "mitdb",
            "kind": "real" if run == SECOND else "synthetic",
            "seed": seed,
            "epoch": 2,
            "valid_loss": 0.3,
        }
    assert stored.origin["ood"] == {"score": "energy", "threshold": -0.2}
    assert stored.origin["leads"] == ["MLII", "V1"]


def test_the_second_database_is_that_of_the_files_the_user_has(tmp_path: Path) -> None:
    (tmp_path / "kaggle").mkdir()
    (tmp_path / "kaggle/sets.csv").write_text("set\nptbdb\n")
    (tmp_path / "dataset.json").write_text(json.dumps({"database": "mitdb", "kind": "synthetic"}))
    first, second = read_sources(tmp_path / "dataset.json", beats=tmp_path)
    assert (first.database, first.kind) == ("mitdb", "synthetic")
    assert (second.database, second.kind) == ("ptbdb", "real")


def test_the_small_network_has_its_preprocessing(
    models: Path, preprocess_config: PreprocessConfig
) -> None:
    found = load_deployable(models / "small.safetensors")
    assert (found.preprocess, found.rr) == (preprocess_config, RR)


def test_a_missing_network_is_reported_by_its_file(
    tmp_path: Path, preprocess_config: PreprocessConfig
) -> None:
    write_kaggle(None, out=tmp_path / "kaggle")
    (tmp_path / "dataset.json").write_text(json.dumps({"database": "mitdb", "kind": "real"}))
    with pytest.raises(ValueError, match=r"cnn_lstm-1\.pt"):
        export_models(
            seeds=SEEDS,
            beats=tmp_path,
            dataset=tmp_path / "dataset.json",
            networks=tmp_path,
            ood=tmp_path,
            small=tmp_path,
            preprocess=preprocess_config,
            rr=RR,
            out=tmp_path / "models",
        )
    assert not (tmp_path / "models").exists()
