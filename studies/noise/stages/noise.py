"""Stage noise: score the exported models on test recordings with noise added."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig, NoiseDataConfig
from ecgfuse.engine.processes import n_workers
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.noise.config import NoiseConfig
from ecgfuse.studies.noise.run import NoisePaths, stress_test

STUDY = Path("studies/noise")


def main() -> None:
    """Write results, metrics, tables and a figure."""
    records = load_params(SplitConfig).test
    paths = NoisePaths(
        recordings=Path("data/raw") / load_params(DataConfig).database,
        noise=Path("data/raw") / load_params(NoiseDataConfig).database,
        models=Path("models"),
        plots=STUDY / "plots",
        results=STUDY / "results/noise.json",
        metrics=STUDY / "metrics/noise.json",
    )
    config = load_params(NoiseConfig, path=STUDY / "params.yaml")
    stress_test(records, paths=paths, config=config, workers=n_workers(len(records)))
    record_look(
        paths.results,
        stage="noise",
        model="all, exported",
        dataset=paths.recordings / "dataset.json",
        scores=("*.clean.macro_f1", "*.*.*.macro_f1"),
        parameters=(Path("params.yaml"), STUDY / "params.yaml"),
    )


if __name__ == "__main__":
    run_stage(main)
