"""Noise is added at the ratio defined by nst(1) and sigamp(1) of WFDB."""

import dataclasses

import numpy as np
import pytest

from ecgfuse.noise.mix import (
    add_noise,
    extend_noise,
    noise_amplitude,
    noise_gain,
    qrs_amplitude,
)
from ecgfuse.recordings.beats import make_beats
from ecgfuse.recordings.labelled_record import Record

FS = 100.0
SPACING = 100


def record_of(heights: list[float], *, symbols: str | None = None, fs: float = FS) -> Record:
    """A flat record with a spike of each height (mV), one per second, starting at one second."""
    n_samples = SPACING * (len(heights) + 1)
    peaks = SPACING * np.arange(1, len(heights) + 1)
    signal = np.zeros(n_samples, dtype=np.float32)
    signal[peaks] = heights
    codes = np.array(list(symbols or "N" * len(heights)))
    beats = make_beats(peaks, codes, n_samples=n_samples, name="r1")
    return Record(name="r1", lead="MLII", fs=fs, signal=signal, beats=beats)


def random_noise(n_samples: int, *, seed: int = 0) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).standard_normal(n_samples)) / 10


def measured_snr(clean: Record, noisy: Record) -> float:
    """10 log10(S / N) of the added noise, in dB."""
    added = noisy.signal.astype(np.float64) - clean.signal
    noise_power = noise_amplitude(added, fs=clean.fs) ** 2
    return 10 * np.log10(qrs_amplitude(clean) ** 2 / 8 / noise_power)


@pytest.mark.parametrize(
    ("snr_db", "expected"),
    [
        (0, 2.0),  # S = 4^2 / 8 = 2, N = 0.5, gain^2 = S / N = 4
        (20, 0.2),  # a hundredth of the power
        (-20, 20.0),
        (10 * np.log10(4), 1.0),  # S / N is 4 without a gain
    ],
)
def test_gain_equals_the_equation_solved_by_hand(snr_db: float, expected: float) -> None:
    gain = noise_gain(qrs_mv=4.0, noise_rms=np.sqrt(0.5), snr_db=snr_db)
    assert gain == pytest.approx(expected, rel=1e-12)


def test_six_db_less_is_four_times_the_noise_power() -> None:
    clean, noise = record_of([1.0] * 20), random_noise(3000)
    power = {
        snr_db: np.var(add_noise(clean, noise=noise, snr_db=snr_db).signal - clean.signal)
        for snr_db in (0, -6)
    }
    assert power[-6] / power[0] == pytest.approx(10**0.6, rel=1e-4)
    assert power[-6] / power[0] == pytest.approx(4, rel=0.01)


def test_a_sine_with_the_amplitude_of_the_qrs_has_gain_1_at_0_db() -> None:
    """The power of the QRS is that of a sine of its peak-to-peak amplitude: A^2 / 8."""
    sine = np.sin(2 * np.pi * 5 * np.arange(3000) / FS)  # 2 mV from peak to peak
    clean = record_of([2.0] * 20)
    gain = noise_gain(qrs_mv=qrs_amplitude(clean), noise_rms=noise_amplitude(sine, fs=FS), snr_db=0)
    assert gain == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize("snr_db", [24, 6, -6])
def test_the_mixture_has_the_requested_ratio(snr_db: float) -> None:
    clean, noise = record_of(list(np.linspace(0.5, 2, 400))), random_noise(50_000)
    noisy = add_noise(clean, noise=noise, snr_db=snr_db)
    assert measured_snr(clean, noisy) == pytest.approx(snr_db, abs=1e-3)


def test_qrs_amplitude_is_the_mean_without_the_largest_and_smallest_twentieth() -> None:
    # Of 40 values two are left out at either end: 0.1 and 0.2, 50 and 60; the rest is 36 times 1.
    heights = [50.0, 0.1, *[1.0] * 18, 60.0, 0.2, *[1.0] * 18]
    assert qrs_amplitude(record_of(heights)) == pytest.approx(1.0, rel=1e-6)


def test_qrs_amplitude_is_from_peak_to_peak_in_50_ms_to_either_side() -> None:
    clean = record_of([1.0, 1.0, 1.0])
    for peak in clean.beats.r_peaks:
        clean.signal[peak - 5] = -0.25  # 50 ms before: inside
        clean.signal[peak + 5] = -0.5  # 50 ms after: inside
        clean.signal[peak + 6] = -9.0  # outside
    assert qrs_amplitude(clean) == pytest.approx(1.5)


def test_only_the_first_300_normal_qrs_are_measured() -> None:
    assert qrs_amplitude(record_of([1.0] * 300 + [7.0] * 300)) == pytest.approx(1.0)


def test_ventricular_and_fusion_beats_are_not_measured_and_atrial_ones_are() -> None:
    assert qrs_amplitude(record_of([9.0] * 5 + [1.0, 2.0], symbols="VErF?NA")) == 1.5


def test_a_beat_whose_window_leaves_the_record_is_not_measured() -> None:
    clean = record_of([1.0, 2.0, 3.0])
    beats = dataclasses.replace(clean.beats, r_peaks=np.array([4, 200, 399 - 4]))
    assert qrs_amplitude(dataclasses.replace(clean, beats=beats)) == pytest.approx(2.0)


def test_noise_amplitude_is_about_the_mean_of_each_second() -> None:
    """Seconds of +-1 on any level have 1; a second of +-3 among 20, at either end, is left out."""
    wiggle = np.tile([1.0, -1.0], 50)
    seconds = [wiggle + level for level in range(18)]
    noise = np.concatenate([3 * wiggle, *seconds, 0 * wiggle])
    assert noise_amplitude(noise, fs=FS) == pytest.approx(1.0)


def test_only_the_first_300_seconds_of_noise_are_measured() -> None:
    wiggle = np.tile([1.0, -1.0], 50 * 300)
    assert noise_amplitude(np.concatenate([wiggle, 5 * wiggle]), fs=FS) == pytest.approx(1.0)


def test_noise_begins_at_zero_and_is_cut_to_the_record() -> None:
    np.testing.assert_array_equal(
        extend_noise(np.array([5.0, 7.0, 4.0, 9.0]), n_samples=3), [0, 2, -1]
    )


def test_shorter_noise_is_repeated_without_a_step() -> None:
    # 5 7 8 is 0 2 3 from zero; each repetition begins where the last one ended.
    extended = extend_noise(np.array([5.0, 7.0, 8.0]), n_samples=8)
    np.testing.assert_array_equal(extended, [0, 2, 3, 3, 5, 6, 6, 8])


def test_mixing_is_deterministic_and_does_not_change_the_clean_recording() -> None:
    clean, noise = record_of([1.0] * 20), random_noise(500)
    before = clean.signal.copy()
    first = add_noise(clean, noise=noise, snr_db=6)
    np.testing.assert_array_equal(first.signal, add_noise(clean, noise=noise, snr_db=6).signal)
    np.testing.assert_array_equal(clean.signal, before)
    assert first.beats is clean.beats
    assert first.signal.dtype == np.float32


def test_the_unit_of_the_noise_does_not_matter() -> None:
    clean, noise = record_of([1.0] * 20), random_noise(3000)
    one = add_noise(clean, noise=noise, snr_db=6).signal
    other = add_noise(clean, noise=200 * noise + 17, snr_db=6).signal
    np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("symbols", ["VVV", "NNN"])
def test_a_record_without_a_normal_qrs_is_refused(symbols: str) -> None:
    heights = [1.0] * 3 if symbols == "VVV" else [0.0] * 3
    with pytest.raises(ValueError, match="record r1: no normal QRS has an amplitude"):
        add_noise(record_of(heights, symbols=symbols), noise=random_noise(500), snr_db=6)


@pytest.mark.parametrize("noise", [np.zeros(1000), np.arange(99.0)])
def test_flat_noise_and_noise_below_one_second_are_refused(noise: np.ndarray) -> None:
    with pytest.raises(ValueError, match=rf"{len(noise)} samples and no amplitude.*download_noise"):
        add_noise(record_of([1.0] * 3), noise=noise, snr_db=6)
