"""Arms differ in nothing but what they do to copies, and changed beats are still beats."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from serial_pool import serial_pool
from single_beat_sets import END, shape_of, single_beats, write_sets
from torch import Generator, Tensor

from ecgfuse.datasets.single_beats import LENGTH, SingleBeats, join_single_beats
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.ood.shape import beat_end
from ecgfuse.studies.heartbeat.augmentation import compare_augmentations
from ecgfuse.studies.heartbeat.augmentation_arms import (
    ARMS,
    CONTROL,
    Arm,
    AugmentationConfig,
    arm_augment,
    arm_examples,
    arm_training,
)
from ecgfuse.studies.heartbeat.beat_changes import add_noise, change_some, mix, synthesise, warp
from ecgfuse.studies.heartbeat.training import FitConfig

CONFIG = AugmentationConfig(
    networks=("transformer",),
    seeds=(1, 2),
    times=2,
    max_epochs=1,
    white_noise=0.02,
    baseline_wander=0.05,
    time_warp=0.05,
    amplitude=0.2,
    mixup=0.2,
    neighbours=3,
)
TRAINING = FitConfig(max_epochs=50, patience=5, precision="fp32")
EVALUATION = EvaluateConfig(
    curve_points=11, examples=1, bootstrap=100, bootstrap_seed=1, ece_bins=5
)


def generator(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def ecg() -> Tensor:
    """500 equal normal beats, (500, 187)."""
    return torch.from_numpy(shape_of(0)).repeat(500, 1)


@pytest.fixture(scope="module")
def beats() -> SingleBeats:
    """Three patients; N, S and V, 12 of 72 abnormal, one of them without another of its kind."""
    labels = {"100": [0] * 20 + [2] * 5, "101": [0] * 20 + [1] * 4 + [2], "102": [0] * 20 + [2] * 2}
    return join_single_beats(
        [
            single_beats(of_record, record=record, classes=("N", "S", "V"), seed=int(record))
            for record, of_record in labels.items()
        ]
    )


# Changes


def test_noise_has_the_given_level_and_leaves_the_zeros_behind_the_beat(ecg: Tensor) -> None:
    noisy = add_noise(ecg, white=0.02, drift=0.0, generator=generator())
    middle = noisy[:, 60:END] - ecg[:, 60:END]  # far from 0 and 1, where values are cut
    assert middle.std() == pytest.approx(0.02, rel=0.02)
    assert not noisy[:, END:].any()
    assert 0 <= noisy.min() <= noisy.max() <= 1


def test_noise_is_added_to_a_zero_within_a_beat_and_not_to_an_empty_one() -> None:
    ecg = torch.zeros(2, LENGTH)
    ecg[0, [0, 2]] = 0.5
    generators = [generator(seed) for seed in range(20)]
    noisy = [add_noise(ecg, white=0.02, drift=0.0, generator=one) for one in generators]
    assert any(one[0, 1] > 0 for one in noisy)
    assert not any(one[0, 3:].any() or one[1].any() for one in noisy)


def test_a_drift_is_slow(ecg: Tensor) -> None:
    drift = add_noise(ecg, white=0.0, drift=0.05, generator=generator())[:, 60:END] - ecg[:, 60:END]
    assert drift.diff(dim=1).abs().max() < 0.05 * drift.abs().max()
    assert drift.mean(dim=1).std() > 0.02


def test_a_warped_beat_begins_at_its_r_peak_and_ends_near_its_end(ecg: Tensor) -> None:
    warped = warp(ecg, time=0.05, amplitude=0.0, generator=generator())
    assert torch.allclose(warped[:, 0], ecg[:, 0])
    furthest = round(0.05 * LENGTH) + 1
    ends = beat_end(warped)[:, 0]
    assert ((ends - END).abs() <= furthest).all()
    assert ends.unique().numel() > 5
    t_wave = warped[:, 20:].argmax(dim=1) + 20
    assert ((t_wave - 40).abs() <= furthest).all()


def test_the_amplitude_varies_as_given_and_stays_within_one(ecg: Tensor) -> None:
    scaled = warp(ecg, time=0.0, amplitude=0.1, generator=generator())
    factor = scaled[:, 80] / ecg[:, 80]
    assert factor.log().std() == pytest.approx(0.1, rel=0.1)
    assert scaled.max() == 1  # the R peak of 0.8 times 1.25 or more


def test_mixing_shares_beats_and_labels_alike() -> None:
    labels = torch.arange(64) % 2
    constant = labels[:, None].float().expand(-1, LENGTH)
    mixed, targets = mix(constant, labels, alpha=1.0, generator=generator())
    assert torch.allclose(mixed, targets[:, 1:].expand(-1, LENGTH), atol=1e-6)
    assert torch.allclose(targets.sum(dim=1), torch.ones(64))
    assert ((targets > 0.1) & (targets < 0.9)).any()


def test_a_change_meets_the_given_share_of_both_classes(ecg: Tensor) -> None:
    labels = torch.arange(500) % 2
    change = change_some(lambda ecg, labels, _: (1 - ecg, labels), share=0.25)
    changed, same = change(ecg, labels, generator())
    met = (changed != ecg).any(dim=1)
    assert torch.equal(same, labels)
    for label in (0, 1):
        assert met[labels == label].float().mean() == pytest.approx(0.25, abs=0.06)


def test_beats_that_are_not_mixed_keep_their_label(ecg: Tensor) -> None:
    labels = torch.arange(500) % 2
    change = change_some(
        lambda ecg, labels, _: (0 * ecg, torch.full((len(labels), 2), 0.5)), share=0.5
    )
    changed, targets = change(ecg, labels, generator())
    kept = changed.any(dim=1)
    assert torch.equal(targets[kept].argmax(dim=1), labels[kept])
    assert (targets[kept].max(dim=1).values == 1).all()
    assert (targets[~kept] == 0.5).all()


# Synthetic beats


def test_a_synthetic_beat_lies_between_two_beats_of_its_group() -> None:
    ecg = np.zeros((4, LENGTH), dtype=np.float32)
    ecg[:, 0] = [0.1, 0.3, 0.8, 0.9]  # groups 7 and 8
    made = synthesise(
        ecg,
        groups=np.array([7, 7, 8, 8]),
        chosen=np.repeat([0, 3], 200),
        n_neighbours=5,
        rng=np.random.default_rng(0),
    )[:, 0]
    for values, low, high in ((made[:200], 0.1, 0.3), (made[200:], 0.8, 0.9)):
        assert low <= values.min() < values.max() <= high
        assert values.mean() == pytest.approx((low + high) / 2, abs=0.1 * (high - low))


def test_a_beat_without_others_of_its_group_is_copied() -> None:
    ecg = np.random.default_rng(0).random((3, LENGTH), dtype=np.float32)
    made = synthesise(
        ecg,
        groups=np.array([0, 1, 1]),
        chosen=np.array([0]),
        n_neighbours=5,
        rng=np.random.default_rng(0),
    )
    np.testing.assert_array_equal(made, ecg[:1])


def test_only_the_nearest_beats_are_interpolated_with() -> None:
    ecg = np.zeros((3, LENGTH), dtype=np.float32)
    ecg[:, 0] = [0.0, 0.1, 1.0]
    made = synthesise(
        ecg,
        groups=np.zeros(3, dtype=int),
        chosen=np.zeros(100, dtype=int),
        n_neighbours=1,
        rng=np.random.default_rng(0),
    )
    assert made.max() <= 0.1


# Arms


@pytest.mark.parametrize("arm", [arm for arm in ARMS if arm != "undersampled"])
def test_all_arms_train_on_as_many_beats_half_of_them_abnormal(
    beats: SingleBeats, arm: Arm
) -> None:
    examples = arm_examples(arm, beats, config=CONFIG, seed=1)
    assert np.bincount(examples.labels).tolist() == [24, 24]


def rows_in(part: Tensor, whole: np.ndarray) -> np.ndarray:
    """How often each row of `whole` is in `part`."""
    return (part.numpy()[:, None] == whole[None]).all(axis=2).sum(axis=0)


def test_copies_repeat_all_abnormal_beats_and_no_normal_one(beats: SingleBeats) -> None:
    found = rows_in(arm_examples("copies", beats, config=CONFIG, seed=1).ecg, beats.ecg)
    assert (found[beats.abnormal == 1] == 2).all()
    assert sorted(found[beats.abnormal == 0]) == [0] * 36 + [1] * 24


def test_undersampling_takes_part_of_the_beats_of_the_other_arms(beats: SingleBeats) -> None:
    copies, fewer = (
        rows_in(arm_examples(arm, beats, config=CONFIG, seed=1).ecg, beats.ecg)
        for arm in ("copies", "undersampled")
    )
    assert (fewer[beats.abnormal == 1] == 1).all()
    assert fewer[beats.abnormal == 0].sum() == 12
    assert (fewer <= copies).all()


def test_half_of_each_class_is_synthetic_and_every_abnormal_beat_is_there_as_it_is(
    beats: SingleBeats,
) -> None:
    examples = arm_examples("synthetic", beats, config=CONFIG, seed=1)
    found = rows_in(examples.ecg, beats.ecg)
    # The only V of patient 101 is copied.
    assert sorted(found[beats.abnormal == 1]) == [1] * 11 + [2]
    assert found[beats.abnormal == 0].sum() == 12
    assert beat_end(examples.ecg).max() <= END


def test_all_arms_see_as_many_beats_in_all_and_none_stops_early(beats: SingleBeats) -> None:
    config = dataclasses.replace(CONFIG, times=3, max_epochs=6)
    for arm in ARMS:
        training = arm_training(arm, config=config, training=TRAINING)
        examples = arm_examples(arm, beats, config=config, seed=1)
        assert training.max_epochs * len(examples) == 6 * 72
        assert training.patience == training.max_epochs
        assert training.precision == TRAINING.precision


def test_augmentations_change_the_share_that_is_copied(beats: SingleBeats) -> None:
    assert CONFIG.changed == 0.5
    assert dataclasses.replace(CONFIG, times=3).changed == pytest.approx(2 / 3)
    changing = {arm for arm in ARMS if arm_augment(arm, config=CONFIG) is not None}
    assert changing == {"noise", "warping", "mixing"}


def test_too_few_normal_beats_are_refused(beats: SingleBeats) -> None:
    with pytest.raises(ValueError, match=r"augmentation.times is 6, but 60 normal beats allow 5"):
        arm_examples("copies", beats, config=dataclasses.replace(CONFIG, times=6), seed=1)


@pytest.mark.parametrize(
    "changed",
    [
        {"networks": ()},
        {"seeds": (1, 1)},
        {"times": 1},
        {"max_epochs": 0},
        {"white_noise": -0.1},
        {"time_warp": 0.2},
        {"mixup": 0.0},
        {"neighbours": 0},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_settings_that_compare_nothing_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"augmentation.{next(iter(changed))}"):
        dataclasses.replace(CONFIG, **changed)


# The stage


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stage has run once."""
    made = tmp_path_factory.mktemp("augmentation")
    write_sets(made / "beats")
    (made / "dataset.json").write_text(json.dumps({"database": "mitdb", "kind": "synthetic"}))
    compare(made, out="first.json")
    return made


def compare(folder: Path, *, out: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ecgfuse.studies.heartbeat.fit_and_predict.process_pool", serial_pool)
        compare_augmentations(
            CONFIG,
            training=TRAINING,
            evaluation=EVALUATION,
            beats=folder / "beats",
            dataset=folder / "dataset.json",
            checkpoints=folder / "checkpoints",
            workers=1,
            results=folder / out,
            figure=folder / "figure.png",
        )


@pytest.fixture(scope="module")
def results(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "first.json").read_text())
    return found


def test_every_arm_is_scored_and_all_but_the_control_compared(results: dict[str, Any]) -> None:
    arms = results["networks"]["transformer"]
    assert tuple(arms) == ARMS
    for arm, scores in arms.items():
        assert scores["examples"] == (64 if arm == "undersampled" else 128)
        # Half the beats per epoch, so twice the epochs: one seed or both keep the second.
        assert (1 < scores["kept_epoch"] <= 2) == (arm == "undersampled")
        assert ("against_copies" in scores) == (arm != CONTROL)
    assert results["data"] == {
        "database": "mitdb",
        "kind": "synthetic",
        "train_beats": 152,
        "train_abnormal": 32,
        "test_beats": 152,
        "test_abnormal": 32,
        "test_records": 4,
    }


def test_a_difference_is_that_of_the_scores(results: dict[str, Any]) -> None:
    arms = results["networks"]["transformer"]
    for arm, scores in arms.items():
        if arm != CONTROL:
            found = scores["against_copies"]["roc_auc"]["difference"]
            expected = scores["mean"]["roc_auc"] - arms[CONTROL]["mean"]["roc_auc"]
            assert found["low"] <= expected <= found["high"]


def test_a_repeated_run_gives_the_same_results_and_leaves_no_checkpoint(folder: Path) -> None:
    compare(folder, out="second.json")
    assert (folder / "second.json").read_bytes() == (folder / "first.json").read_bytes()
    assert not list((folder / "checkpoints").rglob("*.pt"))
    assert (folder / "figure.png").stat().st_size > 10_000
