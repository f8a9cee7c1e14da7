"""Stage folds: score one setting on patients held out within DS1."""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.studies.folds.config import FoldsConfig
from ecgfuse.studies.folds.run import cross_validate
from ecgfuse.studies.folds.train import FoldsJob
from ecgfuse.train.job import load_training_job
from ecgfuse.train.trained_model import TrainedModel

STUDY = Path("studies/folds")


def main() -> None:
    """Train on all folds but one, predict that one, and score the pooled predictions."""
    config = load_params(FoldsConfig, path=STUDY / "params.yaml")
    job = FoldsJob(
        training=load_training_job(TrainedModel(config.fusion), backbone=None),
        pretrain=load_params(PretrainConfig),
        folds=config,
    )
    cross_validate(
        job,
        workers=n_networks_at_once(config.n_folds * len(config.seeds)),
        dataset=Path("data/raw") / load_params(DataConfig).database / "dataset.json",
        results=STUDY / "results/folds.json",
        metrics=STUDY / "metrics/folds.json",
    )


if __name__ == "__main__":
    run_stage(main)
