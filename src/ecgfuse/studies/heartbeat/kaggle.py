"""The beats of Kaggle's "ECG Heartbeat Categorization Dataset", when the user has its files.

Each row of its four CSV files is a beat: 187 samples and a label, without a header. A user may have
the two files of MIT-BIH, the two of PTB Diagnostic, or all. Beats have no records or patients, so
only splits that mix patients, as the published one does, are possible with them. One
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
from ecgfuse.datasets.arrays import require_file
from ecgfuse.datasets.single_beats import (
    BINARY,
    LENGTH,
    SingleBeats,
    join_single_beats,
    save_single_beats,
)
from ecgfuse.download.mirror import BESIDE, MIRROR_VARIABLE

KaggleSet = Literal["mitbih_train", "mitbih_test", "ptbdb"]

_ALL = tuple(range(len(EC57_CLASSES)))
_FILES: dict[KaggleSet, dict[str, tuple[int, ...]]] = {
    "mitbih_train": {"mitbih_train.csv": _ALL},
    "mitbih_test": {"mitbih_test.csv": _ALL},
    "ptbdb": {"ptbdb_normal.csv": (0,), "ptbdb_abnormal.csv": (1,)},
}
"""Files of a set, and the labels that each may have."""
_TOGETHER: tuple[tuple[KaggleSet, ...], ...] = (("mitbih_train", "mitbih_test"), ("ptbdb",))
"""Sets whose files are there together or not at all."""
_NAMES = ", ".join(file for files in _FILES.values() for file in files)
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
        f"beats.kaggle is {place!r}, which is not a folder; name the folder with {_NAMES}, or "
        "leave it empty"
    )


def write_kaggle(folder: Path | None, *, out: Path) -> None:
    """Read all sets that the user has.

    Args:
        folder: of the CSV files; None: none.
        out: gets a folder for each set, and sets.csv with their names, which is empty without any;
            `kaggle_sets` reads it. So the folder is always there for stages to depend on.

    Raises:
        ValueError: as `sets_in` and `read_kaggle`.
    """
    names: tuple[KaggleSet, ...] = ()
    out.mkdir(parents=True)
    if folder is not None:
        names = sets_in(folder)
        for name in names:
            save_single_beats(read_kaggle(folder, name=name), out / name)
    (out / "sets.csv").write_text("\n".join(("set", *names)) + "\n")


def kaggle_sets(folder: Path) -> set[str]:
    """The sets in an output folder of `write_kaggle`.

    Raises:
        ValueError: sets.csv is missing.
    """
    require_file(folder / "sets.csv")
    return set(pd.read_csv(folder / "sets.csv", dtype=str)["set"])


def sets_in(folder: Path) -> tuple[KaggleSet, ...]:
    """The sets whose files are in a folder: those of MIT-BIH, that of PTB Diagnostic, or both.

    Raises:
        ValueError: there is no file, or one lacks the other that belongs to it.
    """
    found: list[KaggleSet] = []
    for names in _TOGETHER:
        files = [file for name in names for file in _FILES[name]]
        there = [file for file in files if (folder / file).is_file()]
        if missing := [file for file in files if there and file not in there]:
            raise ValueError(
                f"{folder / missing[0]}: no such file, but it belongs to {there[0]}, which is "
                f"there; copy it there, or remove {there[0]}"
            )
        found += names if there else ()
    if not found:
        raise ValueError(
            f"{folder}: none of the files {_NAMES} is there; copy two or all of them there, "
            "unpacked, or leave beats.kaggle empty"
        )
    return tuple(found)


def read_kaggle(folder: Path, *, name: KaggleSet) -> SingleBeats:
    """Read one set; record and patient of a beat are the name of its file.

    Raises:
        ValueError: a file is missing, compressed, cut, or not as above. The message names file,
            line and cure.
    """
    classes = BINARY if name == "ptbdb" else EC57_CLASSES
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
