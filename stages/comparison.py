"""Stage comparison: which fusion is better, on the same bootstrap draws of the test records."""

from pathlib import Path

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.download.config import DataConfig
from ecgfuse.evaluate.comparison import compare
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.train.trained_model import TrainedModel


def main() -> None:
    """Write the paired comparisons."""
    compare(
        {fusion: TrainedModel(fusion).predictions / "test.csv" for fusion in FUSIONS},
        database=load_params(DataConfig).database,
        n_draws=load_params(EvaluateConfig).bootstrap,
        seed=load_params(EvaluateConfig).bootstrap_seed,
        out=Path("results/comparison.json"),
    )


if __name__ == "__main__":
    run_stage(main)
