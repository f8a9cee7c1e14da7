"""Corrected labels as a WFDB annotation file."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.annotate.classes import AAMI, BeatClasses
from ecgfuse.annotate.write import write_annotation


def annotation_file(
    beats: pd.DataFrame,
    *,
    fs: float,
    silent_s: np.ndarray | None = None,
    classes: BeatClasses = AAMI,
) -> bytes:
    """The labels as an annotation file, as `ecgfuse annotate` writes it.

    Args:
        beats: table of beats with the columns sample and class (the corrected one).
        fs: sampling rate of the recording in Hz.
        silent_s: begin and end of segments without a signal in seconds, (n, 2).
        classes: those of the model.

    Raises:
        ValueError: there is no beat.
    """
    if len(beats) == 0:
        raise ValueError("there is no beat, so there is no annotation to write")
    with tempfile.TemporaryDirectory(prefix="ecgfuse-") as folder:
        path = Path(folder) / "labels"
        write_annotation(beats, path, fs=fs, silent_s=silent_s, classes=classes)
        return path.read_bytes()
