"""What the students aim at: the mean opinion of the teachers on the training beats.

Reference: Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.datasets.inputs import load_inputs
from ecgfuse.distill.config import DistillConfig
from ecgfuse.models.store import load_model
from ecgfuse.records.annotations import CLASSES
from ecgfuse.train.compute import keep_freed_memory
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
    ask = partial(_ask, beats=beats, rr=rr, temperature=config.temperature)
    with process_pool(min(workers, len(paths))) as pool:
        answers = list(pool.map(ask, paths))
    labels = load_inputs("train", beats=beats, rr=rr, fusion="early").labels
    return mix_targets(answers, labels=labels, label_share=config.label_share)


def mix_targets(answers: Sequence[np.ndarray], *, labels: Tensor, label_share: float) -> Tensor:
    """The mean of the teachers' probabilities, with a share of the true label.

    Args:
        answers: of each teacher, (n_beats, n_classes).
        labels: (n_beats,) int64.
    """
    opinion = torch.from_numpy(np.mean(answers, axis=0, dtype=np.float64)).float()
    return torch.lerp(opinion, F.one_hot(labels, len(CLASSES)).float(), label_share)


def _ask(path: Path, *, beats: Path, rr: Path, temperature: float) -> np.ndarray:
    """Probabilities of one teacher, without its class shift: the student has one of its own."""
    torch.set_num_threads(1)
    keep_freed_memory()
    teacher = load_model(path)
    data = load_inputs("train", beats=beats, rr=rr, fusion=teacher.spec.fusion)
    logits = predict_logits(teacher.network, data.inputs, batch_size=256)
    return ((logits - teacher.network.class_shift) / temperature).softmax(dim=1).numpy()
