"""Limits of segments, resampling and scaling equal those computed by hand."""

import numpy as np
import pytest

from ecgfuse.preprocess.segments import cut_segments, scale_segments, segment_bounds

R_PEAKS = np.array([100, 400, 700, 712, 1100])
RAMP = np.arange(100, dtype=np.float32)


def cut(signal: np.ndarray, start: float, end: float, length: int) -> list[float]:
    """One segment."""
    edges = np.array([start], dtype=float), np.array([end], dtype=float)
    (segment,) = cut_segments(signal, start=edges[0], end=edges[1], length=length)
    return segment.tolist()


def test_an_interval_spans_from_after_the_previous_beat_to_after_this_one() -> None:
    start, end = segment_bounds(R_PEAKS, fs=100, segment="interval", edges_s=(0.14, 0.28))
    # 100 + 14, 400 + 14, and for the beat 12 samples after another: 712 - 10
    np.testing.assert_allclose(start, [114, 414, 702])
    np.testing.assert_allclose(end, [428, 728, 740])


def test_a_window_does_not_depend_on_the_other_beats() -> None:
    start, end = segment_bounds(R_PEAKS, fs=100, segment="window", edges_s=(0.3, 0.4))
    np.testing.assert_allclose(start, [370, 670, 682])
    np.testing.assert_allclose(end, [440, 740, 752])


def test_bounds_may_be_fractions_of_a_sample() -> None:
    peaks = np.array([0, 400, 800])
    start, end = segment_bounds(peaks, fs=360, segment="interval", edges_s=(0.14, 0.28))
    np.testing.assert_allclose((start[0], end[0]), (50.4, 500.8))


@pytest.mark.parametrize("gap", range(1, 60, 7))
def test_no_segment_is_empty_however_close_two_beats_are(gap: int) -> None:
    peaks = np.array([100, 200, 200 + gap, 500])
    start, end = segment_bounds(peaks, fs=100, segment="interval", edges_s=(0.14, 0.28))
    assert np.all(end - start >= 38 - 1e-9)  # 0.1 s before the beat and 0.28 s after


@pytest.mark.parametrize(
    ("start", "end", "length", "expected"),
    [
        (0, 8, 4, [0.5, 2.5, 4.5, 6.5]),  # means of 0 1, 2 3, 4 5, 6 7
        (10, 13, 3, [10, 11, 12]),
        (0.5, 2.5, 1, [1.0]),  # (0 / 2 + 1 + 2 / 2) / 2
        (2, 4, 4, [2, 2, 3, 3]),
        (0, 3, 2, [1 / 3, 5 / 3]),  # (0 + 1 / 2) / 1.5 and (1 / 2 + 2) / 1.5
        (97, 100, 3, [97, 98, 99]),
        (98, 102, 4, [98, 99, 99, 99]),
        (-2, 2, 4, [0, 0, 0, 1]),
    ],
)
def test_a_ramp_is_averaged_by_area(
    start: float, end: float, length: int, expected: list[float]
) -> None:
    assert cut(RAMP, start, end, length) == pytest.approx(expected)


def test_the_signal_is_padded_with_its_first_and_last_value() -> None:
    signal = np.array([1, 2, 3], dtype=np.float32)
    assert cut(signal, -2, 5, 7) == pytest.approx([1, 1, 1, 2, 3, 3, 3])
    assert cut(signal, -9, -5, 2) == pytest.approx([1, 1])
    assert cut(signal, 7.5, 9, 2) == pytest.approx([3, 3])


@pytest.mark.parametrize(
    ("start", "end"), [(10.3, 57.9), (-30.2, 12.5), (88.1, 140.6), (-20, 130), (0, 100)]
)
def test_a_constant_stays_constant_even_beyond_the_ends(start: float, end: float) -> None:
    assert cut(np.full(100, 0.7), start, end, 64) == pytest.approx([0.7] * 64)


def test_the_mean_of_a_segment_is_kept() -> None:
    signal = np.random.default_rng(0).normal(size=1000)
    assert np.mean(cut(signal, 100, 612, 64)) == pytest.approx(signal[100:612].mean())


def test_frequencies_above_the_new_rate_are_averaged_out() -> None:
    signal = np.sin(2 * np.pi * np.arange(1024) / 4)  # 256 periods in 64 values
    assert np.abs(cut(signal, 0, 1024, 64)).max() < 1e-6


def test_segments_do_not_depend_on_each_other() -> None:
    signal = np.random.default_rng(1).normal(size=500)
    start, end = np.array([10.5, 200.0, -4.0]), np.array([80.0, 333.3, 40.0])
    together = cut_segments(signal, start=start, end=end, length=32)
    assert together.shape == (3, 32)
    assert together.dtype == np.float32
    for i in range(3):
        assert cut(signal, start[i], end[i], 32) == together[i].tolist()


def test_zscore_equals_that_by_hand() -> None:
    segments = np.array([[2, 4, 4, 4, 5, 5, 7, 9], [1, 3, 1, 3, 1, 3, 1, 3]], dtype=np.float32)
    scaled = scale_segments(segments, scale="zscore")
    np.testing.assert_allclose(scaled[0], [-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2])  # mean 5, sd 2
    np.testing.assert_allclose(scaled[1], [-1, 1] * 4)
    assert scaled.dtype == np.float32


def test_range_divides_by_maximum_minus_minimum_and_keeps_the_level() -> None:
    segments = np.array([[1, 3], [-1, 4]], dtype=np.float32)
    np.testing.assert_allclose(
        scale_segments(segments, scale="range"), [[0.5, 1.5], [-0.2, 0.8]], rtol=1e-6
    )


@pytest.mark.parametrize("scale", ["zscore", "range"])
@pytest.mark.parametrize("level", [0.0, 0.5, -2.0])
def test_a_flat_segment_becomes_zeros(scale: str, level: float) -> None:
    segments = np.full((2, 16), level, dtype=np.float32)
    segments[1, 3] += 1e-4  # below the resolution of the converter
    scaled = scale_segments(segments, scale=scale)  # type: ignore[arg-type]
    np.testing.assert_array_equal(scaled[0], np.zeros(16))
    assert np.abs(scaled[1]).max() < 0.2


@pytest.mark.parametrize("scale", ["zscore", "range"])
def test_gain_does_not_matter_after_scaling(scale: str) -> None:
    segments = np.random.default_rng(2).normal(size=(3, 64)).astype(np.float32)
    np.testing.assert_allclose(
        scale_segments(segments, scale=scale),  # type: ignore[arg-type]
        scale_segments(segments * 5, scale=scale),  # type: ignore[arg-type]
        atol=1e-5,
    )
