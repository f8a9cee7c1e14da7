"""Stage fine_tune: classifiers from scratch, on frozen encoders, and fine-tuned."""

from pathlib import Path

from ecgfuse.engine.device import n_networks_at_once
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.studies.ssl12.config import FineTuneConfig, RecordingsConfig
from ecgfuse.studies.ssl12.fine_tune import ClassifyJob, classify

STUDY = Path("studies/ssl12")
PARAMS = STUDY / "params.yaml"


def main() -> None:
    """Train and score the classifiers of all objectives."""
    classify(
        ClassifyJob(
            size=load_params(PretrainConfig, path=PARAMS).size,
            fs=load_params(RecordingsConfig, path=PARAMS).fs,
            windows=STUDY / "data/windows",
            backbones=STUDY / "data/pretrain",
            config=load_params(FineTuneConfig, path=PARAMS),
        ),
        workers=n_networks_at_once(),
        out=STUDY / "data/fine_tune.json",
    )


if __name__ == "__main__":
    run_stage(main)
