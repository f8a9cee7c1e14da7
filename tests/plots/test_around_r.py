"""Beats of any duration are read at times around their R peaks, and nowhere else."""

import numpy as np
import pytest

from ecgfuse.plots.around_r import density_at, times_around_r, values_at

# One beat of 400 ms before R and one of 800 ms; both end 200 ms after.
SPANS_MS = np.array([[-400.0, 200.0], [-800.0, 200.0]])


def test_values_are_interpolated_between_the_middles_of_the_samples() -> None:
    curves = np.array([[0.0, 1.0, 2.0], [0.0, 1.0, 2.0]])
    # Samples of the first beat last 200 ms: middles at -300, -100 and 100.
    found = values_at(np.array([-100.0, 0.0, 100.0]), curves=curves, spans_ms=SPANS_MS)
    np.testing.assert_allclose(found[0], [1.0, 1.5, 2.0])
    # Of the second 333 ms: -633, -300 and 33.
    np.testing.assert_allclose(found[1], [1.6, 1.9, 2.0])


def test_a_beat_has_no_values_outside_its_segment() -> None:
    times = np.array([-801.0, -800.0, -401.0, -400.0, 200.0, 201.0])
    for read in (
        values_at(times, curves=np.ones((2, 4)), spans_ms=SPANS_MS),
        density_at(times, shares=np.ones((2, 4)), spans_ms=SPANS_MS),
    ):
        assert np.isfinite(read).tolist() == [
            [False, False, False, True, True, False],
            [False, True, True, True, True, False],
        ]


def test_a_curve_of_one_sample_is_constant() -> None:
    found = values_at(np.array([-400.0, 0.0]), curves=np.array([[3.0], [4.0]]), spans_ms=SPANS_MS)
    assert found.tolist() == [[3, 3], [4, 4]]


def test_the_density_of_attention_is_its_share_over_the_time_of_the_token() -> None:
    shares = np.array([[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]])
    found = density_at(np.array([-350.0, -150.0, 50.0]), shares=shares, spans_ms=SPANS_MS)
    np.testing.assert_allclose(found[0], [0.2 / 200, 0.3 / 200, 0.5 / 200])
    np.testing.assert_allclose(found[1], [0.3 * 3 / 1000, 0.3 * 3 / 1000, 0.5 * 3 / 1000])


@pytest.mark.parametrize("beat", [0, 1])
def test_the_density_integrates_to_the_attention_however_long_the_segment(beat: int) -> None:
    times = np.arange(-999.5, 300)  # the middles of milliseconds
    shares = np.random.default_rng(0).dirichlet(np.ones(20), size=2)
    density = density_at(times, shares=shares, spans_ms=SPANS_MS)[beat]
    assert np.nansum(density) == pytest.approx(1.0)


def test_times_reach_as_far_as_half_of_some_class_and_hold_r() -> None:
    spans_ms = np.array([[-401.0, 281.0], [-801.0, 281.0], [-301.0, 281.0], [-200.0, 350.0]])
    times = times_around_r(spans_ms, labels=np.array([0, 0, 3, 3]))
    # Medians of the begins are -601 and -250.5, of the ends 281 and 315.5.
    assert (times[0], times[-1]) == (-600, 312)
    assert 0 in times
    assert set(np.diff(times)) == {4}
