"""Stage external@NAME: score networks of the first database on all records of another."""

import sys
from pathlib import Path

from ecgfuse.engine.processes import n_workers
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import named_argument, run_stage
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.external.config import ExternalConfig
from ecgfuse.studies.external.run import ExternalPaths, score_database

STUDY = Path("studies/external")


def main() -> None:
    """Write results, metrics, features, predictions and tables."""
    config = load_params(ExternalConfig, path=STUDY / "params.yaml")
    name = named_argument(sys.argv, kind="DATABASE", allowed=config.databases)
    paths = ExternalPaths(
        database=Path("data/raw") / name,
        features=STUDY / "data/features" / name,
        predictions=STUDY / "data/predictions" / name,
        plots=STUDY / "plots" / name,
        results=STUDY / f"results/{name}.json",
        metrics=STUDY / f"metrics/{name}.json",
    )
    score_database(
        paths,
        config=config,
        preprocess=load_params(PreprocessConfig),
        rr=load_params(RRConfig),
        evaluate=load_params(EvaluateConfig),
        workers=n_workers(),
    )


if __name__ == "__main__":
    run_stage(main)
