"""Stage folds: one setting, scored on patients held out within DS1."""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.folds.config import FoldsConfig
from ecgfuse.folds.run import FoldsJob, cross_validate
from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.stage import run_stage
from ecgfuse.train.job import load_training_job
from ecgfuse.workers import n_workers

STUDY = Path("studies/folds")


def main() -> None:
    """Train on all folds but one, predict that one, and score all together."""
    config = load_params(FoldsConfig, path=STUDY / "params.yaml")
    job = FoldsJob(
        training=load_training_job(config.fusion, backbone=None),
        pretrain=load_params(PretrainConfig),
        folds=config,
    )
    cross_validate(
        job,
        workers=n_workers(config.n_folds * len(config.seeds)),
        dataset=Path("data/raw") / load_params(DataConfig).database / "dataset.json",
        results=STUDY / "results/folds.json",
        metrics=STUDY / "metrics/folds.json",
    )


if __name__ == "__main__":
    run_stage(main)
