"""Beat sets are read back as saved, and missing classes are reported."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_networks import no_morphology

from ecgfuse.datasets.beats import (
    BeatSet,
    load_beat_table,
    load_beats,
    require_all_classes,
    save_beats,
)


@pytest.fixture
def beats() -> BeatSet:
    annotated = pd.DataFrame(
        {
            "record": ["100", "100", "100", "0212", "0212"],
            "sample": [77, 370, 662, 946, 1231],
            "time_s": np.array([77, 370, 662, 946, 1231]) / 360,
            "symbol": ["N", "A", "/", '"', "F"],
            "label": [0, 1, -1, 2, 3],
            "used": [0, 1, 0, 1, 1],
        }
    )
    rng = np.random.default_rng(0)
    ecg = rng.normal(size=(3, 2, 8)).astype(np.float32)
    morphology = rng.normal(size=(3, 6)).astype(np.float32)
    return BeatSet(ecg=ecg, morphology=morphology, annotated=annotated)


def test_labels_records_and_table_are_those_of_the_used_beats(beats: BeatSet) -> None:
    assert len(beats) == 3
    assert beats.labels.tolist() == [1, 2, 3]
    assert beats.records.tolist() == ["100", "0212", "0212"]
    assert beats.table["sample"].tolist() == [370, 946, 1231]
    assert beats.table.index.tolist() == [0, 1, 2]


def test_saved_beats_are_read_back(tmp_path: Path, beats: BeatSet) -> None:
    save_beats(beats, tmp_path / "new" / "train")
    loaded = load_beats(tmp_path / "new" / "train")
    np.testing.assert_array_equal(loaded.ecg, beats.ecg)
    np.testing.assert_array_equal(loaded.morphology, beats.morphology)
    assert loaded.ecg.dtype == loaded.morphology.dtype == np.float32
    pd.testing.assert_frame_equal(loaded.annotated, beats.annotated, atol=1e-6)
    assert loaded.records.tolist() == beats.records.tolist()


def test_record_names_stay_text_with_leading_zeros(tmp_path: Path, beats: BeatSet) -> None:
    save_beats(beats, tmp_path)
    assert load_beat_table(tmp_path)["record"].tolist() == ["100"] * 3 + ["0212"] * 2


def test_saving_twice_writes_the_same_bytes(tmp_path: Path, beats: BeatSet) -> None:
    for name in ("first", "second"):
        save_beats(beats, tmp_path / name)
    for file in ("ecg.npy", "comparison.npy", "beats.csv"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()


def test_the_table_is_plain_csv(tmp_path: Path, beats: BeatSet) -> None:
    save_beats(beats, tmp_path)
    lines = (tmp_path / "beats.csv").read_bytes().split(b"\n")
    assert lines[:2] == [b"record,sample,time_s,symbol,label,used", b"100,77,0.213889,N,0,0"]


def test_times_are_kept_to_the_microsecond(tmp_path: Path, beats: BeatSet) -> None:
    save_beats(beats, tmp_path)
    np.testing.assert_allclose(
        load_beat_table(tmp_path)["time_s"], beats.annotated["time_s"], atol=0.51e-6
    )


@pytest.mark.parametrize("load", [load_beats, load_beat_table])
def test_a_missing_folder_is_reported_with_the_cure(tmp_path: Path, load: object) -> None:
    assert callable(load)
    with pytest.raises(ValueError, match=r"beats\.csv: no such file; run the stage that writes"):
        load(tmp_path / "absent")


@pytest.mark.parametrize("part", ["ecg", "morphology"])
def test_waveforms_and_morphology_must_have_as_many_beats_as_the_table(
    part: str, beats: BeatSet
) -> None:
    with pytest.raises(AssertionError, match="disagree"):
        dataclasses.replace(beats, **{part: getattr(beats, part)[:2]})


def test_beats_without_morphology_features_are_read_back(tmp_path: Path, beats: BeatSet) -> None:
    save_beats(dataclasses.replace(beats, morphology=no_morphology(3)), tmp_path)
    assert load_beats(tmp_path).morphology.shape == (3, 0)


def test_a_split_with_all_classes_is_accepted() -> None:
    require_all_classes(np.array([3, 0, 0, 2, 1]), split="train")


@pytest.mark.parametrize(
    ("labels", "absent"),
    [([0, 1, 2], "F"), ([0, 0, 3], "S, V"), ([3], "N, S, V"), ([], "N, S, V, F")],
)
def test_a_missing_class_is_named_with_the_cure(labels: list[int], absent: str) -> None:
    message = rf"split\.valid has no beat of class {absent}; add a record .* to split\.valid"
    with pytest.raises(ValueError, match=message):
        require_all_classes(np.array(labels, dtype=np.int64), split="valid")
