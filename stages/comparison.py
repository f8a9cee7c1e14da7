"""Stage comparison: which fusion is better, on the same draws of the test records."""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.evaluate.comparison import compare
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.params import load_params
from ecgfuse.stage import run_stage


def main() -> None:
    """Write the paired comparisons."""
    compare(
        Path("data/predictions"),
        database=load_params(DataConfig).database,
        n_draws=load_params(EvaluateConfig).bootstrap,
        seed=load_params(EvaluateConfig).bootstrap_seed,
        out=Path("metrics/comparison.json"),
    )


if __name__ == "__main__":
    run_stage(main)
