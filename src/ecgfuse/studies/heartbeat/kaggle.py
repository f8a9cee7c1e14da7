"""The beats of Kaggle's "ECG Heartbeat Categorization Dataset", when the user has its files.

Each row of its four CSV files is a beat: 187 samples and a label, without a header. Beats have no
records or patients, so only the published split, which mixes patients, is possible with them. One
third-party README claims that the labels of the PTB files are inverted. This is unverified, and
they are read as they are.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from ecgfuse.classes import EC57_CLASSES
from ecgfuse.datasets.single_beats import LENGTH, SingleBeats, join_single_beats
from ecgfuse.download.mirror import BESIDE, MIRROR_VARIABLE

KaggleSet = Literal["mitbih_train", "mitbih_test", "ptbdb"]
KAGGLE_SETS: tuple[KaggleSet, ...] = ("mitbih_train", "mitbih_test", "ptbdb")

_ALL = tuple(range(len(EC57_CLASSES)))
_FILES: dict[KaggleSet, dict[str, tuple[int, ...]]] = {
    "mitbih_train": {"mitbih_train.csv": _ALL},
    "mitbih_test": {"mitbih_test.csv": _ALL},
    "ptbdb": {"ptbdb_normal.csv": (0,), "ptbdb_abnormal.csv": (1,)},
}
"""Files of a set, and the labels that each may have."""
_COMPRESSED = {b"\x1f\x8b": "gzip", b"PK": "zip", b"BZ": "bzip2", b"\xfd7": "xz"}
_CURE = "fetch the file again, and use it as Kaggle has it, unpacked"


def find_kaggle(place: str, *, environment: Mapping[str, str]) -> Path | None:
    """The folder of the files, None if no place is given.

    Args:
        place: beats.kaggle, a folder as seen from the repository, from the mirror in
            $ECGFUSE_MIRROR, or from ../shared/data.
        environment: with $ECGFUSE_MIRROR, and $DVC_ROOT of a queued experiment.

    Raises:
        ValueError: there is no such folder.
    """
    if not place:
        return None
    bases = (Path(), Path(environment.get(MIRROR_VARIABLE, "")), BESIDE)
    roots = (Path(), Path(environment.get("DVC_ROOT", "")))
    for folder in (root / base / place for base in bases for root in roots):
        if folder.is_dir():
            return folder
    raise ValueError(
        f"beats.kaggle is {place!r}, which is not a folder; name the folder with "
        f"{', '.join(file for files in _FILES.values() for file in files)}, or leave it empty"
    )


def read_kaggle(folder: Path, *, name: KaggleSet) -> SingleBeats:
    """Read one set; record and patient of a beat are the name of its file.

    Raises:
        ValueError: a file is missing, compressed, cut, or not as above. The message names file,
            line and cure.
    """
    classes = ("normal", "abnormal") if name == "ptbdb" else EC57_CLASSES
    return join_single_beats(
        [
            read_csv(folder / file, labels=labels, classes=classes)
            for file, labels in _FILES[name].items()
        ]
    )


def read_csv(path: Path, *, labels: tuple[int, ...], classes: tuple[str, ...]) -> SingleBeats:
    """Read one file.

    Args:
        labels: those that it may have, indices into `classes`.

    Raises:
        ValueError: as `read_kaggle`.
    """
    _check_kind(path)
    try:
        rows = pd.read_csv(
            path, header=None, dtype=np.float64, skip_blank_lines=False, encoding="utf-8"
        ).to_numpy()
    except (ValueError, pd.errors.ParserError) as error:  # UnicodeDecodeError is a ValueError
        raise _fault(path, error=error) from error
    if rows.shape[1] != LENGTH + 1:
        raise _wrong(path, 1, f"has {rows.shape[1]} columns, not {LENGTH} samples and a label")
    ecg, label = rows[:, :LENGTH], rows[:, LENGTH]
    if np.isnan(rows).any():
        line = int(np.isnan(rows).any(axis=1).argmax())
        n = int(np.isfinite(rows[line]).sum())
        raise _wrong(path, line + 1, f"has {n} values instead of {LENGTH + 1}")
    outside = ((ecg < 0) | (ecg > 1)).any(axis=1)
    if outside.any():
        line = int(outside.argmax())
        value = ecg[line][(ecg[line] < 0) | (ecg[line] > 1)][0]
        raise _wrong(path, line + 1, f"has the sample {value:g}, but samples lie in [0, 1]")
    unknown = ~np.isin(label, labels)
    if unknown.any():
        line = int(unknown.argmax())
        allowed = ", ".join(map(str, labels))
        raise _wrong(path, line + 1, f"has the label {label[line]:g}, not one of {allowed}")
    table = pd.DataFrame(
        {
            "record": path.stem,
            "patient": path.stem,
            "lead": "II",
            "sample": -1,
            "time_s": np.nan,
            "label": label.astype(np.int64),
        }
    )
    return SingleBeats(ecg=ecg.astype(np.float32), table=table, classes=classes)


def _check_kind(path: Path) -> None:
    """Refuse a missing, empty or compressed file."""
    if not path.is_file():
        raise ValueError(f"{path}: no such file; copy it there, or leave beats.kaggle empty")
    with path.open("rb") as file:
        start = file.read(2)
    if not start:
        raise ValueError(f"{path}: the file is empty; {_CURE}")
    if start in _COMPRESSED:
        raise ValueError(f"{path}: the file is compressed ({_COMPRESSED[start]}); {_CURE}")


def _fault(path: Path, *, error: Exception) -> ValueError:
    """What is wrong with a file that cannot be parsed: its first line that is not 188 numbers."""
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            cells = line.lstrip("\ufeff").strip().split(",")
            if len(cells) != LENGTH + 1:
                return _wrong(path, number, f"has {len(cells)} columns instead of {LENGTH + 1}")
            for cell in cells:
                if not _is_number(cell):
                    header = ", as if it were a header" if number == 1 else ""
                    return _wrong(path, number, f"has {cell[:20]!r} for a number{header}")
    return ValueError(f"{path}: cannot be read ({error}); {_CURE}")


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def _wrong(path: Path, line: int, fault: str) -> ValueError:
    return ValueError(f"{path}: line {line} {fault}; {_CURE}")
