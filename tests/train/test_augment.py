"""Augmentation changes what it says, by as much as it says, reproducibly."""

import torch
from torch import Tensor

from ecgfuse.train.augment import augment_beats

ECG = torch.randn(400, 3, 50, generator=torch.Generator().manual_seed(9))


def augmented(*, noise: float = 0.0, amplitude: float = 0.0, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return augment_beats(ECG, noise=noise, amplitude=amplitude, generator=generator)


def test_augmentation_that_is_off_changes_nothing_and_draws_nothing() -> None:
    generator = torch.Generator().manual_seed(1)
    before = generator.get_state()
    assert torch.equal(augment_beats(ECG, noise=0, amplitude=0, generator=generator), ECG)
    assert torch.equal(generator.get_state(), before)


def test_amplitude_is_one_factor_for_all_rows_of_a_beat() -> None:
    factors = augmented(amplitude=0.3) / ECG
    torch.testing.assert_close(factors, factors[:, :1, :1].expand_as(factors))
    assert factors[:, 0, 0].unique().numel() > 390


def test_logarithm_of_the_amplitude_has_the_sd_asked_for() -> None:
    logs = (augmented(amplitude=0.3) / ECG)[:, 0, 0].log()
    assert abs(logs.mean()) < 0.05
    assert 0.27 < logs.std() < 0.33


def test_noise_is_white_and_has_the_sd_asked_for() -> None:
    noise = augmented(noise=0.2) - ECG
    assert 0.198 < noise.std() < 0.202
    rows = noise.transpose(0, 1).flatten(1)
    neighbours = torch.stack([rows[0, :-1], rows[0, 1:]])
    assert torch.corrcoef(rows).triu(1).abs().max() < 0.03
    assert torch.corrcoef(neighbours).triu(1).abs().max() < 0.03


def test_same_generator_gives_the_same_beats_and_another_one_others() -> None:
    first = augmented(noise=0.2, amplitude=0.3, seed=1)
    assert torch.equal(first, augmented(noise=0.2, amplitude=0.3, seed=1))
    assert not torch.equal(first, augmented(noise=0.2, amplitude=0.3, seed=2))


def test_beats_given_are_left_as_they_were() -> None:
    before = ECG.clone()
    augmented(noise=0.2, amplitude=0.3)
    assert torch.equal(ECG, before)
