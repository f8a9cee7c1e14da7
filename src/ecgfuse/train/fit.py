"""The train stage: beats and RR features of DS1 -> one model file per seed."""

import shutil
from pathlib import Path

import pandas as pd

from ecgfuse.models.store import save_model
from ecgfuse.pipeline.files import atomic_file, atomic_folder
from ecgfuse.train.loop import TrainedSeed
from ecgfuse.train.seeds import TrainingJob, train_seeds


def fit(job: TrainingJob, *, workers: int, out: Path, history: Path) -> None:
    """Train all seeds of a fusion and save them.

    Args:
        out: folder for seed-N.safetensors, one file per seed.
        history: CSV of the training curves, averaged over the seeds.

    Raises:
        ValueError: as `train_seeds`.
    """
    spec, trained = train_seeds(job, workers=workers)
    with atomic_folder(out) as folder:
        for one in trained:
            save_model(
                one.weights,
                folder / f"seed-{one.seed}.safetensors",
                spec=spec,
                origin={"seed": one.seed, "epoch": one.epoch, **one.history[one.epoch - 1]},
            )
    with atomic_file(history) as temporary:
        mean_history(trained).to_csv(temporary, float_format="%.6f", lineterminator="\n")
    shutil.rmtree(job.checkpoints / job.fingerprint(), ignore_errors=True)


def mean_history(trained: list[TrainedSeed]) -> pd.DataFrame:
    """Training curves averaged over the seeds; the index is the epoch."""
    rows = pd.concat([pd.DataFrame(one.history) for one in trained])
    return rows.astype({"epoch": int}).groupby("epoch").mean()
