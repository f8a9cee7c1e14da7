"""Stage pretrain@OBJECTIVE: pretrain an encoder on recordings without labels."""

import dataclasses
import sys
from pathlib import Path

from ecgfuse.engine.threads import use_one_thread
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.pretrain.config import PretrainConfig, objective_named
from ecgfuse.studies.ssl12.config import RecordingsConfig
from ecgfuse.studies.ssl12.pretrain import pretrain

STUDY = Path("studies/ssl12")
PARAMS = STUDY / "params.yaml"


def main() -> None:
    """Pretrain by the objective named on the command line."""
    use_one_thread()
    objective = objective_named(sys.argv)
    pretrain(
        dataclasses.replace(load_params(PretrainConfig, path=PARAMS), objective=objective),
        fs=load_params(RecordingsConfig, path=PARAMS).fs,
        windows=STUDY / "data/windows",
        checkpoints=Path(".checkpoints"),
        out=STUDY / "data/pretrain" / objective,
    )


if __name__ == "__main__":
    run_stage(main)
