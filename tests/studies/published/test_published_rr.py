"""RR features equal those of the study, worked by hand."""

import numpy as np
import pytest

from ecgfuse.studies.published.rr import published_rr


def test_ratios_compare_an_interval_with_all_so_far_and_with_the_last_ten() -> None:
    # Intervals of 800 ms, then one of 400 ms before the last mark. The first mark counts 800, too.
    times = np.array([0.0, 800, 1600, 2400, 2800])
    rr = published_rr(times)
    assert rr.ratios[:4] == pytest.approx(np.ones((4, 2)))
    mean = (4 * 800 + 400) / 5
    assert rr.ratios[4] == pytest.approx([400 / mean, 400 / mean])


def test_local_mean_forgets_after_ten_intervals_and_the_mean_so_far_does_not() -> None:
    times = np.concatenate([[0.0], np.cumsum([1000.0] * 5 + [500.0] * 10)])
    rr = published_rr(times)
    assert rr.ratios[-1, 1] == pytest.approx(1.0)  # the last ten are all 500
    assert rr.ratios[-1, 0] == pytest.approx(500 / ((6 * 1000 + 10 * 500) / 16))


def test_seven_features_of_an_early_beat_and_its_pause() -> None:
    # pre of the marks: 800 800 800 500 1100; post: 800 800 500 1100 1100.
    rr = published_rr(np.array([0.0, 800, 1600, 2100, 3200]))
    local = (800 + 800 + 800 + 500) / 4
    overall = (800 + 800 + 800 + 500 + 1100) / 5
    expected = [
        500 / local,
        500 / 1100,
        500 / 800,
        1100 / local,
        local / overall,
        500 / 800,
        1100 / 1100,
    ]
    assert rr.features[3] == pytest.approx(expected)


def test_marks_at_the_same_time_give_finite_features() -> None:
    rr = published_rr(np.array([0.0, 800, 800, 1600, 2400]))
    assert np.isfinite(rr.features).all()
    assert np.isfinite(rr.ratios).all()


def test_ratios_do_not_look_ahead() -> None:
    times = np.cumsum([0.0, 800, 700, 900, 850])
    later = np.append(times[:-1], times[-1] + 500)
    np.testing.assert_array_equal(published_rr(times).ratios[:4], published_rr(later).ratios[:4])
