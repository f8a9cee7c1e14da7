"""The distill stage: the networks of all seeds -> students trained on their mean prediction."""

import dataclasses
from pathlib import Path

import numpy as np

from ecgfuse.distill.config import DistillConfig
from ecgfuse.distill.targets import teach
from ecgfuse.pipeline.files import atomic_file
from ecgfuse.train.fit import fit
from ecgfuse.train.seeds import TrainingJob


def distill(
    job: TrainingJob,
    *,
    config: DistillConfig,
    models: Path,
    workers: int,
    targets: Path,
    out: Path,
    history: Path,
) -> None:
    """Train students like any other network, but on the predictions of the teachers.

    Args:
        job: training of the student; its seeds are replaced by those of `config`.
        models: folder with one folder of trained seeds per fusion.
        targets: NPY file for the targets of the training beats.
        out: gets seed-N.safetensors of each student.
        history: CSV of the training curves, means over the students.

    Raises:
        ValueError: a teacher is missing, or as `fit`.
    """
    target_values = teach(models, beats=job.beats, rr=job.rr, config=config, workers=workers)
    with atomic_file(targets) as temporary, temporary.open("wb") as file:
        np.save(file, target_values.numpy())
    students = dataclasses.replace(
        job, train=dataclasses.replace(job.train, seeds=config.seeds), targets=targets
    )
    fit(students, workers=workers, out=out, history=history)
