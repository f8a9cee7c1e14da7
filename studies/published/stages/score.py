"""Stage score: score the networks of the study on DS2, with all four checkpoints of each."""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.engine.processes import n_workers
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.published.config import PublishedConfig
from ecgfuse.studies.published.score import score_all
from ecgfuse.studies.published.train import plan, run_names

STUDY = Path("studies/published")
RESULTS = STUDY / "results/published.json"


def main() -> None:
    """Score, and enter every row in the ledger of looks at DS2."""
    config = load_params(PublishedConfig, path=STUDY / "params.yaml")
    tasks = plan(config)
    score_all(
        config,
        prepared=STUDY / "data/beats",
        trained=STUDY / "data/train",
        workers=n_workers(len(tasks)),
        results=RESULTS,
        metrics=STUDY / "metrics/published.json",
    )
    for row in run_names(tasks):
        record_look(
            RESULTS,
            stage="published/score",
            model=row,
            dataset=Path("data/raw") / load_params(DataConfig).database / "dataset.json",
            scores=(f"{row}.validated.macro_f1", f"{row}.validated.macro_auprc"),
            parameters=(STUDY / "params.yaml",),
        )


if __name__ == "__main__":
    run_stage(main)
