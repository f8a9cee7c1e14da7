"""Stage annotate: annotate the test recordings as a user's would be, and score that."""

from pathlib import Path

from ecgfuse.annotate.verify import verify_annotation
from ecgfuse.datasets.fusions import DISTILLED, MODELS
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.ec57.config import EC57Config
from ecgfuse.params import load_params
from ecgfuse.places import Places
from ecgfuse.stage import run_stage
from ecgfuse.workers import n_workers

STUDY = Path("studies/annotate")


def main() -> None:
    """Write results and metrics."""
    verify_annotation(
        {name: Places(name).features for name in MODELS},
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
