"""Timing errors of detected beats, worked out by hand."""

import numpy as np
import pytest

from ecgfuse.qrs.timing import summarise_timing, timing_errors


def test_errors_are_in_ms_to_the_nearest_beat_and_late_is_positive() -> None:
    reference = np.array([1000, 2000, 3000])
    found = np.array([999, 2002, 2999, 3010])
    errors = timing_errors(found, reference=reference, fs=500)
    np.testing.assert_allclose(errors, [-2, 4, -2, 20])


def test_beats_without_a_reference_beat_within_150_ms_have_no_error() -> None:
    reference = np.array([1000, 2000])
    found = np.array([1054, 1055, 1500, 1946])
    errors = timing_errors(found, reference=reference, fs=360)
    np.testing.assert_allclose(errors, [150, -150])


def test_one_beat_or_none_is_allowed() -> None:
    assert timing_errors(np.array([5]), reference=np.array([4]), fs=1000).tolist() == [1]
    assert timing_errors(np.array([5]), reference=np.empty(0), fs=1000).tolist() == []
    assert timing_errors(np.empty(0, dtype=int), reference=np.array([4]), fs=1000).tolist() == []


def test_the_summary_is_the_median_and_the_95th_percentile() -> None:
    summary = summarise_timing([np.arange(-50.0, 1.0), np.arange(1.0, 51.0)])
    assert summary == {"late_ms": 0.0, "within_ms": pytest.approx(47.5, abs=1)}
    assert summarise_timing([]) == {"late_ms": None, "within_ms": None}
