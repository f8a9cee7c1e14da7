"""Train on all folds but one, and predict the patients of that one."""

from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from tqdm import tqdm

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.inputs import LabelledInputs
from ecgfuse.engine.processes import process_pool
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.models.backbone import Backbone
from ecgfuse.models.store import NetworkSpec
from ecgfuse.pipeline.params import require
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.pretrain.run import UnlabelledBeats, pretrain_backbone
from ecgfuse.studies.folds.config import FoldsConfig
from ecgfuse.studies.folds.data import load_ds1, patient_folds
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.last_epoch import fit_last_epoch
from ecgfuse.train.seeds import TrainingJob
from ecgfuse.train.validate import predict_logits


@dataclass(frozen=True, kw_only=True)
class FoldsJob:
    """What the cross-validation of one setting needs."""

    training: TrainingJob
    """Training of the fusion; of its beats, train/ and valid/ are read. Its backbone is pretrained
    anew for each fold, and its seeds are those of `folds`."""
    pretrain: PretrainConfig
    folds: FoldsConfig

    def __post_init__(self) -> None:
        require(
            self.pretrain.objective == "none" or self.folds.n_folds >= 3,
            field="folds.n_folds",
            value=self.folds.n_folds,
            cure="must be 3 or more with pretraining: the fold after the one that is held out "
            "decides when pretraining ends",
        )


def predict_held_out(
    job: FoldsJob, *, records: np.ndarray, labels: np.ndarray, workers: int
) -> np.ndarray:
    """Predict every beat by networks that were not trained on its patient.

    Args:
        records: of the beats of `load_ds1`, (n_beats,).
        labels: of the same beats, (n_beats,).

    Returns:
        Probabilities, (n_seeds, n_beats, n_classes).
    """
    assigned = patient_folds(records, labels, n_folds=job.folds.n_folds)
    seeds, folds = job.folds.seeds, [np.isin(records, fold) for fold in assigned]
    next_folds = folds[1:] + folds[:1]
    tasks = list(product(range(len(seeds)), range(len(folds))))
    probabilities = np.zeros((len(seeds), len(labels), len(CLASSES)))
    with process_pool(workers) as pool:
        backbones = list(pool.map(partial(pretrain_without, job), folds, next_folds))
        done = pool.map(
            partial(_predict, job),
            [seeds[seed] for seed, _ in tasks],
            [folds[fold] for _, fold in tasks],
            [backbones[fold] for _, fold in tasks],
        )
        name = f"folds {job.training.fusion}"
        bar = tqdm(done, total=len(tasks), desc=name, unit="fold", disable=None)
        for (seed, fold), predicted in zip(tasks, bar, strict=True):
            probabilities[seed, folds[fold]] = predicted
    return probabilities


def pretrain_without(job: FoldsJob, held_out: np.ndarray, valid: np.ndarray) -> Backbone | None:
    """The backbone for a fold, None from scratch.

    Args:
        held_out: (n_beats,) bool, the beats of the fold, which are not used.
        valid: (n_beats,) bool, beats of other patients, whose loss decides when pretraining ends.
    """
    if job.pretrain.objective == "none":
        return None
    use_one_thread()
    data = load_ds1(job.training)
    with TemporaryDirectory() as folder:
        trained = pretrain_backbone(
            _unlabelled(data, ~(held_out | valid)),
            valid=_unlabelled(data, valid),
            config=job.pretrain,
            model=job.training.model,
            checkpoint=Path(folder) / "checkpoint.pt",
        )
    return trained.encoder


def _unlabelled(data: LabelledInputs, chosen: np.ndarray) -> UnlabelledBeats:
    beats = data.at(torch.from_numpy(chosen))
    return UnlabelledBeats(ecg=beats.inputs.ecg, records=beats.patients)


def _predict(
    job: FoldsJob, seed: int, held_out: np.ndarray, backbone: Backbone | None
) -> np.ndarray:
    """One fold, in a process of the pool."""
    data = load_ds1(job.training)
    return predict_fold(
        job.training.spec(data),
        data=data,
        held_out=held_out,
        config=job.training.train,
        augment=job.training.augment,
        seed=seed,
        backbone=backbone,
    )


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
