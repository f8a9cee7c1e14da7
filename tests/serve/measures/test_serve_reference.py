"""A small record against its reference, with matrix and mismatches worked out by hand."""

from pathlib import Path

import numpy as np
import pytest
from beat_tables import FS, beat_table, binary_table
from hypothesis import given, settings
from hypothesis import strategies as st

from ecgfuse.ec57.counts import count_beats
from ecgfuse.ec57.episodes import Episodes
from ecgfuse.ec57.labels import BeatLabels, match_window
from ecgfuse.ec57.pairing import pair_beats, pair_from
from ecgfuse.recordings.annotation_writer import write_annotation_file
from ecgfuse.serve.measures.reference import (
    Comparison,
    compare,
    ec57_tables,
    read_reference,
    with_labels,
)

N_SAMPLES = round(8 * FS)
STEP = round(0.8 * FS)


def reference_file(folder: Path, codes: str, *, samples: list[int] | None = None) -> Path:
    """Annotations 0.8 s apart, unless at other samples."""
    path = folder / "100.atr"
    places = np.array(samples or [STEP * (row + 1) for row in range(len(codes))])
    write_annotation_file(path, places, list(codes), fs=FS)
    return path


@pytest.fixture
def comparison(tmp_path: Path) -> Comparison:
    """Reference N V e V F, at 0.8 s each; found N V N S and a sixth place, the fifth is missed."""
    beats = beat_table("NVNSN", rr_s=[0.8, 0.8, 0.8, 0.8, 1.6])
    path = reference_file(tmp_path, "NVeVF")
    return compare(beats, reference=read_reference(path, fs=FS, n_samples=N_SAMPLES))


def test_every_beat_has_the_class_of_its_partner(comparison: Comparison) -> None:
    assert comparison.reference_classes().tolist() == ["N", "V", "S", "V", ""]


def test_wrong_missed_and_extra_beats_are_mismatches(comparison: Comparison) -> None:
    assert comparison.wrong().tolist() == [3 * STEP, 4 * STEP]  # e is S in EC57
    assert comparison.missed().tolist() == [5 * STEP]
    assert comparison.extra().tolist() == [6 * STEP]
    assert comparison.mismatches().tolist() == [step * STEP for step in (3, 4, 5, 6)]


def test_the_matrix_of_all_beats(comparison: Comparison) -> None:
    table = comparison.table(start_s=0)
    rows, columns = table["rows"], table["columns"]
    counts = {
        (row, column): n
        for row, line in zip(rows, table["counts"], strict=True)
        for column, n in zip(columns, line, strict=True)
        if n
    }
    assert counts == {
        ("N", "n"): 1,
        ("V", "v"): 1,
        ("S", "n"): 1,
        ("V", "s"): 1,
        ("F", "o"): 1,
        ("O", "n"): 1,
    }
    assert table["scores"]["qrs"] == {"se": pytest.approx(4 / 5), "ppv": pytest.approx(4 / 5)}
    assert table["scores"]["veb"]["se"] == pytest.approx(1 / 2)
    assert table["scores"]["sveb"]["ppv"] == 0


def test_other_labels_change_the_classes_and_not_the_pairs(comparison: Comparison) -> None:
    rr_s = [0.8, 0.8, 0.8, 0.8, 1.6]
    corrected = beat_table("NVNSN", rr_s=rr_s, corrected={2: "S", 3: "V"})
    assert with_labels(comparison, corrected).wrong().tolist() == []
    assert with_labels(comparison, corrected).missed().tolist() == [5 * STEP]


def test_unclassified_beats_are_not_wrong(tmp_path: Path) -> None:
    reference = read_reference(reference_file(tmp_path, "VV"), fs=FS, n_samples=None)
    assert compare(beat_table("QV"), reference=reference).wrong().tolist() == []


def test_normal_and_abnormal_beats_are_compared_with_n_and_the_rest(tmp_path: Path) -> None:
    reference = read_reference(reference_file(tmp_path, "NSVFN"), fs=FS, n_samples=N_SAMPLES)
    found = compare(binary_table("NAAAA"), reference=reference)
    assert found.wrong().tolist() == [5 * STEP]
    table = found.table(start_s=0)
    assert table["columns"] == ["n", "abnormal", "q", "o", "x"]
    assert [line[1] for line in table["counts"][:4]] == [1, 1, 1, 1]  # of N, S, V, F
    assert table["scores"]["qrs"]["se"] == 1
    assert table["scores"]["veb"] == {"se": None, "ppv": None, "fpr": None}


def test_a_short_record_has_no_test_period(comparison: Comparison) -> None:
    tables = ec57_tables(comparison, duration_s=8.0)
    assert tables["standard"] is None
    assert tables["whole"] == comparison.table(start_s=0)


def test_the_test_period_starts_after_five_minutes(tmp_path: Path) -> None:
    samples = [round(s * FS) for s in (100, 299, 301, 302)]
    beats = beat_table("VVVV", rr_s=[100.0, 199.0, 2.0, 1.0])
    path = reference_file(tmp_path, "NNVV", samples=samples)
    found = compare(beats, reference=read_reference(path, fs=FS, n_samples=round(310 * FS)))
    tables = ec57_tables(found, duration_s=310.0)
    assert tables["standard"]["scores"]["veb"] == {"se": 1, "ppv": 1, "fpr": None}
    assert tables["whole"]["scores"]["veb"]["ppv"] == pytest.approx(1 / 2)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_the_quick_count_is_that_of_the_ec57_package(data: st.DataObject) -> None:
    def episodes() -> Episodes:
        spans = data.draw(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 200)), max_size=2))
        return Episodes.of([(first, first + length, 0) for first, length in sorted(spans)])

    def labels(codes: str) -> BeatLabels:
        places = data.draw(st.lists(st.integers(1, 700), unique=True, max_size=25))
        beats = data.draw(st.text(codes, min_size=len(places), max_size=len(places)))
        samples = np.array(sorted(places), dtype=np.int64)
        found = np.array(list(beats), dtype="<U1")
        return BeatLabels(
            samples=samples,
            classes=found,
            fibrillation=episodes(),
            shutdowns=episodes(),
            end=700,
            fs=2.0,
        )

    reference, test = labels("NSVFQO"), labels("NSVFQ")
    found = Comparison(
        reference=reference,
        test=test,
        pairs=pair_beats(reference.samples, test.samples, window=match_window(2.0)),
        test_pairs=pair_from(reference.samples, test.samples, start=600, window=match_window(2.0)),
        normal_abnormal=False,
    )
    for start_s in (0.0, 300.0):
        counts = count_beats(reference, test, start_s=start_s)
        assert found.table(start_s=start_s)["counts"] == counts.tolist()


def test_beats_in_a_segment_without_a_signal_are_counted_as_unreadable(tmp_path: Path) -> None:
    reference = read_reference(reference_file(tmp_path, "NNVNN"), fs=FS, n_samples=N_SAMPLES)
    beats = beat_table("NNN", rr_s=[0.8, 0.8, 2.4])  # at 0.8, 1.6 and 4.0 s
    found = compare(beats, reference=reference, silent_s=np.array([[2.2, 3.6]]))
    for one in (found, with_labels(found, beats)):
        counts = np.array(one.table(start_s=0)["counts"])
        assert counts[[0, 2]][:, [0, 5, 6]].tolist() == [[3, 0, 1], [0, 0, 1]]  # n, o, x


def test_records_with_fibrillation_and_unreadable_spans_are_counted_by_the_ec57_package(
    tmp_path: Path,
) -> None:
    samples = [200, 400, 500, 900, 1000, 1200]
    path = reference_file(tmp_path, "NN[]NN", samples=samples)
    found = compare(
        beat_table("NNVNN", rr_s=[0.8, 0.8, 1.2, 1.2, 0.8]),
        reference=read_reference(path, fs=FS, n_samples=N_SAMPLES),
    )
    table = found.table(start_s=0)
    assert table["counts"] == count_beats(found.reference, found.test, start_s=0).tolist()
    assert np.sum(table["counts"]) == 4  # the beat within fibrillation does not count
