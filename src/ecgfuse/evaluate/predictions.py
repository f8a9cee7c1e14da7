"""Predict the beats of a split with every trained seed of a fusion."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from ecgfuse.datasets.inputs import Inputs, LabelledInputs, select
from ecgfuse.evaluate.prediction_files import Predictions
from ecgfuse.models.store import StoredModel, check_fits

BATCH_SIZE = 256


def predict_seeds(
    models: list[StoredModel], *, data: LabelledInputs, name: str | None, workers: int
) -> Predictions:
    """Predict all beats with each model.

    Args:
        name: label of the progress bar; None shows no bar.
        workers: batches predicted at a time, each in one thread; the result does not depend on it.

    Raises:
        ValueError: the beats do not have the shape that the models were trained on.
    """
    for stored in models:
        path = Path(f"seed-{stored.origin['seed']}.safetensors")
        check_fits(stored, data.inputs, path=path)
    batches = [
        select(data.inputs, slice(first, first + BATCH_SIZE))
        for first in range(0, len(data), BATCH_SIZE)
    ]
    tasks = [(stored, batch) for stored in models for batch in batches]
    bar = tqdm(
        total=len(models) * len(data),
        desc=name,
        unit="beat",
        unit_scale=True,
        disable=True if name is None else None,
    )
    done = []
    with _one_thread_each(), ThreadPoolExecutor(workers) as pool, bar:
        for probabilities, attention in pool.map(_predict, *zip(*tasks, strict=True)):
            done.append((probabilities, attention))
            bar.update(len(probabilities))
    by_seed = [done[i : i + len(batches)] for i in range(0, len(done), len(batches))]
    return Predictions(
        probabilities=np.stack([np.concatenate([p for p, _ in seed]) for seed in by_seed]),
        attention=_mean_attention(by_seed),
    )


def _mean_attention(
    by_seed: list[list[tuple[np.ndarray, np.ndarray | None]]],
) -> np.ndarray | None:
    """Attention of all beats, the mean over the seeds, from that of each batch."""
    total: np.ndarray | None = None
    for seed in by_seed:
        parts = [attention for _, attention in seed if attention is not None]
        if parts:
            of_seed = np.concatenate(parts)
            total = of_seed if total is None else total + of_seed
    return None if total is None else total / len(by_seed)


@torch.inference_mode()
def _predict(stored: StoredModel, batch: Inputs) -> tuple[np.ndarray, np.ndarray | None]:
    logits, attention = stored.network.attend(batch)
    return logits.softmax(dim=1).numpy(), None if attention is None else attention.numpy()


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let torch use one thread per calling thread.

    On two cores this is faster than one caller with two threads, and much faster if another program
    uses a core.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
