"""Hostile files are refused in a sentence, at once, and leave nothing behind."""

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from serve_cases import make_services, take_in, write_edf_file

SIGNAL = "16 200 16 0 0 0 0 II"
NUMBERS = b"".join(b"%.3f\n" % value for value in np.random.default_rng(0).normal(size=2000))


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", content)
    return file.getvalue()


def record(first: str, *lines: str) -> dict[str, bytes]:
    """A header, and a signal file of 1,000 samples."""
    return {"x.hea": "\n".join([first, *lines, ""]).encode(), "x.dat": bytes(2000)}


HOSTILE = {
    "outside": (record("x 1 360 1000", f"../../etc/passwd {SIGNAL}"), "which was not chosen"),
    "absolute": (record("x 1 360 1000", f"/etc/passwd {SIGNAL}"), "which was not chosen"),
    "address": (record("x 1 360 1000", f"http://h/x.dat {SIGNAL}"), "which was not chosen"),
    "segment": (record("x/1 1 360 1000", "../x 1000"), "which was not chosen"),
    "trillion": (record("x 1 360 1000000000000", f"x.dat {SIGNAL}"), "has 1,000"),
    "signals": (record("x 1000000 360 9", f"x.dat {SIGNAL}"), "must be 0 to 1,000"),
    "lines": (
        record("x 1000000 360 9", *[f"x.dat {SIGNAL}"] * 50_000),
        "which is a short text",
    ),
    "frame": (record("x 1 360 9", f"x.dat 16x9999999 {SIGNAL[3:]}"), "must be 1 to 100,000"),
    "nul": (record("x 1 360 9", f"\0\0x.dat {SIGNAL}"), "which is a short text"),
    "gzip.edf": ({"a.edf": gzip.compress(bytes(10**7))}, "a.edf is an archive or a compressed"),
    "gzip.csv": ({"a.csv": gzip.compress(NUMBERS)}, "a.csv is an archive or a compressed"),
    "zip.csv": ({"a.csv": zipped(NUMBERS)}, "a.csv is an archive or a compressed"),
    "line.csv": ({"a.csv": b"0.1," * 2_000_000}, "does not start with a table"),
    "number.csv": ({"a.csv": b"1" * 2_000_000}, "does not start with a table"),
    "nul.csv": ({"a.csv": bytes(100_000)}, "does not start with a table"),
    "blank.csv": ({"a.csv": b"a\n" + b" " * 2_000_000}, "no numbers"),
    "columns.csv": ({"a.csv": (b"0.1," * 100_000 + b"\n") * 9}, "does not start with a table"),
    "random.edf": ({"a.edf": np.random.default_rng(0).bytes(9999)}, "is not an EDF or BDF file"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    files, sentence = HOSTILE[name]
    services, owner = make_services(tmp_path)
    folder = tmp_path / "in"
    folder.mkdir()
    for file, content in files.items():
        (folder / file).write_bytes(content)
    intake = take_in(services, owner, sorted(folder.iterdir(), reverse=True), fs=360.0)
    assert intake.recordings == []
    assert sentence in " / ".join(problem.detail for problem in intake.problems)
    assert list(services.storage.ids("recordings")) == []


EDF_FIELDS = {
    "header": (184, 8, b"99999999"),
    "negative header": (184, 8, b"-512"),
    "signals": (252, 4, b"9999"),
    "record of no time": (244, 8, b"0"),
    "record of nan": (244, 8, b"nan"),
    "record of ages": (244, 8, b"1e30"),
}
"""What is wrong -> place, length and content of the field."""


@pytest.mark.parametrize("name", EDF_FIELDS)
def test_a_contradictory_edf_file_is_refused_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    place, length, content = EDF_FIELDS[name]
    services, owner = make_services(tmp_path)
    (path,) = write_edf_file(tmp_path / "in")
    damaged = bytearray(path.read_bytes())
    damaged[place : place + length] = content.ljust(length)
    path.write_bytes(damaged)
    intake = take_in(services, owner, [path])
    assert intake.recordings == []
    assert "repair it with an EDF tool" in intake.problems[0].detail
    assert list(services.storage.ids("recordings")) == []
