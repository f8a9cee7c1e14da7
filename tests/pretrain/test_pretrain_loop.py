"""Pretraining is reproducible, resumes exactly, stops early and keeps its best epoch."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from pretrain_sizes import CONFIG, DECODER, SHAPE, VIT, WAV2VEC, windows
from small_networks import assert_identical

from ecgfuse.models.vit import ViTEncoder
from ecgfuse.models.wav2vec import Wav2VecEncoder
from ecgfuse.pretrain.loop import (
    Objective,
    Pretrained,
    epoch_size,
    pretrain_network,
)
from ecgfuse.pretrain.mae_moco import MAEMoCo, MAEMoCoSettings
from ecgfuse.pretrain.mae_nextclip import MAENextclip, MAENextclipSettings
from ecgfuse.pretrain.w2v_cmsc_rlm import W2VCMSCRLM, W2VSettings
from ecgfuse.pretrain.windows import Windows

W2V = W2VSettings(span=2, mask_probability=0.5, n_entries=6, target_width=8, n_distractors=5)
BUILDS: dict[str, Callable[[], Objective]] = {
    "mae_moco": lambda: MAEMoCo(
        ViTEncoder(VIT),
        shape=SHAPE,
        decoder=DECODER,
        settings=MAEMoCoSettings(projection=8, queue=24),
    ),
    "mae_nextclip": lambda: MAENextclip(
        ViTEncoder(VIT), shape=SHAPE, decoder=DECODER, settings=MAENextclipSettings()
    ),
    "w2v_cmsc_rlm": lambda: W2VCMSCRLM(
        Wav2VecEncoder(dataclasses.replace(WAV2VEC, dropout=0.1)), settings=W2V
    ),
}


def data(seed: int) -> Windows:
    return Windows(windows(20, seed=seed), torch.arange(20))


def run(name: str, checkpoint: Path, **changes: object) -> Pretrained:
    config = dataclasses.replace(CONFIG, **changes)  # type: ignore[arg-type]
    return pretrain_network(
        BUILDS[name],
        train=data(0),
        valid=data(1),
        config=config,
        checkpoint=checkpoint,
    )


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("name", BUILDS)
def test_resumed_pretraining_equals_an_uninterrupted_one(
    name: str, precision: str, tmp_path: Path
) -> None:
    whole = run(name, tmp_path / "whole.pt", precision=precision)
    run(name, tmp_path / "parts.pt", epochs=2, precision=precision)
    parts = run(name, tmp_path / "parts.pt", precision=precision)
    assert_identical(whole.encoder, parts.encoder)
    assert whole.history == parts.history
    assert len(whole.history) == 4


def test_checkpoint_contains_queue_and_momentum_encoder(tmp_path: Path) -> None:
    run("mae_moco", tmp_path / "checkpoint.pt", epochs=1)
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["network"]
    assert state["queue.next"] == 20
    assert (state["queue.recordings"] >= 0).tolist() == 20 * [True] + 4 * [False]
    assert not torch.equal(state["slow_encoder.cls"], state["encoder.cls"])


def test_kept_weights_have_the_best_validation_loss(tmp_path: Path) -> None:
    trained = run("mae_nextclip", tmp_path / "checkpoint.pt", epochs=6, learning_rate=0.05)
    losses = [row["valid_loss"] for row in trained.history]
    assert trained.epoch == losses.index(min(losses)) + 1


def test_pretraining_stops_early_without_improvement(tmp_path: Path) -> None:
    trained = run("mae_nextclip", tmp_path / "a.pt", epochs=60, learning_rate=0.2, stop_after=2)
    assert len(trained.history) < 60
    assert len(trained.history) == trained.epoch + 2


def test_epoch_has_the_configured_number_of_windows(
    tmp_path: Path,
) -> None:
    read: list[int] = []
    config = dataclasses.replace(CONFIG, epochs=3, epoch_windows=12)
    pretrain_network(
        BUILDS["mae_nextclip"],
        train=data(0),
        valid=data(1),
        config=config,
        checkpoint=tmp_path / "checkpoint.pt",
        progress=read.append,
    )
    assert sum(read) == 36
    assert epoch_size(data(0), config=dataclasses.replace(config, epoch_windows=50)) == 20


def test_seeds_give_different_networks(tmp_path: Path) -> None:
    one = run("mae_nextclip", tmp_path / "a.pt", epochs=1)
    other = run("mae_nextclip", tmp_path / "b.pt", epochs=1, seed=2)
    assert not torch.equal(one.encoder["cls"], other.encoder["cls"])


def test_nonfinite_loss_is_reported_with_its_cure(tmp_path: Path) -> None:
    broken = Windows(torch.full((20, 2, 60), torch.nan), torch.arange(20))
    with pytest.raises(
        ValueError, match=r"the loss of pretraining is nan in epoch 1.*pretrain\.learning_rate"
    ):
        pretrain_network(
            BUILDS["mae_nextclip"],
            train=broken,
            valid=data(1),
            config=CONFIG,
            checkpoint=tmp_path / "checkpoint.pt",
        )


def test_collapse_of_the_codebooks_warns(tmp_path: Path) -> None:
    def build() -> Objective:
        network = BUILDS["w2v_cmsc_rlm"]()
        assert isinstance(network, W2VCMSCRLM)
        with torch.no_grad():
            network.quantiser.scores.weight.zero_()
            network.quantiser.scores.bias[::6] = 20.0  # the first entry of both groups
        return network

    with pytest.warns(UserWarning, match="codebooks of the quantiser have collapsed"):
        pretrain_network(
            build,
            train=data(0),
            valid=data(1),
            config=dataclasses.replace(CONFIG, epochs=1),
            checkpoint=tmp_path / "checkpoint.pt",
        )


@pytest.mark.parametrize("empty", ["training", "validation"])
def test_missing_windows_are_reported(tmp_path: Path, empty: str) -> None:
    none = Windows(torch.zeros(0, 2, 60), torch.zeros(0, dtype=torch.int64))
    with pytest.raises(ValueError, match=f"no {empty} windows"):
        pretrain_network(
            BUILDS["mae_nextclip"],
            train=none if empty == "training" else data(0),
            valid=none if empty == "validation" else data(1),
            config=CONFIG,
            checkpoint=tmp_path / "checkpoint.pt",
        )


def test_nonfinite_validation_loss_is_reported_with_its_cure(tmp_path: Path) -> None:
    broken = Windows(torch.full((20, 2, 60), torch.nan), torch.arange(20))
    with pytest.raises(
        ValueError, match=r"validation loss of pretraining is nan.*pretrain\.learning_rate"
    ):
        pretrain_network(
            BUILDS["mae_nextclip"],
            train=data(0),
            valid=broken,
            config=CONFIG,
            checkpoint=tmp_path / "checkpoint.pt",
        )
