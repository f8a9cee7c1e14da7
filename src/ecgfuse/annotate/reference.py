"""R peaks of a recording from an annotation file beside it."""

import numpy as np

from ecgfuse.formats.recording import Recording
from ecgfuse.records.annotation_file import read_annotation
from ecgfuse.records.annotations import BEAT_SYMBOLS


def read_r_peaks(recording: Recording, *, annotator: str, n_samples: int) -> np.ndarray:
    """Where RECORD.ANNOTATOR has beats, (n_beats,) int64 in samples of the recording.

    Of what the file calls a beat only the place is used. Beats at the same sample are one.

    Args:
        annotator: ending of the annotation file, such as atr.
        n_samples: length of the recording.

    Raises:
        ValueError: there is no such file, it is no annotation file, holds no beat, or beats
            outside the recording.
    """
    path = recording.path.with_name(f"{recording.path.stem}.{annotator.lstrip('.')}")
    if not path.is_file():
        raise ValueError(
            f"{path}: no such annotation file; name another ending with --beats, or leave --beats "
            "out, and the beats are looked for"
        )
    annotations = read_annotation(path)
    samples = np.unique(annotations.samples[np.isin(annotations.symbols, BEAT_SYMBOLS)])
    if len(samples) == 0:
        raise ValueError(
            f"{path}: holds no heartbeat (rhythm or other marks alone); leave --beats out, and the "
            "beats are looked for"
        )
    counted_at = annotations.fs or recording.frame_fs or recording.fs
    if counted_at != recording.fs:
        samples = np.rint(samples * (recording.fs / counted_at)).astype(np.int64)
        samples[samples == n_samples] = n_samples - 1  # rounded over the end
    outside = samples[(samples < 0) | (samples >= n_samples)]
    if len(outside):
        raise ValueError(
            f"{path}: a beat is at sample {outside[0]}, but the recording has {n_samples}; do both "
            "files belong together?"
        )
    return np.unique(samples)
