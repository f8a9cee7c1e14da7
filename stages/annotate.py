"""Stage annotate: annotate the test recordings as a user's would be, and score that."""

from pathlib import Path

from ecgfuse.annotate.verify import verify_annotation
from ecgfuse.datasets.fusions import CAUSAL, MODELS
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.ec57.config import EC57Config
from ecgfuse.params import load_params
from ecgfuse.stage import run_stage
from ecgfuse.workers import n_workers


def main() -> None:
    """Write metrics/annotate.json."""
    verify_annotation(
        {name: Path("data/causal") if name == CAUSAL else Path("data") for name in MODELS},
        annotated_by="best",
        database=Path("data/raw") / load_params(DataConfig).database,
        records=load_params(SplitConfig).test,
        config=load_params(EC57Config),
        folder=Path("models"),
        workers=n_workers(),
        out=Path("metrics/annotate.json"),
    )


if __name__ == "__main__":
    run_stage(main)
