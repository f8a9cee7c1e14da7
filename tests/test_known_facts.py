"""The real MIT-BIH database is read as its documentation and the literature describe it.

These tests are skipped unless the database lies beside the checkout.
"""

from functools import cache

import numpy as np
import pytest
from root import ROOT

from ecgfuse.classes import CLASSES, UNLABELLED
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.pipeline.params import load_params
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.recordings.beats import Beats, read_beats
from ecgfuse.recordings.labelled_record import Record, read_record

DATABASE = ROOT.parent / "shared" / "data" / "mitdb"
N_SAMPLES = 650_000
"""Length of every record: half an hour at 360 Hz."""
LEARNING_SAMPLES = 5 * 60 * 360
"""EC57 does not score the first five minutes of a record."""
PACED = {"102", "104", "107", "217"}

pytestmark = pytest.mark.skipif(
    not DATABASE.is_dir(), reason="the real database is not beside the checkout"
)


@cache
def beats_of(name: str) -> Beats:
    return read_beats(DATABASE / name, n_samples=N_SAMPLES)


@cache
def records_of(half: str) -> tuple[str, ...]:
    """The records of DS1 or DS2, as split in params.yaml."""
    split = load_params(SplitConfig, path=ROOT / "params.yaml")
    return split.train + split.valid if half == "DS1" else split.test


def read(name: str) -> Record:
    leads = load_params(PreprocessConfig, path=ROOT / "params.yaml").leads
    return read_record(DATABASE / name, leads=leads, fs=360)


def counts(labels: np.ndarray) -> dict[str, int]:
    """Number of beats of each class; Q are those outside the classes."""
    of_class = {name: int(np.sum(labels == i)) for i, name in enumerate(CLASSES)}
    return of_class | {"Q": int(np.sum(labels == UNLABELLED))}


def counts_of_codes(name: str) -> dict[str, int]:
    codes, numbers = np.unique(beats_of(name).symbols, return_counts=True)
    return dict(zip(codes.tolist(), numbers.tolist(), strict=True))


@pytest.mark.parametrize(
    ("half", "expected"),
    [
        ("DS1", {"N": 45_834 + 32, "S": 944, "V": 3_788, "F": 415, "Q": 8}),
        ("DS2", {"N": 44_046 + 213, "S": 1_837, "V": 3_221, "F": 388, "Q": 7}),
    ],
)
def test_classes_have_the_published_numbers_of_beats(half: str, expected: dict[str, int]) -> None:
    labels = np.concatenate([beats_of(name).labels for name in records_of(half)])
    assert counts(labels) == expected


@pytest.mark.parametrize(("half", "expected"), [("DS1", 32), ("DS2", 213)])
def test_number_of_escape_beats_that_count_as_normal(half: str, expected: int) -> None:
    symbols = np.concatenate([beats_of(name).symbols for name in records_of(half)])
    assert int(np.isin(symbols, ["e", "j"]).sum()) == expected


def test_classes_after_the_learning_period_have_the_published_numbers_of_beats() -> None:
    labels = np.concatenate(
        [
            beats.labels[beats.r_peaks >= LEARNING_SAMPLES]
            for beats in map(beats_of, records_of("DS2"))
        ]
    )
    assert counts(labels) == {"N": 36_713 + 213, "S": 1_608, "V": 2_686, "F": 288, "Q": 7}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("100", {"N": 2239, "A": 33, "V": 1}),
        ("119", {"N": 1543, "V": 444}),
        ("232", {"R": 397, "A": 1382, "j": 1}),
    ],
)
def test_records_have_the_beats_listed_in_the_directory_of_the_database(
    name: str, expected: dict[str, int]
) -> None:
    assert counts_of_codes(name) == expected


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [("232", "S", 1_382), ("222", "S", 209), ("213", "F", 362), ("208", "F", 373)],
)
def test_rare_beats_are_concentrated_in_known_records(name: str, kind: str, expected: int) -> None:
    assert counts(beats_of(name).labels)[kind] == expected


@pytest.mark.parametrize("name", sorted(PACED))
def test_paced_records_are_mostly_beats_outside_the_classes_without_s_and_f(name: str) -> None:
    by_class = counts(beats_of(name).labels)
    assert (by_class["S"], by_class["F"]) == (0, 0)
    assert by_class["Q"] / sum(by_class.values()) > 0.8
    assert counts_of_codes(name)["/"] > 1300


def test_only_paced_records_have_paced_beats() -> None:
    names = {path.stem for path in DATABASE.glob("*.hea")}
    assert len(names) == 48
    assert {name for name in names if "/" in beats_of(name).symbols} == PACED
    assert names - PACED == set(records_of("DS1") + records_of("DS2"))


def test_record_114_is_read_from_mlii_its_second_signal() -> None:
    record = read("114")
    assert record.lead == "MLII"
    assert record.signal.shape == (N_SAMPLES,)
    swapped = read_record(DATABASE / "114", leads=("V5",), fs=360)
    assert not np.array_equal(record.signal, swapped.signal)


def test_paced_record_without_mlii_is_read_from_the_next_lead() -> None:
    assert read("102").lead == "V2"


def test_record_100_starts_with_the_published_samples() -> None:
    """As printed by rdsamp: 995 in ADC units; 1024 is 0 mV, and 200 units are 1 mV."""
    record = read("100")
    np.testing.assert_allclose(record.signal[:8], (995 - 1024) / 200, atol=1e-6)
    assert record.beats.r_peaks[:3].tolist() == [77, 370, 662]
