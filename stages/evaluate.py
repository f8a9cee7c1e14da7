"""Stage evaluate@MODEL: score a model on patients that it was not trained on."""

import sys
from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.evaluate.run import EvaluationPaths, evaluate
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.train.trained_model import model_named


def main() -> None:
    """Write results, metrics, tables and figures, and record the look at the test records."""
    model = model_named(sys.argv)
    paths = EvaluationPaths(
        dataset=Path("data/raw") / load_params(DataConfig).database / "dataset.json",
        beats=dict.fromkeys(("valid", "test"), model.features / "beats"),
        history=model.history,
        predictions=model.predictions,
        plots=model.plots,
        results=model.results,
        metrics=model.metrics,
    )
    evaluate(
        paths=paths,
        config=load_params(EvaluateConfig),
        preprocess=load_params(PreprocessConfig),
    )
    record_look(
        paths.results,
        stage="evaluate",
        model=model.name,
        dataset=paths.dataset,
        parameters=(Path("params.yaml"), model.pipeline / "params.yaml"),
    )


if __name__ == "__main__":
    run_stage(main)
