"""Features equal those computed by hand, in the order of the study."""

import numpy as np
import pytest

from ecgfuse.rr.features import N_FEATURES, Features, rr_features
from ecgfuse.rr.intervals import Intervals, rr_intervals

TIMES_S = np.array([0.0, 0.8, 1.6, 2.2, 3.2, 4.0])
"""RR of 800, 800, 600, 1000, 800 ms: the fourth beat is early, with a full compensatory pause."""

EARLY, AFTER_PAUSE = 2, 3
"""Inner beats: pre 600, post 1000, local mean 700; and pre 1000, post 800, local mean 800."""


@pytest.fixture
def intervals() -> Intervals:
    return rr_intervals(TIMES_S, local_beats=2, causal=False)


def test_absolute_features_equal_those_by_hand(intervals: Intervals) -> None:
    features = rr_features(intervals, features="absolute")
    assert features.shape == (4, N_FEATURES)
    # pre, post, local, pre / post, overall, pre - overall, pre / overall
    np.testing.assert_allclose(features[0], [800, 800, 800, 1, 800, 0, 1], atol=1e-4)
    np.testing.assert_allclose(features[1], [800, 600, 800, 4 / 3, 800, 0, 1], atol=1e-4)
    np.testing.assert_allclose(features[EARLY], [600, 1000, 700, 0.6, 800, -200, 0.75])
    np.testing.assert_allclose(features[AFTER_PAUSE], [1000, 800, 800, 1.25, 800, 200, 1.25])


def test_ratios_equal_those_by_hand(intervals: Intervals) -> None:
    features = rr_features(intervals, features="ratio")
    assert features.shape == (4, N_FEATURES)
    # pre / local, pre / post, pre / previous, post / local, local / overall, pre / two before,
    # post / next post
    np.testing.assert_allclose(
        features[EARLY],
        [600 / 700, 600 / 1000, 600 / 800, 1000 / 700, 700 / 800, 600 / 800, 1000 / 800],
        rtol=1e-6,
    )
    np.testing.assert_allclose(
        features[AFTER_PAUSE], [1.25, 1.25, 1000 / 600, 1, 1, 1000 / 800, 1], rtol=1e-6
    )


def test_ratios_do_not_depend_on_the_heart_rate_and_absolute_features_do() -> None:
    faster = rr_intervals(TIMES_S / 2, local_beats=2, causal=False)
    slower = rr_intervals(TIMES_S, local_beats=2, causal=False)
    np.testing.assert_allclose(
        rr_features(faster, features="ratio"), rr_features(slower, features="ratio")
    )
    np.testing.assert_allclose(
        rr_features(faster, features="absolute")[:, 0],
        rr_features(slower, features="absolute")[:, 0] / 2,
    )


@pytest.mark.parametrize("causal", [False, True])
def test_every_ratio_of_a_steady_rhythm_is_one(causal: bool) -> None:
    steady = rr_intervals(0.75 * np.arange(30), local_beats=10, causal=causal)
    np.testing.assert_allclose(rr_features(steady, features="ratio"), np.ones((28, 7)))


@pytest.mark.parametrize("features", ["absolute", "ratio", "normalised"])
@pytest.mark.parametrize("beat", [0, 5, 20])
def test_causal_features_do_not_change_with_later_beats(features: Features, beat: int) -> None:
    times_s = np.cumsum(np.random.default_rng(1).uniform(0.5, 1.1, size=30))
    changed = times_s.copy()
    changed[beat + 2 :] += np.linspace(0.1, 2, 30 - beat - 2)
    before, after = (
        rr_features(rr_intervals(times, local_beats=10, causal=True), features=features)
        for times in (times_s, changed)
    )
    np.testing.assert_array_equal(before[: beat + 1], after[: beat + 1])
    assert not np.array_equal(before[beat + 1 :], after[beat + 1 :])


def test_normalised_features_are_logarithms_over_the_irregularity(intervals: Intervals) -> None:
    # |log(pre / previous pre)| of the four inner beats: 0, 0, log 4/3 and log 5/3. With the last
    # one repeated beyond the end, the medians over three are:
    irregularity = np.array([0, 0, np.log(4 / 3), np.log(5 / 3)])
    three = rr_intervals(TIMES_S, local_beats=2, causal=False, irregularity_beats=3)
    np.testing.assert_allclose(three.irregularity, irregularity)
    features = rr_features(three, features="normalised")
    ratios = rr_features(three, features="ratio")
    expected = np.clip(np.log(ratios) / (irregularity + 0.02)[:, None], -10, 10)
    np.testing.assert_allclose(features, expected, rtol=1e-4, atol=1e-5)
    assert features[EARLY, 0] == pytest.approx(np.log(600 / 700) / (np.log(4 / 3) + 0.02))


def test_an_early_beat_stands_out_more_in_a_steady_than_in_an_irregular_rhythm() -> None:
    random = np.random.default_rng(0)

    def early_beat(scatter: float) -> np.ndarray:
        rr = 0.8 * np.exp(scatter * random.standard_normal(200))
        rr[99:102] = [0.8, 0.6, 1.0]
        times_s = np.concatenate([[0.0], np.cumsum(rr)])
        intervals = rr_intervals(times_s, local_beats=10, causal=False)
        return rr_features(intervals, features="normalised")[100]

    assert early_beat(0.01)[0] < -5
    assert early_beat(0.2)[0] > -3


@pytest.mark.parametrize("features", ["absolute", "ratio", "normalised"])
def test_features_are_float32_and_finite(intervals: Intervals, features: Features) -> None:
    found = rr_features(intervals, features=features)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
