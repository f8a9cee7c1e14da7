"""Train a fusion on some of the training patients, and score it on the others' beats."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import torch
from tqdm import tqdm

from ecgfuse.datasets.beats import load_beat_table, used_beats
from ecgfuse.evaluate.metrics import headline, score
from ecgfuse.learning_curve.config import LearningCurveConfig
from ecgfuse.learning_curve.subsets import draw_order, require_fewer
from ecgfuse.train.folds import fit_last_epoch
from ecgfuse.train.seeds import TrainingJob
from ecgfuse.train.validate import predict_logits
from ecgfuse.workers import process_pool


@dataclass(frozen=True, kw_only=True)
class Subset:
    """One training: which patients, and the seed of the network."""

    draw: int
    records: tuple[str, ...]
    """Their names."""
    patients: tuple[int, ...]
    """Their numbers, as `LabelledInputs.patients` has them."""
    seed: int


def plan_subsets(
    records: np.ndarray, labels: np.ndarray, *, config: LearningCurveConfig
) -> list[Subset]:
    """All trainings; within a draw each subset holds the smaller ones.

    Args:
        records: (n_beats,) name of each training beat's record.
        labels: (n_beats,) int, indices into CLASSES.

    Raises:
        ValueError: there are too few records, or small subsets always lack a class.
    """
    number_of = {str(name): number for number, name in enumerate(np.unique(records))}
    require_fewer(config.patients, n_records=len(number_of))
    rng = np.random.default_rng(config.seed)
    plan = []
    for draw in range(config.draws):
        order = draw_order(records, labels, smallest=config.patients[0], rng=rng)
        numbers = [number_of[name] for name in order]
        plan += [
            Subset(
                draw=draw,
                records=tuple(order[:n]),
                patients=tuple(numbers[:n]),
                seed=config.seed + draw,
            )
            for n in config.patients
        ]
    return plan


def train_subsets(job: TrainingJob, *, config: LearningCurveConfig, workers: int) -> pd.DataFrame:
    """Train once for every number of patients and draw, and score on validation and test patients.

    Nothing is chosen: the settings are those of the stage train, and the last epoch counts,
    whatever train.checkpoint says. A pretrained backbone has seen the signals of all training
    patients, without labels: then the curve is one over the patients with labels.

    Args:
        workers: processes; the result does not depend on them.

    Returns:
        One row a training: patients, draw, records (names, with spaces between), beats, and the
        scores of metrics.HEADLINE with test_ and valid_ before their names.

    Raises:
        ValueError: as `plan_subsets`, or a loss is not finite.
    """
    beats = used_beats(load_beat_table(job.beats / "train"))
    records, labels = beats["record"].to_numpy(dtype=str), beats["label"].to_numpy()
    plan = plan_subsets(records, labels, config=config)
    largest_first = sorted(plan, key=lambda subset: -len(subset.records))  # no long one is last
    run = partial(_train_and_score, replace(job, train=replace(job.train, checkpoint="last")))
    with process_pool(workers) as pool:
        done = pool.map(run, largest_first)
        bar = tqdm(done, total=len(plan), desc="learning curve", unit="training", disable=None)
        rows = list(bar)
    return pd.DataFrame(rows).sort_values(["patients", "draw"], ignore_index=True)


def _train_and_score(job: TrainingJob, subset: Subset) -> Mapping[str, Any]:
    """One row of `train_subsets`. Loads the beats itself: that is faster than passing them on."""
    data = job.load("train")
    train = data.at(torch.isin(data.patients, torch.tensor(subset.patients)))
    network = fit_last_epoch(
        job.spec(train),
        train=train,
        config=job.train,
        augment=job.augment,
        seed=subset.seed,
        backbone=job.start(),
    )
    row: dict[str, Any] = {
        "patients": len(subset.records),
        "draw": subset.draw,
        "records": " ".join(subset.records),
        "beats": len(train),
    }
    for split in ("test", "valid"):
        held_out = job.load(split)
        logits = predict_logits(network, held_out.inputs, batch_size=256)
        scores = score(held_out.labels.numpy(), logits.softmax(dim=1).numpy(), split=split)
        row |= {f"{split}_{name}": value for name, value in headline(scores).items()}
    return row
