"""Stage evaluate@MODEL: score a fusion, or the distilled or the causal network, on new patients."""

import sys
from pathlib import Path

from ecgfuse.datasets.fusions import model_named
from ecgfuse.download.config import DataConfig
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.run import EvaluationPaths, evaluate
from ecgfuse.params import load_params
from ecgfuse.places import Places
from ecgfuse.stage import run_stage


def main() -> None:
    """Write results, metrics, tables and pictures."""
    places = Places(model_named(sys.argv))
    paths = EvaluationPaths(
        dataset=Path("data/raw") / load_params(DataConfig).database / "dataset.json",
        beats=dict.fromkeys(("valid", "test"), places.features / "beats"),
        history=places.history,
        predictions=places.predictions,
        plots=places.plots,
        results=places.results,
        metrics=places.metrics,
    )
    evaluate(paths=paths, config=load_params(EvaluateConfig))


if __name__ == "__main__":
    run_stage(main)
