"""Beats are cut where the study cuts them, and those outside the record are skipped."""

import numpy as np
import pytest

from ecgfuse.studies.published.beats import band_pass_twice, cut, cut_marks

FS = 100.0


def test_segments_are_scaled_before_they_are_resampled() -> None:
    signal = np.concatenate([np.zeros(50), np.arange(200.0)])
    (segment,), (inside,) = cut(signal, start=np.array([50]), end=np.array([250]))
    assert inside
    ramp = np.arange(200.0)
    expected = (np.linspace(0, 199, 128) - ramp.mean()) / ramp.std()
    np.testing.assert_allclose(segment, expected, atol=1e-5)
    # Scaled afterwards, resampled values would have unit variance exactly; so they have not.
    assert segment.std() != pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(("start", "end"), [(-1, 100), (150, 251), (80, 80), (90, 80)])
def test_a_segment_that_leaves_the_record_or_is_empty_is_skipped(start: int, end: int) -> None:
    (segment,), (inside,) = cut(np.ones(250), start=np.array([start]), end=np.array([end]))
    assert not inside
    assert not segment.any()


def test_a_flat_segment_is_zero() -> None:
    (segment,), (inside,) = cut(np.full(250, 3.0), start=np.array([0]), end=np.array([100]))
    assert inside
    assert np.abs(segment).max() < 1e-6


def test_limits_of_window_and_interval() -> None:
    signal = np.random.default_rng(0).normal(size=1000)
    samples, symbols = np.array([50, 130, 400, 930]), np.array(["N", "V", "N", "A"])
    found = cut_marks(signal, samples=samples, symbols=symbols, fs=FS)
    assert found.labels.tolist() == [0, 2, 0, 1]
    # The window needs a second on both sides; the interval a previous mark.
    assert found.has_window.tolist() == [False, True, True, False]
    assert found.has_interval.tolist() == [False, True, True, True]
    (window,), _ = cut(signal, start=np.array([30]), end=np.array([230]))
    (interval,), _ = cut(signal, start=np.array([130 + 14]), end=np.array([400 + 28]))
    np.testing.assert_array_equal(found.window[1], window)
    np.testing.assert_array_equal(found.interval[2], interval)


def test_a_rhythm_mark_shortens_the_interval_of_the_next_beat() -> None:
    signal = np.random.default_rng(0).normal(size=1000)
    beats = np.array([100, 200, 300, 400])
    with_mark = np.array([100, 200, 290, 300, 400])
    plain = cut_marks(signal, samples=beats, symbols=np.array(list("NNNN")), fs=FS)
    marked = cut_marks(signal, samples=with_mark, symbols=np.array(list("NN+NN")), fs=FS)
    assert marked.samples.tolist() == beats.tolist()  # the mark itself is no beat
    assert plain.features[2, 1] == pytest.approx(1.0)  # pre / post
    assert marked.features[2, 1] == pytest.approx(0.1)  # 10 samples since the mark
    assert (plain.interval[2] != marked.interval[2]).any()


def test_filter_keeps_the_time_of_a_wave() -> None:
    times = np.arange(3600) / 360.0
    wave = np.exp(-(((times - 5.0) / 0.02) ** 2))
    assert abs(int(band_pass_twice(wave, fs=360.0).argmax()) - 1800) <= 1


def test_filter_removes_120_hz_but_hardly_the_offset_that_it_is_said_to_remove() -> None:
    fast = np.sin(2 * np.pi * 120 * np.arange(3600) / 360.0)
    assert np.abs(band_pass_twice(fast, fs=360.0)[500:-500]).max() < 1e-5
    # 257 taps last 0.7 s, too short for a limit of 0.1 Hz.
    offset = band_pass_twice(np.full(3600, 2.0), fs=360.0)
    assert offset[500:-500] == pytest.approx(2.0 * 0.8525, abs=1e-3)
