"""Recordings to try the application with: synthetic ones, and those of a folder of the user."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.recordings.find import find_recordings
from ecgfuse.recordings.open import open_recording
from ecgfuse.recordings.wfdb.header import GAP, Header, read_header
from ecgfuse.recordings.wfdb.signal_line import NULL_FORMAT
from ecgfuse.serve.intake.intake import Intake, IntakeOptions, take_in_files
from ecgfuse.serve.intake.single_beats import SINGLE_BEATS
from ecgfuse.serve.services import Services
from ecgfuse.serve.settings import Settings

MOST_FILES = 100
"""Recordings of the user's folder that are offered."""

_MINUTES, _SEED = 3.0, 20
_FOLDER = "examples"


@dataclass(frozen=True, kw_only=True)
class Example:
    """A recording that is offered."""

    name: str
    """Safe in addresses."""
    title: str
    duration_s: float | None
    """None if unknown before reading, and of single beats."""
    synthetic: bool


@dataclass(frozen=True, kw_only=True)
class _Synthetic:
    title: str
    record: str
    """Record of MIT-BIH whose leads and conduction it imitates."""
    is_table: bool = False
    """Whether it is a table of single beats cut from the record."""


_SYNTHETIC = {
    "synthetic-ectopic": _Synthetic(title="Synthetic: ectopic beats", record="100"),
    "synthetic-left-block": _Synthetic(title="Synthetic: left bundle branch block", record="109"),
    "synthetic-paced": _Synthetic(title="Synthetic: paced rhythm", record="102"),
    "synthetic-beats": _Synthetic(
        title="Synthetic: single beats with labels", record="100", is_table=True
    ),
}


def list_examples(settings: Settings) -> list[Example]:
    """All examples; those of the user's folder last."""
    own = [
        Example(name=name, title=path.stem, duration_s=_duration(path), synthetic=False)
        for name, path in _own(settings.examples).items()
    ]
    return [
        *(
            Example(
                name=name,
                title=one.title,
                duration_s=None if one.is_table else _MINUTES * 60,
                synthetic=True,
            )
            for name, one in _SYNTHETIC.items()
        ),
        *own,
    ]


def take_in_example(services: Services, *, owner_id: str, name: str) -> Intake:
    """Make a recording of an example.

    Raises:
        KeyError: there is no such example.
    """
    options = IntakeOptions()
    if name in _SYNTHETIC:
        files = synthetic_files(name, folder=services.settings.data / _FOLDER)
        if _SYNTHETIC[name].is_table:
            options = IntakeOptions(kind=SINGLE_BEATS, label_column="last")
    else:
        files = _files_of(_own(services.settings.examples)[name])
    return take_in_files(services, files, owner_id=owner_id, options=options)


def synthetic_files(name: str, *, folder: Path) -> list[Path]:
    """Files of a synthetic example, made when they are first asked for.

    Args:
        folder: where they are kept.
    """
    home = folder / f"{name}-{_SEED}"
    if not home.is_dir():
        with atomic_folder(home) as part:
            _make(_SYNTHETIC[name], part, name=name)
    return sorted(home.iterdir())


def _make(example: _Synthetic, folder: Path, *, name: str) -> None:
    from ecgfuse.synthetic.database import write_synthetic_database  # loads wfdb

    with TemporaryDirectory(prefix="ecgfuse-") as temporary:
        made = Path(temporary)
        write_synthetic_database(made, minutes=_MINUTES, seed=_SEED, records=[example.record])
        if example.is_table:
            _write_table(made / example.record, folder / f"{name}.csv")
            return
        # Under another name, so that nobody takes it for the record of MIT-BIH.
        for path in made.glob(f"{example.record}.*"):
            content = path.read_bytes()
            if path.suffix == ".hea":
                lines = content.decode().splitlines(keepends=True)
                lines = [_renamed(line, example.record, name) for line in lines]
                content = "".join(lines).encode()
            (folder / f"{name}{path.suffix}").write_bytes(content)


def _renamed(line: str, old: str, new: str) -> str:
    """A line of a header that begins with a name."""
    return new + line.removeprefix(old) if line.startswith((f"{old} ", f"{old}.")) else line


def _write_table(record: Path, path: Path) -> None:
    """Single beats with their labels in the last column, as in the tables on Kaggle."""
    import numpy as np

    from ecgfuse.preprocess.kachuee import cut_single_beats
    from ecgfuse.recordings.labelled_record import read_record

    lead = read_record(record, leads=("MLII",), fs=360)
    beats = lead.beats
    pieces = cut_single_beats(lead.signal, fs=lead.fs, r_peaks=beats.r_peaks)
    rows = np.column_stack([pieces.ecg, beats.labels])[beats.labels >= 0]
    np.savetxt(path, rows, delimiter=",", fmt="%.5g")


def _own(folder: Path | None) -> dict[str, Path]:
    """Recordings of the user's folder by name."""
    if folder is None or not folder.is_dir():
        return {}
    try:
        found = find_recordings([folder])[:MOST_FILES]
    except ValueError:  # there is none
        return {}
    return {hashlib.sha256(str(path).encode()).hexdigest()[:16]: path for path in found}


def _duration(path: Path) -> float | None:
    try:
        recording = open_recording(path)
    except ValueError:
        return None
    return None if recording.n_samples is None else recording.n_samples / recording.fs


def _files_of(path: Path) -> list[Path]:
    """A recording with everything that it needs, and its reference annotations."""
    names = [path.name, f"{path.stem}.atr"]
    if path.suffix.lower() == ".hea":
        names += _named_in(path)
    return [one for one in (path.with_name(name) for name in dict.fromkeys(names)) if one.is_file()]


def _named_in(header_file: Path) -> Sequence[str]:
    """Files named in a header and in those of its segments, as far as they can be read."""
    header = _header(header_file)
    if header is None:
        return []
    inner = [
        header_file.with_name(f"{Path(segment.name).name}.hea")
        for segment in header.segments
        if segment.name != GAP
    ]
    headers = [header, *(one for one in map(_header, inner) if one is not None)]
    signals = [s.file for one in headers for s in one.signals if s.fmt != NULL_FORMAT]
    return [*(path.name for path in inner), *(Path(name).name for name in signals)]


def _header(path: Path) -> Header | None:
    try:
        return read_header(path)
    except ValueError:
        return None
