"""R peaks from annotation files, or a clear error."""

from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecgfuse.annotate.reference import read_r_peaks
from ecgfuse.recordings.recording import Recording


def recording(
    folder: Path, *, name: str = "r1", fs: float = 360.0, frame_fs: float | None = None
) -> Recording:
    return Recording(
        name=name,
        path=folder / f"{name}.hea",
        fs=fs,
        leads=("II",),
        n_samples=9000,
        start=None,
        read_blocks=lambda names: iter(()),
        frame_fs=frame_fs,
    )


def write(folder: Path, samples: list[int], symbols: str, *, fs: float | None = 360) -> None:
    wfdb.wrann("r1", "qrs", np.array(samples), symbol=list(symbols), fs=fs, write_dir=str(folder))


def peaks_of(folder: Path, **kinds: float) -> list[int]:
    peaks, warnings = read_r_peaks(
        recording(folder, **kinds),  # type: ignore[arg-type]
        annotator="qrs",
        n_samples=9000,
    )
    assert warnings == []
    return peaks.tolist()


def test_beats_of_every_code_are_used_and_other_annotations_are_not(tmp_path: Path) -> None:
    write(tmp_path, [10, 300, 400, 600, 700, 900], "+NV~/Q")
    assert peaks_of(tmp_path) == [300, 400, 700, 900]


def test_beats_at_the_same_sample_are_merged(tmp_path: Path) -> None:
    write(tmp_path, [300, 300, 600], "NVN")
    assert peaks_of(tmp_path) == [300, 600]


def test_times_at_another_rate_are_converted(tmp_path: Path) -> None:
    write(tmp_path, [100, 200], "NN", fs=180)
    assert peaks_of(tmp_path) == [200, 400]


def test_times_without_a_rate_are_in_frames(tmp_path: Path) -> None:
    """As in records with several samples of a lead per frame."""
    write(tmp_path, [100, 200], "NN", fs=None)
    assert peaks_of(tmp_path, fs=360.0, frame_fs=90.0) == [400, 800]


@pytest.mark.parametrize(
    ("samples", "symbols", "message"),
    [
        ([10, 20], "+~", r"r1\.qrs: contains no heartbeat.*omit --beats"),
        (
            [300, 9000, 9001],
            "NNN",
            r"2 of 3 annotated beats, the first at sample 9,000, lie outside the signal of 9,000",
        ),
    ],
)
def test_unusable_annotations_are_refused(
    tmp_path: Path, samples: list[int], symbols: str, message: str
) -> None:
    write(tmp_path, samples, symbols)
    with pytest.raises(ValueError, match=message):
        peaks_of(tmp_path)


def test_a_single_beat_outside_is_left_out_with_a_warning(tmp_path: Path) -> None:
    write(tmp_path, [300, 600, 9000], "NNN")
    peaks, warnings = read_r_peaks(recording(tmp_path), annotator="qrs", n_samples=9000)
    assert peaks.tolist() == [300, 600]
    (warning,) = warnings
    assert "1 of 3 annotated beats, the first at sample 9,000, lie outside" in warning


def test_the_error_of_a_missing_file_names_two_cures(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"r1\.qrs: no such annotation file; .*--beats, or omit"):
        peaks_of(tmp_path)


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "r1.qrs").write_text("time,beat\n1,N\n")
    with pytest.raises(ValueError, match=r"r1\.qrs: "):
        peaks_of(tmp_path)
