"""Heartbeat classification of unseen patients by fusing RR intervals with the ECG waveform."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecgfuse.annotate.annotator import Annotator


def load(model: str | Path = "best", *, workers: int = 1) -> "Annotator":
    """Load a trained model: ecgfuse.load("hybrid").annotate(signal, fs).

    Args:
        model: name of a model, or path of an ONNX file. early, late, hybrid, best, causal and
            small judge each beat in its recording: N, S, V or F. cnn_lstm, cnn_lstm_dropout,
            ensemble, transformer and transformer_published judge single beats: N or abnormal.
        workers: threads; the result does not depend on them.

    Raises:
        ValueError: there is no such model.
    """
    from ecgfuse.annotate.annotator import Annotator  # slow to import

    return Annotator(model, workers=workers)
