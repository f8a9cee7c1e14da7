"""The distill stage: trained networks of all seeds -> one network that knows what they know."""

import dataclasses
from pathlib import Path

import numpy as np

from ecgfuse.distill.config import DistillConfig
from ecgfuse.distill.targets import teach
from ecgfuse.files import atomic_file
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
    """Train students as any other network, but on the opinion of the teachers.

    Args:
        job: of the student; its seeds are replaced by those of `config`.
        models: folder with a folder of trained seeds for each fusion.
        targets: gets the targets of the training beats, NPY.
        out: gets seed-N.safetensors for each student.
        history: CSV of the training curves, means over the students.

    Raises:
        ValueError: a teacher is missing, or as `fit`.
    """
    opinion = teach(models, beats=job.beats, rr=job.rr, config=config, workers=workers)
    with atomic_file(targets) as temporary, temporary.open("wb") as file:
        np.save(file, opinion.numpy())
    students = dataclasses.replace(
        job, train=dataclasses.replace(job.train, seeds=config.seeds), targets=targets
    )
    fit(students, workers=workers, out=out, history=history)
