"""Read randomly damaged recordings: fuzzing.py KIND FIRST LAST FOLDER, with src and tests/support
on PYTHONPATH.

Each seed makes one damaged recording. It must be read to its end, or rejected by a ValueError that
names the file, within seconds and little memory, without network access and warnings. Anything else
is printed. KIND is header, signal, segments, edf or csv.
"""

import faulthandler
import random
import re
import resource
import shutil
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from recording_files import WFDB_FORMATS, wave, write_csv, write_edf, write_wfdb

from ecgfuse.recordings.open import open_recording
from ecgfuse.recordings.recording import BLOCK, FS_RANGE

MEMORY_BYTES = 300 << 20
"""Limit above the memory in use after loading all libraries."""
VERBOSE = False
"""Whether to print why each recording was rejected."""
SECONDS = 10.0
"""Limit of processor time for one recording."""
HOSTILE = (
    *("", " ", "0", "-1", "1", "2", "-0", "1e9", "1000000000", "99999999", "4294967296"),
    *("2147483648", "-2147483649", "18446744073709551616", "nan", "inf", "-inf", "1e400", "1e-300"),
    *(
        "1e300",
        "-1e300",
        "0x10",
        "1_000",
        "١٢",
        "9" * 5000,
        "x" * 100_000,
        "a b",
        "홍 길동",
        "\x1b[2J",
    ),
    *("../r.dat", "/etc/passwd", "/dev/zero", "http://localhost/r.dat", "s3://b/r", "~", "~root/r"),
    *("r::http://x", "zip::r", ".", "..", "r.hea", "%s%n", "{0}", "\0", "\x85", "\u2028", "é", '"'),
    *("'", ",", ";", "\t", "#", "212", "16x0", "16x99999", "16:99", "16+99999999999", "8", "516"),
    *(
        "200(0)/uV",
        "0(0)/mV",
        "1(99999999999)/mV",
        "1e-320/mV",
        "/",
        "2/2",
        "360/1(",
        "5000",
        "EDF+D",
    ),
)


Case = tuple[Path, float | None]
"""A recording, and the sampling rate to read it with."""


def main() -> None:
    """Read the recordings of some seeds, and print what went wrong."""
    kind, first, last, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    warnings.simplefilter("error")
    sys.addaudithook(_forbid)
    n_read = 0
    for seed in range(first, last):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        path, fs = KINDS[kind](folder, random.Random(f"{kind} {seed}"))
        if seed == first:
            _read(path, fs=fs)  # loads lazily imported libraries
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_BYTES, -1))
        faulthandler.dump_traceback_later(6 * SECONDS, exit=True)
        began = time.process_time()
        refusal, fault = _read(path, fs=fs)
        n_read += refusal is None
        if VERBOSE:
            print(f"{kind} {seed}: {refusal}")
        if time.process_time() - began > SECONDS:
            fault = f"took {time.process_time() - began:.1f} s"
        if fault:
            print(f"{kind} {seed}: {fault}", flush=True)
    faulthandler.cancel_dump_traceback_later()
    print(f"{n_read} of {last - first} were read")


def _forbid(event: str, arguments: tuple[object, ...]) -> None:
    """Forbid the network, and files that only a damaged recording refers to."""
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"):
        raise AssertionError(f"{event} {arguments}")
    if event == "open" and str(arguments[0]) in ("/etc/passwd", "/dev/zero"):
        raise AssertionError(f"{arguments[0]} was opened")


def _read(path: Path, *, fs: float | None) -> tuple[str | None, str | None]:
    """Read a recording to its end; return why it was rejected, and what went wrong, if anything."""
    try:
        recording = open_recording(path, fs=fs)
        low, high = FS_RANGE
        assert low <= recording.fs <= high
        assert recording.leads
        assert len(set(recording.leads)) == len(recording.leads)
        assert all(recording.leads)
        n_samples = 0
        for block in recording.read_blocks(recording.leads[:2]):
            assert block.dtype == np.float32
            assert block.shape[1] == min(len(recording.leads), 2)
            assert 1 <= len(block) <= BLOCK
            assert not np.isinf(block).any()
            n_samples += len(block)
        assert recording.n_samples in (None, n_samples)
    except ValueError as error:
        if type(error) is not ValueError or str(path.parent) not in str(error):
            return str(error), f"an error without the file: {error!r}"
        if "memory" in str(error) or len(str(error)) > 1000 or not str(error).isprintable():
            return str(error), f"a bad message: {str(error)[:300]!r}"
        return str(error), None
    except BaseException:
        return None, traceback.format_exc()
    return None, None


def _record(folder: Path, chance: random.Random) -> Path:
    """A valid WFDB record of a random kind."""
    fmt = chance.choice(WFDB_FORMATS)
    per_frame = chance.choice([(1, 1), (1, 1), (2, 2), (1, 4)])
    if fmt in ("508", "516", "524"):
        per_frame = (1, 1)
    n_frames = chance.choice([1, 7, 1000, 3001])
    leads = {
        name: wave(n_frames * samples)
        for name, samples in zip(("MLII", "V5"), per_frame, strict=True)
    }
    return write_wfdb(folder, leads=leads, fmt=fmt, fs=250, per_frame=per_frame)


def _damaged_header(folder: Path, chance: random.Random) -> Case:
    path = _record(folder, chance)
    _damage_text(path, chance)
    return path, None


def _damaged_signal(folder: Path, chance: random.Random) -> Case:
    path = _record(folder, chance)
    if chance.random() < 0.5:  # else the checksum rejects every change
        path.write_text(path.read_text().replace(" 0 MLII", " MLII").replace(" 0 V5", " V5"))
    _damage_bytes(path.with_suffix(".dat"), chance)
    return path, None


def _damaged_segments(folder: Path, chance: random.Random) -> Case:
    n_frames = (500, 700)
    for name, n in zip("ab", n_frames, strict=True):
        write_wfdb(folder, name=name, leads={"MLII": wave(n), "V5": wave(n)})
    layout = chance.random() < 0.5
    lines = ["a 500", "~ 100", "b 700"]
    if layout:
        (folder / "l.hea").write_text("l 2 360 0\n~ 0 200/mV 0 0 0 0 0 MLII\n~ 0 1 0 0 0 0 0 V5\n")
        lines.insert(0, "l 0")
    path = folder / "m.hea"
    path.write_text("\n".join([f"m/{len(lines)} 2 360 1300", *lines]) + "\n")
    _damage_text(chance.choice([path, path, folder / "a.hea", folder / "l.hea"]), chance)
    return path, None


def _damaged_edf(folder: Path, chance: random.Random) -> Case:
    path = folder / f"홍 길동{chance.choice(['.edf', '.bdf'])}"
    leads = {"ECG II": wave(2560, fs=256), "Resp": wave(320, fs=32), "ECG V1": wave(2560, fs=256)}
    write_edf(path, leads=leads, rates={"Resp": 32})
    if chance.random() < 0.7:
        content = bytearray(path.read_bytes())
        for _ in range(chance.choice([1, 1, 2, 5])):
            at, width = chance.choice(_edf_fields())
            value = chance.choice(HOSTILE).encode()[:width]
            content[at : at + width] = value.ljust(width)
        path.write_bytes(content)
    if chance.random() < 0.5:
        _damage_bytes(path, chance)
    return path, None


def _edf_fields() -> list[tuple[int, int]]:
    """Offsets and widths of the fields of a header with three signals."""
    widths = [8, 80, 80, 8, 8, 8, 44, 8, 8, 4]
    widths += [w for w in (16, 80, 8, 8, 8, 8, 8, 80, 8, 32) for _ in range(3)]
    return [(sum(widths[:i]), width) for i, width in enumerate(widths)]


def _damaged_csv(folder: Path, chance: random.Random) -> Case:
    columns = {
        chance.choice(["time", "time (ms)", "sample", "", "II"]): np.arange(800) / 250,
        chance.choice(["V1", "II (uV)", "ECG", "심전도"]): wave(800),
        chance.choice(["V5", "Resp"]): wave(800),
    }
    path = write_csv(
        folder / "c.csv",
        columns=columns,
        separator=chance.choice([",", ";", "\t", " "]),
        encoding=chance.choice(["utf-8", "utf-8-sig", "cp949", "utf-16"]),
        decimal=chance.choice([".", ".", ","]),
    )
    if chance.random() < 0.2:  # as PhysioNet writes tables
        rows = [f"'{i // 15000}:{i / 250 % 60:06.3f}',{v:.3f}\n" for i, v in enumerate(wave(800))]
        path.write_text("".join(["'Elapsed time','II'\n'mm:ss.mmm','mV'\n", *rows]))
    elif chance.random() < 0.2:
        rows = [f'"{i / 250:.3f}","{v:.3f}"\n' for i, v in enumerate(wave(800))]
        path.write_text("".join(['"time","II"\n', *rows]))
    chance.choice([_damage_text, _damage_bytes])(path, chance)
    return path, chance.choice([None, 250])


def _damage_text(path: Path, chance: random.Random) -> None:
    """Insert hostile words into a text, or remove some; sometimes damage its bytes as well."""
    content = path.read_bytes() if path.exists() else b""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    text = content.decode(encoding, errors="replace")
    for _ in range(chance.choice([1, 1, 2, 4])):
        words = re.split(r"([ \t\n/(),;x:+]+)", text)
        at = chance.randrange(
            0, len(words), chance.choice([1, 2, 2, 2])
        )  # every second item is a word
        action = chance.random()
        if action < 0.7:
            words[at] = chance.choice(HOSTILE)
        elif action < 0.8:
            del words[at : at + chance.choice([1, 2, 10])]
        elif action < 0.9:
            words[at:at] = words[: chance.choice([1, 10, 100])]
        else:
            words[at] = chance.choice(["\n", "\r", "\n\n", "\n#", " "])
        text = "".join(words)
    path.write_bytes(text.encode(encoding, errors="replace"))
    if chance.random() < 0.2:
        _damage_bytes(path, chance)


def _damage_bytes(path: Path, chance: random.Random) -> None:
    """Flip, cut, repeat or insert bytes of a file."""
    content = bytearray(path.read_bytes() or b"x")
    for _ in range(chance.choice([1, 1, 3, 20])):
        at = chance.randrange(len(content))
        action = chance.random()
        if action < 0.6:
            content[at] ^= 1 << chance.randrange(8)
        elif action < 0.75:
            del content[at : at + chance.choice([1, 2, 100, 10_000])]
        elif action < 0.85:
            content[at:at] = content[: chance.choice([1, 64, 5000])]
        else:
            content[at:at] = chance.randbytes(chance.choice([1, 3, 300]))
        content = content or bytearray(b"\0")
    path.write_bytes(content)


KINDS: dict[str, Callable[[Path, random.Random], Case]] = {
    "header": _damaged_header,
    "signal": _damaged_signal,
    "segments": _damaged_segments,
    "edf": _damaged_edf,
    "csv": _damaged_csv,
}

if __name__ == "__main__":
    main()
