"""Stage scores: score the networks of both splits."""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.ledger import record_look
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.heartbeat.networks import FIVE, NETWORKS, NetworksConfig
from ecgfuse.studies.heartbeat.scores import score_networks
from ecgfuse.studies.heartbeat.scores_figures import Figures

STUDY = Path("studies/heartbeat")
PARAMS = STUDY / "params.yaml"
RESULTS = STUDY / "results/scores.json"


def main() -> None:
    """Score, and enter every network of the inter split in the ledger of looks at DS2."""
    use_one_thread()
    dataset = Path("data/raw") / load_params(DataConfig).database / "dataset.json"
    score_networks(
        load_params(NetworksConfig, path=PARAMS),
        evaluation=load_params(EvaluateConfig),
        beats=STUDY / "data/beats",
        dataset=dataset,
        trained=STUDY / "data/networks",
        results=RESULTS,
        figures=Figures(
            confusion=STUDY / "plots/scores/confusion.png", roc=STUDY / "plots/scores/roc.png"
        ),
    )
    looks = {
        name: tuple(f"inter.networks.{name}.mean.{score}" for score in ("f1", "roc_auc"))
        for name in NETWORKS
    }
    looks[FIVE] = tuple(f"five_classes.inter.{score}" for score in ("macro_f1", "accuracy"))
    for model, scores in looks.items():
        record_look(
            RESULTS,
            stage="heartbeat/scores",
            model=model,
            dataset=dataset,
            scores=scores,
            parameters=(Path("params.yaml"), PARAMS),
        )


if __name__ == "__main__":
    run_stage(main)
