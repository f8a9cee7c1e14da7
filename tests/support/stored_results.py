"""A recording with reference labels, signals and a result, as a job leaves them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from beat_tables import FS, beat_table, binary_table
from sqlalchemy import select

from ecgfuse.annotate.statistics import summarise_beats
from ecgfuse.recordings.annotation_writer import write_annotation_file
from ecgfuse.serve.analysis.columns import save_columns
from ecgfuse.serve.analysis.pyramid import FOLDER, PyramidWriter
from ecgfuse.serve.analysis.result import BAD, BEATS, FILTERED, write_summary
from ecgfuse.serve.database.tables import AnalysisRow, Owner, RecordingRow
from ecgfuse.serve.services import Services

CLASSES = "NNVNNVVVNSQNNNFN"
"""By the model; a beat each 0.8 s, the last one at 12.8 s of 14 s."""
REFERENCE = "NNVNNVVVNANNNNFN"
SECONDS = 14.0
STEP = round(0.8 * FS)
LEADS = ("MLII", "V1, high")
"""A name may contain a comma."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """Ids of what was stored."""

    recording: str
    analysis: str

    @property
    def at_recording(self) -> str:
        return f"/recordings/{self.recording}"

    @property
    def at_analysis(self) -> str:
        return f"/analyses/{self.analysis}"


def store(
    services: Services,
    *,
    with_reference: bool = True,
    with_signals: bool = True,
    status: str = "done",
    n_beats: int = len(CLASSES),
) -> Stored:
    """Store a recording of the only owner.

    Args:
        with_reference: whether there is an .atr file.
        with_signals: whether its signals have been read.
        status: of its analysis.
        n_beats: the classes are repeated up to this number.
    """
    with services.database.session() as session:
        owner = session.scalars(select(Owner.id)).one()
        recording = RecordingRow(
            owner_id=owner,
            name="100",
            kind="wfdb",
            folder="100.hea",
            fs=FS,
            n_samples=_n_samples(n_beats),
            leads=list(LEADS),
            has_reference=with_reference,
            bytes=1000,
        )
        session.add(recording)
        session.flush()
        analysis = AnalysisRow(recording_id=recording.id, model="best", status=status)
        session.add(analysis)
    folder = services.storage.folder_of("recordings", recording.id)
    lines = [f"100.dat 16 200 16 0 0 0 0 {lead}\n" for lead in LEADS]
    header = f"100 2 {FS:g} {_n_samples(n_beats)}\n"
    (folder / "100.hea").write_text(header + "".join(lines))
    if with_reference:
        samples = np.array([STEP * (row + 1) for row in range(len(REFERENCE))])
        write_annotation_file(folder / "100.atr", samples, list(REFERENCE), fs=FS)
    if with_signals:
        _write_signals(services, recording.id, n_samples=_n_samples(n_beats))
    if status == "done":
        _write_result(services, analysis.id, n_beats=n_beats)
    return Stored(recording=recording.id, analysis=analysis.id)


def lead_of(n_samples: int) -> np.ndarray:
    """MLII: a spike of 1 mV at each beat, flat in between, missing in the first 0.1 s."""
    signal = np.zeros(n_samples, dtype=np.float32)
    signal[STEP::STEP] = 1.0
    signal[: round(0.1 * FS)] = np.nan
    return signal


def _n_samples(n_beats: int) -> int:
    return round((SECONDS + 0.8 * (n_beats - len(CLASSES))) * FS)


def _write_signals(services: Services, recording_id: str, *, n_samples: int) -> None:
    folder = services.storage.folder_of("recordings", recording_id) / FOLDER
    lead = lead_of(n_samples)
    with PyramidWriter(folder, leads=LEADS, fs=FS, part="test") as writer:
        writer.add(np.column_stack([lead, -lead]))
        writer.publish()


def _write_result(services: Services, analysis_id: str, *, n_beats: int) -> None:
    folder = services.storage.folder_of("analyses", analysis_id)
    classes = (CLASSES * (n_beats // len(CLASSES) + 1))[:n_beats]
    beats = beat_table(classes, p={3: 0.6}).drop(columns="model_class")
    columns = ["sample", "time_s", "class", "p_N", "p_S", "p_V", "p_F", "flag"]
    bad = {"first": [0], "end": [25], "reason": ["no signal"]}
    save_columns(beats[columns], folder / BEATS)
    save_columns(pd.DataFrame(bad), folder / BAD)
    np.save(folder / FILTERED, np.nan_to_num(lead_of(_n_samples(n_beats))).astype(np.float16))
    summary = {
        "recording": "100",
        "path": str(folder),
        "lead": "MLII",
        "fs": FS,
        "model": "best",
        "version": "0",
        **summarise_beats(beats, duration_s=SECONDS),
        "warnings": [],
    }
    write_summary(summary, folder, filtered_fs=FS)


SINGLE = "NAAQN"
"""Single beats by the model; their labels are N, abnormal, N, abnormal, N."""


def store_single_beats(services: Services) -> Stored:
    """Store a table of single beats of the only owner, with labels; row i begins with i / 10."""
    with services.database.session() as session:
        owner = session.scalars(select(Owner.id)).one()
        recording = RecordingRow(
            owner_id=owner,
            name="beats",
            kind="single_beats",
            folder="files/beats.csv",
            n_samples=len(SINGLE),
            has_reference=True,
            options={"label_column": "last"},
        )
        session.add(recording)
        session.flush()
        analysis = AnalysisRow(recording_id=recording.id, model="cnn_lstm", status="done")
        session.add(analysis)
    home = services.storage.folder_of("recordings", recording.id) / FOLDER
    home.mkdir()
    waveforms = np.zeros((len(SINGLE), 187), dtype=np.float32)
    waveforms[:, 0] = np.arange(len(SINGLE)) / 10
    np.save(home / "waveforms.npy", waveforms)
    folder = services.storage.folder_of("analyses", analysis.id)
    beats = binary_table(SINGLE).drop(columns="model_class")
    beats = beats.assign(
        sample=np.arange(len(SINGLE)),
        time_s=np.nan,
        reference=["N", "abnormal", "N", "abnormal", "N"],
    )
    save_columns(beats, folder / BEATS)
    counts = {"N": 2, "abnormal": 2, "Q": 1}
    summary = {"recording": "beats", "path": "beats", "lead": None, "fs": None, "counts": counts}
    write_summary({**summary, "beats": 5, "flags": {"noise": 1}, "warnings": []}, folder)
    return Stored(recording=recording.id, analysis=analysis.id)
