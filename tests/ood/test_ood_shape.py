"""The description of a beat has values that can be told from the beat by hand."""

import numpy as np
import pytest
import torch
from single_beat_sets import END, shape_of

from ecgfuse.ood.shape import AFTER_PEAK, N_NUMBERS, beat_end, describe

LEVELS = ("first", "mean", "spread", "span", "low", "high", "length", "at_top", "at_bottom")
NEXT = ("peak", "place", "closing", "again", "again_place", "early")


def numbers(beat: np.ndarray) -> dict[str, float]:
    """Numbers of the first and the last group, and the falls from the R peak."""
    (found,) = describe(torch.tensor(beat, dtype=torch.float32)[None]).tolist()
    falls = found[len(LEVELS) : len(LEVELS) + len(AFTER_PEAK)]
    return {
        **dict(zip(LEVELS, found, strict=False)),
        **dict(zip(NEXT, found[-len(NEXT) :], strict=True)),
        **{f"fall{after}": fall for after, fall in zip(AFTER_PEAK, falls, strict=True)},
    }


def test_levels_and_length_are_those_of_the_beat_before_the_zeros() -> None:
    found = numbers(shape_of(0))
    assert found["first"] == pytest.approx(0.8, abs=1e-4)
    assert found["high"] == pytest.approx(0.8, abs=1e-4)
    assert found["low"] == pytest.approx(0.2, abs=1e-4)
    assert found["length"] == pytest.approx(END / 187)
    assert found["at_top"] == pytest.approx(np.log10(2))  # the R peak alone


def test_the_fall_from_the_r_peak_is_that_of_a_gaussian() -> None:
    found = numbers(shape_of(0))
    for after in AFTER_PEAK[:3]:  # later ones meet the T wave
        expected = 0.6 * (1 - np.exp(-((after / 4) ** 2)))
        assert found[f"fall{after}"] == pytest.approx(expected, abs=1e-3)


def test_the_next_beat_is_found_where_it_is_and_not_in_half_a_beat() -> None:
    rng = np.random.default_rng(0)
    one = shape_of(0)
    two = np.where(np.arange(187) < 120, np.roll(one, 100) * (np.arange(187) >= 100), 0)
    both = np.where(np.arange(187) < 100, one, two) + rng.normal(0, 1e-4, 187)
    both = np.where(np.arange(187) < 120, both, 0)
    found = numbers(both)
    assert found["peak"] == pytest.approx(0.8, abs=1e-2)
    assert found["place"] == pytest.approx(100 / 120)
    assert found["again_place"] == pytest.approx(100 / 120)
    assert found["again"] > 0.9
    half = numbers(np.where(np.arange(187) < 60, both, 0))
    assert half["peak"] < 0.5
    assert half["again"] < found["again"]


def test_beats_without_signal_constant_lines_and_full_beats_have_finite_numbers() -> None:
    beats = np.stack([np.zeros(187), np.ones(187), np.full(187, 0.9), np.eye(187)[0]])
    found = describe(torch.tensor(beats, dtype=torch.float32))
    assert found.shape == (4, N_NUMBERS)
    assert torch.isfinite(found).all()


def test_a_beat_is_described_alike_alone_and_in_a_batch() -> None:
    beats = torch.from_numpy(np.stack([shape_of(0), shape_of(1)]))
    torch.testing.assert_close(describe(beats)[1:], describe(beats[1:]))


def test_the_order_of_the_samples_matters() -> None:
    beat = torch.from_numpy(shape_of(0))
    shuffled = beat[torch.randperm(187, generator=torch.Generator().manual_seed(0))]
    changed = (describe(beat[None]) - describe(shuffled[None])).abs() > 1e-3
    assert changed.sum() > N_NUMBERS / 2


def test_the_end_of_a_beat_is_where_the_zeros_begin() -> None:
    beats = torch.zeros(2, 187)
    beats[0, :100] = 0.5
    assert beat_end(beats).tolist() == [[100.0], [0.0]]
