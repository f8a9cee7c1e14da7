"""Files and folders are compared record by record, and the results written as JSON."""

import json
from pathlib import Path

import pytest
from annotation_files import MINUTE, write_annotations
from wfdb_records import write_record

from ecgfuse.ec57.compare import FilePair, Period, compare_files, describe, pair_files
from ecgfuse.ec57.counts import COLUMNS, ROWS
from ecgfuse.ec57.mapping import LITERATURE_CLASSES

WHOLE = Period(start_s=0)


def names(reference: Path, test: Path) -> list[str]:
    pairs = pair_files(reference, test, reference_annotator="atr", test_annotator="tst")
    return list(pairs)


def test_two_files_may_have_any_names(tmp_path: Path) -> None:
    pairs = pair_files(
        tmp_path / "a.atr", tmp_path / "b.xyz", reference_annotator="no", test_annotator="no"
    )
    assert pairs == {"a": FilePair(reference=tmp_path / "a.atr", test=tmp_path / "b.xyz")}


def test_of_two_folders_the_shared_records_are_compared_in_order(tmp_path: Path) -> None:
    for name in ("b.atr", "a.atr", "c.atr", "a.tst", "b.tst", "d.tst", "c.other"):
        (tmp_path / name).touch()
    assert names(tmp_path, tmp_path) == ["a", "b"]


def test_folders_without_a_shared_record_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.atr").touch()
    with pytest.raises(ValueError, match=r"no record has both .*RECORD\.atr and .*RECORD\.tst"):
        names(tmp_path, tmp_path)


def test_a_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.tst is no folder, but .* is one"):
        names(tmp_path, tmp_path / "a.tst")
    with pytest.raises(ValueError, match=r"a\.atr is no folder, but .* is one"):
        names(tmp_path / "a.atr", tmp_path)


@pytest.mark.parametrize(
    ("start_s", "end_s", "message"),
    [
        (-1, None, "--start is -1"),
        (float("nan"), None, "--start is nan"),
        (300, 300, "--end is 300, but must be more than the start, 300 s"),
        (300, float("inf"), "--end is inf"),
    ],
)
def test_a_period_that_cannot_be_is_refused(
    start_s: float, end_s: float | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Period(start_s=start_s, end_s=end_s)


def test_files_that_were_written_are_compared(tmp_path: Path) -> None:
    record = write_record(tmp_path, peaks=(100, 400, 700, 1000), symbols="NLVA")
    test = write_annotations(tmp_path / "r1.tst", [110, 700, 850, 1000], "NVFN")
    counts = compare_files(FilePair(reference=record.with_suffix(".atr"), test=test), period=WHOLE)
    cells = {"Nn": 1, "No": 1, "Vv": 1, "Of": 1, "Sn": 1}
    assert counts.sum() == 5
    for cell, number in cells.items():
        assert counts[ROWS.index(cell[0]), COLUMNS.index(cell[1])] == number


def test_a_test_file_without_a_rate_takes_that_of_the_reference(tmp_path: Path) -> None:
    reference = write_annotations(tmp_path / "a.atr", [100], "N", fs=250)
    test = write_annotations(tmp_path / "b.tst", [138], "N", fs=None)
    pair = FilePair(reference=reference, test=test)
    assert compare_files(pair, period=WHOLE)[0, 0] == 1


def test_other_classes_are_for_the_reference(tmp_path: Path) -> None:
    reference = write_annotations(tmp_path / "a.atr", [1000, 2000], "ej")
    test = write_annotations(tmp_path / "b.tst", [1000, 2000], "NN")
    pair = FilePair(reference=reference, test=test)
    assert compare_files(pair, period=WHOLE)[ROWS.index("S"), 0] == 2
    assert compare_files(pair, period=WHOLE, class_of_symbol=LITERATURE_CLASSES)[0, 0] == 2


def test_files_at_two_rates_are_named(tmp_path: Path) -> None:
    reference = write_annotations(tmp_path / "a.atr", [100], "N", fs=250)
    test = write_annotations(tmp_path / "b.tst", [100], "N", fs=360)
    with pytest.raises(ValueError, match=r"a\.atr and .*b\.tst: the reference counts time at 250"):
        compare_files(FilePair(reference=reference, test=test), period=WHOLE)


def test_the_description_holds_counts_and_scores(tmp_path: Path) -> None:
    path = write_annotations(tmp_path / "a.atr", [100, 6 * MINUTE], "NV")
    period = Period(start_s=300)
    counts = compare_files(FilePair(reference=path, test=path), period=period)
    document = describe({"a": counts}, period=period)
    assert json.loads(json.dumps(document)) == document
    assert (document["start_s"], document["end_s"]) == (300, None)
    assert document["records"]["a"]["counts"]["V"] == dict.fromkeys("nsfqox", 0) | {"v": 1}
    assert document["records"]["a"]["veb"] == {"se": 1.0, "ppv": 1.0, "fpr": None}
    assert document["gross"] == document["average"]
    assert document["gross"]["qrs"]["se"] == 1.0
