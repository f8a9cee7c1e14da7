"""Stage annotate: annotate the test recordings like user-supplied ones, and score them."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.ec57.config import EC57Config
from ecgfuse.engine.processes import n_workers
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.annotate.run import verify_annotation
from ecgfuse.train.trained_model import DISTILLED, EXPORTED, TrainedModel

STUDY = Path("studies/annotate")


def main() -> None:
    """Write results and metrics."""
    database = Path("data/raw") / load_params(DataConfig).database
    results = STUDY / "results/annotate.json"
    verify_annotation(
        {name: TrainedModel(name).features for name in EXPORTED},
        annotated_by=DISTILLED,
        database=database,
        records=load_params(SplitConfig).test,
        config=load_params(EC57Config, path=Path("studies/ec57/params.yaml")),
        folder=Path("models"),
        workers=n_workers(),
        results=results,
        metrics=STUDY / "metrics/annotate.json",
    )
    record_look(
        results,
        stage="annotate",
        model=DISTILLED,
        dataset=database / "dataset.json",
        scores=("detected.standard.gross.*.se", "detected.standard.gross.*.ppv"),
        parameters=(Path("params.yaml"), Path("studies/ec57/params.yaml")),
    )


if __name__ == "__main__":
    run_stage(main)
