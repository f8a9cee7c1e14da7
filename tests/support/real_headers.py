"""Give synthetic records the headers and faults of real ones."""

from pathlib import Path

import numpy as np
import wfdb


def make_uncalibrated(record: Path) -> None:
    """Set the gains of a header to 0 and its line endings to CRLF, as in half of svdb.

    Args:
        record: path without an extension.
    """
    path = record.with_suffix(".hea")
    first, *signals = path.read_text().splitlines()
    lines = [first]
    for line in signals:
        file, fmt, _, *rest = line.split()
        lines.append(" ".join([file, fmt, "0", *rest]))
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode())


def add_beat_at_end(record: Path) -> None:
    """Annotate a beat one sample beyond the signal, as in record 860 of svdb."""
    beats = wfdb.rdann(str(record), "atr")
    n_samples = wfdb.rdheader(str(record)).sig_len
    wfdb.wrann(
        record.name,
        "atr",
        np.append(beats.sample, n_samples),
        symbol=[*beats.symbol, "N"],
        write_dir=str(record.parent),
    )
