"""Targets of the students: the mean prediction of the teachers for the training beats.

Reference: Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015.
"""

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import load_beat_table, used_beats
from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.datasets.inputs import load_inputs
from ecgfuse.distill.config import DistillConfig
from ecgfuse.engine.processes import process_pool
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.models.store import load_model
from ecgfuse.train.validate import predict_logits


def teach(models: Path, *, beats: Path, rr: Path, config: DistillConfig, workers: int) -> Tensor:
    """Targets of the training beats, (n_beats, n_classes) float32; rows sum to 1.

    Args:
        models: folder with one folder of trained seeds per fusion.
        beats: output folder of `preprocess`.
        rr: output folder of `rr`.
        workers: processes; the result does not depend on it.

    Raises:
        ValueError: a teacher is missing.
    """
    names = [fusion for fusion in FUSIONS if fusion in config.teachers]
    paths = [path for name in names for path in sorted((models / name).glob("seed-*.safetensors"))]
    if not paths:
        raise ValueError(
            f"{models}: no trained model of distill.teachers; run the stage 'train' again"
        )
    size = math.ceil(len(paths) / workers)
    shares = [paths[first : first + size] for first in range(0, len(paths), size)]
    predict = partial(_predict, beats=beats, rr=rr, temperature=config.temperature)
    with process_pool(len(shares)) as pool:
        predictions = [
            of_teacher for of_share in pool.map(predict, shares) for of_teacher in of_share
        ]
    labels = used_beats(load_beat_table(beats / "train"))["label"].to_numpy(copy=True)
    return mix_targets(predictions, labels=torch.from_numpy(labels), label_share=config.label_share)


def mix_targets(predictions: Sequence[np.ndarray], *, labels: Tensor, label_share: float) -> Tensor:
    """Mix the mean of the teachers' probabilities with the true label.

    Args:
        predictions: of each teacher, (n_beats, n_classes).
        labels: (n_beats,) int64.
    """
    mean = torch.from_numpy(np.mean(predictions, axis=0, dtype=np.float64)).float()
    return torch.lerp(mean, F.one_hot(labels, len(CLASSES)).float(), label_share)


def _predict(
    paths: Sequence[Path], *, beats: Path, rr: Path, temperature: float
) -> list[np.ndarray]:
    """Probabilities of some teachers, (n_beats, n_classes) each; loads the beats once."""
    use_one_thread()
    # Hybrid loads the inputs of every fusion; each network ignores those it does not use.
    inputs = load_inputs("train", beats=beats, rr=rr, fusion="hybrid").inputs
    predictions = []
    for path in paths:
        logits = predict_logits(load_model(path).network, inputs, batch_size=256)
        predictions.append((logits / temperature).softmax(dim=1).numpy())
    return predictions
