"""Annotation files are read as in WFDB, and unusable ones are rejected with a cure."""

import random
import socket
from pathlib import Path

import numpy as np
import pytest
import wfdb
from wfdb.io.annotation import ann_labels

from ecgfuse.recordings.annotation_reader import SYMBOLS, Annotations, read_annotation

END = b"\0\0"
N_FUZZED = 500


def word(code: int, value: int = 0) -> bytes:
    """One word of the format."""
    return (code << 10 | value).to_bytes(2, "little")


def note(text: bytes) -> bytes:
    """A comment at the sample of the previous annotation."""
    return word(22) + word(63, len(text)) + text + b"\0" * (len(text) % 2)


def read(folder: Path, content: bytes) -> Annotations:
    path = folder / "r.atr"
    path.write_bytes(content)
    return read_annotation(path)


def test_symbols_are_those_of_wfdb() -> None:
    assert {one.label_store: one.symbol for one in ann_labels if one.label_store} == SYMBOLS


def test_files_written_by_wfdb_are_read_as_by_wfdb(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    symbols = rng.choice([*"NLRaVFJASEj/Q~|sT*D=pB^t+u?![]en@xf()r"], 300).tolist()
    samples = np.cumsum(rng.choice([0, 1, 300, 1023, 1024, 70_000, 3_000_000], 300))
    wfdb.wrann(
        "r",
        "atr",
        samples,
        symbol=symbols,
        subtype=rng.integers(-128, 128, 300),
        chan=rng.integers(0, 2, 300),
        num=rng.integers(0, 4, 300),
        aux_note=["(AFIB\0" if symbol == "+" else "" for symbol in symbols],
        fs=257.5,
        write_dir=str(tmp_path),
    )
    ours, theirs = read_annotation(tmp_path / "r.atr"), wfdb.rdann(str(tmp_path / "r"), "atr")
    assert ours.samples.tolist() == theirs.sample.tolist() == samples.tolist()
    assert ours.symbols.tolist() == theirs.symbol == symbols
    assert ours.subtypes.tolist() == theirs.subtype.tolist()
    assert ours.fs == theirs.fs == 257.5


def test_symbols_defined_in_a_file_are_used_and_unknown_codes_are_not_beats(
    tmp_path: Path,
) -> None:
    definitions = (b"## annotation type definitions", b"42 VT Own", b"## end of definitions")
    content = b"".join(map(note, definitions)) + note(b"43 N no definition")
    found = read(tmp_path, content + b"".join(word(code, 9) for code in (42, 43, 15, 1)) + END)
    assert found.symbols.tolist() == ["VT", "[43]", "[15]", "N"]


@pytest.mark.parametrize("text", [b"## ", b"## made by hand", b"## annotation type definitions"])
def test_a_comment_on_which_wfdb_hangs_is_read(tmp_path: Path, text: bytes) -> None:
    found = read(tmp_path, note(b"## time resolution: 250") + note(text) + word(1, 7) + END)
    assert (found.fs, found.samples.tolist(), found.symbols.tolist()) == (250, [7], ["N"])


@pytest.mark.parametrize("rate", [b"0", b"9999999", b"fast", b""])
def test_an_impossible_rate_is_ignored(tmp_path: Path, rate: bytes) -> None:
    found = read(tmp_path, note(b"## time resolution: " + rate) + word(1, 7) + END)
    assert found.fs is None


@pytest.mark.parametrize(
    "name",
    [
        "100.atr",
        "100",
        ".atr",
        "two words.atr",
        "100.day 1.atr",
        "환자 7.심전도",
        "~100.atr",
        "s3:100.atr",
        "zip::http:100.atr",
        "[1]*?.atr",
        "line\nbreak.atr",
        "-v.atr",
        "a" * 250 + ".atr",
    ],
)
def test_a_file_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(word(1, 7) + END)
    assert read_annotation(path).samples.tolist() == [7]


@pytest.mark.parametrize("name", ["s3://bucket/100.atr", "http://physionet.org/100.atr"])
def test_a_url_is_rejected_without_network_access(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        pytest.fail("it went to the network")

    monkeypatch.setattr(socket.socket, "connect", fail)
    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(ValueError, match="no such file; name an annotation file"):
        read_annotation(Path(name))


@pytest.mark.parametrize("name", ["absent.atr", "", "a" * 300, "\0"])
def test_a_missing_file_is_reported(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"no such file; name|cannot be read \(File name too long"):
        read_annotation(tmp_path / name)


def test_an_unreadable_file_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (tmp_path / "r.atr").write_bytes(END)
    message = r"r\.atr: the file cannot be read \(Permission denied\); check its permissions"
    with pytest.raises(ValueError, match=message):
        read_annotation(tmp_path / "r.atr")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\0\0", "the file is empty"),
        (b"\0" * 512, "the file is empty"),
        (note(b"## time resolution: 360") + END, "the file contains no annotation"),
        (word(1, 9), "the end marker is missing"),
        (word(1, 9) + b"\0", "the end marker is missing"),
        (word(1, 9) + word(59) + END, "the end marker is missing"),
        (word(1, 9) + word(59) + END + END, "the end marker is missing"),
        (note(b"ends in the middle")[:-4] + END, "the end marker is missing"),
        (word(50, 9) + END, "not a WFDB annotation file"),
        (word(61, 9) + END, "not a WFDB annotation file"),
        (b"<html>404 not found</html>\n" + END, "not a WFDB annotation file"),
        (word(1, 9) + END + word(1, 9) + END, "continues after the end marker"),
        (word(1, 100) + word(59) + b"\xff\xff\xce\xff" + word(1) + END, "out of order after .*100"),
    ],
)
def test_an_unusable_file_is_reported_with_a_cure(
    tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(ValueError, match=rf"r\.atr: .*{message}.*; .*(fetch|write)") as error:
        read(tmp_path, content)
    assert "dvc" not in str(error.value)


def test_every_truncation_is_rejected(tmp_path: Path) -> None:
    content = note(b"## time resolution: 360") + word(1, 9) + word(59) + b"\1\0\0\0" + word(5, 1)
    content += word(61, 51) + note(b"(VT") + END
    assert len(read(tmp_path, content).samples) == 3
    for length in range(len(content)):
        with pytest.raises(ValueError, match=r"r\.atr: "):
            read(tmp_path, content[:length])


def test_zeros_after_the_end_are_ignored(tmp_path: Path) -> None:
    assert read(tmp_path, word(1, 9) + END + b"\0" * 511).samples.tolist() == [9]


def changed(content: bytes, *, rng: random.Random) -> bytes:
    """The content with bytes changed, removed or inserted."""
    data = bytearray(content)
    for _ in range(rng.choice([1, 2, 8, 40])):
        place = rng.randrange(len(data) + 1)
        match rng.randrange(5):
            case 0:
                data[place : place + 1] = rng.randbytes(1)
            case 1:
                del data[place : place + rng.randrange(1, 9)]
            case 2:
                data[place:place] = rng.randbytes(rng.randrange(1, 9))
            case 3:
                data[place // 2 * 2 : place // 2 * 2] = word(
                    rng.randrange(59, 64), rng.getrandbits(10)
                )
            case 4:
                data[:0] = note(rng.choice([b"## x", b"## annotation type definitions", b"42 V v"]))
    return bytes(data) + rng.choice([b"", END])


def test_random_content_is_read_or_rejected(tmp_path: Path) -> None:
    rng = random.Random(0)
    whole = note(b"## time resolution: 360")
    for _ in range(60):
        whole += word(rng.choice([1, 5, 8, 14, 28]), rng.randrange(400))
        whole += rng.choice([b"", b"", word(61, 51), note(b"(AFIB"), word(59) + rng.randbytes(4)])
    n_read = 0
    for _ in range(N_FUZZED):
        try:
            found = read(tmp_path, changed(whole + END, rng=rng))
        except ValueError as error:
            assert "r.atr: " in str(error)  # noqa: PT017
            continue
        n_read += 1
        assert len(found.samples) == len(found.symbols) == len(found.subtypes) > 0
        assert (np.diff(found.samples) >= 0).all()
    assert 0 < n_read < N_FUZZED
