"""The fine_tune stage: classifiers from scratch, on a frozen encoder, and fine-tuned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Literal, cast, get_args

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from ecgfuse.engine.processes import process_pool
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.models.backbone import Backbone, load_backbone
from ecgfuse.models.config import Size
from ecgfuse.models.vit import ViTEncoder
from ecgfuse.models.wav2vec import Wav2VecEncoder
from ecgfuse.pipeline.files import write_json
from ecgfuse.pretrain.config import OBJECTIVES, ObjectiveName
from ecgfuse.studies.ssl12.classifier import (
    Labelled,
    WindowClassifier,
    embed,
    fit_classifier,
    predict,
)
from ecgfuse.studies.ssl12.config import FineTuneConfig
from ecgfuse.studies.ssl12.data import TASKS, Recordings, Task, window_shape
from ecgfuse.studies.ssl12.encoders import ENCODERS, EncoderName, fresh_encoder
from ecgfuse.studies.ssl12.results import FineTuneResults, RecordingScores, SeedScores
from ecgfuse.studies.ssl12.scores import score_recordings

Recipe = Literal["scratch", "linear_probe", "fine_tune"]


@dataclass(frozen=True, kw_only=True)
class ClassifyJob:
    """Inputs and parameters of the classifiers of all objectives."""

    size: Size
    fs: float
    """Sampling rate of the windows, in Hz."""
    windows: Path
    """Output folder of `prepare`."""
    backbones: Path
    """Parent of the output folders of `pretrain`, one per objective."""
    config: FineTuneConfig


@dataclass(frozen=True)
class Run:
    """The trainings of one row of the table, one per seed."""

    encoder: EncoderName
    objective: ObjectiveName
    """"none" trains from scratch."""
    frozen: bool
    task: Task

    @classmethod
    def of(cls, objective: ObjectiveName, task: Task, recipe: Recipe) -> "Run":
        """The run of a recipe for an objective; equal runs have equal results."""
        start: ObjectiveName = "none" if recipe == "scratch" else objective
        return cls(ENCODERS[objective], start, recipe == "linear_probe", task)

    def shares(self, seeds: Sequence[int]) -> list[tuple[int, ...]]:
        """Seeds of each task of the pool: all of them with a frozen encoder, else one."""
        return [tuple(seeds)] if self.frozen else [(seed,) for seed in seeds]


def classify(job: ClassifyJob, *, workers: int, out: Path) -> None:
    """Score every recipe of every objective on both tasks.

    Args:
        workers: processes; results do not depend on it.
        out: JSON, as `FineTuneResults`.

    Raises:
        ValueError: a file is missing, a loss is not finite, or a split has no labelled recording.
    """
    rows = {row: Run.of(*row) for row in product(OBJECTIVES, TASKS, get_args(Recipe))}
    runs = list(dict.fromkeys(rows.values()))  # from scratch, two objectives have the same run
    shares = [(run, seeds) for run in runs for seeds in run.shares(job.config.seeds)]
    scores: dict[Run, list[RecordingScores]] = {run: [] for run in runs}
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
    write_json(cast("FineTuneResults", result), out)


def _run(job: ClassifyJob, run: Run, seeds: Sequence[int]) -> list[RecordingScores]:
    """The scores of some seeds, computed in a process of the pool."""
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
            load_pretrained(encoder, weights)
        return WindowClassifier(encoder, n_classes=len(TASKS[run.task]))

    splits = labelled_splits(recordings, task=run.task)
    if run.frozen:  # the same for all seeds
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


def load_pretrained(encoder: ViTEncoder | Wav2VecEncoder, weights: Backbone) -> None:
    """Load pretrained weights into an encoder, and freeze the convolutions of wav2vec."""
    encoder.load_state_dict(weights)
    if isinstance(encoder, Wav2VecEncoder):
        encoder.features.requires_grad_(False)


def labelled_splits(recordings: Recordings, *, task: Task) -> dict[str, Labelled]:
    """The labelled recordings of "train", "valid" and "test" for a task.

    Args:
        recordings: recordings of all splits.

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
) -> RecordingScores:
    """Train a classifier on the training patients, and score it on the test patients.

    Args:
        network: modified in place.
        splits: as from `labelled_splits`, or embedded.

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


def mean_over_seeds(scores: Sequence[RecordingScores]) -> SeedScores:
    """Means, sample standard deviations under "sd", and the fields equal for all seeds."""
    rows: list[Mapping[str, object]] = [*scores]
    values = {
        name: of_seeds
        for name in rows[0]
        if len(of_seeds := [value for row in rows if isinstance(value := row[name], float)])
        == len(rows)
    }
    found = {
        **{name: float(np.mean(of_seeds)) for name, of_seeds in values.items()},
        "sd": {
            name: float(np.std(of_seeds, ddof=1)) if of_seeds[1:] else 0.0
            for name, of_seeds in values.items()
        },
        **{name: value for name, value in rows[0].items() if name not in values},
    }
    return cast("SeedScores", found)
