"""Train a fusion on subsets of the training patients, and score it on other patients."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pandas as pd
import torch
from tqdm import tqdm

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import load_beat_table, used_beats
from ecgfuse.engine.processes import process_pool
from ecgfuse.evaluate.metrics import headline, score
from ecgfuse.studies.learning_curve.config import LearningCurveConfig
from ecgfuse.studies.learning_curve.data import Subset, plan_subsets
from ecgfuse.train.last_epoch import fit_last_epoch
from ecgfuse.train.seeds import TrainingJob
from ecgfuse.train.validate import predict_logits


def train_subsets(job: TrainingJob, *, config: LearningCurveConfig, workers: int) -> pd.DataFrame:
    """Train per draw and number of patients, and score on validation and test patients.

    Nothing is chosen: the settings are those of the stage train, and the last epoch is used,
    whatever train.checkpoint is. A pretrained backbone has seen the signals of all training
    patients, without labels; then the curve is over the number of patients with labels.

    Args:
        workers: processes; results do not depend on it.

    Returns:
        One row per training: patients, draw, records (names separated by spaces), beats, and the
        scores of `metrics.headline` prefixed by test_ and valid_.

    Raises:
        ValueError: as `plan_subsets`, or a loss is not finite.
    """
    beats = used_beats(load_beat_table(job.beats / "train"))
    records, labels = beats["record"].to_numpy(dtype=str), beats["label"].to_numpy()
    plan = plan_subsets(records, labels, config=config)
    # Largest first, so that no long training is left at the end.
    largest_first = sorted(plan, key=lambda subset: -len(subset.records))
    run = partial(_train_and_score, replace(job, train=replace(job.train, checkpoint="last")))
    with process_pool(workers) as pool:
        done = pool.map(run, largest_first)
        bar = tqdm(done, total=len(plan), desc="learning curve", unit="training", disable=None)
        rows = list(bar)
    return pd.DataFrame(rows).sort_values(["patients", "draw"], ignore_index=True)


def _train_and_score(job: TrainingJob, subset: Subset) -> Mapping[str, float | str]:
    """One row of `train_subsets`. It loads the beats, which is faster than pickling them."""
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
    row: dict[str, float | str] = {
        "patients": len(subset.records),
        "draw": subset.draw,
        "records": " ".join(subset.records),
        "beats": len(train),
    }
    for split in ("test", "valid"):
        held_out = job.load(split)
        logits = predict_logits(network, held_out.inputs, batch_size=256)
        probabilities = logits.softmax(dim=1).numpy()
        scores = score(held_out.labels.numpy(), probabilities, classes=CLASSES, split=split)
        flat = headline(scores, classes=CLASSES)
        row |= {f"{split}_{name}": value for name, value in flat.items()}
    return row
