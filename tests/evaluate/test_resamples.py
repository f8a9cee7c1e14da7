"""Draws consist of whole records, as many as there are, and always have all classes."""

import numpy as np
import pytest

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.resamples import Resamples, draw_records, interval

RECORDS = np.repeat(["b", "a", "c", "d"], 8)
LABELS = np.tile([0, 0, 0, 0, 0, 1, 2, 3], 4)


def drawn(labels: np.ndarray = LABELS, *, n_draws: int = 200, seed: int = 0) -> Resamples:
    rng = np.random.default_rng(seed)
    return draw_records(RECORDS, labels, classes=CLASSES, n_draws=n_draws, rng=rng)


def test_every_draw_has_as_many_records_as_there_are() -> None:
    resamples = drawn()
    assert resamples.times.shape == (200, 4)
    assert (resamples.times.sum(axis=1) == 4).all()
    assert resamples.times.std() > 0


def test_columns_are_the_records_in_order_of_name() -> None:
    assert drawn().record_of_beat.tolist() == [1] * 8 + [0] * 8 + [2] * 8 + [3] * 8


def test_draws_without_a_class_are_left_out() -> None:
    labels = np.where((LABELS == 3) & (RECORDS != "c"), 0, LABELS)
    resamples = drawn(labels)
    assert (resamples.times[:, 2] > 0).all()
    assert len(resamples) == (drawn().times[:, 2] > 0).sum()


def test_draws_depend_on_the_seed_alone() -> None:
    np.testing.assert_array_equal(drawn(seed=3).times, drawn(seed=3).times)
    assert not np.array_equal(drawn(seed=3).times, drawn(seed=4).times)


def test_interval_holds_the_middle_95_percent() -> None:
    found = interval(np.arange(1001) / 1000)
    assert found == {"low": pytest.approx(0.025), "high": pytest.approx(0.975)}
