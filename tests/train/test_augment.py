"""Augmentations have the configured strength, respect rows and beats, and are reproducible."""

from typing import Any

import pytest
import torch
from small_networks import AUGMENT, augment_with, random_inputs, read_by
from torch import Tensor

from ecgfuse.datasets.inputs import Inputs
from ecgfuse.train.augment import augment_inputs, jitter_rr, swap_in_noise, warp_time

ECG = torch.randn(2000, 3, 50, generator=torch.Generator().manual_seed(9))
RAMP = torch.linspace(0, 1, 50).expand(2000, 3, 50)
"""Beats whose values are the positions of their samples."""
EACH: list[dict[str, float]] = [
    {"time_warp": 0.1},
    {"polarity": 0.5},
    {"amplitude": 0.3},
    {"baseline_wander": 0.3},
    {"white_noise": 0.2},
    {"mask_probability": 0.5},
    {"row_dropout": 0.5},
    {"rr_jitter": 0.1},
]


def generator(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def augmented(ecg: Tensor = ECG, *, seed: int = 1, **changes: Any) -> Tensor:
    inputs = Inputs(ecg=ecg, rr=torch.empty(0, 0), morphology=torch.empty(0, 0))
    return augment_inputs(inputs, config=augment_with(**changes), generator=generator(seed)).ecg


def test_disabled_augmentation_changes_nothing_and_draws_no_numbers() -> None:
    source, inputs = generator(), random_inputs(20)
    before = source.get_state()
    after = augment_inputs(inputs, config=AUGMENT, generator=source)
    assert all(torch.equal(*parts) for parts in zip(after, inputs, strict=True))
    assert torch.equal(source.get_state(), before)


@pytest.mark.parametrize("changes", EACH, ids=lambda changes: next(iter(changes)))
def test_augmented_beats_depend_on_the_generator_only(
    changes: dict[str, float],
) -> None:
    def flat(seed: int) -> Tensor:
        inputs = random_inputs(20)
        config = augment_with(**changes)
        parts = augment_inputs(inputs, config=config, generator=generator(seed))
        return torch.cat([part.flatten() for part in parts])

    assert torch.equal(flat(1), flat(1))
    assert not torch.equal(flat(1), flat(2))


@pytest.mark.parametrize("changes", EACH, ids=lambda changes: next(iter(changes)))
def test_inputs_are_not_modified(changes: dict[str, float]) -> None:
    inputs, untouched = random_inputs(20), random_inputs(20)
    augment_inputs(inputs, config=augment_with(**changes), generator=generator())
    assert all(torch.equal(*parts) for parts in zip(inputs, untouched, strict=True))


def test_warp_keeps_the_ends_and_the_order_of_the_samples() -> None:
    places = augmented(RAMP, time_warp=0.15)
    torch.testing.assert_close(places[:, :, [0, -1]], RAMP[:, :, [0, -1]])
    assert (places.diff(dim=2) > 0).all()


def test_warp_shifts_samples_by_at_most_the_bound() -> None:
    shifts = (augmented(RAMP, time_warp=0.1) - RAMP).abs().amax(dim=(1, 2))
    assert 0.08 < shifts.max() <= 0.1
    assert shifts.median() > 0.02


def test_warp_is_common_to_the_rows_of_a_beat_and_differs_between_beats() -> None:
    places = augmented(RAMP, time_warp=0.1)
    assert torch.equal(places, places[:, :1].expand_as(places))
    assert not torch.equal(places[0], places[1])


def test_warp_interpolates_linearly() -> None:
    ecg = torch.arange(11.0)[None, None].square()
    places = warp_time(torch.arange(11.0)[None, None], largest=0.1, generator=generator())
    left, share = places.long().clamp(max=9), places - places.long().clamp(max=9)
    expected = left.square() * (1 - share) + (left + 1).square() * share
    torch.testing.assert_close(warp_time(ecg, largest=0.1, generator=generator()), expected)


def test_polarity_flips_all_rows_of_a_beat_or_none() -> None:
    signs = augmented(polarity=0.3) / ECG
    torch.testing.assert_close(signs, signs[:, :1, :1].expand_as(signs))
    assert signs.unique().tolist() == [-1, 1]
    assert 0.27 < (signs[:, 0, 0] < 0).float().mean() < 0.33


def test_amplitude_factor_is_common_to_the_rows_of_a_beat() -> None:
    factors = augmented(amplitude=0.3) / ECG
    torch.testing.assert_close(factors, factors[:, :1, :1].expand_as(factors))
    assert factors[:, 0, 0].unique().numel() > 1900


def test_log_of_the_amplitude_has_the_configured_sd() -> None:
    logs = (augmented(amplitude=0.3) / ECG)[:, 0, 0].log()
    assert abs(logs.mean()) < 0.03
    assert 0.285 < logs.std() < 0.315


def test_baseline_wander_is_slow_and_has_the_configured_sd() -> None:
    drift = augmented(baseline_wander=0.4) - ECG
    torch.testing.assert_close(drift, drift[:, :1].expand_as(drift), atol=1e-5, rtol=0)
    torch.testing.assert_close(drift.mean(dim=2), torch.zeros(2000, 3), atol=1e-5, rtol=0)
    assert 0.38 < drift.std() < 0.42
    # Half a period and one period of a cosine: at most two turning points.
    turns = (drift[:, 0].diff(dim=1).sign().diff(dim=1) != 0).sum(dim=1)
    assert turns.max() <= 2


def test_noise_is_white_and_has_the_configured_sd() -> None:
    noise = augmented(white_noise=0.2) - ECG
    assert 0.198 < noise.std() < 0.202
    rows = noise.transpose(0, 1).flatten(1)
    neighbours = torch.stack([rows[0, :-1], rows[0, 1:]])
    assert torch.corrcoef(rows).triu(1).abs().max() < 0.03
    assert torch.corrcoef(neighbours).triu(1).abs().max() < 0.03


def test_mask_is_one_stretch_of_all_rows_no_longer_than_its_width() -> None:
    masked = augmented(mask_probability=1.0, mask_width=0.2) != ECG
    assert torch.equal(masked, masked[:, :1].expand_as(masked))
    widths = masked[:, 0].sum(dim=1)
    assert widths.max() == 10  # 0.2 of 50 samples
    assert 4.5 < widths.float().mean() < 5.5
    edges = torch.nn.functional.pad(masked[:, 0].int(), (1, 1)).diff(dim=1).abs().sum(dim=1)
    assert edges.max() == 2  # one start and one end
    assert (augmented(mask_probability=1.0, mask_width=0.2)[masked] == 0).all()


def test_mask_has_the_configured_probability_and_any_position() -> None:
    masked = (augmented(mask_probability=0.3, mask_width=0.2) != ECG)[:, 0]
    assert 0.25 < masked.any(dim=1).float().mean() < 0.31  # the shortest ones miss every sample
    assert masked.any(dim=0).all()


def test_at_most_one_row_of_a_beat_is_dropped_each_equally_often() -> None:
    dropped = (augmented(row_dropout=0.6) == 0).all(dim=2)
    assert dropped.sum(dim=1).max() == 1
    shares = dropped.float().mean(dim=0)
    torch.testing.assert_close(shares, torch.full((3,), 0.2), atol=0.03, rtol=0)


def test_the_only_row_is_never_dropped() -> None:
    assert torch.equal(augmented(ECG[:, :1], row_dropout=1.0), ECG[:, :1])


def test_jitter_factors_of_the_features_are_independent() -> None:
    ratios = torch.tensor([[0.6, 1.0]]).repeat(5000, 1)
    logs = (jitter_rr(ratios, sd=0.05, generator=generator()) / ratios).log()
    torch.testing.assert_close(logs.std(dim=0), torch.full((2,), 0.05), rtol=0.05, atol=0)
    assert abs(torch.corrcoef(logs.T)[0, 1]) < 0.05
    assert logs.mean().abs() < 0.003


def test_jitter_reaches_rr_but_not_the_waveform() -> None:
    inputs = random_inputs(20)
    after = augment_inputs(inputs, config=augment_with(rr_jitter=0.1), generator=generator())
    assert torch.equal(after.ecg, inputs.ecg)
    assert torch.equal(after.morphology, inputs.morphology)
    assert (after.rr != inputs.rr).all()


def test_rr_without_a_waveform_is_augmented_alone() -> None:
    inputs = read_by("rr", random_inputs(20))
    config = augment_with(**{name: value for each in EACH for name, value in each.items()})
    after = augment_inputs(inputs, config=config, generator=generator())
    assert (len(after.ecg), len(after.morphology)) == (0, 0)
    assert (after.rr != inputs.rr).all()


def test_configured_share_of_beats_is_replaced_by_noisy_copies_with_their_morphology() -> None:
    clean, noisy = random_inputs(4000, seed=1), random_inputs(4000, seed=2)
    noisy = noisy._replace(rr=clean.rr)
    mixed = swap_in_noise(clean, noisy, share=0.3, generator=generator())
    from_noise = (mixed.ecg == noisy.ecg).all(dim=2).all(dim=1)
    assert from_noise.float().mean() == pytest.approx(0.3, abs=0.03)
    for part, expected, other in zip(mixed, noisy, clean, strict=True):
        assert torch.equal(part[from_noise], expected[from_noise])
        assert torch.equal(part[~from_noise], other[~from_noise])


def test_noisy_copies_without_morphology_replace_the_ecg_only() -> None:
    clean, noisy = (
        random_inputs(20, seed=seed)._replace(morphology=torch.empty(20, 0)) for seed in (1, 2)
    )
    mixed = swap_in_noise(clean, noisy, share=1.0, generator=generator())
    assert torch.equal(mixed.ecg, noisy.ecg)
    assert torch.equal(mixed.rr, clean.rr)
    assert mixed.morphology.shape == (20, 0)
