"""The time that an exported network takes per beat."""

from pathlib import Path
from time import process_time
from typing import TypedDict

import numpy as np
import onnxruntime

from ecgfuse.datasets.inputs import Inputs

N_RUNS = 20
"""Of which the median counts."""
N_BEATS = 256
"""Beats per run: one by one, or in one batch."""


class BeatTime(TypedDict):
    """Time per beat in µs, of the network alone, in one thread of ONNX Runtime.

    Processor time, so that other programs on the machine count as little as possible.
    """

    us_per_beat: float
    """One beat at a time, as a watch classifies them."""
    us_per_beat_of_256: float
    """In batches of 256."""


def time_per_beat(model: Path, *, inputs: Inputs) -> BeatTime:
    """Measure on this machine.

    Args:
        model: ONNX file written by `export_model`.
        inputs: beats of the kind that it was trained on; fewer than 256 are repeated.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    read = {value.name for value in session.get_inputs()}
    beats = {
        name: np.resize(part.numpy(), (N_BEATS, *part.shape[1:]))
        for name, part in inputs._asdict().items()
        if name in read
    }
    return {
        "us_per_beat": _median_time(session, beats, batch_size=1),
        "us_per_beat_of_256": _median_time(session, beats, batch_size=N_BEATS),
    }


def _median_time(
    session: onnxruntime.InferenceSession, beats: dict[str, np.ndarray], *, batch_size: int
) -> float:
    """Median over runs of the time per beat in µs; a first run warms up and does not count."""
    batches = [
        {name: part[first : first + batch_size] for name, part in beats.items()}
        for first in range(0, N_BEATS, batch_size)
    ]
    times = []
    for _ in range(1 + N_RUNS):
        start = process_time()
        for batch in batches:
            session.run(None, batch)
        times.append(process_time() - start)
    return float(np.median(times[1:])) / N_BEATS * 1e6
