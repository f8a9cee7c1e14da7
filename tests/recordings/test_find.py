"""Files, records and folders named by the user become a list of recordings."""

from pathlib import Path

import pytest
from recording_files import write_edf, write_wfdb

from ecgfuse.recordings.find import find_recordings


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


def make(folder: Path, *files: str) -> None:
    for file in files:
        (folder / file).write_text("")


def test_recordings_of_a_folder_are_listed_in_order(tmp_path: Path) -> None:
    make(
        tmp_path,
        "b.csv",
        "a.EDF",
        "c.Bdf",
        "홍 길동 1.hea",
        "d.dat",
        "e.atr",
        "notes.txt",
        "._x.edf",
    )
    (tmp_path / "folder.edf").mkdir()
    (tmp_path / "deeper").mkdir()
    make(tmp_path / "deeper", "z.edf")
    assert names(find_recordings([tmp_path])) == ["a.EDF", "b.csv", "c.Bdf", "홍 길동 1.hea"]


def test_tables_of_beats_that_ecgfuse_writes_are_no_recordings(tmp_path: Path) -> None:
    make(tmp_path, "a.csv", "a.beats.csv", "A.BEATS.CSV")
    assert names(find_recordings([tmp_path])) == ["a.csv"]
    assert names(find_recordings([tmp_path / "a.beats.csv"])) == ["a.beats.csv"]


def test_segments_of_a_record_are_not_listed(tmp_path: Path) -> None:
    for name in ("s1", "s2", "other"):
        write_wfdb(tmp_path, name=name)
    (tmp_path / "all.hea").write_text("all/3 1 360 2500\ns1 1200\n~ 100\ns2 1200\n")
    (tmp_path / "broken.hea").write_text("broken/9")
    assert names(find_recordings([tmp_path])) == ["all.hea", "broken.hea", "other.hea"]
    assert names(find_recordings([tmp_path / "s1"])) == ["s1.hea"]


@pytest.mark.parametrize("record", ["100", "rec.1", "홍 길동 1", "a b"])
@pytest.mark.parametrize("ending", ["", ".hea", ".dat"])
def test_a_record_may_be_named_without_its_ending(tmp_path: Path, record: str, ending: str) -> None:
    make(tmp_path, f"{record}.hea", f"{record}.dat")
    assert find_recordings([tmp_path / f"{record}{ending}"]) == [tmp_path / f"{record}.hea"]


def test_a_record_is_found_by_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    make(tmp_path / "sub", "100.hea")
    monkeypatch.chdir(tmp_path)
    assert find_recordings([Path("sub/100")]) == [Path("sub/100.hea")]


def test_each_recording_comes_once_in_the_order_given(tmp_path: Path) -> None:
    make(tmp_path, "b.csv", "a.csv", "r.hea", "r.dat")
    paths = [tmp_path / "r.dat", tmp_path / "b.csv", tmp_path, tmp_path / "r", tmp_path / "a.csv"]
    assert names(find_recordings(paths)) == ["r.hea", "b.csv", "a.csv"]


def test_a_file_is_kept_whatever_its_format(tmp_path: Path) -> None:
    make(tmp_path, "x.xyz")
    assert find_recordings([tmp_path / "x.xyz"]) == [tmp_path / "x.xyz"]


def test_a_file_that_is_not_there_is_rejected(tmp_path: Path) -> None:
    make(tmp_path, "a.csv")
    with pytest.raises(ValueError, match=r"nothing\.edf: no such file; name a"):
        find_recordings([tmp_path / "a.csv", tmp_path / "nothing.edf"])


def test_a_signal_file_without_its_header_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "r.dat").write_bytes(bytes(range(256)))
    with pytest.raises(ValueError, match=r"r\.dat: its header r\.hea is missing; copy it"):
        find_recordings([tmp_path / "r.dat"])


def test_a_dat_file_that_is_a_table_is_kept(tmp_path: Path) -> None:
    (tmp_path / "r.dat").write_text("0.001\n0.002\n")
    assert find_recordings([tmp_path / "r.dat"]) == [tmp_path / "r.dat"]


def test_edf_files_of_a_folder_are_found_by_their_content(tmp_path: Path) -> None:
    write_edf(tmp_path / "a.edf").rename(tmp_path / "night.rec")
    make(tmp_path, "notes.rec.txt")
    assert find_recordings([tmp_path]) == [tmp_path / "night.rec"]


def test_a_folder_without_recordings_is_rejected(tmp_path: Path) -> None:
    make(tmp_path, "x.txt")
    with pytest.raises(ValueError, match=r"no recording in .*; name \.hea, \.edf, \.bdf or \.csv"):
        find_recordings([tmp_path])
    with pytest.raises(ValueError, match="no recording in no file"):
        find_recordings([])
