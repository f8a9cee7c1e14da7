"""Stage external@NAME: score networks trained on the first database on all records of another."""

import sys
from pathlib import Path

from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.predict import predict
from ecgfuse.evaluate.run import EvaluationPaths, evaluate
from ecgfuse.external.config import ExternalConfig
from ecgfuse.external.prepare import prepare_external
from ecgfuse.params import load_params
from ecgfuse.places import Places
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.stage import run_stage
from ecgfuse.workers import n_workers

STUDY = Path("studies/external")


def main() -> None:
    """Write results, metrics, predictions, tables and pictures."""
    (name,) = sys.argv[1:]
    config = load_params(ExternalConfig, path=STUDY / "params.yaml")
    prepared, trained = STUDY / "data/features" / name, Places(config.model)
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
