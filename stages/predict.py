"""Stage predict@MODEL: what the networks of all seeds say of new patients."""

import sys

from ecgfuse.datasets.fusions import model_named
from ecgfuse.evaluate.predict import SPLITS, predict
from ecgfuse.places import Places
from ecgfuse.stage import run_stage
from ecgfuse.workers import n_workers


def main() -> None:
    """Write tables, probabilities and attention."""
    name = model_named(sys.argv)
    places = Places(name)
    predict(
        name,
        models=places.networks,
        beats=dict.fromkeys(SPLITS, places.features / "beats"),
        rr=dict.fromkeys(SPLITS, places.features / "rr"),
        workers=n_workers(),
        out=places.predictions,
    )


if __name__ == "__main__":
    run_stage(main)
