"""Stage comparison: which network is better, on the same bootstrap draws of the test records."""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.evaluate.comparison import compare
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.train.trained_model import COMPARED, TrainedModel


def main() -> None:
    """Write the paired comparisons."""
    database, out = load_params(DataConfig).database, Path("metrics/comparison.json")
    compare(
        {name: TrainedModel(name).predictions / "test.csv" for name in COMPARED},
        networks={name: TrainedModel(name).networks for name in COMPARED},
        database=database,
        n_draws=load_params(EvaluateConfig).bootstrap,
        seed=load_params(EvaluateConfig).bootstrap_seed,
        out=out,
    )
    record_look(
        out,
        stage="comparison",
        model="all",
        dataset=Path("data/raw") / database / "dataset.json",
        scores=("networks.*.macro_f1", "networks.*.macro_auprc", "pairs.*.*.difference.mean"),
    )


if __name__ == "__main__":
    run_stage(main)
