"""Each pair is counted in the right cell of the matrix, in the test period only."""

from itertools import product

import pytest
from annotation_files import START, labels
from annotation_files import cells as cells_of

from ecgfuse.classes import EC57_CLASSES
from ecgfuse.ec57.counts import count_beats
from ecgfuse.ec57.labels import BeatLabels


def cells(
    reference: BeatLabels, test: BeatLabels, *, start_s: float = 300, end_s: float | None = None
) -> dict[str, int]:
    """The nonzero cells: Nn, Vo and so on."""
    return cells_of(count_beats(reference, test, start_s=start_s, end_s=end_s))


def test_a_matched_beat_is_in_the_row_of_the_reference_and_the_column_of_the_test() -> None:
    time = [START + 1000]
    for actual, called in product(EC57_CLASSES, repeat=2):
        assert cells(labels(time, actual), labels(time, called)) == {actual + called.lower(): 1}


@pytest.mark.parametrize("name", EC57_CLASSES)
def test_a_missed_and_an_extra_beat_are_o(name: str) -> None:
    beat, none = labels([START + 1000], name), labels([], "")
    assert cells(beat, none) == {f"{name}o": 1}
    assert cells(none, beat) == {f"O{name.lower()}": 1}


@pytest.mark.parametrize("name", EC57_CLASSES)
def test_an_unmatched_beat_in_a_shutdown_of_the_other_file_is_x(name: str) -> None:
    beat = labels([START + 1000], name)
    shut = labels([], "", shutdowns=[(START + 1000, START + 1500)])
    assert cells(beat, shut) == {f"{name}x": 1}
    assert cells(shut, beat) == {f"X{name.lower()}": 1}


def test_a_shutdown_affects_neither_beats_outside_it_nor_matched_beats() -> None:
    spans = [(START + 900, START + 1100)]
    reference = labels([START + 899, START + 1000, START + 1101], "NVN")
    assert cells(reference, labels([START + 1000], "V", shutdowns=spans)) == {"Vv": 1, "No": 2}


@pytest.mark.parametrize(("shift", "expected"), [(54, {"Nn": 1}), (55, {"No": 1, "On": 1})])
def test_54_samples_are_in_the_window_and_55_are_not(shift: int, expected: dict[str, int]) -> None:
    assert cells(labels([START + 1000], "N"), labels([START + 1000 + shift], "N")) == expected


def test_the_window_depends_on_the_sampling_rate() -> None:
    at_250 = {"end": 450_000, "fs": 250.0}
    reference = labels([100_000], "N", **at_250)
    assert cells(reference, labels([100_038], "N", **at_250)) == {"Nn": 1}
    assert cells(reference, labels([100_039], "N", **at_250)) == {"No": 1, "On": 1}


def test_beats_before_the_test_period_are_not_counted() -> None:
    reference = labels([500, START - 1000, START + 1000], "NSV")
    test = labels([900, START + 1000], "NV")
    assert cells(reference, test) == {"Vv": 1}
    assert cells(reference, test, start_s=0) == {"No": 1, "On": 1, "So": 1, "Vv": 1}


def test_a_beat_at_the_start_of_the_test_period_is_counted() -> None:
    assert cells(labels([START], "N"), labels([START], "N")) == {"Nn": 1}
    assert cells(labels([START - 1], "N"), labels([START - 1], "N")) == {}


def test_by_default_the_test_period_ends_with_the_reference_record() -> None:
    reference = labels([START + 1000], "N", end=START + 2000)
    test = labels([START + 1000, START + 1900, START + 2100], "NNN")
    assert cells(reference, test) == {"Nn": 1, "On": 1}


def test_different_sampling_rates_are_refused() -> None:
    with pytest.raises(
        ValueError, match="reference has a sampling rate of 360 Hz, the test 250 Hz"
    ):
        count_beats(labels([1], "N"), labels([1], "N", fs=250), start_s=0)


def test_without_a_known_length_the_test_period_ends_with_the_last_reference_beat() -> None:
    reference = labels([START + 1000, START + 2000], "NN", end=None)
    test = labels([START + 1000, START + 1900, START + 2100], "NNN")
    assert cells(reference, test) == {"Nn": 1, "No": 1, "On": 1}


def test_two_empty_files_have_an_empty_matrix() -> None:
    empty = labels([], "")
    assert cells(empty, empty) == {}
