"""Open a recording of any supported format."""

from pathlib import Path

from ecgfuse.recordings.kind import kind_of
from ecgfuse.recordings.recording import Recording


def open_recording(path: Path, *, fs: float | None = None, units: str | None = None) -> Recording:
    """Open and check a WFDB record (with or without .hea), EDF, BDF or CSV file.

    The format is that of the content, as `kind_of` finds it. Signals are read later, by
    `Recording.read_blocks`.

    Args:
        fs: sampling rate in Hz by the user, for a file that declares none.
        units: unit of the leads by the user (mV, uV, V, nV), for a file that declares none. A CSV
            file without units is in mV by default.

    Raises:
        ValueError: the file does not exist, is damaged or of unknown format, or contradicts `fs`
            or `units`. The message names file, fault and cure.
    """
    if path.is_dir():
        raise ValueError(f"{path}: is a folder; name a recording file in it")
    header = path.with_name(f"{path.name}.hea")
    if not path.is_file() and header.is_file():
        path = header
    if not path.is_file():
        raise ValueError(f"{path}: no such file; name a .hea, .edf, .bdf or .csv file")
    if path.stat().st_size == 0:
        raise ValueError(f"{path}: the file is empty; copy it again")
    # Imported here, so that each format loads only its own libraries.
    kind = kind_of(path)
    if kind == "wfdb":
        from ecgfuse.recordings.wfdb.file import open_wfdb

        return open_wfdb(path, fs=fs, units=units)
    if kind == "edf":
        from ecgfuse.recordings.edf.file import open_edf

        return open_edf(path, fs=fs, units=units)
    if kind == "table":
        from ecgfuse.recordings.csv.file import open_csv

        return open_csv(path, fs=fs, units=units)
    raise ValueError(
        f"{path}: is in no known format; supported are WFDB (name its header, .hea), EDF, BDF, and "
        "text with columns of numbers"
    )
