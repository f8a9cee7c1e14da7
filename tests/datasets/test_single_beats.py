"""Single beats are read back as saved, and can be chosen and joined."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecgfuse.classes import EC57_CLASSES
from ecgfuse.datasets.single_beats import (
    LENGTH,
    SingleBeats,
    join_single_beats,
    load_single_beats,
    no_single_beats,
    save_single_beats,
)


@pytest.fixture
def beats() -> SingleBeats:
    table = pd.DataFrame(
        {
            "record": ["100", "100", "0212"],
            "patient": ["100", "100", "NA"],
            "lead": ["MLII", "MLII", "V1"],
            "sample": [77, 370, -1],
            "time_s": [77 / 360, 370 / 360, np.nan],
            "label": [0, 2, 4],
        }
    )
    ecg = np.random.default_rng(0).random((3, LENGTH), dtype=np.float32)
    return SingleBeats(ecg=ecg, table=table, classes=EC57_CLASSES)


def test_all_labels_but_the_first_are_abnormal(beats: SingleBeats) -> None:
    assert beats.labels.tolist() == [0, 2, 4]
    assert beats.abnormal.tolist() == [0, 1, 1]


def test_saved_beats_are_read_back_with_names_as_text(tmp_path: Path, beats: SingleBeats) -> None:
    save_single_beats(beats, tmp_path / "new" / "train")
    loaded = load_single_beats(tmp_path / "new" / "train")
    np.testing.assert_array_equal(loaded.ecg, beats.ecg)
    pd.testing.assert_frame_equal(loaded.table, beats.table, atol=1e-6)
    assert loaded.classes == beats.classes
    assert loaded.records.tolist() == ["100", "100", "0212"]
    assert loaded.patients.tolist() == ["100", "100", "NA"]


def test_beats_are_chosen_by_index_or_mask(beats: SingleBeats) -> None:
    for chosen in (np.array([2, 0]), np.array([True, False, True])):
        part = beats.at(chosen)
        assert sorted(part.labels.tolist()) == [0, 4]
        first = part.labels.tolist().index(0)
        np.testing.assert_array_equal(part.ecg[first], beats.ecg[0])
        assert part.leads[first] == "MLII"
        assert part.table.index.tolist() == [0, 1]


def test_joined_sets_follow_one_another(beats: SingleBeats) -> None:
    none = no_single_beats(EC57_CLASSES)
    joined = join_single_beats([none, beats.at(np.array([1])), none, beats])
    assert joined.labels.tolist() == [2, 0, 2, 4]
    assert joined.labels.dtype == np.int64
    np.testing.assert_array_equal(joined.ecg[1:], beats.ecg)


def test_a_set_without_beats_is_read_back_and_keeps_the_types_of_others(
    tmp_path: Path, beats: SingleBeats
) -> None:
    none = no_single_beats(EC57_CLASSES)
    save_single_beats(none, tmp_path / "none")
    save_single_beats(beats, tmp_path / "some")
    loaded, some = (load_single_beats(tmp_path / name) for name in ("none", "some"))
    assert len(loaded) == 0
    assert loaded.classes == EC57_CLASSES
    pd.testing.assert_frame_equal(loaded.table, none.table)
    joined = join_single_beats([loaded, some])
    assert joined.table.dtypes.to_dict() == some.table.dtypes.to_dict()
    assert np.bincount(joined.labels).tolist() == [1, 0, 1, 0, 1]


def test_sets_of_other_classes_are_not_joined(beats: SingleBeats) -> None:
    with pytest.raises(ValueError, match="too many values"):
        join_single_beats([beats, no_single_beats(("normal", "abnormal"))])


def test_waveforms_and_rows_must_agree(beats: SingleBeats) -> None:
    with pytest.raises(AssertionError, match="disagree"):
        SingleBeats(ecg=beats.ecg[:2], table=beats.table, classes=EC57_CLASSES)


@pytest.mark.parametrize("name", ["beats.csv", "classes.txt", "ecg.npy"])
def test_a_missing_file_is_reported_with_the_cure(
    tmp_path: Path, beats: SingleBeats, name: str
) -> None:
    save_single_beats(beats, tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ValueError, match=rf"{name}: no such file; run the stage that writes"):
        load_single_beats(tmp_path)
