"""Cross-validation in which all beats of a patient are in one fold."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from ecgfuse.datasets.inputs import LabelledInputs
from ecgfuse.models.backbone import Backbone
from ecgfuse.models.heartbeat import HeartbeatNet
from ecgfuse.models.store import NetworkSpec
from ecgfuse.records.annotations import CLASSES
from ecgfuse.train.compute import use_one_thread
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.loop import train_seed
from ecgfuse.train.validate import predict_logits


def patient_folds(records: np.ndarray, labels: np.ndarray, *, n_folds: int) -> list[list[str]]:
    """Deal the records to folds so that each fold has its share of every class.

    Records go one after the other, those with the largest share of some class first, to the fold
    that lacks most of what they hold.

    Args:
        records: (n_beats,) names.
        labels: (n_beats,) int.

    Returns:
        The names of the records of each fold.
    """
    names = np.unique(records)
    if not 2 <= n_folds <= len(names):
        raise ValueError(
            f"n_folds is {n_folds}, but must lie between 2 and the number of records, {len(names)}"
        )
    counts = np.array(
        [np.bincount(labels[records == name], minlength=len(CLASSES)) for name in names]
    )
    shares = counts / np.maximum(counts.sum(axis=0), 1)  # (n_records, n_classes)
    folds: list[list[str]] = [[] for _ in range(n_folds)]
    held = np.zeros((n_folds, shares.shape[1]))
    for record in np.argsort(-shares.max(axis=1), kind="stable"):
        overflow = np.square(held + shares[record]).sum(axis=1) - np.square(held).sum(axis=1)
        fewest = min(map(len, folds))
        open_folds = [i for i, fold in enumerate(folds) if len(fold) <= fewest + 1]
        chosen = min(open_folds, key=lambda fold: (overflow[fold], len(folds[fold])))
        folds[chosen].append(str(names[record]))
        held[chosen] += shares[record]
    return folds


def predict_fold(
    spec: NetworkSpec,
    *,
    data: LabelledInputs,
    held_out: np.ndarray,
    config: TrainConfig,
    augment: AugmentConfig,
    seed: int,
    backbone: Backbone | None = None,
) -> np.ndarray:
    """Train without the held-out patients, and predict them, in one thread.

    Args:
        data: all beats.
        held_out: (n_beats,) bool.
        config: `checkpoint` must be "last": the held-out patients choose nothing.
        backbone: pretrained without the held-out patients; None starts from scratch.

    Returns:
        Probabilities of the held-out beats, (n_held_out, n_classes).
    """
    mask = torch.from_numpy(held_out)
    network = fit_last_epoch(
        spec,
        train=data.at(~mask),
        config=config,
        augment=augment,
        seed=seed,
        backbone=backbone,
    )
    return predict_logits(network, data.at(mask).inputs).softmax(dim=1).numpy()


def fit_last_epoch(
    spec: NetworkSpec,
    *,
    train: LabelledInputs,
    config: TrainConfig,
    augment: AugmentConfig,
    seed: int,
    backbone: Backbone | None = None,
) -> HeartbeatNet:
    """Train a network for which nothing is chosen, in one thread; nothing is left on the disk.

    Args:
        config: `checkpoint` must be "last".
    """
    use_one_thread()
    with TemporaryDirectory() as folder:
        trained = train_seed(
            spec.build,
            train=train,
            valid=None,
            config=config,
            augment=augment,
            seed=seed,
            checkpoint=Path(folder) / "checkpoint.pt",
            backbone=backbone,
        )
    network = spec.build()
    network.load_state_dict(trained.weights)
    return network
