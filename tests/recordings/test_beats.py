"""Annotations become beats with AAMI classes; unusable files are rejected with a cure."""

from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecgfuse.classes import CLASSES, UNLABELLED
from ecgfuse.recordings.beats import make_beats, read_beats

N_SAMPLES = 5000


def write(folder: Path, samples: list[int], symbols: str) -> Path:
    wfdb.wrann("r1", "atr", np.array(samples), symbol=list(symbols), write_dir=str(folder))
    return folder / "r1"


@pytest.mark.parametrize(
    ("symbols", "label"),
    [
        ("NLRBej", CLASSES.index("N")),
        ("AaJSn", CLASSES.index("S")),
        ("VEr", CLASSES.index("V")),
        ("F", CLASSES.index("F")),
        ("/fQ?", UNLABELLED),
    ],
)
def test_every_code_has_its_aami_class(tmp_path: Path, symbols: str, label: int) -> None:
    codes = f"N{symbols}NN"
    samples = [100 * (i + 1) for i in range(len(codes))]
    beats = read_beats(write(tmp_path, samples, codes), n_samples=N_SAMPLES)
    assert beats.labels[1:-2].tolist() == [label] * len(symbols)
    assert "".join(beats.symbols) == codes


def test_marks_that_are_no_beats_are_dropped(tmp_path: Path) -> None:
    # Rhythm, noise, artefact, flutter wave, non-conducted P wave, comment, start of flutter.
    marks = '+~|!x"['
    samples = [18, *range(100, 801, 100), 900, 1000]
    beats = read_beats(write(tmp_path, samples, f"+N{marks}VN"), n_samples=N_SAMPLES)
    assert beats.r_peaks.tolist() == [100, 900, 1000]
    assert "".join(beats.symbols) == "NVN"
    assert len(beats) == 3


def test_r_peaks_and_labels_are_int64(tmp_path: Path) -> None:
    beats = read_beats(write(tmp_path, [100, 200, 300], "NVF"), n_samples=N_SAMPLES)
    assert (beats.r_peaks.dtype, beats.labels.dtype) == (np.int64, np.int64)
    assert beats.labels.tolist() == [0, 2, 3]


def test_a_missing_annotation_file_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"record r1: .*r1\.atr: no such file; .*dvc repro --force STAGE"
    ):
        read_beats(tmp_path / "r1", n_samples=N_SAMPLES)


def test_an_unreadable_annotation_file_is_rejected(tmp_path: Path) -> None:
    path = write(tmp_path, [100, 200, 300], "NNN").with_suffix(".atr")
    path.write_bytes(b"\xff" * 40 + b"\0\0")
    with pytest.raises(ValueError, match=r"record r1: .*r1\.atr: this is not .*download"):
        read_beats(tmp_path / "r1", n_samples=N_SAMPLES)


@pytest.mark.parametrize("n_bytes", [0, 7])
def test_a_cut_annotation_file_is_rejected_and_not_read_in_part(
    tmp_path: Path, n_bytes: int
) -> None:
    path = write(tmp_path, list(range(100, 1001, 100)), "N" * 10).with_suffix(".atr")
    whole = path.read_bytes()
    assert len(whole) == 22  # two bytes a beat and two at the end
    path.write_bytes(whole[:n_bytes])
    with pytest.raises(ValueError, match=r"record r1: .*r1\.atr: .* (cut|empty).*download"):
        read_beats(tmp_path / "r1", n_samples=N_SAMPLES)


def test_a_beat_on_the_last_sample_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path, [100, 200, 300, 4999], "NNNN")
    assert read_beats(path, n_samples=N_SAMPLES).r_peaks.tolist() == [100, 200, 300, 4999]


def test_a_single_beat_beyond_the_signal_is_left_out_and_counted(tmp_path: Path) -> None:
    """As in record 860 of svdb, whose last beat is at sample 230,400 of 230,400."""
    path = write(tmp_path, [100, 200, 300, 5000], "NVNV")
    with pytest.warns(
        UserWarning,
        match=r"^record r1: 1 of 4 annotated beats, the first at sample 5,000, lie outside the "
        r"signal of 5,000 samples and are left out$",
    ):
        beats = read_beats(path, n_samples=N_SAMPLES)
    assert beats.r_peaks.tolist() == [100, 200, 300]
    assert beats.symbols.tolist() == ["N", "V", "N"]


@pytest.mark.parametrize(("n_outside", "is_read"), [(4, True), (5, False)])
def test_many_beats_beyond_the_signal_are_rejected(
    tmp_path: Path, n_outside: int, is_read: bool
) -> None:
    n = 40  # of which a tenth may be outside
    ends = range(N_SAMPLES, N_SAMPLES + n_outside)
    path = write(tmp_path, [*range(100, 100 * (n - n_outside) + 1, 100), *ends], "N" * n)
    if is_read:
        with pytest.warns(UserWarning, match="4 of 40 annotated beats"):
            assert len(read_beats(path, n_samples=N_SAMPLES)) == n - n_outside
        return
    with pytest.raises(ValueError, match=r"5 of 40 annotated beats, .* belong together"):
        read_beats(path, n_samples=N_SAMPLES)


def test_of_two_beats_at_one_sample_the_first_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path, [100, 200, 200, 300], "NVNN")
    with pytest.warns(UserWarning, match="record r1: 1 beats at the same sample as another one"):
        beats = read_beats(path, n_samples=N_SAMPLES)
    assert beats.r_peaks.tolist() == [100, 200, 300]
    assert beats.symbols.tolist() == ["N", "V", "N"]


def test_times_at_the_rate_of_the_annotation_file_are_converted(tmp_path: Path) -> None:
    path = tmp_path / "r1"
    wfdb.wrann("r1", "atr", np.array([100, 200, 301]), ["N"] * 3, fs=250, write_dir=str(tmp_path))
    assert read_beats(path, n_samples=N_SAMPLES, fs=500).r_peaks.tolist() == [200, 400, 602]
    assert read_beats(path, n_samples=N_SAMPLES).r_peaks.tolist() == [100, 200, 301]


def test_a_non_beat_annotation_beyond_the_signal_is_ignored(tmp_path: Path) -> None:
    path = write(tmp_path, [100, 200, 300, 9000], "NNN+")
    assert len(read_beats(path, n_samples=N_SAMPLES)) == 3


@pytest.mark.parametrize("symbols", ["NN", "++N", "~~~"])
def test_fewer_than_three_beats_are_rejected(tmp_path: Path, symbols: str) -> None:
    path = write(tmp_path, [100, 200, 300][: len(symbols)], symbols)
    with pytest.raises(
        ValueError, match=r"record r1: \d beats are annotated, at least 3 .* out of the split lists"
    ):
        read_beats(path, n_samples=N_SAMPLES)


@pytest.mark.parametrize(
    ("r_peaks", "message"),
    [
        ([100, 300, 200], "two beats share a sample or are out of order near sample 300"),
        ([100, 200, 200], "two beats share a sample or are out of order near sample 200"),
        ([-5, 100, 200], "a beat is annotated at sample -5"),
    ],
)
def test_impossible_r_peaks_are_rejected(r_peaks: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=f"record r1: {message}"):
        make_beats(np.array(r_peaks), np.array(list("NNN")), n_samples=500, name="r1")
