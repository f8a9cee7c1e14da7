"""Beats are paired by the rule of EC57, seen in cases worked out by hand."""

import numpy as np
import pytest

from ecgfuse.ec57.pairing import UNPAIRED, pair_beats

NONE = UNPAIRED


def pairs(reference: list[int], test: list[int], window: int = 54) -> list[tuple[int, int]]:
    rows = pair_beats(np.array(reference), np.array(test), window=window)
    return [(int(i), int(j)) for i, j in rows]


@pytest.mark.parametrize("shift", [-54, -1, 0, 1, 54])
def test_a_beat_shifted_by_the_window_at_most_is_found(shift: int) -> None:
    assert pairs([1000], [1000 + shift]) == [(0, 0)]


def test_a_beat_shifted_by_more_than_the_window_is_missed_and_extra() -> None:
    assert pairs([1000], [1055]) == [(0, NONE), (NONE, 0)]
    assert pairs([1000], [945]) == [(NONE, 0), (0, NONE)]


def test_a_file_without_beats_pairs_nothing() -> None:
    assert pairs([10, 500], []) == [(0, NONE), (1, NONE)]
    assert pairs([], [10]) == [(NONE, 0)]
    assert pairs([], []) == []


@pytest.mark.parametrize(
    ("reference", "test", "expected"),
    [
        # Of two test beats around one reference beat the nearer is paired.
        ([100], [80, 110], [(NONE, 0), (0, 1)]),
        ([100], [90, 120], [(0, 0), (NONE, 1)]),
        # Of two reference beats around one test beat too.
        ([80, 110], [100], [(0, NONE), (1, 0)]),
        ([90, 120], [100], [(0, 0), (1, NONE)]),
        # Both on one side.
        ([100], [60, 70], [(NONE, 0), (0, 1)]),
        ([100], [120, 130], [(0, 0), (NONE, 1)]),
    ],
)
def test_the_nearer_of_two_beats_in_the_window_is_paired(
    reference: list[int], test: list[int], expected: list[tuple[int, int]]
) -> None:
    assert pairs(reference, test) == expected


def test_of_two_equally_near_beats_the_later_is_paired() -> None:
    assert pairs([100], [90, 110]) == [(NONE, 0), (0, 1)]
    assert pairs([90, 110], [100]) == [(0, NONE), (1, 0)]


def test_a_nearer_beat_that_has_a_better_partner_itself_leaves_the_earlier_one_to_be_paired() -> (
    None
):
    assert pairs([43, 88], [75, 95]) == [(0, 0), (1, 1)]
    assert pairs([75, 95], [43, 88]) == [(0, 0), (1, 1)]
    # 88 is nearer to 75 than to 130, so it takes 75.
    assert pairs([43, 88], [75, 130]) == [(0, NONE), (1, 0), (NONE, 1)]


def test_a_missed_and_an_extra_beat_leave_the_others_alone() -> None:
    reference, test = [100, 400, 700, 1000], [105, 550, 690, 1010]
    assert pairs(reference, test) == [(0, 0), (1, NONE), (NONE, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize("seed", range(20))
def test_the_two_files_may_be_exchanged(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Odd times against even times, so no beat is equally near to two others in one file.
    reference = 2 * np.sort(rng.choice(2000, 60, replace=False))
    test = 2 * np.sort(rng.choice(2000, 60, replace=False)) + 1
    forth = {tuple(row) for row in pair_beats(reference, test, window=54).tolist()}
    back = {(i, j) for j, i in pair_beats(test, reference, window=54).tolist()}
    assert forth == back


@pytest.mark.parametrize("seed", range(20))
def test_beats_far_apart_are_paired_with_whatever_lies_in_their_window(seed: int) -> None:
    rng = np.random.default_rng(seed)
    true = np.cumsum(rng.integers(250, 400, size=80))
    reference = true[rng.random(80) < 0.9]
    test = (true + rng.integers(-70, 71, size=80))[rng.random(80) < 0.9]
    # Two windows and more apart, each beat has one candidate at most.
    expected = {
        (i, j) for i, t in enumerate(reference) for j, u in enumerate(test) if abs(t - u) <= 54
    }
    rows = pair_beats(reference, test, window=54).tolist()
    assert {(i, j) for i, j in rows if NONE not in (i, j)} == expected
    assert sorted(i for i, _ in rows if i != NONE) == list(range(len(reference)))
    assert sorted(j for _, j in rows if j != NONE) == list(range(len(test)))
