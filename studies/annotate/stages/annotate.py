"""Stage annotate: annotate the test recordings like user-supplied ones, and score them."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.ec57.config import EC57Config
from ecgfuse.engine.processes import n_workers
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.annotate.run import verify_annotation
from ecgfuse.train.trained_model import DISTILLED, MODELS, TrainedModel

STUDY = Path("studies/annotate")


def main() -> None:
    """Write results and metrics."""
    verify_annotation(
        {name: TrainedModel(name).features for name in MODELS},
        annotated_by=DISTILLED,
        database=Path("data/raw") / load_params(DataConfig).database,
        records=load_params(SplitConfig).test,
        config=load_params(EC57Config, path=Path("studies/ec57/params.yaml")),
        folder=Path("models"),
        workers=n_workers(),
        results=STUDY / "results/annotate.json",
        metrics=STUDY / "metrics/annotate.json",
    )


if __name__ == "__main__":
    run_stage(main)
