"""Stage small: a network for a watch, trained and scored as normal against abnormal."""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.heartbeat.small import SmallConfig, small_job, train_small
from ecgfuse.train.job import load_training_job
from ecgfuse.train.trained_model import TrainedModel

STUDY = Path("studies/heartbeat")
PARAMS = STUDY / "params.yaml"
RESULTS = STUDY / "results/small.json"


def main() -> None:
    """Train and score, and enter the network in the ledger of looks at DS2."""
    config = load_params(SmallConfig, path=PARAMS)
    dataset = Path("data/raw") / load_params(DataConfig).database / "dataset.json"
    train_small(
        small_job(config, root=load_training_job(TrainedModel("hybrid"), backbone=None)),
        preprocess=load_params(PreprocessConfig),
        rr=load_params(RRConfig),
        evaluation=load_params(EvaluateConfig),
        dataset=dataset,
        workers=n_networks_at_once(),
        out=STUDY / "data/small",
        history=STUDY / "plots/training/small.csv",
        results=RESULTS,
        times=STUDY / "results/small_time.json",
    )
    record_look(
        RESULTS,
        stage="heartbeat/small",
        model="small",
        dataset=dataset,
        scores=("scores.mean.f1", "scores.mean.roc_auc", "four_classes.mean.macro_f1"),
        parameters=(Path("params.yaml"), PARAMS),
    )


if __name__ == "__main__":
    run_stage(main)
