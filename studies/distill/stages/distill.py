"""Stage distill: one network learns from those of all seeds, so that one can be deployed."""

from pathlib import Path

from ecgfuse.datasets.fusions import DISTILLED
from ecgfuse.distill.config import DistillConfig
from ecgfuse.distill.run import distill
from ecgfuse.params import load_params
from ecgfuse.places import Places
from ecgfuse.stage import run_stage
from ecgfuse.train.job import load_training_job
from ecgfuse.workers import n_workers

STUDY = Path("studies/distill")


def main() -> None:
    """Ask the teachers, and train the students."""
    config = load_params(DistillConfig, path=STUDY / "params.yaml")
    places = Places(DISTILLED)
    distill(
        load_training_job(config.student),
        config=config,
        models=Path("data/train"),
        workers=n_workers(),
        targets=STUDY / "data/targets.npy",
        out=places.networks,
        history=places.history,
    )


if __name__ == "__main__":
    run_stage(main)
