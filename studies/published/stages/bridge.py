"""Stage bridge: from the study to today's default, one change at a time, on DS1."""

from pathlib import Path

from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.published.bridge import cross_bridge
from ecgfuse.studies.published.bridge_data import BridgeFolders
from ecgfuse.studies.published.bridge_train import BridgeSettings
from ecgfuse.studies.published.config import BridgeConfig, PublishedConfig
from ecgfuse.studies.published.train import reduced_budget
from ecgfuse.train.job import load_training_job
from ecgfuse.train.trained_model import TrainedModel

STUDY = Path("studies/published")


def main() -> None:
    """Score every row of the bridge on patients held out within DS1."""
    published = load_params(PublishedConfig, path=STUDY / "params.yaml")
    cross_bridge(
        load_params(BridgeConfig, path=STUDY / "params.yaml"),
        settings=BridgeSettings(
            budget=reduced_budget(published, backbone="macnn"),
            job=load_training_job(TrainedModel("hybrid"), backbone=None),
        ),
        folders=BridgeFolders(
            prepared=STUDY / "data/beats", beats=Path("data/beats"), rr=Path("data/rr")
        ),
        checkpoints=Path(".checkpoints"),
        workers=n_networks_at_once(),
        results=STUDY / "results/bridge.json",
        metrics=STUDY / "metrics/bridge.json",
    )


if __name__ == "__main__":
    run_stage(main)
