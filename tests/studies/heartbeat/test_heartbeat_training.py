"""Training stops early with the best weights, resumes exactly, and lets augmentation in."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Generator, Tensor

from ecgfuse.models.single_beat import build_single_beat
from ecgfuse.pipeline.params import build_config
from ecgfuse.studies.heartbeat.training import (
    ADAM_EPS,
    STEPS,
    BeatTraining,
    Examples,
    FitConfig,
    fit,
    predict,
)

CONFIG = FitConfig(max_epochs=3, patience=3, precision="fp32")


def examples(*, seed: int, n: int = 96) -> Examples:
    """Noise that begins with a peak; after it, abnormal beats have a hump."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(n) % 2
    ecg = 0.2 * torch.rand(n, 187, generator=generator)
    ecg[:, 0] = 1.0
    ecg[labels == 1, 40:60] += 0.6
    return Examples(ecg=ecg, labels=labels)


def training_of(config: FitConfig = CONFIG) -> BeatTraining:
    return BeatTraining(
        "cnn_lstm",
        train=examples(seed=0),
        valid=examples(seed=1),
        config=config,
        seed=1,
        n_classes=2,
        augment=None,
    )


def equal(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_rates_and_batches_are_the_published_ones_with_the_adam_of_keras() -> None:
    for name, rate, batch_size in (
        ("cnn_lstm", 1e-3, 128),
        ("cnn_lstm_dropout", 1e-3, 128),
        ("transformer_published", 1e-4, 64),
    ):
        assert (STEPS[name].rate, STEPS[name].batch_size) == (rate, batch_size)
    (group,) = training_of().optimizer.param_groups
    assert (group["lr"], group["eps"], group["weight_decay"]) == (1e-3, ADAM_EPS, 0)


def test_an_epoch_has_every_beat_once_in_random_order() -> None:
    batches = training_of().batches(torch.Generator().manual_seed(0))
    assert [len(batch) for batch in batches] == [96]
    order = torch.cat(list(batches))
    assert order.sort().values.tolist() == list(range(96)) != order.tolist()


@pytest.mark.parametrize("patience", [1, 2])
def test_training_stops_after_bad_epochs_and_keeps_the_weights_of_the_best(
    patience: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = iter([0.5, 0.4, 0.41, 0.3, 0.3, 0.35, 0.2])
    weights = []

    def validate(training: BeatTraining) -> dict[str, float]:
        weights.append({n: w.clone() for n, w in training.average.module.state_dict().items()})
        return {"valid_loss": next(losses), "valid_accuracy": 0.5}

    monkeypatch.setattr(BeatTraining, "validate", validate)
    config = FitConfig(max_epochs=7, patience=patience, precision="fp32")
    fitted = fit(
        "transformer", train=examples(seed=0), valid=examples(seed=1), config=config, seed=1
    )
    stopped, best = {1: (3, 2), 2: (6, 4)}[patience]  # 0.3 twice is no improvement
    assert len(fitted.history) == stopped
    assert fitted.epoch == best
    assert equal(fitted.weights, weights[best - 1])
    assert not equal(fitted.weights, weights[stopped - 1])


def test_what_is_validated_and_kept_is_the_running_mean_of_the_weights(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    training = training_of(FitConfig(max_epochs=4, patience=9, precision="fp32"))
    steps = []
    update = training.after_step

    def after_step() -> None:
        update()
        steps.append(training.network.head.bias.detach().clone())

    monkeypatch.setattr(training, "after_step", after_step)
    training.fit(epochs=4)
    mean = steps[0]
    for n, bias in enumerate(steps[1:], start=1):
        mean = mean + (bias - mean) * 9 / (10 + n)  # 1 / 500 is reached after 4,490 steps
    torch.testing.assert_close(training.average.module.head.bias, mean)
    assert (mean - steps[-1]).abs().max() > 0
    last = training.average.module.state_dict()
    assert equal(training.kept_weights, last) == (training.kept_epoch == 4)


def test_it_resumes_to_equal_weights_and_history(tmp_path: Path) -> None:
    train, valid = examples(seed=0), examples(seed=1)
    for name in ("cnn_lstm_dropout", "transformer_published"):
        whole = fit(name, train=train, valid=valid, config=CONFIG, seed=1)
        checkpoint = tmp_path / f"{name}.pt"
        for max_epochs in (2, 3, 3):  # the last one only reads the result
            config = FitConfig(max_epochs=max_epochs, patience=3, precision="fp32")
            resumed = fit(
                name, train=train, valid=valid, config=config, seed=1, checkpoint=checkpoint
            )
        assert resumed.history == whole.history
        assert resumed.epoch == whole.epoch
        assert equal(resumed.weights, whole.weights)


def test_seeds_differ_and_equal_seeds_do_not() -> None:
    train, valid = examples(seed=0), examples(seed=1)
    fitted = [fit("cnn_lstm", train=train, valid=valid, config=CONFIG, seed=s) for s in (1, 1, 2)]
    assert equal(fitted[0].weights, fitted[1].weights)
    assert not equal(fitted[0].weights, fitted[2].weights)


def test_augmentation_sees_every_batch_and_may_mix_labels() -> None:
    seen: list[int] = []

    def augment(ecg: Tensor, labels: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
        seen.append(len(ecg))
        order = torch.randperm(len(ecg), generator=generator)
        hot = torch.eye(2)[labels]
        return (ecg + ecg[order]) / 2, (hot + hot[order]) / 2

    fitted = fit(
        "cnn_lstm",
        train=examples(seed=0),
        valid=examples(seed=1),
        config=CONFIG,
        seed=1,
        augment=augment,
    )
    assert seen == [96] * 3
    plain = fit("cnn_lstm", train=examples(seed=0), valid=examples(seed=1), config=CONFIG, seed=1)
    assert not equal(fitted.weights, plain.weights)


def test_a_network_learns_to_tell_beats_apart_and_predicts_probabilities() -> None:
    config = FitConfig(max_epochs=25, patience=25, precision="fp32")
    fitted = fit(
        "transformer", train=examples(seed=0), valid=examples(seed=1), config=config, seed=1
    )
    network = build_single_beat("transformer")
    network.load_state_dict(fitted.weights)
    new = examples(seed=2)
    probabilities = predict(network.train(), new.ecg)
    assert not network.training
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-5)
    assert (probabilities.argmax(axis=1) == new.labels.numpy()).mean() > 0.95


def test_five_classes_have_five_probabilities() -> None:
    beats = examples(seed=0)
    labelled = Examples(ecg=beats.ecg, labels=torch.arange(96) % 5)
    fitted = fit("cnn_lstm", train=labelled, valid=labelled, config=CONFIG, seed=1, n_classes=5)
    network = build_single_beat("cnn_lstm", n_classes=5)
    network.load_state_dict(fitted.weights)
    assert predict(network, beats.ecg).shape == (96, 5)


def test_a_loss_that_is_not_finite_names_network_and_cure() -> None:
    beats = examples(seed=0)
    broken = Examples(ecg=beats.ecg * float("nan"), labels=beats.labels)
    with pytest.raises(ValueError, match=r"cnn_lstm, seed 1 .* fit\.precision: fp32"):
        fit("cnn_lstm", train=broken, valid=beats, config=CONFIG, seed=1)


@pytest.mark.parametrize("field", ["max_epochs", "patience"])
def test_settings_below_1_are_refused(field: str) -> None:
    values = {"max_epochs": 20, "patience": 5, "precision": "fp32"}
    assert build_config(FitConfig, values).patience == 5
    with pytest.raises(ValueError, match=f"fit.{field} is 0, but must be 1 or more"):
        build_config(FitConfig, values | {field: 0})
