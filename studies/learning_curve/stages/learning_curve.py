"""Stage learning_curve: train one fusion on subsets of the patients."""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.evaluate.ledger import record_look
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
    results = STUDY / "results/learning_curve.json"
    learning_curve(
        load_training_job(TrainedModel(config.fusion)),
        config=config,
        everyone=TrainedModel(config.fusion).results,
        workers=n_networks_at_once(config.draws * len(config.patients)),
        plots=STUDY / "plots",
        results=results,
        metrics=STUDY / "metrics/learning_curve.json",
    )
    record_look(
        results,
        stage="learning_curve",
        model=f"{config.fusion}, by number of patients",
        dataset=Path("data/raw") / load_params(DataConfig).database / "dataset.json",
        scores=("*.macro_f1.mean", "*.macro_auprc.mean"),
        parameters=(Path("params.yaml"), STUDY / "params.yaml"),
    )


if __name__ == "__main__":
    run_stage(main)
