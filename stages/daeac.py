"""Stage daeac: adapt early fusion to unlabelled beats of the test patients, and score the rest."""

from pathlib import Path

from ecgfuse.daeac.config import DaeacConfig
from ecgfuse.daeac.run import AdaptationPaths, adapt
from ecgfuse.params import load_params
from ecgfuse.stage import run_stage
from ecgfuse.workers import n_workers


def main() -> None:
    """Write metrics/daeac.json."""
    paths = AdaptationPaths(
        beats=Path("data/beats"),
        rr=Path("data/rr"),
        models=Path("data/train/early"),
        metrics=Path("metrics/daeac.json"),
    )
    adapt(paths, config=load_params(DaeacConfig), workers=n_workers())


if __name__ == "__main__":
    run_stage(main)
