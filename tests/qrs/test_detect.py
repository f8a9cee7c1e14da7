"""R peaks are detected at their place, in signals of any length and kind."""

import numpy as np
import pytest

from ecgfuse.qrs.detect import FS, detect_r_peaks, drop_close, move_to_r_peaks


def beats_at(peaks: np.ndarray, *, n_samples: int) -> np.ndarray:
    signal = 0.01 * np.random.default_rng(0).normal(size=n_samples)
    pulse = np.exp(-0.5 * (np.arange(-40, 41) / 5) ** 2)
    for peak in peaks:
        signal[peak - 40 : peak + 41] += pulse
    return signal


def regular(seconds: float) -> tuple[np.ndarray, np.ndarray]:
    n_samples = round(seconds * FS)
    peaks = np.arange(200, n_samples - 100, 290)
    return beats_at(peaks, n_samples=n_samples), peaks


@pytest.mark.parametrize("seconds", [4, 12, 299, 301, 460, 905])
def test_all_beats_are_detected_once_across_block_limits(seconds: float) -> None:
    signal, peaks = regular(seconds)
    found = detect_r_peaks(signal)
    assert len(found) == len(peaks)
    assert np.abs(found - peaks).max() <= 0.02 * FS


def test_the_result_does_not_depend_on_the_number_of_threads() -> None:
    signal, _ = regular(460)
    np.testing.assert_array_equal(detect_r_peaks(signal, workers=2), detect_r_peaks(signal))


@pytest.mark.parametrize(
    "signal",
    [
        np.zeros(0),
        np.zeros(1),
        np.ones(2),
        np.zeros(9000),
        np.array([0.0, 1.0]),
        np.r_[np.zeros(5000), 1, np.zeros(5000)],
        np.random.default_rng(0).normal(size=7),
        np.random.default_rng(0).normal(size=9000),
        np.tile([1.0, -1.0], 4000),
        1e6 * np.random.default_rng(0).normal(size=9000),
        np.linspace(-1, 1, 9000),
    ],
    ids=lambda signal: f"{len(signal)}",
)
def test_unusual_signals_are_searched_without_error(signal: np.ndarray) -> None:
    found = detect_r_peaks(signal)
    assert found.dtype == np.int64
    assert ((found >= 0) & (found < max(len(signal), 1))).all()
    assert (np.diff(found) > 0).all()


def test_of_two_beats_too_close_to_each_other_the_first_is_kept() -> None:
    assert drop_close(np.array([5, 100, 40, 71, 172]), least=72).tolist() == [5, 100, 172]


@pytest.mark.parametrize("sign", [1, -1])
def test_beats_are_moved_to_the_largest_deflection_up_or_down(sign: int) -> None:
    peaks = np.array([300, 700, 1100])
    signal = sign * beats_at(peaks, n_samples=1400)
    late = peaks + np.array([3, 17, -18])
    np.testing.assert_array_equal(move_to_r_peaks(late, filtered=signal, fs=FS), peaks)
    far = peaks + 60  # no deflection within 50 ms
    assert (np.abs(move_to_r_peaks(far, filtered=signal, fs=FS) - far) <= 18).all()


def test_beats_at_the_ends_stay_within_the_signal() -> None:
    signal = np.zeros(500)
    signal[[0, -1]] = 1.0
    moved = move_to_r_peaks(np.array([5, 495]), filtered=signal, fs=FS)
    assert ((moved >= 0) & (moved < 500)).all()
