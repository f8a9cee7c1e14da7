"""Stage daeac: adapt early fusion to unlabelled beats of the test patients, and score the rest."""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.daeac.config import DaeacConfig
from ecgfuse.studies.daeac.run import AdaptationPaths, adapt
from ecgfuse.train.trained_model import TrainedModel

STUDY = Path("studies/daeac")


def main() -> None:
    """Write results and metrics."""
    early = TrainedModel("early")
    paths = AdaptationPaths(
        beats=early.features / "beats",
        rr=early.features / "rr",
        models=early.networks,
        results=STUDY / "results/daeac.json",
        metrics=STUDY / "metrics/daeac.json",
    )
    config = load_params(DaeacConfig, path=STUDY / "params.yaml")
    adapt(paths, config=config, workers=n_networks_at_once())
    record_look(
        paths.results,
        stage="daeac",
        model="early, adapted",
        dataset=Path("data/raw") / load_params(DataConfig).database / "dataset.json",
        scores=("adapted.mean.macro_f1", "adapted.mean.macro_auprc", "source_only.mean.macro_f1"),
        parameters=(Path("params.yaml"), STUDY / "params.yaml"),
    )


if __name__ == "__main__":
    run_stage(main)
