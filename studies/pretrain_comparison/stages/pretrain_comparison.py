"""Stage pretrain_comparison: one fusion, from scratch and from every pretrained backbone."""

import dataclasses
from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.studies.pretrain_comparison.arms import arms_of
from ecgfuse.studies.pretrain_comparison.config import PretrainComparisonConfig
from ecgfuse.studies.pretrain_comparison.run import compare_pretraining
from ecgfuse.studies.pretrain_comparison.train import PretrainComparisonJob
from ecgfuse.train.job import load_training_job
from ecgfuse.train.trained_model import TrainedModel

STUDY = Path("studies/pretrain_comparison")


def main() -> None:
    """Pretrain, train and test every arm."""
    config = load_params(PretrainComparisonConfig, path=STUDY / "params.yaml")
    training = load_training_job(TrainedModel(config.fusion), backbone=None)
    job = PretrainComparisonJob(
        training=dataclasses.replace(
            training, train=dataclasses.replace(training.train, seeds=config.seeds)
        ),
        pretrain=load_params(PretrainConfig),
        arms=arms_of(config.encoders),
        probe_beats=config.probe_beats,
    )
    dataset = Path("data/raw") / load_params(DataConfig).database / "dataset.json"
    results = STUDY / "results/pretrain_comparison.json"
    compare_pretraining(
        job,
        dataset=dataset,
        workers=n_networks_at_once(),
        plots=STUDY / "plots",
        results=results,
        metrics=STUDY / "metrics/pretrain_comparison.json",
    )
    record_look(
        results,
        stage="pretrain_comparison",
        model=f"{config.fusion}, by start",
        dataset=dataset,
        scores=(f"{config.fusion}.*.*.macro_f1", f"{config.fusion}.*.*.macro_auprc"),
        parameters=(Path("params.yaml"), STUDY / "params.yaml"),
    )


if __name__ == "__main__":
    run_stage(main)
