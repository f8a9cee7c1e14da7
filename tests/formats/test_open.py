"""A recording is opened by the ending of its name, and only its own libraries are loaded."""

import subprocess
import sys
from pathlib import Path

import pytest
from format_files import write_csv, write_edf, write_wfdb

from ecgfuse.formats.open import open_recording


def test_all_formats_are_opened_by_their_endings(tmp_path: Path) -> None:
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
def test_what_is_no_file_is_refused(tmp_path: Path, ending: str) -> None:
    folder, missing, empty = (tmp_path / f"{name}{ending}" for name in ("f", "m", "e"))
    folder.mkdir()
    empty.write_text("")
    with pytest.raises(ValueError, match=r"f\S*: is a folder; name the file"):
        open_recording(folder)
    with pytest.raises(ValueError, match=r"m\S*: no such file; name a"):
        open_recording(missing)
    with pytest.raises(ValueError, match=r"e\S*: the file is empty; copy it again"):
        open_recording(empty)


@pytest.mark.parametrize("name", ["r.dat", "r.atr", "r.xml", "r"])
def test_other_endings_are_refused_with_those_that_are_known(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(ValueError, match=r"its ending tells no format .*\.hea \(WFDB\), \.edf"):
        open_recording(tmp_path / name)


@pytest.mark.parametrize("ending", [".hea", ".edf", ".bdf", ".csv"])
@pytest.mark.parametrize("content", [bytes(range(256)) * 40, b"<html>404 not found</html>\n" * 40])
def test_a_file_that_is_something_else_is_refused(
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
def test_a_format_does_not_load_the_libraries_of_another(
    tmp_path: Path, ending: str, others: tuple[str, ...]
) -> None:
    write = {".csv": write_csv, ".edf": write_edf}.get(ending)
    path = write(tmp_path / f"x{ending}") if write else write_wfdb(tmp_path)
    program = (
        "import sys, pathlib\n"
        "from ecgfuse.formats.open import open_recording\n"
        "open_recording(pathlib.Path(sys.argv[1]))\n"
        f"loaded = [name for name in {(*others, 'torch')!r} if name in sys.modules]\n"
        "sys.exit(str(loaded) if loaded else 0)"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True, timeout=60)
