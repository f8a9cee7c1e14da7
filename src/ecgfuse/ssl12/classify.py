"""The fine_tune stage: classifiers from scratch, on a frozen encoder, and trained end to end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import torch
from tqdm import tqdm

from ecgfuse.files import atomic_file
from ecgfuse.models.backbone import load_backbone
from ecgfuse.models.config import Size
from ecgfuse.models.vit import ViTEncoder
from ecgfuse.models.wav2vec import Wav2VecEncoder
from ecgfuse.pretrain.config import ObjectiveName
from ecgfuse.ssl12.config import FineTuneConfig
from ecgfuse.ssl12.dataset import TASKS, Recordings, Task, window_shape
from ecgfuse.ssl12.encoders import encoder_of
from ecgfuse.ssl12.fine_tune import Labelled, WindowClassifier, embed, fit_classifier, predict
from ecgfuse.ssl12.scores import score_recordings
from ecgfuse.train.compute import keep_freed_memory
from ecgfuse.workers import process_pool

Recipe = Literal["scratch", "linear_probe", "fine_tune"]


@dataclass(frozen=True, kw_only=True)
class ClassifyJob:
    """What the classifiers of one objective need."""

    objective: ObjectiveName
    size: Size
    fs: float
    """Of the windows, in Hz."""
    windows: Path
    """Output folder of `prepare`."""
    backbone: Path
    """Output folder of `pretrain` for this objective."""
    config: FineTuneConfig


def classify(job: ClassifyJob, *, workers: int, out: Path) -> None:
    """Score every recipe on both tasks.

    Args:
        workers: processes; the result does not depend on them.
        out: JSON: task -> recipe -> scores, means over the seeds, and "sd".

    Raises:
        ValueError: a file is missing, a loss is not finite, or a split has no labelled recording.
    """
    tasks = list(product(TASKS, get_args(Recipe), job.config.seeds))
    with process_pool(workers) as pool:
        done = pool.map(partial(_run, job), *zip(*tasks, strict=True))
        bar = tqdm(done, total=len(tasks), desc=job.objective, unit="classifier", disable=None)
        scores = dict(zip(tasks, bar, strict=True))
    result = {
        task: {
            recipe: mean_over_seeds([scores[task, recipe, seed] for seed in job.config.seeds])
            for recipe in get_args(Recipe)
        }
        for task in TASKS
    }
    with atomic_file(out) as temporary:
        temporary.write_text(json.dumps(result, indent=2) + "\n")


def _run(job: ClassifyJob, task: Task, recipe: Recipe, seed: int) -> dict[str, Any]:
    """One classifier, in a process of the pool."""
    torch.set_num_threads(1)
    keep_freed_memory()
    recordings = Recordings.load(job.windows)
    torch.manual_seed(seed)
    shape = window_shape(recordings.signal, fs=job.fs)
    encoder = encoder_of(job.objective, size=job.size, shape=shape)
    if recipe != "scratch":
        take_over(encoder, load_backbone(job.backbone) or {})
    return train_and_score(
        encoder,
        recordings,
        task=task,
        frozen=recipe == "linear_probe",
        config=job.config,
        seed=seed,
    )


def take_over(encoder: ViTEncoder | Wav2VecEncoder, weights: Mapping[str, torch.Tensor]) -> None:
    """Put pretrained weights into an encoder; the convolutions of wav2vec stay as they are then."""
    encoder.load_state_dict(weights)
    if isinstance(encoder, Wav2VecEncoder):
        encoder.features.requires_grad_(False)


def train_and_score(
    encoder: ViTEncoder | Wav2VecEncoder,
    recordings: Recordings,
    *,
    task: Task,
    frozen: bool,
    config: FineTuneConfig,
    seed: int,
) -> dict[str, Any]:
    """Train a classifier on the training patients, and score it on those of the test split.

    Args:
        encoder: is changed, unless it is frozen.
        recordings: of all splits.

    Raises:
        ValueError: a split is empty, or a loss is not finite.
    """
    splits: dict[str, Labelled] = {}
    for name in ("train", "valid", "test"):
        part = recordings.split(name).with_labels(task)
        if not len(part):
            raise ValueError(
                f"the split {name} has no recording labelled for {task}; add a database to "
                "recordings.databases"
            )
        inputs = embed(encoder, part.signal) if frozen else part.signal
        splits[name] = Labelled(inputs, part.targets(task))
    n_classes = len(TASKS[task])
    network = fit_classifier(
        torch.nn.Linear(encoder.out_channels, n_classes)
        if frozen
        else WindowClassifier(encoder, n_classes=n_classes),
        train=splits["train"],
        valid=splits["valid"],
        task=task,
        config=config,
        learning_rate=config.probe_learning_rate if frozen else config.learning_rate,
        seed=seed,
    )
    logits = predict(network, splits["test"].inputs)
    return score_recordings(logits.numpy(), splits["test"].targets.numpy(), task=task)


def mean_over_seeds(scores: list[dict[str, Any]]) -> dict[str, Any]:
    """Means, sample standard deviations under "sd", and what is the same for all seeds."""
    names = [name for name in scores[0] if all(isinstance(one[name], float) for one in scores)]
    values = {name: [one[name] for one in scores] for name in names}
    return {
        **{name: float(np.mean(of_seeds)) for name, of_seeds in values.items()},
        "sd": {
            name: float(np.std(of_seeds, ddof=1)) if of_seeds[1:] else 0.0
            for name, of_seeds in values.items()
        },
        **{name: value for name, value in scores[0].items() if name not in names},
    }
