"""Recordings as files -> annotation files, tables and summary pages."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ecgfuse.annotate.annotation import Annotation
from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.lead import Lead, assemble_lead
from ecgfuse.annotate.page import render_page
from ecgfuse.annotate.plausibility import plausibility_warnings
from ecgfuse.annotate.reference import read_r_peaks
from ecgfuse.annotate.statistics import summarise_beats
from ecgfuse.annotate.summary import AnnotatedFile, LeadSource, RecordingSummary
from ecgfuse.annotate.write import write_annotation, write_beats
from ecgfuse.pipeline.files import atomic_file
from ecgfuse.recordings.annotation_writer import ANNOTATOR
from ecgfuse.recordings.find import BEATS_ENDING
from ecgfuse.recordings.leads import choose_leads
from ecgfuse.recordings.open import open_recording
from ecgfuse.recordings.recording import Recording

DETECT = "detect"
"""Value of `Options.beats`: detect the beats."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How recordings are read, and where the results are written."""

    out: Path
    """Output folder."""
    beats: str = DETECT
    """"detect", or the extension of annotation files with the beats, such as atr."""
    lead: str | None = None
    """Name of the lead, or its number from 1; None chooses the one closest to the training lead."""
    fs: float | None = None
    """Sampling rate in Hz, for files that declare none."""
    units: str | None = None
    """Unit of the leads, for files that declare none."""
    page: bool = True
    """Write the summary page."""


def annotate_file(path: Path, *, annotator: Annotator, options: Options) -> AnnotatedFile:
    """Annotate one recording and write NAME.ecgfuse, NAME.beats.csv and NAME.html.

    Raises:
        ValueError: the recording is unusable; nothing is written.
        OSError: a file cannot be written.
    """
    recording = open_recording(path, fs=options.fs, units=options.units)
    (name,) = choose_leads(
        recording.leads,
        preferred=annotator.model.leads,
        wanted=options.lead,
        path=recording.path,
    )
    annotation, said = _annotate_lead(
        recording, name=name, annotator=annotator, beats=options.beats
    )
    found = summarise_beats(
        annotation.beats, duration_s=annotation.duration_s, classes=annotation.classes
    )
    summary: RecordingSummary = {
        "recording": recording.name,
        "path": str(recording.path),
        "lead": name,
        "lead_from": _source(recording, name=name),
        "fs": recording.fs,
        "model": annotator.model.file.path.stem,
        "model_sha256": annotator.model.file.sha256,
        "beats_from": options.beats,
        "version": version("ecgfuse"),
        "start": None if recording.start is None else recording.start.isoformat(),
        **found,
        "without_signal_s": annotation.bad.seconds(fs=annotation.fs),
        "warnings": [
            *recording.warnings_of(name),
            *said,
            *plausibility_warnings(annotation, summary=found),
        ],
    }
    return {**summary, "files": _write(annotation, recording, summary=summary, options=options)}


def _source(recording: Recording, *, name: str) -> LeadSource | None:
    origin = recording.origins.get(name)
    if origin is None:
        return None
    return {
        "column": origin.column,
        "unit": origin.unit,
        "unit_from": origin.unit_from,
        "fs_from": origin.fs_from,
    }


def _annotate_lead(
    recording: Recording, *, name: str, annotator: Annotator, beats: str
) -> tuple[Annotation, list[str]]:
    """Annotate one lead.

    Returns:
        The annotation, and what was left out of the annotation file.

    Raises:
        ValueError: the lead or the annotation file is unusable, or there is no beat.
    """
    lead = _read_lead(recording, name=name, annotator=annotator)
    r_peaks: np.ndarray | None = None
    said: list[str] = []
    if beats != DETECT:
        r_peaks, said = read_r_peaks(recording, annotator=beats, n_samples=lead.file_samples)
    try:
        prepared = annotator.prepare(lead, r_peaks=r_peaks)
    except ValueError as error:
        raise ValueError(f"{recording.path}: lead {name}: {error}") from None
    if len(prepared.places) == 0:
        others = [lead for lead in recording.leads if lead != name]
        raise ValueError(
            f"{recording.path}: no heartbeat was detected in lead {name}; check its signal and unit"
            + (f", or choose another lead with --lead: {', '.join(others)}" if others else "")
        )
    del lead  # 125 MB for 24 h
    return annotator.classify(prepared), said


def _read_lead(recording: Recording, *, name: str, annotator: Annotator) -> Lead:
    """Read one lead at the sampling rate of the model."""
    bar = tqdm(
        total=recording.n_samples,
        desc=f"{recording.name}: read",
        unit="sample",
        unit_scale=True,
        leave=False,
        disable=None if annotator.progress else True,
    )

    def blocks() -> Iterator[np.ndarray]:
        for block in recording.read_blocks([name]):
            bar.update(len(block))
            yield block[:, 0]

    with bar:
        return assemble_lead(blocks(), file_fs=recording.fs, fs=annotator.fs)


def _write(
    annotation: Annotation, recording: Recording, *, summary: RecordingSummary, options: Options
) -> list[str]:
    """Write all files of one recording, or none; return their paths."""
    stem = options.out / recording.name
    endings = [f".{ANNOTATOR}", BEATS_ENDING, *([".html"] if options.page else [])]
    files = [Path(f"{stem}{ending}") for ending in endings]
    with ExitStack() as stack:  # files get their names once all are complete
        annotations, table, *pages = [stack.enter_context(atomic_file(path)) for path in files]
        silent_s = annotation.bad.silent() / annotation.fs
        write_annotation(
            annotation.beats,
            annotations,
            fs=recording.fs,
            silent_s=silent_s,
            classes=annotation.classes,
        )
        write_beats(annotation.beats, table)
        for path in pages:
            page = render_page(annotation, summary=summary, start=recording.start)
            # File names may contain bytes that are not valid text.
            path.write_text(page, encoding="utf-8", errors="replace")
    return [str(path) for path in files]
