"""Unknown RR intervals are bridged."""

import numpy as np

from ecgfuse.annotate.rhythm import bridge_gaps


def test_an_unknown_interval_becomes_the_median_of_those_before() -> None:
    times = np.array([0.0, 1.0, 2.0, 2.5, 3602.5, 3603.3])
    bridged = bridge_gaps(times, broken=np.array([False, False, False, True, False]))
    np.testing.assert_allclose(np.diff(bridged), [1.0, 1.0, 0.5, 1.0, 0.8])


def test_without_a_gap_nothing_changes() -> None:
    times = np.array([0.3, 1.1, 2.0])
    np.testing.assert_allclose(bridge_gaps(times, broken=np.array([False, False])), times)


def test_a_gap_at_the_start_uses_the_intervals_after_it() -> None:
    times = np.array([0.0, 50.0, 50.8, 51.6])
    bridged = bridge_gaps(times, broken=np.array([True, False, False]))
    np.testing.assert_allclose(np.diff(bridged), [0.8, 0.8, 0.8])


def test_times_are_unchanged_if_all_intervals_are_unknown() -> None:
    times = np.array([0.0, 50.0])
    np.testing.assert_array_equal(bridge_gaps(times, broken=np.array([True])), times)
