"""Beats are paired by the rule of EC57, in cases worked out by hand."""

import numpy as np
import pytest

from ecgfuse.ec57.pairing import UNPAIRED, pair_beats

NONE = UNPAIRED


def pairs(reference: list[int], test: list[int], window: int = 54) -> list[tuple[int, int]]:
    rows = pair_beats(np.array(reference), np.array(test), window=window)
    return [(int(i), int(j)) for i, j in rows]


@pytest.mark.parametrize("shift", [-54, -1, 0, 1, 54])
def test_a_beat_shifted_by_at_most_the_window_is_paired(shift: int) -> None:
    assert pairs([1000], [1000 + shift]) == [(0, 0)]


def test_a_beat_shifted_by_more_than_the_window_is_missed_and_extra() -> None:
    assert pairs([1000], [1055]) == [(0, NONE), (NONE, 0)]
    assert pairs([1000], [945]) == [(NONE, 0), (0, NONE)]


def test_a_file_without_beats_has_no_pairs() -> None:
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


def test_the_later_of_two_equally_near_beats_is_paired() -> None:
    assert pairs([100], [90, 110]) == [(NONE, 0), (0, 1)]
    assert pairs([90, 110], [100]) == [(0, NONE), (1, 0)]


def test_the_earlier_beat_is_paired_if_the_nearer_one_has_a_better_partner() -> None:
    assert pairs([43, 88], [75, 95]) == [(0, 0), (1, 1)]
    assert pairs([75, 95], [43, 88]) == [(0, 0), (1, 1)]
    # 88 is nearer to 75 than to 130, so it takes 75.
    assert pairs([43, 88], [75, 130]) == [(0, NONE), (1, 0), (NONE, 1)]


def test_missed_and_extra_beats_do_not_affect_other_pairs() -> None:
    reference, test = [100, 400, 700, 1000], [105, 550, 690, 1010]
    assert pairs(reference, test) == [(0, 0), (1, NONE), (NONE, 1), (2, 2), (3, 3)]


def test_pairing_is_symmetric_in_the_files() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        # Odd times against even times, so no beat is equally near to two others in one file.
        reference = 2 * np.sort(rng.choice(2000, 60, replace=False))
        test = 2 * np.sort(rng.choice(2000, 60, replace=False)) + 1
        forth = {tuple(row) for row in pair_beats(reference, test, window=54).tolist()}
        back = {(i, j) for j, i in pair_beats(test, reference, window=54).tolist()}
        assert forth == back, seed


def test_beats_far_apart_are_paired_exactly_if_within_the_window() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        true = np.cumsum(rng.integers(250, 400, size=80))
        reference = true[rng.random(80) < 0.9]
        test = (true + rng.integers(-70, 71, size=80))[rng.random(80) < 0.9]
        # At least two windows apart, each beat has at most one candidate.
        expected = {
            (i, j) for i, t in enumerate(reference) for j, u in enumerate(test) if abs(t - u) <= 54
        }
        rows = pair_beats(reference, test, window=54).tolist()
        assert {(i, j) for i, j in rows if NONE not in (i, j)} == expected, seed
        assert sorted(i for i, _ in rows if i != NONE) == list(range(len(reference))), seed
        assert sorted(j for _, j in rows if j != NONE) == list(range(len(test))), seed
