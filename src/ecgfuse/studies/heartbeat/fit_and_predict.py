"""Train networks on single beats and predict others, in the processes of a pool."""

import shutil
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from tqdm import tqdm

from ecgfuse.datasets.single_beats import SingleBeats
from ecgfuse.engine.checkpoint import fingerprint
from ecgfuse.engine.processes import process_pool
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.models.single_beat import SingleBeatName, build_single_beat
from ecgfuse.studies.heartbeat.training import Augment, Examples, FitConfig, fit, predict

TaskT = TypeVar("TaskT", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Predicted:
    """What a training of a network led to."""

    p_abnormal: np.ndarray
    """(n_beats,), probabilities of the beats that were predicted."""
    n_examples: int
    """Beats per epoch of the training."""
    epoch: int
    """The epoch of the weights, counted from 1: that of the lowest validation loss."""


@contextmanager
def train_all(
    tasks: Sequence[TaskT],
    train: Callable[..., Predicted],
    *,
    settings: dict[str, Any],
    beats: Path,
    checkpoints: Path,
    workers: int,
) -> Iterator[dict[TaskT, Predicted]]:
    """Run all trainings of a stage, for a block that scores them.

    The checkpoints are deleted after the block. If it fails, nothing has to be trained again.

    Args:
        tasks: what is trained, each a different one.
        train: called in another process with a task, and `folder` for its checkpoint.
        settings: all on which the trainings depend, besides the beats and the code.
        beats: folder with train/ and valid/.
        checkpoints: folder for the checkpoints of an interrupted run.
        workers: trainings in parallel; results do not depend on it.

    Yields:
        Task -> what it predicted.

    Raises:
        ValueError: a file is missing, or a training failed.
    """
    files = sorted(path for split in ("train", "valid") for path in (beats / split).iterdir())
    folder = checkpoints / "heartbeat" / fingerprint(settings, files=files)
    with process_pool(workers) as pool:
        done = pool.map(partial(train, folder=folder), tasks)
        bar = tqdm(done, total=len(tasks), unit="training", disable=None)
        predicted = dict(zip(tasks, bar, strict=True))
    yield predicted
    shutil.rmtree(folder, ignore_errors=True)


def fit_and_predict(
    network: SingleBeatName,
    *,
    train: Examples,
    valid: Examples,
    test: np.ndarray,
    config: FitConfig,
    seed: int,
    checkpoint: Path,
    augment: Augment | None = None,
) -> Predicted:
    """Train, keep the weights of the lowest loss on `valid`, and predict `test`, in one thread.

    Args:
        test: (n_beats, 187).
        checkpoint: file to resume from; it is kept, so that a finished training is not repeated.
        augment: changes each training batch.

    Raises:
        ValueError: a loss is not finite.
    """
    use_one_thread()
    fitted = fit(
        network,
        train=train,
        valid=valid,
        config=config,
        seed=seed,
        augment=augment,
        checkpoint=checkpoint,
    )
    model = build_single_beat(network)
    model.load_state_dict(fitted.weights)
    probabilities = predict(model, torch.from_numpy(test))
    return Predicted(
        p_abnormal=probabilities[:, 1],
        n_examples=len(train),
        epoch=fitted.epoch,
    )


def as_examples(beats: SingleBeats, *, all_classes: bool = False) -> Examples:
    """Beats to train or validate on.

    Args:
        all_classes: the labels are the indices of the classes, not normal (0) and abnormal (1).
    """
    labels = beats.labels if all_classes else beats.abnormal
    return Examples(ecg=torch.from_numpy(beats.ecg), labels=torch.from_numpy(labels))
