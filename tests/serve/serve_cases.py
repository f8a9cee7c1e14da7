"""Services in a folder of their own, and small recordings in all formats."""

from pathlib import Path

import numpy as np
import wfdb
from recording_files import write_csv, write_edf
from root import ROOT
from wfdb_records import write_record

from ecgfuse.serve.database.tables import AnalysisRow, Owner, RecordingRow
from ecgfuse.serve.intake.intake import Intake, IntakeOptions, take_in_uploads
from ecgfuse.serve.intake.uploads import append_piece, create_upload
from ecgfuse.serve.services import Services, open_services
from ecgfuse.serve.settings import Settings

FS = 360
SECONDS = 20
PEAKS = np.arange(300, SECONDS * FS - 300, 288)
DATABASE = ROOT.parent / "shared" / "data" / "mitdb"


def heartbeats(seconds: int = SECONDS) -> np.ndarray:
    """QRS complexes of 1 mV with T waves and a little noise, one each 0.8 s, in mV."""
    times = np.arange(seconds * FS)
    signal = 0.01 * np.random.default_rng(0).normal(size=len(times))
    for peak in np.arange(300, seconds * FS - 300, 288):
        part = slice(max(0, peak - 60), peak + 180)
        signal[part] += np.exp(-0.5 * ((times[part] - peak) / 5) ** 2)
        signal[part] += 0.2 * np.exp(-0.5 * ((times[part] - peak - 100) / 18) ** 2)
    return signal


def make_services(folder: Path, **settings: object) -> tuple[Services, str]:
    """Services with an empty database, and a person in it."""
    options = {"data": folder / "data", "quota_gb": 1.0, **settings}
    services = open_services(Settings(**options))  # type: ignore[arg-type]
    services.database.upgrade()
    with services.database.session() as session:
        owner = Owner()
        session.add(owner)
    return services, owner.id


def write_wfdb(folder: Path, name: str = "r1", *, seconds: int = SECONDS) -> list[Path]:
    """A record of two leads with reference annotations."""
    folder.mkdir(parents=True, exist_ok=True)
    signal = heartbeats(seconds)
    peaks = np.arange(300, seconds * FS - 300, 288)
    symbols = ["V" if i == 5 else "N" for i in range(len(peaks))]
    leads = {"V1": signal / 2, "MLII": signal}
    record = write_record(folder, name=name, leads=leads, peaks=peaks, symbols=symbols)
    return [record.with_name(f"{name}{ending}") for ending in (".hea", ".dat", ".atr")]


def write_edf_file(folder: Path, name: str = "e1.edf") -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    leads = {"ECG II": heartbeats(), "ECG V1": heartbeats() / 2}
    return [write_edf(folder / name, leads=leads, fs=FS)]


def write_csv_file(folder: Path, name: str = "c1.csv") -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return [write_csv(folder / name, columns={"II": heartbeats(), "V1": heartbeats() / 2})]


def write_beats_csv(folder: Path, *, labels: bool, n_beats: int = 30) -> Path:
    """A table of single beats of 187 samples, perhaps with a label in the last column."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    t = np.arange(187)
    rows = np.exp(-t / 5)[None] + 0.3 * np.exp(-0.5 * ((t - 30) / 8) ** 2)[None]
    rows = np.clip(rows / 1.3 + 0.01 * rng.random((n_beats, 187)), 0, 1)
    if labels:
        rows = np.column_stack([rows, np.arange(n_beats) % 5])
    path = folder / "beats.csv"
    np.savetxt(path, rows, delimiter=",", fmt="%.6f")
    return path


def real_part(folder: Path, name: str, *, seconds: int) -> list[Path]:
    """The first seconds of a real record; the database must be there."""
    folder.mkdir(parents=True, exist_ok=True)
    end = seconds * FS
    wfdb.rdrecord(str(DATABASE / name), sampto=end, physical=False).wrsamp(write_dir=str(folder))
    beats = wfdb.rdann(str(DATABASE / name), "atr", sampto=end)
    wfdb.wrann(name, "atr", beats.sample, symbol=beats.symbol, fs=FS, write_dir=str(folder))
    return [folder / f"{name}{ending}" for ending in (".hea", ".dat", ".atr")]


def send(services: Services, owner: str, path: Path, *, name: str | None = None) -> str:
    """Upload a file in two pieces; return its id."""
    content = path.read_bytes()
    upload = create_upload(
        services, owner_id=owner, name=path.name if name is None else name, size=len(content)
    )
    middle = len(content) // 2
    for offset, piece in ((0, content[:middle]), (middle, content[middle:])):
        append_piece(services, owner_id=owner, upload_id=upload.id, offset=offset, piece=piece)
    return upload.id


def take_in(services: Services, owner: str, files: list[Path], **options: object) -> Intake:
    """Upload files and make recordings of them."""
    ids = [send(services, owner, path) for path in files]
    return take_in_uploads(
        services,
        owner_id=owner,
        upload_ids=ids,
        options=IntakeOptions(**options),  # type: ignore[arg-type]
    )


def add_analysis(
    services: Services, recording: RecordingRow, *, model: str = "best", **values: object
) -> str:
    """Queue an analysis in the database alone; return its id."""
    with services.database.session() as session:
        row = AnalysisRow(recording_id=recording.id, model=model, **values)
        session.add(row)
    return row.id


def analysis_row(services: Services, analysis_id: str) -> AnalysisRow:
    with services.database.reading() as session:
        row = session.get(AnalysisRow, analysis_id)
    assert row is not None
    return row


def recording_row(services: Services, recording_id: str) -> RecordingRow:
    with services.database.reading() as session:
        row = session.get(RecordingRow, recording_id)
    assert row is not None
    return row
