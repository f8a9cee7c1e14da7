"""Beats per second of inference, for single beats and large batches."""

import time

import torch

from ecgfuse.datasets.inputs import LabelledInputs, select
from ecgfuse.models.store import NetworkSpec


@torch.inference_mode()
def inference_rates(spec: NetworkSpec, *, data: LabelledInputs) -> dict[str, int]:
    """Beats per second at batch sizes 1 and 1024, on all cores."""
    network = spec.build().eval()
    rates = {}
    for batch_size in (1, 1024):
        batch = select(data.inputs, slice(0, batch_size))
        for _ in range(3):
            network(batch)
        start, n_beats = time.perf_counter(), 0
        while (elapsed := time.perf_counter() - start) < 3:
            network(batch)
            n_beats += batch_size
        rates[f"inference_beats_per_s_batch_{batch_size}"] = round(n_beats / elapsed)
    return rates
