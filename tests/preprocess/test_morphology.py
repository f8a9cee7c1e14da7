"""Morphology features: 0 is usual, and a change affects only the features of its wave."""

from typing import Literal

import numpy as np
import pytest

from ecgfuse.preprocess.morphology import N_MORPHOLOGY, morphology_features

FS = 100.0
N_BEATS = 14
PEAKS = 100 * np.arange(1, N_BEATS + 1)
P, QRS, T = slice(0, 2), slice(2, 4), slice(4, 6)
"""Columns: the difference, then the similarity."""
ODD = 4
"""The inner beat that differs in these tests; its R peak is PEAKS[ODD + 1]."""
LIKE, UNLIKE = np.arctanh(0.99), np.arctanh(-0.99)


def recording(
    *, p: float = 1.0, qrs: float = 1.0, t: float = 1.0, noise: float = 0.0
) -> np.ndarray:
    """Equal beats a second apart; the waves of beat ODD are multiplied by these factors."""
    signal = noise * np.random.default_rng(0).normal(size=100 * (N_BEATS + 1))
    time_s = np.arange(len(signal)) / FS
    for beat, peak_s in enumerate(PEAKS / FS):
        odd = beat == ODD + 1
        # Time after the R peak, width and height of P, QRS and T; they do not overlap.
        for centre_s, sd_s, height, factor in (
            (-0.16, 0.015, 0.2, p),
            (0.0, 0.012, 1.0, qrs),
            (0.25, 0.03, 0.3, t),
        ):
            wave = np.exp(-0.5 * ((time_s - peak_s - centre_s) / sd_s) ** 2)
            signal += (factor if odd else 1.0) * height * wave
    return signal


def compared(
    signal: np.ndarray,
    *,
    r_peaks: np.ndarray = PEAKS,
    usable: np.ndarray | None = None,
    reference: Literal["record", "causal"] = "record",
) -> np.ndarray:
    return morphology_features(
        signal,
        r_peaks=r_peaks,
        fs=FS,
        usable=np.ones(len(r_peaks) - 2, dtype=bool) if usable is None else usable,
        reference=reference,
        n_beats=64,
    )


@pytest.mark.parametrize("reference", ["record", "causal"])
def test_a_beat_that_equals_the_median_has_zeros(reference: Literal["record", "causal"]) -> None:
    out = compared(recording(), reference=reference)
    assert out.shape == (N_BEATS - 2, N_MORPHOLOGY)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, 0, atol=1e-6)


def test_a_raised_wave_has_the_difference_computed_by_hand() -> None:
    signal = np.zeros(100 * (N_BEATS + 1))
    signal[PEAKS] = 1.0  # the QRS complex is 1 mV high
    peak = PEAKS[ODD + 1]
    signal[peak + 9 : peak + 40] += 0.1
    out = compared(signal)
    # Every sample of T is off by 0.1 of the QRS, and none in the usual beat: ln(0.11 / 0.01). An
    # offset changes no correlation.
    expected = np.zeros((N_BEATS - 2, N_MORPHOLOGY))
    expected[ODD, 4] = np.log(11)
    np.testing.assert_allclose(out, expected, atol=1e-5)


def test_features_do_not_depend_on_the_amplitude_of_the_record() -> None:
    signal = recording(t=-1.0, noise=0.02)
    np.testing.assert_allclose(compared(2 * signal), compared(signal), atol=1e-5)


@pytest.mark.parametrize("wave", ["p", "qrs", "t"])
def test_a_changed_wave_changes_only_its_own_features_of_its_own_beat(wave: str) -> None:
    out = compared(recording(**{wave: -1.0}))
    own = {"p": P, "qrs": QRS, "t": T}[wave]
    assert out[ODD, own][0] > 1.5  # of a P wave of 0.2 mV, the smallest
    np.testing.assert_allclose(out[ODD, own][1], UNLIKE - LIKE, atol=0.01)
    out[ODD, own] = 0
    np.testing.assert_allclose(out, 0, atol=0.01)


def test_a_higher_wave_of_the_same_shape_differs_but_is_similar() -> None:
    out = compared(recording(t=2.0))
    assert out[ODD, T][0] > 1.5
    np.testing.assert_allclose(out[ODD, T][1], 0, atol=0.01)


def test_in_noise_the_usual_beat_has_zeros_too_and_a_change_counts_less() -> None:
    quiet, noisy = (compared(recording(t=0.5, noise=noise)) for noise in (0.002, 0.05))
    for out in (quiet, noisy):
        np.testing.assert_allclose(np.median(out, axis=0), 0, atol=1e-6)
    assert 0 < noisy[ODD, 4] < quiet[ODD, 4] - 1


def test_beats_that_are_not_usable_do_not_enter_the_median() -> None:
    signal = np.zeros(100 * (N_BEATS + 1))
    signal[PEAKS] = 1.0
    odd = np.ones(N_BEATS - 2, dtype=bool)
    odd[:3] = False  # most beats are odd
    for peak in PEAKS[1:-1][odd]:
        signal[peak + 9 : peak + 40] += 0.1
    out = compared(signal, usable=~odd)
    np.testing.assert_allclose(out[~odd], 0, atol=1e-6)
    np.testing.assert_allclose(out[odd, 4], np.log(11), atol=1e-5)


def test_causal_features_do_not_change_with_later_beats() -> None:
    signal = recording(noise=0.02)
    changed = signal.copy()
    changed[PEAKS[ODD + 1] + 60 :] *= -3  # after the T wave of the odd beat
    before, after = compared(signal, reference="causal"), compared(changed, reference="causal")
    np.testing.assert_array_equal(before[: ODD + 1], after[: ODD + 1])
    assert not np.array_equal(before[ODD + 1], after[ODD + 1])
    assert not np.array_equal(compared(signal)[: ODD + 1], compared(changed)[: ODD + 1])


def test_the_signal_is_padded_with_its_first_and_last_value() -> None:
    signal = recording(noise=0.02)[90:570]
    peaks = np.array([2, 10, 110, 210, 310, 410, 470, 479])
    padded = np.pad(signal, 50, mode="edge")
    out = compared(signal, r_peaks=peaks)
    assert np.isfinite(out).all()
    np.testing.assert_array_equal(out, compared(padded, r_peaks=peaks + 50))


def test_a_single_beat_in_a_flat_recording_has_zeros() -> None:
    out = compared(np.zeros(30), r_peaks=np.array([2, 12, 25]))
    np.testing.assert_allclose(out, np.zeros((1, N_MORPHOLOGY)), atol=1e-6)
