"""Stage ood: detect inputs that are no heartbeat, and measure it on new patients."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig, NoiseDataConfig
from ecgfuse.engine.processes import n_workers
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.studies.heartbeat.networks import NetworksConfig
from ecgfuse.studies.heartbeat.ood import OodConfig, OodPaths, detect_unfamiliar

STUDY = Path("studies/heartbeat")
PARAMS = STUDY / "params.yaml"


def main() -> None:
    """Fit, choose and evaluate, and enter the false alarms in the ledger of looks at DS2."""
    paths = OodPaths(
        recordings=Path("data/raw") / load_params(DataConfig).database,
        noise=Path("data/raw") / load_params(NoiseDataConfig).database,
        beats=STUDY / "data/beats",
        networks=STUDY / "data/networks/inter",
        detectors=STUDY / "data/ood",
        results=STUDY / "results/ood.json",
        plots=STUDY / "plots/ood",
    )
    detect_unfamiliar(
        load_params(OodConfig, path=PARAMS),
        seeds=load_params(NetworksConfig, path=PARAMS).seeds,
        split=load_params(SplitConfig),
        leads=load_params(PreprocessConfig).leads,
        paths=paths,
        workers=n_workers(),
    )
    record_look(
        paths.results,
        stage="heartbeat/ood",
        model="all, unfamiliar inputs",
        dataset=paths.recordings / "dataset.json",
        scores=("false_alarms.all", "false_alarms.patients", "kinds.*.auroc"),
        parameters=(Path("params.yaml"), PARAMS),
    )


if __name__ == "__main__":
    run_stage(main)
