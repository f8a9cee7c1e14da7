"""The features of the random forest are those of the paper, worked by hand."""

import numpy as np
import pytest

from ecgfuse.studies.published.forest import predict_forest
from ecgfuse.studies.published.forest_features import ForestBeats, qrs_widths, rr_columns


def triangle(*, width: int, height: float, at: int, n: int = 300) -> np.ndarray:
    """A wave that rises and falls linearly within `width` samples on each side."""
    return height * np.clip(1 - np.abs(np.arange(n) - at) / width, 0, None)


@pytest.mark.parametrize("height", [1.0, -1.0])
def test_width_is_measured_at_a_half_and_a_quarter_of_the_main_wave(height: float) -> None:
    # The mean of the 96 samples, 0.0417, is the zero line: height 0.9583, and the flanks reach
    # 0.479 + 0.042 after 2 samples and 0.240 + 0.042 after 3.
    signal = triangle(width=4, height=height, at=150)
    half, quarter = qrs_widths(signal, places=np.array([150]))
    assert (half.tolist(), quarter.tolist()) == ([4], [6])


def test_width_of_a_wave_that_does_not_fall_is_30_samples() -> None:
    wide = np.where(np.arange(300) % 2, 1.0, -1.0)
    widths = qrs_widths(wide, places=np.array([150]))
    assert [width.tolist() for width in widths] == [[30], [30]]


def test_the_peak_is_found_beside_the_annotation() -> None:
    signal = triangle(width=4, height=1.0, at=150)
    beside = qrs_widths(signal, places=np.array([145]))
    assert [width.tolist() for width in beside] == [[4], [6]]


def test_rr_features_of_an_early_beat() -> None:
    # pre: 0.8 0.8 0.8 0.5 1.1.
    columns = rr_columns(np.array([0.0, 0.8, 1.6, 2.1, 3.2]))
    mean = (3 * 0.8 + 0.5) / 4
    assert columns[3] == pytest.approx([0.5 / mean, 1.1 / 0.5, 0.8 / 0.5, 1.1 / mean])


def test_mean_of_rr_forgets_after_32_beats() -> None:
    times = np.concatenate([[0.0], np.cumsum([1.0] * 5 + [0.5] * 32)])
    assert rr_columns(times)[-1, 0] == pytest.approx(1.0)
    assert rr_columns(times)[-2, 0] == pytest.approx(0.5 / ((1.0 + 31 * 0.5) / 32))


def test_a_forest_gives_probability_0_to_a_class_that_it_has_not_seen() -> None:
    rng = np.random.default_rng(0)
    train = ForestBeats(features=rng.normal(size=(60, 6)), labels=np.arange(60) % 3)
    probabilities = predict_forest(train, rng.normal(size=(5, 6)), trees=4, seed=1)
    assert probabilities.shape == (5, 4)
    assert not probabilities[:, 3].any()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
