"""Stage forest: the random forest of Saenz-Cogollo and Agelli on DS2."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.engine.processes import n_workers
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.published.config import ForestConfig
from ecgfuse.studies.published.forest import forest

STUDY = Path("studies/published")
RESULTS = STUDY / "results/forest.json"


def main() -> None:
    """Train the forests, score them, and enter them in the ledger of looks at DS2."""
    database = Path("data/raw") / load_params(DataConfig).database
    forest(
        load_params(ForestConfig, path=STUDY / "params.yaml"),
        database=database,
        split=load_params(SplitConfig),
        workers=n_workers(),
        results=RESULTS,
        metrics=STUDY / "metrics/forest.json",
    )
    for row in ("forest", "forest_train"):
        record_look(
            RESULTS,
            stage="published/forest",
            model=row,
            dataset=database / "dataset.json",
            scores=(f"{row}.validated.macro_f1", f"{row}.validated.macro_auprc"),
            parameters=(STUDY / "params.yaml",),
        )


if __name__ == "__main__":
    run_stage(main)
