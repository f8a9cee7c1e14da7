"""Stage distill: one network to deploy, trained on the outputs of those of all seeds."""

from pathlib import Path

from ecgfuse.distill.config import DistillConfig
from ecgfuse.distill.run import distill
from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.train.job import load_training_job
from ecgfuse.train.trained_model import DISTILLED, TrainedModel

STUDY = Path("studies/distill")


def main() -> None:
    """Predict by the teachers, and train the students."""
    config = load_params(DistillConfig, path=STUDY / "params.yaml")
    model = TrainedModel(DISTILLED)
    distill(
        load_training_job(TrainedModel(config.student)),
        config=config,
        models=Path("data/train"),
        workers=n_networks_at_once(),
        targets=STUDY / "data/targets.npy",
        out=model.networks,
        history=model.history,
    )


if __name__ == "__main__":
    run_stage(main)
