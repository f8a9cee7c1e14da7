"""Beats, without those in ventricular flutter, and shutdowns of an annotation file."""

from pathlib import Path

import pytest
from annotation_files import write_annotations, write_header
from wfdb_records import write_record

from ecgfuse.classes import CLASS_OF_CODE
from ecgfuse.ec57.episodes import NEVER
from ecgfuse.ec57.labels import match_window, read_labels

UNREADABLE = -1  # as in the MIT-BIH database: all bits set
BEATS = dict.fromkeys("NLRB", "N") | dict.fromkeys("aAJSejn", "S") | dict.fromkeys("VrE", "V")
BEATS |= {"F": "F"} | dict.fromkeys("Q/f?", "Q")
NO_BEATS = "x()ptu`',^|~+sT*D=\"@"


def shutdowns(folder: Path, marks: list[tuple[int, str, int]]) -> list[tuple[int, int]]:
    samples, symbols, subtypes = zip(*marks, strict=True)
    path = write_annotations(folder / "r.tst", samples, symbols, subtypes=subtypes)
    found = read_labels(path).shutdowns
    return list(zip(found.first.tolist(), found.last.tolist(), strict=True))


@pytest.mark.parametrize(
    ("fs", "samples"), [(360, 54), (250, 38), (128, 19), (1000, 150), (257.5, 39)]
)
def test_the_match_window_is_150_ms_to_the_nearest_sample(fs: float, samples: int) -> None:
    assert match_window(fs) == samples


def test_beat_codes_have_the_classes_of_bxb_and_other_codes_are_not_beats(tmp_path: Path) -> None:
    symbols = [*BEATS, *NO_BEATS]
    path = write_annotations(tmp_path / "r.tst", range(10, 10 + len(symbols)), symbols)
    labels = read_labels(path)
    assert labels.classes.tolist() == list(BEATS.values())
    assert labels.samples.tolist() == list(range(10, 10 + len(BEATS)))


def test_the_literature_counts_escape_beats_e_and_j_but_not_n_as_normal(tmp_path: Path) -> None:
    path = write_annotations(tmp_path / "r.tst", [1, 2, 3, 4], "ejnA")
    labels = read_labels(path, class_of_symbol=CLASS_OF_CODE)
    assert labels.classes.tolist() == ["N", "N", "S", "S"]


def test_beats_in_fibrillation_are_left_out(tmp_path: Path) -> None:
    path = write_annotations(tmp_path / "r.tst", [10, 20, 30, 40, 50], "N[V]N")
    assert read_labels(path).samples.tolist() == [10, 50]


def test_unterminated_fibrillation_lasts_to_the_end_of_the_file(tmp_path: Path) -> None:
    path = write_annotations(tmp_path / "r.tst", [10, 20, 30, 40], "N[NV")
    assert read_labels(path).samples.tolist() == [10]


def test_a_shutdown_lasts_to_the_next_annotation_if_that_resumes(tmp_path: Path) -> None:
    marks = [(10, "N", 0), (100, "~", 51), (300, "~", 3), (400, "N", 0)]
    assert shutdowns(tmp_path, marks) == [(100, 300)]


def test_a_mark_after_another_mark_of_a_shutdown_begins_a_shutdown_of_its_own(
    tmp_path: Path,
) -> None:
    marks = [(10, "N", 0), (100, "~", 51), (200, "~", UNREADABLE), (300, "~", 3), (400, "N", 0)]
    assert shutdowns(tmp_path, marks) == [(64, 146), (200, 300)]


@pytest.mark.parametrize("subtype", [0, 1, 2, 3, 16, 32, 35])
def test_one_readable_signal_is_no_shutdown(tmp_path: Path, subtype: int) -> None:
    assert shutdowns(tmp_path, [(10, "N", 0), (100, "~", subtype), (900, "N", 0)]) == []


@pytest.mark.parametrize("after", ["N", "+", "[", "T"])
def test_a_single_mark_is_a_shutdown_from_the_last_beat_to_the_next_annotation_less_their_windows(
    tmp_path: Path, after: str
) -> None:
    marks = [(100, "N", 0), (500, "~", UNREADABLE), (900, after, 0), (1000, "~", 0)]
    assert shutdowns(tmp_path, marks) == [(154, 846)]


def test_a_single_mark_before_the_first_beat_begins_one_window_after_the_start(
    tmp_path: Path,
) -> None:
    assert shutdowns(tmp_path, [(60, "~", UNREADABLE), (900, "N", 0)]) == [(54, 846)]


def test_an_unterminated_shutdown_has_no_end(tmp_path: Path) -> None:
    marks = [(100, "N", 0), (500, "~", UNREADABLE)]
    assert shutdowns(tmp_path, marks) == [(500, NEVER)]


def test_a_flutter_wave_outside_fibrillation_has_the_class_of_no_beat(tmp_path: Path) -> None:
    path = write_annotations(tmp_path / "r.tst", [10, 20, 30, 40, 50], "![!]N")
    labels = read_labels(path)
    assert (labels.samples.tolist(), labels.classes.tolist()) == ([10, 50], ["O", "N"])
    assert (labels.fibrillation.first.tolist(), labels.fibrillation.last.tolist()) == ([20], [40])


def test_times_are_converted_to_another_rate_and_halves_are_rounded_up(tmp_path: Path) -> None:
    path = write_annotations(
        tmp_path / "r.tst", [9, 10, 100, 201], "N~NN", subtypes=[0, -1, 0, 0], fs=720
    )
    labels = read_labels(path, at=360)
    assert (labels.fs, labels.samples.tolist()) == (360, [5, 50, 101])
    # The match window is that of the new rate.
    assert labels.shutdowns.last.tolist() == [50 - 54]


def test_rate_and_end_come_from_the_header(tmp_path: Path) -> None:
    record = write_record(tmp_path, fs=250)  # 1200 samples
    labels = read_labels(record.with_suffix(".atr"))
    assert (labels.fs, labels.end) == (250, 1200)


def test_without_a_header_the_rate_is_that_of_the_file_and_the_length_is_not_known(
    tmp_path: Path,
) -> None:
    path = write_annotations(tmp_path / "r.tst", [10, 900, 950], "NN+", fs=128)
    labels = read_labels(path)
    assert (labels.fs, labels.end) == (128, None)


def test_the_length_of_a_header_in_frames_is_converted_to_the_rate_of_the_file(
    tmp_path: Path,
) -> None:
    write_header(tmp_path / "r.hea", length=30, fs=1)
    own = write_annotations(tmp_path / "r.tst", [400, 800], "NN", fs=500)
    in_frames = write_annotations(tmp_path / "r.atr", [1, 2], "NN", fs=None)
    assert (read_labels(own).fs, read_labels(own).end) == (500, 15_000)
    assert (read_labels(in_frames).fs, read_labels(in_frames).end) == (1, 30)


def test_a_date_in_the_header_has_any_form(tmp_path: Path) -> None:
    path = write_annotations(tmp_path / "r.atr", [10], "N", fs=None)
    (tmp_path / "r.hea").write_text(
        "r 1 360 650000 10:00:00 2024-05-01\nr.dat 16 200/mV 16 0 0 0 0 II\n"
    )
    assert (read_labels(path).fs, read_labels(path).end) == (360, 650_000)


def test_a_given_rate_is_used_only_for_a_file_without_one(tmp_path: Path) -> None:
    silent = write_annotations(tmp_path / "silent.tst", [10], "N", fs=None)
    with_rate = write_annotations(tmp_path / "rate.tst", [10], "N", fs=128)
    assert read_labels(silent, fs=250).fs == 250
    assert read_labels(with_rate, fs=250).fs == 128
    with pytest.raises(ValueError, match=r"silent\.tst: neither .*silent\.hea.*--fs"):
        read_labels(silent)


def test_the_error_of_an_unusable_file_names_it(tmp_path: Path) -> None:
    path = tmp_path / "r.tst"
    path.write_bytes(b"\x0a\x04\x0a\x04")
    with pytest.raises(ValueError, match=r"r\.tst: the end marker is missing"):
        read_labels(path)


@pytest.mark.parametrize("name", ["two words.tst", "환자.1.tst", "s3::100.tst", "bare"])
def test_a_file_and_its_header_may_have_any_name(tmp_path: Path, name: str) -> None:
    record = write_record(tmp_path, fs=250)  # 1200 samples
    path = record.with_suffix(".atr").rename(tmp_path / name)
    record.with_suffix(".hea").rename(path.with_suffix(".hea"))
    labels = read_labels(path)
    assert (labels.fs, labels.end, len(labels.samples)) == (250, 1200, 4)


def test_the_error_of_a_damaged_header_names_it(tmp_path: Path) -> None:
    path = write_annotations(tmp_path / "r.tst", [10], "N")
    (tmp_path / "r.hea").write_text("nonsense\n")
    with pytest.raises(ValueError, match=r"r\.hea: "):
        read_labels(path)
