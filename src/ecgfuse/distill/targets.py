"""What the students aim at: the mean opinion of the teachers on the training beats.

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

from ecgfuse.datasets.beats import load_beat_table, used_beats
from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.datasets.inputs import load_inputs
from ecgfuse.distill.config import DistillConfig
from ecgfuse.models.store import load_model
from ecgfuse.records.annotations import CLASSES
from ecgfuse.train.compute import use_one_thread
from ecgfuse.train.validate import predict_logits
from ecgfuse.workers import process_pool


def teach(models: Path, *, beats: Path, rr: Path, config: DistillConfig, workers: int) -> Tensor:
    """Targets of the training beats, (n_beats, n_classes) float32, which sum to 1.

    Args:
        models: folder with a folder of trained seeds for each fusion.
        beats: output folder of `preprocess`.
        rr: output folder of `rr`.
        workers: teachers asked at once; the result does not depend on it.

    Raises:
        ValueError: a teacher is missing.
    """
    names = [fusion for fusion in FUSIONS if fusion in config.teachers]
    paths = [path for name in names for path in sorted((models / name).glob("seed-*.safetensors"))]
    if not paths:
        raise ValueError(
            f"{models}: no trained model of a teacher; make them with 'dvc repro train'"
        )
    size = math.ceil(len(paths) / workers)
    shares = [paths[first : first + size] for first in range(0, len(paths), size)]
    ask = partial(_ask, beats=beats, rr=rr, temperature=config.temperature)
    with process_pool(len(shares)) as pool:
        answers = [answer for of_share in pool.map(ask, shares) for answer in of_share]
    labels = used_beats(load_beat_table(beats / "train"))["label"].to_numpy(copy=True)
    return mix_targets(answers, labels=torch.from_numpy(labels), label_share=config.label_share)


def mix_targets(answers: Sequence[np.ndarray], *, labels: Tensor, label_share: float) -> Tensor:
    """The mean of the teachers' probabilities, with a share of the true label.

    Args:
        answers: of each teacher, (n_beats, n_classes).
        labels: (n_beats,) int64.
    """
    opinion = torch.from_numpy(np.mean(answers, axis=0, dtype=np.float64)).float()
    return torch.lerp(opinion, F.one_hot(labels, len(CLASSES)).float(), label_share)


def _ask(paths: Sequence[Path], *, beats: Path, rr: Path, temperature: float) -> list[np.ndarray]:
    """Probabilities of some teachers, (n_beats, n_classes) each, on beats that are loaded once."""
    use_one_thread()
    # With all that any fusion reads; each leaves aside what is not for it.
    inputs = load_inputs("train", beats=beats, rr=rr, fusion="hybrid").inputs
    answers = []
    for path in paths:
        logits = predict_logits(load_model(path).network, inputs, batch_size=256)
        answers.append((logits / temperature).softmax(dim=1).numpy())
    return answers
