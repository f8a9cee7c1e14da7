"""Stage ec57: score the predictions of all fusions according to ANSI/AAMI EC57."""

from pathlib import Path

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.download.config import DataConfig
from ecgfuse.ec57.config import EC57Config
from ecgfuse.ec57.run import score_fusions
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.train.trained_model import TrainedModel

STUDY = Path("studies/ec57")


def main() -> None:
    """Write the predictions as annotation files, results and metrics."""
    database = Path("data/raw") / load_params(DataConfig).database
    results = STUDY / "results/ec57.json"
    score_fusions(
        {fusion: TrainedModel(fusion).predictions / "test.csv" for fusion in FUSIONS},
        database=database,
        config=load_params(EC57Config, path=STUDY / "params.yaml"),
        annotations=STUDY / "data/annotations",
        results=results,
        metrics=STUDY / "metrics/ec57.json",
    )
    record_look(
        results,
        stage="ec57",
        model="all",
        dataset=database / "dataset.json",
        scores=("*.standard.gross.veb.*", "*.standard.gross.sveb.*"),
        parameters=(Path("params.yaml"), STUDY / "params.yaml"),
    )


if __name__ == "__main__":
    run_stage(main)
