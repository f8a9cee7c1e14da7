"""Subsets of the training patients are nested, random, and hold every class."""

import dataclasses

import numpy as np
import pytest

from ecgfuse.studies.learning_curve.config import LearningCurveConfig
from ecgfuse.studies.learning_curve.data import draw_order, plan_subsets, require_fewer

CONFIG = LearningCurveConfig(fusion="hybrid", patients=(2, 3, 5), draws=3, seed=7)
RECORDS = np.repeat([f"{100 + i}" for i in range(8)], 10)
LABELS = np.tile([0] * 7 + [1, 2, 2], 8)
LABELS[9::30] = 3  # records 100, 103 and 106 alone have F beats


def test_within_a_draw_each_subset_begins_with_the_smaller_one() -> None:
    plan = plan_subsets(RECORDS, LABELS, config=CONFIG)
    assert [len(subset.records) for subset in plan] == [2, 3, 5] * 3
    for draw in range(3):
        small, middle, large = (subset.records for subset in plan if subset.draw == draw)
        assert small == middle[:2]
        assert middle == large[:3]
        assert len(set(large)) == 5


def test_the_smallest_subset_holds_every_class() -> None:
    for subset in plan_subsets(RECORDS, LABELS, config=CONFIG):
        assert set(LABELS[np.isin(RECORDS, subset.records[:2])]) == {0, 1, 2, 3}


def test_patients_have_the_numbers_of_loaded_beats() -> None:
    numbers = np.unique(RECORDS, return_inverse=True)[1]
    for subset in plan_subsets(RECORDS, LABELS, config=CONFIG):
        of_names = np.isin(RECORDS, subset.records)
        np.testing.assert_array_equal(np.isin(numbers, subset.patients), of_names)


def test_each_draw_has_its_own_seed_and_order() -> None:
    plan = plan_subsets(RECORDS, LABELS, config=CONFIG)
    assert [subset.seed for subset in plan] == [7] * 3 + [8] * 3 + [9] * 3
    assert len({subset.records for subset in plan if len(subset.records) == 5}) == 3


def test_plans_depend_on_the_seed_only() -> None:
    plan = plan_subsets(RECORDS, LABELS, config=CONFIG)
    assert plan == plan_subsets(RECORDS, LABELS, config=CONFIG)
    other = plan_subsets(RECORDS, LABELS, config=dataclasses.replace(CONFIG, seed=8))
    assert [subset.records for subset in other] != [subset.records for subset in plan]


def test_an_order_holds_every_record_once() -> None:
    order = draw_order(RECORDS, LABELS, smallest=2, rng=np.random.default_rng(0))
    assert sorted(order) == sorted(set(RECORDS))


def test_a_smallest_subset_that_always_lacks_a_class_is_refused() -> None:
    labels = np.where(RECORDS == "101", 3, np.where(LABELS == 3, 2, LABELS))
    with pytest.raises(ValueError, match=r"begins with 1, .* never held all classes; begin with"):
        draw_order(RECORDS, labels, smallest=1, rng=np.random.default_rng(0))


def test_a_subset_of_all_patients_is_refused() -> None:
    require_fewer([4, 7], n_records=8)
    with pytest.raises(ValueError, match=r"ends with 8, but must be below .* training records, 8"):
        require_fewer([4, 8], n_records=8)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"patients": ()}, "patients"),
        ({"patients": (8, 4)}, "patients"),
        ({"patients": (4, 4)}, "patients"),
        ({"patients": (0, 4)}, "patients"),
        ({"draws": 0}, "draws"),
        ({"seed": -1}, "seed"),
    ],
)
def test_an_invalid_parameter_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(ValueError, match=rf"learning_curve\.{field} is .* must be"):
        dataclasses.replace(CONFIG, **changes)
