"""Stage learning_curve: train one fusion on subsets of the patients."""

from pathlib import Path

from ecgfuse.engine.processes import n_workers
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.learning_curve.config import LearningCurveConfig
from ecgfuse.studies.learning_curve.run import learning_curve
from ecgfuse.train.job import load_training_job
from ecgfuse.train.trained_model import TrainedModel

STUDY = Path("studies/learning_curve")


def main() -> None:
    """Train, and write the scores by number of patients."""
    config = load_params(LearningCurveConfig, path=STUDY / "params.yaml")
    learning_curve(
        load_training_job(TrainedModel(config.fusion)),
        config=config,
        everyone=TrainedModel(config.fusion).results,
        workers=n_workers(config.draws * len(config.patients)),
        plots=STUDY / "plots",
        results=STUDY / "results/learning_curve.json",
        metrics=STUDY / "metrics/learning_curve.json",
    )


if __name__ == "__main__":
    run_stage(main)
