"""Tables of single beats are read as they are, with the labels where the person says."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from serve_cases import write_beats_csv
from single_beat_files import write_single_beat_file

from ecgfuse.annotate.annotator import Annotator
from ecgfuse.serve.analysis.job import RecordingJob
from ecgfuse.serve.analysis.progress import Progress
from ecgfuse.serve.analysis.pyramid import FOLDER
from ecgfuse.serve.analysis.result import AnalysisResult, load_result
from ecgfuse.serve.intake.single_beats import (
    analyse_single_beats,
    check_layout,
    may_be_single_beats,
    read_waveform,
)

Analyse = Callable[..., AnalysisResult]


@pytest.fixture(scope="module")
def annotator(tmp_path_factory: pytest.TempPathFactory) -> Annotator:
    return Annotator(write_single_beat_file(tmp_path_factory.mktemp("model") / "means.onnx"))


@pytest.fixture
def analyse(tmp_path: Path, annotator: Annotator) -> Analyse:
    def run(path: Path, *, label_column: str) -> AnalysisResult:
        out = tmp_path / "out"
        out.mkdir(exist_ok=True)
        job = RecordingJob(
            part="a.1", name="beats", path=path, pyramid=path.parent / FOLDER, folder=out
        )
        analyse_single_beats(
            job, label_column=label_column, annotator=annotator, progress=Progress()
        )
        return load_result(out)

    return run


def write(path: Path, rows: np.ndarray, *, separator: str = ",") -> Path:
    np.savetxt(path, rows, delimiter=separator, fmt="%.6f")
    return path


def beats(n: int) -> np.ndarray:
    """Beats of which each has another T wave, so another probability."""
    t = np.arange(187)
    r_wave = np.exp(-t / 5)
    t_wave = np.exp(-0.5 * ((t - 30) / 8) ** 2)
    return np.stack([np.clip(r_wave + (0.1 + 0.8 * i / n) * t_wave, 0, 1) for i in range(n)])


def test_rows_are_classified_as_by_the_library(
    tmp_path: Path, analyse: Analyse, annotator: Annotator
) -> None:
    rows = beats(12)
    result = analyse(write(tmp_path / "b.csv", rows), label_column="none")
    expected = annotator.classify_beats(np.round(rows, 6).astype(np.float32))
    assert result.beats["class"].tolist() == expected["class"].tolist()
    np.testing.assert_allclose(result.beats["p_abnormal"], expected["p_abnormal"], atol=1e-6)
    assert result.beats["sample"].tolist() == list(range(12))
    assert "reference" not in result.beats.columns
    assert result.summary["counts"] == dict(
        zip(*np.unique(expected["class"], return_counts=True), strict=True)
    ) | {name: 0 for name in ("N", "abnormal", "Q") if name not in set(expected["class"])}
    times, values = read_waveform(tmp_path / FOLDER, row=7)
    np.testing.assert_allclose(values, rows[7], atol=1e-6)
    assert (times[0], times[125]) == (0, 1)


@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_labels_are_taken_from_where_the_person_says(
    tmp_path: Path, analyse: Analyse, place: str, separator: str
) -> None:
    rows, labels = beats(10), np.arange(10.0)[:, None] % 3
    columns = [labels, rows] if place == "first" else [rows, labels]
    path = write(tmp_path / "b.csv", np.concatenate(columns, axis=1), separator=separator)
    result = analyse(path, label_column=place)
    assert result.beats["reference"].tolist() == [
        "N" if i % 3 == 0 else "abnormal" for i in range(10)
    ]
    np.testing.assert_allclose(read_waveform(tmp_path / FOLDER, row=4)[1], rows[4], atol=1e-6)


def test_a_table_with_names_of_columns_is_read(tmp_path: Path, analyse: Analyse) -> None:
    path = write(tmp_path / "b.csv", beats(10))
    path.write_text(",".join(f"c_{i}" for i in range(187)) + "\n" + path.read_text())
    assert len(analyse(path, label_column="none").beats) == 10


def test_samples_in_the_column_of_the_labels_are_refused(tmp_path: Path, analyse: Analyse) -> None:
    rows = np.concatenate([0.9 * beats(10), np.zeros((10, 1))], axis=1)
    with pytest.raises(ValueError, match=r"the label of row 1 is 0\.\d+, but must be a whole"):
        analyse(write(tmp_path / "b.csv", rows[:, ::-1]), label_column="last")
    assert not (tmp_path / FOLDER).exists()


@pytest.mark.parametrize("cell", ["x", "inf"])
def test_a_cell_that_is_no_number_is_named(tmp_path: Path, analyse: Analyse, cell: str) -> None:
    path = write(tmp_path / "b.csv", beats(10))
    lines = path.read_text().splitlines()
    lines[6] = lines[6].replace(lines[6].split(",")[3], cell, 1)
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(ValueError, match="line 7"):
        analyse(path, label_column="none")


def test_values_out_of_range_and_missing_ones_are_not_classified(
    tmp_path: Path, analyse: Analyse
) -> None:
    rows = beats(10)
    rows[2, 5], rows[4, 5] = 1.5, np.nan
    result = analyse(write(tmp_path / "b.csv", rows), label_column="none")
    assert result.beats["flag"].tolist().count("unfamiliar: range") == 2
    assert result.beats["class"].tolist()[2] == result.beats["class"].tolist()[4] == "Q"


@pytest.mark.parametrize(
    ("width", "label_column", "message"),
    [
        (187, None, "has 187 columns; say whether one of them is a label"),
        (188, None, "has 188 columns; say whether one of them is a label"),
        (187, "last", 'so none of them is a label; choose "no label"'),
        (188, "none", "one more than the 187 samples of a beat; say which one is the label"),
        (188, "second", "is 'second', but must be none, first or last"),
        (186, "none", "has 186 columns, but a table of single beats has 187"),
        (190, "last", "has 190 columns, but a table of single beats has 187"),
    ],
)
def test_the_width_is_checked_and_labels_are_never_guessed(
    tmp_path: Path, width: int, label_column: str | None, message: str
) -> None:
    path = write(tmp_path / "b.csv", np.random.default_rng(0).random((5, width)))
    assert may_be_single_beats(path) == (width in (187, 188))
    with pytest.raises(ValueError, match=message):
        check_layout(path, label_column=label_column)


def test_a_row_that_does_not_exist_is_refused(tmp_path: Path, analyse: Analyse) -> None:
    with pytest.raises(ValueError, match="has not been read yet"):
        read_waveform(tmp_path / FOLDER, row=0)
    analyse(write_beats_csv(tmp_path, labels=False, n_beats=10), label_column="none")
    for row in (-1, 10):
        with pytest.raises(ValueError, match=f"there is no row {row}; the rows are 0 to 9"):
            read_waveform(tmp_path / FOLDER, row=row)
