"""Stage external@NAME: score networks of the first database on all records of another."""

import sys
from pathlib import Path

from ecgfuse.engine.processes import n_workers
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.predict import predict
from ecgfuse.evaluate.run import EvaluationPaths, evaluate
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import named_argument, run_stage
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.external.config import ExternalConfig
from ecgfuse.studies.external.data import prepare_external
from ecgfuse.train.trained_model import TrainedModel

STUDY = Path("studies/external")


def main() -> None:
    """Write results, metrics, predictions, tables and figures."""
    config = load_params(ExternalConfig, path=STUDY / "params.yaml")
    name = named_argument(sys.argv, kind="DATABASE", allowed=config.databases)
    prepared, trained = STUDY / "data/features" / name, TrainedModel(config.model)
    prepare_external(
        Path("data/raw") / name,
        leads=config.leads,
        preprocess=load_params(PreprocessConfig),
        rr=load_params(RRConfig),
        out=prepared,
        workers=n_workers(),
    )
    beats = {"valid": trained.features / "beats", "test": prepared / "beats"}
    predict(
        name,
        models=trained.networks,
        beats=beats,
        rr={"valid": trained.features / "rr", "test": prepared / "rr"},
        workers=n_workers(),
        out=STUDY / "data/predictions" / name,
    )
    paths = EvaluationPaths(
        dataset=Path("data/raw") / name / "dataset.json",
        beats=beats,
        history=trained.history,
        predictions=STUDY / "data/predictions" / name,
        plots=STUDY / "plots" / name,
        results=STUDY / f"results/{name}.json",
        metrics=STUDY / f"metrics/{name}.json",
    )
    evaluate(paths=paths, config=load_params(EvaluateConfig))


if __name__ == "__main__":
    run_stage(main)
