"""Write WFDB annotation files, as read by rdann, LightWAVE and bxb."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import wfdb

ANNOTATOR = "ecgfuse"
"""Extension of annotation files with predictions."""


def write_annotation_file(
    path: Path,
    samples: np.ndarray,
    symbols: Sequence[str],
    *,
    fs: float | None = None,
    subtypes: np.ndarray | None = None,
    notes: Sequence[str] | None = None,
) -> None:
    """Write an annotation file under any name.

    Args:
        samples: times in samples, (n,) int64, ascending; at least one.
        symbols: annotation code of each, of one character.
        fs: sampling rate in Hz to store in the file; None to leave it to the record header.
        subtypes: of each, (n,) int64.
        notes: auxiliary text of each; "" for none.
    """
    # wfdb rejects record names with spaces or non-ASCII letters.
    with tempfile.TemporaryDirectory(prefix="ecgfuse-") as folder:
        wfdb.wrann(
            "record",
            ANNOTATOR,
            samples,
            symbol=list(symbols),
            subtype=subtypes,
            aux_note=None if notes is None else list(notes),
            fs=fs,
            write_dir=folder,
        )
        path.write_bytes((Path(folder) / f"record.{ANNOTATOR}").read_bytes())
