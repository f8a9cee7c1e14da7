"""Files chosen together become recordings, and a header reaches no file of another record."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from recording_files import wave, write_wfdb

from ecgfuse.serve.intake.batch import Group
from ecgfuse.serve.intake.grouping import group_files


def header(name: str, *files: str) -> str:
    lines = [f"{name} {len(files)} 360 1200"]
    return "\n".join([*lines, *(f"{file} 16 200 12 0 0 0 0 II" for file in files)]) + "\n"


def group(
    folder: Path, contents: Mapping[str, str | bytes]
) -> tuple[dict[str, Group], dict[str, str]]:
    """Groups by name, and problems by file; the files lie under numbers, as uploads do."""
    files = {}
    for number, (name, content) in enumerate(contents.items()):
        path = folder / str(number)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        files[name] = path
    groups, problems = group_files(files)
    assert len({problem.file for problem in problems}) == len(problems)
    return {one.name: one for one in groups}, {one.file: one.detail for one in problems}


def test_a_header_has_its_signal_and_annotation_files(tmp_path: Path) -> None:
    groups, problems = group(
        tmp_path,
        {
            "101.dat": b"\1\2",
            "100.hea": header("100", "100.dat", "100.dat"),
            "100.dat": b"\0\0",
            "100.atr": b"\0\0",
            "100.xws": "other programs write such files",
            "101.hea": header("101", "101.dat"),
        },
    )
    assert problems == {}
    assert list(groups) == ["100", "101"]
    assert set(groups["100"].files) == {"100.hea", "100.dat", "100.atr"}
    assert groups["100"].main == "100.hea"
    assert groups["100"].files["100.dat"].read_bytes() == b"\0\0"
    assert set(groups["101"].files) == {"101.hea", "101.dat"}


def test_files_are_stored_as_the_header_spells_them(tmp_path: Path) -> None:
    nfd = "\u1112\u1169\u11bc"  # 홍 in the form of macOS
    groups, problems = group(
        tmp_path,
        {
            "Rec1.HEA": header("Rec1", "REC1.DAT"),
            "rec1.dat": b"\0\0",
            "REC1.ATR": b"\0\0",
            "홍.hea": header("홍", f"{nfd}.dat"),
            "홍.dat": b"\0\0",
        },
    )
    assert problems == {}
    assert set(groups["Rec1"].files) == {"Rec1.hea", "REC1.DAT", "Rec1.atr"}
    assert set(groups["홍"].files) == {"홍.hea", "홍.dat"}


def test_a_record_with_segments_is_one_group(tmp_path: Path) -> None:
    groups, problems = group(
        tmp_path,
        {
            "s.hea": "s/3 1 360 2400\ns_layout 0\ns_1 1200\n~ 1200\n",
            "s_layout.hea": "s_layout 1 360 0\n~ 0 200 12 0 0 0 0 II\n",
            "s_1.hea": header("s_1", "s_1.dat"),
            "s_1.dat": b"\0\0",
        },
    )
    assert problems == {}
    assert list(groups) == ["s"]
    assert set(groups["s"].files) == {"s.hea", "s_layout.hea", "s_1.hea", "s_1.dat"}


def test_single_files_lose_their_names(tmp_path: Path) -> None:
    groups, problems = group(
        tmp_path,
        {
            "Hong Gildong.edf": b"0       ",
            "Hong Gildong.atr": b"\0\0",
            "b.csv": "1\n2\n",
            "c": "1\n",
            "d.Odd-Ending": "1\n",
            "e.dat": "0.1,0.2\n0.3,0.1\n",
        },
    )
    assert problems == {}
    assert groups["Hong Gildong"].files.keys() == {"recording.edf", "recording.atr"}
    assert groups["Hong Gildong"].shown == "Hong Gildong.edf"
    assert groups["b"].main == "recording.csv"
    assert groups["c"].main == groups["d"].main == "recording"
    assert groups["e"].main == "recording.dat"


@pytest.mark.parametrize(
    "file", ["/etc/passwd", "../100.dat", "..", "~root/x", "http://x/y", "missing.dat"]
)
def test_a_header_reaches_nothing_but_what_was_chosen(tmp_path: Path, file: str) -> None:
    groups, problems = group(tmp_path, {"a.hea": header("a", file), "a.dat": b"\0\0"})
    assert groups == {}
    assert list(problems) == ["a.hea"]
    assert f"names the file {file!r}, which was not chosen; choose all files" in problems["a.hea"]


def test_a_header_does_not_take_the_file_of_another_record(tmp_path: Path) -> None:
    groups, problems = group(
        tmp_path,
        {
            "a.hea": header("a", "b.dat"),
            "b.hea": header("b", "b.dat"),
            "b.dat": b"\0\0",
            "c.hea": header("c", "b.dat"),
        },
    )
    assert list(groups) == ["b"]
    assert set(problems) == {"a.hea", "c.hea"}
    assert "'b.dat', which belongs to another record" in problems["a.hea"]


def test_a_file_without_a_header_of_its_stem_goes_to_the_first_that_names_it(
    tmp_path: Path,
) -> None:
    contents = {
        "a.hea": header("a", "x.dat"),
        "b.hea": header("b", "x.dat"),
        "x.dat": b"\0\0",
    }
    groups, problems = group(tmp_path, contents)
    assert set(groups["a"].files) == {"a.hea", "x.dat"}
    assert "belongs to another record" in problems["b.hea"]


def test_every_file_that_is_left_over_is_explained(tmp_path: Path) -> None:
    groups, problems = group(
        tmp_path,
        {
            "a.dat": b"\0\1\2",
            "b.atr": b"\0\0",
            "c.beats.csv": "sample,class\n1,N\n",
            "d.hea": "no header at all",
            "d.dat": b"\0\0",
            "e.hea": "e/1 1 360 100\ne_1 100\n",
        },
    )
    assert groups == {}
    assert problems["a.dat"] == "needs its header; choose a.hea together with it"
    assert "choose its recording together with it" in problems["b.atr"]
    assert "a table of beats that ecgfuse wrote" in problems["c.beats.csv"]
    assert problems["d.hea"].startswith("the number of signals is 'header'")
    assert "names the file 'e_1.hea'" in problems["e.hea"]
    assert "d.dat" not in problems
    assert str(tmp_path) not in "".join(problems.values())


def test_segments_that_name_each_other_are_refused(tmp_path: Path) -> None:
    contents = {
        "s.hea": "s/1 1 360 100\ns 100\n",
        "a.hea": "a/1 1 360 100\nb 100\n",
        "b.hea": "b/1 1 360 100\na 100\n",
    }
    groups, problems = group(tmp_path, contents)
    assert groups == {}
    assert set(problems) == set(contents)
    assert all("is a segment of itself" in detail for detail in problems.values())


def test_only_the_record_is_named_if_a_segment_is_missing(tmp_path: Path) -> None:
    contents = {
        "s.hea": "s/2 1 360 200\ns_1 100\ns_2 100\n",
        "s_1.hea": header("s_1", "s_1.dat"),
        "s_1.dat": b"\0\0",
    }
    groups, problems = group(tmp_path, contents)
    assert groups == {}
    assert list(problems) == ["s.hea"]


def test_a_real_record_keeps_its_files(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path, name="r9", leads={"II": wave(1200)})
    groups, problems = group_files({p.name: p for p in (path, path.with_suffix(".dat"))})
    assert [one.name for one in groups] == ["r9"]
    assert problems == []
