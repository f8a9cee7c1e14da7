"""Files and folders are scored record by record, and described for JSON."""

import json
from pathlib import Path

import pytest
from annotation_files import MINUTE, write_annotations
from wfdb_records import write_record

from ecgfuse.classes import CLASS_OF_CODE
from ecgfuse.ec57.counts import COLUMNS, ROWS
from ecgfuse.ec57.score_files import FilePair, Period, describe, pair_files, score_files

WHOLE = Period(start_s=0)


def names(reference: Path, test: Path) -> list[str]:
    pairs = pair_files(reference, test, reference_annotator="atr", test_annotator="tst")
    return list(pairs)


def test_two_files_may_have_any_names(tmp_path: Path) -> None:
    pairs = pair_files(
        tmp_path / "a.atr", tmp_path / "b.xyz", reference_annotator="no", test_annotator="no"
    )
    assert pairs == {"a": FilePair(reference=tmp_path / "a.atr", test=tmp_path / "b.xyz")}


def test_shared_records_of_two_folders_are_paired_in_order(tmp_path: Path) -> None:
    for name in ("b.atr", "a.atr", "c.atr", "a.tst", "b.tst", "d.tst", "c.other"):
        (tmp_path / name).touch()
    assert names(tmp_path, tmp_path) == ["a", "b"]


def test_folders_without_a_shared_record_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.atr").touch()
    with pytest.raises(ValueError, match=r"no record has both .*RECORD\.atr and .*RECORD\.tst"):
        names(tmp_path, tmp_path)


def test_a_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.tst is not a folder, but .* is;"):
        names(tmp_path, tmp_path / "a.tst")
    with pytest.raises(ValueError, match=r"a\.atr is not a folder, but .* is;"):
        names(tmp_path / "a.atr", tmp_path)


@pytest.mark.parametrize(
    ("start_s", "end_s", "message"),
    [
        (-1, None, r"\(--start, ec57\.start_s\) is -1 s"),
        (float("nan"), None, r"\(--start, ec57\.start_s\) is nan s"),
        (300, 300, r"\(--end\) is 300 s, but must be later than its start, 300 s"),
        (300, float("inf"), r"\(--end\) is inf s"),
    ],
)
def test_an_impossible_test_period_is_refused(
    start_s: float, end_s: float | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Period(start_s=start_s, end_s=end_s)


def test_each_pair_of_beats_is_counted_in_its_cell(tmp_path: Path) -> None:
    record = write_record(tmp_path, peaks=(100, 400, 700, 1000), symbols="NLVA")
    test = write_annotations(tmp_path / "r1.tst", [110, 700, 850, 1000], "NVFN")
    counts = score_files(FilePair(reference=record.with_suffix(".atr"), test=test), period=WHOLE)
    cells = {"Nn": 1, "No": 1, "Vv": 1, "Of": 1, "Sn": 1}
    assert counts.sum() == 5
    for cell, number in cells.items():
        assert counts[ROWS.index(cell[0]), COLUMNS.index(cell[1])] == number


def test_a_test_file_without_a_rate_takes_that_of_the_reference(tmp_path: Path) -> None:
    reference = write_annotations(tmp_path / "a.atr", [100], "N", fs=250)
    test = write_annotations(tmp_path / "b.tst", [138], "N", fs=None)
    pair = FilePair(reference=reference, test=test)
    assert score_files(pair, period=WHOLE)[0, 0] == 1


def test_other_classes_apply_to_the_reference_only(tmp_path: Path) -> None:
    reference = write_annotations(tmp_path / "a.atr", [1000, 2000], "ej")
    test = write_annotations(tmp_path / "b.tst", [1000, 2000], "NN")
    pair = FilePair(reference=reference, test=test)
    assert score_files(pair, period=WHOLE)[ROWS.index("S"), 0] == 2
    assert score_files(pair, period=WHOLE, class_of_symbol=CLASS_OF_CODE)[0, 0] == 2


def test_an_error_of_different_rates_names_both_files(tmp_path: Path) -> None:
    reference = write_annotations(tmp_path / "a.atr", [100], "N", fs=250)
    test = write_annotations(tmp_path / "b.tst", [100], "N", fs=360)
    with pytest.raises(
        ValueError, match=r"a\.atr and .*b\.tst: the reference has a sampling rate of 250"
    ):
        score_files(FilePair(reference=reference, test=test), period=WHOLE)


def test_the_description_contains_counts_and_scores(tmp_path: Path) -> None:
    path = write_annotations(tmp_path / "a.atr", [100, 6 * MINUTE], "NV")
    period = Period(start_s=300)
    counts = score_files(FilePair(reference=path, test=path), period=period)
    document = describe({"a": counts}, period=period)
    assert json.loads(json.dumps(document)) == document
    assert (document["start_s"], document["end_s"]) == (300, None)
    assert document["records"]["a"]["counts"]["V"] == dict.fromkeys("nsfqox", 0) | {"v": 1}
    assert document["records"]["a"]["veb"] == {"se": 1.0, "ppv": 1.0, "fpr": None}
    assert document["gross"] == document["average"]
    assert document["gross"]["qrs"]["se"] == 1.0
