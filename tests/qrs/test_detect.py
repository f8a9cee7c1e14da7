"""R peaks are found where they are, in signals of any length and kind."""

import json
from pathlib import Path

import numpy as np
import pytest

from ecgfuse.qrs.candidates import CHOSEN, DETECTORS
from ecgfuse.qrs.detect import FS, detect_r_peaks, drop_close, move_to_r_peaks

RESULTS = Path(__file__).parents[2] / "studies/annotate/results/detectors.json"


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
def test_all_beats_are_found_once_across_the_edges_of_blocks(seconds: float) -> None:
    signal, peaks = regular(seconds)
    found = detect_r_peaks(signal)
    assert len(found) == len(peaks)
    assert np.abs(found - peaks).max() <= 0.02 * FS


def test_the_number_of_threads_changes_nothing() -> None:
    signal, _ = regular(905)
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
def test_no_signal_makes_it_fail(signal: np.ndarray) -> None:
    found = detect_r_peaks(signal)
    assert found.dtype == np.int64
    assert ((found >= 0) & (found < max(len(signal), 1))).all()
    assert (np.diff(found) > 0).all()


def test_of_two_beats_too_close_to_each_other_the_first_stays() -> None:
    assert drop_close(np.array([5, 100, 40, 71, 172]), least=72).tolist() == [5, 100, 172]


@pytest.mark.parametrize("sign", [1, -1])
def test_beats_are_moved_to_the_highest_deflection_nearby_whatever_its_direction(
    sign: int,
) -> None:
    peaks = np.array([300, 700, 1100])
    signal = sign * beats_at(peaks, n_samples=1400)
    late = peaks + np.array([3, 17, -18])
    np.testing.assert_array_equal(move_to_r_peaks(late, filtered=signal, fs=FS), peaks)
    far = peaks + 60  # no other deflection within 50 ms: it stays near
    assert (np.abs(move_to_r_peaks(far, filtered=signal, fs=FS) - far) <= 18).all()


def test_beats_at_the_ends_stay_within_the_signal() -> None:
    signal = np.zeros(500)
    signal[[0, -1]] = 1.0
    moved = move_to_r_peaks(np.array([5, 495]), filtered=signal, fs=FS)
    assert ((moved >= 0) & (moved < 500)).all()


def test_the_committed_comparison_chose_the_detector_that_is_used() -> None:
    found = json.loads(RESULTS.read_text())
    assert found["chosen"] == CHOSEN
    assert set(found["detectors"]) == set(DETECTORS)
    errors = {n: d["ds1"]["missed"] + d["ds1"]["extra"] for n, d in found["detectors"].items()}
    assert min(errors, key=lambda name: errors[name]) == CHOSEN
