"""Training is bit-identical for equal seeds, interrupted or not, and reports divergence."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import torch
from small_networks import (
    AUGMENT,
    MODEL,
    TRAIN,
    assert_identical,
    augment_with,
    block_with,
    labelled_beats,
    read_by,
    spec_of,
    train_with,
)

from ecgfuse.datasets.fusions import NETWORKS, Fusion
from ecgfuse.datasets.inputs import LabelledInputs
from ecgfuse.engine.checkpoint import load_checkpoint
from ecgfuse.engine.training import Progress
from ecgfuse.models.store import Network
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.loop import TrainedSeed, train_seed

BEATS = labelled_beats(50, seed=0)
VALID = labelled_beats(40, seed=1)
EVERYTHING = train_with(
    epochs=4,
    sampling="square_root",
    patient_power=0.5,
    average=0.9,
    label_smoothing=0.1,
    focal_gamma=1.0,
    logit_adjustment=0.5,
    mixup=0.3,
    checkpoint="best",
)
"""Settings with all state that could make a resumed training differ."""
CHANGED = augment_with(
    time_warp=0.1,
    polarity=0.2,
    amplitude=0.1,
    baseline_wander=0.1,
    white_noise=0.1,
    mask_probability=0.3,
    row_dropout=0.3,
    rr_jitter=0.05,
)


def build() -> Network:
    """A hybrid network with dropout everywhere."""
    model = dataclasses.replace(MODEL, dropout=0.2, stochastic_depth=0.2, waveform_dropout=0.2)
    return spec_of("hybrid", model=model, block=block_with(dropout=0.2)).build()


def trained(
    checkpoint: Path,
    *,
    seed: int = 1,
    config: TrainConfig = TRAIN,
    augment: AugmentConfig = AUGMENT,
    train: LabelledInputs = BEATS,
    progress: Progress = lambda n_beats: None,
) -> TrainedSeed:
    return train_seed(
        build,
        train=train,
        valid=VALID,
        config=config,
        augment=augment,
        seed=seed,
        checkpoint=checkpoint,
        progress=progress,
    )


def interrupt_after(n_beats: int) -> Progress:
    """Progress callback that raises KeyboardInterrupt after n_beats beats."""
    left = n_beats

    def progress(n: int) -> None:
        nonlocal left
        left -= n
        if left <= 0:
            raise KeyboardInterrupt

    return progress


def test_same_seed_twice_gives_identical_weights(tmp_path: Path) -> None:
    torch.manual_seed(111)
    first = trained(tmp_path / "a", config=EVERYTHING, augment=CHANGED)
    torch.manual_seed(222)  # the global state does not matter
    second = trained(tmp_path / "b", config=EVERYTHING, augment=CHANGED)
    assert_identical(dataclasses.asdict(second), dataclasses.asdict(first))


def test_another_seed_gives_other_weights(tmp_path: Path) -> None:
    first, second = trained(tmp_path / "a", seed=1), trained(tmp_path / "b", seed=2)
    for name in ("backbone.stem.weight", "fusion.alpha", "classifier.weight"):
        assert not torch.equal(first.weights[name], second.weights[name]), name


@pytest.fixture(
    scope="module",
    params=[
        EVERYTHING,
        dataclasses.replace(EVERYTHING, optimizer="adam", checkpoint="last"),
        dataclasses.replace(EVERYTHING, average=0.0, swa_from=2),
    ],
    ids=["adamw, best", "adam, last", "swa"],
)
def uninterrupted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[TrainConfig, TrainedSeed, Path]:
    """An uninterrupted training: configuration, result and last checkpoint."""
    checkpoint = tmp_path_factory.mktemp("uninterrupted") / "seed-1.pt"
    expected = trained(checkpoint, config=request.param, augment=CHANGED)
    return request.param, expected, checkpoint


@pytest.mark.parametrize("n_epochs", [0.5, 1.5, 2.9])
def test_resumed_training_equals_an_uninterrupted_one(
    n_epochs: float, uninterrupted: tuple[TrainConfig, TrainedSeed, Path], tmp_path: Path
) -> None:
    config, expected, checkpoint = uninterrupted
    interrupt = interrupt_after(int(n_epochs * len(BEATS)))
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "a", config=config, augment=CHANGED, progress=interrupt)
    resumed = trained(tmp_path / "a", config=config, augment=CHANGED)
    assert_identical(dataclasses.asdict(resumed), dataclasses.asdict(expected))
    # The optimiser, the schedule and the moving average too.
    assert_identical(load_checkpoint(tmp_path / "a"), load_checkpoint(checkpoint))


def test_resumed_training_trains_only_the_missing_epochs(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "a", progress=interrupt_after(2 * len(BEATS) + 1))
    reported: list[int] = []
    trained(tmp_path / "a", progress=reported.append)
    assert reported[0] == 2 * len(BEATS)  # completed earlier
    assert sum(reported) == TRAIN.epochs * len(BEATS)
    reported.clear()
    trained(tmp_path / "a", progress=reported.append)
    assert reported == [TRAIN.epochs * len(BEATS)]


def test_training_restarts_if_its_checkpoint_is_truncated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uninterrupted = trained(tmp_path / "a")
    content = (tmp_path / "a").read_bytes()
    (tmp_path / "b").write_bytes(content[: len(content) // 2])
    anew = trained(tmp_path / "b")
    assert "damaged checkpoint, training starts anew" in capsys.readouterr().err
    assert_identical(dataclasses.asdict(anew), dataclasses.asdict(uninterrupted))


@pytest.mark.parametrize(("n_beats", "sizes"), [(50, [17, 17, 16]), (33, [17, 16]), (9, [9])])
def test_every_epoch_trains_all_beats_once_in_batches_of_nearly_equal_size(
    n_beats: int, sizes: list[int], tmp_path: Path
) -> None:
    reported: list[int] = []
    data = labelled_beats(n_beats, seed=0)
    trained(tmp_path / "a", train=data, progress=reported.append)
    assert reported == sizes * TRAIN.epochs


def test_epoch_beats_sets_the_epoch_size_also_of_a_resumed_training(tmp_path: Path) -> None:
    reported: list[int] = []
    config = train_with(sampling="balanced", epoch_beats=80)
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "a", config=config, progress=interrupt_after(81))
    resumed = trained(tmp_path / "a", config=config, progress=reported.append)
    assert reported == [80] + [16] * 10
    uninterrupted = trained(tmp_path / "b", config=config)
    assert_identical(dataclasses.asdict(resumed), dataclasses.asdict(uninterrupted))


def test_loss_is_the_weighted_and_smoothed_cross_entropy(tmp_path: Path) -> None:
    data, smoothing = labelled_beats(9, seed=0), 0.2
    build_plain = spec_of("hybrid").build
    torch.manual_seed(1)
    network = build_plain()
    network.fit_scalers(data.inputs)
    log_p = network(data.inputs).detach().log_softmax(dim=1)
    weights = torch.tensor([9 / 3, 9 / 2, 9 / 2, 9 / 2]) / 4  # 3 beats of N, 2 of the others
    target = (1 - smoothing) * torch.eye(4)[data.labels] + smoothing / 4
    expected = -(target * weights * log_p).sum() / weights[data.labels].sum()
    result = train_seed(
        build_plain,
        train=data,
        valid=VALID,
        config=train_with(epochs=1, class_weights="inverse", label_smoothing=smoothing),
        augment=AUGMENT,
        seed=1,
        checkpoint=tmp_path / "a",
    )
    assert result.history[0]["train_loss"] == pytest.approx(float(expected), rel=1e-5)


def test_nonfinite_loss_is_reported_with_the_learning_rate(tmp_path: Path) -> None:
    ecg = BEATS.inputs.ecg.clone()
    ecg[7] = torch.inf
    data = dataclasses.replace(BEATS, inputs=BEATS.inputs._replace(ecg=ecg))
    message = (
        r"loss of seed 1 is nan in epoch 1; lower train\.learning_rate \(0\.01\) or set "
        r"train\.precision: fp32"
    )
    with pytest.raises(ValueError, match=message):
        trained(tmp_path / "a", train=data)


def test_divergence_in_the_last_step_is_reported_with_the_learning_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = torch.optim.AdamW.step

    def diverge(self: torch.optim.AdamW, *args: Any) -> None:
        step(self, *args)
        self.param_groups[0]["params"][0].data.fill_(torch.nan)

    monkeypatch.setattr(torch.optim.AdamW, "step", diverge)
    with pytest.raises(ValueError, match=r"not finite; lower train\.learning_rate"):
        trained(tmp_path / "a", train=labelled_beats(9, seed=0))  # one step per epoch


@pytest.mark.slow
def test_training_learns_separable_beats(tmp_path: Path) -> None:
    result = trained(tmp_path / "a", config=train_with(epochs=15, learning_rate=0.03))
    assert result.history[-1]["train_loss"] < 0.5 * result.history[0]["train_loss"]
    assert result.history[-1]["valid_macro_auprc"] > 0.9


@pytest.mark.parametrize("epochs", [1, 3])
def test_history_has_one_row_per_epoch(epochs: int, tmp_path: Path) -> None:
    history = trained(tmp_path / "a", config=train_with(epochs=epochs)).history
    assert [row["epoch"] for row in history] == list(range(1, epochs + 1))
    columns = ["epoch", "train_loss", "valid_loss", "valid_macro_auprc", "valid_macro_f1"]
    assert all(list(row) == columns for row in history)


def fake_scores(monkeypatch: pytest.MonkeyPatch, auprc: list[float]) -> list[dict[str, Any]]:
    """Fake the validation AUPRC per epoch, and collect the validated weights."""
    seen: list[dict[str, Any]] = []

    def validate(model: Any, data: LabelledInputs) -> dict[str, float]:
        state = model.module.state_dict()
        seen.append({name: value.clone() for name, value in state.items()})
        return {"valid_macro_auprc": auprc[len(seen) - 1]}

    monkeypatch.setattr("ecgfuse.train.loop.validate", validate)
    return seen


def test_best_weights_are_the_first_with_the_best_validation_auprc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = fake_scores(monkeypatch, [0.2, 0.7, 0.7, 0.3])
    result = trained(tmp_path / "a", config=train_with(epochs=4, checkpoint="best"))
    assert result.epoch == 2
    assert_identical(dict(result.weights), seen[1])


def test_best_weights_before_an_interruption_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = fake_scores(monkeypatch, [0.2, 0.7, 0.5, 0.3])
    config = train_with(epochs=4, checkpoint="best")
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "a", config=config, progress=interrupt_after(2 * len(BEATS) + 1))
    result = trained(tmp_path / "a", config=config)
    assert result.epoch == 2
    assert_identical(dict(result.weights), seen[1])


def test_last_weights_are_those_of_the_last_epoch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = fake_scores(monkeypatch, [0.2, 0.7, 0.7, 0.3])
    result = trained(tmp_path / "a", config=train_with(epochs=4, checkpoint="last"))
    assert result.epoch == 4
    assert_identical(dict(result.weights), seen[3])


def test_without_averaging_the_trained_weights_themselves_are_kept(tmp_path: Path) -> None:
    result = trained(tmp_path / "a", config=train_with(average=0.0))
    state = load_checkpoint(tmp_path / "a")
    assert state is not None
    assert_identical(dict(result.weights), dict(state["network"]))


def test_moving_average_follows_its_equation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "classifier.weight"
    steps: list[torch.Tensor] = []
    step = torch.optim.AdamW.step

    def record(self: torch.optim.AdamW, *args: Any) -> None:
        step(self, *args)
        steps.append(self.param_groups[0]["params"][-2].detach().clone())

    monkeypatch.setattr(torch.optim.AdamW, "step", record)
    result = trained(tmp_path / "a", config=train_with(average=0.8, epochs=2))
    average = steps[0]
    for weights in steps[1:]:
        average = 0.8 * average + 0.2 * weights
    assert len(steps) == 2 * 3
    torch.testing.assert_close(result.weights[name], average)


def test_scalers_have_the_statistics_of_the_training_beats(tmp_path: Path) -> None:
    weights = trained(tmp_path / "a", config=EVERYTHING, augment=CHANGED).weights
    for name in ("rr", "morphology"):
        features = BEATS.inputs._asdict()[name]
        torch.testing.assert_close(weights[f"{name}_scaler.mean"], features.mean(dim=0))
        torch.testing.assert_close(weights[f"{name}_scaler.sd"], features.std(dim=0))


def test_bf16_training_keeps_fp32_weights_close_to_those_of_fp32_training(tmp_path: Path) -> None:
    exact = trained(tmp_path / "a", config=train_with(epochs=1)).weights
    rough = trained(tmp_path / "b", config=train_with(epochs=1, precision="bf16")).weights
    floating = [name for name, weight in rough.items() if weight.is_floating_point()]
    assert {rough[name].dtype for name in floating} == {torch.float32}
    assert not torch.equal(rough["classifier.weight"], exact["classifier.weight"])
    torch.testing.assert_close(
        rough["classifier.weight"], exact["classifier.weight"], rtol=0, atol=0.05
    )


@pytest.mark.parametrize("fusion", NETWORKS)
def test_every_network_is_trained_on_the_inputs_it_reads(fusion: Fusion) -> None:
    def read(data: LabelledInputs, *, noisy: LabelledInputs | None = None) -> LabelledInputs:
        copies = None if noisy is None else read_by(fusion, noisy.inputs)
        return dataclasses.replace(data, inputs=read_by(fusion, data.inputs), noisy=copies)

    result = train_seed(
        spec_of(fusion).build,
        train=read(BEATS, noisy=labelled_beats(50, seed=2)),
        valid=read(VALID),
        config=train_with(epochs=1, mixup=0.3, swa_from=1),
        augment=dataclasses.replace(CHANGED, noisy_beats=0.5),
        seed=1,
    )
    assert all(weight.isfinite().all() for weight in result.weights.values())


def test_training_without_a_checkpoint_gives_equal_weights(tmp_path: Path) -> None:
    alone = train_seed(
        build, train=BEATS, valid=VALID, config=TRAIN, augment=AUGMENT, seed=1, checkpoint=None
    )
    assert_identical(dataclasses.asdict(alone), dataclasses.asdict(trained(tmp_path / "a")))


def test_validation_does_not_affect_the_weights(tmp_path: Path) -> None:
    alone = train_seed(
        build,
        train=BEATS,
        valid=None,
        config=TRAIN,
        augment=AUGMENT,
        seed=1,
        checkpoint=tmp_path / "alone.pt",
    )
    assert_identical(alone.weights, trained(tmp_path / "validated.pt").weights)
    assert [set(row) for row in alone.history] == [{"epoch", "train_loss"}] * TRAIN.epochs


def test_best_epoch_without_validation_beats_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"train\.checkpoint is 'best', but must be 'last'"):
        train_seed(
            build,
            train=BEATS,
            valid=None,
            config=EVERYTHING,
            augment=AUGMENT,
            seed=1,
            checkpoint=tmp_path / "a.pt",
        )
