"""Files and folders are scored record by record, and described for JSON."""

import json
from pathlib import Path

import pytest
from annotation_files import MINUTE, cells, write_annotations, write_header
from wfdb_records import write_record

from ecgfuse.classes import CLASS_OF_CODE
from ecgfuse.ec57.counts import ROWS
from ecgfuse.ec57.score_files import (
    FilePair,
    Period,
    RecordFiles,
    describe,
    pair_files,
    score_files,
    warn,
)

WHOLE = Period(start_s=0)


def files(reference: Path, test: Path) -> RecordFiles:
    return pair_files(reference, test, reference_annotator="atr", test_annotator="tst")


def test_two_files_may_have_any_files(tmp_path: Path) -> None:
    found = files(tmp_path / "a.dat", tmp_path / "b.xyz")
    pair = FilePair(reference=tmp_path / "a.dat", test=tmp_path / "b.xyz")
    assert found == RecordFiles(pairs={"a": pair}, without_test=[], without_reference=[])


def test_shared_records_of_two_folders_are_paired_in_order(tmp_path: Path) -> None:
    for name in ("b.atr", "a.atr", "c.atr", "a.tst", "b.tst", "d.tst", "c.other"):
        (tmp_path / name).touch()
    found = files(tmp_path, tmp_path)
    assert list(found.pairs) == ["a", "b"]
    assert (found.without_test, found.without_reference) == (["c"], ["d"])


def test_folders_without_a_shared_record_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.atr").touch()
    with pytest.raises(ValueError, match=r"no record has both .*RECORD\.atr and .*RECORD\.tst"):
        files(tmp_path, tmp_path)


def test_a_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.tst is not a folder, but .* is;"):
        files(tmp_path, tmp_path / "a.tst")
    with pytest.raises(ValueError, match=r"a\.atr is not a folder, but .* is;"):
        files(tmp_path / "a.atr", tmp_path)


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
    assert cells(counts) == {"Nn": 1, "No": 1, "Vv": 1, "Of": 1, "Sn": 1}


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


@pytest.mark.parametrize("empty", [b"", b"\0\0"])
def test_an_empty_test_file_found_nothing(tmp_path: Path, empty: bytes) -> None:
    reference = write_annotations(tmp_path / "a.atr", [1000, 2000, 3000], "NVS")
    test = tmp_path / "a.tst"
    test.write_bytes(empty)
    counts = score_files(FilePair(reference=reference, test=test), period=WHOLE)
    assert cells(counts) == {"No": 1, "Vo": 1, "So": 1}


def test_a_test_file_that_declares_its_rate_but_has_no_annotation_found_nothing(
    tmp_path: Path,
) -> None:
    reference = write_annotations(tmp_path / "a.atr", [1000], "N")
    full = write_annotations(tmp_path / "a.tst", [5], "N", fs=250).read_bytes()
    test = tmp_path / "b.tst"
    # The last two words are the beat and the end marker.
    test.write_bytes(full[:-4] + full[-2:])
    counts = score_files(FilePair(reference=reference, test=test), period=WHOLE)
    assert cells(counts) == {"No": 1}


def test_an_empty_reference_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.atr").write_bytes(b"\0\0")
    test = write_annotations(tmp_path / "a.tst", [5], "N")
    with pytest.raises(ValueError, match=r"a\.atr: the file is empty"):
        score_files(FilePair(reference=tmp_path / "a.atr", test=test), period=WHOLE)


@pytest.mark.parametrize(
    ("sample", "expected"), [(7200, {"Nn": 1}), (7308, {"Nn": 1}), (7309, {"No": 1, "On": 1})]
)
def test_a_test_at_another_rate_is_converted_to_that_of_the_reference(
    tmp_path: Path, sample: int, expected: dict[str, int]
) -> None:
    # 7308 at 720 Hz is 3654 at 360 Hz, 54 after the reference; 7309 is 3654.5, which becomes 3655.
    pair = FilePair(
        reference=write_annotations(tmp_path / "a.atr", [3600, 5000], "NN", fs=360),
        test=write_annotations(tmp_path / "a.tst", [sample, 10_000], "NN", fs=720),
    )
    expected = {**expected, "Nn": expected.get("Nn", 0) + 1}
    assert cells(score_files(pair, period=WHOLE)) == expected


def test_a_reference_in_frames_longer_than_the_window_is_compared_in_time(tmp_path: Path) -> None:
    # As beside a signal with 500 samples in a frame of one second.
    write_header(tmp_path / "a.hea", length=30, fs=1)
    pair = FilePair(
        reference=write_annotations(tmp_path / "a.atr", [2, 4, 6], "NNV", fs=None),
        test=write_annotations(tmp_path / "a.ecgfuse", [1000, 2075, 3076], "NNV", fs=500),
    )
    assert cells(score_files(pair, period=WHOLE)) == {"Nn": 2, "Vo": 1, "Ov": 1}
    # bxb rounds the times to the rate of the header, and its window to 0.
    assert cells(score_files(pair, period=WHOLE, bxb_quirks=True)) == {"Nn": 2, "Vv": 1}


def test_warnings_name_what_is_missing(tmp_path: Path) -> None:
    for name, beats in (("a.atr", [100]), ("a.tst", [100]), ("b.atr", [100]), ("b.tst", [9000])):
        write_annotations(tmp_path / name, beats, "N")
    for name in ("c.atr", "d.tst"):
        (tmp_path / name).touch()
    found = files(tmp_path, tmp_path)
    counts = {name: score_files(pair, period=WHOLE) for name, pair in found.pairs.items()}
    assert warn(found, counts=counts) == [
        "not scored, since there is no test file: c",
        "not scored, since there is no reference file: d",
        "no test beat in the test period: b",
    ]
    complete = RecordFiles(pairs={}, without_test=[], without_reference=[])
    assert warn(complete, counts={"a": counts["a"]}) == []


def test_the_description_contains_counts_and_scores(tmp_path: Path) -> None:
    path = write_annotations(tmp_path / "a.atr", [100, 6 * MINUTE], "NV")
    period = Period(start_s=300)
    pair = FilePair(reference=path, test=path)
    found = RecordFiles(pairs={"a": pair}, without_test=["b"], without_reference=[])
    counts = {"a": score_files(pair, period=period)}
    document = describe(counts, files=found, period=period, bxb_quirks=False)
    assert json.loads(json.dumps(document)) == document
    assert (document["start_s"], document["end_s"]) == (300, None)
    assert (document["without_test"], document["without_reference"]) == (["b"], [])
    assert document["records"]["a"]["counts"]["V"] == dict.fromkeys("nsfqox", 0) | {"v": 1}
    assert document["records"]["a"]["veb"] == {"se": 1.0, "ppv": 1.0, "fpr": None}
    assert document["gross"] == document["average"]
    assert document["gross"]["qrs"]["se"] == 1.0
