"""Stage train@MODEL: fit a model to the training patients, once per seed."""

import sys

from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.train.fit import fit
from ecgfuse.train.job import load_training_job
from ecgfuse.train.trained_model import TRAINED_ON_LABELS, model_named


def main() -> None:
    """Train, and save the networks of all seeds."""
    model = model_named(sys.argv, allowed=TRAINED_ON_LABELS)
    job = load_training_job(model)
    workers = n_networks_at_once(len(job.train.seeds))
    fit(job, workers=workers, out=model.networks, history=model.history)


if __name__ == "__main__":
    run_stage(main)
