"""Stage detectors: compare QRS detectors of several libraries on the recordings."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.engine.processes import n_workers
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.studies.detectors.run import compare_detectors

STUDY = Path("studies/annotate")


def main() -> None:
    """Write results and metrics."""
    split, results = load_params(SplitConfig), STUDY / "results/detectors.json"
    database = Path("data/raw") / load_params(DataConfig).database
    compare_detectors(
        database,
        split=split,
        leads=load_params(PreprocessConfig).leads,
        workers=n_workers(sum(map(len, split.records().values()))),
        results=results,
        metrics=STUDY / "metrics/detectors.json",
    )
    record_look(
        results,
        stage="detectors",
        model="QRS detectors",
        dataset=database / "dataset.json",
        scores=("detectors.*.ds2.se", "detectors.*.ds2.ppv"),
    )


if __name__ == "__main__":
    run_stage(main)
