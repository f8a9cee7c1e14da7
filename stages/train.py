"""Stage train@TRAINING: fit a fusion, or causal, to the training patients, once for each seed."""

import dataclasses
import sys

from ecgfuse.datasets.fusions import CAUSAL, fusion_of, training_named
from ecgfuse.places import Places
from ecgfuse.stage import run_stage
from ecgfuse.train.fit import fit
from ecgfuse.train.job import load_training_job
from ecgfuse.workers import n_workers


def main() -> None:
    """Train, and save the models of all seeds."""
    name = training_named(sys.argv)
    places = Places(name)
    job = load_training_job(fusion_of(name), features=places.features)
    if name == CAUSAL:  # there are no causal beats in noise
        job = dataclasses.replace(job, augment=dataclasses.replace(job.augment, noisy_beats=0.0))
    workers = n_workers(len(job.train.seeds))
    fit(job, workers=workers, out=places.networks, history=places.history)


if __name__ == "__main__":
    run_stage(main)
