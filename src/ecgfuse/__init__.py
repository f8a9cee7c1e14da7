"""Fuse RR intervals with the ECG waveform to classify the heartbeats of patients never seen."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecgfuse.annotate.annotator import Annotator


def load(model: str | Path = "best", *, workers: int = 1) -> "Annotator":
    """A trained model that annotates recordings: ecgfuse.load("hybrid").annotate(signal, fs).

    Args:
        model: early, late, hybrid, best or causal, or the path of an ONNX file.
        workers: threads; the result does not depend on them.

    Raises:
        ValueError: there is no such model.
    """
    from ecgfuse.annotate.annotator import Annotator  # slow: not before it is needed

    return Annotator(model, workers=workers)
