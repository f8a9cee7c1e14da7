"""A recording is opened by its content, and loads only the libraries of its format."""

import subprocess
import sys
from pathlib import Path

import pytest
from recording_files import write_csv, write_edf, write_wfdb

from ecgfuse.recordings.open import open_recording


def test_all_formats_are_opened(tmp_path: Path) -> None:
    paths = [
        write_wfdb(tmp_path, name="w"),
        tmp_path / "w",
        write_edf(tmp_path / "e.edf"),
        write_edf(tmp_path / "b.bdf"),
        write_csv(tmp_path / "c.csv"),
    ]
    (tmp_path / "e.edf").rename(tmp_path / "E.EDF")
    paths[2] = tmp_path / "E.EDF"
    assert [open_recording(path).name for path in paths] == ["w", "w", "E", "b", "c"]


@pytest.mark.parametrize("name", ["홍 길동 1", "rec.1", "a::b", "http:x", "~root", "%s"])
@pytest.mark.parametrize("ending", [".hea", ".edf", ".bdf", ".csv"])
def test_a_name_may_hold_any_characters(tmp_path: Path, name: str, ending: str) -> None:
    path = tmp_path / f"{name}{ending}"
    if ending == ".hea":
        write_wfdb(tmp_path, name="plain")
        text = (tmp_path / "plain.hea").read_text()
        path.write_text(text)  # a header names its files, and ~ none in this folder
        if not name.startswith("~"):
            (tmp_path / "plain.dat").rename(tmp_path / f"{name}.dat")
            path.write_text(text.replace("plain", name))
    elif ending == ".csv":
        write_csv(path)
    else:
        write_edf(path)
    recording = open_recording(path)
    assert recording.name == name
    assert sum(len(block) for block in recording.read_blocks(recording.leads)) > 1000


@pytest.mark.parametrize("ending", [".hea", ".edf", ".bdf", ".csv", ""])
def test_folders_and_missing_and_empty_files_are_rejected(tmp_path: Path, ending: str) -> None:
    folder, missing, empty = (tmp_path / f"{name}{ending}" for name in ("f", "m", "e"))
    folder.mkdir()
    empty.write_text("")
    with pytest.raises(ValueError, match=r"f\S*: is a folder; name a recording file"):
        open_recording(folder)
    with pytest.raises(ValueError, match=r"m\S*: no such file; name a"):
        open_recording(missing)
    with pytest.raises(ValueError, match=r"e\S*: the file is empty; copy it again"):
        open_recording(empty)


@pytest.mark.parametrize("name", ["r.dat", "r.atr", "r.xyz", "r"])
def test_unknown_content_is_rejected_with_the_known_formats(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes(range(256)))
    with pytest.raises(ValueError, match=r"is in no known format; .* WFDB .*, EDF, BDF, and text"):
        open_recording(tmp_path / name)


@pytest.mark.parametrize("name", ["x.asc", "x.dat", "x.log", "x"])
def test_a_table_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    write_csv(tmp_path / "x.csv").rename(tmp_path / name)
    assert open_recording(tmp_path / name).leads == ("II",)


def test_a_header_is_known_by_its_content(tmp_path: Path) -> None:
    header = write_wfdb(tmp_path)
    header.rename(tmp_path / "r1.hea.asc")
    assert open_recording(tmp_path / "r1.hea.asc").fs == 360


@pytest.mark.parametrize("ending", [".hea", ".edf", ".bdf", ".csv"])
@pytest.mark.parametrize("content", [bytes(range(256)) * 40, b"<html>404 not found</html>\n" * 40])
def test_a_file_that_is_something_else_is_rejected(
    tmp_path: Path, ending: str, content: bytes
) -> None:
    path = tmp_path / f"x{ending}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"x\.\w+: .*(copy|write|name)"):
        open_recording(path, fs=360)


@pytest.mark.parametrize(
    ("ending", "others"),
    [(".csv", ("wfdb", "edfio")), (".edf", ("wfdb", "pandas")), (".hea", ("edfio",))],
)
def test_a_format_loads_only_its_own_libraries(
    tmp_path: Path, ending: str, others: tuple[str, ...]
) -> None:
    write = {".csv": write_csv, ".edf": write_edf}.get(ending)
    path = write(tmp_path / f"x{ending}") if write else write_wfdb(tmp_path)
    program = (
        "import sys, pathlib\n"
        "from ecgfuse.recordings.open import open_recording\n"
        "open_recording(pathlib.Path(sys.argv[1]))\n"
        f"loaded = [name for name in {(*others, 'torch')!r} if name in sys.modules]\n"
        "sys.exit(str(loaded) if loaded else 0)"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True, timeout=60)
