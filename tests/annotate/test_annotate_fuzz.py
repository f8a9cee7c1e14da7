"""Any signal or file is annotated or refused in one line; nothing crashes."""

import random
import shutil
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wfdb
from annotated_signals import DATABASE

import ecgfuse
from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.run import Options, annotate_file
from ecgfuse.synthetic.database import write_synthetic_database

pytestmark = pytest.mark.slow

N_SIGNALS = 120
N_FILES = 120
COLUMNS = ["p_N", "p_S", "p_V", "p_F"]


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return ecgfuse.load("best")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a minute of a real record, or of a synthetic one without the database."""
    folder = tmp_path_factory.mktemp("record")
    if not DATABASE.is_dir():
        write_synthetic_database(folder, minutes=0.5, seed=1, records=("208",))
        return folder
    part = wfdb.rdrecord(str(DATABASE / "208"), sampto=30 * 360, physical=False)
    part.wrsamp(write_dir=str(folder))
    beats = wfdb.rdann(str(DATABASE / "208"), "atr", sampto=30 * 360)
    wfdb.wrann("208", "atr", beats.sample, symbol=beats.symbol, fs=360, write_dir=str(folder))
    return folder


def outcome_of(annotate: Callable[[], Any]) -> Any:
    """The result or the error message; warnings are errors, except failed plausibility checks."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", UserWarning)
            return annotate()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def hostile_signal(rng: np.random.Generator) -> np.ndarray:
    """A few of noise, pulses, gaps, steps and huge values, in a signal of any length."""
    n_samples = int(rng.choice([0, 1, 2, 10, 100, 999, 3600, 20_000]))
    signal = rng.normal(size=n_samples) * 10.0 ** rng.integers(-6, 4)
    for _ in range(rng.integers(0, 6)):
        start = int(rng.integers(0, n_samples + 1))
        part = slice(start, start + int(rng.choice([1, 50, 1000])))
        match int(rng.integers(0, 6)):
            case 0:
                signal[part] = np.nan
            case 1:
                signal[part] = rng.choice([np.inf, -np.inf, 1e38, -1e300, 9_999.0, 1e-300])
            case 2:
                signal[part] = signal[start] if start < n_samples else 0
            case 3:
                signal[part] += 10.0 ** rng.integers(-3, 4)
            case 4:
                signal[:: int(rng.integers(5, 400))] += rng.normal()
            case 5:
                signal = np.round(signal)
    return signal


@pytest.mark.parametrize("block", range(4))
def test_hostile_signals_are_annotated_or_refused(annotator: Annotator, block: int) -> None:
    n_annotated = 0
    for seed in range(block * N_SIGNALS // 4, (block + 1) * N_SIGNALS // 4):
        rng = np.random.default_rng(seed)
        signal = hostile_signal(rng)
        fs = float(rng.choice([100, 128, 257.5, 360, 1000, 2000]))
        peaks = None
        if rng.random() < 0.5 and len(signal):
            peaks = np.unique(rng.integers(0, len(signal), size=int(rng.integers(0, 60))))
        table = outcome_of(partial(annotator.annotate, signal, fs, peaks))
        if isinstance(table, str):
            assert table.startswith("ValueError: the lead has no values"), seed
            continue
        n_annotated += 1
        classified = table["flag"] == ""
        assert table.loc[classified, "class"].isin(list("NSVF")).all(), seed
        assert (table.loc[~classified, "class"] == "Q").all(), seed
        assert np.isfinite(table.loc[classified, COLUMNS]).all(axis=None), seed
        assert table["sample"].between(0, len(signal) - 1).all(), seed
        assert table["sample"].is_monotonic_increasing, seed
    assert n_annotated > 10


def damage(path: Path, chance: random.Random) -> None:
    """Flip, delete or insert bytes, or put a hostile word into a line of text."""
    content = bytearray(path.read_bytes())
    if path.suffix == ".hea" and chance.random() < 0.7:
        words = content.decode().split(" ")
        words[chance.randrange(len(words))] = chance.choice(
            ["0", "-1", "nan", "1e9", "999999999", "../208.dat", "/etc/passwd", "uV", "2000", "99"]
        )
        content = bytearray(" ".join(words).encode())
    for _ in range(chance.choice([0, 1, 3, 20])):
        at = chance.randrange(len(content))
        action = chance.random()
        if action < 0.7:
            content[at] ^= 1 << chance.randrange(8)
        elif action < 0.85:
            del content[at : at + chance.choice([1, 100, 5000])]
        else:
            content[at:at] = chance.randbytes(chance.choice([1, 3, 300]))
        content = content or bytearray(b"\0")
    path.write_bytes(content)


@pytest.mark.parametrize("suffix", ["hea", "dat", "atr"])
def test_damaged_files_are_annotated_completely_or_not_at_all(
    annotator: Annotator, record: Path, tmp_path: Path, suffix: str
) -> None:
    outcomes = []
    for seed in range(N_FILES // 3):
        chance = random.Random(f"{suffix} {seed}")
        folder, out = tmp_path / "in", tmp_path / "out"
        for each in (folder, out):
            shutil.rmtree(each, ignore_errors=True)
        shutil.copytree(record, folder)
        damage(folder / f"208.{suffix}", chance)
        header = folder / "208.hea"
        if chance.random() < 0.7:  # otherwise the checksum detects every change of the signal
            lines = header.read_bytes().decode(errors="replace").split("\n")
            header.write_text("\n".join(line.replace(" 0 MLII", "") for line in lines))
        options = Options(out=out, beats="atr" if suffix == "atr" else "detect")
        annotate = partial(annotate_file, header, annotator=annotator, options=options)
        found = outcome_of(annotate)
        if isinstance(found, str):
            assert found.startswith(("ValueError: ", "NoAnnotationError: ")), seed
            assert str(folder) in found, (seed, found)
            assert not out.exists(), seed
        else:
            assert len(list(out.iterdir())) == 3, seed
        outcomes.append(isinstance(found, str))
    assert {True, False} == set(outcomes)
