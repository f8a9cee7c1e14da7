"""Stage external@NAME: score networks trained on the first database on all records of another."""

import sys
from pathlib import Path

from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.run import EvaluationPaths, evaluate
from ecgfuse.external.config import ExternalConfig
from ecgfuse.external.prepare import prepare_external
from ecgfuse.params import load_params
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.stage import run_stage
from ecgfuse.workers import n_workers


def main() -> None:
    """Write metrics/external_NAME.json, predictions, tables and pictures."""
    (name,) = sys.argv[1:]
    config, prepared = load_params(ExternalConfig), Path("data/external") / name
    prepare_external(
        Path("data/raw") / name,
        leads=config.leads,
        preprocess=load_params(PreprocessConfig),
        rr=load_params(RRConfig),
        out=prepared,
        workers=n_workers(),
    )
    paths = EvaluationPaths(
        dataset=Path("data/raw") / name / "dataset.json",
        beats={"valid": Path("data/beats"), "test": prepared / "beats"},
        rr={"valid": Path("data/rr"), "test": prepared / "rr"},
        models=Path("data/train") / config.model,
        history=Path(f"plots/training/{config.model}.csv"),
        predictions=Path(f"data/predictions/external_{name}.csv"),
        plots=Path(f"plots/evaluation/external_{name}"),
        metrics=Path(f"metrics/external_{name}.json"),
    )
    evaluate(
        f"external_{name}", paths=paths, config=load_params(EvaluateConfig), workers=n_workers()
    )


if __name__ == "__main__":
    run_stage(main)
