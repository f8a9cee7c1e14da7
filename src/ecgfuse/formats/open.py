"""Open a recording by the ending of its name."""

from pathlib import Path

from ecgfuse.formats.recording import Recording


def open_recording(path: Path, *, fs: float | None = None, units: str | None = None) -> Recording:
    """Open a WFDB record (.hea, or named without it), EDF, BDF or CSV file, and check it.

    Signals are read later, by `Recording.read_blocks`.

    Args:
        fs: sampling rate in Hz by the user, for a file that tells none.
        units: unit of the leads by the user (mV, uV, V, nV), for a file that tells none. A CSV
            file that tells none is taken to be in mV.

    Raises:
        ValueError: there is no such file, its kind is not known, it is damaged, or it tells
            something else than `fs` or `units`. The message names file, fault and cure.
    """
    if path.is_dir():
        raise ValueError(f"{path}: is a folder; name the file of a recording in it")
    ending = path.suffix.lower()
    header = path.with_name(f"{path.name}.hea")
    if ending != ".hea" and not path.is_file() and header.is_file():
        path, ending = header, ".hea"
    if not path.is_file():
        raise ValueError(f"{path}: no such file; name a .hea, .edf, .bdf or .csv file")
    if path.stat().st_size == 0:
        raise ValueError(f"{path}: the file is empty; copy it again")
    # Each format loads its own libraries, so that none waits for those of another.
    if ending == ".hea":
        from ecgfuse.formats.wfdb_file import open_wfdb

        return open_wfdb(path, fs=fs, units=units)
    if ending in (".edf", ".bdf"):
        from ecgfuse.formats.edf_file import open_edf

        return open_edf(path, fs=fs, units=units)
    if ending in (".csv", ".tsv", ".txt"):
        from ecgfuse.formats.csv_file import open_csv

        return open_csv(path, fs=fs, units=units)
    raise ValueError(
        f"{path}: its ending tells no format that can be read; .hea (WFDB), .edf, .bdf and .csv "
        "can, also .tsv and .txt with columns of numbers"
    )
