"""Resampling preserves a signal, and at equal rates returns it unchanged."""

import numpy as np
import pytest
from recording_files import wave

from ecgfuse.recordings.resample import resample_signal


@pytest.mark.parametrize("fs", [360, 257.5])
def test_at_equal_rates_a_signal_stays_as_it_is(fs: float) -> None:
    signal = wave(100)
    assert resample_signal(signal, up=fs, down=fs) is signal


@pytest.mark.parametrize(("up", "down"), [(250, 360), (360, 250), (360, 257.5)])
def test_a_sine_is_the_same_sine_at_another_rate(up: float, down: float) -> None:
    resampled = resample_signal(wave(1030, fs=down), up=up, down=down)
    inside = slice(50, -50)
    expected = wave(len(resampled), fs=up)
    np.testing.assert_allclose(resampled[inside], expected[inside], atol=0.01)
