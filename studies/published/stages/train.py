"""Stage train: train the networks of the study; test records are not read."""

from pathlib import Path

from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.published.config import PublishedConfig
from ecgfuse.studies.published.train import plan, train_all

STUDY = Path("studies/published")


def main() -> None:
    """Train every row with every seed."""
    config = load_params(PublishedConfig, path=STUDY / "params.yaml")
    train_all(
        config,
        prepared=STUDY / "data/beats",
        out=STUDY / "data/train",
        checkpoints=Path(".checkpoints"),
        workers=n_networks_at_once(len(plan(config))),
    )


if __name__ == "__main__":
    run_stage(main)
