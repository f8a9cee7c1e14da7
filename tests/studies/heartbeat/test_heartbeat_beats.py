"""Beats of MIT-BIH lie at annotations and have the classes of EC57; candidates can replace them."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ptbxl_records import write_ptbxl
from root import ROOT
from serial_pool import serial_pool
from wfdb_records import write_record

from ecgfuse.classes import CLASS_OF_CODE, EC57_CLASSES
from ecgfuse.datasets.single_beats import FS, load_single_beats
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.recordings.beats import read_beats
from ecgfuse.studies.heartbeat import beats as stage
from ecgfuse.studies.heartbeat import ptbxl
from ecgfuse.studies.heartbeat.beats import (
    BeatsConfig,
    cut_all,
    cut_record,
    cut_records,
    left_out,
    nearest_candidates,
)
from ecgfuse.studies.heartbeat.kaggle import kaggle_sets

LEADS = ("MLII", "V1", "V5")
REAL = ROOT.parent / "shared" / "data" / "mitdb"


def spiked(at: list[int], *, heights: list[float] | None = None, n: int = 7200) -> np.ndarray:
    """Twenty seconds at 360 Hz with a beat of 1 mV, as wide as a QRS complex, at each place."""
    signal, offsets = np.zeros(n), np.arange(-30, 31)
    for place, height in zip(at, heights or [1.0] * len(at), strict=True):
        signal[place + offsets] += height * np.exp(-0.5 * (offsets / 8) ** 2)
    return signal


def test_every_annotated_beat_but_the_last_is_cut(synthetic_database: Path) -> None:
    for name in ("101", "102"):
        cut = cut_record(synthetic_database / name, leads=LEADS, r_peaks="annotations")
        annotated = read_beats(synthetic_database / name, n_samples=10**6)
        assert cut.table["sample"].tolist() == annotated.r_peaks[:-1].tolist()
        np.testing.assert_allclose(cut.table["time_s"], annotated.r_peaks[:-1] / 360)
        assert set(cut.records) == set(cut.patients) == {name}
    assert set(cut.leads) == {"V5"}  # record 102 has no MLII


def test_classes_are_those_of_ec57_with_escape_beats_as_normal(tmp_path: Path) -> None:
    codes = "NLRejaAJSnVEF/fQN"
    at = [200 + 400 * i for i in range(len(codes))]
    path = write_record(tmp_path, leads={"MLII": spiked(at)}, peaks=at, symbols=codes)
    cut = cut_record(path, leads=LEADS, r_peaks="annotations")
    assert "".join(EC57_CLASSES[label] for label in cut.labels) == "NNNNNSSSSSVVFQQQ"


def test_a_beat_begins_at_its_annotation(tmp_path: Path) -> None:
    at = [360, 720, 1080, 1440]
    path = write_record(tmp_path, leads={"MLII": spiked(at)}, peaks=at, symbols="NNNN")
    (first, *_) = cut_record(path, leads=LEADS, r_peaks="annotations").ecg
    assert first[0] > 0.95
    assert first[125] > 0.95  # the next beat, one second later
    assert not first[150:].any()  # 1.2 s


def test_a_beat_in_ten_seconds_without_signal_is_left_out(tmp_path: Path) -> None:
    at = [360, 720, 1080, 5000, 5400]
    signal = spiked(at[:3])
    path = write_record(tmp_path, leads={"MLII": signal}, peaks=at, symbols="NNNNN")
    cut = cut_record(path, leads=LEADS, r_peaks="annotations")
    assert cut.table["sample"].tolist() == [360, 720, 1080]


def test_candidates_are_labelled_by_the_annotation_near_them(tmp_path: Path) -> None:
    at = [360, 720, 1080, 1440, 1800]
    signal = spiked([*at, 1620], heights=[1, 2, 1, 1.9, 1.95, 1.9])  # no beat at 1620
    peaks = [360, 730, 1080, 1430, 1800]
    path = write_record(tmp_path, leads={"MLII": signal}, peaks=peaks, symbols="NVNSN")
    cut = cut_record(path, leads=LEADS, r_peaks="candidates")
    # The tall beats hide those of 1 mV, and the last one found is left out.
    np.testing.assert_allclose(cut.table["sample"], [720, 1440], atol=360 / FS)
    assert [EC57_CLASSES[label] for label in cut.labels] == ["V", "S"]


def test_one_candidate_is_chosen_per_beat() -> None:
    candidates = np.array([90, 104, 150, 210, 290, 297])
    found = nearest_candidates(candidates, annotated=np.array([100, 200, 300, 400]), within=20)
    assert found.tolist() == [1, 3, 5, -1]


def test_without_candidates_no_beat_has_one() -> None:
    none = np.array([], dtype=np.int64)
    assert nearest_candidates(none, annotated=np.array([1, 2]), within=9).tolist() == [-1, -1]


def test_the_two_records_of_one_person_have_one_patient(tmp_path: Path) -> None:
    signal = spiked([360, 720])
    patients = set()
    for name in ("201", "202"):
        path = write_record(
            tmp_path, name=name, leads={"MLII": signal}, peaks=[360, 720, 800], symbols="NNN"
        )
        patients |= set(cut_record(path, leads=LEADS, r_peaks="annotations").patients)
    assert patients == {"201"}


def test_records_of_no_split_are_found(synthetic_database: Path, small_split: SplitConfig) -> None:
    assert left_out(synthetic_database, split=small_split) == ["102"]


def test_a_database_without_a_list_of_records_is_reported(
    tmp_path: Path, small_split: SplitConfig
) -> None:
    with pytest.raises(ValueError, match=r"RECORDS: no such file; fetch it again with 'dvc repro"):
        left_out(tmp_path, split=small_split)


@pytest.fixture
def run(
    tmp_path: Path,
    synthetic_database: Path,
    small_split: SplitConfig,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Path]:
    """Run the stage and return its output folder."""
    for module in (stage, ptbxl):
        monkeypatch.setattr(module, "process_pool", serial_pool)
    certain = {"NORM": 100.0}
    rows = [{"patient": p, "fold": f, "codes": certain} for p, f in ((1, 1), (2, 7), (3, 10))]
    write_ptbxl(tmp_path / "ptb-xl", rows)

    def cut(*, kaggle: str = "") -> Path:
        cut_all(
            BeatsConfig(r_peaks="annotations", ptbxl_recordings=3, kaggle=kaggle),
            mitdb=synthetic_database,
            ptbxl=tmp_path / "ptb-xl",
            split=small_split,
            leads=LEADS,
            out=tmp_path / "out",
            figure=tmp_path / "out.png",
            workers=1,
        )
        return tmp_path / "out"

    return cut


def test_every_split_has_its_records(
    run: Callable[..., Path], small_split: SplitConfig, tmp_path: Path
) -> None:
    out = run()
    for split, records in {**small_split.records(), "paced": ("102",)}.items():
        beats = load_single_beats(out / "mitdb" / split)
        assert tuple(dict.fromkeys(beats.records)) == records
        assert beats.classes == EC57_CLASSES
        for record in records:
            times = beats.table["time_s"][beats.records == record]
            assert (np.diff(times) > 0).all()
    for split in ("train", "valid", "test"):
        assert load_single_beats(out / "ptbxl" / split).classes == ("normal", "abnormal")
    # The folder is there without files of Kaggle, so that other stages can depend on it.
    assert {path.name for path in (out / "kaggle").iterdir()} == {"sets.csv"}
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_beats_do_not_depend_on_the_number_of_processes(
    synthetic_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [synthetic_database / name for name in ("101", "102", "114")]
    two = cut_records(paths, leads=LEADS, r_peaks="candidates", workers=2)
    monkeypatch.setattr(stage, "process_pool", serial_pool)
    one = cut_records(paths, leads=LEADS, r_peaks="candidates", workers=1)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a.ecg, b.ecg)
        pd.testing.assert_frame_equal(a.table, b.table)


def test_kaggle_files_are_read_beside_the_others(run: Callable[..., Path], tmp_path: Path) -> None:
    row = ",".join(["0.5"] * 187)
    labels = {"mitbih_train": 4, "mitbih_test": 2, "ptbdb_normal": 0, "ptbdb_abnormal": 1}
    (tmp_path / "files").mkdir()
    for name, label in labels.items():
        (tmp_path / "files" / f"{name}.csv").write_text(f"{row},{label}\n")
    out = run(kaggle=str(tmp_path / "files"))
    assert load_single_beats(out / "kaggle/mitbih_train").labels.tolist() == [4]
    assert load_single_beats(out / "kaggle/mitbih_test").labels.tolist() == [2]
    assert load_single_beats(out / "kaggle/ptbdb").labels.tolist() == [0, 1]
    assert kaggle_sets(out / "kaggle") == {"mitbih_train", "mitbih_test", "ptbdb"}


def test_a_wrong_number_of_recordings_is_refused() -> None:
    with pytest.raises(ValueError, match=r"beats\.ptbxl_recordings is 0, but must be 1 or more"):
        BeatsConfig(r_peaks="annotations", ptbxl_recordings=0, kaggle="")


def test_a_broken_record_is_named(tmp_path: Path) -> None:
    path = write_record(tmp_path, leads={"MLII": np.zeros(1200)})
    with pytest.raises(ValueError, match="record r1: lead MLII is constant"):
        cut_record(path, leads=LEADS, r_peaks="annotations")


@pytest.mark.skipif(not REAL.is_dir(), reason="the real database is not beside the checkout")
def test_the_published_set_has_all_annotated_beats_but_the_last_of_each_record() -> None:
    counts: Counter[str] = Counter()
    for name in (REAL / "RECORDS").read_text().split():
        symbols = read_beats(REAL / name, n_samples=650_000).symbols[:-1]
        counts.update(CLASS_OF_CODE[symbol] for symbol in symbols)
    assert counts == {"N": 90589, "S": 2779, "V": 7236, "F": 803, "Q": 8039}
