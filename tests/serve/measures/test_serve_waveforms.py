"""Median beats and single waveforms of a lead whose values are known."""

import numpy as np
import pytest
from beat_tables import FS, beat_table

from ecgfuse.serve.measures.waveforms import (
    AFTER_S,
    BEFORE_S,
    MOST_BEATS,
    beat_waveform,
    median_beats,
)


def lead_with(heights: list[float], samples: list[int]) -> np.ndarray:
    """A flat lead of 20 s with one value at each of the samples."""
    lead = np.zeros(round(20 * FS), dtype=np.float32)
    lead[samples] = heights
    return lead


def test_the_median_beat_is_the_median_at_every_sample() -> None:
    beats = beat_table("NNVNN")
    lead = lead_with([1, 2, -3, 9, 4], beats["sample"].tolist())
    found = median_beats(lead, fs=FS, beats=beats, file_fs=FS)
    at_r = round(BEFORE_S * FS)
    assert set(found) == {"N", "V"}
    assert (found["N"].n, found["V"].n) == (4, 1)
    assert found["N"].mv[at_r] == pytest.approx(3)  # of 1, 2, 4, 9
    assert found["V"].mv[at_r] == pytest.approx(-3)
    assert found["N"].t_s[0] == pytest.approx(-BEFORE_S)
    assert found["N"].t_s[-1] == pytest.approx(AFTER_S)


def test_samples_of_the_file_are_converted_to_the_rate_of_the_lead() -> None:
    beats = beat_table("N")
    lead = lead_with([5], [2 * int(beats["sample"].iat[0])])
    (found,) = median_beats(lead, fs=2 * FS, beats=beats, file_fs=FS).values()
    assert found.t_s[int(found.mv.argmax())] == pytest.approx(0)


def test_beats_at_the_ends_of_the_recording_are_left_out() -> None:
    beats = beat_table("NNN", rr_s=[0.2, 0.8, 18.8])  # at 0.2, 1.0 and 19.8 s of 20
    found = median_beats(np.ones(5000), fs=FS, beats=beats, file_fs=FS)
    assert found["N"].n == 1


def test_many_beats_are_thinned_out() -> None:
    beats = beat_table("N" * (3 * MOST_BEATS))
    found = median_beats(np.ones(400_000, np.float16), fs=FS, beats=beats, file_fs=FS)
    assert found["N"].n == MOST_BEATS


def test_a_waveform_may_begin_earlier() -> None:
    found = beat_waveform(np.arange(5000.0), fs=FS, place=1000, before_s=0.7)
    assert found.t_s[0] == pytest.approx(-0.7, abs=0.5 / FS)
    assert found.t_s[-1] == pytest.approx(AFTER_S)
    assert found.mv[round(0.7 * FS)] == 1000


def test_a_waveform_beyond_the_recording_is_missing() -> None:
    found = beat_waveform(np.arange(5000.0), fs=FS, place=10)
    assert np.isnan(found.mv[: round(BEFORE_S * FS) - 10]).all()
    assert found.mv[round(BEFORE_S * FS)] == 10
    assert np.isfinite(found.mv[round(BEFORE_S * FS) - 10 :]).all()
