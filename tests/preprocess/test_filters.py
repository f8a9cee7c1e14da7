"""The filters remove and keep the right frequencies, and shift nothing in time."""

import numpy as np
import pytest
from scipy.ndimage import median_filter

from ecgfuse.preprocess.filters import band_pass, remove_baseline

FS = 360.0
N = 3601  # 10 s, with a sample in the middle
TIME = np.arange(N) / FS
INNER = slice(400, N - 400)


def filtered(signal: np.ndarray, *, order: int = 256) -> np.ndarray:
    return band_pass(signal, fs=FS, band=(0.1, 100.0), order=order)


def bumps(times: list[float], *, height: float, sd_s: float) -> np.ndarray:
    distance = (TIME[:, None] - np.array(times)) / sd_s
    return height * np.exp(-0.5 * distance**2).sum(axis=1)


BEATS = [0.6 + 0.8 * i for i in range(11)]
QRS = bumps(BEATS, height=1.0, sd_s=0.012)
T_WAVE = bumps([time + 0.28 for time in BEATS], height=0.3, sd_s=0.04)


@pytest.mark.parametrize("hz", [5, 10, 40, 80])
def test_the_band_passes_with_gain_one(hz: float) -> None:
    wave = np.sin(2 * np.pi * hz * TIME)
    np.testing.assert_allclose(filtered(wave)[INNER], wave[INNER], atol=0.01)


@pytest.mark.parametrize("hz", [110, 150])
def test_frequencies_above_the_band_are_removed(hz: float) -> None:
    wave = np.sin(2 * np.pi * hz * TIME)
    assert np.abs(filtered(wave)[INNER]).max() < 0.01


def test_the_edge_of_the_band_is_halved() -> None:
    wave = np.sin(2 * np.pi * 100 * TIME)
    assert np.abs(filtered(wave)[INNER]).max() == pytest.approx(0.5, abs=0.02)


def test_a_symmetric_pulse_stays_symmetric_and_in_place() -> None:
    pulse = bumps([5.0], height=1.0, sd_s=0.012)
    assert pulse.argmax() == 1800
    out = filtered(pulse)
    assert out.argmax() == 1800
    np.testing.assert_allclose(out, out[::-1], atol=1e-6)


@pytest.mark.parametrize("n_samples", [50, 256, 257, 1000])
def test_length_and_type_are_kept_even_if_the_filter_is_longer(n_samples: int) -> None:
    out = filtered(np.sin(2 * np.pi * 10 * TIME[:n_samples]).astype(np.float32))
    assert out.shape == (n_samples,)
    assert out.dtype == np.float32
    assert np.isfinite(out).all()


def test_a_slow_wander_is_removed_and_the_qrs_keeps_its_height() -> None:
    wander = 0.8 * np.sin(2 * np.pi * 0.15 * TIME) + 0.4
    out = remove_baseline(QRS + T_WAVE + wander, fs=FS)
    peaks = np.round(np.array(BEATS) * FS).astype(int)[1:-1]
    np.testing.assert_allclose(out[peaks], 1.0, atol=0.05)
    between = np.round((np.array(BEATS[1:-1]) + 0.52) * FS).astype(int)
    np.testing.assert_allclose(out[between], 0.0, atol=0.04)


def test_t_waves_are_kept() -> None:
    out = remove_baseline(QRS + T_WAVE, fs=FS)
    tops = np.round((np.array(BEATS[1:-1]) + 0.28) * FS).astype(int)
    np.testing.assert_allclose(out[tops], 0.3, atol=0.02)


def test_a_constant_offset_is_removed_completely() -> None:
    out = remove_baseline(QRS + 2.5, fs=FS)
    np.testing.assert_allclose(out, remove_baseline(QRS, fs=FS), atol=1e-6)
    np.testing.assert_array_equal(remove_baseline(np.full(N, 2.5), fs=FS), np.zeros(N))


def test_peaks_stay_in_place() -> None:
    out = remove_baseline(QRS + 0.2 * TIME, fs=FS)
    for time in BEATS:
        peak = round(time * FS)
        assert peak - 30 + out[peak - 30 : peak + 31].argmax() == peak


def test_the_fast_baseline_is_close_to_that_of_de_chazal() -> None:
    """Medians of 200 and 600 ms at the full rate, as published."""
    signal = QRS + T_WAVE + 0.3 * np.sin(2 * np.pi * 0.3 * TIME)
    slow = median_filter(median_filter(signal, 73, mode="nearest"), 217, mode="nearest")
    difference = np.abs(remove_baseline(signal, fs=FS) - (signal - slow))  # mV
    assert np.median(difference) < 0.003
    assert difference.max() < 0.03


@pytest.mark.parametrize("fs", [50.0, 128.0, 250.0, 1000.0])
def test_the_baseline_is_removed_at_any_rate(fs: float) -> None:
    time = np.arange(int(10 * fs)) / fs
    out = remove_baseline(np.sin(2 * np.pi * 0.1 * time), fs=fs)
    assert out.shape == time.shape
    assert np.abs(out[int(fs) : -int(fs)]).max() < 0.03
