"""Mixup mixes pairs of beats and their labels in the same share."""

import pytest
import torch
from scipy.stats import kstest
from small_networks import random_inputs, read_by
from torch import Tensor

from ecgfuse.datasets.inputs import Inputs
from ecgfuse.train.mixup import mix_beats

N_BEATS = 4000
LABELS = torch.arange(N_BEATS) % 4


def marked(labels: Tensor) -> Inputs:
    """Beats whose samples are the one-hot encoding of their label."""
    one_hot = torch.eye(4)[labels]
    return Inputs(ecg=one_hot[:, None].repeat(1, 3, 1), rr=one_hot, morphology=one_hot[:, :2])


def mixed(
    inputs: Inputs | None = None, *, alpha: float = 0.5, seed: int = 1
) -> tuple[Inputs, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    inputs = marked(LABELS) if inputs is None else inputs
    labels = LABELS[: inputs.n_beats]
    return mix_beats(inputs, labels, alpha=alpha, n_classes=4, generator=generator)


def test_targets_sum_to_1_and_hold_at_most_two_classes() -> None:
    _, targets = mixed()
    torch.testing.assert_close(targets.sum(dim=1), torch.ones(N_BEATS))
    assert (targets >= 0).all()
    assert (targets > 0).sum(dim=1).max() == 2


def test_every_part_is_mixed_in_the_share_of_the_targets() -> None:
    inputs, targets = mixed()
    for row in range(3):
        torch.testing.assert_close(inputs.ecg[:, row], targets)
    torch.testing.assert_close(inputs.rr, targets)
    torch.testing.assert_close(inputs.morphology, targets[:, :2])


@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
def test_shares_follow_the_beta_distribution(alpha: float) -> None:
    _, targets = mixed(alpha=alpha)
    own = targets.gather(1, LABELS[:, None])[:, 0]
    pairs = own[(targets > 0).sum(dim=1) == 2]  # others were paired with their own class
    assert kstest(pairs.numpy(), "beta", args=(alpha, alpha)).pvalue > 0.01


def test_every_beat_occurs_in_equally_many_pairs() -> None:
    ecg = torch.eye(500)[:, None]
    inputs, _ = mixed(Inputs(ecg, torch.empty(0, 0), torch.empty(0, 0)), alpha=4.0)
    takes_part = (inputs.ecg[:, 0] > 0).sum(dim=0)
    assert takes_part.max() == 2
    assert (takes_part == 2).sum() >= 490  # a beat may be its own partner


def test_empty_inputs_stay_empty() -> None:
    inputs, targets = mixed(read_by("rr", marked(LABELS)))
    assert (inputs.ecg.shape, inputs.morphology.shape) == ((0, 0), (0, 0))
    torch.testing.assert_close(inputs.rr, targets)


def test_mixed_beats_depend_on_the_generator_only() -> None:
    assert torch.equal(mixed(seed=1)[1], mixed(seed=1)[1])
    assert not torch.equal(mixed(seed=1)[1], mixed(seed=2)[1])


def test_inputs_are_not_modified() -> None:
    inputs, untouched = random_inputs(N_BEATS), random_inputs(N_BEATS)
    mixed(inputs)
    assert all(torch.equal(*parts) for parts in zip(inputs, untouched, strict=True))
