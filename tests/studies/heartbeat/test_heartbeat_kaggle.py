"""Kaggle's files are read, and files that are not theirs are refused with line and cure."""

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ecgfuse.classes import EC57_CLASSES
from ecgfuse.datasets.single_beats import LENGTH, load_single_beats
from ecgfuse.studies.heartbeat.kaggle import (
    find_kaggle,
    kaggle_sets,
    read_kaggle,
    sets_in,
    write_kaggle,
)


def rows(labels: list[int]) -> np.ndarray:
    """Beats as in the files: from R on, then zeros, and the label."""
    samples = np.random.default_rng(len(labels)).random((len(labels), LENGTH))
    samples[:, 120:] = 0
    return np.column_stack([samples, labels])


def write(path: Path, values: np.ndarray) -> list[str]:
    """Write rows in the number format of the files, and return the lines."""
    np.savetxt(path, values, delimiter=",", fmt="%.18e")
    return path.read_text().splitlines()


@pytest.fixture
def train(tmp_path: Path) -> Path:
    path = tmp_path / "mitbih_train.csv"
    write(path, rows([0, 1, 2, 3, 4]))
    return path


def test_mit_beats_have_samples_and_labels_of_the_five_classes(train: Path) -> None:
    beats = read_kaggle(train.parent, name="mitbih_train")
    expected = rows([0, 1, 2, 3, 4])
    np.testing.assert_allclose(beats.ecg, expected[:, :LENGTH], rtol=1e-6)
    assert beats.ecg.dtype == np.float32
    assert beats.labels.tolist() == [0, 1, 2, 3, 4]
    assert beats.classes == EC57_CLASSES
    assert set(beats.records) == set(beats.patients) == {"mitbih_train"}


def test_ptb_beats_are_normal_ones_followed_by_abnormal_ones(tmp_path: Path) -> None:
    write(tmp_path / "ptbdb_normal.csv", rows([0, 0]))
    write(tmp_path / "ptbdb_abnormal.csv", rows([1, 1, 1]))
    beats = read_kaggle(tmp_path, name="ptbdb")
    assert beats.classes == ("normal", "abnormal")
    assert beats.labels.tolist() == [0, 0, 1, 1, 1]
    assert beats.records.tolist() == ["ptbdb_normal"] * 2 + ["ptbdb_abnormal"] * 3


def test_line_ends_and_byte_order_marks_of_windows_are_accepted(train: Path) -> None:
    text = train.read_text()
    train.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert read_kaggle(train.parent, name="mitbih_train").labels.tolist() == [0, 1, 2, 3, 4]


def test_files_with_each_others_labels_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "ptbdb_normal.csv", rows([1]))
    write(tmp_path / "ptbdb_abnormal.csv", rows([0]))
    with pytest.raises(
        ValueError, match=r"ptbdb_normal\.csv: line 1 has the label 1, not one of 0"
    ):
        read_kaggle(tmp_path, name="ptbdb")


def header(lines: list[str]) -> list[str]:
    return [",".join(f"c{i}" for i in range(LENGTH + 1)), *lines]


def cell(lines: list[str], place: int, text: str) -> list[str]:
    """Replace a cell of the third line."""
    cells = lines[2].split(",")
    cells[place] = text
    return [*lines[:2], ",".join(cells), *lines[3:]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (header, "line 1 has 'c0' for a number, as if it were a header"),
        (lambda lines: cell(lines, 7, "1.5"), r"line 3 has the sample 1\.5"),
        (lambda lines: cell(lines, 7, "-0.1"), r"line 3 has the sample -0\.1"),
        (lambda lines: cell(lines, 7, "inf"), "line 3 has the sample inf"),
        (lambda lines: cell(lines, 7, "nan"), "line 3 has 187 values instead of 188"),
        (lambda lines: cell(lines, 7, ""), "line 3 has 187 values instead of 188"),
        (lambda lines: cell(lines, 7, "abc"), "line 3 has 'abc' for a number"),
        (lambda lines: cell(lines, -1, "5"), "line 3 has the label 5, not one of 0, 1, 2, 3, 4"),
        (lambda lines: cell(lines, -1, "0.5"), r"line 3 has the label 0\.5"),
        (lambda lines: cell(lines, -1, "-1"), "line 3 has the label -1"),
        (lambda lines: cell(lines, -1, "1,1"), "line 3 has 189 columns instead of 188"),
        (lambda lines: [*lines[:4], lines[4][:700]], "line 5 has .* values instead of 188"),
        (lambda lines: [*lines[:4], lines[4][:-2]], "line 5 has .* for a number"),
        (lambda lines: [*lines[:2], "", *lines[2:]], "line 3 has 0 values instead of 188"),
        (lambda lines: [line.replace(",", ";") for line in lines], "line 1 has 1 columns"),
        (lambda lines: [line.rpartition(",")[0] for line in lines], "line 1 has 187 columns"),
        (lambda lines: ["<!DOCTYPE html>", *lines], "line 1 has 1 columns"),
    ],
)
def test_a_file_of_another_form_is_refused_with_its_line(train: Path, change, message: str) -> None:
    lines = change(train.read_text().splitlines())
    train.write_text("\n".join(lines))
    with pytest.raises(ValueError, match=rf"mitbih_train\.csv: {message}.*; fetch the file again"):
        read_kaggle(train.parent, name="mitbih_train")


def test_compressed_files_are_refused(train: Path) -> None:
    content = train.read_bytes()
    train.write_bytes(gzip.compress(content))
    with pytest.raises(ValueError, match=r"compressed \(gzip\); .* unpacked"):
        read_kaggle(train.parent, name="mitbih_train")
    with zipfile.ZipFile(train, "w") as archive:
        archive.writestr("mitbih_train.csv", content)
    with pytest.raises(ValueError, match=r"compressed \(zip\); .* unpacked"):
        read_kaggle(train.parent, name="mitbih_train")


def test_missing_and_empty_files_are_refused(train: Path) -> None:
    with pytest.raises(ValueError, match=r"mitbih_test\.csv: no such file"):
        read_kaggle(train.parent, name="mitbih_test")
    train.write_bytes(b"")
    with pytest.raises(ValueError, match=r"mitbih_train\.csv: the file is empty"):
        read_kaggle(train.parent, name="mitbih_train")


def test_bytes_that_are_no_text_are_refused(train: Path) -> None:
    train.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(ValueError, match=r"mitbih_train\.csv: line 1"):
        read_kaggle(train.parent, name="mitbih_train")


def test_the_folder_is_found_from_the_root_the_mirror_and_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "checkout"
    for folder in ("checkout/here", "mirror/there", "shared/data/beside"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(root)
    environment = {"ECGFUSE_MIRROR": str(tmp_path / "mirror")}
    for place in ("here", "there", "beside", str(tmp_path / "mirror" / "there")):
        assert find_kaggle(place, environment=environment) is not None
    with pytest.raises(ValueError, match=r"beats\.kaggle is 'there', which is not a folder"):
        find_kaggle("there", environment={})


def test_a_queued_experiment_finds_the_folder_from_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "checkout" / "kaggle").mkdir(parents=True)
    (tmp_path / "copy").mkdir()
    monkeypatch.chdir(tmp_path / "copy")
    found = find_kaggle("kaggle", environment={"DVC_ROOT": str(tmp_path / "checkout")})
    assert found is not None
    assert found.is_dir()


def test_without_a_place_no_folder_is_searched() -> None:
    assert find_kaggle("", environment={}) is None


MITBIH, PTBDB = ("mitbih_train", "mitbih_test"), ("ptbdb_normal", "ptbdb_abnormal")


@pytest.mark.parametrize(
    ("files", "sets"),
    [
        (MITBIH, ("mitbih_train", "mitbih_test")),
        (PTBDB, ("ptbdb",)),
        ((*PTBDB, *MITBIH), ("mitbih_train", "mitbih_test", "ptbdb")),
    ],
)
def test_the_files_of_one_database_are_enough(
    tmp_path: Path, files: tuple[str, ...], sets: tuple[str, ...]
) -> None:
    (tmp_path / "files").mkdir()
    for name in files:
        write(tmp_path / "files" / f"{name}.csv", rows([int(name == "ptbdb_abnormal")] * 2))
    assert sets_in(tmp_path / "files") == sets
    write_kaggle(tmp_path / "files", out=tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"sets.csv", *sets}
    assert kaggle_sets(tmp_path / "out") == set(sets)
    for name in sets:
        assert len(load_single_beats(tmp_path / "out" / name)) == 2 * (1 + (name == "ptbdb"))


@pytest.mark.parametrize("missing", [*MITBIH, *PTBDB])
def test_a_file_without_the_other_of_its_database_is_refused(tmp_path: Path, missing: str) -> None:
    for name in {*MITBIH, *PTBDB} - {missing}:
        (tmp_path / f"{name}.csv").touch()
    with pytest.raises(ValueError, match=rf"{missing}\.csv: no such file, but it belongs to "):
        sets_in(tmp_path)


def test_a_folder_without_any_of_the_files_is_refused_with_their_names(tmp_path: Path) -> None:
    (tmp_path / "mitbih_train.csv.gz").touch()
    with pytest.raises(ValueError, match=r"none of the files mitbih_train\.csv, .* unpacked"):
        sets_in(tmp_path)


def test_without_files_the_list_of_sets_is_empty_and_its_absence_is_reported(
    tmp_path: Path,
) -> None:
    write_kaggle(None, out=tmp_path / "kaggle")
    assert kaggle_sets(tmp_path / "kaggle") == set()
    with pytest.raises(ValueError, match=r"sets\.csv: no such file; run the stage that writes"):
        kaggle_sets(tmp_path)
