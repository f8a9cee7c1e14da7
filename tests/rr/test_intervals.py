"""Intervals equal those computed by hand, and causal ones never look ahead."""

from dataclasses import fields

import numpy as np
import pytest

from ecgfuse.rr.intervals import Intervals, rr_intervals

TIMES_S = np.array([0.0, 0.8, 1.6, 2.2, 3.2, 4.0])
"""RR of 800, 800, 600, 1000, 800 ms, so a mean of 800; the inner beats are the second to fifth."""

BY_HAND = {
    "pre": [800, 800, 600, 1000],
    "post": [800, 600, 1000, 800],
    "previous_pre": [800, 800, 800, 600],  # the first has no beat with an interval before it
    "second_previous_pre": [800, 800, 800, 800],
    "next_post": [600, 1000, 800, 800],  # after the last beat there is none
    "local": [800, 800, 700, 800],  # mean of two
    "overall": [800, 800, 800, 800],
}


def measured(times_s: np.ndarray, *, local_beats: int = 2, causal: bool = False) -> Intervals:
    return rr_intervals(times_s, local_beats=local_beats, causal=causal)


@pytest.mark.parametrize("name", BY_HAND)
def test_intervals_of_six_beats_equal_those_by_hand(name: str) -> None:
    np.testing.assert_allclose(getattr(measured(TIMES_S), name), BY_HAND[name])


@pytest.mark.parametrize(
    ("local_beats", "expected"),
    [
        (1, [800, 800, 600, 1000]),
        (3, [800, 800, 2200 / 3, 800]),
        (4, [800, 800, 2200 / 3, 800]),
        (10, [800, 800, 2200 / 3, 800]),
    ],
)
def test_the_local_mean_is_over_up_to_n_last_intervals(
    local_beats: int, expected: list[float]
) -> None:
    np.testing.assert_allclose(measured(TIMES_S, local_beats=local_beats).local, expected)


def test_causal_intervals_equal_those_by_hand() -> None:
    causal = measured(TIMES_S, causal=True)
    np.testing.assert_allclose(causal.overall, [800, 800, 2200 / 3, 800])
    for unknown in (causal.post, causal.next_post):
        np.testing.assert_allclose(unknown, BY_HAND["local"])
    for name in ("pre", "previous_pre", "second_previous_pre", "local"):
        np.testing.assert_allclose(getattr(causal, name), BY_HAND[name])


@pytest.mark.parametrize("causal", [False, True])
def test_a_steady_rhythm_has_one_interval_everywhere(causal: bool) -> None:
    steady = measured(0.75 * np.arange(50), causal=causal)
    np.testing.assert_allclose(steady.irregularity, np.zeros(48), atol=1e-12)
    for field in fields(Intervals):
        if field.name != "irregularity":
            np.testing.assert_allclose(getattr(steady, field.name), np.full(48, 750))


@pytest.mark.parametrize("beat", [0, 1, 12, 37])
def test_causal_intervals_do_not_change_with_later_beats(beat: int) -> None:
    times_s = np.cumsum(np.random.default_rng(0).uniform(0.5, 1.1, size=40))
    changed = times_s.copy()
    changed[beat + 2 :] += 0.31  # inner beat i is the beat i + 1 of the record
    before, after = (measured(times, causal=True) for times in (times_s, changed))
    for field in fields(Intervals):
        first, second = (getattr(each, field.name)[: beat + 1] for each in (before, after))
        np.testing.assert_array_equal(first, second)
    assert not np.array_equal(measured(times_s).post, measured(changed).post)


def test_irregularity_is_the_median_change_around_the_beat_or_before_it() -> None:
    rr = np.array([1.0, 1, 1, 2, 2, 1, 1, 1])  # of the inner beats 0, 0, 0, log 2, 0, log 2, 0
    times_s = np.concatenate([[0.0], np.cumsum(rr)])
    log2 = np.log(2)
    changes = rr_intervals(times_s, local_beats=2, causal=False, irregularity_beats=1)
    np.testing.assert_allclose(changes.irregularity, [0, 0, 0, log2, 0, log2, 0])
    around = rr_intervals(times_s, local_beats=2, causal=False, irregularity_beats=3)
    np.testing.assert_allclose(around.irregularity, [0, 0, 0, 0, log2, 0, 0])
    past = rr_intervals(times_s, local_beats=2, causal=True, irregularity_beats=3)
    np.testing.assert_allclose(past.irregularity, [0, 0, 0, 0, 0, log2, 0])


@pytest.mark.parametrize("causal", [False, True])
def test_three_beats_have_intervals(causal: bool) -> None:
    only = measured(np.array([1.0, 1.5, 2.5]), causal=causal)
    assert (only.pre.tolist(), only.previous_pre.tolist()) == ([500], [500])
    assert only.post.tolist() == only.next_post.tolist() == ([500] if causal else [1000])
    assert only.overall.tolist() == ([500] if causal else [750])


def test_intervals_do_not_depend_on_the_start_time() -> None:
    for name, expected in BY_HAND.items():
        np.testing.assert_allclose(getattr(measured(TIMES_S + 86_400), name), expected, rtol=1e-6)
