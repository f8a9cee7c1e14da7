"""Stage learning_curve: train one fusion on fewer and fewer patients."""

from pathlib import Path

from ecgfuse.learning_curve.config import LearningCurveConfig
from ecgfuse.learning_curve.run import learning_curve
from ecgfuse.params import load_params
from ecgfuse.places import Places
from ecgfuse.stage import run_stage
from ecgfuse.train.job import load_training_job
from ecgfuse.workers import n_workers

STUDY = Path("studies/learning_curve")


def main() -> None:
    """Train on subsets of the patients, and write the curve."""
    config = load_params(LearningCurveConfig, path=STUDY / "params.yaml")
    learning_curve(
        load_training_job(config.fusion),
        config=config,
        everyone=Places(config.fusion).results,
        workers=n_workers(config.draws * len(config.patients)),
        plots=STUDY / "plots",
        results=STUDY / "results/learning_curve.json",
        metrics=STUDY / "metrics/learning_curve.json",
    )


if __name__ == "__main__":
    run_stage(main)
