"""Pretraining comes to the same end however it is stopped, and keeps its best epoch."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from pretrain_sizes import DECODER, SHAPE, VIT, WAV2VEC, windows
from small_networks import PRETRAIN, assert_identical

from ecgfuse.models.vit import ViTEncoder
from ecgfuse.models.wav2vec import Wav2VecEncoder
from ecgfuse.pretrain.loop import (
    Objective,
    Pretrained,
    computes_in_bf16,
    epoch_size,
    pretrain_network,
)
from ecgfuse.pretrain.mae_moco import MAEMoCo, MAEMoCoSettings
from ecgfuse.pretrain.mae_nextclip import MAENextclip, MAENextclipSettings
from ecgfuse.pretrain.w2v_cmsc_rlm import W2VCMSCRLM, W2VSettings
from ecgfuse.pretrain.windows import Windows
from ecgfuse.train.compute import has_fast_bf16

CONFIG = dataclasses.replace(
    PRETRAIN, objective="mae_moco", epochs=4, batch_size=8, learning_rate=3e-3, warmup_epochs=1
)
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
        device=torch.device("cpu"),
    )


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("name", BUILDS)
def test_an_interrupted_pretraining_ends_as_if_undisturbed(
    name: str, precision: str, tmp_path: Path
) -> None:
    whole = run(name, tmp_path / "whole.pt", precision=precision)
    run(name, tmp_path / "parts.pt", epochs=2, precision=precision)
    parts = run(name, tmp_path / "parts.pt", precision=precision)
    assert_identical(whole.encoder, parts.encoder)
    assert whole.history == parts.history
    assert len(whole.history) == 4


def test_the_queue_and_the_momentum_encoder_are_in_the_checkpoint(tmp_path: Path) -> None:
    run("mae_moco", tmp_path / "checkpoint.pt", epochs=1)
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["network"]
    assert state["queue.next"] == 20
    assert (state["queue.recordings"] >= 0).tolist() == 20 * [True] + 4 * [False]
    assert not torch.equal(state["slow_encoder.cls"], state["encoder.cls"])


def test_the_weights_are_those_of_the_best_validation_loss(tmp_path: Path) -> None:
    trained = run("mae_nextclip", tmp_path / "checkpoint.pt", epochs=6, learning_rate=0.05)
    losses = [row["valid_loss"] for row in trained.history]
    assert trained.epoch == losses.index(min(losses)) + 1


def test_pretraining_ends_when_nothing_gets_better(tmp_path: Path) -> None:
    trained = run("mae_nextclip", tmp_path / "a.pt", epochs=60, learning_rate=0.2, stop_after=2)
    assert len(trained.history) < 60
    assert len(trained.history) == trained.epoch + 2


def test_an_epoch_is_as_many_windows_as_asked_for_and_all_are_read_in_time(
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
        device=torch.device("cpu"),
        progress=read.append,
    )
    assert sum(read) == 36
    assert epoch_size(data(0), config=dataclasses.replace(config, epoch_windows=50)) == 20


def test_another_seed_gives_another_network(tmp_path: Path) -> None:
    one = run("mae_nextclip", tmp_path / "a.pt", epochs=1)
    other = run("mae_nextclip", tmp_path / "b.pt", epochs=1, seed=2)
    assert not torch.equal(one.encoder["cls"], other.encoder["cls"])


def test_a_loss_that_is_not_finite_is_told_with_its_cure(tmp_path: Path) -> None:
    broken = Windows(torch.full((20, 2, 60), torch.nan), torch.arange(20))
    with pytest.raises(ValueError, match=r"the loss is nan in epoch 1.*pretrain\.learning_rate"):
        pretrain_network(
            BUILDS["mae_nextclip"],
            train=broken,
            valid=data(1),
            config=CONFIG,
            checkpoint=tmp_path / "checkpoint.pt",
            device=torch.device("cpu"),
        )


def test_what_is_computed_in_follows_the_parameter_and_the_device() -> None:
    cpu, gpu = torch.device("cpu"), torch.device("cuda")
    assert computes_in_bf16("bf16", device=cpu)
    assert not computes_in_bf16("fp32", device=cpu)
    assert computes_in_bf16("auto", device=cpu) == has_fast_bf16()
    assert computes_in_bf16("auto", device=gpu)
    assert not computes_in_bf16("fp32", device=gpu)


def test_a_collapse_of_the_codebooks_is_warned_of(tmp_path: Path) -> None:
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
            device=torch.device("cpu"),
        )


@pytest.mark.parametrize("empty", ["training", "validation"])
def test_without_windows_there_is_nothing_to_pretrain_on(tmp_path: Path, empty: str) -> None:
    none = Windows(torch.zeros(0, 2, 60), torch.zeros(0, dtype=torch.int64))
    with pytest.raises(ValueError, match=f"no {empty} windows"):
        pretrain_network(
            BUILDS["mae_nextclip"],
            train=none if empty == "training" else data(0),
            valid=none if empty == "validation" else data(1),
            config=CONFIG,
            checkpoint=tmp_path / "checkpoint.pt",
            device=torch.device("cpu"),
        )


def test_a_validation_loss_that_is_not_finite_is_told_with_its_cure(tmp_path: Path) -> None:
    broken = Windows(torch.full((20, 2, 60), torch.nan), torch.arange(20))
    with pytest.raises(ValueError, match=r"validation loss is nan.*pretrain\.learning_rate"):
        pretrain_network(
            BUILDS["mae_nextclip"],
            train=data(0),
            valid=broken,
            config=CONFIG,
            checkpoint=tmp_path / "checkpoint.pt",
            device=torch.device("cpu"),
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mask_ratio", 1.0),
        ("factor", 1.0),
        ("lead_masking", 1.0),
        ("moco_alpha", -1.0),
        ("nextclip_alpha", -1.0),
        ("epoch_windows", -1),
        ("epochs", 0),
        ("patience", 0),
        ("batch_size", 1),
        ("warmup_epochs", -1),
        ("stop_after", -1),
        ("seed", -1),
        ("learning_rate", 0.0),
    ],
)
def test_settings_that_cannot_be_are_refused(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"pretrain\.{field} is .* must"):
        dataclasses.replace(CONFIG, **{field: value})  # type: ignore[arg-type]
