"""The fine_tune stage: classifiers from scratch, on a frozen encoder, and trained end to end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from ecgfuse.files import write_json
from ecgfuse.models.backbone import Backbone, load_backbone
from ecgfuse.models.config import Size
from ecgfuse.models.vit import ViTEncoder
from ecgfuse.models.wav2vec import Wav2VecEncoder
from ecgfuse.pretrain.config import OBJECTIVES, ObjectiveName
from ecgfuse.ssl12.config import FineTuneConfig
from ecgfuse.ssl12.dataset import TASKS, Recordings, Task, window_shape
from ecgfuse.ssl12.encoders import ENCODERS, EncoderName, fresh_encoder
from ecgfuse.ssl12.fine_tune import Labelled, WindowClassifier, embed, fit_classifier, predict
from ecgfuse.ssl12.scores import score_recordings
from ecgfuse.train.compute import use_one_thread
from ecgfuse.workers import process_pool

Recipe = Literal["scratch", "linear_probe", "fine_tune"]


@dataclass(frozen=True, kw_only=True)
class ClassifyJob:
    """What the classifiers of all objectives need."""

    size: Size
    fs: float
    """Of the windows, in Hz."""
    windows: Path
    """Output folder of `prepare`."""
    backbones: Path
    """Holds the output folder of `pretrain` for each objective."""
    config: FineTuneConfig


@dataclass(frozen=True)
class Run:
    """The trainings of one row of the table, one a seed."""

    encoder: EncoderName
    objective: ObjectiveName
    """"none" is from scratch."""
    frozen: bool
    task: Task

    @classmethod
    def of(cls, objective: ObjectiveName, task: Task, recipe: Recipe) -> "Run":
        """What a recipe trains for an objective; equal runs have equal results."""
        start: ObjectiveName = "none" if recipe == "scratch" else objective
        return cls(ENCODERS[objective], start, recipe == "linear_probe", task)

    def shares(self, seeds: Sequence[int]) -> list[tuple[int, ...]]:
        """Seeds that one process goes through: all with one frozen encoder, else one."""
        return [tuple(seeds)] if self.frozen else [(seed,) for seed in seeds]


def classify(job: ClassifyJob, *, workers: int, out: Path) -> None:
    """Score every recipe of every objective on both tasks.

    Args:
        workers: processes; the result does not depend on them.
        out: JSON: objective -> task -> recipe -> scores, means over the seeds, and "sd".

    Raises:
        ValueError: a file is missing, a loss is not finite, or a split has no labelled recording.
    """
    rows = {row: Run.of(*row) for row in product(OBJECTIVES, TASKS, get_args(Recipe))}
    runs = list(dict.fromkeys(rows.values()))  # from scratch, two objectives are the same
    shares = [(run, seeds) for run in runs for seeds in run.shares(job.config.seeds)]
    scores: dict[Run, list[dict[str, Any]]] = {run: [] for run in runs}
    with process_pool(workers) as pool:
        done = pool.map(partial(_run, job), *zip(*shares, strict=True))
        bar = tqdm(done, total=len(shares), desc="fine-tune", unit="classifier", disable=None)
        for (run, _), found in zip(shares, bar, strict=True):
            scores[run] += found
    result = {
        objective: {
            task: {
                recipe: mean_over_seeds(scores[rows[objective, task, recipe]])
                for recipe in get_args(Recipe)
            }
            for task in TASKS
        }
        for objective in OBJECTIVES
    }
    write_json(result, out)


def _run(job: ClassifyJob, run: Run, seeds: Sequence[int]) -> list[dict[str, Any]]:
    """The scores of some seeds, in a process of the pool."""
    use_one_thread()
    recordings = Recordings.load(job.windows)
    shape = window_shape(recordings.signal, fs=job.fs)
    weights: Backbone | None = None
    if run.objective != "none":
        weights = load_backbone(job.backbones / run.objective) or {}

    def network(seed: int) -> WindowClassifier:
        torch.manual_seed(seed)
        encoder = fresh_encoder(run.encoder, size=job.size, shape=shape)
        if weights is not None:
            take_over(encoder, weights)
        return WindowClassifier(encoder, n_classes=len(TASKS[run.task]))

    splits = labelled_splits(recordings, task=run.task)
    if run.frozen:  # the same whatever the seed
        encoder = network(seeds[0]).encoder
        splits = {
            name: Labelled(embed(encoder, part.inputs), part.targets)
            for name, part in splits.items()
        }
    config = job.config
    return [
        train_and_score(
            network(seed).classifier if run.frozen else network(seed),
            splits,
            task=run.task,
            config=config,
            learning_rate=config.probe_learning_rate if run.frozen else config.learning_rate,
            seed=seed,
        )
        for seed in seeds
    ]


def take_over(encoder: ViTEncoder | Wav2VecEncoder, weights: Backbone) -> None:
    """Put pretrained weights into an encoder; the convolutions of wav2vec stay as they are then."""
    encoder.load_state_dict(weights)
    if isinstance(encoder, Wav2VecEncoder):
        encoder.features.requires_grad_(False)


def labelled_splits(recordings: Recordings, *, task: Task) -> dict[str, Labelled]:
    """What can be learnt for a task of each split: "train", "valid", "test".

    Args:
        recordings: of all splits.

    Raises:
        ValueError: a split has no labelled recording.
    """
    splits: dict[str, Labelled] = {}
    for name in ("train", "valid", "test"):
        part = recordings.split(name).with_labels(task)
        if not len(part):
            raise ValueError(
                f"the split {name} has no recording labelled for {task}; add a database to "
                "recordings.databases"
            )
        splits[name] = Labelled(part.signal, part.targets(task))
    return splits


def train_and_score(
    network: nn.Module,
    splits: Mapping[str, Labelled],
    *,
    task: Task,
    config: FineTuneConfig,
    learning_rate: float,
    seed: int,
) -> dict[str, Any]:
    """Train a classifier on the training patients, and score it on those of the test split.

    Args:
        network: is changed.
        splits: as `labelled_splits`, or embedded.

    Raises:
        ValueError: a loss is not finite.
    """
    trained = fit_classifier(
        network,
        train=splits["train"],
        valid=splits["valid"],
        task=task,
        config=config,
        learning_rate=learning_rate,
        seed=seed,
    )
    logits = predict(trained, splits["test"].inputs)
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
