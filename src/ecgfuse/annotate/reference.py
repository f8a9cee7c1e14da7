"""R peaks of a recording from an annotation file next to it."""

import numpy as np

from ecgfuse.classes import BEAT_CODES
from ecgfuse.recordings.annotation_reader import read_annotation
from ecgfuse.recordings.beats import beats_inside
from ecgfuse.recordings.recording import Recording


def read_r_peaks(
    recording: Recording, *, annotator: str, n_samples: int
) -> tuple[np.ndarray, list[str]]:
    """Beats of RECORD.ANNOTATOR, (n_beats,) int64 in samples of the recording.

    Only their positions are used, not their classes. Beats at the same sample are merged, and
    single ones outside the recording left out.

    Args:
        annotator: extension of the annotation file, such as atr.
        n_samples: length of the recording.

    Returns:
        The beats, and a warning if some were left out.

    Raises:
        ValueError: the file is missing, is not an annotation file, or contains no beat or many
            beats outside the recording.
    """
    path = recording.path.with_name(f"{recording.path.stem}.{annotator.lstrip('.')}")
    if not path.is_file():
        raise ValueError(
            f"{path}: no such annotation file; name another extension with --beats, or omit "
            "--beats to detect the beats"
        )
    annotations = read_annotation(path)
    samples = np.unique(annotations.samples[np.isin(annotations.symbols, BEAT_CODES)])
    if len(samples) == 0:
        raise ValueError(
            f"{path}: contains no heartbeat, only rhythm or other annotations; omit --beats to "
            "detect the beats"
        )
    counted_at = annotations.fs or recording.frame_fs or recording.fs
    if counted_at != recording.fs:
        samples = np.rint(samples * (recording.fs / counted_at)).astype(np.int64)
        samples[samples == n_samples] = n_samples - 1  # rounded past the end
    samples = np.unique(samples)
    inside, said = beats_inside(samples, n_samples=n_samples, where=str(path))
    return samples[inside], said
