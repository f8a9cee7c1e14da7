"""Stage daeac: adapt early fusion to unlabelled beats of the test patients, and score the rest."""

from pathlib import Path

from ecgfuse.daeac.config import DaeacConfig
from ecgfuse.daeac.run import AdaptationPaths, adapt
from ecgfuse.params import load_params
from ecgfuse.places import Places
from ecgfuse.stage import run_stage
from ecgfuse.workers import n_workers

STUDY = Path("studies/daeac")


def main() -> None:
    """Write results and metrics."""
    early = Places("early")
    paths = AdaptationPaths(
        beats=early.features / "beats",
        rr=early.features / "rr",
        models=early.networks,
        results=STUDY / "results/daeac.json",
        metrics=STUDY / "metrics/daeac.json",
    )
    config = load_params(DaeacConfig, path=STUDY / "params.yaml")
    adapt(paths, config=config, workers=n_workers())


if __name__ == "__main__":
    run_stage(main)
