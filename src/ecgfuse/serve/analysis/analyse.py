"""The work of a job: a recording -> beats, summary and signals at several resolutions."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from ecgfuse.annotate.annotation import Annotation
from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.lead import Lead, assemble_lead
from ecgfuse.annotate.run import prepare_lead, summarise_recording
from ecgfuse.qrs.detect import FS, detect_r_peaks
from ecgfuse.recordings.leads import choose_leads
from ecgfuse.recordings.open import open_recording
from ecgfuse.recordings.recording import Recording
from ecgfuse.recordings.resample import resample_signal
from ecgfuse.serve.analysis.counted_session import count_batches
from ecgfuse.serve.analysis.job import Analysed, RecordingJob
from ecgfuse.serve.analysis.plain_words import in_plain_words
from ecgfuse.serve.analysis.progress import Paces, Progress
from ecgfuse.serve.analysis.pyramid import PyramidIndex, PyramidWriter, has_pyramid, read_index
from ecgfuse.serve.analysis.readable import openable_leads, sound_leads
from ecgfuse.serve.analysis.result import save_result
from ecgfuse.serve.measures.reference import compare, read_reference

_TRIAL_S = 300.0
"""Signal by which the pace of the detector is measured, one of its blocks."""
_LONG_S = 3600.0
"""From this length on it pays to measure it."""


def analyse_recording(
    job: RecordingJob, *, annotator: Annotator, progress: Progress, paces: Paces
) -> Analysed:
    """Analyse a recording and write the result.

    Raises:
        ValueError: the recording is unusable; the message names the file, the fault and the cure.
        OSError: a file cannot be written.
    """
    progress.enter("reading")
    recording = open_recording(job.path, fs=job.fs, units=job.units)
    (name,) = choose_leads(
        recording.leads, preferred=annotator.model.leads, wanted=job.lead, path=recording.path
    )
    lead, said = _read(recording, name=name, job=job, annotator=annotator, progress=progress)
    progress.expected.update(paces.expect(len(lead.signal)))
    progress.enter("detecting")
    if lead.file_samples / lead.file_fs > _LONG_S:
        progress.expected["detecting"] = _measure_detector(lead)
    prepared = prepare_lead(lead, recording=recording, name=name, annotator=annotator)
    del lead  # 125 MB for 24 h
    progress.enter("classifying")
    with count_batches(annotator, n_beats=len(prepared.places), seen=progress.advance):
        annotation = annotator.classify(prepared, attention=True)
    progress.enter("writing")
    index = read_index(job.pyramid)
    reference, fault = _reference(annotation, job=job, index=index)
    said += fault
    summary = summarise_recording(
        annotation, recording=recording, name=name, annotator=annotator, said=said
    )
    summary["recording"] = summary["path"] = job.name
    save_result(
        annotation, job.folder, summary=in_plain_words(summary, job.path), reference=reference
    )
    progress.finish()
    paces.learn(progress.taken, n_samples=len(annotation.filtered))
    return Analysed(
        fs=index.fs,
        n_samples=index.n_samples,
        leads=index.leads,
        warnings=tuple(in_plain_words([*recording.warnings, *said], job.path)),
    )


def _read(
    recording: Recording, *, name: str, job: RecordingJob, annotator: Annotator, progress: Progress
) -> tuple[Lead, list[str]]:
    """Read a lead at the rate of the model; with it all others, unless that has been done.

    Returns:
        The lead, and which other leads cannot be read.
    """
    seen = _counter(recording, job=job, progress=progress)
    if has_pyramid(job.pyramid):
        blocks = _count(recording.read_blocks([name]), seen=seen)
        return assemble_lead(blocks, file_fs=recording.fs, fs=annotator.fs), []
    leads, said = openable_leads(recording, needed=name)
    read = partial(_read_all, recording, name=name, job=job, fs=annotator.fs, seen=seen)
    try:
        return read(leads), said
    except ValueError:
        sound, faults = sound_leads(recording, leads=leads, needed=name)
        if sound == leads:
            raise
    return read(sound), [*said, *faults]


def _read_all(
    recording: Recording,
    leads: Sequence[str],
    *,
    name: str,
    job: RecordingJob,
    fs: float,
    seen: Callable[[int], None],
) -> Lead:
    """Write the pyramid of some leads, and return one of them."""
    with PyramidWriter(job.pyramid, leads=leads, fs=recording.fs, part=job.part) as pyramid:
        blocks = pyramid.tee(recording.read_blocks(leads), column=leads.index(name), seen=seen)
        lead = assemble_lead(blocks, file_fs=recording.fs, fs=fs)
        pyramid.publish()
    return lead


def _counter(
    recording: Recording, *, job: RecordingJob, progress: Progress
) -> Callable[[int], None]:
    """Tells the progress by the number of samples read, and refuses too many.

    The length of a table is not known before, nor what a compressed file holds.
    """

    def seen(n_samples: int) -> None:
        job.limits.require_length(n_samples / recording.fs, path=job.path)
        if recording.n_samples:
            progress.advance(n_samples / recording.n_samples)

    return seen


def _count(blocks: Iterator[np.ndarray], *, seen: Callable[[int], None]) -> Iterator[np.ndarray]:
    n_samples = 0
    for block in blocks:
        n_samples += len(block)
        seen(n_samples)
        yield block[:, 0]


def _measure_detector(lead: Lead) -> float:
    """Seconds that the detector will take for a long lead, measured on a part of it."""
    n_trial = round(_TRIAL_S * lead.fs)
    middle = max(0, (len(lead.signal) - n_trial) // 2)
    part = resample_signal(lead.signal[middle : middle + n_trial], up=FS, down=lead.fs)
    detect_r_peaks(part[: len(part) // 10])  # loads the libraries
    begin = time.perf_counter()
    detect_r_peaks(part)
    return (time.perf_counter() - begin) * len(lead.signal) / n_trial


def _reference(
    annotation: Annotation, *, job: RecordingJob, index: PyramidIndex
) -> tuple[np.ndarray | None, list[str]]:
    """Class of the reference for each beat, or None and why there is none."""
    if not job.has_reference:
        return None, []
    try:
        reference = read_reference(
            job.path.with_suffix(".atr"), fs=index.fs, n_samples=index.n_samples
        )
    except ValueError as error:
        return None, [f"the reference annotations are not used: {error}"]
    return compare(annotation.beats, reference=reference).reference_classes(), []
