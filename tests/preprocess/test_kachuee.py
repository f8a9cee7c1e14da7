"""Each step of the method of Kachuee et al., on signals worked out by hand."""

import numpy as np
import pytest

from ecgfuse.datasets.single_beats import FS, LENGTH
from ecgfuse.preprocess.kachuee import (
    cut_pieces,
    cut_single_beats,
    local_maxima,
    median_rr,
    r_peak_candidates,
    scale_to_range,
    window_begins,
    window_ranges,
)

WINDOW = 1250


def pulses(n_samples: int, *, at: list[int], heights: list[float] | None = None) -> np.ndarray:
    """Triangles of three samples on a baseline of 0 mV, 1 mV high by default."""
    signal = np.zeros(n_samples)
    for place, height in zip(at, heights or [1.0] * len(at), strict=True):
        signal[place - 1 : place + 2] = height * np.array([0.5, 1.0, 0.5])
    return signal


@pytest.mark.parametrize(
    ("n_samples", "begins"),
    [(1, [0]), (500, [0]), (1250, [0]), (2500, [0, 1250]), (3000, [0, 1250, 1750])],
)
def test_the_last_window_is_the_last_ten_seconds(n_samples: int, begins: list[int]) -> None:
    assert window_begins(n_samples).tolist() == begins


def test_every_sample_lies_in_the_window_of_its_number() -> None:
    for n_samples in (1, 1249, 1250, 1251, 3000, 5000):
        samples = np.arange(n_samples)
        begins = window_begins(n_samples)[samples // WINDOW]
        assert (begins <= samples).all()
        assert (samples < begins + WINDOW).all()


def test_amplitudes_of_each_window_span_0_to_1() -> None:
    signal = np.concatenate([np.linspace(-2, 2, WINDOW), np.linspace(10, 11, WINDOW)])
    ranges = window_ranges(signal)
    assert ranges.tolist() == [[-2, 2], [10, 11]]
    values = np.array([-2.0, 0.0, 2.0, 10.25])
    scaled = scale_to_range(values, ranges=ranges[[0, 0, 0, 1]])
    np.testing.assert_allclose(scaled, [0, 0.5, 1, 0.25])


def test_a_window_without_signal_scales_to_zero() -> None:
    ranges = np.array([[0.3, 0.3], [0.3, 0.3 + 1e-12]])
    assert scale_to_range(np.array([0.3, 0.3 + 1e-12]), ranges=ranges).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("signal", "maxima"),
    [
        ([0, 1, 0, 2, 1, 3], [1, 3]),  # the last sample is none
        ([5, 4, 3, 4, 3], [3]),  # nor is the first
        ([0, 2, 2, 2, 1], [1]),  # clipped: the first sample of the plateau
        ([0, 1, 1, 2, 2, 0, 0, 1], [3]),  # a step on the way up is none
        ([3, 3, 3], []),
        ([1], []),
    ],
)
def test_local_maxima_are_downward_zero_crossings_of_the_slope(
    signal: list[float], maxima: list[int]
) -> None:
    assert local_maxima(np.array(signal, dtype=float)).tolist() == maxima


def test_candidates_are_local_maxima_above_nine_tenths() -> None:
    signal = pulses(WINDOW, at=[100, 300, 500], heights=[1.0, 0.91, 0.89])
    assert r_peak_candidates(signal).tolist() == [100, 300]


def test_a_tall_beat_hides_its_neighbours_within_ten_seconds_only() -> None:
    at = [100, 300, 500, WINDOW + 100, WINDOW + 300]
    signal = pulses(2 * WINDOW, at=at, heights=[1, 2, 1, 1, 1])
    assert r_peak_candidates(signal).tolist() == [300, WINDOW + 100, WINDOW + 300]


def test_candidates_after_the_last_whole_window_are_found_once() -> None:
    # The last window, from sample 150 on, shares most samples with the first.
    signal = pulses(WINDOW + 150, at=[200, 1200, 1300])
    assert r_peak_candidates(signal).tolist() == [200, 1200, 1300]


def test_the_period_is_the_median_rr_interval_of_the_window() -> None:
    r_peaks = np.array([0, 100, 250, 370, 1300, 1500, 2600])
    period = median_rr(r_peaks, n_samples=3 * WINDOW)
    assert period.tolist() == [120, 200, np.inf]  # RR 100, 150, 120; 200; none


def test_a_piece_has_one_and_a_fifth_periods_and_zeros_after_it() -> None:
    signal = np.full(WINDOW, 0.5) + pulses(WINDOW, at=[100, 200, 300], heights=[0.5] * 3)
    signal[0] = 0.0
    piece = cut_pieces(signal, r_peaks=np.array([100, 200, 300]))[0]
    expected = np.full(LENGTH, 0.5)
    expected[[0, 1, 99, 100, 101]] = [1.0, 0.75, 0.75, 1.0, 0.75]  # this and the next R peak
    expected[120:] = 0.0  # T is 100 samples
    np.testing.assert_allclose(piece, expected)


def test_a_piece_of_a_slow_rhythm_is_cut_at_187_samples() -> None:
    signal = np.ones(WINDOW)
    signal[0] = 0.0
    pieces = cut_pieces(signal, r_peaks=np.array([100, 300, 500]))
    np.testing.assert_array_equal(pieces, np.ones((3, LENGTH)))


def test_a_single_r_peak_ends_no_piece() -> None:
    signal = np.ones(WINDOW)
    signal[0] = 0.0
    assert cut_pieces(signal, r_peaks=np.array([100])).sum() == LENGTH


def test_a_piece_continues_beyond_its_window_with_the_same_scale_and_is_clipped() -> None:
    signal = np.zeros(2 * WINDOW)
    signal[1200] = 2.0  # the window spans 0 to 2 mV
    signal[WINDOW : WINDOW + 20] = 1.0
    signal[WINDOW + 20 : WINDOW + 30] = 9.0
    signal[WINDOW + 30 : WINDOW + 40] = -9.0
    piece = cut_pieces(signal, r_peaks=np.array([1100, 1200]))[1]
    np.testing.assert_allclose(piece[[0, 49, 50, 69, 70, 79, 80, 89]], [1, 0, 0.5, 0.5, 1, 1, 0, 0])


def test_a_piece_ends_with_the_recording() -> None:
    signal = np.ones(WINDOW)
    signal[0] = 0.0
    piece = cut_pieces(signal, r_peaks=np.array([WINDOW - 110, WINDOW - 10]))[1]
    assert piece.tolist() == [1.0] * 10 + [0.0] * (LENGTH - 10)


def test_ten_seconds_without_signal_have_no_candidates_and_give_zeros() -> None:
    signal = np.full(3 * 3600, 0.7)  # at 360 Hz; resampling leaves rounding errors
    assert len(cut_single_beats(signal, fs=360).r_peaks) == 0
    assert not cut_single_beats(signal, fs=360, r_peaks=np.array([500, 800])).ecg.any()


def test_without_r_peaks_there_are_no_pieces() -> None:
    pieces = cut_single_beats(np.arange(1000.0), fs=360, r_peaks=np.array([], dtype=np.int64))
    assert pieces.ecg.shape == (0, LENGTH)


def smooth_beats(fs: float, *, seconds: float) -> np.ndarray:
    """Gaussians of 1 mV at 0.5, 1.3, 2.1 s, and so on, with an sd of 40 ms."""
    time = np.arange(round(seconds * fs)) / fs
    return np.exp(-0.5 * ((np.mod(time - 0.1, 0.8) - 0.4) / 0.04) ** 2)


@pytest.mark.parametrize("fs", [125.0, 250.0, 360.0, 500.0])
def test_beats_are_the_same_at_every_sampling_rate(fs: float) -> None:
    signal = smooth_beats(fs, seconds=24)
    pieces = cut_single_beats(signal, fs=fs)
    np.testing.assert_allclose(
        pieces.r_peaks / fs, 0.5 + 0.8 * np.arange(30), atol=0.5 / FS + 0.002
    )
    expected = np.exp(-0.5 * (np.arange(30) / FS / 0.04) ** 2)
    np.testing.assert_allclose(pieces.ecg[:, :30], np.tile(expected, (30, 1)), atol=0.07)
    assert (pieces.ecg[:-2, 95:108].max(axis=1) > 0.95).all()  # the next beat, 100 samples later
    assert not pieces.ecg[:, 120:].any()


def test_given_r_peaks_are_kept_in_samples_of_the_file() -> None:
    r_peaks = np.array([181, 469, 8639])  # the last one would round to a sample after the end
    pieces = cut_single_beats(smooth_beats(360, seconds=24), fs=360, r_peaks=r_peaks)
    np.testing.assert_array_equal(pieces.r_peaks, r_peaks)
    assert pieces.ecg.shape == (3, LENGTH)
    assert pieces.ecg.dtype == np.float32
    assert pieces.ecg[0, 0] > 0.98


def test_the_scale_of_the_signal_does_not_matter() -> None:
    signal, r_peaks = smooth_beats(360, seconds=24), np.array([181, 469, 4500])
    piece, moved = (
        cut_single_beats(s, fs=360, r_peaks=r_peaks).ecg for s in (signal, 5 * signal - 3)
    )
    np.testing.assert_allclose(moved, piece, atol=1e-4)  # the resampling filter has ripples
