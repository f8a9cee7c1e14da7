"""Stage predict@MODEL: per-seed predictions for the validation and test patients."""

import sys

from ecgfuse.engine.processes import n_workers
from ecgfuse.evaluate.predict import SPLITS, predict
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.train.trained_model import model_named


def main() -> None:
    """Write tables, probabilities and attention."""
    model = model_named(sys.argv)
    predict(
        model.name,
        models=model.networks,
        beats=dict.fromkeys(SPLITS, model.features / "beats"),
        rr=dict.fromkeys(SPLITS, model.features / "rr"),
        workers=n_workers(),
        out=model.predictions,
    )


if __name__ == "__main__":
    run_stage(main)
