"""Stage evaluate@MODEL: score a fusion, or the distilled or the causal network, on new patients."""

import sys
from pathlib import Path

from ecgfuse.datasets.fusions import CAUSAL, model_named
from ecgfuse.download.config import DataConfig
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.run import EvaluationPaths, evaluate
from ecgfuse.params import load_params
from ecgfuse.stage import run_stage
from ecgfuse.workers import n_workers


def main() -> None:
    """Write metrics, predictions, tables and pictures."""
    name = model_named(sys.argv)
    database = load_params(DataConfig).database
    data = Path("data/causal") if name == CAUSAL else Path("data")
    paths = EvaluationPaths(
        dataset=Path("data/raw") / database / "dataset.json",
        beats=dict.fromkeys(("valid", "test"), data / "beats"),
        rr=dict.fromkeys(("valid", "test"), data / "rr"),
        models=Path("data/train") / name,
        history=Path(f"plots/training/{name}.csv"),
        predictions=Path(f"data/predictions/{name}.csv"),
        plots=Path("plots/evaluation") / name,
        metrics=Path(f"metrics/{name}.json"),
    )
    evaluate(name, paths=paths, config=load_params(EvaluateConfig), workers=n_workers())


if __name__ == "__main__":
    run_stage(main)
