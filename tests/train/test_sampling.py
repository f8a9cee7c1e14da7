"""Epochs contain the configured shares of classes and patients exactly."""

import dataclasses
from typing import Any

import pytest
import torch
from small_networks import labelled_beats, train_with
from torch import Tensor

from ecgfuse.datasets.inputs import LabelledInputs
from ecgfuse.train.sampling import draw_epoch, epoch_size


def beats_of(counts: dict[tuple[int, int], int]) -> LabelledInputs:
    """Beats with these counts per (class, patient), in random order."""
    pairs = torch.tensor([pair for pair, count in counts.items() for _ in range(count)])
    pairs = pairs[torch.randperm(len(pairs), generator=torch.Generator().manual_seed(5))]
    data = labelled_beats(len(pairs), seed=0)
    return dataclasses.replace(data, labels=pairs[:, 0], patients=pairs[:, 1])


FOUR_CLASSES = beats_of({(0, 0): 144, (1, 0): 36, (2, 0): 16, (3, 0): 4})
TWO_PATIENTS = beats_of({(0, 7): 90, (0, 9): 10, (1, 7): 20, (1, 9): 80})


def drawn(data: LabelledInputs, *, seed: int = 1, **changes: Any) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return draw_epoch(data, config=train_with(**changes), generator=generator)


def counts_of(data: LabelledInputs, index: Tensor) -> list[int]:
    return torch.bincount(data.labels[index]).tolist()


def test_natural_sampling_is_a_plain_permutation() -> None:
    expected = torch.randperm(200, generator=torch.Generator().manual_seed(1))
    assert torch.equal(drawn(FOUR_CLASSES), expected)
    expected = torch.randperm(200, generator=torch.Generator().manual_seed(1))
    assert torch.equal(drawn(TWO_PATIENTS), expected)


@pytest.mark.parametrize(
    ("sampling", "epoch_beats", "expected"),
    [
        ("natural", 100, [72, 18, 8, 2]),
        ("natural", 400, [288, 72, 32, 8]),
        ("square_root", 240, [120, 60, 40, 20]),  # in proportion to 12 6 4 2
        ("square_root", 0, [100, 50, 33, 17]),  # of 200: 100 50 33.3 16.7
        ("balanced", 0, [50, 50, 50, 50]),
        ("balanced", 1002, [251, 251, 250, 250]),
    ],
)
def test_shares_of_the_classes_are_those_by_hand(
    sampling: str, epoch_beats: int, expected: list[int]
) -> None:
    index = drawn(FOUR_CLASSES, sampling=sampling, epoch_beats=epoch_beats)
    assert counts_of(FOUR_CLASSES, index) == expected
    assert len(index) == epoch_size(200, config=train_with(epoch_beats=epoch_beats))


def test_beats_of_a_class_are_drawn_equally_often_give_or_take_one() -> None:
    times = torch.bincount(drawn(FOUR_CLASSES, sampling="balanced"), minlength=200)
    for label, (fewest, most) in enumerate([(0, 1), (1, 2), (3, 4), (12, 13)]):
        of_class = times[FOUR_CLASSES.labels == label]
        assert (of_class.min(), of_class.max()) == (fewest, most)


def test_omitted_and_repeated_beats_change_between_epochs() -> None:
    first, second = (
        torch.bincount(drawn(FOUR_CLASSES, sampling="balanced", seed=seed), minlength=200)
        for seed in (1, 2)
    )
    for label in range(4):
        of_class = FOUR_CLASSES.labels == label
        assert not torch.equal(first[of_class], second[of_class])


def test_copies_of_a_beat_are_spread_over_the_epoch() -> None:
    index = drawn(FOUR_CLASSES, sampling="balanced", epoch_beats=2000)
    halves = [counts_of(FOUR_CLASSES, half) for half in index.chunk(2)]
    assert all(200 < count < 300 for half in halves for count in half)
    assert (index.diff() == 0).float().mean() < 0.1


@pytest.mark.parametrize(
    ("power", "expected"),
    [
        (1.0, [90, 10, 20, 80]),
        (0.5, [75, 25, 33, 67]),  # in proportion to 3 and 1, 1 and 2 within a class
        (0.0, [50, 50, 50, 50]),
    ],
)
def test_lower_patient_power_equalises_the_patients_of_a_class(
    power: float, expected: list[int]
) -> None:
    data, index = TWO_PATIENTS, drawn(TWO_PATIENTS, patient_power=power)
    labels, patients = data.labels[index], data.patients[index]
    pairs = [(0, 7), (0, 9), (1, 7), (1, 9)]
    counts = [int(((labels == c) & (patients == p)).sum()) for c, p in pairs]
    assert counts == expected


def test_patient_without_beats_of_a_class_gets_no_share_of_it() -> None:
    data = beats_of({(0, 0): 60, (0, 1): 20, (2, 1): 20})  # no beat of class 1
    index = drawn(data, sampling="balanced", patient_power=0.0)
    labels, patients = data.labels[index], data.patients[index]
    assert torch.bincount(labels).tolist() == [50, 0, 50]
    assert patients[labels == 0].bincount().tolist() == [25, 25]
    assert patients[labels == 2].bincount().tolist() == [0, 50]
