"""Tables as .npz files without pickled objects; columns of few words are stored as numbers."""

from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.pipeline.files import atomic_file

_CODES, _WORDS = ".codes", ".words"
_MOST_WORDS = 1 << 16


def save_columns(table: pd.DataFrame, path: Path) -> None:
    """Write a table of numbers and words.

    Raises:
        OSError: the file cannot be written; an earlier one stays.
    """
    arrays: dict[str, np.ndarray] = {}
    for name in table.columns:
        values = table[name].to_numpy()
        if values.dtype.kind in "OU":
            words, codes = np.unique(values.astype(str), return_inverse=True)
            assert len(words) <= _MOST_WORDS, f"column {name} has too many different words"
            arrays[f"{name}{_CODES}"] = codes.astype(np.uint16)
            arrays[f"{name}{_WORDS}"] = words
        else:
            arrays[name] = values
    with atomic_file(path) as temporary, temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def load_columns(path: Path) -> pd.DataFrame:
    """Read a table, with its columns in their order and words as str.

    Raises:
        FileNotFoundError: it does not exist.
    """
    columns: dict[str, np.ndarray] = {}
    with np.load(path, allow_pickle=False) as arrays:
        for name in arrays.files:
            if name.endswith(_CODES):
                plain = name.removesuffix(_CODES)
                words = arrays[f"{plain}{_WORDS}"].astype(object)
                columns[plain] = words[arrays[name]] if len(words) else arrays[name].astype(object)
            elif not name.endswith(_WORDS):
                columns[name] = arrays[name]
    return pd.DataFrame(columns)
