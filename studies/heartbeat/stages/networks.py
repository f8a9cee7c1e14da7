"""Stage networks@SPLIT: train all networks of a split, intra or inter."""

import sys
from pathlib import Path
from typing import cast

from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import named_argument, run_stage
from ecgfuse.studies.heartbeat.network_beats import SPLITS, Split
from ecgfuse.studies.heartbeat.networks import NetworksConfig, runs_of, train_networks
from ecgfuse.studies.heartbeat.training import FitConfig

STUDY = Path("studies/heartbeat")
PARAMS = STUDY / "params.yaml"


def main() -> None:
    """Train the networks of the split named on the command line."""
    split = cast(Split, named_argument(sys.argv, kind="SPLIT", allowed=SPLITS))
    config = load_params(NetworksConfig, path=PARAMS)
    train_networks(
        split,
        config=config,
        training=load_params(FitConfig, path=PARAMS),
        beats=STUDY / "data/beats",
        checkpoints=Path(".checkpoints"),
        workers=n_networks_at_once(len(runs_of(split)) * len(config.seeds)),
        out=STUDY / "data/networks" / split,
        curves=STUDY / f"plots/training/{split}.csv",
        figure=STUDY / f"plots/training/{split}.png",
    )


if __name__ == "__main__":
    run_stage(main)
